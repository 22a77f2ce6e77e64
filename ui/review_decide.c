/* What may be decided, and how the cursor goes on. A yes is refused to what
 * was not on the screen, does not fit, or has not arrived. */
#include "review_act.h"

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

static void want(const struct review_call *call, struct target target,
                 enum decision decision)
{
    struct command *command = view_want(call->reply, CMD_DECIDE);

    command->target = target;
    command->decision = decision;
}

// --- may it be accepted? ---------------------------------------------------

static bool is_unfit(const struct hunk_place *place)
{
    switch (place->state) {
    case HUNK_CONFLICT:
    case HUNK_AMBIGUOUS: return true;
    case HUNK_STALE: return place->fit == FIT_NONE;
    case HUNK_ARRIVING:
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED:
    case HUNK_APPLIED: return false;
    }
    return false;
}

static bool fits(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];
    const struct hunk_place *place = review_place(call, block);

    if (!is_unfit(place))
        return true;
    view_warn(call->reply, "h%zu %s: %s shows why, %s edits, %s asks again",
              block->number, hunk_words(place).at,
              review_key_of(call, ACTION_INSPECT),
              review_key_of(call, ACTION_EDIT_HUNK),
              review_key_of(call, ACTION_REASK));
    return false;
}

// The end of a hunk must have been on the screen; else it is shown now.
static bool was_seen(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    if (block->seen_end)
        return true;
    review_unfold(call, index);
    review_show_end(call->review, index);
    view_say(call->reply, "h%zu was not seen to its end: now again",
             block->number);
    return false;
}

// What hides is named: "U+202E (right-to-left override)".
static struct str name_of(struct arena *arena, uint32_t code)
{
    static const struct {
        uint32_t first, last;
        const char *name;
    } names[] = {
        { 0x00ad, 0x00ad, "soft hyphen" },
        { 0x061c, 0x061c, "Arabic letter mark" },
        { 0x200b, 0x200b, "zero-width space" },
        { 0x200c, 0x200c, "zero-width non-joiner" },
        { 0x200d, 0x200d, "zero-width joiner" },
        { 0x200e, 0x200e, "left-to-right mark" },
        { 0x200f, 0x200f, "right-to-left mark" },
        { 0x202a, 0x202b, "bidirectional embedding" },
        { 0x202c, 0x202c, "end of a bidirectional part" },
        { 0x202d, 0x202d, "left-to-right override" },
        { 0x202e, 0x202e, "right-to-left override" },
        { 0x2060, 0x2060, "word joiner" },
        { 0x2066, 0x2069, "bidirectional isolate" },
        { 0xfe00, 0xfe0f, "variation selector" },
        { 0xfeff, 0xfeff, "zero-width no-break space" },
        { 0xe0000, 0xe007f, "tag character" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (code >= names[i].first && code <= names[i].last)
            return arena_printf(arena, "U+%04X (%s)", (unsigned)code,
                                names[i].name);
    return arena_printf(arena, "U+%04X", (unsigned)code);
}

// Lines that differ from what the patch wants are taken by consent only.
static bool needs_consent(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    return block->deceptive
           || (block->state == HUNK_FUZZY
               && review_place(call, block)->reason.len > 0);
}

static bool has_consent(const struct review_call *call, size_t index,
                        enum action action)
{
    const struct review_block *block = &call->review->blocks[index];
    const char *key = review_key_of(call, action);

    if (!needs_consent(call, index) || review_asked(call, action))
        return true;
    if (block->deceptive)
        view_warn(call->reply,
                  "h%zu adds %.*s in its line %zu: %s again to accept it",
                  block->number,
                  STR_ARG(name_of(call->reply->arena, block->deceptive)),
                  block->deceptive_line + 1, key);
    else
        view_warn(call->reply, "h%zu is fuzzy, %.*s: %s again to accept it",
                  block->number, STR_ARG(review_place(call, block)->reason),
                  key);
    return false;
}

static bool may_accept(const struct review_call *call, size_t index,
                       enum action action)
{
    return fits(call, index) && was_seen(call, index)
           && has_consent(call, index, action);
}

// --- lines -----------------------------------------------------------------

static bool row_seen(const struct review_block *block, size_t row)
{
    return block->seen_end || (row >= block->seen_from && row < block->seen_to);
}

// The lines a row stands for that can be decided: none, one or, side by side,
// two. A line counts where it begins.
static size_t decidable_lines(const struct review_call *call,
                              const struct review_block *block, size_t row,
                              size_t lines[2])
{
    const struct review_row *at = &block->rows[row];
    const struct piece *pieces[] = { &at->piece, &at->after };
    size_t sides = at->kind == ROW_PAIR ? 2 : 1, count = 0;

    if (at->kind != ROW_LINE && at->kind != ROW_PAIR)
        return 0;
    for (size_t i = 0; i < sides; i++) {
        size_t line = pieces[i]->line;
        if (line != NO_INDEX && pieces[i]->start == 0
            && review_hunk(call, block)->lines[line].kind != LINE_CONTEXT)
            lines[count++] = line;
    }
    return count;
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

static void decide_row(const struct review_call *call, enum action action,
                       const struct review_block *block, size_t row)
{
    size_t lines[2];
    size_t count =
        row_seen(block, row) ? decidable_lines(call, block, row, lines) : 0;

    for (size_t i = 0; i < count; i++) {
        struct target target = { block->file, block->hunk, lines[i] };
        want(call, target, decision_for(call, action, target));
    }
}

static void decide_lines(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    const struct review_block *block = &review->blocks[review->cursor.block];
    size_t from, to;

    review_row_range(review, &from, &to);
    if (block->hunk == NO_INDEX) {
        view_say(call->reply, "no hunk is under the cursor");
        return;
    }
    if (!review_has_arrived(call, review->cursor.block))
        return;
    if (action != ACTION_REFUSE
        && (!fits(call, review->cursor.block)
            || !has_consent(call, review->cursor.block, action)))
        return;
    for (size_t row = from; row <= to && row < block->row_count; row++)
        decide_row(call, action, block, row);
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
    if (next == NO_INDEX)
        return;
    review_unfold(call, next);
    review_show_block(call->review, next);
}

static bool decide_hunk(const struct review_call *call, size_t index,
                        enum decision decision, enum action action)
{
    const struct review_block *block = &call->review->blocks[index];

    if (!review_has_arrived(call, index))
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

    if (!review_is_open(call))
        return;
    if (call->review->lines)
        decide_lines(call, action);
    else if (index == NO_INDEX)
        view_say(call->reply, "no hunk is under the cursor");
    else if (decide_hunk(call, index, decision, action))
        go_on(call, index);
}

void review_toggle(const struct review_call *call, enum action action)
{
    size_t index = review_selected(call->review);

    if (!review_is_open(call))
        return;
    if (call->review->lines)
        decide_lines(call, action);
    else if (index == NO_INDEX)
        view_say(call->reply, "no hunk is under the cursor");
    else
        decide_hunk(call, index, toggled(review_decision(call, index)), action);
}

// --- files and all ---------------------------------------------------------

static bool is_rest(const struct review_call *call, size_t index,
                    enum decision decision)
{
    const struct review_block *block = &call->review->blocks[index];

    if (block->hunk == NO_INDEX || !block->complete
        || review_decision(call, index) != DECISION_NONE)
        return false;
    return decision == DECISION_NO
           || (!is_unfit(review_place(call, block))
               && !needs_consent(call, index));
}

// The undecided hunks of a file, or of all files.
struct rest {
    size_t hunks, apart; // apart: each needs a consent of its own
    size_t unseen;       // the first block that was not seen, or NO_INDEX
};

static bool stands_apart(const struct review_call *call, size_t index)
{
    const struct review_block *block = &call->review->blocks[index];

    return block->hunk != NO_INDEX && block->complete
           && review_decision(call, index) == DECISION_NONE
           && !is_unfit(review_place(call, block))
           && needs_consent(call, index);
}

static struct rest rest_of(const struct review_call *call, size_t file)
{
    const struct review *review = call->review;
    struct rest rest = { .unseen = NO_INDEX };

    for (size_t i = 0; i < review->count; i++) {
        const struct review_block *block = &review->blocks[i];
        if (file != SELECT_ALL && block->file != file)
            continue;
        rest.apart += stands_apart(call, i);
        if (!is_rest(call, i, DECISION_YES))
            continue;
        rest.hunks++;
        if (!block->seen_end && rest.unseen == NO_INDEX)
            rest.unseen = i;
    }
    return rest;
}

static size_t undecided_in(const struct review_call *call, size_t file)
{
    return selection_count(call->proposal->selection, file).undecided;
}

// Says whether a yes to the file as a whole says yes to nothing by the way.
static bool is_plain(const struct review_call *call, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (stands_apart(call, i))
            return false;
    return true;
}

// The blocks [from, to) of a file. One of which nothing was decided is decided
// as a whole, which is one step to undo; else hunk by hunk: what was decided
// stays.
static void want_rest_of_file(const struct review_call *call, size_t from,
                              size_t to, enum decision decision)
{
    const struct review_block *blocks = call->review->blocks;
    size_t file = blocks[from].file;
    struct selection_counts counts =
        selection_count(call->proposal->selection, file);

    if (counts.undecided == 0)
        return;
    if (counts.undecided == counts.hunks
        && (decision == DECISION_NO || is_plain(call, from, to))) {
        want(call, (struct target){ file, SELECT_ALL, SELECT_ALL }, decision);
        return;
    }
    for (size_t i = from; i < to; i++)
        if (is_rest(call, i, decision))
            want(call, (struct target){ file, blocks[i].hunk, SELECT_ALL },
                 decision);
}

static void want_rest(const struct review_call *call, size_t file,
                      enum decision decision)
{
    const struct review *review = call->review;

    for (size_t from = 0, to; from < review->count; from = to) {
        size_t of = review->blocks[from].file;
        for (to = from; to < review->count && review->blocks[to].file == of;)
            to++;
        if (file == SELECT_ALL || file == of)
            want_rest_of_file(call, from, to, decision);
    }
}

static void tell_apart(const struct review_call *call, struct rest rest)
{
    if (rest.apart > 0)
        view_warn(call->reply,
                  "%zu hunk%s with hidden characters or a fuzzy place left: %s "
                  "on each",
                  rest.apart, rest.apart == 1 ? "" : "s",
                  review_key_of(call, ACTION_ACCEPT));
}

static bool may_accept_rest(const struct review_call *call, struct rest rest,
                            bool ask, enum action action)
{
    if (rest.hunks == 0 && rest.apart == 0)
        view_say(call->reply, "nothing that could be accepted is undecided");
    else if (rest.hunks == 0)
        tell_apart(call, rest);
    if (rest.hunks == 0)
        return false;
    if (rest.unseen != NO_INDEX)
        return was_seen(call, rest.unseen);
    if (!ask || review_asked(call, action)) {
        tell_apart(call, rest);
        return true;
    }
    view_warn(call->reply, "accept %zu hunk%s? the same key again", rest.hunks,
              rest.hunks == 1 ? "" : "s");
    return false;
}

void review_decide_file(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t file = review->blocks[review->cursor.block].file;
    bool accept = action == ACTION_ACCEPT_FILE;

    if (!review_is_open(call))
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
    if (!review_is_open(call))
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
        view_warn(call->reply, "refuse %zu hunk%s? the same key again", left,
                  left == 1 ? "" : "s");
}
