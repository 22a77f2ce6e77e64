/* Keys into the composer; what it shows, holds and says. */
#include "composer_rig.h"

// --- typing and moving -----------------------------------------------------

static void typed_text_stands_behind_the_prompt(void **state)
{
    struct composer *composer = *state;

    assert_true(composer_is_empty(composer));
    assert_screen(composer, 1, 10, "> |\n");
    assert_int_equal(type(composer, "hello"), COMPOSER_EDITED);
    assert_screen(composer, 1, 10, "> hello|\n");
    assert_false(composer_is_empty(composer));
}

static void three_ways_break_the_line(void **state)
{
    struct composer *composer = *state;

    type(composer, "a\nb\033\rc\\\rd");
    assert_draft(composer, "a\nb\nc\nd");
    assert_int_equal(composer_rows(composer, 20, 10), 4);
    assert_screen(composer, 4, 10, "> a\n  b\n  c\n  d|\n");
}

static void enter_tab_escape_and_control_c_are_for_others(void **state)
{
    struct composer *composer = *state;
    static const char *const keys[] = { "\r",   "\t",      "\033", "\003",
                                        "\004", "\033[5~", "\030", "\014" };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_int_equal(type(composer, keys[i]), COMPOSER_IGNORED);
    type(composer, "text");
    assert_int_equal(type(composer, "\r"), COMPOSER_IGNORED);
    assert_draft(composer, "text");
}

static void control_d_deletes_and_leaves_only_an_empty_draft(void **state)
{
    struct composer *composer = *state;

    type(composer, "ab\001");
    assert_int_equal(type(composer, "\004"), COMPOSER_EDITED);
    assert_draft(composer, "b");
    assert_int_equal(type(composer, "\005\004"), COMPOSER_MOVED);
    assert_int_equal(type(composer, "\001\004\004"), COMPOSER_IGNORED);
}

static void the_caret_moves_by_characters_words_and_lines(void **state)
{
    struct composer *composer = *state;
    static const struct {
        const char *keys;
        const char *screen;
    } steps[] = {
        { "\002", "> one two_3 (four|\n" },
        { "\033b", "> one two_3 (|our)\n" },
        { "\033b", "> one |wo_3 (four)\n" },
        { "\033f", "> one two_3|(four)\n" },
        { "\001", "> |ne two_3 (four)\n" },
        { "\006\006", "> on| two_3 (four)\n" },
        { "\033[F", "> one two_3 (four)|\n" },
        { "\033[H", "> |ne two_3 (four)\n" },
        { "\033[1;5C", "> one|two_3 (four)\n" },
        { "\033[1;5D\033[D", "> |ne two_3 (four)\n" },
        { "\033>", "> one two_3 (four)|\n" },
    };

    type(composer, "one two_3 (four)");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        assert_int_equal(type(composer, steps[i].keys), COMPOSER_MOVED);
        assert_screen(composer, 1, 30, steps[i].screen);
    }
}

static void clusters_are_moved_over_and_deleted_whole(void **state)
{
    struct composer *composer = *state;

    type(composer, "a" E_ACUTE FAMILY HAN);
    assert_screen(composer, 1, 20, "> a" E_ACUTE FAMILY HAN "|\n");
    type(composer, "\033[D\033[D\033[D");
    assert_screen(composer, 1, 20, "> a|" FAMILY HAN "\n");
    type(composer, "\033[3~");
    assert_draft(composer, "a" FAMILY HAN);
    type(composer, "\033[C\177");
    assert_draft(composer, "a" HAN);
}

static void home_and_end_stay_in_their_line(void **state)
{
    struct composer *composer = *state;

    type(composer, "one\ntwo\033[H");
    assert_screen(composer, 2, 10, "> one\n  |wo\n");
    type(composer, "\033[H\033[D");
    assert_screen(composer, 2, 10, "> one|\n  two\n");
}

// --- rows ------------------------------------------------------------------

static void long_lines_are_broken_at_blanks(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two three fourteen");
    assert_int_equal(composer_rows(composer, 12, 9), 3);
    assert_screen(composer, 3, 12, "> one two\n  three\n  fourteen|\n");
}

static void a_word_longer_than_a_row_is_cut(void **state)
{
    struct composer *composer = *state;

    type(composer, "abcdefghij");
    assert_screen(composer, 3, 7, "> abcd\n  efgh\n  ij|\n");
}

static void the_caret_is_seen_at_the_right_edge(void **state)
{
    struct composer *composer = *state;

    type(composer, "abcd");
    assert_screen(composer, 1, 7, "> abcd|\n");
    type(composer, " ");
    assert_int_equal(composer_rows(composer, 7, 9), 2);
    assert_screen(composer, 2, 7, "> abcd\n  |\n");
    type(composer, "\177\ne");
    assert_screen(composer, 2, 7, "> abcd\n  e|\n");
}

static void a_wide_character_goes_to_the_next_row_whole(void **state)
{
    struct composer *composer = *state;

    type(composer, "abc" HAN HAN);
    assert_screen(composer, 2, 7, "> abc\n  " HAN HAN "|\n");
}

static void up_and_down_go_by_rows_and_keep_the_column(void **state)
{
    struct composer *composer = *state;

    type(composer, "123456\nab\n" HAN HAN HAN);
    composer_rows(composer, 20, 9);
    type(composer, "\033[D");
    assert_screen(composer, 3, 20, "> 123456\n  ab\n  " HAN HAN "|\n");
    type(composer, "\033[A");
    assert_screen(composer, 3, 20, "> 123456\n  ab|\n  " HAN HAN HAN "\n");
    type(composer, "\033[A");
    assert_screen(composer, 3, 20, "> 1234|6\n  ab\n  " HAN HAN HAN "\n");
    type(composer, "\033[B\033[B");
    assert_screen(composer, 3, 20, "> 123456\n  ab\n  " HAN HAN "|\n");
}

static void more_rows_than_there_is_room_for_scroll(void **state)
{
    struct composer *composer = *state;

    type(composer, "1\n2\n3\n4\n5");
    assert_int_equal(composer_rows(composer, 20, 3), 3);
    assert_screen(composer, 3, 20, "  3\n  4\n  5|\n");
    type(composer, "\033[A\033[A\033[A");
    assert_screen(composer, 3, 20, "  2|\n  3\n  4\n");
    type(composer, "\033[A");
    assert_screen(composer, 3, 20, "> 1|\n  2\n  3\n");
    type(composer, "\033>");
    assert_screen(composer, 3, 20, "  3\n  4\n  5|\n");
}

static void any_size_can_be_drawn(void **state)
{
    struct composer *composer = *state;

    type(composer, "a " HAN FAMILY "\tb\n\nlong words here");
    paste(composer, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n"));
    for (size_t rows = 1; rows < 4; rows++) {
        for (size_t cols = 1; cols < 12; cols++) {
            struct canvas canvas;
            canvas_init(&canvas, rows, cols);
            composer_draw(composer, &canvas, (struct area){ 0, 0, rows, cols },
                          true);
            assert_true(canvas.cursor_row < rows);
            assert_true(canvas.cursor_col < cols);
            canvas_release(&canvas);
        }
    }
}

struct caret_case {
    const char *text, *keys;
    size_t col; // of the cursor, behind two cells of prompt
};

static void the_cursor_stands_at_the_carets_cell(void **state)
{
    static const struct caret_case cases[] = {
        { "ab", "", 2 },
        { HAN HAN, "", 4 },
        { HAN HAN, "\033[D", 2 },
        { E_ACUTE "x", "", 2 },
        { E_ACUTE "x", "\033[D", 1 },
        { FAMILY "x", "\033[D", 4 }, // as wide as its parts
        { FAMILY "x", "\033[D\033[D", 0 },
        { "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaax", "\033[D\033[D", 0 }, // a flag
        { "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "", 4 },              // Hebrew
        { "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\001", 0 },
        { "a " HAN HAN " b", "\033b\033b", 4 }, // by words
        { "a " HAN HAN " b", "\001\033f\033f", 4 },
        { HAN KA KA HAN "x", "\033b\033b", 6 },
        { HAN KA KA HAN "x", "\033b\033b\033b", 2 },
        { HAN KA KA HAN "x", "\001\033f\033f", 6 },
        { HAN "\xe3\x80\x82" HAN, "\033b\033b", 0 }, // a full stop
        { HANGUL HANGUL " x", "\033b\033b", 0 },
        { KA HANGUL, "\033b", 2 },
        { "\t" HAN, "\033[D", 4 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct composer *composer = composer_create();
        struct canvas canvas;
        composer_set(composer, str_from(cases[i].text));
        type(composer, cases[i].keys);
        canvas_init(&canvas, 1, 40);
        composer_draw(composer, &canvas, (struct area){ 0, 0, 1, 40 }, true);
        if (canvas.cursor_col != 2 + cases[i].col)
            fail_msg("case %zu: column %zu", i, canvas.cursor_col);
        canvas_release(&canvas);
        composer_destroy(composer);
    }
}

static void controls_are_shown_not_sent(void **state)
{
    struct composer *composer = *state;

    paste(composer, STR("a\033[31m\tb\xff"));
    assert_draft(composer, "a\033[31m\tb\xef\xbf\xbd");
    assert_screen(composer, 1, 30, "> a\xe2\x90\x9b[31m  b\xef\xbf\xbd|\n");
}

// --- kill, yank, undo ------------------------------------------------------

static void what_is_killed_can_be_yanked(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two-three\027");
    assert_draft(composer, "one ");
    type(composer, "\031\031");
    assert_draft(composer, "one two-threetwo-three");
    type(composer, "\033\177");
    assert_draft(composer, "one two-threetwo-");
    type(composer, "\001\033d\013\031");
    assert_draft(composer, "one two-threetwo-");
}

static void kills_in_a_row_are_one_text(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two three\027\027\027");
    assert_draft(composer, "");
    type(composer, "\031");
    assert_draft(composer, "one two three");
    type(composer, "\001\033d\033d\033[F \031");
    assert_draft(composer, " three one two");
}

static void a_motion_between_kills_keeps_them_apart(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two\027\002\006\027");
    type(composer, "\031");
    assert_draft(composer, "one ");
    type(composer, "\033y");
    assert_draft(composer, "two");
    type(composer, "\033y");
    assert_draft(composer, "one ");
}

static void lines_are_killed_to_their_edges(void **state)
{
    struct composer *composer = *state;

    type(composer, "one\ntwo\033b\013");
    assert_draft(composer, "one\n");
    type(composer, "\025");
    assert_draft(composer, "one");
    type(composer, "\002\025");
    assert_draft(composer, "e");
    type(composer, "\033<\nx\033<\013");
    assert_draft(composer, "xe");
}

static void undo_takes_back_words_kills_and_pastes(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two");
    paste(composer, STR("pasted"));
    type(composer, "\027");
    assert_draft(composer, "one ");
    type(composer, "\037");
    assert_draft(composer, "one twopasted");
    type(composer, "\037");
    assert_draft(composer, "one two");
    type(composer, "\037");
    assert_draft(composer, "one ");
    type(composer, "\037");
    assert_draft(composer, "");
    assert_int_equal(type(composer, "\037"), COMPOSER_MOVED);
}

static void undo_puts_the_caret_back(void **state)
{
    struct composer *composer = *state;

    type(composer, "one two\033b\025");
    assert_draft(composer, "two");
    type(composer, "\037");
    assert_screen(composer, 1, 20, "> one |wo\n");
}

// --- pastes ----------------------------------------------------------------

static void fill_lines(struct buf *text, int count)
{
    for (int i = 0; i < count; i++)
        buf_printf(text, "line %d\n", i);
}

static void a_short_paste_is_text(void **state)
{
    struct composer *composer = *state;

    paste(composer, STR("one\r\ntwo\rthree"));
    assert_draft(composer, "one\ntwo\nthree");
}

static void a_long_paste_is_shown_folded_and_sent_in_full(void **state)
{
    struct composer *composer = *state;
    struct buf text = { 0 }, want = { 0 };

    fill_lines(&text, 214);
    type(composer, "see ");
    paste(composer, buf_str(&text));
    type(composer, " there");
    assert_screen(composer, 1, 60,
                  "> see [paste #1: 214 lines, 1.8 kB, crc 5d60957e] there|\n");
    buf_printf(&want, "see %s there", buf_cstr(&text));
    assert_draft(composer, buf_cstr(&want));
    buf_release(&text);
    buf_release(&want);
}

static void a_folded_paste_is_one_unit(void **state)
{
    struct composer *composer = *state;
    struct buf text = { 0 };

    fill_lines(&text, COMPOSER_FOLD_LINES + 1);
    type(composer, "a");
    paste(composer, buf_str(&text));
    type(composer, "\033[D");
    assert_screen(composer, 1, 60,
                  "> a|paste #1: 13 lines, 94 B, crc d69954e5]\n");
    type(composer, "\033[C\177");
    assert_draft(composer, "a");
    type(composer, "\037");
    assert_screen(composer, 1, 60,
                  "> a[paste #1: 13 lines, 94 B, crc d69954e5]|\n");
    paste(composer, buf_str(&text));
    type(composer, "\177\177");
    assert_draft(composer, "a");
    buf_release(&text);
}

static void a_paste_of_the_limit_is_not_folded(void **state)
{
    struct composer *composer = *state;
    struct buf text = { 0 };

    fill_lines(&text, COMPOSER_FOLD_LINES);
    paste(composer, buf_str(&text));
    assert_int_equal(composer_rows(composer, 40, 99), COMPOSER_FOLD_LINES + 1);
    buf_release(&text);
}

static void a_killed_paste_is_yanked_in_full(void **state)
{
    struct composer *composer = *state;
    struct buf text = { 0 };

    fill_lines(&text, 20);
    paste(composer, buf_str(&text));
    type(composer, "\025");
    assert_true(composer_is_empty(composer));
    composer_clear(composer);
    type(composer, "\031");
    assert_draft(composer, buf_cstr(&text));
    buf_release(&text);
}

static void a_huge_paste_of_one_line_is_folded(void **state)
{
    struct composer *composer = *state;
    struct buf text = { 0 };

    buf_reserve(&text, 5000000);
    memset(text.at, 'x', 5000000);
    text.len = 5000000;
    assert_int_equal(paste(composer, buf_str(&text)), COMPOSER_EDITED);
    type(composer, "!");
    assert_screen(composer, 1, 60,
                  "> [paste #1: 1 line, 5.0 MB, crc 74c50e46]!|\n");
    assert_int_equal(composer_text(composer).len, 5000001);
    buf_release(&text);
}

static void the_draft_can_be_set_from_itself(void **state)
{
    struct composer *composer = *state;

    type(composer, "text");
    composer_set(composer, composer_text(composer));
    assert_draft(composer, "text");
    composer_set(composer, STR("from\r\neditor"));
    assert_screen(composer, 2, 20, "> from\n  editor|\n");
    composer_clear(composer);
    assert_draft(composer, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(typed_text_stands_behind_the_prompt),
        TEST(three_ways_break_the_line),
        TEST(enter_tab_escape_and_control_c_are_for_others),
        TEST(control_d_deletes_and_leaves_only_an_empty_draft),
        TEST(the_caret_moves_by_characters_words_and_lines),
        TEST(clusters_are_moved_over_and_deleted_whole),
        TEST(home_and_end_stay_in_their_line),
        TEST(long_lines_are_broken_at_blanks),
        TEST(a_word_longer_than_a_row_is_cut),
        TEST(the_caret_is_seen_at_the_right_edge),
        TEST(a_wide_character_goes_to_the_next_row_whole),
        TEST(up_and_down_go_by_rows_and_keep_the_column),
        TEST(more_rows_than_there_is_room_for_scroll),
        TEST(any_size_can_be_drawn),
        TEST(the_cursor_stands_at_the_carets_cell),
        TEST(controls_are_shown_not_sent),
        TEST(what_is_killed_can_be_yanked),
        TEST(kills_in_a_row_are_one_text),
        TEST(a_motion_between_kills_keeps_them_apart),
        TEST(lines_are_killed_to_their_edges),
        TEST(undo_takes_back_words_kills_and_pastes),
        TEST(undo_puts_the_caret_back),
        TEST(a_short_paste_is_text),
        TEST(a_long_paste_is_shown_folded_and_sent_in_full),
        TEST(a_folded_paste_is_one_unit),
        TEST(a_paste_of_the_limit_is_not_folded),
        TEST(a_killed_paste_is_yanked_in_full),
        TEST(a_huge_paste_of_one_line_is_folded),
        TEST(the_draft_can_be_set_from_itself),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
