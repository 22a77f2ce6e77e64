/* Bytes to a descriptor. */
#ifndef KERF_BASE_FD_H
#define KERF_BASE_FD_H

#include <stdbool.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Writes all bytes, waiting if the descriptor does. False at the first
 * failure, errno tells why; some bytes may be out then. */
bool fd_write_all(int fd, struct str bytes) KERF_CHECKED;

#endif
