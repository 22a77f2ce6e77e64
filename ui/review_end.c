/* Undo, writing, ending: what concerns the review as a whole. */
#include "kerf/patch/print.h"

#include "review_act.h"

void review_history(const struct review_call *call, enum action action)
{
    if (review_is_open(call))
        view_want(call->reply, action == ACTION_UNDO_DECISION
                                   ? CMD_UNDO_DECISION
                                   : CMD_REDO_DECISION);
}

static struct selection_counts counts_of(const struct review_call *call)
{
    return selection_count(call->proposal->selection, SELECT_ALL);
}

void review_write(const struct review_call *call, enum action action)
{
    struct selection_counts counts = counts_of(call);
    bool stage = action == ACTION_WRITE_STAGE;

    if (!review_is_open(call))
        return;
    if (!call->proposal->complete)
        view_say(call->reply, "the patch is still arriving");
    else if (counts.yes + counts.mixed == 0)
        view_say(call->reply,
                 "nothing is accepted: %s accepts, %s ends the review",
                 review_key_of(call, ACTION_ACCEPT),
                 review_key_of(call, ACTION_END_REVIEW));
    else if (counts.undecided == 0 || review_asked(call, action))
        view_want(call->reply, stage ? CMD_WRITE_STAGE : CMD_WRITE);
    else
        view_warn(call->reply,
                  "%zu undecided hunk%s left out: %s again to write",
                  counts.undecided, counts.undecided == 1 ? " is" : "s are",
                  review_key_of(call, action));
}

bool review_has_written(const struct review_call *call)
{
    return call->proposal->kind == REVIEW_PATCH
               ? call->proposal->write_id.len > 0
               : call->proposal->staged.len > 0;
}

static bool is_unwritten(const struct review_call *call)
{
    struct selection_counts counts = counts_of(call);

    return !call->proposal->ended && !review_has_written(call)
           && counts.yes + counts.mixed > 0;
}

// Says whether the verdict can be given already; tells if not.
static bool can_end(const struct review_call *call)
{
    if (!review_is_open(call))
        return false;
    if (!call->proposal->complete)
        view_say(call->reply, "the patch is still arriving");
    return call->proposal->complete;
}

void review_end(const struct review_call *call, enum action action)
{
    if (!can_end(call))
        return;
    if (!is_unwritten(call) || review_asked(call, action))
        view_want(call->reply, CMD_END_REVIEW);
    else
        view_warn(call->reply,
                  "what you accepted is not written: %s again "
                  "ends the review",
                  review_key_of(call, action));
}

// What was accepted stays accepted in the new version: no need to ask.
void review_send(const struct review_call *call, enum action action)
{
    (void)action;
    if (!can_end(call))
        return;
    if (selection_has_feedback(call->proposal->selection))
        view_want(call->reply, CMD_SEND_NOTES);
    else
        view_say(
            call->reply,
            "nothing to send: no note, nothing refused; %s ends the review",
            review_key_of(call, ACTION_END_REVIEW));
}

// --- taking back what was written -------------------------------------------

bool review_was_written(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];
    enum decision decision = review_decision(call, index);
    struct hunk_marks marks =
        selection_marks(call->proposal->selection, block->file, block->hunk);

    return review_has_written(call) && !marks.taken_back
           && (decision == DECISION_YES || decision == DECISION_MIXED);
}

static size_t written_hunks(const struct review_call *call)
{
    size_t count = 0;

    for (size_t i = 0; i < call->review->count; i++)
        count += call->review->blocks[i].hunk != NO_INDEX
                 && review_was_written(call, i);
    return count;
}

// One's own change goes out of the tree; what did so can be taken back.
static void ask_to_discard(const struct review_call *call, size_t index)
{
    bool written = call->proposal->write_id.len > 0;

    call->review->choosing = true;
    view_warn(call->reply, "take h%zu out of the file: h yes%s, Esc nothing",
              call->review->blocks[index].number,
              written ? ", U brings the last one back" : "");
}

// On one of several hunks that were written it is asked what is meant.
void review_undo_write(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);

    (void)action;
    if (call->proposal->kind == REVIEW_UNSTAGED && index != NO_INDEX) {
        ask_to_discard(call, index);
        return;
    }
    if (index == NO_INDEX || !review_was_written(call, index)
        || written_hunks(call) < 2) {
        view_want(call->reply, CMD_UNDO_WRITE);
        return;
    }
    call->review->choosing = true;
    view_warn(call->reply,
              "take back: h this hunk (h%zu), U the whole write, Esc nothing",
              call->review->blocks[index].number);
}

static bool is_letter(const struct key *key, uint32_t ch)
{
    return key->code == KEYCODE_CHAR && key->mods == 0 && key->ch == ch;
}

void review_choose(const struct review_call *call, const struct key *key)
{
    struct review *review = call->review;
    size_t index = review_selected(review);

    review->choosing = false;
    if (is_letter(key, 'U'))
        view_want(call->reply, CMD_UNDO_WRITE);
    else if (is_letter(key, 'h') && index != NO_INDEX)
        view_want(call->reply, CMD_UNDO_HUNK)->target =
            (struct target){ review->blocks[index].file,
                             review->blocks[index].hunk, SELECT_ALL };
    else
        view_say(call->reply, "nothing is taken back");
}

// Out of the lines first, then out of the review.
void review_back(const struct review_call *call, enum action action)
{
    struct review *review = call->review;

    if (review->lines) {
        review->lines = false;
        review->in_range = false;
        return;
    }
    if (review->edit.len > 0) {
        buf_reset(&review->edit);
        view_say(call->reply, "the edit that was refused is dropped");
        return;
    }
    if (!review->only) {
        call->reply->leave = true;
        return;
    }
    if (call->proposal && is_unwritten(call) && !review_asked(call, action)) {
        view_warn(call->reply,
                  "what you accepted is not written: again to leave");
        return;
    }
    view_want(call->reply, CMD_QUIT);
}

void review_copy(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);
    struct buf out = { 0 };

    (void)action;
    if (index == NO_INDEX) {
        view_say(call->reply, "no hunk is under the cursor");
        return;
    }
    const struct review_block *block = &call->review->blocks[index];
    selection_hunk_patch(call->proposal->selection, block->file, block->hunk,
                         &out);
    view_want_text(call->reply, CMD_COPY_PATCH, buf_str(&out));
    buf_release(&out);
}
