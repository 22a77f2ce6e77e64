/* JSON lines for tests: who asked what, when, and what became of it. */
#include "record.h"

#include "kerf/loop/loop.h"

// Headers that say something about the client; never those with secrets.
static const char *const kept_headers[] = {
    "user-agent",
    "accept",
    "content-type",
    "openai-beta",
    "session-id",
    "thread-id",
    "x-client-request-id",
    "x-responsesapi-include-timing-metrics",
    "x-test-scenario",
    "sec-websocket-extensions",
    "sec-websocket-protocol",
};

static void put_headers(struct json_writer *w, const struct http_request *http)
{
    json_key(w, "headers");
    json_begin_object(w);
    for (size_t i = 0; i < sizeof(kept_headers) / sizeof(*kept_headers); i++) {
        struct str value = http_header(http, kept_headers[i]);
        if (value.len > 0)
            json_member_str(w, kept_headers[i], value);
    }
    json_member_bool(w, "authorization",
                     http_header(http, "authorization").len > 0);
    json_end_object(w);
}

static void put_create(struct json_writer *w, const struct create *create)
{
    const struct json *input = json_member(create->root, "input");
    bool is_text = json_kind(input) == JSON_KIND_STRING;
    bool is_delta = create->previous_id.len > 0;

    json_member_str(w, "kind", is_delta ? STR("delta") : STR("full"));
    json_member_bool(w, "warm_up", !create->generate);
    json_member_int(w, "items", is_text ? 1 : (int64_t)json_count(input));
    json_key(w, "parent");
    if (is_delta)
        json_put_str(w, create->previous_id);
    else
        json_put_null(w);
    json_member_str(w, "stream_id", create->stream_id);
}

static void put_line(struct world *world, struct buf *line)
{
    buf_append_char(line, '\n');
    world->record(buf_str(line), world->record_ctx);
    buf_release(line);
}

void record_request(struct world *world, const struct record_request *request)
{
    struct buf line = { 0 };
    struct json_writer w = { &line, false };

    if (!world->record)
        return;
    json_begin_object(&w);
    json_member_int(&w, "connection", (int64_t)request->connection);
    json_member_str(&w, "transport", str_from(request->transport));
    json_member_str(&w, "protocol", str_from(request->protocol));
    json_member_int(&w, "received_ns", loop_now_ns());
    json_member_int(&w, "bytes", (int64_t)request->message.len);
    if (request->create)
        put_create(&w, request->create);
    if (request->http)
        put_headers(&w, request->http);
    json_member_str(&w, "message", request->message);
    json_end_object(&w);
    put_line(world, &line);
}

void record_steer(struct world *world, uint64_t connection,
                  const struct json *message)
{
    struct buf line = { 0 }, input = { 0 };
    struct json_writer w = { &line, false };

    if (!world->record)
        return;
    json_begin_object(&w);
    json_member_str(&w, "event", STR("steer"));
    json_member_int(&w, "connection", (int64_t)connection);
    json_member_int(&w, "at_ns", loop_now_ns());
    json_member_str(&w, "parent",
                    json_str(json_member(message, "previous_response_id")));
    if (json_member(message, "input")) {
        json_dump(json_member(message, "input"), &input);
        json_key(&w, "input");
        json_put_raw(&w, buf_str(&input));
    }
    json_end_object(&w);
    put_line(world, &line);
    buf_release(&input);
}

void record_event(struct world *world, uint64_t connection, const char *event,
                  int code)
{
    struct buf line = { 0 };
    struct json_writer w = { &line, false };

    if (!world->record)
        return;
    json_begin_object(&w);
    json_member_str(&w, "event", str_from(event));
    json_member_int(&w, "connection", (int64_t)connection);
    json_member_int(&w, "at_ns", loop_now_ns());
    if (code)
        json_member_int(&w, "code", code);
    json_end_object(&w);
    put_line(world, &line);
}

void record_answer(struct world *world, const struct record_answer *answer)
{
    struct buf line = { 0 };
    struct json_writer w = { &line, false };

    if (!world->record)
        return;
    json_begin_object(&w);
    json_member_str(&w, "event", STR("answer"));
    json_member_int(&w, "connection", (int64_t)answer->connection);
    json_member_str(&w, "stream_id", answer->stream_id);
    if (answer->status)
        json_member_int(&w, "status", answer->status);
    json_member_int(&w, "request_ns", answer->request_ns);
    json_member_int(&w, "first_byte_ns", answer->first_ns);
    json_member_int(&w, "last_byte_ns", answer->last_ns);
    json_member_int(&w, "bytes", (int64_t)answer->bytes);
    json_end_object(&w);
    put_line(world, &line);
}
