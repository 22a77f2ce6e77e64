/* How long to wait before the next try: 1, 2, 4 ... 30 s with +-25 % jitter.
 * Pure: randomness comes in. */
#ifndef KERF_NET_BACKOFF_H
#define KERF_NET_BACKOFF_H

#include <stdint.h>

/* Returns milliseconds to wait before try number `attempt` (0-based; 0 waits
 * nothing). `random` is any 32-bit number. */
int64_t backoff_delay_ms(unsigned attempt, uint32_t random);

#endif
