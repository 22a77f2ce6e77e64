/* A composer under the keys of vi: typing, and the text with the caret. */
#ifndef KERF_TESTS_UI_VI_RIG_H
#define KERF_TESTS_UI_VI_RIG_H

#include "composer_rig.h"

#define ESC "\033"
#define REDO "\022"

// Types text; each ESC is the key alone.
static inline enum composer_result press(struct composer *composer,
                                         const char *keys)
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

// The draft with '|' where the caret is.
static inline const char *shown(struct composer *composer, struct buf *out)
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

static inline void check(const struct vi_case *cases, size_t count)
{
    struct buf have = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct composer *composer = composer_create();
        composer_use_vi(composer);
        composer_set(composer, str_from(cases[i].text));
        press(composer, ESC "gg0");
        press(composer, cases[i].keys);
        if (strcmp(shown(composer, &have), cases[i].want) != 0)
            fail_msg("%zu: \"%s\" \"%s\" gives \"%s\", not \"%s\"", i,
                     cases[i].text, cases[i].keys, buf_cstr(&have),
                     cases[i].want);
        composer_destroy(composer);
    }
    buf_release(&have);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases[0]))

#endif
