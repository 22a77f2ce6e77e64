/* File list, branch and counts come from a worker, whenever it is done; the
 * first frame does not wait for git, nor the list for the counts, which take
 * a look at every file. */
#include "parts.h"

#include <stdlib.h>

#include "kerf/repo/stage.h"

struct tree_job {
    struct arena arena, paths;
    struct app *app;
    struct repo *repo; // from the list to the counts
    struct str root;
    struct str state_dir; // of the first job: a cut write is mended first
    struct str report;
    struct repo_status status;
    struct repo_files files;
    bool done;
    struct error err;
};

// A kerf that was killed while it wrote left all or nothing to be decided.
static void recover(struct tree_job *job)
{
    struct error err = { 0 };
    struct worktree *tree = worktree_open(job->root, &err);
    struct stage *stage = tree ? stage_open(tree, job->state_dir, &err) : NULL;

    if (!stage || !stage_recover(stage, &job->arena, &job->report, &err))
        job->report = arena_copy(&job->arena, str_from(err.text));
    stage_close(stage);
    worktree_close(tree);
}

static void list_work(void *ctx)
{
    struct tree_job *job = ctx;

    if (job->state_dir.len > 0)
        recover(job);
    job->repo = repo_open(job->root, &job->err);
    job->done = job->repo
                && repo_list(job->repo, &job->paths, &job->files, &job->err);
}

static void count_work(void *ctx)
{
    struct tree_job *job = ctx;

    job->done = repo_status(job->repo, &job->arena, &job->status, &job->err);
}

static void post_status(struct app *app, const struct repo_status *status)
{
    struct arena arena = { 0 };
    struct event event = {
        .kind = EVENT_REPO,
        .name = status->branch,
        .number = status->ahead,
        .count = status->modified + status->staged,
        .extra = arena_printf(&arena, "%lld", (long long)status->untracked),
    };

    app_post(app, &event);
    arena_release(&arena);
}

static void end(struct tree_job *job)
{
    struct app *app = job->app;

    app->tree.jobs--;
    if (!app->leaving && !job->done)
        app_notice(app, str_from(job->err.text), true);
    repo_close(job->repo);
    arena_release(&job->arena);
    arena_release(&job->paths);
    free(job);
    if (app->tree.stale && !app->leaving)
        tree_refresh(app);
}

static void count_done(void *ctx)
{
    struct tree_job *job = ctx;

    if (!job->app->leaving && job->done)
        post_status(job->app, &job->status);
    end(job);
}

// The list goes to the program, with the memory that it lies in.
static void give_files(struct tree_job *job)
{
    struct app *app = job->app;

    ui_set_files(app->ui, job->files.paths, job->files.count);
    arena_release(&app->tree.paths);
    app->tree.paths = job->paths;
    app->tree.files = job->files;
    job->paths = (struct arena){ 0 };
    frame_want(app);
}

static void list_done(void *ctx)
{
    struct tree_job *job = ctx;
    struct app *app = job->app;

    if (!app->leaving && job->report.len > 0)
        app_notice(app, job->report, true);
    if (app->leaving || !job->done) {
        end(job);
        return;
    }
    give_files(job);
    work_run(app->loop, app->tree.lane, count_work, count_done, job);
}

void tree_refresh(struct app *app)
{
    app->tree.stale = app->tree.jobs > 0; // what runs may have looked already
    if (app->setup->root.len == 0 || app->tree.stale)
        return;
    struct tree_job *job = mem_alloc(sizeof(*job));

    if (!app->tree.lane)
        app->tree.lane = work_lane_create();
    job->app = app;
    job->root = arena_copy(&job->arena, app->setup->root);
    if (!app->tree.recovered && app->setup->state_problem.len == 0)
        job->state_dir = arena_copy(&job->arena, app->setup->tree_dir);
    app->tree.recovered = true;
    app->tree.jobs++;
    work_run(app->loop, app->tree.lane, list_work, list_done, job);
}

void tree_release(struct app *app)
{
    while (app->tree.jobs > 0)
        loop_step(app->loop, 100);
    work_lane_destroy(app->tree.lane);
    arena_release(&app->tree.paths);
}
