/* Other sessions of this tree: a worker reads the list, the user picks one. */
#include <stdlib.h>
#include <time.h>

#include "parts.h"

#define SESSIONS_SHOWN 200

struct list_job {
    struct app *app;
    struct arena arena;
    struct str state_dir, root;
    struct session_info *list;
    size_t count;
    bool done;
    struct error err;
};

static void list_work(void *ctx)
{
    struct list_job *job = ctx;

    job->done = journal_sessions(job->state_dir, &job->arena, job->root,
                                 SESSIONS_SHOWN, &job->list, &job->count,
                                 &job->err);
}

static struct ui_choice choice_of(struct arena *arena,
                                  const struct session_info *info)
{
    time_t seconds = (time_t)(info->changed_ms / 1000);
    struct tm when;
    char text[32] = "";
    struct str title = str_take(info->title, str_find_char(info->title, '\n'));

    if (localtime_r(&seconds, &when))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &when);
    return (struct ui_choice){
        .value = info->id,
        .label = arena_printf(arena, "%s  %.*s", text, STR_ARG(title)),
        .note = arena_printf(arena, "%zu turns", info->turns),
    };
}

static void pick_session(struct app *app, struct list_job *job)
{
    struct ui_choice *choices =
        arena_array(&job->arena, job->count + 1, sizeof(*choices));
    size_t count = 0;

    for (size_t i = 0; i < job->count; i++)
        if (!str_equal(job->list[i].id, app->session->id)
            && job->list[i].turns > 0)
            choices[count++] = choice_of(&job->arena, &job->list[i]);
    if (count == 0)
        app_notice(app, STR("there is no other session of this tree"), false);
    else
        app->front->pick(app, "session", choices, count, CMD_RESUME);
}

static void list_done(void *ctx)
{
    struct list_job *job = ctx;
    struct app *app = job->app;

    app->session_jobs--;
    if (!app->leaving && job->done)
        pick_session(app, job);
    else if (!app->leaving)
        app_notice(app, str_from(job->err.text), true);
    arena_release(&job->arena);
    free(job);
}

void sessions_list(struct app *app)
{
    if (app->session_jobs > 0)
        return;
    struct list_job *job = mem_alloc(sizeof(*job));

    job->app = app;
    job->state_dir = arena_copy(&job->arena, app->setup->state_dir);
    job->root = arena_copy(&job->arena, app->setup->root);
    app->session_jobs++;
    work_run(app->loop, NULL, list_work, list_done, job);
}

void sessions_release(struct app *app)
{
    while (app->session_jobs > 0)
        loop_step(app->loop, 100);
}
