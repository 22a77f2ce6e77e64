/* Private: permessage-deflate (RFC 7692) as libwebsockets does it. */
#ifndef KERF_NET_DEFLATE_H
#define KERF_NET_DEFLATE_H

#define DEFLATE_NAME "permessage-deflate"

struct lws;
struct lws_extension;

/* What a vhost that offers it is made with. */
const struct lws_extension *deflate_extension(void);

/* Gives a socket that is up buffers of a useful size; nothing happens if the
 * server did not agree. */
void deflate_widen(struct lws *wsi);

#endif
