/*
 * Order matters: a fault of the command line strikes before the token is
 * looked at, as a broken gateway would; what a request wishes for itself is
 * read only once it has shown the token.
 */
#include "front.h"

#include <stdio.h>
#include <string.h>

#include "status.h"

#define HEADER_WISHES "x-test-scenario"

struct route_row {
    const char *path;
    bool get, post;
    enum route of_post;
};

static const struct route_row route_table[] = {
    { "/v1/responses", true, true, ROUTE_RESPONSES },
    { "/v1/responses/compact", false, true, ROUTE_COMPACT },
    { "/v1/responses/input_tokens", false, true, ROUTE_COUNT },
    { "/v1/chat/completions", false, true, ROUTE_CHAT },
    { "/v1/models", true, false, ROUTE_NONE },
    { "/v1/tcp_warming", true, false, ROUTE_NONE },
    { "/health", true, false, ROUTE_NONE },
};

static const struct route_row *row_for(struct str path)
{
    for (size_t i = 0; i < sizeof(route_table) / sizeof(*route_table); i++)
        if (str_is(path, route_table[i].path))
            return &route_table[i];
    return NULL;
}

// Takes the same time wherever a wrong token differs.
static bool token_is_right(const char *token,
                           const struct http_request *request)
{
    static const struct str scheme = { "Bearer ", 7 };
    struct str sent = http_header(request, "authorization");
    size_t length = strlen(token);
    unsigned differ = 0;

    if (!str_starts_with(sent, scheme) || sent.len != scheme.len + length)
        return false;
    for (size_t i = 0; i < length; i++)
        differ |= (unsigned char)(sent.at[scheme.len + i] ^ token[i]);
    return differ == 0;
}

// --- answers -----------------------------------------------------------------

static void answer(int status, const char *type, struct str headers,
                   struct str body, bool keep_alive, struct buf *out)
{
    struct http_head head = { .status = status,
                              .type = type,
                              .length = (int64_t)body.len,
                              .keep_alive = keep_alive,
                              .headers = headers };

    http_write_head(&head, out);
    buf_append(out, body);
}

static void refuse_by(const struct refusal *refusal, struct str headers,
                      bool keep_alive, struct buf *out)
{
    struct buf body = { 0 };

    refusal_write_body(refusal, &body);
    buf_append_char(&body, '\n');
    answer(refusal->status, "application/json", headers, buf_str(&body),
           keep_alive, out);
    buf_release(&body);
}

void front_refuse(const struct refusal *refusal, bool keep_alive,
                  struct buf *out)
{
    refuse_by(refusal, STR(""), keep_alive, out);
}

static void refuse_status(struct verdict *verdict, int status, const char *code,
                          const char *message, struct str headers,
                          bool keep_alive, struct buf *out)
{
    struct refusal refusal;

    refuse(&refusal, code, NULL, "%s", message);
    refusal.status = verdict->status = status;
    refuse_by(&refusal, headers, keep_alive, out);
}

void front_headers(const struct world *world, bool is_chat, struct buf *out)
{
    buf_printf(out, "x-request-id: req_sim%llu\r\n",
               (unsigned long long)world->requests);
    buf_append(out, STR("openai-processing-ms: 1\r\n"
                        "x-ratelimit-limit-requests: 5000\r\n"
                        "x-ratelimit-remaining-requests: 4999\r\n"
                        "x-ratelimit-reset-requests: 12ms\r\n"
                        "x-ratelimit-limit-tokens: 500000\r\n"
                        "x-ratelimit-remaining-tokens: 490000\r\n"
                        "x-ratelimit-reset-tokens: 1.2s\r\n"));
    if (is_chat)
        buf_append(out, STR("x-ratelimit-limit-requests-day: 14400\r\n"
                            "x-ratelimit-remaining-requests-day: 14399\r\n"
                            "x-ratelimit-reset-requests-day: 33011.382867\r\n"
                            "x-ratelimit-limit-tokens-minute: 60000\r\n"
                            "x-ratelimit-remaining-tokens-minute: 59000\r\n"
                            "x-ratelimit-reset-tokens-minute: 11.382867\r\n"));
}

// --- faults ------------------------------------------------------------------

// 429 in one of the forms in which servers say how long to wait.
static void answer_429(const struct fault *fault, bool keep_alive,
                       struct moment now, struct buf *out)
{
    struct buf headers = { 0 };
    struct refusal refusal;

    refuse_with(&refusal, 429);
    if (fault->kind == FAULT_RETRY_AFTER)
        buf_printf(&headers, "Retry-After: %d\r\n", fault->code);
    if (fault->kind == FAULT_RETRY_MS)
        buf_printf(&headers, "retry-after-ms: %d\r\n", fault->code);
    if (fault->kind == FAULT_RETRY_DATE) {
        buf_append(&headers, STR("Retry-After: "));
        http_write_date(now.unix_s + fault->code, &headers);
        buf_append(&headers, STR("\r\n"));
    }
    if (fault->kind == FAULT_RETRY_TEXT)
        snprintf(refusal.message, sizeof(refusal.message),
                 "Rate limit reached. Please try again in %dms.", fault->code);
    if (fault->kind == FAULT_QUOTA) {
        refusal.code = refusal.type = "insufficient_quota";
        snprintf(refusal.message, sizeof(refusal.message),
                 "You exceeded your current quota.");
    }
    refuse_by(&refusal, buf_str(&headers), keep_alive, out);
    buf_release(&headers);
}

static void answer_status(int status, bool keep_alive, struct buf *out)
{
    struct refusal refusal;
    struct str headers = status == 503   ? STR("Retry-After: 1\r\n")
                         : status == 407 ? STR("Proxy-Authenticate: Basic "
                                               "realm=\"sim\"\r\n")
                         : status == 401 ? STR("WWW-Authenticate: Bearer\r\n")
                                         : STR("");

    refuse_with(&refusal, status);
    refuse_by(&refusal, headers, keep_alive, out);
}

static void answer_html(int status, bool keep_alive, struct buf *out)
{
    struct buf page = { 0 };

    buf_printf(&page,
               "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"
               "<center><h1>%d %s</h1></center>\r\n<hr><center>nginx</center>"
               "\r\n</body>\r\n</html>\r\n",
               status, status_reason(status), status, status_reason(status));
    answer(status, "text/html", STR(""), buf_str(&page), keep_alive, out);
    buf_release(&page);
}

// An error body that is not of OpenAI's shape.
static void answer_json(int status, const char *body, bool keep_alive,
                        struct buf *out)
{
    answer(status, "application/json", STR(""), str_from(body), keep_alive,
           out);
}

bool front_fault(const struct fault *fault, bool keep_alive, struct moment now,
                 int *status, struct buf *out)
{
    *status = fault->code;
    switch ((int)fault->kind) {
    case FAULT_STATUS: answer_status(fault->code, keep_alive, out); return true;
    case FAULT_REDIRECT:
        answer(fault->code, NULL,
               STR("Location: https://elsewhere.invalid/v1/responses\r\n"),
               STR(""), keep_alive, out);
        return true;
    case FAULT_RETRY_AFTER:
    case FAULT_RETRY_DATE:
    case FAULT_RETRY_MS:
    case FAULT_RETRY_TEXT:
    case FAULT_QUOTA:
        *status = 429;
        answer_429(fault, keep_alive, now, out);
        return true;
    case FAULT_HTML: answer_html(fault->code, keep_alive, out); return true;
    case FAULT_EMPTY:
        answer(fault->code, NULL, STR(""), STR(""), keep_alive, out);
        return true;
    case FAULT_DETAIL:
        answer_json(fault->code, "{\"detail\":\"A fault on demand.\"}",
                    keep_alive, out);
        return true;
    case FAULT_LOADING:
        *status = 503;
        answer_json(503,
                    "{\"error\":{\"code\":503,\"message\":\"Loading model\","
                    "\"type\":\"unavailable_error\"}}",
                    keep_alive, out);
        return true;
    case FAULT_ERROR_AT_200:
        *status = 200;
        answer_json(200,
                    "{\"error\":{\"message\":\"A fault on demand.\",\"type\":"
                    "\"server_error\",\"param\":null,\"code\":"
                    "\"server_error\"}}",
                    keep_alive, out);
        return true;
    default: return false;
    }
}

void front_fault_headers(const struct fault *fault, struct buf *out)
{
    if (fault->kind == FAULT_LONG_HEAD) {
        buf_append(out, STR("x-long: "));
        for (int i = 0; i < fault->code * 1024; i++)
            buf_append_char(out, 'x');
        buf_append(out, STR("\r\n"));
    }
    if (fault->kind == FAULT_MANY_HEADERS)
        for (int i = 0; i < fault->code; i++)
            buf_printf(out, "x-many-%d: x\r\n", i);
}

// --- who may come in ---------------------------------------------------------

static bool read_wishes(const struct http_request *request,
                        struct verdict *verdict, struct buf *out)
{
    struct error err;

    if (wishes_read(http_header(request, HEADER_WISHES), &verdict->wishes,
                    &err))
        return true;
    refuse_status(verdict, 400, "invalid_value", err.text, STR(""),
                  request->keep_alive, out);
    return false;
}

// The checks of every request. False if it was refused (and answered).
static bool lets_in(const char *token, const struct http_request *request,
                    struct verdict *verdict, struct buf *out)
{
    if (http_header(request, "origin").len > 0) {
        refuse_status(verdict, 403, "origin_not_allowed",
                      "Requests from web pages are refused.", STR(""), false,
                      out);
        return false;
    }
    if (!token_is_right(token, request)) {
        refuse_status(verdict, 401, "invalid_api_key",
                      "Missing or wrong bearer token.",
                      STR("WWW-Authenticate: Bearer\r\n"), false, out);
        return false;
    }
    return read_wishes(request, verdict, out);
}

static bool find_fault(struct world *world, const struct fault_list *list,
                       struct verdict *verdict)
{
    return fault_find(list, SCOPE_REQUEST, world->requests, &verdict->fault);
}

// --- where requests go -------------------------------------------------------

static void list_models(const struct world *world, struct buf *body)
{
    struct json_writer w = { body, false };

    json_begin_object(&w);
    json_member_str(&w, "object", STR("list"));
    json_key(&w, "data");
    json_begin_array(&w);
    json_begin_object(&w);
    json_member_str(&w, "id", str_from(world->options->model));
    json_member_str(&w, "object", STR("model"));
    json_member_int(&w, "created", 0);
    json_member_str(&w, "owned_by", STR("kerf"));
    json_end_object(&w);
    json_end_array(&w);
    json_end_object(&w);
    buf_append_char(body, '\n');
}

static void answer_get(struct world *world, const struct http_request *request,
                       struct verdict *verdict, struct buf *out)
{
    struct buf body = { 0 };

    if (str_is(request->path, "/v1/responses")) {
        refuse_status(verdict, 426, "upgrade_required",
                      "This path speaks WebSocket.",
                      STR("Upgrade: websocket\r\n"), request->keep_alive, out);
        return;
    }
    if (str_is(request->path, "/v1/models"))
        list_models(world, &body);
    else
        buf_append(&body, STR("{\"status\":\"ok\"}\n"));
    answer(200, "application/json", STR(""), buf_str(&body),
           request->keep_alive, out);
    verdict->status = 200;
    buf_release(&body);
}

static bool is_upgrade(const struct http_request *request)
{
    return http_header_has(request, "upgrade", "websocket");
}

static void route(struct world *world, const struct http_request *request,
                  struct verdict *verdict, struct buf *out)
{
    const struct route_row *row = row_for(request->path);
    bool is_get = str_is(request->method, "GET");

    if (!row)
        refuse_status(verdict, 404, "not_found", "Nothing is served here.",
                      STR(""), request->keep_alive, out);
    else if (is_get && is_upgrade(request)
             && str_is(request->path, "/v1/responses"))
        verdict->route = ROUTE_WEBSOCKET;
    else if (is_get && is_upgrade(request))
        refuse_status(verdict, 404, "not_found", "No WebSocket here.", STR(""),
                      request->keep_alive, out);
    else if (is_get && row->get)
        answer_get(world, request, verdict, out);
    else if (str_is(request->method, "HEAD"))
        answer(verdict->status = 200, "application/json", STR(""), STR(""),
               request->keep_alive, out);
    else if (str_is(request->method, "POST") && row->post)
        verdict->route = row->of_post;
    else
        refuse_status(verdict, 405, "method_not_allowed",
                      "The method is not allowed here.",
                      row->post ? STR("Allow: POST, HEAD\r\n")
                                : STR("Allow: GET, HEAD\r\n"),
                      request->keep_alive, out);
}

void front_judge(struct world *world, const char *token,
                 const struct http_request *request, struct moment now,
                 struct verdict *verdict, struct buf *out)
{
    bool is_counted = str_is(request->method, "POST") || is_upgrade(request);
    bool keep_alive = request->keep_alive && !is_upgrade(request);

    *verdict = (struct verdict){ .route = ROUTE_NONE };
    world->requests += is_counted;
    if (is_counted && find_fault(world, &world->options->faults, verdict)
        && front_fault(&verdict->fault, keep_alive, now, &verdict->status, out))
        return;
    if (!lets_in(token, request, verdict, out))
        return;
    if (is_counted && find_fault(world, &verdict->wishes.faults, verdict)
        && front_fault(&verdict->fault, keep_alive, now, &verdict->status, out))
        return;
    route(world, request, verdict, out);
}
