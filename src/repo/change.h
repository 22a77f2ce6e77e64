/*
 * Takes a write set from one side to the other in the work tree, all of it or
 * none, and puts right what a crash left in between.
 */
#ifndef KERF_SRC_REPO_CHANGE_H
#define KERF_SRC_REPO_CHANGE_H

#include "temp.h"

/*
 * What `path` holds now; folders that the set itself puts in the place of
 * files (or the other way) count as not there. False with an error for links,
 * devices and the like.
 */
bool change_look(struct change *change, struct str path, struct image *now,
                 struct error *err) KERF_CHECKED;

/* Says whether every entry is at `side`: ERROR_CONFLICT names one that is
 * not, with `complaint` behind its path. */
bool change_is_at(struct change *change, enum side side, const char *complaint,
                  struct error *err) KERF_CHECKED;

/*
 * Goes from the other side to `side`. On failure some entries may have gone
 * and some not: call change_settle().
 */
bool change_go(struct change *change, enum side side,
               struct error *err) KERF_CHECKED;

/*
 * Says whether a change that a crash cut had gone all the way to `side`. Edits
 * of others that it had moved aside get their places back first.
 */
bool change_has_arrived(struct change *change, enum side side);

/*
 * Puts every entry that is at the other side to `side` and removes temporary
 * files. What is at neither side is somebody else's work and left alone;
 * `*strange` counts it. False if something could not be put right, now or
 * for good (a link stands where a folder was); the rest is.
 */
bool change_settle(struct change *change, enum side side, size_t *strange,
                   struct error *err) KERF_CHECKED;

#endif
