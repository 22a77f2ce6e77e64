/*
 * One session is open in one kerf at a time: whoever writes its journal holds
 * a claim on it. The claim goes with the process, however that ends.
 */
#ifndef KERF_STORE_CLAIM_H
#define KERF_STORE_CLAIM_H

#include <stdbool.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

struct claim;

/* Claims nothing yet and does no I/O. `dir` is the state folder (copied). At
 * most one claim a process: two of them would not see each other. */
struct claim *claim_create(struct str dir);

/* Claims a session instead of the one claimed so far, which is kept if another
 * process has this one: `err` names it. Where nothing can be locked (no
 * folder, a file system without locks) every claim is granted. */
bool claim_take(struct claim *claim, struct str session_id,
                struct error *err) KERF_CHECKED;

/* Gives the claim up. NULL is fine. */
void claim_destroy(struct claim *claim);

#endif
