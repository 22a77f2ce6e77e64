/* Which network the machine is in. */
#ifndef KERF_NET_NETWORK_H
#define KERF_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A number made of the addresses that the machine has: the same in the same
 * network, another one in others. 0 if it is in none. Quick, opens nothing. */
int64_t network_fingerprint(void);

/* Says whether the machine still has the address that a socket is bound to
 * (getsockname). True for what is no address of IP, and if nobody can tell. */
bool network_has(const struct sockaddr *address);

#endif
