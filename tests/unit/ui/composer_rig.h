/* A composer under keys: typing as a terminal sends it, and what it shows. */
#ifndef KERF_TESTS_UI_COMPOSER_RIG_H
#define KERF_TESTS_UI_COMPOSER_RIG_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/ui/composer.h"

#define HAN "\xe6\xbc\xa2"
#define KA "\xe3\x81\x8b"
#define HANGUL "\xed\x95\x9c"
#define E_ACUTE "e\xcc\x81"
#define FAMILY "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"

struct last_result {
    struct composer *composer;
    enum composer_result result;
};

static inline void pass_key(const struct key *key, void *ctx)
{
    struct last_result *last = ctx;

    last->result = composer_key(last->composer, key);
}

// Types bytes as a terminal sends them; returns the last key's result.
static inline enum composer_result type(struct composer *composer,
                                        const char *bytes)
{
    struct key_decoder *decoder = key_decoder_create();
    struct last_result last = { composer, COMPOSER_IGNORED };

    key_decoder_feed(decoder, str_from(bytes), pass_key, &last);
    while (key_decoder_is_waiting(decoder))
        key_decoder_timeout(decoder, pass_key, &last);
    key_decoder_destroy(decoder);
    return last.result;
}

static inline enum composer_result paste(struct composer *composer,
                                         struct str text)
{
    struct key key = { .code = KEYCODE_PASTE, .text = text };

    return composer_key(composer, &key);
}

static inline void assert_draft(struct composer *composer, const char *want)
{
    struct buf have = { 0 };

    buf_append(&have, composer_text(composer));
    assert_string_equal(buf_cstr(&have), want);
    buf_release(&have);
}

// Compares all rows at a size; '|' stands where the cursor is.
static inline void assert_screen(struct composer *composer, size_t rows,
                                 size_t cols, const char *want)
{
    struct canvas canvas;
    struct buf have = { 0 };

    canvas_init(&canvas, rows, cols);
    canvas.cursor_row = rows;
    composer_draw(composer, &canvas, (struct area){ 0, 0, rows, cols }, true);
    assert_true(canvas.cursor_row < rows && canvas.cursor_col < cols);
    struct cell *cell =
        &canvas.cells[canvas.cursor_row * cols + canvas.cursor_col];
    *cell = (struct cell){ .code = { '|' }, .width = 1 };
    canvas_text(&canvas, &have);
    assert_string_equal(buf_cstr(&have), want);
    canvas_release(&canvas);
    buf_release(&have);
}

// Every test gets a composer of its own.
static inline int set_up(void **state)
{
    *state = composer_create();
    return 0;
}

static inline int tear_down(void **state)
{
    composer_destroy(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
