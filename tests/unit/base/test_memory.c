/* Arenas and growing buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    for (size_t size = 0; size < 100000; size = size * 3 + 1) {
        unsigned char *at = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xff, size);
    }
    arena_release(&arena);
    assert_null(arena.head);
    assert_int_equal(arena.size_bytes, 0);
}

static void a_reset_arena_hands_out_zeroes_again(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    memset(arena_alloc(&arena, 64), 0xff, 64);

    arena_reset(&arena);

    unsigned char *at = arena_alloc(&arena, 64);
    assert_int_equal(at[0], 0);
    assert_int_equal(at[63], 0);
    assert_int_equal(arena.size_bytes, 64);
    arena_release(&arena);
}

static void a_big_piece_leaves_the_open_block_in_use(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    char *before = arena_alloc(&arena, 16);

    arena_alloc(&arena, 1 << 20);

    assert_ptr_equal((char *)arena_alloc(&arena, 16), before + 16);
    arena_release(&arena);
}

static void copies_end_with_a_nul_that_does_not_count(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    struct str copy = arena_copy(&arena, STR("a\0b"));

    assert_int_equal(copy.len, 3);
    assert_int_equal(copy.at[3], 0);
    assert_string_equal(arena_cstr(&arena, (struct str){ 0 }), "");
    arena_release(&arena);
}

static void formatting_into_an_arena_takes_any_length(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    struct str text = arena_printf(&arena, "%05000d|%s", 7, "x");

    assert_int_equal(text.len, 5002);
    assert_true(str_ends_with(text, STR("7|x")));
    arena_release(&arena);
}

static void growing_keeps_what_was_there(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    size_t cap = 0;
    int *items = NULL;

    for (int i = 0; i < 1000; i++) {
        items = arena_grow(&arena, items, &cap, (size_t)i + 1, sizeof(*items));
        items[i] = i;
    }

    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_true(cap >= 1000);
    arena_release(&arena);
}

static void a_buffer_holds_what_was_appended(void **state)
{
    (void)state;
    struct buf buf = { 0 };

    buf_append(&buf, STR("a\0b"));
    buf_append(&buf, (struct str){ 0 });
    buf_append_char(&buf, '-');
    buf_printf(&buf, "%d%%", 50);

    assert_true(str_equal(buf_str(&buf), STR("a\0b-50%")));
    assert_int_equal(buf_cstr(&buf)[7], 0);
    buf_release(&buf);
    assert_int_equal(buf_str(&buf).len, 0);
}

static void an_empty_buffer_is_an_empty_c_string(void **state)
{
    (void)state;
    struct buf buf = { 0 };

    assert_string_equal(buf_cstr(&buf), "");

    buf_release(&buf);
}

static void consuming_drops_from_the_front(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    buf_append(&buf, STR("abcdef"));

    buf_consume(&buf, 2);
    assert_true(str_is(buf_str(&buf), "cdef"));
    buf_consume(&buf, 99);
    assert_int_equal(buf.len, 0);

    buf_append(&buf, STR("x"));
    buf_reset(&buf);
    assert_int_equal(buf.len, 0);
    buf_release(&buf);
}

static void long_formats_fit(void **state)
{
    (void)state;
    struct buf buf = { 0 };

    for (int i = 0; i < 100; i++)
        buf_printf(&buf, "%0*d", i, 0);

    assert_int_equal(buf.len, 1 + 99 * 100 / 2);
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(a_reset_arena_hands_out_zeroes_again),
        cmocka_unit_test(a_big_piece_leaves_the_open_block_in_use),
        cmocka_unit_test(copies_end_with_a_nul_that_does_not_count),
        cmocka_unit_test(formatting_into_an_arena_takes_any_length),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(a_buffer_holds_what_was_appended),
        cmocka_unit_test(an_empty_buffer_is_an_empty_c_string),
        cmocka_unit_test(consuming_drops_from_the_front),
        cmocka_unit_test(long_formats_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
