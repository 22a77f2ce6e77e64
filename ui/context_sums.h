/* What the next request holds, counted: by kind, and the biggest items. */
#ifndef KERF_UI_CONTEXT_SUMS_H
#define KERF_UI_CONTEXT_SUMS_H

#include "kerf/base/arena.h"
#include "kerf/model/session.h"

#define CONTEXT_PARTS 4
#define CONTEXT_BIGGEST 8

struct context_sum {
    size_t bytes, items;
    double tokens; // estimated
};

/* Adds all that would be sent to the sums of the parts; `part` is below
 * CONTEXT_PARTS. */
void context_count(const struct session *session,
                   struct context_sum sums[CONTEXT_PARTS]);
const char *context_part_name(size_t part);

/* Gives the biggest items that would be sent, the biggest first; returns how
 * many. `arena` is for the call. */
size_t context_biggest(struct arena *arena, const struct session *session,
                       const struct item *items[CONTEXT_BIGGEST]);

/* An item's size with a hash of its bytes, so that two requests can be
 * compared; and what it is called (foreign bytes, borrowed). */
struct context_size {
    size_t bytes;
    double tokens;
    unsigned hash;
};
struct context_size context_size_of(const struct item *item);
struct str context_name_of(const struct item *item);

#endif
