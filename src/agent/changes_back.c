/*
 * The way back: a whole write, what of it went to git's index, or a single
 * hunk; and forth again. A write that was taken back is written again by the
 * same means that took it back.
 */
#include "changes_parts.h"

#include "indexed.h"
#include "kerf/patch/print.h"
#include "kerf/repo/unstage.h"

// --- git's index -----------------------------------------------------------

// The tree is as it should be then; what stays in the index is only told.
static void turn_index(struct job *job, struct stage *stage, bool back)
{
    struct str note = stage_kept(stage, &job->arena, job->id);

    job->was_staged |= note.len > 0;
    if (!job->was_staged)
        return;
    struct repo *repo = repo_open(job->root, &job->stage_err);
    job->staged = repo
                  && repo_turn_index(repo, &job->arena, note, back, &job->left,
                                     &job->stage_err);
    repo_close(repo);
}

static void tell_left(struct job *job)
{
    struct str rest = job->left, path, text = { 0 };

    while (str_split(&rest, '\n', &path))
        text = arena_printf(&job->arena, "%.*s %.*s", STR_ARG(text),
                            STR_ARG(path));
    if (!job->staged)
        text = arena_printf(&job->arena, "git's index stays as it is: %s",
                            job->stage_err.text);
    else if (text.len > 0)
        text = arena_printf(&job->arena,
                            "staged since by somebody else, left alone in "
                            "git's index:%.*s",
                            STR_ARG(text));
    if (text.len > 0)
        changes_notice(job->changes, text, true);
}

// What is in the index now: of a write that was taken back nothing.
static void tell_index(struct job *job, bool back)
{
    struct event event = {
        .kind = EVENT_STAGED,
        .call_id = job->call_id,
        .id = job->id,
        .text = back ? STR("") : job->files,
    };

    if (!job->was_staged)
        return;
    changes_post(job->changes, &event);
    tell_left(job);
}

// --- a whole write ---------------------------------------------------------

static void turn_write(struct job *job, bool back)
{
    struct worktree *tree;
    struct stage *stage = changes_open_stage(job, &tree);

    if (!stage)
        return;
    job->done = stage_undo(stage, &job->arena, job->id, &job->files, &job->err);
    if (job->done)
        turn_index(job, stage, back);
    stage_close(stage);
    worktree_close(tree);
}

static void undo_work(void *job)
{
    turn_write(job, true);
}

static void redo_work(void *job)
{
    turn_write(job, false);
}

// The model believes that its change is there: the next message says no.
static void tell_model(struct job *job, const char *what)
{
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .name = STR("undo"),
        .text = arena_printf(&job->arena, "The user %s:\n%.*s", what,
                             STR_ARG(job->files)),
    };

    if (job->changes->session->proposals[job->proposal].item != NO_INDEX)
        changes_post(job->changes, &event);
}

static void tell_failure(struct job *job)
{
    changes_notice(job->changes, str_from(job->err.text), true);
}

static void turn_done(struct job *job, struct event *done, bool back)
{
    if (changes_job_ends(job)) {
        done->call_id = job->call_id;
        done->id = job->id;
        done->text = job->files;
        done->target = job->target;
        if (job->done) {
            changes_post(job->changes, done);
            tell_index(job, back);
            tell_model(job, back ? "took back what was written"
                                 : "wrote again what was taken back");
        } else {
            tell_failure(job);
        }
        changes_refresh(job->changes);
    }
    changes_job_destroy(job);
}

static void undo_done(void *job)
{
    turn_done(job, &(struct event){ .kind = EVENT_WRITE_UNDONE }, true);
}

static void redo_done(void *job)
{
    turn_done(job, &(struct event){ .kind = EVENT_WRITTEN }, false);
}

// A hunk that was taken out, brought back, and is taken out again.
static void redo_hunk_done(void *job)
{
    turn_done(job, &(struct event){ .kind = EVENT_HUNK_UNDONE }, false);
}

void changes_undo(struct changes *changes, size_t proposal)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    const struct session_write *write = &p->writes[p->write_count - 1];
    struct job *job = changes_writer_create(changes, proposal);

    job->id = arena_copy(&job->arena, write->id);
    job->was_staged = p->kind == REVIEW_PATCH && p->staged.len > 0
                      && !write->of_hunk;
    work_run(changes->loop, changes->lane, undo_work, undo_done, job);
}

void changes_redo(struct changes *changes, const struct session_undone *undone)
{
    struct job *job = changes_writer_create(changes, undone->proposal);

    job->id = arena_copy(&job->arena, undone->write.id);
    job->target = undone->write.target;
    work_run(changes->loop, changes->lane, redo_work,
             undone->write.of_hunk ? redo_hunk_done : redo_done, job);
}

// --- undo of one hunk -------------------------------------------------------

// What the tree no longer has is not staged by mistake.
static void refuse_discarded(struct job *job)
{
    const struct proposal *p = &job->changes->session->proposals[job->proposal];
    struct event event = {
        .kind = EVENT_DECIDED,
        .call_id = job->call_id,
        .target = { job->target.file, job->target.hunk, SELECT_ALL },
        .state = DECISION_NO,
    };

    if (p->kind == REVIEW_UNSTAGED && !p->ended)
        changes_post(job->changes, &event);
}

// A hunk goes out of the tree alone.
static void tell_hunk_staged(struct job *job)
{
    const struct proposal *p = &job->changes->session->proposals[job->proposal];

    if (p->kind == REVIEW_PATCH && p->staged.len > 0)
        changes_notice(job->changes,
                       STR("git's index still has the hunk: kerf review "
                           "--staged takes it out"),
                       false);
}

static bool without_hunk(const struct proposal *p, struct job *job)
{
    if (p->kind == REVIEW_UNSTAGED)
        return indexed_discard(p->selection, job->target, &job->pre,
                               &job->arena, job->results, &job->err);
    return selection_revert_hunk(p->selection, job->target.file,
                                 job->target.hunk, job->pre.bytes, &job->arena,
                                 job->results, &job->err);
}

static void hunk_done(void *ctx)
{
    struct job *job = ctx;
    struct event undone = {
        .kind = EVENT_HUNK_UNDONE,
        .call_id = job->call_id,
        .id = job->id,
        .text = job->files,
        .target = job->target,
    };

    if (changes_job_ends(job)) {
        if (job->done) {
            changes_post(job->changes, &undone);
            refuse_discarded(job);
            tell_hunk_staged(job);
            tell_model(job, "took back what was written");
        } else {
            tell_failure(job);
        }
        changes_refresh(job->changes);
    }
    changes_job_destroy(job);
}

// The file as it is now has been read; without the hunk it is written.
static void hunk_read(void *ctx)
{
    struct job *job = ctx;
    struct changes *changes = job->changes;
    const struct proposal *p = &changes->session->proposals[job->proposal];

    job->results = arena_array(&job->arena, 1, sizeof(*job->results));
    job->count = 1;
    bool fine = !changes->closing && job->err.kind == ERROR_NONE
                && without_hunk(p, job);
    if (fine) {
        job->results->path = arena_copy(&job->arena, job->path);
        work_run(changes->loop, changes->lane, changes_write_work, hunk_done,
                 job);
        return;
    }
    if (changes_job_ends(job))
        tell_failure(job);
    changes_job_destroy(job);
}

void changes_undo_hunk(struct changes *changes, size_t proposal,
                       struct target target)
{
    const struct proposal *p = &changes->session->proposals[proposal];
    const struct patch *patch = selection_patch(p->selection);

    if (target.file >= patch->file_count || target.hunk == SELECT_ALL)
        return;
    struct job *job = changes_writer_create(changes, proposal);
    job->target = target;
    job->what = STR("undo of one hunk");
    job->path = arena_copy(&job->arena, patch->files[target.file].path);
    changes_job_name(job);
    work_run(changes->loop, changes->lane, changes_read_work, hunk_read, job);
}
