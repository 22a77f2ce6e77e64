/* The two modes of vi: keys into the composer, the text and the caret after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/ui/composer.h"
#include "scene.h"

#define HAN "\xe6\xbc\xa2"
#define KA "\xe3\x81\x8b"
#define E_ACUTE "e\xcc\x81"
#define ESC "\033"
#define REDO "\022"

struct last_result {
    struct composer *composer;
    enum composer_result result;
};

static void pass_key(const struct key *key, void *ctx)
{
    struct last_result *last = ctx;

    last->result = composer_key(last->composer, key);
}

// Types text; each ESC is the key alone.
static enum composer_result type(struct composer *composer, const char *keys)
{
    static const struct key escape = { .code = KEYCODE_ESCAPE };
    struct key_decoder *decoder = key_decoder_create();
    struct last_result last = { composer, COMPOSER_IGNORED };
    struct str rest = str_from(keys);

    while (rest.len > 0) {
        size_t len = str_find_char(rest, '\033');
        bool escapes = len < rest.len;
        key_decoder_feed(decoder, str_take(rest, len), pass_key, &last);
        if (escapes)
            pass_key(&escape, &last);
        rest = str_skip(rest, (escapes ? len : rest.len) + escapes);
    }
    key_decoder_destroy(decoder);
    return last.result;
}

static void paste(struct composer *composer, const char *text)
{
    struct key key = { .code = KEYCODE_PASTE, .text = str_from(text) };

    composer_key(composer, &key);
}

// The draft with '|' where the caret is.
static const char *shown(struct composer *composer, struct buf *out)
{
    struct str text = composer_text(composer);
    size_t caret = composer_head(composer).len;

    buf_reset(out);
    buf_append(out, str_take(text, caret));
    buf_append_char(out, '|');
    buf_append(out, str_skip(text, caret));
    return buf_cstr(out);
}

struct vi_case {
    const char *text; // with the caret on its first character
    const char *keys;
    const char *want;
};

static void check(const struct vi_case *cases, size_t count)
{
    struct buf have = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct composer *composer = composer_create();
        composer_use_vi(composer);
        composer_set(composer, str_from(cases[i].text));
        type(composer, ESC "gg0");
        type(composer, cases[i].keys);
        if (strcmp(shown(composer, &have), cases[i].want) != 0)
            fail_msg("%zu: \"%s\" \"%s\" gives \"%s\", not \"%s\"", i,
                     cases[i].text, cases[i].keys, buf_cstr(&have),
                     cases[i].want);
        composer_destroy(composer);
    }
    buf_release(&have);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases[0]))

static void motions_go_where_vi_goes(void **state)
{
    static const struct vi_case cases[] = {
        { "one two", "l", "o|ne two" },
        { "one two", "3l", "one| two" },
        { "one", "9l", "on|e" },
        { "one", "lh", "|one" },
        { "one\ntwo", "9l", "on|e\ntwo" },
        { "one\ntwo", "jh", "one\n|two" },
        { "one two", "w", "one |two" },
        { "a.b c", "w", "a|.b c" },
        { "a.b c", "W", "a.b |c" },
        { "a b c d", "3w", "a b c |d" },
        { "one", "w", "on|e" },
        { "one\n\ntwo", "w", "one\n|\ntwo" },
        { "one\n\ntwo", "2w", "one\n\n|two" },
        { "one two", "e", "on|e two" },
        { "one two", "ee", "one tw|o" },
        { "a.b c", "E", "a.|b c" },
        { "one two", "$b", "one |two" },
        { "one two", "$bb", "|one two" },
        { "a x.y", "$b", "a x|.y" },
        { "a x.y", "$B", "a |x.y" },
        { "one two", "$", "one tw|o" },
        { "one\ntwo", "2$", "one\ntw|o" },
        { "one two", "$0", "|one two" },
        { "  one", "$^", "  |one" },
        { "a,b,c", "f,", "a|,b,c" },
        { "a,b,c", "2f,", "a,b|,c" },
        { "a,b,c", "3f,", "|a,b,c" },
        { "a,b,c", "f,;", "a,b|,c" },
        { "a,b,c", "f,;,", "a|,b,c" },
        { "ab,cd,e", "t,", "a|b,cd,e" },
        { "ab,cd,e", "t,;", "ab,c|d,e" },
        { "a,b,c", "$F,", "a,b|,c" },
        { "a,b,cd", "$T,", "a,b,|cd" },
        { "a,b,cd", "$T,;", "a,|b,cd" },
        { "a,b,c", ";", "|a,b,c" },
        { "1\n2\n3", "G", "1\n2\n|3" },
        { "1\n2\n3", "2G", "1\n|2\n3" },
        { "1\n2\n3", "Ggg", "|1\n2\n3" },
        { "1\n2\n3", "2gg", "1\n|2\n3" },
        { "abc\nd\nefg", "2ljj", "abc\nd\nef|g" },
        { "abc\nd\nefg", "2l2jk", "abc\n|d\nefg" },
        { "", "wbeh0^$", "|" },
        { HAN HAN "x", "w", HAN "|" HAN "x" },
        { HAN KA KA "x", "ww", HAN KA KA "|x" },
        { HAN HAN, "f" HAN, HAN "|" HAN },
        { E_ACUTE "x", "l", E_ACUTE "|x" },
    };
    (void)state;

    CHECK(cases);
}

static void operators_take_motions_and_counts(void **state)
{
    static const struct vi_case cases[] = {
        { "one two", "dw", "|two" },
        { "one two", "wdw", "one| " },
        { "one\ntwo", "dw", "|\ntwo" },
        { "a b\nc", "d2w", "|\nc" },
        { "a b c d", "2dw", "|c d" },
        { "a b c d e f g", "2d3w", "|g" },
        { "one two", "de", "| two" },
        { "one two", "$db", "one |o" },
        { "one two", "wD", "one| " },
        { "one two", "d$", "|" },
        { "one two", "$d0", "|o" },
        { "  one", "$d^", "  |e" },
        { "a,b,c", "df,", "|b,c" },
        { "a,b,c", "dt,", "|,b,c" },
        { "a,b,c", "d2f,", "|c" },
        { "a,b,c", "$dF,", "a,b|c" },
        { "abc", "dl", "|bc" },
        { "abc", "$dh", "a|c" },
        { "1\n2\n3", "dd", "|2\n3" },
        { "1\n2\n3", "Gdd", "1\n|2" },
        { "1\n2\n3", "2dd", "|3" },
        { "1\n2\n3", "dj", "|3" },
        { "1\n2\n3", "Gdk", "|1" },
        { "1\n2\n3", "jdG", "|1" },
        { "1\n2\n3", "jdgg", "|3" },
        { "one", "dd", "|" },
        { "one two", "cwsix" ESC, "si|x two" },
        { "one two", "lcwx" ESC, "o|x two" },
        { "a  b", "lcwx" ESC, "a|xb" },
        { "a b c", "c2wx" ESC, "|x c" },
        { "1\n2\n3", "jccx" ESC, "1\n|x\n3" },
        { "one two", "wCx" ESC, "one |x" },
        { "one two", "ct x" ESC, "|x two" },
        { "one two", "yw$p", "one twoone| " },
        { "one two", "ywP", "one| one two" },
        { "1\n2", "yyp", "1\n|1\n2" },
        { "1\n2", "yyGp", "1\n2\n|1" },
        { "1\n2", "jyyP", "1\n|2\n2" },
        { "1\n2", "Y2p", "1\n|1\n1\n2" },
        { "1\n2\n3", "ddp", "2\n|1\n3" },
        { "one", "dx", "|one" },
        { "one", "d" ESC "x", "|ne" },
        { "", "cwx" ESC, "|x" },
        { HAN HAN, "dw", "|" HAN },
    };
    (void)state;

    CHECK(cases);
}

static void simple_changes_are_one_key(void **state)
{
    static const struct vi_case cases[] = {
        { "abc", "x", "|bc" },
        { "abc", "2x", "|c" },
        { "abc", "9x", "|" },
        { "abc", "$x", "a|b" },
        { "", "x", "|" },
        { "a\n\nb", "jx", "a\n|\nb" },
        { "abc", "$X", "a|c" },
        { "abc", "X", "|abc" },
        { "abc", "rx", "|xbc" },
        { "abc", "2rx", "x|xc" },
        { "abc", "9rx", "|abc" },
        { "abc", "sxy" ESC, "x|ybc" },
        { "", "sx" ESC, "|x" },
        { "a\nb", "Sx" ESC, "|x\nb" },
        { "aBc", "3~", "Ab|C" },
        { "a1b", "~~~", "A1|B" },
        { "a\n  b", "J", "a| b" },
        { "a\nb\nc", "3J", "a b| c" },
        { "a\n)", "J", "a|)" },
        { "a", "J", "|a" },
        { "abc", "xp", "b|ac" },
        { "abc", "xu", "|abc" },
        { "abc", "xxuu", "|abc" },
        { "abc", "xx2u", "|abc" },
        { "abc", "xxuu" REDO, "|bc" },
        { "abc", "xxuu2" REDO, "|c" },
        { "abc", "xux" REDO, "|bc" },
        { "a\nb", "ddu", "|a\nb" },
        { "a b", "cwone two" ESC "u", "|a b" },
        { "a b", "cwone two" ESC "u" REDO, "|one two b" },
        { "a", "Ab c\x7f" ESC "u", "|a" },
    };
    (void)state;

    CHECK(cases);
}

static void inserts_end_with_escape(void **state)
{
    static const struct vi_case cases[] = {
        { "abc", "lix" ESC, "a|xbc" },     { "abc", "lax" ESC, "ab|xc" },
        { "abc", "$ax" ESC, "abc|x" },     { "  abc", "$Ix" ESC, "  |xabc" },
        { "abc", "Ax" ESC, "abc|x" },      { "a\nb", "ox" ESC, "a\n|x\nb" },
        { "a\nb", "Ox" ESC, "|x\na\nb" },  { "a", "3ix" ESC, "xx|xa" },
        { "a", "2oxy" ESC, "a\nxy\nx|y" }, { "a", "3Ab" ESC, "abb|b" },
        { "abc", "li" ESC, "|abc" },       { "abc", "ix\x01y" ESC, "|yxabc" },
    };
    (void)state;

    CHECK(cases);
}

static void a_point_does_the_last_change_again(void **state)
{
    static const struct vi_case cases[] = {
        { "abcd", "x.", "|cd" },
        { "abcdef", "2x.", "|ef" },
        { "abcdef", "x3.", "|ef" },
        { "a b c d", "dww.", "b |d" },
        { "a b c", "cwx" ESC "w.", "x |x c" },
        { "a,b,c,d", "df,.", "|c,d" },
        { "1\n2\n3", "dd.", "|3" },
        { "a", "Ab" ESC "..", "abb|b" },
        { "a", "2ix" ESC ".", "xx|xxa" },
        { "a\nb", "ox" ESC ".", "a\nx\n|x\nb" },
        { "a b", "cwx" ESC "w.u", "x |b" },
        { "ab ab", "rxww.", "xb a|x" },
        { "abc", ".", "|abc" },
        { "abc", "xyl.", "|c" },
    };
    (void)state;

    CHECK(cases);
}

// --- modes -----------------------------------------------------------------

static int set_up(void **state)
{
    *state = composer_create();
    composer_use_vi(*state);
    return 0;
}

static int tear_down(void **state)
{
    composer_destroy(*state);
    return 0;
}

static void a_new_draft_is_typed_as_without_vi(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    assert_int_equal(composer_mode(composer), COMPOSER_INSERT);
    type(composer, "hjkl\027dd one");
    assert_string_equal(shown(composer, &have), "dd one|");
    type(composer, ESC);
    assert_int_equal(composer_mode(composer), COMPOSER_NORMAL);
    composer_clear(composer);
    assert_int_equal(composer_mode(composer), COMPOSER_INSERT);
    buf_release(&have);
}

static void what_was_inserted_first_is_one_step_of_undo(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    type(composer, "one two three" ESC ".u");
    assert_string_equal(shown(composer, &have), "|");
    buf_release(&have);
}

static void escape_and_enter_in_normal_mode_are_for_others(void **state)
{
    struct composer *composer = *state;

    assert_int_equal(type(composer, "a" ESC), COMPOSER_MOVED);
    assert_int_equal(type(composer, ESC), COMPOSER_IGNORED);
    assert_int_equal(type(composer, "\r"), COMPOSER_IGNORED);
    assert_int_equal(type(composer, "d" ESC), COMPOSER_MOVED);
    assert_int_equal(type(composer, "q"), COMPOSER_MOVED);
    assert_int_equal(type(composer, "\003"), COMPOSER_IGNORED);
}

static void a_paste_is_text_in_either_mode(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    type(composer, "ab" ESC);
    paste(composer, "dd");
    assert_string_equal(shown(composer, &have), "abd|d");
    type(composer, "0");
    paste(composer, "x");
    assert_string_equal(shown(composer, &have), "x|abdd");
    type(composer, "i");
    paste(composer, "u");
    type(composer, ESC "$.");
    assert_string_equal(shown(composer, &have), "xuabd|ud");
    buf_release(&have);
}

static void j_and_k_at_the_edge_go_through_the_history(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    composer_remember(composer, STR("older"));
    composer_remember(composer, STR("newer"));
    type(composer, "draft" ESC "k");
    assert_string_equal(shown(composer, &have), "newe|r");
    type(composer, "k");
    assert_string_equal(shown(composer, &have), "olde|r");
    type(composer, "jj");
    assert_string_equal(shown(composer, &have), "draf|t");
    buf_release(&have);
}

static void a_huge_count_ends_soon(void **state)
{
    struct composer *composer = *state;

    paste(composer, "0123456789012345678901234567890123456789");
    type(composer, ESC "99999999999999999999ix" ESC "yy99999p99999.99999u");
    assert_true(composer_size(composer).bytes < (size_t)8 << 20);
}

static void any_keys_leave_the_caret_in_the_text(void **state)
{
    static const char *const keys[] = {
        "h", "l",   "j",    "k",     "w",  "b",     "e",    "W",     "B", "E",
        "0", "$",   "^",    "fa",    "t ", "F" HAN, "T.",   ";",     ",", "gg",
        "G", "d",   "c",    "y",     "dd", "x",     "X",    "r" HAN, "s", "S",
        "D", "C",   "Y",    "p",     "P",  "u",     REDO,   ".",     "i", "a",
        "I", "A",   "o",    "O",     "J",  "~",     "2",    "3",     ESC, ESC,
        ESC, "ab ", HAN KA, E_ACUTE, "\n", "\027",  "\x7f", "\037",
    };
    struct composer *composer = *state;
    uint32_t random = 1;

    for (size_t i = 0; i < 6000; i++) {
        random = random * 1664525 + 1013904223;
        type(composer, keys[(random >> 8) % (sizeof(keys) / sizeof(keys[0]))]);
        if (i % 40 == 0)
            paste(composer, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n");
        struct str head = composer_head(composer);
        size_t bytes = composer_size(composer).bytes;
        assert_true(composer_size(composer).folded || head.len <= bytes);
        if (bytes > 4000)
            composer_clear(composer);
    }
}

static void the_mode_stands_at_the_prompt_and_below(void **state)
{
    (void)state;
    struct scene scene = scene_with(20, 80, (struct ui_options){ .vi = true });

    scene_open(&scene);
    assert_shows(&scene, " insert ");
    scene_keys(&scene, "/ h e");
    assert_shows(&scene, "> help ");
    scene_keys(&scene, "Esc");
    assert_shows(&scene, " normal ");
    assert_shows(&scene, ": /he");
    scene_keys(&scene, "0 f ? d d");
    assert_false(scene_shows(&scene, ": /he"));
    scene_destroy(&scene);
}

static void escape_stops_a_turn_only_from_normal_mode(void **state)
{
    (void)state;
    struct scene scene = scene_with(20, 80, (struct ui_options){ .vi = true });

    scene_open(&scene);
    scene_ask(&scene, "hello");
    scene_keys(&scene, "Esc");
    assert_int_equal(scene.command_count, 0);
    scene_keys(&scene, "Esc");
    assert_int_equal(scene.commands[0].kind, CMD_INTERRUPT);
    scene_keys(&scene, "i h i Esc Enter");
    assert_int_equal(scene.commands[0].kind, CMD_SEND);
    assert_shows(&scene, " insert ");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motions_go_where_vi_goes),
        cmocka_unit_test(operators_take_motions_and_counts),
        cmocka_unit_test(simple_changes_are_one_key),
        cmocka_unit_test(inserts_end_with_escape),
        cmocka_unit_test(a_point_does_the_last_change_again),
        cmocka_unit_test_setup_teardown(a_new_draft_is_typed_as_without_vi,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_was_inserted_first_is_one_step_of_undo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            escape_and_enter_in_normal_mode_are_for_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_paste_is_text_in_either_mode, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            j_and_k_at_the_edge_go_through_the_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_huge_count_ends_soon, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(any_keys_leave_the_caret_in_the_text,
                                        set_up, tear_down),
        cmocka_unit_test(the_mode_stands_at_the_prompt_and_below),
        cmocka_unit_test(escape_stops_a_turn_only_from_normal_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
