/*
 * What earlier sessions measured: read by a worker once the first frame is
 * out. The router learns from it, and so does each later one, which comes with
 * a new session or a backend that the user names.
 */
#include "parts.h"

#include <stdlib.h>

#include "kerf/app/routing.h"

struct past_job {
    struct app *app;
    struct str state_dir;
    struct past past;
    int64_t now_ms;
    bool done;
    struct error err;
};

void past_keep(struct past *past, const struct sample *sample)
{
    struct arena *arena = &past->arena;

    past->samples = arena_grow(arena, past->samples, &past->cap,
                               past->count + 1, sizeof(*past->samples));
    struct sample *kept = &past->samples[past->count++];
    *kept = *sample;
    kept->session_id = arena_copy(arena, sample->session_id);
    kept->backend = arena_copy(arena, sample->backend);
    kept->model = arena_copy(arena, sample->model);
    kept->outcome = arena_copy(arena, sample->outcome);
    kept->transport = arena_copy(arena, sample->transport);
    kept->failure = arena_copy(arena, sample->failure);
    kept->why = arena_copy(arena, sample->why);
    kept->root = arena_copy(arena, sample->root);
}

static void on_sample(const struct sample *sample, void *ctx)
{
    past_keep(ctx, sample);
}

static void past_work(void *ctx)
{
    struct past_job *job = ctx;

    job->done = routing_samples(job->state_dir, job->now_ms, on_sample,
                                &job->past, &job->err);
}

static void learn(const struct app *app, struct router *router,
                  const struct past *past)
{
    struct routing routing = { .router = router };

    for (size_t i = 0; i < past->count; i++)
        routing_take(&routing, &app->setup->config, &past->samples[i]);
}

// The session counts its own money itself.
static void count_day(struct app *app)
{
    const struct past *past = &app->past;
    struct routing day = {
        .midnight_ms = routing_midnight_ms(loop_wall_ms()),
    };

    for (size_t i = 0; i < past->count; i++)
        if (!str_equal(past->samples[i].session_id, app->session->id))
            routing_take(&day, &app->setup->config, &past->samples[i]);
    agent_set_day_cost(app->agent, day.day_usd);
}

void past_teach(struct router *router, void *ctx)
{
    struct app *app = ctx;

    learn(app, router, &app->past);
    count_day(app);
}

// What this session has measured meanwhile stands behind.
static void take_over(struct app *app, struct past *read)
{
    for (size_t i = 0; i < app->past.count; i++)
        past_keep(read, &app->past.samples[i]);
    arena_release(&app->past.arena);
    read->jobs = app->past.jobs;
    app->past = *read;
}

static void past_done(void *ctx)
{
    struct past_job *job = ctx;
    struct app *app = job->app;

    app->past.jobs--;
    if (app->leaving || !job->done) {
        if (!app->leaving)
            app_notice(app, str_from(job->err.text), true);
        arena_release(&job->past.arena);
    } else {
        // Times of a router's facts do not go back: it learns before it is
        // asked, and what this session has measured it knows.
        learn(app, agent_router(app->agent), &job->past);
        take_over(app, &job->past);
        count_day(app);
        figures_renew(app);
    }
    free(job);
}

void past_load(struct app *app)
{
    if (app->setup->state_problem.len > 0 || app->setup->state_dir.len == 0)
        return;
    struct past_job *job = mem_alloc(sizeof(*job));

    job->app = app;
    job->state_dir = app->setup->state_dir;
    job->now_ms = loop_wall_ms();
    app->past.jobs++;
    work_run(app->loop, NULL, past_work, past_done, job);
}

void past_release(struct app *app)
{
    while (app->past.jobs > 0)
        loop_step(app->loop, 100);
    arena_release(&app->past.arena);
    arena_release(&app->shown.arena);
}
