/* From actions to what is done: one handler each. Lines that are typed, an
 * open question and another look at a hunk take the keys first. */
#include <limits.h>

#include "review_act.h"

const char *review_key_of(const struct review_call *call, enum action action)
{
    return keymap_keys(call->view->keymap, IN_REVIEW, action);
}

static bool matches_at(const struct review_call *call, struct scroll_at at)
{
    const struct review *review = call->review;
    const struct review_block *block = &review->blocks[at.block];
    const struct review_row *row = &block->rows[at.row];
    const struct search *search = &review->search;

    if (row->kind == ROW_FILE)
        return search_matches(search, call->patch->files[block->file].path);
    if (row->kind == ROW_PAIR && row->after.line != NO_INDEX
        && row->after.start == 0
        && search_matches(
            search, review_line_text(call, block, ROW_PAIR, row->after.line)))
        return true;
    return row->piece.line != NO_INDEX && row->piece.start == 0
           && search_matches(search, review_line_text(call, block, row->kind,
                                                      row->piece.line));
}

// The next row, or the previous one, around the ends.
static bool step(struct scroll_source *source, struct scroll_at *at, bool back)
{
    static const struct scroll_at first = { 0, 0 };
    bool moved =
        back ? scroll_back(source, at, 1) > 0
             : (scroll_forward(source, at, 1), at->block < source->blocks);

    if (!moved)
        *at =
            back ? scroll_clamp(source, (struct scroll_at){ source->blocks, 0 })
                 : first;
    return moved;
}

static void search_on(const struct review_call *call, bool back)
{
    struct review *review = call->review;
    struct scroll_source source = review_source(review);
    struct scroll_at at = review->cursor;
    bool wrapped = false;

    do {
        wrapped |= !step(&source, &at, back);
        if (!matches_at(call, at))
            continue;
        review_go(review, at);
        if (wrapped)
            view_say(call->reply, "went on from the %s",
                     back ? "end" : "beginning");
        return;
    } while (at.block != review->cursor.block || at.row != review->cursor.row);
    view_warn(call->reply, "not found: %.*s",
              STR_ARG(buf_str(&review->search.pattern)));
}

void review_search(const struct review_call *call, enum action action)
{
    bool back = action == ACTION_SEARCH_PREVIOUS;

    if (action == ACTION_SEARCH)
        search_open(&call->review->search);
    else if (call->review->search.pattern.len == 0)
        view_say(call->reply, "nothing to search for: %s begins a search",
                 review_key_of(call, ACTION_SEARCH));
    else if (call->review->look.kind != LOOK_NONE)
        look_search(call, back);
    else
        search_on(call, back);
}

static void move(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    long rows = review->window.rows > 0 ? (long)review->window.rows : 1;
    long page = rows > 2 ? rows - 2 : 1;

    if (action == ACTION_LINE_DOWN || action == ACTION_LINE_UP)
        review_move_by(review, action == ACTION_LINE_DOWN ? 1 : -1);
    else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        review_move_by(review, action == ACTION_PAGE_DOWN ? page : -page);
    else if (action == ACTION_HALF_DOWN || action == ACTION_HALF_UP)
        review_move_by(review,
                       action == ACTION_HALF_DOWN ? rows / 2 : -(rows / 2));
    else
        review_move_by(review, action == ACTION_LAST ? LONG_MAX : LONG_MIN);
}

static void go_hunk(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    bool back = action == ACTION_PREVIOUS_HUNK;
    size_t block = review_neighbour(review, review->cursor.block, back);

    // What is folded is passed over.
    while (block != NO_INDEX && review->blocks[block].row_count == 0)
        block = review_neighbour(review, block, back);
    // On a line inside a hunk "previous" means its own heading first.
    if (back && review->cursor.row > 0
        && review->blocks[review->cursor.block].hunk != NO_INDEX)
        block = review->cursor.block;
    if (block == NO_INDEX)
        view_say(call->reply, back ? "this is the first hunk"
                                   : "this is the last hunk so far");
    else
        review_show_block(review, block);
}

static void go_file(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    bool back = action == ACTION_PREVIOUS_FILE;
    size_t file = review->blocks[review->cursor.block].file;
    size_t want = back ? file - 1 : file + 1;

    for (size_t i = 0; i < review->count; i++) {
        if (review->blocks[i].hunk == NO_INDEX
            && review->blocks[i].file == want) {
            review_show_block(review, i + 1 < review->count ? i + 1 : i);
            return;
        }
    }
    view_say(call->reply,
             back ? "this is the first file" : "this is the last file so far");
}

static void set_folded(struct review *review, size_t file, bool folded)
{
    if (file >= review->folded_count) {
        review->folded =
            mem_realloc(review->folded, (file + 1) * sizeof(*review->folded));
        while (review->folded_count <= file)
            review->folded[review->folded_count++] = false;
    }
    review->folded[file] = folded;
    review->dirty = true;
}

// What is folded is opened before the cursor goes there.
void review_unfold(const struct review_call *call, size_t block)
{
    struct review_call again = *call;
    struct review *review = call->review;

    if (!review_is_folded(review, review->blocks[block].file))
        return;
    set_folded(review, review->blocks[block].file, false);
    review_sync(review, call->view, review->cols, &again);
}

static void go_undecided(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t block = review_undecided(call, review->cursor.block,
                                    action == ACTION_PREVIOUS_UNDECIDED);

    if (block != NO_INDEX) {
        review_unfold(call, block);
        review_show_block(review, block);
    } else if (selection_count(call->proposal->selection, SELECT_ALL)
                   .undecided) {
        view_say(call->reply, "this is the only undecided hunk so far");
    } else {
        view_say(call->reply, "all hunks that arrived are decided: %s writes",
                 review_key_of(call, ACTION_WRITE));
    }
}

static void fold_file(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t at = review->cursor.block;
    size_t file = review->blocks[at].file;
    bool folded = !review_is_folded(review, file);

    (void)action;
    while (at > 0 && review->blocks[at].hunk != NO_INDEX)
        at--;
    set_folded(review, file, folded);
    if (!folded)
        return;
    size_t last = review->blocks[at].row_count;
    review_go(review, (struct scroll_at){ at, last > 0 ? last - 1 : 0 });
    review->lines = false;
    review->in_range = false;
}

static void line_mode(const struct review_call *call, enum action action)
{
    struct review *review = call->review;

    (void)action;
    if (!review->lines) {
        review->lines = true;
        review->in_range = false;
        return;
    }
    review->in_range = !review->in_range;
    review->range = review->cursor;
}

static void change_context(const struct review_call *call, enum action action)
{
    struct review *review = call->review;

    if (action == ACTION_MORE_CONTEXT && review->context < LIMIT_CONTEXT)
        review->context += 3;
    else if (action == ACTION_LESS_CONTEXT && review->context >= 3)
        review->context -= 3;
    review->dirty = true;
}

// The pane may be half of the screen: then it takes all of it.
static void lay_out(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    bool beside = review_has_sides(review, review->cols);

    review->sides = beside || review->sides == SIDES_ON ? SIDES_OFF : SIDES_ON;
    review->dirty = true;
    if (review->sides == SIDES_ON && review->cols < SIDES_COLS)
        view_say(call->reply,
                 "side by side from %d columns on; %s again: unified",
                 SIDES_COLS, review_key_of(call, action));
}

static const review_fn handlers[ACTION_COUNT] = {
    [ACTION_LINE_DOWN] = move,
    [ACTION_LINE_UP] = move,
    [ACTION_PAGE_DOWN] = move,
    [ACTION_PAGE_UP] = move,
    [ACTION_HALF_DOWN] = move,
    [ACTION_HALF_UP] = move,
    [ACTION_FIRST] = move,
    [ACTION_LAST] = move,
    [ACTION_SEARCH] = review_search,
    [ACTION_SEARCH_NEXT] = review_search,
    [ACTION_SEARCH_PREVIOUS] = review_search,
    [ACTION_BACK] = review_back,
    [ACTION_ACCEPT] = review_decide,
    [ACTION_REFUSE] = review_decide,
    [ACTION_ACCEPT_FILE] = review_decide_file,
    [ACTION_REFUSE_FILE] = review_decide_file,
    [ACTION_ACCEPT_ALL] = review_decide_all,
    [ACTION_REFUSE_ALL] = review_decide_all,
    [ACTION_TOGGLE] = review_toggle,
    [ACTION_LINE_MODE] = line_mode,
    [ACTION_NEXT_HUNK] = go_hunk,
    [ACTION_PREVIOUS_HUNK] = go_hunk,
    [ACTION_NEXT_FILE] = go_file,
    [ACTION_PREVIOUS_FILE] = go_file,
    [ACTION_NEXT_UNDECIDED] = go_undecided,
    [ACTION_PREVIOUS_UNDECIDED] = go_undecided,
    [ACTION_UNDO_DECISION] = review_history,
    [ACTION_REDO_DECISION] = review_history,
    [ACTION_SPLIT] = review_split,
    [ACTION_EDIT_HUNK] = review_edit,
    [ACTION_EDIT_FILE] = review_edit_file,
    [ACTION_NOTE] = review_add_note,
    [ACTION_NOTE_FILE] = review_add_note,
    [ACTION_SEND_NOTES] = review_send,
    [ACTION_REASK] = review_reask,
    [ACTION_NEXT_VERSION] = review_version,
    [ACTION_PREVIOUS_VERSION] = review_version,
    [ACTION_INSPECT] = review_open_look,
    [ACTION_WHOLE_FILE] = review_open_look,
    [ACTION_FOLD_FILE] = fold_file,
    [ACTION_SIDES] = lay_out,
    [ACTION_WRITE] = review_write,
    [ACTION_WRITE_STAGE] = review_write,
    [ACTION_UNDO_WRITE] = review_undo_write,
    [ACTION_END_REVIEW] = review_end,
    [ACTION_COPY_PATCH] = review_copy,
    [ACTION_MORE_CONTEXT] = change_context,
    [ACTION_LESS_CONTEXT] = change_context,
};

static void search_typed(const struct review_call *call, const struct key *key,
                         bool exists)
{
    if (search_key(&call->review->search, key) == SEARCH_DONE && exists)
        review_search(call, ACTION_SEARCH_NEXT);
}

static bool act(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    review_fn handler = handlers[action];

    if (!handler)
        return false;
    handler(call, action);
    if (review->armed != action)
        review->armed = ACTION_NONE;
    return true;
}

bool review_key(void *self, const struct view_call *view,
                const struct view_key *key, struct view_reply *reply)
{
    struct review *review = self;
    struct review_call call = { .review = review,
                                .view = view,
                                .reply = reply };
    bool exists =
        review_sync(review, view, review->cols ? review->cols : 80, &call)
        && review->count > 0;

    if (review->search.typing) {
        search_typed(&call, key->key, exists);
        return true;
    }
    if (!exists) {
        if (key->action == ACTION_BACK)
            review_back(&call, ACTION_BACK);
        return key->action == ACTION_BACK;
    }
    if (review->input.kind != INPUT_NONE) {
        input_key(&call, key->key);
        return true;
    }
    if (review->choosing) {
        review_choose(&call, key->key);
        return true;
    }
    if (review->look.kind != LOOK_NONE && look_key(&call, key->action))
        return true;
    return act(&call, key->action);
}
