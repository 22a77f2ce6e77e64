/* Samples summed up by what is asked for. */
#include "desk.h"

#include "kerf/store/stats.h"

#define DAY_MS (24 * 3600000LL)

static void add_sample(struct desk *desk, const char *session,
                       const char *backend, int64_t time_ms, int64_t ttft_ms,
                       const char *outcome)
{
    struct sample sample = {
        .session_id = str_from(session),
        .backend = str_from(backend),
        .outcome = str_from(outcome),
        .time_ms = time_ms,
        .ttft_ms = ttft_ms,
        .total_ms = 1000,
        .tokens_per_second = 500,
        .cost_usd = 0.25,
        .usage = { .input = 100, .cached = 50, .output = 10 },
    };
    journal_sample(desk->journal, &sample);
}

static void fill(struct folder *folder)
{
    struct desk desk = desk_open(folder);
    struct event opened = { .kind = EVENT_SESSION_OPENED,
                            .id = STR("s1"),
                            .name = STR("/tree") };

    journal_append(desk.journal, STR("s1"), &opened);
    for (int i = 1; i <= 20; i++)
        add_sample(&desk, "s1", "wafer", 10 * DAY_MS + i, i * 10, "ok");
    add_sample(&desk, "s1", "wafer", 11 * DAY_MS, -1, "lost");
    add_sample(&desk, "s2", "gpu", 11 * DAY_MS, 900, "ok");
    add_sample(&desk, "s2", "gpu", 11 * DAY_MS, 900, "cancelled");
    add_sample(&desk, "s2", "gpu", 11 * DAY_MS, 1, "raced"); // no request
    desk_close(&desk);
}

static struct stats read_by(struct folder *folder, int64_t since_ms,
                            unsigned by)
{
    struct stats stats;
    struct error err = { 0 };

    if (!stats_read(&folder->arena, str_from(state_dir(folder)), since_ms, by,
                    &stats, &err))
        fail_msg("%s", err.text);
    return stats;
}

static void one_row_sums_up_everything(void **state)
{
    fill(*state);
    struct stats stats = read_by(*state, 0, 0);

    assert_int_equal(stats.count, 1);
    assert_int_equal(stats.rows[0].requests, 23);
    assert_int_equal(stats.rows[0].failures, 1);
    assert_int_equal(stats.rows[0].ttft_ms.count, 22);
    assert_int_equal(stats.rows[0].usage.input, 2300);
    assert_true(stats.rows[0].cost_usd == 23 * 0.25);
}

static void rows_stand_for_what_is_asked_for(void **state)
{
    fill(*state);
    struct stats backends = read_by(*state, 0, STATS_BY_BACKEND);
    struct stats trees = read_by(*state, 0, STATS_BY_TREE);
    struct stats days = read_by(*state, 0, STATS_BY_DAY);

    assert_int_equal(backends.count, 2);
    assert_true(str_is(backends.rows[0].backend, "gpu"));
    assert_true(str_is(backends.rows[1].backend, "wafer"));
    assert_int_equal(backends.rows[1].requests, 21);
    assert_in_range(histogram_percentile(&backends.rows[1].ttft_ms, 95), 180,
                    200);
    assert_int_equal(trees.count, 2);
    assert_true(str_is(trees.rows[1].tree, "/tree"));
    assert_int_equal(days.count, 2);
    assert_true(str_starts_with(days.rows[0].day, STR("1970-01-1")));
}

static void keys_can_be_combined(void **state)
{
    fill(*state);
    struct stats stats = read_by(*state, 0, STATS_BY_BACKEND | STATS_BY_DAY);

    assert_int_equal(stats.count, 3);
    assert_true(str_is(stats.rows[0].backend, "wafer"));
    assert_int_equal(stats.rows[0].requests, 20);
    assert_true(str_is(stats.rows[1].backend, "gpu"));
}

static void older_samples_are_left_out(void **state)
{
    fill(*state);
    struct stats stats = read_by(*state, 11 * DAY_MS, 0);

    assert_int_equal(stats.rows[0].requests, 3);
}

static void without_a_journal_there_are_no_rows(void **state)
{
    assert_int_equal(read_by(*state, 0, STATS_BY_BACKEND).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(one_row_sums_up_everything),
        IN_FOLDER(rows_stand_for_what_is_asked_for),
        IN_FOLDER(keys_can_be_combined),
        IN_FOLDER(older_samples_are_left_out),
        IN_FOLDER(without_a_journal_there_are_no_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
