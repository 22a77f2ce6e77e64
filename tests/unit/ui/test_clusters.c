/* Clusters that terminals draw in different numbers of cells: what is behind
 * them stays in its place, in every kind of terminal. The lists of Unicode
 * (Debian's unicode-data) are gone through where they are installed. */
#include "screen_rig.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

#define COLS 40

static struct screen_options wide_options(const struct theme *theme)
{
    struct screen_options options = options_for("xterm-256color", theme);

    options.cols = COLS;
    return options;
}

// Draws `text` at column 1 with bars on both sides: they stand where the canvas
// has them, and so does the cursor.
static void assert_in_place(struct rig *rig, struct str text)
{
    size_t cells = width_of(text), col = 1;

    canvas_clear(&rig->canvas);
    put(rig, 2, 0, "[", ROLE_TEXT);
    col += canvas_put(&rig->canvas, whole(&rig->canvas), 2, 1, text, ROLE_TEXT);
    put(rig, 2, col, "]next", ROLE_ADDED);
    rig->canvas.cursor_row = 2;
    rig->canvas.cursor_col = col;
    draw(rig);
    assert_int_equal(col, 1 + cells);
    assert_int_equal(cell_at(rig, 2, 0).chars[0], '[');
    if (cell_at(rig, 2, col).chars[0] != ']')
        fail_msg("%.*s: no bar at column %zu", STR_ARG(text), col);
    assert_int_equal(cell_at(rig, 2, col + 4).chars[0], 't');
    assert_cursor(rig);
}

#define HEART "\xe2\x9d\xa4\xef\xb8\x8f"
#define FAMILY                                             \
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80" \
    "\x8d\xf0\x9f\x91\xa7"
#define FLAG "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"
#define NEW_FACE "\xf0\x9f\xab\xa8" // Unicode 15
#define KEYCAP "1\xef\xb8\x8f\xe2\x83\xa3"
#define SYLLABLE "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf"

static const char *const samples[] = { HEART,    FAMILY, FLAG,
                                       NEW_FACE, KEYCAP, SYLLABLE };
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static void what_is_behind_a_cluster_stays_in_its_place(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;

    rig_open(&rig, &options);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_in_place(&rig, str_from(samples[i]));
    rig_close(&rig);
}

static void a_cluster_that_changes_leaves_nothing_behind(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, FAMILY "|", ROLE_TEXT);
    draw(&rig);
    put(&rig, 0, 0, "a", ROLE_TEXT);
    put(&rig, 0, 1, "     ", ROLE_TEXT);
    draw(&rig);
    assert_int_equal(cell_at(&rig, 0, 0).chars[0], 'a');
    for (size_t col = 1; col < 6; col++)
        assert_int_equal(cell_at(&rig, 0, col).chars[0] | ' ', ' ');
    assert_int_equal(cell_at(&rig, 0, 6).chars[0], '|');
    rig_close(&rig);
}

// A terminal that joins nothing and one that joins all differ by cells; both
// get blanks for all of them first.
static void all_cells_of_a_cluster_are_blanked_first(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, FLAG, ROLE_TEXT);
    draw(&rig);
    assert_true(str_find(buf_str(&rig.out),
                         STR("\0337  \0338" FLAG "\0338\033[C\033[C"))
                != SIZE_MAX);
    rig_close(&rig);
}

static void private_characters_of_a_text_are_not_taken_for_marks(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;

    rig_open(&rig, &options);
    put(&rig, 0, 0, HEART "\xf3\xb0\x80\x80\xf3\xb0\x80\x81|", ROLE_TEXT);
    draw(&rig);
    assert_int_equal(cell_at(&rig, 0, 2).chars[0], 0xf0000);
    assert_int_equal(cell_at(&rig, 0, 3).chars[0], 0xf0001);
    assert_int_equal(cell_at(&rig, 0, 4).chars[0], '|');
    rig_close(&rig);
}

// --- random changes ---------------------------------------------------------

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void after_random_changes_all_else_is_in_its_place(void **state)
{
    (void)state;
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;
    uint32_t seed = 99;

    rig_open(&rig, &options);
    struct canvas *canvas = &rig.canvas;
    for (int step = 0; step < 2000; step++) {
        size_t row = next_random(&seed) % canvas->rows;
        size_t col = next_random(&seed) % (COLS - 8);
        bool plain = next_random(&seed) % 2;
        put(&rig, row, col,
            plain ? "plain" : samples[next_random(&seed) % SAMPLES], ROLE_TEXT);
        if (next_random(&seed) % 20 == 0)
            memmove(canvas->cells, canvas->cells + COLS,
                    (canvas->rows - 1) * COLS * sizeof(struct cell));
        draw(&rig);
        for (size_t i = 0; i < canvas->rows * COLS; i++) {
            uint32_t code = canvas->cells[i].code[0];
            if (code > ' ' && code < 0x7f && canvas->cells[i].code[1] == 0
                && cell_at(&rig, i / COLS, i % COLS).chars[0] != code)
                fail_msg("step %d: row %zu, column %zu", step, i / COLS,
                         i % COLS);
        }
    }
    rig_close(&rig);
}

// --- the lists of Unicode ---------------------------------------------------

typedef void (*line_fn)(struct rig *rig, const char *line);

static size_t each_line(const char *path, line_fn fn)
{
    struct theme theme = theme_default();
    struct screen_options options = wide_options(&theme);
    struct rig rig;
    char line[1024];
    size_t count = 0;
    FILE *file = fopen(path, "r");

    if (!file) {
        print_message("skipped: %s is not there (package unicode-data)\n",
                      path);
        skip();
    }
    rig_open(&rig, &options);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "#\n")] = '\0';
        if (line[strspn(line, " \t")] == '\0')
            continue;
        fn(&rig, line);
        count++;
    }
    fclose(file);
    rig_close(&rig);
    return count;
}

// "1F468 200D 1F469 ; fully-qualified"
static void emoji_line(struct rig *rig, const char *line)
{
    struct buf text = { 0 };
    size_t cells;
    char *at = (char *)line, *end;

    for (;; at = end) {
        unsigned long code = strtoul(at, &end, 16);
        if (end == at)
            break;
        utf8_encode(&text, (uint32_t)code);
    }
    assert_int_equal(width_step(buf_str(&text), &cells), text.len);
    assert_in_place(rig, buf_str(&text));
    buf_release(&text);
}

static void every_emoji_leaves_the_rest_in_its_place(void **state)
{
    (void)state;
    size_t count =
        each_line("/usr/share/unicode/emoji/emoji-test.txt", emoji_line);

    assert_true(count > 3000);
}

// Between two division signs stands one cluster. Controls never come to a
// canvas: a line with one of them is left out; one with a mark that stands
// alone is not drawn.
static void break_line(struct rig *rig, const char *line)
{
    struct buf text = { 0 };
    size_t starts[64], count = 0, at = 0, cells;
    bool drawn = true, plain = true;

    for (const char *p = line; *p;) {
        char *end;
        p += strspn(p, " \t");
        if (strncmp(p, "\xc3\xb7", 2) == 0)
            starts[count++] = text.len;
        if ((unsigned char)*p == 0xc3) {
            p += 2;
            continue;
        }
        unsigned long code = strtoul(p, &end, 16);
        if (end == p)
            break;
        p = end;
        utf8_encode(&text, (uint32_t)code);
        plain = plain && code >= 0x20;
        drawn = drawn && code >= 0x20 && width_of_code((uint32_t)code) > 0;
    }
    for (size_t i = 0; plain && i + 1 < count; i++) {
        assert_int_equal(at, starts[i]);
        at += width_step(str_skip(buf_str(&text), at), &cells);
    }
    if (plain)
        assert_int_equal(at, text.len);
    if (plain && drawn)
        assert_in_place(rig, buf_str(&text));
    buf_release(&text);
}

static void clusters_end_where_unicode_says(void **state)
{
    (void)state;
    size_t count = each_line(
        "/usr/share/unicode/auxiliary/GraphemeBreakTest.txt", break_line);

    assert_true(count > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_behind_a_cluster_stays_in_its_place),
        cmocka_unit_test(a_cluster_that_changes_leaves_nothing_behind),
        cmocka_unit_test(all_cells_of_a_cluster_are_blanked_first),
        cmocka_unit_test(private_characters_of_a_text_are_not_taken_for_marks),
        cmocka_unit_test(after_random_changes_all_else_is_in_its_place),
        cmocka_unit_test(every_emoji_leaves_the_rest_in_its_place),
        cmocka_unit_test(clusters_end_where_unicode_says),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
