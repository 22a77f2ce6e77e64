/*
 * The public face of the agent and its step: after every event it looks at
 * what the session is waiting for and does that, if it is the agent's turn.
 * Files that a message names are read first; the message follows them.
 */
#include "parts.h"

#include <stdlib.h>

#include "context.h"
#include "kerf/agent/prompt.h"
#include "kerf/agent/tools.h"

#define INSTRUCTIONS_FILE "AGENTS.md"

// --- files for the context -------------------------------------------------

struct context_request {
    struct context_job job;
    struct agent *agent;
    void (*done)(struct context_request *request);
};

static void context_work(void *ctx)
{
    struct context_request *request = ctx;
    context_read(&request->job);
}

static void context_done(void *ctx)
{
    struct context_request *request = ctx;
    struct agent *agent = request->agent;

    agent->jobs--;
    if (!agent->closing)
        request->done(request);
    arena_release(&request->job.arena);
    free(request);
    if (!agent->closing)
        agent_step(agent);
}

static struct context_request *context_request(
    struct agent *agent, struct str text,
    void (*done)(struct context_request *request))
{
    struct context_request *request = mem_alloc(sizeof(*request));
    struct context_job *job = &request->job;

    request->agent = agent;
    request->done = done;
    job->root = arena_copy(&job->arena, agent->options.root);
    job->text = arena_copy(&job->arena, text);
    return request;
}

static void context_start(struct context_request *request)
{
    request->agent->jobs++;
    work_run(request->agent->options.loop, request->agent->lane, context_work,
             context_done, request);
}

static void post_context(struct agent *agent, const struct context_file *file)
{
    struct event event = { .kind = EVENT_CONTEXT_ADDED,
                           .name = file->label,
                           .text = file->bytes };
    agent_post(agent, &event);
}

static void post_missing(struct agent *agent, const struct context_file *file)
{
    struct arena arena = { 0 };

    agent_notice(agent,
                 arena_printf(&arena, "%.*s: %.*s", STR_ARG(file->label),
                              STR_ARG(file->problem)),
                 true);
    arena_release(&arena);
}

// --- messages --------------------------------------------------------------

static void post_message(struct agent *agent, struct str text)
{
    struct event event = { .kind = EVENT_USER_MESSAGE, .text = text };

    agent_post(agent, &event);
    exchange_ask(agent);
}

static void post_mentions_and_message(struct context_request *request)
{
    const struct context_file *missing = context_missing(&request->job);

    for (size_t i = 0; i < request->job.count; i++)
        if (request->job.files[i].problem.len == 0)
            post_context(request->agent, &request->job.files[i]);
    if (missing)
        post_missing(request->agent, missing);
    post_message(request->agent, request->job.text);
}

// A message that misses a file comes back once; sent again as it is, it goes.
static void post_or_refuse(struct context_request *request)
{
    struct agent *agent = request->agent;
    const struct context_file *missing = context_missing(&request->job);
    struct str text = request->job.text;
    bool again = str_equal(text, buf_str(&agent->refused));

    buf_reset(&agent->refused);
    if (!missing || again || !agent->options.refused) {
        post_mentions_and_message(request);
        return;
    }
    buf_append(&agent->refused, text);
    agent->options.refused(text,
                           arena_printf(&request->job.arena, "%.*s: %.*s",
                                        STR_ARG(missing->label),
                                        STR_ARG(missing->problem)),
                           agent->options.ctx);
}

static void send_now(struct agent *agent, struct str text,
                     void (*done)(struct context_request *request))
{
    struct context_request *request = context_request(agent, text, done);

    context_mentions(&request->job, request->job.text);
    if (request->job.count > 0) {
        context_start(request);
        return;
    }
    post_message(agent, text);
    arena_release(&request->job.arena);
    free(request);
}

static void send_or_queue(struct agent *agent, struct str text,
                          void (*done)(struct context_request *request))
{
    struct event queued = { .kind = EVENT_QUEUED, .text = text };

    agent->held = agent->held && agent->session->queue_count > 0;
    if (exchange_steer(agent, text))
        return;
    if (session_is_busy(agent->session) || agent->jobs > 0)
        agent_post(agent, &queued);
    else
        send_now(agent, text, done);
    agent_step(agent);
}

void agent_send(struct agent *agent, struct str text)
{
    send_or_queue(agent, text, post_mentions_and_message);
}

void agent_submit(struct agent *agent, struct str text)
{
    send_or_queue(agent, text, post_or_refuse);
}

static void send_queued(struct agent *agent)
{
    struct arena arena = { 0 };
    struct event event = { .kind = EVENT_UNQUEUED, .index = 0 };
    struct str text = arena_copy(&arena, agent->session->queue[0]);

    agent_post(agent, &event);
    send_now(agent, text, post_mentions_and_message);
    arena_release(&arena);
}

static void post_added_file(struct context_request *request)
{
    const struct context_file *file = &request->job.files[0];

    if (file->problem.len > 0)
        post_missing(request->agent, file);
    else
        post_context(request->agent, file);
}

void agent_add_file(struct agent *agent, struct str path)
{
    struct context_request *request =
        context_request(agent, path, post_added_file);

    context_add(&request->job, path);
    context_start(request);
}

// --- instructions ----------------------------------------------------------

static void weigh_around(struct agent *agent)
{
    agent->around = estimate_text(buf_str(&agent->instructions))
                    + estimate_text(buf_str(&agent->tools));
}

static void take_instructions(struct context_request *request)
{
    struct agent *agent = request->agent;
    const struct context_file *file = &request->job.files[0];
    struct str project = { 0 };
    struct arena *arena = &request->job.arena;

    if (file->problem.len == 0 && file->bytes.len <= LIMIT_INSTRUCTIONS_BYTES)
        project = file->bytes;
    if (project.len > 0)
        agent_notice(agent,
                     arena_printf(arena,
                                  INSTRUCTIONS_FILE " goes along: %zu "
                                                    "bytes",
                                  project.len),
                     false);
    else if (file->problem.len == 0)
        agent_notice(agent, STR(INSTRUCTIONS_FILE " is too long, left out"),
                     true);
    prompt_instructions(&agent->instructions, agent->options.root, project);
    weigh_around(agent);
    agent->instructions_ready = true;
    if (agent->exchange.line)
        exchange_ready(agent);
}

static void read_instructions(struct agent *agent)
{
    struct context_request *request =
        context_request(agent, (struct str){ 0 }, take_instructions);

    context_add(&request->job, STR(INSTRUCTIONS_FILE));
    context_start(request);
}

// --- turns -----------------------------------------------------------------

void agent_send_queued(struct agent *agent)
{
    agent->held = false;
    agent_step(agent);
}

void agent_interrupt(struct agent *agent)
{
    struct event cancelled = { .kind = EVENT_CANCELLED };
    struct event done = { .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED };

    if (typed_stop(agent) || !session_is_busy(agent->session))
        return;
    agent->held = true;
    exchange_cancel(agent);
    calls_stop(agent);
    agent_post(agent, &cancelled);
    agent_post(agent, &done);
    agent_step(agent);
}

static size_t last_message(const struct session *session)
{
    for (size_t i = session->item_count; i-- > 0;)
        if (session->items[i].kind == ITEM_USER)
            return i;
    return NO_INDEX;
}

void agent_retry(struct agent *agent)
{
    size_t index = last_message(agent->session);
    struct event event = { .kind = EVENT_USER_MESSAGE, .flag = true };

    if (index == NO_INDEX || session_is_busy(agent->session)) {
        agent_notice(agent, STR("there is nothing to ask again"), true);
        return;
    }
    event.text = buf_str(&agent->session->items[index].text);
    agent_post(agent, &event);
    exchange_ask(agent);
}

void agent_answer(struct agent *agent, enum approval approval, struct str text)
{
    calls_answer(agent, approval, text);
    agent_step(agent);
}

void agent_allow(struct agent *agent, struct str command)
{
    calls_allow(agent, command);
}

// --- files -----------------------------------------------------------------

static void on_written(size_t proposal, void *ctx)
{
    struct agent *agent = ctx;

    feedback_verdict(agent, proposal, false);
    agent_step(agent);
}

static void post_for_changes(struct event *event, void *ctx)
{
    agent_post(ctx, event);
    agent_step(ctx);
}

void agent_refresh_files(struct agent *agent)
{
    changes_refresh(agent->changes);
}

// --- the whole -------------------------------------------------------------

static void finish_turn(struct agent *agent)
{
    struct event event = { .kind = EVENT_TURN_DONE, .state = TURN_OK };

    exchange_turn_ended(agent);
    agent_post(agent, &event);
}

void agent_step(struct agent *agent)
{
    const struct session *session = agent->session;

    if (agent->closing || agent->stepping)
        return;
    agent->stepping = true;
    changes_step(agent->changes);
    wish_step(agent);
    calls_step(agent);
    if (session_turn_is_over(session) && !agent->exchange.due)
        finish_turn(agent);
    if (session->state == TURN_READY
        && agent->exchange.sending == SENDING_NOTHING)
        exchange_ask(agent);
    if (session->state == TURN_IDLE && session->queue_count > 0 && !agent->held
        && agent->jobs == 0)
        send_queued(agent);
    agent->stepping = false;
}

bool agent_is_reading(const struct agent *agent)
{
    return changes_is_busy(agent->changes);
}

bool agent_is_working(const struct agent *agent)
{
    return agent->jobs > 0 || agent->shell_call.len > 0
           || changes_is_busy(agent->changes)
           || session_is_busy(agent->session);
}

static void use(struct agent *agent, const struct config *config,
                struct str url, struct str bearer)
{
    struct exchange *x = &agent->exchange;
    struct str why;

    if (!x->router)
        read_instructions(agent); // a conversation is coming
    exchange_hang_up(agent);
    lines_close(agent);
    x->config = *config;
    x->url = arena_copy(&agent->arena, url);
    x->bearer = arena_copy(&agent->arena, bearer);
    lines_open(agent);
    if (agent->options.teach)
        agent->options.teach(x->router, agent->options.ctx);
    if (!lines_route(agent, &why))
        agent_notice(agent, why, true);
    x->routed = false; // that was a look; each turn chooses anew
}

void agent_use_backends(struct agent *agent, struct str prefer)
{
    struct config config = *agent->options.config;

    if (prefer.len > 0)
        config.backend = arena_copy(&agent->arena, prefer);
    use(agent, &config, (struct str){ 0 }, (struct str){ 0 });
}

void agent_use_builtin(struct agent *agent, const struct backend *backend,
                       struct str url, struct str bearer)
{
    struct config config = *agent->options.config;

    config.backends = arena_alloc(&agent->arena, sizeof(*config.backends));
    *config.backends = *backend;
    config.backend_count = 1;
    use(agent, &config, url, bearer);
}

size_t agent_explain_route(struct agent *agent, struct arena *arena,
                           struct str **lines)
{
    struct exchange *x = &agent->exchange;

    *lines = NULL;
    if (!x->router || !x->line || x->url.len > 0)
        return 0;
    return router_explain(x->router, &x->query, &x->route, arena, lines);
}

struct router *agent_router(struct agent *agent)
{
    return agent->exchange.router;
}

void agent_set_day_cost(struct agent *agent, double usd)
{
    agent->exchange.day_usd = usd;
}

void agent_connect(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    if (!x->line || session_is_busy(agent->session))
        return;
    x->wants_warmth = true;
    exchange_open(agent);
}

bool agent_wake(struct agent *agent)
{
    const struct exchange *x = &agent->exchange;
    enum link_state link = agent->session->link;

    if (!x->line || link == LINK_FAILED)
        return false;
    if (x->route.transport == ROUTE_HTTP)
        exchange_wake(agent);
    else if (link == LINK_LOST && !session_is_busy(agent->session))
        agent_connect(agent);
    else
        return false;
    return true;
}

struct agent *agent_create(const struct agent_options *options)
{
    struct agent *agent = mem_alloc(sizeof(*agent));
    struct changes_events events = { .post = post_for_changes,
                                     .written = on_written,
                                     .ctx = agent };

    agent->options = *options;
    agent->session = options->session;
    agent->held = true; // what a resumed session brings along
    agent->options.root = arena_copy(&agent->arena, options->root);
    agent->options.state_dir = arena_copy(&agent->arena, options->state_dir);
    agent->lane = work_lane_create();
    agent->changes = changes_create(options->loop, agent->lane,
                                    options->session, options->root,
                                    options->state_dir, &events);
    tools_declare(&agent->tools);
    weigh_around(agent);
    exchange_init(agent);
    return agent;
}

void agent_destroy(struct agent *agent)
{
    if (!agent)
        return;
    agent->closing = true;
    calls_stop(agent);
    typed_destroy(agent);
    compaction_stop(agent);
    loop_undefer(agent->options.loop, compaction_over, agent);
    exchange_release(agent);
    changes_destroy(agent->changes);
    while (agent->jobs > 0)
        loop_step(agent->options.loop, 100);
    work_lane_destroy(agent->lane);
    buf_release(&agent->instructions);
    buf_release(&agent->tools);
    buf_release(&agent->refused);
    arena_release(&agent->arena);
    free(agent);
}
