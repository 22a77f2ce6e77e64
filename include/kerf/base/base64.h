/* Base64, RFC 4648 section 4. */
#ifndef KERF_BASE_BASE64_H
#define KERF_BASE_BASE64_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends the encoding of the bytes, with padding, without line breaks. */
void base64_encode(struct buf *out, struct str bytes);

#endif
