/* Private to sim: answers of the Responses API that need no engine. */
#ifndef SIM_COMPACT_H
#define SIM_COMPACT_H

#include "kerf/sim/request.h"

/* Appends the answer of POST /v1/responses/compact (protocol.md 4.5): the
 * user's messages, and a blob that stands for the rest. */
void compact_write(const struct create *create, uint64_t number,
                   int64_t created_s, struct buf *out);

/* Appends the answer of POST /v1/responses/input_tokens. */
void count_write(const struct create *create, struct buf *out);

#endif
