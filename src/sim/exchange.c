/*
 * A stream is a head, chunks of events, and the last chunk. What is not
 * streamed is told by a voice that speaks once, at the end, and then has a
 * length. Answers that need no engine are whole at once.
 */
#include "exchange.h"

#include <stdlib.h>

#include "compact.h"
#include "kerf/sim/sse_write.h"
#include "record.h"
#include "turn.h"

#define BROKEN_AFTER 5 // chunks
#define LENGTH_LONG ((int64_t)1 << 30)
#define LENGTH_SHORT 100

struct exchange {
    struct world *world;
    struct turn turn;
    struct wishes wishes;
    struct fault fault; // of the request
    struct sse_writer sse;
    struct buf ready;   // to be sent before anything else
    struct buf message; // what the response said last
    int64_t length;     // of the body, as http_head has it
    int status;
    uint64_t chunks;
    bool is_stream, is_chat, keep_alive;
    bool head_is_sent, is_over;
};

void exchange_destroy(struct exchange *x)
{
    if (!x)
        return;
    turn_release(&x->turn);
    buf_release(&x->ready);
    buf_release(&x->message);
    free(x);
}

int exchange_status(const struct exchange *x)
{
    return x->status;
}

bool exchange_cut(const struct exchange *x, uint64_t *bytes, int *code)
{
    return x->turn.response && response_cut(x->turn.response, bytes, code);
}

// --- heads -------------------------------------------------------------------

static void put_head(struct exchange *x, int status, int64_t length)
{
    bool is_stream = x->is_stream && status == 200;
    struct buf headers = { 0 };
    struct http_head head = {
        .status = status,
        .type = is_stream ? "text/event-stream; charset=utf-8"
                          : "application/json",
        .length = length,
        .keep_alive = x->keep_alive,
    };

    if (is_stream)
        buf_append(&headers, STR("Cache-Control: no-cache\r\n"));
    front_headers(x->world, x->is_chat, &headers);
    front_fault_headers(&x->fault, &headers);
    head.headers = buf_str(&headers);
    http_write_head(&head, &x->ready);
    buf_release(&headers);
    x->head_is_sent = true;
    x->status = status;
    x->length = length;
}

static void put_whole(struct exchange *x, int status, struct str body)
{
    int64_t length = (int64_t)body.len;

    if (x->fault.kind == FAULT_BODY_SHORT)
        length += LENGTH_SHORT;
    if (x->fault.kind == FAULT_BODY_LONG)
        length /= 2;
    x->keep_alive &= length == (int64_t)body.len;
    put_head(x, status, length);
    buf_append(&x->ready, body);
    x->is_over = true;
}

static void put_refusal(struct exchange *x, struct refusal *refusal)
{
    struct buf body = { 0 };

    refusal_write_body(refusal, &body);
    buf_append_char(&body, '\n');
    put_whole(x, refusal->status, buf_str(&body));
    buf_release(&body);
}

static void put_stream_head(struct exchange *x)
{
    int64_t length = BODY_CHUNKED;

    if (has_manner(x->sse.manners, MANNER_CLOSE_EACH) || !x->keep_alive)
        length = BODY_TO_THE_END;
    if (x->fault.kind == FAULT_BODY_SHORT)
        length = LENGTH_LONG;
    if (x->fault.kind == FAULT_BODY_LONG)
        length = LENGTH_SHORT;
    x->keep_alive = length == BODY_CHUNKED;
    put_head(x, 200, length);
}

// --- the beginning -----------------------------------------------------------

static enum dialect dialect_of(const struct exchange *x)
{
    if (x->is_chat)
        return x->is_stream ? DIALECT_CHUNKS : DIALECT_COMPLETION;
    return x->is_stream ? DIALECT_EVENTS : DIALECT_OBJECT;
}

// A model's name may wish for a fault of the request, which strikes late.
static bool strikes(struct exchange *x, const struct create *create,
                    struct moment now, struct refusal *refusal)
{
    struct wishes wishes = { 0 };
    struct str model = json_str(json_member(create->root, "model"));

    if (!model_wishes(model, &wishes, refusal)) {
        put_refusal(x, refusal);
        return true;
    }
    if (!fault_find(&wishes.faults, SCOPE_REQUEST, x->world->requests,
                    &x->fault))
        return false;
    x->is_over =
        front_fault(&x->fault, x->keep_alive, now, &x->status, &x->ready);
    return x->is_over;
}

static void begin_turn(struct exchange *x, struct create *create,
                       struct moment now, struct refusal *refusal)
{
    struct turn_plan plan = {
        .world = x->world,
        .create = create,
        .dialect = DIALECT_EVENTS,
        .wishes = &x->wishes,
        .now = now,
    };

    x->is_stream = create->stream;
    plan.dialect = dialect_of(x);
    if (create->previous_id.len > 0) {
        refuse(refusal, "previous_response_not_found", "previous_response_id",
               "Previous response with id '%.*s' not found.",
               STR_ARG(str_take(create->previous_id, 80)));
        put_refusal(x, refusal);
    } else if (!turn_begin(&x->turn, &plan, refusal)) {
        put_refusal(x, refusal);
    } else {
        x->sse.manners = response_manners(x->turn.response);
        x->sse.names = !x->is_chat;
    }
}

static void answer_at_once(struct exchange *x, enum route route,
                           const struct create *create, struct moment now)
{
    struct buf body = { 0 };

    if (route == ROUTE_COMPACT)
        compact_write(create, ++x->world->responses, now.unix_s, &body);
    else
        count_write(create, &body);
    put_whole(x, 200, buf_str(&body));
    buf_release(&body);
}

static bool read_request(enum route route, struct str body,
                         struct create *create, struct refusal *refusal)
{
    if (route == ROUTE_CHAT)
        return chat_read(body, create, refusal);
    return create_read(body,
                       route == ROUTE_COMPACT ? FORM_COMPACT
                       : route == ROUTE_COUNT ? FORM_COUNT
                                              : FORM_HTTP,
                       create, refusal);
}

static const char *protocol_of(enum route route)
{
    switch (route) {
    case ROUTE_CHAT: return "chat";
    case ROUTE_COMPACT: return "compact";
    case ROUTE_COUNT: return "input_tokens";
    case ROUTE_NONE:
    case ROUTE_WEBSOCKET:
    case ROUTE_RESPONSES: return "responses";
    }
    return "responses";
}

static void record(const struct exchange_plan *plan,
                   const struct create *create)
{
    struct record_request request = {
        .connection = plan->connection,
        .transport = "http",
        .protocol = protocol_of(plan->verdict->route),
        .create = create,
        .message = plan->request->body,
        .http = plan->request,
    };

    record_request(plan->world, &request);
}

static bool is_json(const struct http_request *request, struct refusal *refusal)
{
    struct str type = http_header(request, "content-type");

    type = str_trim(str_take(type, str_find_char(type, ';')));
    if (http_word_is(type, "application/json"))
        return true;
    return refuse(refusal, "unsupported_content_type", NULL,
                  "The Content-Type must be application/json.");
}

struct exchange *exchange_create(const struct exchange_plan *plan)
{
    struct exchange *x = mem_alloc(sizeof(*x));
    enum route route = plan->verdict->route;
    struct create create = { 0 };
    struct refusal refusal;

    x->world = plan->world;
    x->wishes = plan->verdict->wishes;
    x->fault = plan->verdict->fault;
    x->keep_alive = plan->request->keep_alive;
    x->is_chat = route == ROUTE_CHAT;
    bool good = read_request(route, plan->request->body, &create, &refusal)
                && is_json(plan->request, &refusal);
    record(plan, &create);
    if (!good)
        put_refusal(x, &refusal);
    else if (!strikes(x, &create, plan->now, &refusal)) {
        if (route == ROUTE_COMPACT || route == ROUTE_COUNT)
            answer_at_once(x, route, &create, plan->now);
        else
            begin_turn(x, &create, plan->now, &refusal);
    }
    create_release(&create);
    return x;
}

// --- the stream --------------------------------------------------------------

// Puts what belongs into the body into the frame that the head promised.
static void put_piece(struct exchange *x, struct str piece, struct buf *out)
{
    if (x->length == BODY_CHUNKED)
        http_write_chunk(piece, out);
    else
        buf_append(out, piece);
    x->chunks++;
}

static void put_messages(struct exchange *x, struct buf *out)
{
    struct str rest = buf_str(&x->message), line;
    struct buf events = { 0 };

    while (str_split(&rest, '\n', &line))
        sse_write(&x->sse, line, &events);
    put_piece(x, buf_str(&events), out);
    buf_release(&events);
}

static enum exchange_step finish_stream(struct exchange *x, struct buf *out)
{
    struct buf last = { 0 };

    if (!x->is_chat && has_manner(x->sse.manners, MANNER_DONE_MARKER)) {
        sse_write(&x->sse, STR("[DONE]"), &last);
        put_piece(x, buf_str(&last), out);
        buf_release(&last);
    }
    if (x->length == BODY_CHUNKED)
        http_write_last_chunk(out);
    x->is_over = true;
    return EXCHANGE_BYTES;
}

// The stream ends before its time: cleanly, in the middle, or with a reset.
static enum exchange_step cut_stream(struct exchange *x, struct buf *out)
{
    int code = response_close_code(x->turn.response);

    x->is_over = true;
    x->keep_alive = false;
    if (code == 1006)
        return EXCHANGE_RESET;
    if (code == 1000 && x->is_stream && x->length == BODY_CHUNKED
        && x->head_is_sent)
        http_write_last_chunk(out);
    return out->len > 0 ? EXCHANGE_BYTES : EXCHANGE_END;
}

static enum exchange_step break_chunk(struct exchange *x, struct buf *out)
{
    buf_append(out, STR("zz-no-number\r\ndata: {}\r\n"));
    x->is_over = true;
    x->keep_alive = false;
    return EXCHANGE_BYTES;
}

static enum exchange_step put_said(struct exchange *x, struct buf *out)
{
    int status = response_status(x->turn.response);

    if (!x->is_stream || (status != 200 && !x->head_is_sent)) {
        buf_append_char(&x->message, '\n');
        put_whole(x, status, buf_str(&x->message));
    } else {
        if (!x->head_is_sent)
            put_stream_head(x);
        put_messages(x, &x->ready);
    }
    buf_append(out, buf_str(&x->ready));
    buf_reset(&x->ready);
    buf_reset(&x->message);
    return EXCHANGE_BYTES;
}

static enum exchange_step ask_response(struct exchange *x, struct moment now,
                                       int64_t *due_us, struct buf *out)
{
    enum response_step step;

    do {
        buf_reset(&x->message);
        step =
            response_next(x->turn.response, now.mono_us, due_us, &x->message);
    } while (step == RESPONSE_RAW);
    switch (step) {
    case RESPONSE_EVENT: return put_said(x, out);
    case RESPONSE_RAW:
    case RESPONSE_WAIT: return EXCHANGE_WAIT;
    case RESPONSE_STALL: return EXCHANGE_STALL;
    case RESPONSE_DEAF: return EXCHANGE_DEAF;
    case RESPONSE_CLOSE: return cut_stream(x, out);
    case RESPONSE_DONE: return finish_stream(x, out);
    }
    return EXCHANGE_DONE;
}

enum exchange_step exchange_next(struct exchange *x, struct moment now,
                                 int64_t *due_us, struct buf *out)
{
    if (x->ready.len > 0) {
        buf_append(out, buf_str(&x->ready));
        buf_reset(&x->ready);
        return EXCHANGE_BYTES;
    }
    if (x->is_over)
        return x->keep_alive ? EXCHANGE_DONE : EXCHANGE_END;
    if (x->fault.kind == FAULT_BROKEN_CHUNK && x->chunks == BROKEN_AFTER)
        return break_chunk(x, out);
    return ask_response(x, now, due_us, out);
}
