/*
 * What was learnt about one model of one backend: which optional fields it
 * rejects, how it sends its reasoning. So a mistake is made once and not with
 * each request. Pure.
 */
#ifndef KERF_WIRE_PROFILE_H
#define KERF_WIRE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"
#include "kerf/wire/failure.h"

#define LIMIT_PROFILE_FIELDS 16

/* Zero-initialised nothing is known. Both names are the caller's. */
struct profile {
    struct str backend, model;
    struct str rejected[LIMIT_PROFILE_FIELDS]; // "reasoning.effort"
    size_t rejected_count;
    struct str reasoning_field; // of Chat Completions: "reasoning" ...
    bool numbers_have_gaps;     // sequence numbers: a proxy leaves some out
};

/* Says whether the field may be sent: neither it nor the object it is in was
 * rejected. A NULL profile allows everything. */
bool profile_allows(const struct profile *profile, const char *field);

/*
 * Learns from a failure whose cure is REMEDY_DROP_PARAMETER. True if the next
 * request will be another one: the field is optional and was sent until now.
 * A field that protects (`store`) or that carries the turn is never dropped.
 */
bool profile_learn(struct profile *profile, const struct failure *failure);

/* Learns the field of reasoning; true if it is news. */
bool profile_learn_reasoning(struct profile *profile, struct str field);

#endif
