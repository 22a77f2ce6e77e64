/* Private to sim: permessage-deflate (RFC 7692), no context kept. */
#ifndef SIM_DEFLATE_H
#define SIM_DEFLATE_H

#include "kerf/base/buf.h"

/* Appends the message deflated. False if it is too short to be worth it. */
bool deflate_message(struct str message, struct buf *out);

/* Appends the message inflated. False if it is malformed or larger than
 * `limit_bytes`. */
bool inflate_message(struct str message, size_t limit_bytes, struct buf *out);

#endif
