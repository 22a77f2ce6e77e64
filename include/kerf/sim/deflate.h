/*
 * permessage-deflate (RFC 7692), the server's side: what of an offer is taken,
 * and messages made smaller and large again. Pure.
 */
#ifndef KERF_SIM_DEFLATE_H
#define KERF_SIM_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"

#define DEFLATE_WINDOW_BITS 15

/* What both sides agreed on. */
struct deflate_terms {
    bool agreed;
    bool fresh_out; // server_no_context_takeover: no message needs another
    bool fresh_in;  // client_no_context_takeover
    int bits_out;   // of the server's window; 0: DEFLATE_WINDOW_BITS
};

/*
 * Takes the first offer of `header` (Sec-WebSocket-Extensions of the client)
 * that is a well-formed one and can be met. `agreed` is false if none is.
 */
struct deflate_terms deflate_agree(struct str header);

/* Appends the value of the header that answers. */
void deflate_write_terms(const struct deflate_terms *terms, struct buf *out);

/* Both directions of one connection, with what the messages before left. */
struct deflater;
struct deflater *deflater_create(const struct deflate_terms *terms);
void deflater_destroy(struct deflater *deflater);

/* Appends the message deflated. False if it is too short to be worth it: then
 * it goes as it is. */
bool deflater_shrink(struct deflater *deflater, struct str message,
                     struct buf *out);

/* Appends the message inflated. False if it is malformed or larger than
 * `limit_bytes`; the connection is of no use any more then. */
bool deflater_grow(struct deflater *deflater, struct str message,
                   size_t limit_bytes, struct buf *out);

/* Appends the payload of a message that inflates to `megabytes` of blanks, at
 * a thousandth of the size. */
void deflate_bomb(size_t megabytes, struct buf *out);

#endif
