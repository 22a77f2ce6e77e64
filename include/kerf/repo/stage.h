/*
 * Writes a set of files: all of them or none, for real. Intent is recorded,
 * new contents go to temporary files beside their targets, fsync, the files
 * are compared once more with what was judged, then renamed, then done is
 * recorded. A crash in between is finished or rolled back by stage_recover().
 * Before-images are kept, so that a write can be undone byte for byte.
 */
#ifndef KERF_REPO_STAGE_H
#define KERF_REPO_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/patch/select.h"
#include "kerf/repo/worktree.h"

#define LIMIT_UNDO_SETS 200                 // older write sets are forgotten
#define LIMIT_UNDO_BYTES ((int64_t)1 << 30) // and so are those beyond this
#define LIMIT_SET_ID_BYTES 100 // letters, digits, `-`, `_` and `.` inside

/* A finished or undone write. */
struct write_set {
    struct str id; // sorts by time
    int64_t time_ms;
    struct str files; // "M path\n" lines: A added, M modified, D deleted
    struct str note;  // what stage_describe() said of it; may be empty
    bool undone;
};

/* What a write set did to one file. */
struct write_images {
    struct str path;
    struct preimage before, after;
};

/*
 * Where intents and before-images live: a folder of mode 0700 outside the
 * tree, one per tree (store_paths gives it). Created if it is not there;
 * refused if it is a link or someone else's.
 */
struct stage;
struct stage *stage_open(struct worktree *tree, struct str state_dir,
                         struct error *err) KERF_CHECKED;
void stage_close(struct stage *stage);

/*
 * Writes the results (RESULT_NONE ones are passed over). `id` and `time_ms`
 * come from the caller. On success `*files` lists what was done. On failure
 * nothing is changed: ERROR_CONFLICT "src/a.c changed since it was read",
 * ERROR_POLICY for a path, ERROR_DENIED and so on.
 */
bool stage_write(struct stage *stage, struct arena *arena,
                 const struct file_result *results, size_t count, struct str id,
                 int64_t time_ms, struct str *files,
                 struct error *err) KERF_CHECKED;

/* Says in a phrase what the next writes are for: "apply fix.patch". Copied,
 * cut and sanitised. */
void stage_describe(struct stage *stage, struct str note);

/* Appends a line for each result that takes one of several names of a file
 * (hard links) out of their company, as it is before the write. */
void stage_tell_links(struct worktree *tree, const struct file_result *results,
                      size_t count, struct buf *out);

/*
 * Takes back write set `id`. Refuses with ERROR_CONFLICT if a file is no
 * longer what kerf wrote. Undoing an undone set writes it again.
 */
bool stage_undo(struct stage *stage, struct arena *arena, struct str id,
                struct str *files, struct error *err) KERF_CHECKED;

/* Keeps what git's index held (repo_stage_noted) beside write set `id`, as long
 * as the set is remembered. An empty text is nothing to keep. */
bool stage_keep(struct stage *stage, struct str id, struct str text,
                struct error *err) KERF_CHECKED;
/* What was kept, in `arena`; empty if there is none. */
struct str stage_kept(struct stage *stage, struct arena *arena, struct str id);

/* Lists write sets, newest first. */
bool stage_list(struct stage *stage, struct arena *arena,
                struct write_set **sets, size_t *count,
                struct error *err) KERF_CHECKED;

/* The files of a write set as they were before and after it, in `arena`. */
bool stage_images(struct stage *stage, struct arena *arena, struct str id,
                  struct write_images **files, size_t *count,
                  struct error *err) KERF_CHECKED;

/*
 * Finishes or rolls back a write that a crash cut, removes stray temporary
 * files. `*report` is a line for a person, empty if nothing was to be done.
 * Takes a lock against a second kerf: ERROR_CONFLICT if that one is writing.
 */
bool stage_recover(struct stage *stage, struct arena *arena, struct str *report,
                   struct error *err) KERF_CHECKED;

/*
 * Test hook. Every system call by which a stage changes something is a step.
 * stage_steps() counts them since the stage was opened; stage_set_fault()
 * makes the `step`-th from now (1-based; 0: none) fail with errno value
 * `number`, or kills the process there if `number` is 0. `lasting` lets all
 * later steps fail as well.
 */
size_t stage_steps(const struct stage *stage);
void stage_set_fault(struct stage *stage, size_t step, int number,
                     bool lasting);

typedef void (*stage_watch_fn)(size_t step, void *ctx);

/* Test hook: calls `fn` before each step with its 1-based number since the
 * stage was opened, so that a test can act as somebody else in between. */
void stage_watch(struct stage *stage, stage_watch_fn fn, void *ctx);

#endif
