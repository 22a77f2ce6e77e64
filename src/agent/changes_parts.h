/* What the files that work on changes share: jobs. Private to them. */
#ifndef KERF_AGENT_CHANGES_PARTS_H
#define KERF_AGENT_CHANGES_PARTS_H

#include "changes.h"

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/repo/repo.h"
#include "kerf/repo/stage.h"

// What was asked about a file of a proposal.
struct mark {
    bool content; // as it is now
    bool base;    // what the patch was written for
};

// Which files of a proposal were asked for. A file may be wanted later than
// the one behind it, or never, so each has a mark of its own.
struct asked {
    struct mark *files;
    size_t count, cap;
    size_t first; // all before it are asked for
};

struct changes {
    struct loop *loop;
    struct work_lane *lane;
    const struct session *session;
    struct arena names;
    struct str root, state_dir;
    struct repo *repo; // for git's index; of the lane, opened when needed
    struct changes_events events;
    struct asked *asked; // per proposal
    size_t asked_cap;
    size_t pending, writing; // jobs under way; those that change files
    unsigned serial;
    bool closing;
};

struct job {
    struct arena arena;
    struct changes *changes;
    bool writes;
    size_t proposal, file;
    struct str root, state_dir, call_id;
    struct str path, move_to; // read
    struct preimage pre;
    bool destination;
    struct str blob, base;       // its id and its bytes
    struct file_result *results; // write
    size_t count;
    struct str id, files; // write and undo
    struct str what;      // the write is for, in a phrase
    int64_t time_ms;
    struct target target; // one hunk to take back
    bool staged;          // what is written goes to the index, or went there
    bool was_staged;      // what is to be taken back, or written again
    struct buf links;     // lines to be told: hard links that a write takes
                          // apart, more that was staged
    struct str left;      // staged paths that stay in the index
    struct error stage_err;
    bool done;
    struct error err;
};

/* A job about a proposal that reads, or one that writes, counted as pending;
 * never NULL. */
struct job *changes_job_create(struct changes *changes, size_t proposal);
struct job *changes_writer_create(struct changes *changes, size_t proposal);
/* Ends a job; says whether its result still matters to anyone. */
bool changes_job_ends(struct job *job);
void changes_job_destroy(struct job *job);
/* Gives the job's write its id and time. */
void changes_job_name(struct job *job);
void changes_post(struct changes *changes, struct event *event);
void changes_notice(struct changes *changes, struct str text, bool warning);

/* On a worker: opens tree and stage, to be closed by the caller; NULL with
 * `job->err`. */
struct stage *changes_open_stage(struct job *job, struct worktree **tree);
/* Work of a job: writes `results`; reads `path` into `pre`. */
void changes_write_work(void *job);
void changes_read_work(void *job);

#endif
