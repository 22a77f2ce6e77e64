/* permessage-deflate: which offers are met, and messages there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/sim/deflate.h"

#define PMD "permessage-deflate"
#define WORDS "the same words again and again, and again the same words. "

static void an_offer_is_met_on_its_terms(void **state)
{
    static const struct {
        const char *offer, *answer; // NULL: none
    } cases[] = {
        { "", NULL },
        { "x-other", NULL },
        { PMD, PMD },
        { "Permessage-Deflate", PMD },
        { PMD "; client_max_window_bits", PMD },
        { PMD ";client_max_window_bits=8", PMD },
        { PMD "; server_no_context_takeover",
          PMD "; server_no_context_takeover" },
        { PMD "; client_no_context_takeover; server_max_window_bits=\"10\"",
          PMD "; client_no_context_takeover; server_max_window_bits=10" },
        // malformed, unknown or beyond us: as if it had not been offered
        { PMD "; server_max_window_bits", NULL },
        { PMD "; server_max_window_bits=8", NULL },
        { PMD "; server_max_window_bits=16", NULL },
        { PMD "; server_max_window_bits=010", NULL },
        { PMD "; server_no_context_takeover=1", NULL },
        { PMD "; server_no_context_takeover; server_no_context_takeover",
          NULL },
        { PMD "; x=1", NULL },
        { PMD "; ", NULL },
        { "x-other, " PMD "; x, " PMD "; client_max_window_bits=15", PMD },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct deflate_terms terms = deflate_agree(str_from(cases[i].offer));
        struct buf answer = { 0 };
        if (terms.agreed)
            deflate_write_terms(&terms, &answer);
        if (terms.agreed != (cases[i].answer != NULL)
            || (terms.agreed && !str_is(buf_str(&answer), cases[i].answer)))
            fail_msg("%s: %s", cases[i].offer, buf_cstr(&answer));
        buf_release(&answer);
    }
}

// Sends `text` twice from one to the other; returns the size of the second.
static size_t send_twice(const char *offer, struct str text)
{
    struct deflate_terms there = deflate_agree(str_from(offer));
    struct deflate_terms back = { true, there.fresh_in, there.fresh_out, 0 };
    struct deflater *from = deflater_create(&there);
    struct deflater *to = deflater_create(&back);
    struct buf small = { 0 }, large = { 0 };

    for (int i = 0; i < 2; i++) {
        buf_reset(&small);
        buf_reset(&large);
        assert_true(deflater_shrink(from, text, &small));
        assert_true(deflater_grow(to, buf_str(&small), 1 << 20, &large));
        assert_true(str_equal(buf_str(&large), text));
    }
    size_t size = small.len;
    deflater_destroy(from);
    deflater_destroy(to);
    buf_release(&small);
    buf_release(&large);
    return size;
}

static void a_message_comes_back_on_any_terms(void **state)
{
    static const char *const offers[] = { PMD,
                                          PMD "; server_no_context_takeover",
                                          PMD "; client_no_context_takeover",
                                          PMD "; server_max_window_bits=9" };
    struct str text = STR(WORDS WORDS WORDS);

    (void)state;
    for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
        assert_in_range(send_twice(offers[i], text), 1, text.len / 2);
}

static void a_kept_context_makes_the_second_message_smaller(void **state)
{
    struct str text = STR(WORDS WORDS);

    (void)state;
    assert_true(send_twice(PMD, text)
                < send_twice(PMD "; server_no_context_takeover", text));
}

static void a_short_message_goes_as_it_is(void **state)
{
    struct deflater *d = deflater_create(&(struct deflate_terms){ 0 });
    struct buf out = { 0 };

    (void)state;
    assert_false(deflater_shrink(d, STR("{}"), &out));
    assert_int_equal(out.len, 0);
    deflater_destroy(d);
}

static void what_grows_beyond_the_limit_is_refused(void **state)
{
    struct deflater *d = deflater_create(&(struct deflate_terms){ 0 });
    struct buf bomb = { 0 }, out = { 0 };

    (void)state;
    deflate_bomb(100, &bomb);
    assert_true(bomb.len < (size_t)1 << 20);
    assert_false(deflater_grow(d, buf_str(&bomb), 1 << 20, &out));
    assert_in_range(out.len, 1 << 20, 2 << 20);
    deflater_destroy(d);
    buf_release(&bomb);
    buf_release(&out);
}

static void a_bomb_has_its_megabytes(void **state)
{
    struct deflater *d = deflater_create(&(struct deflate_terms){ 0 });
    struct buf bomb = { 0 }, out = { 0 };

    (void)state;
    deflate_bomb(3, &bomb);
    assert_true(deflater_grow(d, buf_str(&bomb), 4 << 20, &out));
    assert_int_equal(out.len, 3 << 20);
    deflater_destroy(d);
    buf_release(&bomb);
    buf_release(&out);
}

static void malformed_bytes_are_refused(void **state)
{
    struct deflater *d = deflater_create(&(struct deflate_terms){ 0 });
    struct buf out = { 0 };

    (void)state;
    assert_false(deflater_grow(d, STR("\xff\xff\xff\xff"), 1 << 20, &out));
    deflater_destroy(d);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_met_on_its_terms),
        cmocka_unit_test(a_message_comes_back_on_any_terms),
        cmocka_unit_test(a_kept_context_makes_the_second_message_smaller),
        cmocka_unit_test(a_short_message_goes_as_it_is),
        cmocka_unit_test(what_grows_beyond_the_limit_is_refused),
        cmocka_unit_test(a_bomb_has_its_megabytes),
        cmocka_unit_test(malformed_bytes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
