/*
 * The backends that a conversation may use, and the choice between them. Each
 * has a link of its own, made when it is first chosen; a backend that lost the
 * conversation keeps its socket, so that coming back is quick. The router
 * (model/router.h) decides; what happens is told to it as facts.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/net/network.h"
#include "kerf/net/url.h"

#define OUTPUT_TOKENS 2000 // what a turn may bring, for the estimate

static void post_backend(struct agent *agent, const struct line *line)
{
    const struct backend *backend = line->backend;
    struct event event = {
        .kind = EVENT_BACKEND,
        .name = backend->name,
        .text = backend->model,
        .number = backend->context,
        .price = backend->price,
        .flag = agent->exchange.url.len > 0,
    };

    agent_post(agent, &event);
}

// --- what a link says ------------------------------------------------------

static bool is_in_use(const struct line *line)
{
    return line == line->agent->exchange.line;
}

static void on_state(enum link_state state, struct str why, void *ctx)
{
    struct line *line = ctx;
    struct event event = { .kind = EVENT_LINK,
                           .state = (int)state,
                           .text = why };

    if (is_in_use(line))
        agent_post(line->agent, &event);
}

static void on_ready(void *ctx)
{
    struct line *line = ctx;

    if (is_in_use(line))
        exchange_ready(line->agent);
}

static void on_renewed(void *ctx)
{
    struct line *line = ctx;
    lane_forget(&line->lane);
}

static void tell_rate(const struct line *line, const struct http_rate *rate)
{
    struct str what = str_from(rate->what);
    enum route_rate kind =
        str_starts_with(what, STR("tokens")) ? ROUTE_TOKENS : ROUTE_REQUESTS;

    if (rate->limit > 0 && rate->remaining >= 0)
        router_rate(line->agent->exchange.router, line->index, kind,
                    rate->limit, rate->remaining, rate->reset_ms,
                    loop_wall_ms());
}

static void on_head(const struct http_head *head, void *ctx)
{
    struct line *line = ctx;

    for (size_t i = 0; i < head->rate_count; i++)
        tell_rate(line, &head->rates[i]);
    if (is_in_use(line))
        answer_alive(line->agent);
}

static void on_message(struct str text, void *ctx)
{
    struct line *line = ctx;

    if (is_in_use(line))
        answer_message(line->agent, text);
}

static void on_alive(void *ctx)
{
    struct line *line = ctx;

    if (is_in_use(line))
        answer_alive(line->agent);
}

static void on_finished(void *ctx)
{
    struct line *line = ctx;

    if (is_in_use(line))
        answer_finished(line->agent);
}

static void on_failed(const struct failure *failure, enum transport way,
                      void *ctx)
{
    struct line *line = ctx;

    lane_forget(&line->lane);
    if (!is_in_use(line))
        return;
    line->agent->exchange.way = way;
    answer_failed(line->agent, failure);
}

static void on_explained(const struct failure *failure, void *ctx)
{
    struct line *line = ctx;

    if (is_in_use(line))
        failing_explained(line->agent, failure);
}

// --- opening and closing ---------------------------------------------------

static void open_link(struct line *line)
{
    static const struct uplink_events events = {
        .state = on_state,
        .ready = on_ready,
        .renewed = on_renewed,
        .head = on_head,
        .message = on_message,
        .alive = on_alive,
        .finished = on_finished,
        .explained = on_explained,
        .failed = on_failed,
    };
    struct agent *agent = line->agent;
    struct uplink_options options = {
        .backend = line->backend,
        .url = agent->exchange.url,
        .bearer = agent->exchange.bearer,
        .loop = agent->options.loop,
        .sockets = agent->options.sockets,
        .http = agent->options.http,
        .env = agent->options.env,
        .policy = agent->options.policy,
        .wall = agent->options.wall,
        .rotate_ms = exchange_wait_ms(agent, line->backend->rotate_s * 1000),
    };

    line->link = uplink_create(&options, &events, line);
}

static void place(struct exchange *x, size_t index)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct url url;
    struct str text = x->url.len > 0 ? x->url : x->lines[index].backend->url;

    if (url_parse(&arena, text, &url, &err))
        router_place(x->router, index, url.host, url.is_unix ? 0 : url.port);
    arena_release(&arena);
}

void lines_open(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->router = router_create(&x->config, agent->options.policy);
    x->line_count = x->config.backend_count;
    x->lines = mem_alloc((x->line_count + 1) * sizeof(*x->lines));
    for (size_t i = 0; i < x->line_count; i++) {
        const struct backend *backend = &x->config.backends[i];
        x->lines[i] = (struct line){
            .agent = agent,
            .index = i,
            .backend = backend,
            .profile = { .backend = backend->name, .model = backend->model },
        };
        place(x, i);
    }
}

void lines_close(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    for (size_t i = 0; i < x->line_count; i++) {
        uplink_destroy(x->lines[i].link);
        lane_release(&x->lines[i].lane);
    }
    free(x->lines);
    router_destroy(x->router);
    x->lines = NULL;
    x->line = NULL;
    x->router = NULL;
    x->line_count = 0;
}

// --- the choice ------------------------------------------------------------

// The guess of the backend in use, as it has learnt most about this session.
int64_t lines_tokens(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    static const struct estimator nothing;
    struct estimate guess =
        estimate_session(&x->tally, agent->session, agent->around,
                         x->line ? &x->line->estimator : &nothing);

    x->weight = guess.weight;
    return guess.tokens;
}

// Says whether a person expects another backend to answer: the one before, or
// at first the preferred one.
static bool is_unexpected(const struct agent *agent, struct str backend)
{
    struct str before = agent->session->route_backend;
    const struct backend *preferred = config_choose(&agent->exchange.config);

    if (before.len == 0 && preferred)
        before = preferred->name;
    return !str_equal(backend, before);
}

static void tell_route(struct agent *agent, struct str why,
                       enum route_transport transport)
{
    const struct session *session = agent->session;
    struct event event = {
        .kind = EVENT_ROUTE,
        .name = agent->exchange.line->backend->name,
        .text = why,
        .extra = str_from(route_transport_name(transport)),
        .flag = is_unexpected(agent, agent->exchange.line->backend->name),
    };

    if (!str_equal(event.name, session->route_backend)
        || !str_equal(event.text, session->route_text)
        || !str_equal(event.extra, session->route_transport))
        agent_post(agent, &event);
}

// Both ways were open to the request, and HTTP was first: for a day that is
// taken for a property of this network.
static void lost_race(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct sample raced = {
        .session_id = agent->session->id,
        .backend = x->line->backend->name,
        .model = x->line->backend->model,
        .outcome = STR("raced"),
        .time_ms = loop_wall_ms(),
        .dial_ms = -1,
        .ttft_ms = -1,
        .total_ms = -1,
        .transport = STR("http"),
        .network = x->network,
    };

    router_raced(x->router, x->line->index, ROUTE_HTTP, raced.time_ms);
    sample_keep(agent, &raced);
}

void lines_tell_way(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct arena arena = { 0 };

    if (x->way != TRANSPORT_HTTP || x->route.transport != ROUTE_WS
        || str_is(x->line->backend->protocol, "chat"))
        return;
    lost_race(agent);
    tell_route(agent,
               arena_printf(&arena, "%s; HTTP was open before the socket",
                            x->route.why),
               ROUTE_HTTP);
    arena_release(&arena);
}

void lines_take(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct line *line = &x->lines[x->route.backend];
    bool is_new = x->line != line;

    x->line = line;
    if (!line->link)
        open_link(line);
    if (is_new)
        post_backend(agent, line);
    tell_route(agent, str_from(x->route.why), x->route.transport);
}

bool lines_route(struct agent *agent, struct str *why)
{
    struct exchange *x = &agent->exchange;

    x->query = (struct route_query){
        .now_ms = loop_wall_ms(),
        .input_tokens = lines_tokens(agent),
        .output_tokens = OUTPUT_TOKENS,
        .current = x->line ? x->line->index : ROUTER_NONE,
        .needs = ROUTE_NEEDS_TOOLS,
        .session_usd = agent->session->cost_usd,
        .day_usd = x->day_usd + agent->session->cost_usd,
        .random = (uint32_t)str_hash(agent->session->id, 0),
    };
    x->network = network_fingerprint();
    router_network(x->router, x->network);
    x->route = router_choose(x->router, &x->query);
    if (x->route.backend == ROUTER_NONE) {
        *why = str_from(x->route.why);
        return false;
    }
    x->routed = true;
    lines_take(agent);
    return true;
}

bool lines_reroute(struct agent *agent, const struct failure *failure,
                   enum setback setback)
{
    struct exchange *x = &agent->exchange;
    struct route failed = x->route;
    struct route_failure fact = {
        .backend = x->line->index,
        .transport = x->way == TRANSPORT_WS ? ROUTE_WS : ROUTE_HTTP,
        .setback = setback,
        .now_ms = loop_wall_ms(),
        .retry_after_ms = failure->retry_after_ms > 0 ? failure->retry_after_ms
                                                      : 0,
        .input_tokens = x->query.input_tokens,
        .text = failure->message,
    };

    router_failed(x->router, &fact);
    failed.transport = fact.transport;
    x->query.now_ms = fact.now_ms;
    struct route next = router_next(x->router, &x->query, &failed, setback);
    if (next.end != ROUTE_GO)
        return false;
    x->route = next;
    return true;
}

void lines_dial(struct agent *agent, int64_t delay_ms)
{
    struct exchange *x = &agent->exchange;
    const struct backend *backend = x->line->backend;
    enum uplink_want want = UPLINK_EITHER;

    if (x->route.transport == ROUTE_HTTP)
        want = UPLINK_HTTP;
    else if (!str_is(backend->transport, "auto"))
        want = UPLINK_WS;
    uplink_dial(x->line->link, want, delay_ms);
}

void lines_answered(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    const struct attempt *attempt = &x->attempt;
    struct route_answer answer = {
        .backend = x->line->index,
        .transport = x->way == TRANSPORT_WS ? ROUTE_WS : ROUTE_HTTP,
        .now_ms = loop_wall_ms(),
        .input_tokens = attempt->usage.input > 0 ? attempt->usage.input
                                                 : x->query.input_tokens,
        .output_tokens = attempt->usage.output,
        .ttft_ms = attempt_ttft_ms(attempt),
        .tokens_per_second = attempt_speed(attempt),
    };

    router_answered(x->router, &answer);
}
