/* Private to sim: a way to a server on this machine, and to none elsewhere. */
#ifndef SIM_DIAL_H
#define SIM_DIAL_H

#include <stdint.h>

#include "kerf/base/str.h"

/*
 * Connects to `address`, HOST:PORT with a host of this machine (127.x.x.x,
 * localhost, [::1]) or unix:PATH. Returns a non-blocking descriptor, or -1
 * with errno: EACCES if the host is elsewhere.
 */
int dial(struct str address);

#endif
