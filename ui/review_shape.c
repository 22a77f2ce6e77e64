/* Handlers that change the hunk under the cursor, or say something about it.
 * Whatever cannot work is said here, before a command is given. */
#include "review_act.h"
#include "review_pen.h"

bool review_is_open(const struct review_call *call)
{
    if (!call->proposal->ended)
        return true;
    view_say(call->reply, "this review has ended");
    return false;
}

bool review_has_arrived(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    if (block->complete)
        return true;
    view_say(call->reply, "h%zu is still arriving", block->number);
    return false;
}

// The block of the hunk to be changed, or NO_INDEX and it is said why not.
static size_t hunk_to_change(const struct review_call *call)
{
    size_t index = review_selected(call->review);

    if (!review_is_open(call))
        return NO_INDEX;
    if (index == NO_INDEX) {
        view_say(call->reply, "no hunk is under the cursor");
        return NO_INDEX;
    }
    return review_has_arrived(call, index) ? index : NO_INDEX;
}

static struct target target_of(const struct review_block *block)
{
    return (struct target){ block->file, block->hunk, SELECT_ALL };
}

// --- splitting -------------------------------------------------------------

// Says whether lines [from, to) hold a change.
static bool has_change(const struct hunk *hunk, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < hunk->line_count; i++)
        if (hunk->lines[i].kind != LINE_CONTEXT)
            return true;
    return false;
}

static bool is_context(const struct hunk *hunk, size_t line)
{
    return line < hunk->line_count && hunk->lines[line].kind == LINE_CONTEXT;
}

// Context at or in front of the line, and changes on both sides.
static bool splits_at(const struct hunk *hunk, size_t line)
{
    bool context = is_context(hunk, line)
                   || (line > 0 && is_context(hunk, line - 1));

    return context && has_change(hunk, 0, line)
           && has_change(hunk, line, hunk->line_count);
}

static bool splits_anywhere(const struct hunk *hunk)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (is_context(hunk, i) && splits_at(hunk, i))
            return true;
    return false;
}

void review_split(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t index = hunk_to_change(call);

    (void)action;
    if (index == NO_INDEX)
        return;
    const struct review_block *block = &review->blocks[index];
    const struct hunk *hunk = review_hunk(call, block);
    const struct review_row *row = review_row(review);
    struct target target = target_of(block);
    bool at_line = review->lines
                   && (row->kind == ROW_LINE || row->kind == ROW_PAIR);
    if (at_line)
        target.line = review_row_line(row);
    if (call->patch->files[block->file].action != FILE_UPDATE)
        view_say(call->reply, "only a change of a file can be split");
    else if (at_line ? splits_at(hunk, target.line) : splits_anywhere(hunk))
        view_want(call->reply, CMD_SPLIT)->target = target;
    else if (at_line)
        view_say(call->reply, "no context between changes at this line");
    else
        view_say(call->reply,
                 "no context between changes to split at: %s decides single "
                 "lines",
                 review_key_of(call, ACTION_LINE_MODE));
}

// --- editing ---------------------------------------------------------------

static bool is_same_target(struct target a, struct target b)
{
    return a.file == b.file && a.hunk == b.hunk;
}

void review_edit(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t index = hunk_to_change(call);

    (void)action;
    if (index == NO_INDEX)
        return;
    const struct review_block *block = &review->blocks[index];
    struct target target = target_of(block);
    bool again = is_same_target(target, review->edit_target);
    if (call->patch->files[block->file].action == FILE_DELETE
        || review_hunk(call, block)->line_count == 0) {
        view_say(call->reply, "there are no lines to edit");
        return;
    }
    view_want_text(call->reply, CMD_EDIT_HUNK,
                   again ? buf_str(&review->edit) : STR(""))
        ->target = target;
    buf_reset(&review->edit);
}

// The line of the file that a row stands for, as well as it is known.
static size_t file_line(const struct review_call *call, size_t index)
{
    const struct review *review = call->review;
    const struct review_row *row = review_row(review);
    struct review_block *block = &review->blocks[index];
    const struct hunk *hunk = review_hunk(call, block);
    struct pen pen;

    if (index == review->cursor.block && row->kind == ROW_AROUND)
        return row->piece.line;
    pen_begin(&pen, call, block);
    if (!pen.side[PEN_OLD].numbered)
        return review_place(call, block)->nearest;
    size_t line = pen.side[PEN_OLD].number;
    bool inside = index == review->cursor.block
                  && (row->kind == ROW_LINE || row->kind == ROW_PAIR);
    size_t upto = inside ? review_row_line(row) : 0;
    for (size_t i = 0; i < upto; i++)
        line += hunk->lines[i].kind != LINE_ADDED;
    return line;
}

void review_edit_file(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t index = review_selected(review);
    size_t file = review->blocks[review->cursor.block].file;
    const struct preimage *pre =
        selection_preimage(call->proposal->selection, file);

    (void)action;
    if (!pre || !pre->exists || pre->unreadable.len > 0) {
        view_say(call->reply, "there is no such file to open");
        return;
    }
    size_t line = index == NO_INDEX ? 0 : file_line(call, index);
    view_want_text(call->reply, CMD_EDIT_FILE, call->patch->files[file].path)
        ->target = (struct target){ file, SELECT_ALL, line };
}

// --- versions --------------------------------------------------------------

void review_version(const struct review_call *call, enum action action)
{
    size_t index = hunk_to_change(call);

    if (index == NO_INDEX)
        return;
    const struct review_block *block = &call->review->blocks[index];
    struct hunk_marks marks =
        selection_marks(call->proposal->selection, block->file, block->hunk);
    if (marks.alternatives < 2) {
        view_say(call->reply, "h%zu has one version: %s asks for another",
                 block->number, review_key_of(call, ACTION_REASK));
        return;
    }
    struct command *command = view_want(call->reply, CMD_ALTERNATIVE);
    command->target = target_of(block);
    command->by = action == ACTION_NEXT_VERSION ? 1 : -1;
}

void review_reask(const struct review_call *call, enum action action)
{
    struct buf *title = &call->review->input.title;
    size_t index = hunk_to_change(call);

    (void)action;
    if (index == NO_INDEX)
        return;
    if (call->review->only) {
        view_say(call->reply, "there is no model here to ask");
        return;
    }
    if (!call->proposal->complete) {
        view_say(call->reply, "the patch is still arriving");
        return;
    }
    const struct review_block *block = &call->review->blocks[index];
    buf_reset(title);
    buf_printf(title, " another version of h%zu: what should it be like?",
               block->number);
    input_open(call, INPUT_REASK, target_of(block), SELECT_ALL, STR(""));
}

// --- notes -----------------------------------------------------------------

struct spot {
    struct target target;
    size_t last_line;
};

// The lines of the patch in the range, or NO_INDEX where there are none.
static bool range_spot(const struct review *review, struct spot *spot)
{
    const struct review_block *block = &review->blocks[review->cursor.block];
    size_t from, to, first = NO_INDEX, last = 0;

    review_row_range(review, &from, &to);
    for (size_t row = from; row <= to && row < block->row_count; row++) {
        const struct review_row *at = &block->rows[row];
        if (at->kind != ROW_LINE && at->kind != ROW_PAIR)
            continue;
        size_t line = review_row_line(at);
        first = line < first ? line : first;
        last = line > last ? line : last;
    }
    spot->target.line = first;
    spot->last_line = last;
    return first != NO_INDEX;
}

static struct spot spot_under_cursor(const struct review_call *call)
{
    const struct review *review = call->review;
    const struct review_block *block = &review->blocks[review->cursor.block];
    const struct review_row *row = review_row(review);
    struct spot spot = { { block->file, block->hunk, SELECT_ALL }, SELECT_ALL };

    if (row && row->kind == ROW_NOTE) {
        const struct note *note = review_note(call, block, row->piece.line);
        return (struct spot){ note->target, note->last_line };
    }
    if (block->hunk != NO_INDEX && !range_spot(review, &spot))
        spot = (struct spot){ { block->file, block->hunk, SELECT_ALL },
                              SELECT_ALL };
    return spot;
}

static struct str note_at(const struct review_call *call,
                          const struct spot *spot)
{
    const struct selection *sel = call->proposal->selection;

    for (size_t i = 0; i < selection_note_count(sel); i++) {
        const struct note *note = selection_note_at(sel, i);
        bool same = note->target.file == spot->target.file
                    && note->target.hunk == spot->target.hunk
                    && note->target.line == spot->target.line;
        if (same
            && (spot->target.line == SELECT_ALL
                || note->last_line == spot->last_line))
            return note->text;
    }
    return STR("");
}

static void title_note(struct buf *title, const struct spot *spot,
                       const struct review_block *block, bool again)
{
    buf_reset(title);
    buf_append(title, STR(" note on "));
    if (spot->target.hunk == SELECT_ALL)
        buf_append(title, STR("the file"));
    else if (spot->target.line == SELECT_ALL)
        buf_printf(title, "h%zu", block->number);
    else if (spot->last_line > spot->target.line)
        buf_printf(title, "%zu lines", spot->last_line - spot->target.line + 1);
    else
        buf_append(title, STR("this line"));
    if (again)
        buf_append(title, STR(": empty, it is removed"));
}

void review_add_note(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    const struct review_block *block = &review->blocks[review->cursor.block];
    struct spot spot = spot_under_cursor(call);

    if (!review_is_open(call))
        return;
    if (action == ACTION_NOTE_FILE)
        spot = (struct spot){ { block->file, SELECT_ALL, SELECT_ALL },
                              SELECT_ALL };
    else if (block->hunk != NO_INDEX
             && !review_has_arrived(call, review->cursor.block))
        return;
    struct str text = note_at(call, &spot);
    title_note(&review->input.title, &spot, block, text.len > 0);
    input_open(call, INPUT_NOTE, spot.target, spot.last_line, text);
    review->in_range = false;
}
