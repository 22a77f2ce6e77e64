/* Which network the machine is in. */
#ifndef KERF_NET_NETWORK_H
#define KERF_NET_NETWORK_H

#include <stdint.h>

/* A number made of the addresses that the machine has: the same in the same
 * network, another one in others. 0 if it is in none. Quick, opens nothing. */
int64_t network_fingerprint(void);

#endif
