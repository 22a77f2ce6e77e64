/* Times in the words of HTTP. */
#ifndef KERF_SRC_WIRE_WHEN_H
#define KERF_SRC_WIRE_WHEN_H

#include <stdint.h>

#include "kerf/base/str.h"

/* Milliseconds from `now_s` (Unix seconds) to an HTTP date such as "Wed, 21
 * Oct 2026 07:28:00 GMT" (RFC 9110, 5.6.7); 0 if past, -1 if it is no date. */
int64_t date_wait_ms(struct str date, int64_t now_s);

#endif
