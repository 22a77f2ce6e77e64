/*
 * git's binary patches (git-apply(1), "GIT binary patch"): the contents of a
 * file whole, or as a delta to what stood there. Pure. Source of the delta:
 * gitformat-pack(5), "Deltified representation".
 */
#ifndef KERF_PATCH_BINARY_H
#define KERF_PATCH_BINARY_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Decoded data and results of deltas, in all files of a patch together. */
#define LIMIT_BINARY_BYTES ((size_t)128 << 20)

enum binary_kind {
    BINARY_LITERAL, // the bytes are the content
    BINARY_DELTA,   // the bytes are a delta to the preimage
};

/* What `literal N` or `delta N` announced, inflated. */
struct binary_data {
    enum binary_kind kind;
    struct str bytes;
};

/* The way there and, if the patch has it, the way back. */
struct binary_patch {
    struct binary_data forward;
    struct binary_data reverse;
    bool has_reverse;
};

/*
 * Gives in `arena` what `patch` makes of `preimage`, which is empty for a file
 * that is not there. Returns false with ERROR_CONFLICT if this is not the
 * preimage it was made for: a delta tells its size, the way back all of it. A
 * literal without a way back fits any preimage; the patch's `old_id` is what
 * remains to be checked. ERROR_INVALID: the delta is malformed.
 */
bool binary_apply(struct arena *arena, const struct binary_patch *patch,
                  struct str preimage, struct str *result,
                  struct error *err) KERF_CHECKED;

/*
 * Reads the two sizes that open a delta and checks all that follows: no copy
 * reaches beyond the preimage, and the result has the size it announces.
 * Returns false with ERROR_INVALID otherwise, ERROR_LIMIT for a huge result.
 */
bool binary_check_delta(struct str delta, size_t *result_bytes,
                        struct error *err) KERF_CHECKED;

#endif
