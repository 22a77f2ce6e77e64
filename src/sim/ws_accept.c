/* The handshake: four headers that must be right, and a hash of one of them. */
#include "ws_accept.h"

#include <openssl/evp.h>

#include "kerf/base/base64.h"

#define KEY_CHARS 24
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// 16 bytes as base64: 22 letters and two equals signs.
static bool key_is_good(struct str key)
{
    return key.len == KEY_CHARS && str_ends_with(key, STR("=="));
}

bool ws_accept_check(const struct http_request *request,
                     struct deflate_terms *terms, struct refusal *refusal)
{
    *terms = deflate_agree(http_header(request, "sec-websocket-extensions"));
    if (!str_is(http_header(request, "sec-websocket-version"), "13"))
        return refuse(refusal, "bad_handshake", NULL,
                      "Sec-WebSocket-Version must be 13.");
    if (!http_header_has(request, "connection", "upgrade"))
        return refuse(refusal, "bad_handshake", NULL,
                      "Connection must name Upgrade.");
    if (!key_is_good(http_header(request, "sec-websocket-key")))
        return refuse(refusal, "bad_handshake", NULL,
                      "Sec-WebSocket-Key must be 16 bytes as base64.");
    return true;
}

static void put_accept(struct str key, bool is_wrong, struct buf *out)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct buf text = { 0 };

    buf_append(&text, key);
    buf_append(&text, STR(GUID));
    EVP_Digest(text.at, text.len, digest, &length, EVP_sha1(), NULL);
    digest[0] ^= is_wrong ? 1 : 0;
    buf_append(out, STR("Sec-WebSocket-Accept: "));
    base64_encode(out, (struct str){ (const char *)digest, length });
    buf_append(out, STR("\r\n"));
    buf_release(&text);
}

static void put_subprotocol(const struct http_request *request, struct buf *out)
{
    struct str asked = http_header(request, "sec-websocket-protocol");

    if (asked.len > 0)
        buf_printf(
            out, "Sec-WebSocket-Protocol: %.*s\r\n",
            STR_ARG(str_trim(str_take(asked, str_find_char(asked, ',')))));
}

static void put_terms(const struct deflate_terms *terms, struct buf *out)
{
    if (!terms->agreed)
        return;
    buf_append(out, STR("Sec-WebSocket-Extensions: "));
    deflate_write_terms(terms, out);
    buf_append(out, STR("\r\n"));
}

void ws_accept_write(const struct http_request *request,
                     const struct fault *fault,
                     const struct deflate_terms *terms,
                     const struct world *world, struct buf *out)
{
    struct buf headers = { 0 };
    struct http_head head = { .status = 101,
                              .length = BODY_NONE,
                              .keep_alive = true };

    if (fault->kind != FAULT_NO_UPGRADE)
        buf_append(&headers, STR("Upgrade: websocket\r\n"));
    buf_append(&headers, STR("Connection: Upgrade\r\n"));
    put_accept(http_header(request, "sec-websocket-key"),
               fault->kind == FAULT_BAD_ACCEPT, &headers);
    put_subprotocol(request, &headers);
    if (fault->kind == FAULT_EXTENSION)
        buf_append(&headers, STR("Sec-WebSocket-Extensions: x-unasked\r\n"));
    if (fault->kind == FAULT_SUBPROTOCOL)
        buf_append(&headers, STR("Sec-WebSocket-Protocol: x-unasked\r\n"));
    put_terms(terms, &headers);
    front_headers(world, false, &headers);
    front_fault_headers(fault, &headers);
    head.headers = buf_str(&headers);
    http_write_head(&head, out);
    buf_release(&headers);
}
