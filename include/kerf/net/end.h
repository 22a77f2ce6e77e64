/* Why a connection or a request ended. What to do about it follows from the
 * class, whichever transport it was. */
#ifndef KERF_NET_END_H
#define KERF_NET_END_H

enum net_end_class {
    NET_END_CLOSED_BY_US,
    NET_END_NORMAL,      // done; a WebSocket is redialled when needed
    NET_END_LOST,        // network, cut, 408, 429, 5xx ...: try again later
    NET_END_REFUSED,     // key, policy, other statuses: no use trying again
    NET_END_UNSUPPORTED, // not over this transport: the other may do
    NET_END_TOO_BIG,     // the server does not take so much
    NET_END_TLS,         // certificate: no way past it
    NET_END_PROTOCOL,    // what came breaks the rules or a limit
};

#endif
