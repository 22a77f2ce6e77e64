/*
 * The blocks follow the patch while it grows: files and hunks are appended,
 * and only the rows of blocks that changed are made anew. The cursor keeps its
 * row on the screen, whatever happens above it.
 */
#include "review.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "review_parts.h"

struct review *review_create(bool only)
{
    struct review *review = mem_alloc(sizeof(*review));

    review->only = only;
    review->proposal = NO_INDEX;
    return review;
}

static void drop_blocks(struct review *review, size_t from)
{
    for (size_t i = from; i < review->count; i++)
        free(review->blocks[i].rows);
    if (from < review->count)
        review->count = from;
}

void review_destroy(struct review *review)
{
    if (!review)
        return;
    drop_blocks(review, 0);
    free(review->blocks);
    search_release(&review->search);
    free(review);
}

size_t review_proposal(const struct session *session)
{
    size_t index = session_reviewing(session);

    for (size_t i = session->proposal_count; index == NO_INDEX && i-- > 0;)
        if (session->proposals[i].problem.len == 0)
            index = i;
    return index;
}

bool review_is_typing(const struct review *review)
{
    return review->search.typing;
}

struct str review_pattern(const struct review *review)
{
    return buf_str(&review->search.pattern);
}

bool review_in_lines(const struct review *review)
{
    return review->lines;
}

void review_disarm(struct review *review)
{
    review->armed = ACTION_NONE;
}

// --- following the patch ---------------------------------------------------

static struct review_block *block_for(struct review *review, size_t index,
                                      size_t file, size_t hunk)
{
    if (index < review->count
        && (review->blocks[index].file != file
            || review->blocks[index].hunk != hunk))
        drop_blocks(review, index);
    if (index == review->count) {
        if (review->count == review->cap) {
            review->cap = review->cap ? 2 * review->cap : 64;
            review->blocks = mem_realloc(
                review->blocks, review->cap * sizeof(struct review_block));
        }
        review->blocks[review->count++] =
            (struct review_block){ .file = file, .hunk = hunk };
    }
    return &review->blocks[index];
}

static void sync_blocks(const struct review_call *call, size_t cols)
{
    struct review *review = call->review;
    size_t index = 0, number = 0;

    for (size_t f = 0; f < call->patch->file_count; f++) {
        review_make_rows(call, block_for(review, index++, f, NO_INDEX), cols);
        long delta = 0;
        for (size_t h = 0; h < call->patch->files[f].hunk_count; h++) {
            struct review_block *block = block_for(review, index++, f, h);
            block->number = ++number;
            block->delta = delta;
            review_make_rows(call, block, cols);
            delta += (long)block->added - (long)block->removed;
        }
    }
    drop_blocks(review, index);
}

static void begin(struct review *review, size_t proposal)
{
    drop_blocks(review, 0);
    review->proposal = proposal;
    review->version = 0;
    review->cursor = (struct scroll_at){ 0, 0 };
    review->cursor_row = 0;
    review->touched = false;
    review->lines = false;
    review->in_range = false;
    review->armed = ACTION_NONE;
}

// The row that shows what the cursor was on, once its block was made anew.
static size_t row_of_line(const struct review_block *block,
                          struct review_row was, size_t fallback)
{
    for (size_t i = 0; i < block->row_count; i++) {
        const struct review_row *row = &block->rows[i];
        bool holds = was.start >= row->start
                     && (was.start < row->start + row->len || row->len == 0);
        if (row->kind == was.kind && row->line == was.line && holds)
            return i;
    }
    return fallback < block->row_count ? fallback
           : block->row_count > 0      ? block->row_count - 1
                                       : 0;
}

static bool cursor_content(const struct review *review, struct review_row *row)
{
    if (review->cursor.block >= review->count)
        return false;
    const struct review_block *block = &review->blocks[review->cursor.block];
    if (review->cursor.row >= block->row_count)
        return false;
    *row = block->rows[review->cursor.row];
    return true;
}

static void keep_cursor(struct review *review, bool known,
                        struct review_row was)
{
    if (review->cursor.block >= review->count)
        review->cursor = (struct scroll_at){ 0, 0 };
    else if (known)
        review->cursor.row = row_of_line(&review->blocks[review->cursor.block],
                                         was, review->cursor.row);
    // Before the user moves, the first hunk is what is looked at.
    if (!review->touched && review->cursor.block == 0 && review->count > 1) {
        review->cursor_row += review->blocks[0].row_count - review->cursor.row;
        review->cursor = (struct scroll_at){ 1, 0 };
    }
}

bool review_sync(struct review *review, const struct view_call *view,
                 size_t cols, struct review_call *call)
{
    size_t index = review_proposal(view->session);
    struct review_row was = { 0 };

    if (index != review->proposal)
        begin(review, index);
    if (index == NO_INDEX)
        return false;
    const struct proposal *proposal = &view->session->proposals[index];
    *call = (struct review_call){
        .review = review,
        .view = view,
        .proposal = proposal,
        .patch = selection_patch(proposal->selection),
    };
    if (review->version == proposal->version && review->count > 0
        && review->cols == cols && review->made_context == review->context)
        return true;
    bool known = cursor_content(review, &was);
    sync_blocks(call, cols);
    keep_cursor(review, known, was);
    review->version = proposal->version;
    review->cols = cols;
    review->made_context = review->context;
    return true;
}

// --- the view --------------------------------------------------------------

static void draw_nothing(struct canvas *canvas, struct area area)
{
    canvas_put(canvas, area, 0, 1, STR("no patch to review"), ROLE_DIM);
}

static void draw(void *self, const struct view_call *view,
                 struct canvas *canvas, struct area area)
{
    struct review *review = self;
    struct review_call call;

    if (!review_sync(review, view, area.cols, &call)) {
        draw_nothing(canvas, area);
        return;
    }
    size_t head = review_draw_head(&call, canvas, area);
    if (head >= area.rows)
        return;
    area.row += head;
    area.rows -= head;
    review->rows = area.rows;
    review_draw_rows(&call, canvas, area);
}

// --- keys ------------------------------------------------------------------

static bool matches_at(const struct review_call *call, struct scroll_at at)
{
    const struct review *review = call->review;
    const struct review_block *block = &review->blocks[at.block];
    const struct review_row *row = &block->rows[at.row];

    if (row->kind == ROW_FILE)
        return search_matches(&review->search,
                              call->patch->files[block->file].path);
    return row->start == 0
           && search_matches(&review->search,
                             review_line_text(call, block, row));
}

static void search_on(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    struct scroll_source source = review_source(review);
    struct scroll_at at = review->cursor;
    bool back = action == ACTION_SEARCH_PREVIOUS;

    if (review->search.pattern.len == 0) {
        view_say(call->reply, "nothing to search for: / begins a search");
        return;
    }
    do {
        if (back ? scroll_back(&source, &at, 1) == 0
                 : (scroll_forward(&source, &at, 1), at.block >= source.blocks))
            at = back ? scroll_clamp(&source,
                                     (struct scroll_at){ source.blocks, 0 })
                      : (struct scroll_at){ 0, 0 };
        if (matches_at(call, at)) {
            review_go(review, at);
            return;
        }
    } while (at.block != review->cursor.block || at.row != review->cursor.row);
    view_warn(call->reply, "not found: %.*s",
              STR_ARG(buf_str(&review->search.pattern)));
}

static void open_search(const struct review_call *call, enum action action)
{
    (void)action;
    search_open(&call->review->search);
}

static void move(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    long rows = review->rows > 0 ? (long)review->rows : 1;
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
    size_t file = review->count > 0 ? review->blocks[review->cursor.block].file
                                    : 0;
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

static void go_undecided(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t block = review_undecided(call, review->cursor.block,
                                    action == ACTION_PREVIOUS_UNDECIDED);

    if (block != NO_INDEX)
        review_show_block(review, block);
    else if (selection_count(call->proposal->selection, SELECT_ALL).undecided)
        view_say(call->reply, "this is the only undecided hunk so far");
    else
        view_say(call->reply, "all hunks that arrived are decided: w writes");
}

static void line_mode(const struct review_call *call, enum action action)
{
    struct review *review = call->review;

    (void)action;
    if (!review->lines) {
        review->lines = true;
        review->in_range = false;
        view_say(call->reply, "line mode: Space y n decide the line; v begins "
                              "a range; Esc ends");
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
    [ACTION_SEARCH] = open_search,
    [ACTION_SEARCH_NEXT] = search_on,
    [ACTION_SEARCH_PREVIOUS] = search_on,
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
    [ACTION_WRITE] = review_write,
    [ACTION_UNDO_WRITE] = review_history,
    [ACTION_END_REVIEW] = review_end,
    [ACTION_COPY_PATCH] = review_copy,
    [ACTION_MORE_CONTEXT] = change_context,
    [ACTION_LESS_CONTEXT] = change_context,
};

static bool key(void *self, const struct view_call *view,
                const struct view_key *key, struct view_reply *reply)
{
    struct review *review = self;
    struct review_call call = { .review = review, .view = view };
    bool exists =
        review_sync(review, view, review->cols ? review->cols : 80, &call);

    call.reply = reply;
    if (review->search.typing) {
        if (search_key(&review->search, key->key) == SEARCH_DONE && exists
            && review->count > 0)
            search_on(&call, ACTION_SEARCH_NEXT);
        return true;
    }
    if (key->action == ACTION_BACK) {
        if (review->armed != ACTION_BACK)
            review->armed = ACTION_NONE;
        review_back(&call, key->action);
        return true;
    }
    review_fn handler = handlers[key->action];
    if (!handler || !exists || review->count == 0)
        return false;
    handler(&call, key->action);
    if (review->armed != key->action)
        review->armed = ACTION_NONE;
    return true;
}

const struct view_ops review_view = { .draw = draw, .key = key };
