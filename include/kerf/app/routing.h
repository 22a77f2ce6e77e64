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
    struct router *router;
    double day_usd; // spent since midnight, local time
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

/* Tells the router what a sample tells; others than of a request of one of its
 * backends tell nothing. */
void routing_learn(struct router *router, const struct config *config,
                   const struct sample *sample);

/* The first millisecond of the local day that holds `now_ms`. */
int64_t routing_midnight_ms(int64_t now_ms);

#endif
