/* Samples become facts in the order they happened; that is all the memory the
 * router has between two runs of kerf. */
#include "kerf/app/routing.h"

#include <time.h>

#include "kerf/net/url.h"

static size_t index_of(const struct config *config, struct str name)
{
    const struct backend *backend = config_backend(config, name);

    return backend ? (size_t)(backend - config->backends) : ROUTER_NONE;
}

static enum route_transport transport_of(const struct sample *sample)
{
    return str_is(sample->transport, "http") ? ROUTE_HTTP : ROUTE_WS;
}

static void learn_answer(struct router *router, const struct sample *sample,
                         size_t backend)
{
    router_answered(router, &(struct route_answer){
                                .backend = backend,
                                .transport = transport_of(sample),
                                .now_ms = sample->time_ms,
                                .input_tokens = sample->usage.input,
                                .output_tokens = sample->usage.output,
                                .ttft_ms = sample->ttft_ms,
                                .tokens_per_second = sample->tokens_per_second,
                            });
}

static void learn_failure(struct router *router, const struct sample *sample,
                          size_t backend, enum setback setback)
{
    router_failed(router, &(struct route_failure){
                              .backend = backend,
                              .transport = transport_of(sample),
                              .setback = setback,
                              .now_ms = sample->time_ms,
                              .input_tokens = sample->usage.input,
                              .text = sample->why,
                          });
}

static void learn(struct router *router, const struct config *config,
                  const struct sample *sample)
{
    size_t backend = index_of(config, sample->backend);
    enum setback setback = setback_find(sample->failure);

    if (backend == ROUTER_NONE)
        return;
    if (str_is(sample->outcome, "raced")) {
        router_network(router, sample->network);
        router_raced(router, backend, transport_of(sample), sample->time_ms);
    } else if (setback != SETBACK_COUNT) {
        learn_failure(router, sample, backend, setback);
    } else if (str_is(sample->outcome, "ok")
               || str_is(sample->outcome, "incomplete")) {
        learn_answer(router, sample, backend);
    }
}

int64_t routing_midnight_ms(int64_t now_ms)
{
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm when;

    if (!localtime_r(&seconds, &when))
        return now_ms - now_ms % JOURNAL_DAY_MS;
    when.tm_hour = when.tm_min = when.tm_sec = 0;
    when.tm_isdst = -1;
    return (int64_t)mktime(&when) * 1000;
}

// A backend whose URL cannot be read has no place, and passes no policy.
static void place_backends(struct router *router, const struct config *config)
{
    struct arena arena = { 0 };

    for (size_t i = 0; i < config->backend_count; i++) {
        struct url url;
        struct error unused;
        if (url_parse(&arena, config->backends[i].url, &url, &unused))
            router_place(router, i, url.host, url.port);
    }
    arena_release(&arena);
}

// --- samples ---------------------------------------------------------------

struct filter {
    int64_t now_ms;
    journal_sample_fn fn;
    void *ctx;
};

static void pass_on(const struct sample *sample, void *ctx)
{
    struct filter *filter = ctx;

    if (sample->time_ms <= filter->now_ms)
        filter->fn(sample, filter->ctx);
}

bool routing_samples(struct str state_dir, int64_t now_ms, journal_sample_fn fn,
                     void *ctx, struct error *err)
{
    struct filter filter = { now_ms, fn, ctx };

    return journal_samples(state_dir, now_ms - ROUTING_DAYS * JOURNAL_DAY_MS,
                           pass_on, &filter, err);
}

void routing_take(struct routing *routing, const struct config *config,
                  const struct sample *sample)
{
    routing->samples++;
    if (sample->time_ms >= routing->midnight_ms)
        routing->day_usd += sample->cost_usd;
    if (routing->router)
        learn(routing->router, config, sample);
}

// --- the whole -------------------------------------------------------------

struct reading {
    struct routing *routing;
    const struct config *config;
};

static void on_sample(const struct sample *sample, void *ctx)
{
    struct reading *reading = ctx;

    routing_take(reading->routing, reading->config, sample);
}

bool routing_learn(struct routing *routing, const struct setup *setup,
                   int64_t now_ms, struct error *err)
{
    struct reading reading = { routing, &setup->config };

    routing->midnight_ms = routing_midnight_ms(now_ms);
    return setup->state_dir.len == 0
           || routing_samples(setup->state_dir, now_ms, on_sample, &reading,
                              err);
}

bool routing_open(struct routing *routing, const struct setup *setup,
                  int64_t now_ms, struct error *err)
{
    *routing = (struct routing){
        .router = router_create(&setup->config, &setup->policy),
    };
    place_backends(routing->router, &setup->config);
    return routing_learn(routing, setup, now_ms, err);
}

void routing_close(struct routing *routing)
{
    router_destroy(routing->router);
    routing->router = NULL;
}
