/* CRC-32 as gzip, PNG and cksum -a crc32b have it. */
#ifndef KERF_BASE_CRC32_H
#define KERF_BASE_CRC32_H

#include <stdint.h>

#include "kerf/base/str.h"

/* The checksum of the bytes: tells a cut or altered text, no protection
 * against somebody who wants to deceive. */
uint32_t crc32_of(struct str bytes);

#endif
