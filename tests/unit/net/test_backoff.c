/* The wait before a try. */
#include "kerf/net/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MIDDLE UINT32_C(0x80000000) // no jitter

static void the_first_try_waits_nothing(void **state)
{
    (void)state;
    assert_int_equal(backoff_delay_ms(0, UINT32_MAX), 0);
}

static void the_wait_doubles_up_to_30_seconds(void **state)
{
    static const int64_t expected[] = { 0,    1000,  2000,  4000,
                                        8000, 16000, 30000, 30000 };

    (void)state;
    for (unsigned i = 0; i < sizeof(expected) / sizeof(*expected); i++)
        assert_int_equal(backoff_delay_ms(i, MIDDLE), expected[i]);
    assert_int_equal(backoff_delay_ms(UINT32_MAX, MIDDLE), 30000);
}

static void jitter_is_a_quarter_either_way(void **state)
{
    (void)state;
    assert_int_equal(backoff_delay_ms(1, 0), 750);
    assert_int_equal(backoff_delay_ms(1, UINT32_MAX), 1249);
    assert_int_equal(backoff_delay_ms(9, 0), 22500);
    assert_int_equal(backoff_delay_ms(9, UINT32_MAX), 37499);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_try_waits_nothing),
        cmocka_unit_test(the_wait_doubles_up_to_30_seconds),
        cmocka_unit_test(jitter_is_a_quarter_either_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
