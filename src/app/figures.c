/* From the samples of the last days to what the panels show. */
#include "parts.h"

#include "kerf/app/routing.h"
#include "kerf/model/histogram.h"
#include "kerf/store/stats.h"

static struct backend_figures *figures_of(struct figures *figures,
                                          struct backend_figures *all,
                                          struct str name)
{
    for (size_t i = 0; i < figures->backend_count; i++)
        if (str_equal(all[i].name, name))
            return &all[i];
    if (figures->backend_count == LIMIT_BACKENDS)
        return NULL;
    struct backend_figures *fresh = &all[figures->backend_count++];
    fresh->name = name;
    return fresh;
}

static void add_recent(struct backend_figures *b, const struct sample *sample)
{
    if (b->recent_count == FIGURES_RECENT) {
        for (size_t i = 1; i < FIGURES_RECENT; i++) {
            b->recent_ttft[i - 1] = b->recent_ttft[i];
            b->recent_speed[i - 1] = b->recent_speed[i];
        }
        b->recent_count--;
    }
    b->recent_ttft[b->recent_count] = sample->ttft_ms;
    b->recent_speed[b->recent_count++] = sample->tokens_per_second;
}

// Percentiles of times in ms; speeds are counted in tokens a second.
struct measured {
    struct histogram waits, speeds;
};

static void count_sample(struct backend_figures *b, struct measured *measured,
                         const struct sample *sample)
{
    b->asked++;
    if (str_is(sample->outcome, "failed") || str_is(sample->outcome, "lost"))
        b->failed++;
    if (sample->ttft_ms < 0)
        return;
    histogram_add(&measured->waits, sample->ttft_ms);
    if (sample->tokens_per_second > 0)
        histogram_add(&measured->speeds, (int64_t)sample->tokens_per_second);
    add_recent(b, sample);
}

static void finish_backend(struct app *app, struct backend_figures *b,
                           const struct measured *measured)
{
    const struct backend *backend =
        config_backend(&app->setup->config, b->name);
    bool any = measured->waits.count > 0;

    b->ttft_p50 = any ? histogram_percentile(&measured->waits, 50) : -1;
    b->ttft_p95 = any ? histogram_percentile(&measured->waits, 95) : -1;
    b->ttft_p99 = any ? histogram_percentile(&measured->waits, 99) : -1;
    if (measured->speeds.count > 0)
        b->speed_p50 = (double)histogram_percentile(&measured->speeds, 50);
    if (backend) {
        b->ttft_target = backend->ttft_target_ms;
        b->speed_target = (double)backend->speed_target;
    }
}

static void count_money(struct app *app, struct figures *figures,
                        const struct sample *sample, int64_t midnight_ms)
{
    if (str_equal(sample->session_id, app->session->id))
        return; // the session counts itself
    if (sample->time_ms >= midnight_ms)
        figures->today_usd += sample->cost_usd;
    if (!str_equal(sample->root, app->setup->root))
        return;
    figures->project_usd += sample->cost_usd;
    figures->input += sample->usage.input;
    figures->cached += sample->usage.cached;
    figures->output += sample->usage.output;
}

static void fill(struct app *app, struct figures *figures,
                 struct backend_figures *all, struct measured *measured)
{
    int64_t midnight_ms = routing_midnight_ms(loop_wall_ms());

    for (size_t i = 0; i < app->past.count; i++) {
        const struct sample *sample = &app->past.samples[i];
        struct backend_figures *b =
            str_is(sample->outcome, "raced")
                ? NULL
                : figures_of(figures, all, sample->backend);
        count_money(app, figures, sample, midnight_ms);
        if (b)
            count_sample(b, &measured[b - all], sample);
    }
    for (size_t i = 0; i < figures->backend_count; i++)
        finish_backend(app, &all[i], &measured[i]);
}

void figures_renew(struct app *app)
{
    struct arena *arena = &app->shown.arena;
    const struct route_config *route = &app->setup->config.route;
    struct arena scratch = { 0 };
    struct str *lines;

    arena_reset(arena);
    struct backend_figures *all =
        arena_alloc(arena, LIMIT_BACKENDS * sizeof(*all));
    struct measured *measured =
        arena_alloc(&scratch, LIMIT_BACKENDS * sizeof(*measured));
    struct figures figures = {
        .backends = all,
        .project_days = ROUTING_DAYS,
        .budget_usd = route->budget_usd,
        .day_budget_usd = route->day_budget_usd,
    };
    fill(app, &figures, all, measured);
    figures.route_count = agent_explain_route(app->agent, arena, &lines);
    figures.route = lines;
    app->shown.figures = figures;
    ui_set_figures(app->ui, &figures);
    arena_release(&scratch);
}
