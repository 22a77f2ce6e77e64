/* What a terminal (libvterm) shows after the bytes of a screen. */
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <vterm.h>

#include "kerf/base/buf.h"
#include "kerf/ui/screen.h"

static const char *const terms[] = { "xterm-256color", "tmux-256color",
                                     "screen-256color", "linux", "vt100" };
#define TERMS (sizeof(terms) / sizeof(terms[0]))

struct rig {
    struct screen *screen;
    struct canvas canvas;
    VTerm *vterm;
    VTermScreen *view;
    struct buf out; // of the last draw
};

static struct screen_options options_for(const char *term,
                                         const struct theme *theme)
{
    return (struct screen_options){
        .term = term,
        .rows = 6,
        .cols = 20,
        .depth = DEPTH_256,
        .utf8 = true,
        .theme = theme,
    };
}

static void feed(struct rig *rig)
{
    vterm_input_write(rig->vterm, rig->out.at, rig->out.len);
}

static void open_vterm(struct rig *rig, size_t rows, size_t cols)
{
    rig->vterm = vterm_new((int)rows, (int)cols);
    vterm_set_utf8(rig->vterm, 1);
    rig->view = vterm_obtain_screen(rig->vterm);
    vterm_screen_enable_altscreen(rig->view, 1);
    vterm_screen_reset(rig->view, 1);
}

static void rig_open(struct rig *rig, const struct screen_options *options)
{
    struct error err;

    memset(rig, 0, sizeof(*rig));
    rig->screen = screen_create(options, &err);
    assert_non_null(rig->screen);
    canvas_init(&rig->canvas, options->rows, options->cols);
    open_vterm(rig, options->rows, options->cols);
    screen_enter(rig->screen, &rig->out);
    feed(rig);
}

static void rig_close(struct rig *rig)
{
    screen_destroy(rig->screen);
    canvas_release(&rig->canvas);
    vterm_free(rig->vterm);
    buf_release(&rig->out);
}

static void draw(struct rig *rig)
{
    buf_reset(&rig->out);
    screen_draw(rig->screen, &rig->canvas, &rig->out);
    feed(rig);
}

static VTermScreenCell cell_at(const struct rig *rig, size_t row, size_t col)
{
    VTermScreenCell cell;
    VTermPos pos = { (int)row, (int)col };

    vterm_screen_get_cell(rig->view, pos, &cell);
    return cell;
}

// Appends what the terminal shows, as canvas_text() does.
static void seen(const struct rig *rig, struct buf *out)
{
    struct canvas copy;

    canvas_init(&copy, rig->canvas.rows, rig->canvas.cols);
    for (size_t row = 0; row < copy.rows; row++) {
        for (size_t col = 0; col < copy.cols; col++) {
            VTermScreenCell from = cell_at(rig, row, col);
            struct cell *to = &copy.cells[row * copy.cols + col];
            if (from.chars[0] == UINT32_MAX) {
                to->width = 0;
                continue;
            }
            for (size_t i = 0; i < CELL_CODES; i++)
                to->code[i] = from.chars[i];
        }
    }
    canvas_text(&copy, out);
    canvas_release(&copy);
}

static void assert_shown(const struct rig *rig)
{
    struct buf want = { 0 }, have = { 0 };

    canvas_text(&rig->canvas, &want);
    seen(rig, &have);
    assert_string_equal(buf_cstr(&have), buf_cstr(&want));
    buf_release(&want);
    buf_release(&have);
}

static void assert_cursor(const struct rig *rig)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(rig->vterm), &pos);
    assert_int_equal(pos.row, rig->canvas.cursor_row);
    assert_int_equal(pos.col, rig->canvas.cursor_col);
}

static struct area whole(const struct canvas *canvas)
{
    return (struct area){ 0, 0, canvas->rows, canvas->cols };
}

static void put(struct rig *rig, size_t row, size_t col, const char *text,
                enum role role)
{
    canvas_put(&rig->canvas, whole(&rig->canvas), row, col, str_from(text),
               role);
}

// --- text ------------------------------------------------------------------

static void every_terminal_shows_the_canvas(void **state)
{
    (void)state;
    struct theme theme = theme_default();

    for (size_t i = 0; i < TERMS; i++) {
        struct screen_options options = options_for(terms[i], &theme);
        struct rig rig;
        rig_open(&rig, &options);
        put(&rig, 0, 0, "hello, world", ROLE_TEXT);
        put(&rig, 2, 3, "added", ROLE_ADDED);
        put(&rig, 5, 0, "12345678901234567890", ROLE_STATUS);
        rig.canvas.cursor_row = 2;
        rig.canvas.cursor_col = 8;
        draw(&rig);
        assert_shown(&rig);
        assert_cursor(&rig);
        rig_close(&rig);
    }
}

static void wide_and_combining_characters_are_shown(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "e\xcc\x81 \xe6\xbc\xa2\xe5\xad\x97 x", ROLE_TEXT);
    put(&rig, 1, 0, "123456789012345678\xe6\xbc\xa2", ROLE_TEXT);
    draw(&rig);
    assert_shown(&rig);
    assert_int_equal(cell_at(&rig, 0, 0).chars[1], 0x301);
    assert_int_equal(cell_at(&rig, 0, 2).width, 2);
    rig_close(&rig);
}

static void a_terminal_without_utf8_gets_ascii(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("vt100", &theme);
    struct rig rig;

    options.utf8 = false;
    rig_open(&rig, &options);
    put(&rig, 0, 0, "\xc3\xa9 \xe6\xbc\xa2 e\xcc\x81", ROLE_TEXT);
    canvas_rule(&rig.canvas, whole(&rig.canvas), 1);
    draw(&rig);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(buf_str(&have), STR("? ?  e\n-----")));
    buf_release(&have);
    rig_close(&rig);
}

static void controls_in_a_canvas_never_reach_the_terminal(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    static const uint32_t codes[] = { 7, 0x1b, 0x7f, 0x9b, 0xd800, 0x110000 };
    for (size_t i = 0; i < 6; i++)
        rig.canvas.cells[i].code[0] = codes[i];
    draw(&rig);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(buf_str(&have), STR("??????\n")));
    buf_release(&have);
    rig_close(&rig);
}

static void rules_are_drawn_as_lines_and_meet(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    canvas_rule(&rig.canvas, whole(&rig.canvas), 0);
    put(&rig, 0, 5, "+", ROLE_RULE);
    put(&rig, 2, 0, "a - b", ROLE_TEXT);
    draw(&rig);
    assert_int_equal(cell_at(&rig, 0, 0).chars[0], 0x2500);
    assert_int_equal(cell_at(&rig, 0, 5).chars[0], 0x2500);
    assert_int_equal(cell_at(&rig, 2, 2).chars[0], '-');
    put(&rig, 1, 5, "|", ROLE_RULE);
    draw(&rig);
    assert_int_equal(cell_at(&rig, 1, 5).chars[0], 0x2502);
    assert_int_equal(cell_at(&rig, 0, 5).chars[0], 0x252c);
    rig_close(&rig);
}

// --- colours ---------------------------------------------------------------

static void a_true_colour_theme_gives_exact_colours(void **state)
{
    (void)state;
    struct theme theme;
    struct error err;
    assert_true(theme_read(&theme,
                           STR("added = #d97757 on #102030 bold\n"
                               "removed = red\n"),
                           STR("t"), &err));
    struct screen_options options = options_for("xterm-256color", &theme);
    options.depth = DEPTH_TRUE;
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "x", ROLE_ADDED);
    put(&rig, 1, 0, "y", ROLE_REMOVED);
    draw(&rig);
    VTermScreenCell cell = cell_at(&rig, 0, 0);
    assert_true(VTERM_COLOR_IS_RGB(&cell.fg));
    assert_int_equal(cell.fg.rgb.red, 0xd9);
    assert_int_equal(cell.fg.rgb.green, 0x77);
    assert_int_equal(cell.fg.rgb.blue, 0x57);
    assert_int_equal(cell.bg.rgb.blue, 0x30);
    assert_true(cell.attrs.bold);
    cell = cell_at(&rig, 1, 0);
    assert_true(VTERM_COLOR_IS_INDEXED(&cell.fg));
    assert_int_equal(cell.fg.indexed.idx, 1);
    rig_close(&rig);
}

static void a_theme_is_lowered_to_what_the_terminal_has(void **state)
{
    (void)state;
    struct theme theme;
    struct error err;
    assert_true(theme_read(&theme, STR("added = #ff5f00\n"), STR("t"), &err));
    static const struct {
        const char *term;
        enum colour_depth depth;
        int index; // -1: no colour
    } cases[] = {
        { "xterm-256color", DEPTH_256, 202 },
        { "xterm-256color", DEPTH_16, 9 },
        { "xterm-256color", DEPTH_8, 1 },
        { "xterm-256color", DEPTH_MONO, -1 },
        { "linux", DEPTH_TRUE, 1 },
        { "vt100", DEPTH_TRUE, -1 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct screen_options options = options_for(cases[i].term, &theme);
        options.depth = cases[i].depth;
        struct rig rig;
        rig_open(&rig, &options);
        put(&rig, 0, 0, "x", ROLE_ADDED);
        draw(&rig);
        VTermScreenCell cell = cell_at(&rig, 0, 0);
        if (cases[i].index < 0)
            assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
        else
            assert_int_equal(cell.fg.indexed.idx, cases[i].index);
        rig_close(&rig);
    }
}

static void a_marked_row_is_reversed(void **state)
{
    (void)state;
    struct theme theme = theme_mono();
    struct screen_options options = options_for("vt100", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    canvas_mark_row(&rig.canvas, whole(&rig.canvas), 1, ROLE_TEXT, true);
    canvas_mark_row(&rig.canvas, whole(&rig.canvas), 2, ROLE_SELECTED, false);
    draw(&rig);
    assert_true(cell_at(&rig, 1, 19).attrs.reverse);
    assert_true(cell_at(&rig, 2, 0).attrs.reverse);
    assert_false(cell_at(&rig, 3, 0).attrs.reverse);
    rig_close(&rig);
}

// --- change ----------------------------------------------------------------

static void nothing_is_sent_if_nothing_has_changed(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    options.synchronised = true;
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "x", ROLE_TEXT);
    draw(&rig);
    assert_true(rig.out.len > 0);
    draw(&rig);
    assert_int_equal(rig.out.len, 0);
    rig.canvas.cursor_col = 3;
    draw(&rig);
    assert_true(rig.out.len > 0);
    assert_cursor(&rig);
    rig_close(&rig);
}

static void frames_are_wrapped_only_when_asked(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    for (int synchronised = 0; synchronised < 2; synchronised++) {
        options.synchronised = synchronised;
        rig_open(&rig, &options);
        put(&rig, 0, 0, "x", ROLE_TEXT);
        draw(&rig);
        struct str out = buf_str(&rig.out);
        assert_int_equal(str_starts_with(out, STR("\033[?2026h")),
                         synchronised);
        assert_int_equal(str_ends_with(out, STR("\033[?2026l")), synchronised);
        rig_close(&rig);
    }
}

// Writes `count` numbered lines, the first being `first`.
static void put_lines(struct rig *rig, int first)
{
    canvas_clear(&rig->canvas);
    for (size_t row = 0; row < rig->canvas.rows; row++) {
        char text[64];
        unsigned number = (unsigned)first + (unsigned)row;
        snprintf(text, sizeof(text), "line %u %x", number,
                 number * 2654435761u);
        put(rig, row, 0, text, ROLE_TEXT);
    }
}

static void a_scroll_by_one_line_costs_few_bytes(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    static const char *const scrolling[] = { "xterm-256color", "tmux-256color",
                                             "linux" };

    for (size_t i = 0; i < 3; i++) {
        struct screen_options options = options_for(scrolling[i], &theme);
        options.rows = 50;
        options.cols = 160;
        struct rig rig;
        rig_open(&rig, &options);
        put_lines(&rig, 0);
        draw(&rig);
        put_lines(&rig, 1);
        draw(&rig);
        assert_shown(&rig);
        assert_true(rig.out.len < 80);
        rig_close(&rig);
    }
}

static void a_wide_character_before_the_last_cell_spoils_nothing(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("tmux-256color", &theme);
    struct rig rig;
    struct buf have = { 0 };

    rig_open(&rig, &options);
    put(&rig, 5, 0, "12345678901234567\xe6\xbc\xa2x", ROLE_FOCUS);
    draw(&rig);
    seen(&rig, &have);
    assert_true(str_ends_with(buf_str(&have), STR("12345678901234567? x\n")));
    // It is whole again as soon as it stands elsewhere.
    for (size_t row = 0; row < 5; row++)
        put(&rig, row, 0, row == 4 ? "12345678901234567\xe6\xbc\xa2x" : "abc",
            row == 4 ? ROLE_FOCUS : ROLE_TEXT);
    put(&rig, 5, 0, "12345678901234567890", ROLE_TEXT);
    draw(&rig);
    assert_shown(&rig);
    buf_release(&have);
    rig_close(&rig);
}

static void rules_keep_meeting_when_a_text_scrolls(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;
    static const char *const rows[] = { "a", "b |", "--+--", "c",
                                        "d", "e",   "f",     "g" };

    rig_open(&rig, &options);
    for (size_t first = 0; first < 3; first++) {
        canvas_clear(&rig.canvas);
        for (size_t row = 0; row < 6; row++) {
            bool rule = first + row == 2;
            put(&rig, row, 0, rows[first + row], rule ? ROLE_RULE : ROLE_TEXT);
            if (first + row == 1)
                put(&rig, row, 2, "|", ROLE_RULE);
        }
        draw(&rig);
        uint32_t corner = first < 2 ? 0x2534 : 0x2500;
        assert_int_equal(cell_at(&rig, 2 - first, 2).chars[0], corner);
        assert_int_equal(cell_at(&rig, 5, 0).chars[0],
                         (uint32_t)rows[first + 5][0]);
    }
    rig_close(&rig);
}

static void a_forgotten_screen_is_sent_in_full(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 3, 4, "text", ROLE_TEXT);
    draw(&rig);
    static const char junk[] = "\033[2;2Hjunk";
    vterm_input_write(rig.vterm, junk, sizeof(junk) - 1);
    screen_forget(rig.screen);
    draw(&rig);
    assert_shown(&rig);
    rig_close(&rig);
}

static void a_canvas_of_another_size_is_not_drawn(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    canvas_resize(&rig.canvas, 7, 20);
    draw(&rig);
    assert_int_equal(rig.out.len, 0);
    rig_close(&rig);
}

// --- random changes --------------------------------------------------------

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void scroll_canvas(struct canvas *canvas, size_t by)
{
    size_t cells = (canvas->rows - by) * canvas->cols;

    memmove(canvas->cells, canvas->cells + by * canvas->cols,
            cells * sizeof(struct cell));
}

static void change(struct rig *rig, uint32_t *seed)
{
    static const char *const pieces[] = {
        "a",          "word ",        "\xe6\xbc\xa2",
        "e\xcc\x81",  "    ",         "xyz",
        "0123456789", "\xc3\xa9",     "\xe5\xad\x97 ",
        "-",          "aaaaaaaaaaaa",
    };
    struct canvas *canvas = &rig->canvas;

    if (next_random(seed) % 8 == 0)
        scroll_canvas(canvas, 1 + next_random(seed) % (canvas->rows - 1));
    if (next_random(seed) % 30 == 0)
        canvas_clear(canvas);
    for (uint32_t n = next_random(seed) % 8; n > 0; n--) {
        size_t row = next_random(seed) % canvas->rows;
        // libvterm loses a combining character behind the last column.
        size_t col = next_random(seed) % (canvas->cols - 1);
        // Rules are drawn as other characters; every other role may come.
        enum role role = (enum role)(next_random(seed) % ROLE_COUNT);
        put(rig, row, col, pieces[next_random(seed) % 11],
            role == ROLE_RULE ? ROLE_TEXT : role);
    }
    canvas->cursor_row = next_random(seed) % canvas->rows;
    canvas->cursor_col = next_random(seed) % canvas->cols;
}

static void put_at_end(struct canvas *canvas, const char *text)
{
    canvas_put(canvas, whole(canvas), canvas->rows - 1,
               canvas->cols - strlen(text), str_from(text), ROLE_TEXT);
}

// A wide character in front of the last cell is not shown on all terminals.
static void free_corner(struct canvas *canvas)
{
    struct cell *last = &canvas->cells[canvas->rows * canvas->cols - 1];

    if (last[-1].width == 0)
        put_at_end(canvas, "..");
}

static void resize(struct rig *rig, uint32_t *seed)
{
    size_t rows = 2 + next_random(seed) % 12;
    size_t cols = 4 + next_random(seed) % 40;

    canvas_resize(&rig->canvas, rows, cols);
    screen_resize(rig->screen, rows, cols);
    vterm_set_size(rig->vterm, (int)rows, (int)cols);
}

// Compares characters, attributes and colours with a terminal that got the
// canvas at once.
static void assert_as_fresh(const struct rig *rig, struct buf *fresh)
{
    struct rig other = *rig;

    open_vterm(&other, rig->canvas.rows, rig->canvas.cols);
    vterm_input_write(other.vterm, fresh->at, fresh->len);
    for (size_t row = 0; row < rig->canvas.rows; row++) {
        for (size_t col = 0; col < rig->canvas.cols; col++) {
            VTermScreenCell a = cell_at(rig, row, col);
            VTermScreenCell b = cell_at(&other, row, col);
            // An erased cell has no character, a written one a blank.
            bool blank = (a.chars[0] | ' ') == ' ' && (b.chars[0] | ' ') == ' ';
            assert_true(blank || a.chars[0] == b.chars[0]);
            assert_true(vterm_color_is_equal(&a.fg, &b.fg) || blank);
            assert_true(vterm_color_is_equal(&a.bg, &b.bg));
            assert_int_equal(a.attrs.reverse, b.attrs.reverse);
            assert_true(blank || a.attrs.bold == b.attrs.bold);
        }
    }
    vterm_free(other.vterm);
}

static void after_random_changes_the_screen_equals_the_canvas(void **state)
{
    (void)state;
    struct theme theme = theme_default();

    for (size_t i = 0; i < TERMS; i++) {
        struct screen_options options = options_for(terms[i], &theme);
        struct rig rig;
        uint32_t seed = 4711 + (uint32_t)i;
        rig_open(&rig, &options);
        for (int step = 0; step < 300; step++) {
            if (step % 50 == 49)
                resize(&rig, &seed);
            change(&rig, &seed);
            free_corner(&rig.canvas);
            draw(&rig);
            assert_shown(&rig);
            assert_cursor(&rig);
        }
        screen_forget(rig.screen);
        buf_reset(&rig.out);
        screen_draw(rig.screen, &rig.canvas, &rig.out);
        assert_as_fresh(&rig, &rig.out);
        rig_close(&rig);
    }
}

// --- modes -----------------------------------------------------------------

static void full_screen_mode_is_entered_and_left(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    options.synchronised = true;
    struct rig rig;

    rig_open(&rig, &options);
    struct str entered = buf_str(&rig.out);
    assert_true(str_find(entered, STR("\033[?1049h")) != SIZE_MAX);
    assert_true(str_find(entered, STR("\033[?2004h")) != SIZE_MAX);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    struct str left = buf_str(&rig.out);
    static const char *const off[] = { "\033[?1049l", "\033[?2004l",
                                       "\033[?1004l", "\033[?2026l" };
    for (size_t i = 0; i < 4; i++)
        assert_true(str_find(left, str_from(off[i])) != SIZE_MAX);
    rig_close(&rig);
}

static void what_was_there_before_is_there_again(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;
    struct error err;
    static const char before[] = "shell$ kerf\r\n";

    memset(&rig, 0, sizeof(rig));
    rig.screen = screen_create(&options, &err);
    canvas_init(&rig.canvas, options.rows, options.cols);
    open_vterm(&rig, options.rows, options.cols);
    vterm_input_write(rig.vterm, before, sizeof(before) - 1);
    screen_enter(rig.screen, &rig.out);
    feed(&rig);
    put(&rig, 0, 0, "kerf's screen", ROLE_ERROR);
    draw(&rig);
    assert_shown(&rig);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    feed(&rig);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(buf_str(&have), STR("shell$ kerf\n\n")));
    buf_release(&have);
    rig_close(&rig);
}

static void without_a_second_screen_the_shell_goes_on_below(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("vt100", &theme);
    struct rig rig;
    VTermPos pos;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "text", ROLE_TEXT);
    draw(&rig);
    buf_reset(&rig.out);
    screen_leave(rig.screen, &rig.out);
    feed(&rig);
    vterm_state_get_cursorpos(vterm_obtain_state(rig.vterm), &pos);
    assert_int_equal(pos.row, 5);
    assert_int_equal(pos.col, 0);
    rig_close(&rig);
}

static void rescue_bytes_put_the_old_screen_back(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, "full screen", ROLE_ERROR);
    draw(&rig);
    vterm_input_write(rig.vterm, "\033[2;3r\033[38;5;", 13);
    struct str rescue = screen_rescue_bytes();
    vterm_input_write(rig.vterm, rescue.at, rescue.len);
    vterm_input_write(rig.vterm, "$", 1);
    struct buf have = { 0 };
    seen(&rig, &have);
    assert_true(str_starts_with(str_trim(buf_str(&have)), STR("$")));
    buf_release(&have);
    rig_close(&rig);
}

// --- creation --------------------------------------------------------------

static void an_unknown_terminal_is_an_error_with_advice(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    static const char *const bad[] = { "no-such-terminal", "dumb", "", NULL };

    for (size_t i = 0; i < 4; i++) {
        struct screen_options options = options_for(bad[i], &theme);
        struct error err = { 0 };
        assert_null(screen_create(&options, &err));
        assert_int_equal(err.kind, ERROR_UNSUPPORTED);
        assert_non_null(strstr(err.text, "--inline"));
    }
}

static void terminfo_tells_the_colours(void **state)
{
    (void)state;

    assert_int_equal(screen_terminfo_colours("xterm-256color"), 256);
    assert_int_equal(screen_terminfo_colours("linux"), 8);
    assert_int_equal(screen_terminfo_colours("vt100"), 0);
    assert_int_equal(screen_terminfo_colours("no-such-terminal"), -1);
}

static void signal_handlers_are_left_alone(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;
    struct sigaction action;

    rig_open(&rig, &options);
    sigaction(SIGINT, NULL, &action);
    assert_true(action.sa_handler == SIG_DFL);
    sigaction(SIGTSTP, NULL, &action);
    assert_true(action.sa_handler == SIG_DFL);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_terminal_shows_the_canvas),
        cmocka_unit_test(wide_and_combining_characters_are_shown),
        cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
        cmocka_unit_test(controls_in_a_canvas_never_reach_the_terminal),
        cmocka_unit_test(rules_are_drawn_as_lines_and_meet),
        cmocka_unit_test(a_true_colour_theme_gives_exact_colours),
        cmocka_unit_test(a_theme_is_lowered_to_what_the_terminal_has),
        cmocka_unit_test(a_marked_row_is_reversed),
        cmocka_unit_test(nothing_is_sent_if_nothing_has_changed),
        cmocka_unit_test(frames_are_wrapped_only_when_asked),
        cmocka_unit_test(a_scroll_by_one_line_costs_few_bytes),
        cmocka_unit_test(a_wide_character_before_the_last_cell_spoils_nothing),
        cmocka_unit_test(rules_keep_meeting_when_a_text_scrolls),
        cmocka_unit_test(a_forgotten_screen_is_sent_in_full),
        cmocka_unit_test(a_canvas_of_another_size_is_not_drawn),
        cmocka_unit_test(after_random_changes_the_screen_equals_the_canvas),
        cmocka_unit_test(full_screen_mode_is_entered_and_left),
        cmocka_unit_test(what_was_there_before_is_there_again),
        cmocka_unit_test(without_a_second_screen_the_shell_goes_on_below),
        cmocka_unit_test(rescue_bytes_put_the_old_screen_back),
        cmocka_unit_test(an_unknown_terminal_is_an_error_with_advice),
        cmocka_unit_test(terminfo_tells_the_colours),
        cmocka_unit_test(signal_handlers_are_left_alone),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
