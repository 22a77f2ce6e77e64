/*
 * Order matters: a fault of the command line strikes before the token is
 * looked at, as a broken gateway would; what a request wishes for itself is
 * read only once it has shown the token.
 */
#include "front.h"

#include <string.h>

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

static void refuse_status(struct verdict *verdict, int status, const char *code,
                          const char *message, struct str headers,
                          bool keep_alive, struct buf *out)
{
    struct refusal refusal;

    refuse(&refusal, code, NULL, "%s", message);
    refusal.status = verdict->status = status;
    front_refuse_with(&refusal, headers, keep_alive, out);
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
    front_answer(200, "application/json", STR(""), buf_str(&body),
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
        front_answer(verdict->status = 200, "application/json", STR(""),
                     STR(""), request->keep_alive, out);
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
