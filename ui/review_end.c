/* Undo, writing, ending: what concerns the review as a whole. */
#include "review_parts.h"

void review_history(const struct review_call *call, enum action action)
{
    bool ended = call->proposal->ended;

    if (action == ACTION_UNDO_WRITE)
        view_want(call->reply, CMD_UNDO_WRITE);
    else if (ended)
        view_say(call->reply, "this review has ended");
    else
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

    if (call->proposal->ended)
        view_say(call->reply, "this review has ended");
    else if (!call->proposal->complete)
        view_say(call->reply, "the patch is still arriving");
    else if (counts.yes + counts.mixed == 0)
        view_say(call->reply,
                 "nothing is accepted: y accepts, r ends the review");
    else if (counts.undecided == 0 || review_asked(call, action))
        view_want(call->reply, CMD_WRITE);
    else
        view_warn(call->reply,
                  "%zu undecided hunk%s left out: w again to write",
                  counts.undecided, counts.undecided == 1 ? " is" : "s are");
}

static bool is_unwritten(const struct review_call *call)
{
    struct selection_counts counts = counts_of(call);

    return !call->proposal->ended && call->proposal->write_id.len == 0
           && counts.yes + counts.mixed > 0;
}

void review_end(const struct review_call *call, enum action action)
{
    if (call->proposal->ended)
        view_say(call->reply, "this review has ended");
    else if (!call->proposal->complete)
        view_say(call->reply, "the patch is still arriving");
    else if (!is_unwritten(call) || review_asked(call, action))
        view_want(call->reply, CMD_END_REVIEW);
    else
        view_warn(call->reply, "what you accepted is not written: r again "
                               "ends the review");
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

// --- the hunk as a patch ---------------------------------------------------

static void append_names(struct buf *out, const struct file_patch *file)
{
    struct str to = file->move_to.len > 0 ? file->move_to : file->path;

    if (file->action == FILE_ADD)
        buf_printf(out, "--- /dev/null\n");
    else
        buf_printf(out, "--- a/%.*s\n", STR_ARG(file->path));
    if (file->action == FILE_DELETE)
        buf_printf(out, "+++ /dev/null\n");
    else
        buf_printf(out, "+++ b/%.*s\n", STR_ARG(to));
}

static void append_range(struct buf *out, char mark, size_t line, size_t count)
{
    // A count of 0 names the line before; diff(1), "Detailed Unified".
    buf_printf(out, "%c%zu,%zu ", mark, count > 0 ? line + 1 : line, count);
}

static void append_lines(struct buf *out, const struct hunk *hunk)
{
    for (size_t i = 0; i < hunk->line_count; i++) {
        buf_append_char(out, " -+"[hunk->lines[i].kind]);
        buf_append(out, hunk->lines[i].text);
        buf_append_char(out, '\n');
        if (hunk->lines[i].no_newline)
            buf_append(out, STR("\\ No newline at end of file\n"));
    }
}

void review_copy(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);
    struct buf out = { 0 };

    (void)action;
    if (index == NO_INDEX)
        return;
    const struct review_block *block = &call->review->blocks[index];
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    size_t line = review_is_placed(place)      ? place->line
                  : hunk->hint != HUNK_NO_HINT ? hunk->hint
                                               : 0;
    size_t old = hunk->line_count - block->added;
    append_names(&out, &call->patch->files[block->file]);
    buf_append(&out, STR("@@ "));
    append_range(&out, '-', line, old);
    append_range(&out, '+', line, hunk->line_count - block->removed);
    buf_append(&out, STR("@@\n"));
    append_lines(&out, hunk);
    view_want_text(call->reply, CMD_COPY_PATCH, buf_str(&out));
    buf_release(&out);
}
