/* Pastes: folded with size and checksum, unfolded in place, told before they
 * are sent; and bursts of bytes that are pastes without brackets. */
#include "kerf/ui/burst.h"
#include "kerf/ui/composer.h"
#include "scene.h"

#define FOLDED "[paste #1: 20 lines, 150 B, crc c586b160]"

static void fill_lines(struct buf *text, int count)
{
    for (int i = 0; i < count; i++)
        buf_printf(text, "line %d\n", i);
}

static struct scene scene_with_paste(size_t rows, size_t cols, int lines)
{
    struct scene scene = scene_create(rows, cols);
    struct buf text = { 0 };

    scene_open(&scene);
    fill_lines(&text, lines);
    scene_paste(&scene, buf_cstr(&text));
    buf_release(&text);
    return scene;
}

// --- folding ---------------------------------------------------------------

static void a_folded_paste_tells_lines_bytes_and_checksum(void **state)
{
    static const size_t sizes[][2] = {
        { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct scene scene = scene_with_paste(sizes[i][0], sizes[i][1], 20);
        assert_shows(&scene, "> " FOLDED);
        assert_shows(&scene, " to send: 20 lines, 150 B -");
        scene_destroy(&scene);
    }
}

static void a_paste_is_unfolded_in_place_and_folded_again(void **state)
{
    struct scene scene = scene_with_paste(24, 80, 20);

    (void)state;
    scene_keys(&scene, "^O");
    assert_hides(&scene, "[paste");
    assert_shows(&scene, "> line 0");
    assert_shows(&scene, "^O folds it again");
    scene_keys(&scene, "Down ^O");
    assert_shows(&scene, "> [paste #2: 20 lines, 150 B, crc c586b160]");
    scene_destroy(&scene);
}

static void what_is_changed_in_an_unfolded_paste_stays_changed(void **state)
{
    struct scene scene = scene_with_paste(24, 80, 20);

    (void)state;
    scene_keys(&scene, "^O ^F ! ^O");
    assert_shows(&scene, "[paste #2: 20 lines, 151 B, crc ");
    assert_true(str_starts_with(ui_draft(scene.ui), STR("l!ine 0\n")));
    scene_destroy(&scene);
}

static void undo_takes_unfolding_back(void **state)
{
    struct scene scene = scene_with_paste(24, 80, 20);

    (void)state;
    scene_keys(&scene, "^O ^_");
    assert_shows(&scene, FOLDED);
    assert_int_equal(ui_draft(scene.ui).len, 150);
    scene_destroy(&scene);
}

static void text_beside_an_unfolded_paste_is_not_folded_with_it(void **state)
{
    struct scene scene = scene_create(24, 80);
    struct buf text = { 0 };

    (void)state;
    scene_open(&scene);
    fill_lines(&text, 20);
    scene_type(&scene, "see ");
    scene_paste(&scene, buf_cstr(&text));
    scene_type(&scene, "now");
    scene_keys(&scene, "^A ^O");
    assert_shows(&scene, FOLDED "now"); // the caret is not at the paste
    scene_keys(&scene, "^F ^F ^F ^F ^O ^F a ^O");
    assert_shows(&scene, "> see [paste #2: 20 lines, 151 B, crc ");
    assert_shows(&scene, "]now");
    buf_release(&text);
    scene_destroy(&scene);
}

static void a_paste_too_long_to_lay_out_stays_folded(void **state)
{
    struct scene scene = scene_with_paste(24, 80, 40000);

    (void)state;
    scene_keys(&scene, "^O");
    assert_shows(&scene, "[paste #1: 40000 lines, ");
    assert_shows(&scene, "too long to unfold here: ^G opens it in an editor");
    scene_destroy(&scene);
}

static void without_a_paste_the_key_folds_the_conversation(void **state)
{
    struct composer *composer = composer_create();

    (void)state;
    composer_set(composer, STR("one\ntwo"));
    assert_int_equal(composer_fold(composer), COMPOSER_NO_PASTE);
    composer_destroy(composer);
}

// --- size ------------------------------------------------------------------

struct size_case {
    const char *before;
    int lines;
    const char *after;
    size_t want_lines, want_bytes;
};

static void the_size_counts_what_will_be_sent(void **state)
{
    static const struct size_case cases[] = {
        { "", 0, "", 0, 0 },           { "a", 0, "", 1, 1 },
        { "a\nb", 0, "", 2, 3 },       { "", 20, "", 20, 150 },
        { "see ", 20, "", 20, 154 },   { "", 20, "now", 21, 153 },
        { "a\n", 20, "b\n", 22, 154 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct composer *composer = composer_create();
        struct buf text = { 0 };
        fill_lines(&text, cases[i].lines);
        struct str pieces[] = { str_from(cases[i].before), buf_str(&text),
                                str_from(cases[i].after) };
        for (size_t k = 0; k < 3; k++)
            composer_key(composer, &(struct key){ .code = KEYCODE_PASTE,
                                                  .text = pieces[k] });
        struct composer_size size = composer_size(composer);
        assert_int_equal(size.lines, cases[i].want_lines);
        assert_int_equal(size.bytes, cases[i].want_bytes);
        assert_int_equal(size.bytes, composer_text(composer).len);
        assert_int_equal(size.folded, cases[i].lines > 12);
        buf_release(&text);
        composer_destroy(composer);
    }
}

static void a_short_draft_needs_no_size(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    scene_type(&scene, "hello");
    assert_hides(&scene, "to send");
    scene_destroy(&scene);
}

// --- bursts ----------------------------------------------------------------

#define LONG_LINE \
    "a line that is long enough to be no line that somebody types ahead 12345"

static void keep_paste(const struct key *key, void *ctx)
{
    struct buf *text = ctx;

    assert_int_equal(key->code, KEYCODE_PASTE);
    buf_append(text, key->text);
    buf_append_char(text, '|');
}

struct burst_case {
    const char *bytes;
    size_t taken;
};

static void only_a_text_of_lines_that_comes_at_once_is_a_burst(void **state)
{
    static const struct burst_case cases[] = {
        { "hello\r", 0 },
        { "one\rtwo\r", 0 },
        { LONG_LINE, 0 },
        { LONG_LINE "\r", 0 }, // typed ahead and sent
        { LONG_LINE "\r\r", 0 },
        { LONG_LINE "\rb", sizeof(LONG_LINE "\rb") - 1 },
        { "a\n" LONG_LINE, sizeof("a\n" LONG_LINE) - 1 },
        { "a\n" LONG_LINE "\n", sizeof("a\n" LONG_LINE "\n") - 1 },
        { "a\n" LONG_LINE "\003", sizeof("a\n" LONG_LINE) - 1 },
        { "\033[A\033[A" LONG_LINE "\rb", 0 },
        { "\033[200~a\n" LONG_LINE "\033[201~", 0 },
        { "\xc3\xa4\n" LONG_LINE, sizeof("\xc3\xa4\n" LONG_LINE) - 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct burst burst = { 0 };
        size_t taken = burst_feed(&burst, str_from(cases[i].bytes));
        if (taken != cases[i].taken)
            fail_msg("case %zu: %zu bytes taken", i, taken);
        burst_release(&burst);
    }
}

static void a_burst_goes_on_over_reads_and_comes_out_once(void **state)
{
    struct burst burst = { 0 };
    struct buf text = { 0 };

    (void)state;
    assert_int_equal(burst_feed(&burst, STR("a\r\n" LONG_LINE "\r")),
                     sizeof("a\r\n" LONG_LINE "\r") - 1);
    assert_int_equal(burst_feed(&burst, STR("\ny\r")), 3);
    assert_true(burst.open);
    burst_end(&burst, keep_paste, &text);
    burst_end(&burst, keep_paste, &text);
    assert_string_equal(buf_cstr(&text), "a\n" LONG_LINE "\ny\n|");
    assert_int_equal(burst_feed(&burst, STR("y\r")), 0);
    buf_release(&text);
    burst_release(&burst);
}

static void a_terminal_that_brackets_pastes_has_no_bursts(void **state)
{
    struct burst burst = { 0 };

    (void)state;
    assert_int_equal(burst_feed(&burst, STR("\033[200~x\033[201~")), 0);
    assert_int_equal(burst_feed(&burst, STR("a\n" LONG_LINE)), 0);
    burst_release(&burst);
}

static void an_unbracketed_paste_decides_nothing_in_the_review(void **state)
{
    struct scene scene = scene_create(24, 80);
    struct burst burst = { 0 };
    struct buf text = { 0 };

    (void)state;
    scene_open(&scene);
    scene_patch(&scene, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
    scene_file(&scene, "p1", 0, "a\n");
    scene_draw(&scene);
    scene.now_ms += 1000;
    buf_append(&text, STR("y\nyes\n" LONG_LINE "\n"));
    assert_int_equal(burst_feed(&burst, buf_str(&text)), text.len);
    scene_paste(&scene, buf_cstr(&burst.text));
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_equal(ui_draft(scene.ui), buf_str(&text)));
    buf_release(&text);
    burst_release(&burst);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folded_paste_tells_lines_bytes_and_checksum),
        cmocka_unit_test(a_paste_is_unfolded_in_place_and_folded_again),
        cmocka_unit_test(what_is_changed_in_an_unfolded_paste_stays_changed),
        cmocka_unit_test(undo_takes_unfolding_back),
        cmocka_unit_test(text_beside_an_unfolded_paste_is_not_folded_with_it),
        cmocka_unit_test(a_paste_too_long_to_lay_out_stays_folded),
        cmocka_unit_test(without_a_paste_the_key_folds_the_conversation),
        cmocka_unit_test(the_size_counts_what_will_be_sent),
        cmocka_unit_test(a_short_draft_needs_no_size),
        cmocka_unit_test(only_a_text_of_lines_that_comes_at_once_is_a_burst),
        cmocka_unit_test(a_burst_goes_on_over_reads_and_comes_out_once),
        cmocka_unit_test(a_terminal_that_brackets_pastes_has_no_bursts),
        cmocka_unit_test(an_unbracketed_paste_decides_nothing_in_the_review),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
