/*
 * A job is a record with an arena of its own: the loop fills it, a worker
 * computes on it, the loop reads it and lets it go. Results are computed from
 * the selection on the loop, so that the worker never sees the session.
 */
#include "changes_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bases.h"
#include "indexed.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/patch/merge.h"
#include "kerf/patch/print.h"
#include "kerf/repo/diff.h"
#include "kerf/repo/repo.h"
#include "kerf/repo/stage.h"
#include "kerf/repo/unstage.h"
#include "kerf/repo/worktree.h"

struct job *changes_job_create(struct changes *changes, size_t proposal)
{
    struct job *job = mem_alloc(sizeof(*job));
    const struct proposal *p = &changes->session->proposals[proposal];

    job->changes = changes;
    job->proposal = proposal;
    job->root = arena_copy(&job->arena, changes->root);
    job->state_dir = arena_copy(&job->arena, changes->state_dir);
    job->call_id = arena_copy(&job->arena, p->call_id);
    changes->pending++;
    return job;
}

struct job *changes_writer_create(struct changes *changes, size_t proposal)
{
    struct job *job = changes_job_create(changes, proposal);

    job->writes = true;
    changes->writing++;
    return job;
}

// Ends a job; says whether its result still matters to anyone.
bool changes_job_ends(struct job *job)
{
    job->changes->pending--;
    job->changes->writing -= job->writes;
    return !job->changes->closing;
}

void changes_job_destroy(struct job *job)
{
    buf_release(&job->links);
    arena_release(&job->arena);
    free(job);
}

void changes_post(struct changes *changes, struct event *event)
{
    changes->events.post(event, changes->events.ctx);
}

void changes_notice(struct changes *changes, struct str text, bool warning)
{
    struct event event = { .kind = EVENT_NOTICE,
                           .text = text,
                           .flag = warning };
    changes_post(changes, &event);
}

// --- reading ---------------------------------------------------------------

static struct repo *changes_repo(struct job *job, struct error *err)
{
    if (!job->changes->repo)
        job->changes->repo = repo_open(job->root, err);
    return job->changes->repo;
}

static void read_index_work(void *ctx)
{
    struct job *job = ctx;
    struct repo *repo = changes_repo(job, &job->err);

    if (repo)
        repo_read_index(repo, &job->arena, job->path, &job->pre);
    else
        job->pre.unreadable = arena_copy(&job->arena, str_from(job->err.text));
}

void changes_read_work(void *ctx)
{
    struct job *job = ctx;
    struct worktree *tree = worktree_open(job->root, &job->err);

    if (!tree) {
        job->pre.unreadable = arena_copy(&job->arena, str_from(job->err.text));
        return;
    }
    worktree_read(tree, &job->arena, job->path, &job->pre);
    if (job->move_to.len > 0) {
        struct preimage there = { 0 };
        worktree_read(tree, &job->arena, job->move_to, &there);
        job->destination = there.exists || there.unreadable.len > 0;
    }
    worktree_close(tree);
}

static void read_done(void *ctx)
{
    struct job *job = ctx;
    struct event event = {
        .kind = EVENT_PREIMAGE,
        .call_id = job->call_id,
        .index = job->file,
        .text = job->pre.bytes,
        .number = job->pre.mode,
        .flag = job->pre.exists,
        .extra = job->pre.unreadable,
        .id = job->pre.id,
        .state = job->destination,
    };

    if (changes_job_ends(job))
        changes_post(job->changes, &event);
    changes_job_destroy(job);
}

static void read_file(struct changes *changes, size_t proposal, size_t file)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    const struct file_patch *fp = &selection_patch(p->selection)->files[file];
    struct job *job = changes_job_create(changes, proposal);

    job->file = file;
    job->path = arena_copy(&job->arena, fp->path);
    job->move_to = arena_copy(&job->arena, fp->move_to);
    work_run(changes->loop, changes->lane,
             p->kind == REVIEW_PATCH ? changes_read_work : read_index_work,
             read_done, job);
}

static struct asked *asked_of(struct changes *changes, size_t proposal)
{
    if (proposal >= changes->asked_cap) {
        size_t cap = (proposal + 1) * 2;
        changes->asked =
            mem_realloc(changes->asked, cap * sizeof(*changes->asked));
        memset(changes->asked + changes->asked_cap, 0,
               (cap - changes->asked_cap) * sizeof(*changes->asked));
        changes->asked_cap = cap;
    }
    return &changes->asked[proposal];
}

static void make_marks(struct asked *asked, size_t count)
{
    if (count > asked->cap) {
        size_t cap = count * 2;
        asked->files = mem_realloc(asked->files, cap * sizeof(*asked->files));
        memset(asked->files + asked->cap, 0,
               (cap - asked->cap) * sizeof(*asked->files));
        asked->cap = cap;
    }
    asked->count = count;
}

static void read_new_files(struct changes *changes, size_t proposal)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    struct asked *asked = asked_of(changes, proposal);

    if (p->ended || !p->selection)
        return;
    make_marks(asked, selection_patch(p->selection)->file_count);
    for (size_t i = asked->first; i < asked->count; i++) {
        if (asked->files[i].content
            || !selection_wants_preimage(p->selection, i))
            continue;
        asked->files[i].content = true;
        read_file(changes, proposal, i);
    }
    while (asked->first < asked->count && asked->files[asked->first].content)
        asked->first++;
}

// --- what a patch was written for ------------------------------------------

static void post_base(struct changes *changes, struct str call_id, size_t file,
                      const struct str *bytes)
{
    struct event event = {
        .kind = EVENT_BASE,
        .call_id = call_id,
        .index = file,
        .text = bytes ? *bytes : (struct str){ 0 },
        .flag = bytes != NULL,
    };

    changes_post(changes, &event);
}

static void base_work(void *ctx)
{
    struct job *job = ctx;
    struct repo *repo = repo_open(job->root, &job->err);

    job->done =
        repo
        && repo_read_blob(repo, &job->arena, job->blob, &job->base, &job->err);
    repo_close(repo);
}

static void base_done(void *ctx)
{
    struct job *job = ctx;

    if (changes_job_ends(job))
        post_base(job->changes, job->call_id, job->file,
                  job->done ? &job->base : NULL);
    changes_job_destroy(job);
}

// Asks once for the text that a file's hunks were written for: what the model
// saw, or the blob that the patch names.
static void ask_base(struct changes *changes, size_t proposal, size_t file)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    const struct file_patch *fp = &selection_patch(p->selection)->files[file];
    struct mark *mark = &asked_of(changes, proposal)->files[file];
    struct str blob, seen;

    if (!mark->content || mark->base || !fp->complete
        || !selection_wants_base(p->selection, file, &blob))
        return;
    mark->base = true;
    if (base_seen(changes->session, p, fp->path, &seen)) {
        post_base(changes, p->call_id, file, &seen);
    } else if (blob.len > 0) {
        struct job *job = changes_job_create(changes, proposal);
        job->file = file;
        job->blob = arena_copy(&job->arena, blob);
        work_run(changes->loop, changes->lane, base_work, base_done, job);
    }
}

static void ask_bases(struct changes *changes, size_t proposal)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    size_t count = asked_of(changes, proposal)->count;

    for (size_t i = 0; i < count && !p->ended && p->selection; i++)
        ask_base(changes, proposal, i);
}

void changes_step(struct changes *changes)
{
    for (size_t i = 0; i < changes->session->proposal_count; i++) {
        read_new_files(changes, i);
        ask_bases(changes, i);
    }
}

void changes_refresh(struct changes *changes)
{
    for (size_t i = 0; i < changes->session->proposal_count; i++) {
        if (changes->session->proposals[i].ended)
            continue;
        const struct asked *asked = asked_of(changes, i);
        for (size_t file = 0; file < asked->count; file++)
            if (asked->files[file].content)
                read_file(changes, i, file);
    }
}

// --- writing ---------------------------------------------------------------

struct stage *changes_open_stage(struct job *job, struct worktree **tree)
{
    struct stage *stage;
    struct str report;

    *tree = worktree_open(job->root, &job->err);
    if (!*tree)
        return NULL;
    stage = stage_open(*tree, job->state_dir, &job->err);
    if (stage && !stage_recover(stage, &job->arena, &report, &job->err)) {
        stage_close(stage);
        stage = NULL;
    }
    if (!stage)
        worktree_close(*tree);
    return stage;
}

static void tell_whole(struct job *job, struct str whole)
{
    struct str path;

    while (str_split(&whole, '\n', &path))
        buf_printf(&job->links,
                   "%.*s: staged with all of its changes: the index has other "
                   "lines there\n",
                   STR_ARG(path));
}

// What could not be staged is written all the same; what was is noted, so that
// it can be taken back.
static void stage_files(struct job *job, struct stage *stage)
{
    struct repo *repo = repo_open(job->root, &job->stage_err);
    struct staged staged;

    job->staged = repo
                  && repo_stage_noted(repo, &job->arena, job->results,
                                      job->count, &staged, &job->stage_err);
    if (job->staged
        && !stage_keep(stage, job->id, staged.note, &job->stage_err))
        job->stage_err.kind = ERROR_NONE; // undo will say that it stays
    if (job->staged)
        tell_whole(job, staged.whole);
    repo_close(repo);
}

void changes_write_work(void *ctx)
{
    struct job *job = ctx;
    struct worktree *tree;
    struct stage *stage = changes_open_stage(job, &tree);

    if (!stage)
        return;
    stage_tell_links(tree, job->results, job->count, &job->links);
    stage_describe(stage, job->what);
    job->done = stage_write(stage, &job->arena, job->results, job->count,
                            job->id, job->time_ms, &job->files, &job->err);
    if (job->done && job->staged)
        stage_files(job, stage);
    stage_close(stage);
    worktree_close(tree);
}

static void write_failed(struct job *job)
{
    struct event event = {
        .kind = EVENT_WRITE_FAILED,
        .call_id = job->call_id,
        .text = str_from(job->err.text),
    };

    changes_post(job->changes, &event);
    changes_refresh(job->changes);
}

static void tell_staged(struct job *job)
{
    struct event staged = {
        .kind = EVENT_STAGED,
        .call_id = job->call_id,
        .id = job->id,
        .text = job->files,
    };

    if (job->staged)
        changes_post(job->changes, &staged);
    else if (job->stage_err.kind != ERROR_NONE)
        changes_notice(job->changes, str_from(job->stage_err.text), true);
}

static void tell_links(struct job *job)
{
    struct str rest = buf_str(&job->links), line;

    while (str_split(&rest, '\n', &line))
        changes_notice(job->changes, line, false);
}

static void write_done(void *ctx)
{
    struct job *job = ctx;
    struct changes *changes = job->changes;
    struct event event = {
        .kind = EVENT_WRITTEN,
        .call_id = job->call_id,
        .id = job->id,
        .text = job->files,
    };

    if (changes_job_ends(job)) {
        if (job->done) {
            changes_post(changes, &event);
            tell_staged(job);
            tell_links(job);
            changes->events.written(job->proposal, changes->events.ctx);
            changes_refresh(changes); // other proposals on the same files
        } else {
            write_failed(job);
        }
    }
    changes_job_destroy(job);
}

// --- writing to the index alone ----------------------------------------------

static void index_work(void *ctx)
{
    struct job *job = ctx;
    struct repo *repo = changes_repo(job, &job->err);

    job->done = repo
                && indexed_write(repo, &job->arena, job->results, job->count,
                                 &job->files, &job->err);
}

static void index_done(void *ctx)
{
    struct job *job = ctx;
    struct changes *changes = job->changes;

    if (changes_job_ends(job)) {
        if (job->done) {
            job->staged = true;
            tell_staged(job);
            changes->events.written(job->proposal, changes->events.ctx);
        } else {
            write_failed(job);
        }
    }
    changes_job_destroy(job);
}

void changes_job_name(struct job *job)
{
    job->time_ms = loop_wall_ms();
    job->id = arena_printf(&job->arena, "%013lld-%02u", (long long)job->time_ms,
                           job->changes->serial++ % 100);
}

void changes_write(struct changes *changes, size_t proposal, bool staged)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    struct job *job = changes_writer_create(changes, proposal);

    job->staged = staged;
    job->what =
        p->item == NO_INDEX
            ? arena_printf(&job->arena, "review of %.*s", STR_ARG(p->label))
            : arena_printf(&job->arena, "session %.*s",
                           STR_ARG(changes->session->id));
    changes_job_name(job);
    if (!selection_results(p->selection, &job->arena, &job->results,
                           &job->count, &job->err)) {
        changes_job_ends(job);
        write_failed(job);
        changes_job_destroy(job);
    } else if (job->count == 0) {
        changes_job_ends(job);
        changes_job_destroy(job);
        changes->events.written(proposal, changes->events.ctx);
    } else if (p->kind != REVIEW_PATCH) {
        work_run(changes->loop, changes->lane, index_work, index_done, job);
    } else {
        work_run(changes->loop, changes->lane, changes_write_work, write_done,
                 job);
    }
}

bool changes_is_busy(const struct changes *changes)
{
    return changes->pending > 0;
}

bool changes_is_writing(const struct changes *changes)
{
    return changes->writing > 0;
}

struct changes *changes_create(struct loop *loop, struct work_lane *lane,
                               const struct session *session, struct str root,
                               struct str state_dir,
                               const struct changes_events *events)
{
    struct changes *changes = mem_alloc(sizeof(*changes));

    changes->loop = loop;
    changes->lane = lane;
    changes->session = session;
    changes->root = arena_copy(&changes->names, root);
    changes->state_dir = arena_copy(&changes->names, state_dir);
    changes->events = *events;
    return changes;
}

void changes_destroy(struct changes *changes)
{
    if (!changes)
        return;
    changes->closing = true;
    while (changes->pending > 0)
        loop_step(changes->loop, 100);
    for (size_t i = 0; i < changes->asked_cap; i++)
        free(changes->asked[i].files);
    free(changes->asked);
    repo_close(changes->repo);
    arena_release(&changes->names);
    free(changes);
}
