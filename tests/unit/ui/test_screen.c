/* What a terminal (libvterm) shows after the bytes of a screen. */
#include "screen_rig.h"

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

static void what_stands_for_another_character_is_reversed(void **state)
{
    (void)state;
    struct theme theme = theme_mono();
    struct screen_options options = options_for("vt100", &theme);
    struct rig rig;
    static const struct {
        const char *text;
        char twin;
    } cases[] = {
        { "\xe2\x80\x9c", '"' }, { "\xe2\x80\x99", '\'' },
        { "\xe2\x80\x94", '-' }, { "\xe2\x90\x9b", '[' },
        { "\xe2\x90\xa1", '?' }, { "\xe2\x94\x82", '|' },
        { "\xc3\xa4", '?' },     { "\xe2\x86\x92", '>' },
    };

    options.utf8 = false;
    rig_open(&rig, &options);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        put(&rig, 0, 2 * i, cases[i].text, ROLE_TEXT);
    put(&rig, 1, 0, "?", ROLE_TEXT);
    draw(&rig);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(cell_at(&rig, 0, 2 * i).chars[0], cases[i].twin);
        assert_true(cell_at(&rig, 0, 2 * i).attrs.reverse);
    }
    assert_false(cell_at(&rig, 1, 0).attrs.reverse);
    rig_close(&rig);
}

static void controls_in_a_canvas_never_reach_the_terminal(void **state)
{
    (void)state;
    static const uint32_t codes[] = { 7, 0x1b, 0x7f, 0x9b, 0xd800, 0x110000 };
    struct theme theme = theme_default();
    struct screen_options options = options_for("xterm-256color", &theme);
    struct rig rig;

    for (int utf8 = 0; utf8 < 2; utf8++) {
        options.utf8 = utf8;
        rig_open(&rig, &options);
        for (size_t i = 0; i < 6; i++)
            rig.canvas.cells[i].code[0] = codes[i];
        draw(&rig);
        struct buf have = { 0 };
        seen(&rig, &have);
        assert_true(str_starts_with(buf_str(&have), STR("??????\n")));
        buf_release(&have);
        rig_close(&rig);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_terminal_shows_the_canvas),
        cmocka_unit_test(wide_and_combining_characters_are_shown),
        cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
        cmocka_unit_test(what_stands_for_another_character_is_reversed),
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
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
