/* What colours reach the terminal: each cell of a drawn screen has what the
 * theme says for its role, as near as the terminal can, and nothing else: where
 * a theme names no paper there is none. */
#include "screen_rig.h"
#include "stages.h"

#include "kerf/ui/theme.h"

struct terminal_kind {
    const char *term, *colorterm, *no_color;
    enum colour_depth depth;
};

static const struct terminal_kind kinds[] = {
    { "xterm-256color", "truecolor", NULL, DEPTH_TRUE },
    { "tmux-256color", "truecolor", NULL, DEPTH_TRUE },
    { "xterm-256color", NULL, NULL, DEPTH_256 },
    { "tmux-256color", NULL, NULL, DEPTH_256 },
    { "screen-256color", NULL, NULL, DEPTH_256 },
    { "xterm-16color", NULL, NULL, DEPTH_16 },
    { "xterm", NULL, NULL, DEPTH_8 },
    { "screen", NULL, NULL, DEPTH_8 },
    { "linux", NULL, NULL, DEPTH_8 },
    { "linux", "truecolor", NULL, DEPTH_8 },
    { "vt100", NULL, NULL, DEPTH_MONO },
    { "vt100", "truecolor", NULL, DEPTH_MONO },
    { "xterm-256color", "truecolor", "1", DEPTH_MONO },
    { "linux", NULL, "1", DEPTH_MONO },
};

static const char *const theme_files[] = { NULL, "dark", "light", "contrast",
                                           "mono" };

static void (*const stages[])(struct scene *scene) = {
    stage_review_lines,
    stage_conversation,
    stage_approval_danger,
    stage_palette,
};

static struct theme theme_of(const char *name)
{
    struct theme theme = theme_default();
    struct error err = { 0 };
    char path[64], text[8192];

    if (!name)
        return theme;
    snprintf(path, sizeof(path), "themes/%s.ini", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text), file);
    fclose(file);
    if (!theme_read(&theme, (struct str){ text, len }, str_from(path), &err))
        fail_msg("%s", err.text);
    return theme;
}

// Says whether a colour on the terminal is what a theme's colour becomes.
static bool is_colour(const VTermColor *have, struct colour want,
                      enum colour_depth depth, bool is_default)
{
    static const unsigned counts[] = {
        [DEPTH_8] = 8, [DEPTH_16] = 16, [DEPTH_256] = 256, [DEPTH_TRUE] = 256
    };

    if (want.kind == COLOUR_DEFAULT || depth == DEPTH_MONO)
        return is_default;
    bool exact = depth == DEPTH_TRUE
                 && (want.kind == COLOUR_RGB || want.index >= 16);
    if (is_default || exact != VTERM_COLOR_IS_RGB(have))
        return false;
    return exact ? have->rgb.red == want.r && have->rgb.green == want.g
                       && have->rgb.blue == want.b
                 : have->indexed.idx == theme_nearest(want, counts[depth]);
}

static bool is_blank(const struct cell *cell)
{
    return cell->code[0] == 0 || cell->code[0] == ' ';
}

// Blanks may have any ink; the terminal may have no bold or no reverse beside
// colours (terminfo's ncv), so only xterm's and tmux's are looked at.
static bool is_right(const struct cell *cell, const VTermScreenCell *have,
                     const struct look *look, const struct terminal_kind *kind)
{
    bool rich = str_ends_with(str_from(kind->term), STR("-256color"));
    bool reverse = cell->reverse != look->reverse;

    if (!is_colour(&have->bg, look->paper, kind->depth,
                   VTERM_COLOR_IS_DEFAULT_BG(&have->bg)))
        return false;
    if (!is_blank(cell)
        && !is_colour(&have->fg, look->ink, kind->depth,
                      VTERM_COLOR_IS_DEFAULT_FG(&have->fg)))
        return false;
    return !rich
           || (have->attrs.reverse == reverse
               && (is_blank(cell) || have->attrs.bold == look->bold));
}

static void assert_cells(const struct rig *rig, const struct theme *theme,
                         const struct terminal_kind *kind, const char *name)
{
    for (size_t i = 0; i < rig->canvas.rows * rig->canvas.cols; i++) {
        const struct cell *cell = &rig->canvas.cells[i];
        size_t row = i / rig->canvas.cols, col = i % rig->canvas.cols;
        VTermScreenCell have = cell_at(rig, row, col);
        if (cell->width == 0
            || is_right(cell, &have, &theme->looks[cell->role], kind))
            continue;
        fail_msg("%s, %s on %s: row %zu, column %zu, role %s",
                 name ? name : "no theme", kind->colorterm ? "truecolor" : "",
                 kind->term, row, col, role_name((enum role)cell->role));
    }
}

static void draw_stage(const struct terminal_kind *kind, const char *name,
                       void (*stage)(struct scene *))
{
    struct theme theme = kind->no_color ? theme_mono() : theme_of(name);
    struct screen_options options = options_for(kind->term, &theme);
    struct scene scene = scene_create(24, 80);
    struct rig rig;

    options.rows = 24;
    options.cols = 80;
    options.depth = theme_depth(kind->term, kind->colorterm, kind->no_color,
                                screen_terminfo_colours(kind->term));
    assert_int_equal(options.depth, kind->depth);
    rig_open(&rig, &options);
    stage(&scene);
    ui_draw(scene.ui, scene.session, &rig.canvas, scene.now_ms, scene.wall_ms);
    draw(&rig);
    assert_cells(&rig, &theme, kind, name);
    rig_close(&rig);
    scene_destroy(&scene);
}

static void each_cell_has_the_look_of_its_role(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        if (screen_terminfo_colours(kinds[k].term) < 0) {
            print_message("skipped: terminfo has no %s\n", kinds[k].term);
            continue;
        }
        for (size_t t = 0; t < sizeof(theme_files) / sizeof(theme_files[0]);
             t++)
            for (size_t s = 0; s < sizeof(stages) / sizeof(stages[0]); s++)
                draw_stage(&kinds[k], theme_files[t], stages[s]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cell_has_the_look_of_its_role),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
