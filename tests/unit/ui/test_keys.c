/* Bytes in, keys out, whatever the pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "kerf/ui/keys.h"

#define PASTE(text) "\033[200~" text "\033[201~"

// Appends a key as "NAME " or "paste(TEXT) " or "mouse(BUTTON,ROW,COL) ".
static void note(const struct key *key, void *ctx)
{
    struct buf *out = ctx;
    char name[32];

    if (key->code == KEYCODE_PASTE) {
        buf_printf(out, "paste(%.*s) ", STR_ARG(key->text));
    } else if (key->code == KEYCODE_MOUSE) {
        buf_printf(out, "mouse(%u,%zu,%zu) ", key->ch, key->row, key->col);
    } else {
        key_name(key, name, sizeof(name));
        buf_printf(out, "%s ", name);
    }
}

// Feeds pieces of `size` bytes, the first of `first`, then lets time pass.
static void decode(struct str bytes, size_t first, size_t size, struct buf *out)
{
    struct key_decoder *decoder = key_decoder_create();

    buf_reset(out);
    key_decoder_feed(decoder, str_take(bytes, first), note, out);
    bytes = str_skip(bytes, first);
    while (bytes.len > 0) {
        key_decoder_feed(decoder, str_take(bytes, size), note, out);
        bytes = str_skip(bytes, size);
    }
    while (key_decoder_is_waiting(decoder))
        key_decoder_timeout(decoder, note, out);
    key_decoder_destroy(decoder);
}

struct example {
    const char *bytes;
    const char *keys;
};

static void check(const struct example *examples, size_t count)
{
    struct buf have = { 0 };

    for (size_t i = 0; i < count; i++) {
        decode(str_from(examples[i].bytes), SIZE_MAX, 1, &have);
        assert_string_equal(buf_cstr(&have), examples[i].keys);
    }
    buf_release(&have);
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void characters_and_controls_are_keys(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "aZ~", "a Z ~ " },
        { " ", "Space " },
        { "\x01\x0a\x1a", "^A ^J ^Z " },
        { "\x1c\x1d\x1e\x1f", "^\\ ^] ^^ ^_ " },
        { "\r\t\x08\x7f", "Enter Tab Backspace Backspace " },
        { "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x91\xa8",
          "\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x91\xa8 " },
    };

    CHECK(examples);
}

static void a_nul_byte_is_control_space(void **state)
{
    (void)state;
    struct buf have = { 0 };

    decode(STR("\0"), SIZE_MAX, 1, &have);
    assert_string_equal(buf_cstr(&have), "^Space ");
    buf_release(&have);
}

static void cursor_keys_are_known_in_all_forms(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[A\033[B\033[C\033[D", "Up Down Right Left " },
        { "\033OA\033OB\033OC\033OD", "Up Down Right Left " },
        { "\033[H\033[F\033OH\033OF", "Home End Home End " },
        { "\033[1~\033[4~\033[7~\033[8~", "Home End Home End " },
        { "\033[2~\033[3~\033[5~\033[6~", "Ins Del PgUp PgDn " },
        { "\033[1;5C\033[1;2A\033[1;3D", "C-Right S-Up M-Left " },
        { "\033[5C\033O5D\033O1;5D", "C-Right C-Left C-Left " },
        { "\033[3;5~\033[5;3~", "C-Del M-PgUp " },
        { "\033[a\033[d\033Oa\033Oc", "S-Up S-Left C-Up C-Right " },
        { "\033[3$\033[3^\033[3@", "S-Del C-Del C-S-Del " },
        { "\033[Z\033[1;2Z", "S-Tab S-Tab " },
        { "\033[1;129A", "Up " }, // Num Lock
    };

    CHECK(examples);
}

static void function_keys_are_known_in_all_forms(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4 " },
        { "\033[11~\033[14~\033[15~\033[17~", "F1 F4 F5 F6 " },
        { "\033[21~\033[23~\033[24~", "F10 F11 F12 " },
        { "\033[[A\033[[E", "F1 F5 " },
        { "\033[1;2P\033[15;5~", "S-F1 C-F5 " },
        { "\033[1;5R", "C-F3 " },
    };

    CHECK(examples);
}

static void the_keypad_is_known_in_application_mode(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033OM\033Op\033Oy\033Oj\033Ok\033OX", "Enter 0 9 * + = " },
    };

    CHECK(examples);
}

static void alt_is_an_escape_before_the_key(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033f\033\r\033\x7f", "M-f M-Enter M-Backspace " },
        { "\033\x01", "M-^A " },
        { "\033\xc3\xa9", "M-\xc3\xa9 " },
        { "\033\033[A", "M-Up " },
        { "\033\033OD", "M-Left " },
        { "\033", "Esc " },
        { "\033\033", "Esc Esc " },
        { "\033\033a", "Esc M-a " },
        { "\033[", "M-[ " },
        { "\033O", "M-O " },
        { "\033P", "M-P " },
        { "\033]", "M-] " },
        { "\033O\033[A", "M-O Up " },
        { "\033[\r", "M-[ Enter " },
        { "\033Pq", "M-P q " },
    };

    CHECK(examples);
}

static void modified_keys_of_newer_protocols_are_known(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[13;2u\033[27;2;13~", "S-Enter S-Enter " },
        { "\033[97;5u\033[106;5u", "^A ^J " },
        { "\033[27;5;97~\033[27;6;65~", "^A ^A " },
        { "\033[102;3u\033[102:70;3u", "M-f M-f " },
        { "\033[97;2u\033[27;2;65~", "A A " },
        { "\033[27u\033[127u\033[9;2u", "Esc Backspace S-Tab " },
        { "\033[97;1:1u\033[97;1:3u", "a " }, // the key is let go
        { "\033[57417u\033[57399u", "Left 0 " },
        { "\033[155u\033[55296u\033[1114112u\033[u", "" },
    };

    CHECK(examples);
}

static void answers_of_the_terminal_are_no_keys(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[?62;1;2;4cx", "x " },             // DA
        { "\033[>41;354;0cx", "x " },             // secondary DA
        { "\033[0nx\033[12;40Ry", "x y " },       // DSR
        { "\033[?12;40Rx", "x " },                // DECXCPR
        { "\033[?2026;2$yx\033[4;2$yx", "x x " }, // DECRPM
        { "\033[?1ux", "x " },                    // kitty flags
        { "\033[8;24;80tx", "x " },               // window size
        { "\033]11;rgb:0000/0000/0000\033\\x", "x " },
        { "\033]11;rgb:0000/0000/0000\007x", "x " },
        { "\033P>|XTerm(370)\033\\x", "x " },
        { "\033P1$r0m\033\\x", "x " },
        { "\033P!|00000000\033\\x", "x " },
        { "\033_Gi=1;OK\033\\x", "x " },
        { "\033[I\033[Ox", "FocusIn FocusOut x " },
    };

    CHECK(examples);
}

static void note_answer(struct str answer, void *ctx)
{
    buf_printf(ctx, "<%.*s>", STR_ARG(answer));
}

static void answers_go_to_who_asked(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[?2026;2$y", "<[?2026;2$y>" },
        { "\033[?62;4c", "<[?62;4c>" },
        { "\033[12;40R", "<[12;40R>" },
        { "\033]11;rgb:1/2/3\033\\", "<]11;rgb:1/2/3>" },
        { "\033]11;rgb:1/2/3\007", "<]11;rgb:1/2/3>" },
        { "\033P>|XTerm(370)\033\\", "<P>|XTerm(370)>" },
        { "\033_Gi=1;OK\033\\", "<_Gi=1;OK>" },
        { "\033]11;rgb:1\003", "^C " }, // cut off
        { "\033[A\033[<0;3;4m\033[I", "Up FocusIn " },
    };

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct key_decoder *decoder = key_decoder_create();
        struct buf have = { 0 };
        key_decoder_on_answer(decoder, note_answer, &have);
        key_decoder_feed(decoder, str_from(examples[i].bytes), note, &have);
        assert_string_equal(buf_cstr(&have), examples[i].keys);
        key_decoder_destroy(decoder);
        buf_release(&have);
    }
}

static void an_answer_without_end_does_not_lock_the_keyboard(void **state)
{
    (void)state;
    struct buf bytes = { 0 }, have = { 0 };

    buf_append(&bytes, STR("\033]11;rgb:"));
    for (int i = 0; i < 5000; i++)
        buf_append_char(&bytes, '0');
    buf_append(&bytes, STR("!"));
    decode(buf_str(&bytes), SIZE_MAX, 1, &have);
    assert_true(str_ends_with(buf_str(&have), STR("0 ! ")));
    decode(STR("\033]11;rgb:\003x"), SIZE_MAX, 1, &have);
    assert_string_equal(buf_cstr(&have), "^C x ");
    buf_release(&bytes);
    buf_release(&have);
}

static void an_overlong_sequence_is_swallowed(void **state)
{
    (void)state;
    struct buf bytes = { 0 }, have = { 0 };

    buf_append(&bytes, STR("\033["));
    for (int i = 0; i < 300; i++)
        buf_append(&bytes, STR("1;"));
    buf_append(&bytes, STR("Ax"));
    decode(buf_str(&bytes), SIZE_MAX, 1, &have);
    assert_string_equal(buf_cstr(&have), "x ");
    buf_release(&bytes);
    buf_release(&have);
}

static void mouse_reports_give_button_and_place(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[<0;10;5M\033[<0;10;5m", "mouse(0,4,9) " },
        { "\033[<64;1;1M", "mouse(64,0,0) " },
        { "\033[<0;0;1M\033[<1Mx", "x " },
        { "\033[M !!x", "mouse(0,0,0) x " },
    };

    CHECK(examples);
}

static void malformed_utf8_gives_replacement_characters(void **state)
{
    (void)state;
#define FFFD "\xef\xbf\xbd "
    static const struct example examples[] = {
        { "\xff", FFFD },
        { "\xc3(", FFFD "( " },
        { "\xe2\x82x", FFFD FFFD "x " },
        { "\xe2\xc3\xa9", FFFD "\xc3\xa9 " },
        { "\xc2\x9b", FFFD }, // C1 control
        { "\xed\xa0\x80", FFFD FFFD FFFD },
        { "\xe2\x82\033[A", FFFD FFFD "Up " },
    };

    CHECK(examples);
}

// --- paste -----------------------------------------------------------------

static void a_paste_is_one_key_with_newlines(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { PASTE("a\rb\r\nc\nd") "x", "paste(a\nb\nc\nd) x " },
        { PASTE(""), "paste() " },
        { PASTE("\033[A\033[201\033\033[20") "x",
          "paste(\033[A\033[201\033\033[20) x " },
        { PASTE("x\033"), "paste(x\033) " },
        { PASTE("one") PASTE("two"), "paste(one) paste(two) " },
        { "\033[201~x", "x " },
    };

    CHECK(examples);
}

static void a_paste_without_end_is_given_when_nothing_more_comes(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\033[200~all of\rit\033[20", "paste(all of\nit\033[20) " },
    };

    CHECK(examples);
}

static void a_pause_does_not_end_a_paste(void **state)
{
    (void)state;
    struct key_decoder *decoder = key_decoder_create();
    struct buf have = { 0 };

    key_decoder_feed(decoder, STR("\033[200~one\r"), note, &have);
    for (int i = 0; i < 10; i++)
        key_decoder_timeout(decoder, note, &have);
    assert_true(key_decoder_is_waiting(decoder));
    key_decoder_feed(decoder, STR("two\033[201~\r"), note, &have);
    assert_string_equal(buf_cstr(&have), "paste(one\ntwo) Enter ");
    assert_false(key_decoder_is_waiting(decoder));
    key_decoder_destroy(decoder);
    buf_release(&have);
}

static void a_large_paste_arrives_whole(void **state)
{
    (void)state;
    struct key_decoder *decoder = key_decoder_create();
    struct buf bytes = { 0 }, have = { 0 };

    buf_append(&bytes, STR("\033[200~"));
    for (int i = 0; i < 100000; i++)
        buf_printf(&bytes, "%d \033[A line\r", i);
    size_t inside = bytes.len - 6;
    buf_append(&bytes, STR("\033[201~"));
    for (size_t at = 0; at < bytes.len; at += 4093)
        key_decoder_feed(decoder, str_take(str_skip(buf_str(&bytes), at), 4093),
                         note, &have);
    assert_int_equal(have.len, inside + strlen("paste() "));
    key_decoder_destroy(decoder);
    buf_release(&bytes);
    buf_release(&have);
}

// --- properties ------------------------------------------------------------

static void every_split_gives_the_same_keys(void **state)
{
    (void)state;
    struct str bytes =
        STR("a\xc3\xa9\033[1;5C\033OP\033f\033\033[A\033[[Bz\xe2\x82\xff\r"
            "\033[?62;4c\033]11;rgb:1/2/3\033\\\033P1$r0m\033\\q"
            "\033[200~x\ry\033[20\033[201~\033[<0;3;4M\033[27;5;97~\033[3$"
            "\033[M !!\033[13;2u\033[I\xf0\x9f\x91\xa8\033O5Db\033[?2026;2$y");
    struct buf whole = { 0 }, cut = { 0 };

    decode(bytes, SIZE_MAX, 1, &whole);
    for (size_t first = 0; first <= bytes.len; first++) {
        decode(bytes, first, SIZE_MAX, &cut);
        assert_string_equal(buf_cstr(&cut), buf_cstr(&whole));
    }
    for (size_t size = 1; size < 9; size++) {
        decode(bytes, size, size, &cut);
        assert_string_equal(buf_cstr(&cut), buf_cstr(&whole));
    }
    buf_release(&whole);
    buf_release(&cut);
}

static void a_lone_escape_waits(void **state)
{
    (void)state;
    struct key_decoder *decoder = key_decoder_create();
    struct buf have = { 0 };

    assert_false(key_decoder_is_waiting(decoder));
    key_decoder_feed(decoder, STR("\033"), note, &have);
    assert_true(key_decoder_is_waiting(decoder));
    assert_int_equal(have.len, 0);
    key_decoder_timeout(decoder, note, &have);
    assert_string_equal(buf_cstr(&have), "Esc ");
    assert_false(key_decoder_is_waiting(decoder));
    key_decoder_timeout(decoder, note, &have);
    assert_string_equal(buf_cstr(&have), "Esc ");
    key_decoder_destroy(decoder);
    buf_release(&have);
}

static void an_answer_cut_by_a_pause_is_still_no_text(void **state)
{
    (void)state;
    struct key_decoder *decoder = key_decoder_create();
    struct buf have = { 0 };

    key_decoder_feed(decoder, STR("\033]11;rgb:00"), note, &have);
    key_decoder_timeout(decoder, note, &have);
    key_decoder_feed(decoder, STR("00/00\033\\\033[?62"), note, &have);
    key_decoder_timeout(decoder, note, &have);
    key_decoder_feed(decoder, STR(";4cx"), note, &have);
    assert_string_equal(buf_cstr(&have), "x ");
    key_decoder_destroy(decoder);
    buf_release(&have);
}

static void a_name_is_cut_to_its_buffer(void **state)
{
    (void)state;
    struct key key = { .code = KEYCODE_PAGE_UP, .mods = MOD_CTRL | MOD_ALT };
    char name[6];

    key_name(&key, name, sizeof(name));
    assert_string_equal(name, "M-C-P");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_and_controls_are_keys),
        cmocka_unit_test(a_nul_byte_is_control_space),
        cmocka_unit_test(cursor_keys_are_known_in_all_forms),
        cmocka_unit_test(function_keys_are_known_in_all_forms),
        cmocka_unit_test(the_keypad_is_known_in_application_mode),
        cmocka_unit_test(alt_is_an_escape_before_the_key),
        cmocka_unit_test(modified_keys_of_newer_protocols_are_known),
        cmocka_unit_test(answers_of_the_terminal_are_no_keys),
        cmocka_unit_test(answers_go_to_who_asked),
        cmocka_unit_test(an_answer_without_end_does_not_lock_the_keyboard),
        cmocka_unit_test(an_overlong_sequence_is_swallowed),
        cmocka_unit_test(mouse_reports_give_button_and_place),
        cmocka_unit_test(malformed_utf8_gives_replacement_characters),
        cmocka_unit_test(a_paste_is_one_key_with_newlines),
        cmocka_unit_test(a_paste_without_end_is_given_when_nothing_more_comes),
        cmocka_unit_test(a_pause_does_not_end_a_paste),
        cmocka_unit_test(a_large_paste_arrives_whole),
        cmocka_unit_test(every_split_gives_the_same_keys),
        cmocka_unit_test(a_lone_escape_waits),
        cmocka_unit_test(an_answer_cut_by_a_pause_is_still_no_text),
        cmocka_unit_test(a_name_is_cut_to_its_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
