/* The HTTP side: refusals with JSON bodies, and the list of models. */
#include "http_gate.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/json.h"

#define HEADER_BYTES 2048
#define VALUE_BYTES 512

// Copies a header that is present; false if it is absent or too long.
static bool header(struct lws *wsi, enum lws_token_indexes token, char *value)
{
    return lws_hdr_total_length(wsi, token) > 0
           && lws_hdr_copy(wsi, value, VALUE_BYTES, token) > 0;
}

// Takes the same time wherever a wrong token differs.
static bool token_is_right(const struct http_gate *gate, struct lws *wsi)
{
    char sent[VALUE_BYTES], want[VALUE_BYTES];

    if (!header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, sent))
        return false;
    snprintf(want, sizeof(want), "Bearer %s", gate->token);
    size_t length = strlen(want);
    return strlen(sent) == length
           && lws_timingsafe_bcmp(sent, want, (uint32_t)length) == 0;
}

// Writes a whole answer; false if the connection is lost.
static bool answer(struct lws *wsi, unsigned status, struct str body)
{
    unsigned char room[LWS_PRE + HEADER_BYTES];
    unsigned char *start = room + LWS_PRE, *at = start;
    unsigned char *end = room + sizeof(room) - 1;
    struct buf out = { 0 };

    if (lws_add_http_common_headers(wsi, status, "application/json", body.len,
                                    &at, end)
        || (status == 503
            && lws_add_http_header_by_name(
                wsi, (const unsigned char *)"retry-after:",
                (const unsigned char *)"1", 1, &at, end))
        || lws_finalize_write_http_header(wsi, start, &at, end))
        return false;
    for (size_t i = 0; i < LWS_PRE; i++)
        buf_append_char(&out, '\0');
    buf_append(&out, body);
    int written = lws_write(wsi, (unsigned char *)out.at + LWS_PRE, body.len,
                            LWS_WRITE_HTTP_FINAL);
    buf_release(&out);
    return written >= 0;
}

static bool answer_error(struct lws *wsi, unsigned status, const char *code,
                         const char *message)
{
    struct buf body = { 0 };
    struct json_writer w = { &body, false };

    json_begin_object(&w);
    json_key(&w, "error");
    json_begin_object(&w);
    json_member_str(&w, "message", str_from(message));
    json_member_str(&w, "type", STR("invalid_request_error"));
    json_key(&w, "param");
    json_put_null(&w);
    json_member_str(&w, "code", str_from(code));
    json_end_object(&w);
    json_end_object(&w);
    buf_append_char(&body, '\n');
    bool good = answer(wsi, status, buf_str(&body));
    buf_release(&body);
    return good;
}

// The checks of every request. True if it was refused (and answered).
static bool refuses(const struct http_gate *gate, struct lws *wsi)
{
    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0) {
        answer_error(wsi, 403, "origin_not_allowed",
                     "Requests from web pages are refused.");
        return true;
    }
    if (!token_is_right(gate, wsi)) {
        answer_error(wsi, 401, "invalid_api_key",
                     "Missing or wrong bearer token.");
        return true;
    }
    return false;
}

int http_gate_upgrade(struct http_gate *gate, struct lws *wsi)
{
    char path[VALUE_BYTES];
    const struct fault *fault =
        fault_for(&gate->options->faults, true, ++gate->handshakes);

    if (fault && fault->kind == FAULT_STATUS) {
        answer_error(wsi, (unsigned)fault->code, "fault_on_demand",
                     "A fault on demand.");
        return 1;
    }
    if (refuses(gate, wsi))
        return 1;
    if (!header(wsi, WSI_TOKEN_GET_URI, path)
        || strcmp(path, "/v1/responses") != 0) {
        answer_error(wsi, 404, "not_found", "No WebSocket here.");
        return 1;
    }
    return 0;
}

static void list_models(const struct http_gate *gate, struct buf *body)
{
    struct json_writer w = { body, false };

    json_begin_object(&w);
    json_member_str(&w, "object", STR("list"));
    json_key(&w, "data");
    json_begin_array(&w);
    json_begin_object(&w);
    json_member_str(&w, "id", str_from(gate->options->model));
    json_member_str(&w, "object", STR("model"));
    json_member_int(&w, "created", 0);
    json_member_str(&w, "owned_by", STR("kerf"));
    json_end_object(&w);
    json_end_array(&w);
    json_end_object(&w);
    buf_append_char(body, '\n');
}

int http_gate_request(struct http_gate *gate, struct lws *wsi, struct str path)
{
    bool is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;
    struct buf body = { 0 };
    bool good;

    if (refuses(gate, wsi))
        return -1;
    if (is_get && str_is(path, "/v1/models")) {
        list_models(gate, &body);
        good = answer(wsi, 200, buf_str(&body));
        buf_release(&body);
    } else if (is_get && str_is(path, "/v1/responses")) {
        good = answer_error(wsi, 426, "upgrade_required",
                            "This path speaks WebSocket.");
    } else {
        good = answer_error(wsi, 404, "not_found", "Nothing is served here.");
    }
    return !good || lws_http_transaction_completed(wsi) ? -1 : 0;
}
