/* Replays the history of a repository through `kerf apply`. */
#ifndef KERF_TESTS_PATCH_HISTORY_H
#define KERF_TESTS_PATCH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

/* For every commit of `dir` after its first, newest `most` of them: the diff
 * from its parent, applied by `kerf` to the parent's tree in a scratch clone,
 * must give its tree. Prints a row for each way to print the diff; false if
 * one tree came out otherwise. */
bool history_replay(const char *dir, const char *kerf, size_t most);

#endif
