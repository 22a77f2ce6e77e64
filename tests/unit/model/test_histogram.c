/* Percentiles from buckets against percentiles of the sorted values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/model/histogram.h"

#define COUNT 5000

// xorshift64*, Vigna 2016.
static uint64_t next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u >> 1;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t nearest_rank(const int64_t *sorted, double percent)
{
    double exact = percent / 100 * COUNT;
    size_t rank = (size_t)exact;

    rank += (double)rank < exact;
    return sorted[rank < 1 ? 0 : rank - 1];
}

static void assert_near(int64_t got, int64_t want)
{
    double off = got > want ? (double)(got - want) : (double)(want - got);

    if (off > 0.05 * (double)want)
        fail_msg("got %lld, want %lld", (long long)got, (long long)want);
}

// Shifts make values of every size, so every octave is met.
static void every_percentile_is_at_most_5_percent_off(void **state)
{
    static int64_t values[COUNT];
    uint64_t seed = 7;

    (void)state;
    for (unsigned shift = 23; shift < 63; shift += 3) {
        struct histogram h = { 0 };
        for (size_t i = 0; i < COUNT; i++) {
            values[i] = (int64_t)(next(&seed) >> shift >> next(&seed) % 12);
            histogram_add(&h, values[i]);
        }
        qsort(values, COUNT, sizeof(values[0]), compare);
        for (double p = 0; p <= 100; p += 0.5)
            assert_near(histogram_percentile(&h, p), nearest_rank(values, p));
        assert_int_equal(histogram_percentile(&h, 0), values[0]);
        assert_int_equal(histogram_percentile(&h, 100), values[COUNT - 1]);
    }
}

// One value in a bucket beside two far ones: what the bucket says of it.
static void every_value_is_told_within_5_percent(void **state)
{
    (void)state;
    for (int64_t value = 1; value < HISTOGRAM_MOST; value += 1 + value / 90) {
        struct histogram h = { 0 };
        histogram_add(&h, 0);
        histogram_add(&h, value);
        histogram_add(&h, HISTOGRAM_MOST);
        assert_near(histogram_percentile(&h, 50), value);
    }
}

static void an_empty_one_says_0(void **state)
{
    struct histogram h = { 0 };

    (void)state;
    assert_int_equal(histogram_percentile(&h, 50), 0);
}

static void one_value_is_every_percentile(void **state)
{
    struct histogram h = { 0 };

    (void)state;
    histogram_add(&h, 12345);
    assert_int_equal(histogram_percentile(&h, 1), 12345);
    assert_int_equal(histogram_percentile(&h, 50), 12345);
    assert_int_equal(histogram_percentile(&h, 99), 12345);
}

static void what_does_not_fit_counts_at_the_end(void **state)
{
    struct histogram h = { 0 };

    (void)state;
    histogram_add(&h, -5);
    histogram_add(&h, INT64_MAX);
    assert_int_equal(h.least, 0);
    assert_int_equal(h.most, HISTOGRAM_MOST);
    assert_int_equal(histogram_percentile(&h, 99), HISTOGRAM_MOST);
}

static void count_and_sum_are_exact(void **state)
{
    struct histogram h = { 0 };

    (void)state;
    histogram_add(&h, 100003);
    histogram_add(&h, 7);
    histogram_add(&h, -1);
    assert_int_equal(h.count, 3);
    assert_true(h.sum == 100010);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_percentile_is_at_most_5_percent_off),
        cmocka_unit_test(every_value_is_told_within_5_percent),
        cmocka_unit_test(an_empty_one_says_0),
        cmocka_unit_test(one_value_is_every_percentile),
        cmocka_unit_test(what_does_not_fit_counts_at_the_end),
        cmocka_unit_test(count_and_sum_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
