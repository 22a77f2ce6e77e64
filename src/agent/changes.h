/*
 * Brings the files that proposals touch in, and what was accepted of them out:
 * preimages, writes, undo. All file work is done by one worker lane, in
 * order. Private to the agent.
 */
#ifndef KERF_AGENT_CHANGES_H
#define KERF_AGENT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/agent/agent.h"
#include "kerf/loop/work.h"

struct changes;

/* What the owner hears of; `proposal` is the index into the session's. */
struct changes_events {
    agent_post_fn post;
    void (*written)(size_t proposal, void *ctx); // after EVENT_WRITTEN
    void *ctx;
};

struct changes *changes_create(struct loop *loop, struct work_lane *lane,
                               const struct session *session, struct str root,
                               struct str state_dir,
                               const struct changes_events *events);
/* Waits for what is under way; nothing is posted any more. */
void changes_destroy(struct changes *changes);

/* Reads the files that proposals have named since the last call. */
void changes_step(struct changes *changes);

/* Reads all files of open proposals again. */
void changes_refresh(struct changes *changes);

/* Writes the accepted part of a proposal: EVENT_WRITTEN and `written`, or
 * EVENT_WRITE_FAILED. Nothing accepted counts as written, without event. With
 * `staged` it goes to git's index too: EVENT_STAGED, or a notice why not. Of
 * reviews of the index it goes there alone: EVENT_STAGED and `written`. */
void changes_write(struct changes *changes, size_t proposal, bool staged);

/* Takes back the newest write of a proposal: EVENT_WRITE_UNDONE, or a notice.
 * What it staged goes out of the index as well, if it is still what is there:
 * EVENT_STAGED with what is left, and a notice about what stays. */
void changes_undo(struct changes *changes, size_t proposal);

/* Writes again what was taken back: EVENT_WRITTEN or EVENT_HUNK_UNDONE, and
 * EVENT_STAGED; or a notice. */
void changes_redo(struct changes *changes, const struct session_undone *undone);

/* Takes back one hunk of what a proposal wrote, or of the tree's own changes
 * under review: EVENT_HUNK_UNDONE, or a notice why not. */
void changes_undo_hunk(struct changes *changes, size_t proposal,
                       struct target target);

/* Says whether files are being read or written; or written. */
bool changes_is_busy(const struct changes *changes);
bool changes_is_writing(const struct changes *changes);

#endif
