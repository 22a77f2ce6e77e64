/*
 * A router as this machine knows it: the backends of the settings with their
 * places, the policy, and what the samples of the last days tell.
 */
#ifndef KERF_APP_ROUTING_H
#define KERF_APP_ROUTING_H

#include "kerf/app/setup.h"
#include "kerf/model/router.h"
#include "kerf/store/journal.h"

#define ROUTING_DAYS 14

struct routing {
    struct router *router; // NULL: only the money is counted
    int64_t midnight_ms;   // local time
    double day_usd;        // spent since then
    size_t samples;
};

/*
 * Makes the router and feeds it the samples. Blocking; times are the wall
 * clock's, ms. A journal that cannot be read is told in `err`, and the router
 * is there without history. `setup` must outlive it; close it in any case.
 */
bool routing_open(struct routing *routing, const struct setup *setup,
                  int64_t now_ms, struct error *err) KERF_CHECKED;
void routing_close(struct routing *routing);

/* Feeds the samples to the router that is there, whoever's it is, and counts
 * them and the money of the day. Blocking; a missing journal has none. */
bool routing_learn(struct routing *routing, const struct setup *setup,
                   int64_t now_ms, struct error *err) KERF_CHECKED;

/* Calls `fn` for each sample that the router learns from: of the last
 * ROUTING_DAYS days, oldest first, without those of the future, which come
 * from a clock that was wrong. Blocking. */
bool routing_samples(struct str state_dir, int64_t now_ms, journal_sample_fn fn,
                     void *ctx, struct error *err) KERF_CHECKED;

/* Counts a sample and tells the router what it tells; others than of a request
 * of one of its backends tell nothing. */
void routing_take(struct routing *routing, const struct config *config,
                  const struct sample *sample);

/* The first millisecond of the local day that holds `now_ms`. */
int64_t routing_midnight_ms(int64_t now_ms);

#endif
