/* A status tells more than the class of an end, and a close code more than a
 * cut; the class decides where there is neither. */
#include "trouble.h"

#include "kerf/base/utf8.h"

static enum failure_origin origin_of(enum net_end_class end_class, bool began)
{
    switch (end_class) {
    case NET_END_TLS: return FAILURE_TLS;
    case NET_END_PROTOCOL: return FAILURE_FOREIGN;
    case NET_END_TOO_BIG:
    case NET_END_CLOSED_BY_US:
    case NET_END_NORMAL:
    case NET_END_LOST:
    case NET_END_REFUSED:
    case NET_END_UNSUPPORTED: break;
    }
    return began ? FAILURE_CUT : FAILURE_CONNECT;
}

struct failure trouble_of_us(enum failure_origin origin, struct str message)
{
    return (struct failure){
        .origin = origin,
        .message = message,
        .retry_after_ms = -1,
    };
}

struct failure trouble_of_ws(struct arena *arena, const struct ws_end *end,
                             bool ready)
{
    struct str text = arena_copy(arena, str_from(end->text));
    struct failure failure =
        trouble_of_us(origin_of(end->end_class, ready), text);

    failure.status = end->code;
    if (end->code >= 1000)
        failure.origin = FAILURE_CLOSE;
    else if (end->code > 0)
        failure.origin = FAILURE_HANDSHAKE;
    if (end->code == 407)
        failure.origin = FAILURE_PROXY;
    if (end->code == 0 && end->end_class == NET_END_UNSUPPORTED) {
        failure.origin = FAILURE_HANDSHAKE;
        failure.status = 501; // what a server without sockets would say
    }
    if (end->retry_after_s > 0)
        failure.retry_after_ms = (int64_t)end->retry_after_s * 1000;
    return failure;
}

struct failure trouble_of_http(struct arena *arena, const struct http_end *end,
                               const struct http_head *head)
{
    struct str text = arena_copy(arena, str_from(end->text));
    struct failure_head said = {
        .content_type = str_from(head->content_type),
    };

    bool broke = end->end_class == NET_END_LOST
                 || end->end_class == NET_END_TLS;
    if (end->status == 0 || (broke && end->status / 100 == 2))
        return trouble_of_us(origin_of(end->end_class, end->status != 0), text);
    struct failure failure =
        failure_from_body(arena, end->status, &said, end->body);
    if (end->body.len == 0) // then the status and where it points tell more
        failure.message = text;
    if (end->retry_after_ms > 0)
        failure.retry_after_ms = end->retry_after_ms;
    return failure;
}
