/* What terminals send, one row a key: xterm and what is like it, tmux, screen,
 * the linux console, vt220, rxvt, putty, kitty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/ui/keys.h"

struct example {
    const char *bytes, *name;
};

static const struct example examples[] = {
    // xterm, normal and application cursor keys
    { "\033[A", "Up" },
    { "\033[B", "Down" },
    { "\033[C", "Right" },
    { "\033[D", "Left" },
    { "\033[H", "Home" },
    { "\033[F", "End" },
    { "\033OA", "Up" },
    { "\033OB", "Down" },
    { "\033OC", "Right" },
    { "\033OD", "Left" },
    { "\033OH", "Home" },
    { "\033OF", "End" },
    // xterm, editing keys
    { "\033[2~", "Ins" },
    { "\033[3~", "Del" },
    { "\033[5~", "PgUp" },
    { "\033[6~", "PgDn" },
    // vt220, linux, screen, tmux: Home and End
    { "\033[1~", "Home" },
    { "\033[4~", "End" },
    // rxvt and old putty: Home and End
    { "\033[7~", "Home" },
    { "\033[8~", "End" },
    // xterm, F1 to F12
    { "\033OP", "F1" },
    { "\033OQ", "F2" },
    { "\033OR", "F3" },
    { "\033OS", "F4" },
    { "\033[15~", "F5" },
    { "\033[17~", "F6" },
    { "\033[18~", "F7" },
    { "\033[19~", "F8" },
    { "\033[20~", "F9" },
    { "\033[21~", "F10" },
    { "\033[23~", "F11" },
    { "\033[24~", "F12" },
    // vt220, rxvt, putty: F1 to F4
    { "\033[11~", "F1" },
    { "\033[12~", "F2" },
    { "\033[13~", "F3" },
    { "\033[14~", "F4" },
    // linux console: F1 to F5
    { "\033[[A", "F1" },
    { "\033[[B", "F2" },
    { "\033[[C", "F3" },
    { "\033[[D", "F4" },
    { "\033[[E", "F5" },
    // kitty: F1, F2, F4 as CSI
    { "\033[P", "F1" },
    { "\033[Q", "F2" },
    { "\033[S", "F4" },
    // xterm, modified arrows
    { "\033[1;2A", "S-Up" },
    { "\033[1;3A", "M-Up" },
    { "\033[1;4A", "M-S-Up" },
    { "\033[1;5A", "C-Up" },
    { "\033[1;6A", "C-S-Up" },
    { "\033[1;7A", "M-C-Up" },
    { "\033[1;8A", "M-C-S-Up" },
    { "\033[1;5B", "C-Down" },
    { "\033[1;5C", "C-Right" },
    { "\033[1;5D", "C-Left" },
    { "\033[1;3C", "M-Right" },
    { "\033[1;2H", "S-Home" },
    { "\033[1;5F", "C-End" },
    // xterm, modified editing and function keys
    { "\033[3;5~", "C-Del" },
    { "\033[3;2~", "S-Del" },
    { "\033[5;3~", "M-PgUp" },
    { "\033[6;5~", "C-PgDn" },
    { "\033[2;2~", "S-Ins" },
    { "\033[1;2P", "S-F1" },
    { "\033[1;5R", "C-F3" },
    { "\033[15;5~", "C-F5" },
    { "\033[24;8~", "M-C-S-F12" },
    // rxvt, modified keys
    { "\033[a", "S-Up" },
    { "\033[b", "S-Down" },
    { "\033[c", "S-Right" },
    { "\033[d", "S-Left" },
    { "\033Oa", "C-Up" },
    { "\033Ob", "C-Down" },
    { "\033Oc", "C-Right" },
    { "\033Od", "C-Left" },
    { "\033[3$", "S-Del" },
    { "\033[3^", "C-Del" },
    { "\033[3@", "C-S-Del" },
    { "\033[5$", "S-PgUp" },
    { "\033[7^", "C-Home" },
    // putty and old xterm: a modifier without the 1
    { "\033[5C", "C-Right" },
    { "\033O5D", "C-Left" },
    { "\033O1;5A", "C-Up" },
    // Alt is ESC before the sequence
    { "\033\033[A", "M-Up" },
    { "\033\033OD", "M-Left" },
    { "\033\033[3~", "M-Del" },
    { "\033\033[5~", "M-PgUp" },
    { "\033\033OP", "M-F1" },
    // back tab
    { "\033[Z", "S-Tab" },
    { "\033[1;2Z", "S-Tab" },
    // application keypad
    { "\033OM", "Enter" },
    { "\033OI", "Tab" },
    { "\033Oj", "*" },
    { "\033Ok", "+" },
    { "\033Ol", "," },
    { "\033Om", "-" },
    { "\033On", "." },
    { "\033Oo", "/" },
    { "\033Op", "0" },
    { "\033Oq", "1" },
    { "\033Or", "2" },
    { "\033Os", "3" },
    { "\033Ot", "4" },
    { "\033Ou", "5" },
    { "\033Ov", "6" },
    { "\033Ow", "7" },
    { "\033Ox", "8" },
    { "\033Oy", "9" },
    { "\033OX", "=" },
    // Alt with characters
    { "\033a", "M-a" },
    { "\033Z", "M-Z" },
    { "\033.", "M-." },
    { "\033<", "M-<" },
    { "\033\r", "M-Enter" },
    { "\033\n", "M-^J" },
    { "\033\x7f", "M-Backspace" },
    { "\033\x08", "M-Backspace" },
    { "\033\x01", "M-^A" },
    { "\033\t", "M-Tab" },
    { "\033 ", "M-Space" },
    { "\033\xc3\xa9", "M-\xc3\xa9" },
    // kitty protocol
    { "\033[27u", "Esc" },
    { "\033[13u", "Enter" },
    { "\033[13;2u", "S-Enter" },
    { "\033[13;5u", "C-Enter" },
    { "\033[9;2u", "S-Tab" },
    { "\033[127u", "Backspace" },
    { "\033[127;5u", "C-Backspace" },
    { "\033[97;5u", "^A" },
    { "\033[106;5u", "^J" },
    { "\033[99;5u", "^C" },
    { "\033[120;3u", "M-x" },
    { "\033[32;5u", "^Space" },
    { "\033[97:65;2u", "A" },
    { "\033[97;1:1u", "a" },
    { "\033[97;1:2u", "a" },
    { "\033[57417u", "Left" },
    { "\033[57424u", "End" },
    { "\033[57414u", "Enter" },
    { "\033[57400u", "1" },
    { "\033[57413u", "+" },
    { "\033[233u", "\xc3\xa9" },
    { "\033[1;129A", "Up" },
    { "\033[97;65u", "a" },
    // modifyOtherKeys
    { "\033[27;2;13~", "S-Enter" },
    { "\033[27;5;13~", "C-Enter" },
    { "\033[27;5;97~", "^A" },
    { "\033[27;6;65~", "^A" },
    { "\033[27;3;120~", "M-x" },
    { "\033[27;5;9~", "C-Tab" },
    { "\033[27;2;9~", "S-Tab" },
    { "\033[27;5;127~", "C-Backspace" },
    // control bytes
    { "\x01", "^A" },
    { "\x02", "^B" },
    { "\x03", "^C" },
    { "\x04", "^D" },
    { "\x05", "^E" },
    { "\x06", "^F" },
    { "\x07", "^G" },
    { "\x08", "Backspace" },
    { "\x09", "Tab" },
    { "\x0a", "^J" },
    { "\x0b", "^K" },
    { "\x0c", "^L" },
    { "\x0d", "Enter" },
    { "\x0e", "^N" },
    { "\x0f", "^O" },
    { "\x10", "^P" },
    { "\x11", "^Q" },
    { "\x12", "^R" },
    { "\x13", "^S" },
    { "\x14", "^T" },
    { "\x15", "^U" },
    { "\x16", "^V" },
    { "\x17", "^W" },
    { "\x18", "^X" },
    { "\x19", "^Y" },
    { "\x1a", "^Z" },
    { "\x1c", "^\\" },
    { "\x1d", "^]" },
    { "\x1e", "^^" },
    { "\x1f", "^_" },
    { "\x7f", "Backspace" },
    // focus
    { "\033[I", "FocusIn" },
    { "\033[O", "FocusOut" },
};

#define EXAMPLE_COUNT (sizeof(examples) / sizeof(examples[0]))

static void note(const struct key *key, void *ctx)
{
    char name[KEY_NAME_BYTES];

    key_name(key, name, sizeof(name));
    buf_printf(ctx, "%s;", name);
}

static void each_sequence_is_one_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct key_decoder *decoder = key_decoder_create();
        struct buf have = { 0 }, want = { 0 };
        key_decoder_feed(decoder, str_from(examples[i].bytes), note, &have);
        buf_printf(&want, "%s;", examples[i].name);
        if (key_decoder_is_waiting(decoder)
            || !str_equal(buf_str(&have), buf_str(&want)))
            fail_msg("row %zu: %s, not %s", i, buf_cstr(&have),
                     examples[i].name);
        key_decoder_destroy(decoder);
        buf_release(&have);
        buf_release(&want);
    }
}

// Fast typing and pasting put many of them into one read.
static void all_in_a_row_are_the_same_keys(void **state)
{
    (void)state;
    struct key_decoder *decoder = key_decoder_create();
    struct buf bytes = { 0 }, have = { 0 }, want = { 0 };

    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        buf_append(&bytes, str_from(examples[i].bytes));
        buf_printf(&want, "%s;", examples[i].name);
    }
    key_decoder_feed(decoder, buf_str(&bytes), note, &have);
    assert_string_equal(buf_cstr(&have), buf_cstr(&want));
    key_decoder_destroy(decoder);
    buf_release(&bytes);
    buf_release(&have);
    buf_release(&want);
}

// A key that a slow line cut between any two bytes comes out as one, if what
// is missing comes before the timeout.
static void a_cut_sequence_is_still_one_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct str bytes = str_from(examples[i].bytes);
        for (size_t cut = 1; cut < bytes.len; cut++) {
            struct key_decoder *decoder = key_decoder_create();
            struct buf have = { 0 };
            key_decoder_feed(decoder, str_take(bytes, cut), note, &have);
            assert_int_equal(have.len, 0);
            assert_true(key_decoder_is_waiting(decoder));
            key_decoder_feed(decoder, str_skip(bytes, cut), note, &have);
            assert_int_equal(have.len, strlen(examples[i].name) + 1);
            key_decoder_destroy(decoder);
            buf_release(&have);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sequence_is_one_key),
        cmocka_unit_test(all_in_a_row_are_the_same_keys),
        cmocka_unit_test(a_cut_sequence_is_still_one_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
