/* One pass over the samples, each added to the row of its keys. Rows are few,
 * so that looking for one from the newest on costs nothing to speak of. */
#include "kerf/store/stats.h"

#include <stdlib.h>
#include <time.h>

#include "kerf/store/journal.h"

struct summing {
    struct arena *arena;
    struct stats *stats;
    unsigned by;
    size_t cap;
};

static struct str day_of(char text[16], int64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm when;

    if (!localtime_r(&seconds, &when))
        return (struct str){ 0 };
    return (struct str){ text, strftime(text, 16, "%Y-%m-%d", &when) };
}

static struct stats_row *find_row(const struct stats *stats, struct str backend,
                                  struct str tree, struct str day)
{
    for (size_t i = stats->count; i-- > 0;) {
        struct stats_row *row = &stats->rows[i];
        if (str_equal(row->backend, backend) && str_equal(row->tree, tree)
            && str_equal(row->day, day))
            return row;
    }
    return NULL;
}

static struct stats_row *row_for(struct summing *sum,
                                 const struct sample *sample)
{
    struct str none = { 0 };
    char text[16];
    struct str backend = sum->by & STATS_BY_BACKEND ? sample->backend : none;
    struct str tree = sum->by & STATS_BY_TREE ? sample->root : none;
    struct str day = sum->by & STATS_BY_DAY ? day_of(text, sample->time_ms)
                                            : none;
    struct stats *stats = sum->stats;
    struct stats_row *row = find_row(stats, backend, tree, day);

    if (row)
        return row;
    if (stats->count == LIMIT_STATS_ROWS) {
        stats->cut = true;
        return &stats->rows[stats->count - 1];
    }
    stats->rows = arena_grow(sum->arena, stats->rows, &sum->cap,
                             stats->count + 1, sizeof(*stats->rows));
    row = &stats->rows[stats->count++];
    *row = (struct stats_row){ .backend = arena_copy(sum->arena, backend),
                               .tree = arena_copy(sum->arena, tree),
                               .day = arena_copy(sum->arena, day) };
    return row;
}

static bool is_failure(const struct sample *sample)
{
    return str_is(sample->outcome, "lost") || str_is(sample->outcome, "failed");
}

static void on_sample(const struct sample *sample, void *ctx)
{
    struct summing *sum = ctx;

    if (str_is(sample->outcome, "raced"))
        return; // no request
    struct stats_row *row = row_for(sum, sample);
    row->requests++;
    row->failures += is_failure(sample);
    if (sample->ttft_ms >= 0)
        histogram_add(&row->ttft_ms, sample->ttft_ms);
    if (sample->total_ms >= 0)
        histogram_add(&row->total_ms, sample->total_ms);
    if (sample->tokens_per_second > 0)
        histogram_add(&row->speed, (int64_t)sample->tokens_per_second);
    row->usage = usage_add(row->usage, sample->usage);
    row->cost_usd += sample->cost_usd;
}

static int compare_rows(const void *a, const void *b)
{
    const struct stats_row *one = a, *other = b;
    int order = str_compare(one->day, other->day);

    if (order == 0)
        order = str_compare(one->tree, other->tree);
    return order ? order : str_compare(one->backend, other->backend);
}

bool stats_read(struct arena *arena, struct str dir, int64_t since_ms,
                unsigned by, struct stats *stats, struct error *err)
{
    struct summing sum = { .arena = arena, .stats = stats, .by = by };

    *stats = (struct stats){ 0 };
    if (!journal_samples(dir, since_ms, on_sample, &sum, err))
        return false;
    if (stats->count > 0)
        qsort(stats->rows, stats->count, sizeof(*stats->rows), compare_rows);
    return true;
}
