/*
 * The history of the composer over sessions: what was typed in this tree before
 * is read by a worker once the first frame is out. What this session said stays
 * the newest.
 */
#include "parts.h"

#include <stdlib.h>

#define LIMIT_RECALLED 500

struct recall {
    struct app *app;
    struct arena arena;
    struct str dir, root, session;
    struct str *texts;
    size_t count, cap;
};

static void keep(struct str text, void *ctx)
{
    struct recall *recall = ctx;

    recall->texts = arena_grow(&recall->arena, recall->texts, &recall->cap,
                               recall->count + 1, sizeof(*recall->texts));
    recall->texts[recall->count++] = arena_copy(&recall->arena, text);
}

// A history that cannot be read is none; the journal complains elsewhere.
static void recall_work(void *ctx)
{
    struct recall *recall = ctx;
    struct error err = { 0 };

    if (!journal_messages(recall->dir, recall->root, recall->session,
                          LIMIT_RECALLED, keep, recall, &err))
        recall->count = 0;
}

void recall_own(struct app *app)
{
    const struct session *session = app->session;

    for (size_t i = 0; i < session->item_count; i++)
        if (session->items[i].kind == ITEM_USER)
            app->front->remember(app, buf_str(&session->items[i].text));
}

static void recall_done(void *ctx)
{
    struct recall *recall = ctx;
    struct app *app = recall->app;

    app->past.jobs--;
    for (size_t i = 0; !app->leaving && i < recall->count; i++)
        app->front->remember(app, recall->texts[i]);
    if (!app->leaving)
        recall_own(app);
    arena_release(&recall->arena);
    free(recall);
}

void recall_load(struct app *app)
{
    if (app->setup->state_problem.len > 0 || app->setup->state_dir.len == 0)
        return;
    struct recall *recall = mem_alloc(sizeof(*recall));

    recall->app = app;
    recall->dir = arena_copy(&recall->arena, app->setup->state_dir);
    recall->root = arena_copy(&recall->arena, app->setup->root);
    recall->session = arena_copy(&recall->arena, app->session->id);
    app->past.jobs++;
    work_run(app->loop, NULL, recall_work, recall_done, recall);
}
