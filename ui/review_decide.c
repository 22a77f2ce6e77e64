/* What may be decided, and how the cursor goes on. A yes is refused to what
 * was not on the screen, does not fit, or has not arrived. */
#include "review_parts.h"

enum decision review_decision(const struct review_call *call, size_t block)
{
    const struct review_block *at = &call->review->blocks[block];

    return selection_decision(
        call->proposal->selection,
        (struct target){ at->file, at->hunk, SELECT_ALL });
}

bool review_asked(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    bool same = review->armed == action
                && review->armed_at.block == review->cursor.block;

    review->armed = same ? ACTION_NONE : action;
    review->armed_at = review->cursor;
    return same;
}

static bool is_open(const struct review_call *call)
{
    if (!call->proposal->ended)
        return true;
    view_say(call->reply, "this review has ended");
    return false;
}

static void want(const struct review_call *call, struct target target,
                 enum decision decision)
{
    struct command *command = view_want(call->reply, CMD_DECIDE);

    command->target = target;
    command->decision = decision;
}

// --- may it be accepted? ---------------------------------------------------

// Says why a hunk cannot be decided at all.
static bool has_arrived(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    if (block->complete)
        return true;
    view_say(call->reply, "h%zu is still arriving", block->number);
    return false;
}

static bool fits(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];
    const struct hunk_place *place = review_place(call, block);

    if (place->state != HUNK_CONFLICT && place->state != HUNK_AMBIGUOUS)
        return true;
    view_warn(call->reply, "h%zu %s: %.*s", block->number, hunk_words(place).at,
              STR_ARG(place->reason));
    return false;
}

// The end of a hunk must have been on the screen; else it is shown now.
static bool was_seen(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    if (block->seen_end)
        return true;
    review_show_end(call->review, index);
    view_say(call->reply, "h%zu was not seen to its end: now again",
             block->number);
    return false;
}

static bool is_honest(const struct review_call *call, size_t index,
                      enum action action)
{
    const struct review_block *block = &call->review->blocks[index];

    if (!block->deceptive || review_asked(call, action))
        return true;
    view_warn(call->reply,
              "h%zu adds characters that hide or reorder text: again to "
              "accept it",
              block->number);
    return false;
}

static bool may_accept(const struct review_call *call, size_t index,
                       enum action action)
{
    return fits(call, index) && was_seen(call, index)
           && is_honest(call, index, action);
}

// --- lines -----------------------------------------------------------------

static bool row_seen(const struct review_block *block, size_t row)
{
    return block->seen_end || (row >= block->seen_from && row < block->seen_to);
}

static bool is_decidable(const struct review_call *call,
                         const struct review_block *block, size_t row)
{
    const struct review_row *at = &block->rows[row];

    return at->kind == ROW_LINE && at->start == 0
           && review_hunk(call, block)->lines[at->line].kind != LINE_CONTEXT;
}

// The rows the cursor or the range covers, [*from, *to].
static void line_rows(const struct review *review, size_t *from, size_t *to)
{
    bool range = review->in_range
                 && review->range.block == review->cursor.block;
    size_t other = range ? review->range.row : review->cursor.row;

    *from = other < review->cursor.row ? other : review->cursor.row;
    *to = other < review->cursor.row ? review->cursor.row : other;
}

static enum decision toggled(enum decision decision)
{
    return decision == DECISION_YES ? DECISION_NO : DECISION_YES;
}

static enum decision decision_for(const struct review_call *call,
                                  enum action action, struct target target)
{
    if (action == ACTION_ACCEPT)
        return DECISION_YES;
    if (action == ACTION_REFUSE)
        return DECISION_NO;
    return toggled(selection_decision(call->proposal->selection, target));
}

static void decide_lines(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    const struct review_block *block = &review->blocks[review->cursor.block];
    size_t from, to;

    line_rows(review, &from, &to);
    if (block->hunk == NO_INDEX || !has_arrived(call, review->cursor.block))
        return;
    if (action != ACTION_REFUSE
        && (!fits(call, review->cursor.block)
            || !is_honest(call, review->cursor.block, action)))
        return;
    for (size_t row = from; row <= to && row < block->row_count; row++) {
        if (!is_decidable(call, block, row) || !row_seen(block, row))
            continue;
        struct target target = { block->file, block->hunk,
                                 block->rows[row].line };
        want(call, target, decision_for(call, action, target));
    }
    if (call->reply->count == 0)
        view_say(call->reply, "no added or removed line here");
    review->in_range = false;
    if (action != ACTION_TOGGLE)
        review_move_by(review, 1);
}

// --- hunks -----------------------------------------------------------------

static void go_on(const struct review_call *call, size_t index)
{
    size_t next = review_undecided(call, index, false);

    // A hunk that still arrives is undecided too; it may be the next to come.
    if (next == NO_INDEX)
        next = review_neighbour(call->review, index, false);
    if (next != NO_INDEX)
        review_show_block(call->review, next);
}

static bool decide_hunk(const struct review_call *call, size_t index,
                        enum decision decision, enum action action)
{
    const struct review_block *block = &call->review->blocks[index];

    if (!has_arrived(call, index))
        return false;
    if (decision == DECISION_YES && !may_accept(call, index, action))
        return false;
    want(call, (struct target){ block->file, block->hunk, SELECT_ALL },
         decision);
    return true;
}

void review_decide(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);
    enum decision decision = action == ACTION_ACCEPT ? DECISION_YES
                                                     : DECISION_NO;

    if (!is_open(call))
        return;
    if (call->review->lines)
        decide_lines(call, action);
    else if (index != NO_INDEX && decide_hunk(call, index, decision, action))
        go_on(call, index);
}

void review_toggle(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);

    if (!is_open(call))
        return;
    if (call->review->lines)
        decide_lines(call, action);
    else if (index != NO_INDEX)
        decide_hunk(call, index, toggled(review_decision(call, index)), action);
}

// --- files and all ---------------------------------------------------------

static bool is_rest(const struct review_call *call, size_t index,
                    enum decision decision)
{
    const struct review_block *block = &call->review->blocks[index];
    bool unfit = block->state == HUNK_CONFLICT
                 || block->state == HUNK_AMBIGUOUS;

    return block->hunk != NO_INDEX && block->complete
           && review_decision(call, index) == DECISION_NONE
           && !(decision == DECISION_YES && unfit);
}

// The undecided hunks of a file, or of all files.
struct rest {
    size_t hunks, deceptive, fuzzy, unseen; // unseen: the first block, or NO
};

static struct rest rest_of(const struct review_call *call, size_t file)
{
    const struct review *review = call->review;
    struct rest rest = { .unseen = NO_INDEX };

    for (size_t i = 0; i < review->count; i++) {
        const struct review_block *block = &review->blocks[i];
        if (!is_rest(call, i, DECISION_YES)
            || (file != SELECT_ALL && block->file != file))
            continue;
        rest.hunks++;
        rest.deceptive += block->deceptive;
        rest.fuzzy += block->state == HUNK_FUZZY;
        if (!block->seen_end && rest.unseen == NO_INDEX)
            rest.unseen = i;
    }
    return rest;
}

static size_t undecided_in(const struct review_call *call, size_t file)
{
    return selection_count(call->proposal->selection, file).undecided;
}

// A file of which nothing was decided is decided as a whole, which is one
// step to undo; else hunk by hunk: what was decided stays.
static void want_rest_of_file(const struct review_call *call, size_t file,
                              enum decision decision)
{
    const struct review *review = call->review;
    struct selection_counts counts =
        selection_count(call->proposal->selection, file);

    if (counts.undecided == 0)
        return;
    if (counts.undecided == counts.hunks) {
        want(call, (struct target){ file, SELECT_ALL, SELECT_ALL }, decision);
        return;
    }
    for (size_t i = 0; i < review->count; i++)
        if (review->blocks[i].file == file && is_rest(call, i, decision))
            want(call,
                 (struct target){ file, review->blocks[i].hunk, SELECT_ALL },
                 decision);
}

static void want_rest(const struct review_call *call, size_t file,
                      enum decision decision)
{
    for (size_t f = 0; f < call->patch->file_count; f++)
        if (file == SELECT_ALL || file == f)
            want_rest_of_file(call, f, decision);
}

static bool may_accept_rest(const struct review_call *call, struct rest rest,
                            bool always_ask, enum action action)
{
    if (rest.hunks == 0) {
        view_say(call->reply, "nothing that could be accepted is undecided");
        return false;
    }
    if (rest.unseen != NO_INDEX)
        return was_seen(call, rest.unseen);
    if (!always_ask && rest.deceptive == 0 && rest.fuzzy == 0)
        return true;
    if (review_asked(call, action))
        return true;
    view_warn(call->reply,
              "accept %zu hunks (%zu fuzzy, %zu with hidden "
              "characters)? the same key again",
              rest.hunks, rest.fuzzy, rest.deceptive);
    return false;
}

void review_decide_file(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t file = review->blocks[review->cursor.block].file;
    bool accept = action == ACTION_ACCEPT_FILE;

    if (!is_open(call))
        return;
    if (!accept && undecided_in(call, file) == 0) {
        view_say(call->reply, "nothing is undecided in this file");
        return;
    }
    if (accept && !may_accept_rest(call, rest_of(call, file), false, action))
        return;
    want_rest(call, file, accept ? DECISION_YES : DECISION_NO);
    for (size_t i = 0; i < review->count; i++) {
        if (review->blocks[i].hunk != NO_INDEX && review->blocks[i].file > file
            && review_decision(call, i) == DECISION_NONE) {
            review_show_block(review, i);
            return;
        }
    }
}

void review_decide_all(const struct review_call *call, enum action action)
{
    if (!is_open(call))
        return;
    if (action == ACTION_ACCEPT_ALL) {
        if (may_accept_rest(call, rest_of(call, SELECT_ALL), true, action))
            want_rest(call, SELECT_ALL, DECISION_YES);
        return;
    }
    size_t left = undecided_in(call, SELECT_ALL);
    if (left == 0)
        view_say(call->reply, "nothing is undecided");
    else if (review_asked(call, action))
        want_rest(call, SELECT_ALL, DECISION_NO);
    else
        view_warn(call->reply, "refuse %zu hunks? D again", left);
}
