/* Reads the patch out of the JSON arguments of a function call while they
 * arrive: {"input": "*** Begin Patch\n..."}. */
#ifndef KERF_SRC_MODEL_UNWRAP_H
#define KERF_SRC_MODEL_UNWRAP_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

struct unwrap;

struct unwrap *unwrap_create(void);
void unwrap_destroy(struct unwrap *unwrap);

/* Takes the next bytes of the arguments, split anywhere, and appends what is
 * certain of the patch. Quiet about what is malformed: it stops there, as the
 * whole is parsed at the end anyway. */
void unwrap_feed(struct unwrap *unwrap, struct str bytes, struct buf *out);

#endif
