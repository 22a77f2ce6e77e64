/*
 * Makes room in the window: the backend's own service compacts the
 * conversation, or, where there is none, the model is asked for a summary of
 * it (protocol.md 4.5). Both go over HTTP, beside the conversation, which only
 * hears of the result.
 */
#include "parts.h"

#include <stdlib.h>

#include "kerf/net/route.h"
#include "kerf/wire/compact.h"
#include "kerf/wire/event_json.h"
#include "key.h"
#include "post.h"
#include "trouble.h"

#define COMPACT_IDLE_MS ((int64_t)10 * 60 * 1000)
#define LIMIT_COMPACT_BYTES ((size_t)64 << 20)

struct compaction {
    struct agent *agent;
    struct line *line;
    size_t upto;
    struct key_source *key;
    struct http *service; // the backend's own
    struct post *post;    // or a summary
    struct chat_stream *chat;
    struct buf bearer, answer;
    struct usage usage;
    int64_t before; // tokens
    bool asked_service;
    bool over;
};

void compaction_stop(struct agent *agent)
{
    struct compaction *c = agent->compaction;

    if (!c)
        return;
    agent->compaction = NULL;
    key_source_destroy(c->key);
    http_destroy(c->service);
    post_destroy(c->post);
    chat_stream_destroy(c->chat);
    buf_wipe(&c->bearer);
    buf_release(&c->answer);
    free(c);
}

// --- the end ---------------------------------------------------------------

void compaction_over(void *ctx)
{
    struct agent *agent = ctx;
    bool due = agent->exchange.due;

    compaction_stop(agent);
    if (due)
        exchange_ask(agent);
    agent_step(agent);
}

// The callbacks of what has ended still run: it goes when they are done.
static void finish(struct compaction *c)
{
    c->over = true;
    loop_defer(c->agent->options.loop, compaction_over, c->agent);
}

static void fail(struct compaction *c, struct str why)
{
    struct arena arena = { 0 };
    struct agent *agent = c->agent;
    struct str text = arena_printf(
        &arena, "the conversation could not be compacted: %.*s", STR_ARG(why));

    if (agent->exchange.due)
        exchange_fail_turn(agent, text);
    else
        agent_notice(agent, text, true);
    finish(c);
    arena_release(&arena);
}

static void succeed(struct compaction *c, struct event *event)
{
    struct agent *agent = c->agent;
    struct arena arena = { 0 };

    agent_post(agent, event);
    lane_forget(&c->line->lane);
    estimator_leave(&c->line->estimator);
    agent_notice(agent,
                 arena_printf(&arena,
                              "compacted: %zu items, about %lldk tokens before "
                              "and %lldk now; /uncompact takes it back",
                              c->upto, (long long)c->before / 1000,
                              (long long)lines_tokens(agent) / 1000),
                 false);
    finish(c);
    arena_release(&arena);
}

// --- a summary by the model ------------------------------------------------

static void summarised(struct compaction *c)
{
    struct event event;
    struct error err = { 0 };

    if (!compact_summary(buf_str(&c->answer), c->upto, &event, &err)) {
        fail(c, str_from(err.text));
        return;
    }
    event.usage = c->usage;
    succeed(c, &event);
}

static void take(const struct event *event, void *ctx)
{
    struct compaction *c = ctx;

    if (c->over)
        return;
    if (event->kind == EVENT_ITEM_DONE && event->state == ITEM_TEXT) {
        buf_append(&c->answer, event->text);
    } else if (event->kind == EVENT_RESPONSE_COMPLETED) {
        c->usage = event->usage;
        summarised(c);
    } else if (event->kind == EVENT_RESPONSE_FAILED
               || event->kind == EVENT_RESPONSE_INCOMPLETE) {
        fail(c, event->text);
    }
}

static void on_message(struct str text, void *ctx)
{
    struct compaction *c = ctx;
    struct arena arena = { 0 };
    struct event event = { 0 };
    struct error err = { 0 };
    bool known = false;

    if (c->over)
        return;
    if (c->chat) {
        if (!chat_stream_feed(c->chat, text, take, c, &err) && !c->over)
            fail(c, str_from(err.text));
    } else if (event_decode(&arena, text, &event, &known, &err) && known) {
        take(&event, c);
    }
    arena_release(&arena);
}

static void on_finished(void *ctx)
{
    struct compaction *c = ctx;
    struct error err = { 0 };

    if (c->over)
        return;
    bool whole = !c->chat || chat_stream_finish(c->chat, take, c, &err);
    if (!c->over)
        fail(c, whole ? STR("the answer ended before its end")
                      : str_from(err.text));
}

static void on_failed(const struct failure *failure, void *ctx)
{
    struct compaction *c = ctx;

    if (!c->over)
        fail(c, failure->message);
}

static void on_alive(void *ctx)
{
    (void)ctx; // the transport has a clock of its own
}

static void on_post_head(const struct http_head *head, void *ctx)
{
    (void)head;
    (void)ctx;
}

static struct request_parts parts_of(struct compaction *c)
{
    return (struct request_parts){
        .backend = c->line->backend,
        .profile = &c->line->profile,
        .instructions = buf_str(&c->agent->instructions),
        .tools = buf_str(&c->agent->tools),
        .cache_key = c->agent->session->id,
        .upto = c->upto,
        .over_http = true,
    };
}

static struct http_options options_of(struct compaction *c, struct str path,
                                      struct str body)
{
    struct agent *agent = c->agent;
    struct str url = agent->exchange.url;

    if (url.len == 0)
        url = c->line->backend->url;
    return (struct http_options){
        .method = HTTP_POST,
        .url = url,
        .path = path,
        .bearer = buf_str(&c->bearer),
        .user_agent = STR(ROUTE_USER_AGENT),
        .body = body,
        .access = route_access(agent->options.env, c->line->backend, url),
        .idle_ms = COMPACT_IDLE_MS,
    };
}

static void ask_for_summary(struct compaction *c)
{
    static const struct post_events events = {
        .head = on_post_head,
        .message = on_message,
        .alive = on_alive,
        .finished = on_finished,
        .failed = on_failed,
    };
    struct request_parts parts = parts_of(c);
    struct request request = { 0 };
    struct error err = { 0 };
    bool chat = line_speaks_chat(c->line);

    compact_ask(&parts);
    bool built =
        chat ? chat_request_build(c->agent->session, &parts, &request, &err)
             : request_build(c->agent->session, &parts, NULL, &request, &err);
    if (!built) {
        fail(c, str_from(err.text));
        return;
    }
    struct http_options options =
        options_of(c, chat ? STR("/chat/completions") : STR("/responses"),
                   buf_str(&request.json));
    options.accept = HTTP_ACCEPT_STREAM;
    if (chat)
        c->chat = chat_stream_create(NULL);
    c->post = post_start(c->agent->options.http, &options, &events, c);
    request_release(&request);
}

// --- the backend's own service ---------------------------------------------

static void on_data(struct str bytes, void *ctx)
{
    struct compaction *c = ctx;
    buf_append(&c->answer, bytes);
}

static void on_ended(const struct http_end *end, void *ctx)
{
    struct compaction *c = ctx;
    struct arena arena = { 0 };
    struct event event;
    struct error err = { 0 };

    if (c->over || end->end_class == NET_END_CLOSED_BY_US)
        return;
    if (end->end_class == NET_END_NORMAL
        && compact_read(&arena, buf_str(&c->answer), c->upto, &event, &err)) {
        succeed(c, &event);
    } else {
        buf_reset(&c->answer); // no such service: the model can do it
        ask_for_summary(c);
    }
    arena_release(&arena);
}

static void ask_service(struct compaction *c)
{
    static const struct http_events events = { .data = on_data,
                                               .ended = on_ended };
    struct request_parts parts = parts_of(c);
    struct buf body = { 0 };
    struct error err = { 0 };

    if (compact_build(c->agent->session, &parts, &body, &err)) {
        struct http_options options =
            options_of(c, STR("/responses/compact"), buf_str(&body));
        options.accept = HTTP_ACCEPT_JSON;
        options.limit_bytes = LIMIT_COMPACT_BYTES;
        c->service = http_start(c->agent->options.http, &options, &events, c);
    } else {
        fail(c, str_from(err.text));
    }
    buf_release(&body);
}

static void on_key(struct str key, void *ctx)
{
    struct compaction *c = ctx;

    buf_append(&c->bearer, key);
    if (line_speaks_chat(c->line))
        ask_for_summary(c);
    else
        ask_service(c);
}

static void on_no_key(const char *why, void *ctx)
{
    fail(ctx, str_from(why));
}

// --- the beginning ---------------------------------------------------------

bool compaction_start(struct agent *agent)
{
    static const struct key_events events = { .found = on_key,
                                              .failed = on_no_key };
    struct exchange *x = &agent->exchange;
    size_t upto = compact_extent(agent->session);

    if (agent->compaction)
        return true;
    if (upto == 0 || !x->line || !agent->options.http
        || x->sending == SENDING_TURN)
        return false;
    struct compaction *c = mem_alloc(sizeof(*c));
    c->agent = agent;
    c->line = x->line;
    c->upto = upto;
    c->before = lines_tokens(agent);
    agent->compaction = c;
    agent_notice(agent, STR("making room: the conversation is compacted"),
                 false);
    c->key =
        key_source_create(agent->options.loop, agent->options.env, &events, c);
    key_fetch(c->key, c->line->backend, x->bearer);
    return true;
}

void compaction_announce(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    const struct backend *backend = x->line->backend;
    struct arena arena = { 0 };
    struct estimate now = {
        .tokens = agent->session->context_tokens,
        .low = agent->session->context_tokens,
        .high = agent->session->context_tokens,
    };

    if (agent->compaction_told
        || estimate_fit(&now, backend->context, 0, 0) == WINDOW_FITS)
        return;
    agent->compaction_told = true;
    agent_notice(agent,
                 arena_printf(&arena,
                              "the conversation fills %lld%% of the window of "
                              "%lldk tokens: /compact makes room, and "
                              "/uncompact takes that back",
                              (long long)(now.tokens * 100 / backend->context),
                              (long long)backend->context / 1000),
                 false);
    arena_release(&arena);
}

void agent_compact(struct agent *agent)
{
    if (session_is_busy(agent->session))
        agent_notice(agent, STR("a turn is running: interrupt it first"), true);
    else if (!compaction_start(agent))
        agent_notice(agent, STR("there is nothing to compact yet"), true);
}

void agent_uncompact(struct agent *agent)
{
    struct event event = { .kind = EVENT_COMPACTED, .flag = true };
    bool is_there = false;

    for (size_t i = 0; i < agent->session->item_count; i++)
        is_there = is_there || agent->session->items[i].base;
    if (!is_there || session_is_busy(agent->session)) {
        agent_notice(agent, STR("nothing is compacted, or a turn is running"),
                     true);
        return;
    }
    agent_post(agent, &event);
    if (agent->exchange.line)
        lane_forget(&agent->exchange.line->lane);
    agent_notice(agent, STR("the whole conversation is sent again"), false);
}
