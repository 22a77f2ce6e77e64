/* Samples summed up: percentiles, speed, tokens and money, by backend, by
 * tree, by day, or by several of them at once. */
#ifndef KERF_STORE_STATS_H
#define KERF_STORE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/model/histogram.h"
#include "kerf/model/usage.h"

#define LIMIT_STATS_ROWS 5000 // what is beyond is summed up in a last row

enum {
    STATS_BY_BACKEND = 1,
    STATS_BY_TREE = 2,
    STATS_BY_DAY = 4,
};

struct stats_row {
    struct str backend, tree, day; // empty unless asked for; day: 2026-11-21,
                                   // local time
    size_t requests, failures;     // failures: of all requests
    struct histogram ttft_ms, total_ms;
    struct histogram speed; // tokens a second
    struct usage usage;
    double cost_usd;
};

struct stats {
    struct stats_row *rows; // in order of day, tree, backend
    size_t count;
    bool cut; // there were more
};

/* Reads the samples not older than `since_ms`; blocking. `by` is a set of
 * STATS_BY_ bits, 0 gives one row. A missing journal gives none. */
bool stats_read(struct arena *arena, struct str dir, int64_t since_ms,
                unsigned by, struct stats *stats,
                struct error *err) KERF_CHECKED;

#endif
