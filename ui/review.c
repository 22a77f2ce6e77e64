/*
 * The blocks follow the patch while it grows: files and hunks are appended,
 * and only the rows of blocks that changed are made anew. The cursor keeps its
 * row on the screen, whatever happens above it.
 */
#include "review.h"

#include <stdlib.h>
#include <string.h>

#include "review_act.h"
#include "review_pen.h"

struct review *review_create(bool only)
{
    struct review *review = mem_alloc(sizeof(*review));

    review->only = only;
    review->proposal = NO_INDEX;
    review->lexed = lexed_create();
    review->input.composer = composer_create();
    return review;
}

static void drop_blocks(struct review *review, size_t from)
{
    for (size_t i = from; i < review->count; i++) {
        free(review->blocks[i].rows);
        free(review->blocks[i].partners);
    }
    if (from < review->count)
        review->count = from;
}

void review_destroy(struct review *review)
{
    if (!review)
        return;
    drop_blocks(review, 0);
    free(review->blocks);
    free(review->folded);
    free(review->seen.at);
    lexed_destroy(review->lexed);
    look_close(review);
    composer_destroy(review->input.composer);
    buf_release(&review->input.title);
    buf_release(&review->edit);
    search_release(&review->search);
    free(review);
}

size_t review_proposal(const struct session *session)
{
    size_t index = session_reviewing(session);

    for (size_t i = session->proposal_count; index == NO_INDEX && i-- > 0;)
        if (session->proposals[i].problem.len == 0
            && session->proposals[i].joined == NO_INDEX)
            index = i;
    return index;
}

bool review_is_typing(const struct review *review)
{
    return review->search.typing || review->choosing
           || review->input.kind != INPUT_NONE;
}

bool review_is_searching(const struct review *review)
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

static enum hint_set input_hints(enum input_kind kind)
{
    return kind == INPUT_NOTE ? HINTS_NOTE : HINTS_WISH;
}

enum hint_set review_hints(const struct review *review,
                           const struct session *session)
{
    size_t index = review_proposal(session);

    if (review->search.typing)
        return HINTS_SEARCH;
    if (review->input.kind != INPUT_NONE)
        return input_hints(review->input.kind);
    if (review->choosing)
        return HINTS_CHOICE;
    if (review->look.kind != LOOK_NONE)
        return HINTS_LOOK;
    if (review->lines)
        return HINTS_LINES;
    if (index != NO_INDEX && session->proposals[index].ended)
        return HINTS_ENDED;
    return review->only ? HINTS_ALONE : HINTS_REVIEW;
}

bool review_is_wide(const struct review *review)
{
    return review->sides == SIDES_ON;
}

void review_keep_edit(struct review *review, struct target target,
                      struct str text)
{
    buf_reset(&review->edit);
    buf_append(&review->edit, text);
    review->edit_target = target;
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

static uint64_t hash_note(const struct note *note, uint64_t seed)
{
    seed = str_hash(note->text, seed + note->sent);
    return seed + 31 * note->target.line + note->last_line;
}

// Gives a block its notes, which come in the order of the blocks.
static void claim_notes(const struct review_call *call,
                        struct review_block *block, size_t *next)
{
    const struct selection *sel = call->proposal->selection;
    size_t count = selection_note_count(sel);

    block->first_note = *next;
    block->note_count = 0;
    block->notes = 0;
    for (; *next < count; ++*next) {
        const struct note *note = selection_note_at(sel, *next);
        if (note->target.file != block->file
            || note->target.hunk != block->hunk)
            break;
        block->notes = hash_note(note, block->notes);
        block->note_count++;
    }
}

static void sync_blocks(const struct review_call *call, size_t cols)
{
    struct review *review = call->review;
    size_t index = 0, number = 0, note = 0;

    for (size_t f = 0; f < call->patch->file_count; f++) {
        struct review_block *block = block_for(review, index++, f, NO_INDEX);
        long delta = 0;
        claim_notes(call, block, &note);
        review_make_rows(call, block, cols);
        for (size_t h = 0; h < call->patch->files[f].hunk_count; h++) {
            block = block_for(review, index++, f, h);
            block->number = ++number;
            block->delta = delta;
            claim_notes(call, block, &note);
            review_make_rows(call, block, cols);
            delta += (long)block->added - (long)block->removed;
        }
    }
    drop_blocks(review, index);
}

static void begin(struct review *review, size_t proposal)
{
    drop_blocks(review, 0);
    look_close(review);
    input_close(review);
    review->proposal = proposal;
    review->version = 0;
    review->cursor = (struct scroll_at){ 0, 0 };
    review->cursor_row = 0;
    review->touched = false;
    review->lines = false;
    review->in_range = false;
    review->choosing = false;
    review->armed = ACTION_NONE;
    review->folded_count = 0;
    review->seen.count = 0;
    if (review->seen.cap > 0)
        memset(review->seen.at, 0, review->seen.cap * sizeof(uint64_t));
    buf_reset(&review->edit);
}

// --- keeping the cursor where it is ----------------------------------------

// What the cursor is on: a row tells it better than its number.
struct held {
    bool known;
    size_t file, hunk;
    struct review_row row;
};

static struct held hold_cursor(const struct review *review)
{
    const struct review_row *row = review_row(review);
    struct held held = { .known = row != NULL };

    if (!row)
        return held;
    held.file = review->blocks[review->cursor.block].file;
    held.hunk = review->blocks[review->cursor.block].hunk;
    held.row = *row;
    return held;
}

static bool is_same_kind(enum row_kind a, enum row_kind b)
{
    bool line_a = a == ROW_LINE || a == ROW_PAIR;
    bool line_b = b == ROW_LINE || b == ROW_PAIR;

    return a == b || (line_a && line_b);
}

static bool holds(const struct review_row *row, const struct review_row *was)
{
    size_t line = review_row_line(was);
    const struct piece *piece = row->kind == ROW_PAIR && row->after.line == line
                                    ? &row->after
                                    : &row->piece;
    size_t start = was->kind == ROW_PAIR && was->after.line == line
                       ? was->after.start
                       : was->piece.start;

    return is_same_kind(row->kind, was->kind) && piece->line == line
           && start >= piece->start
           && (start < piece->start + piece->len || piece->len == 0);
}

// The row that shows what the cursor was on, once its block was made anew.
static size_t row_of(const struct review_block *block,
                     const struct review_row *was, size_t fallback)
{
    for (size_t i = 0; i < block->row_count; i++)
        if (holds(&block->rows[i], was))
            return i;
    return fallback < block->row_count ? fallback
           : block->row_count > 0      ? block->row_count - 1
                                       : 0;
}

// Hunks of files above may be more or fewer now; the block is found again.
static size_t block_of(const struct review *review, const struct held *held)
{
    size_t at = review->cursor.block, best = NO_INDEX;

    if (at < review->count && review->blocks[at].file == held->file
        && review->blocks[at].hunk == held->hunk)
        return at;
    for (size_t i = 0; i < review->count; i++) {
        const struct review_block *block = &review->blocks[i];
        if (block->file == held->file
            && (block->hunk == NO_INDEX || block->hunk <= held->hunk))
            best = i;
    }
    return best == NO_INDEX ? 0 : best;
}

static void keep_cursor(struct review *review, const struct held *held)
{
    if (held->known) {
        review->cursor.block = block_of(review, held);
        review->cursor.row = row_of(&review->blocks[review->cursor.block],
                                    &held->row, review->cursor.row);
    }
    if (review->cursor.block >= review->count)
        review->cursor = (struct scroll_at){ 0, 0 };
    // Before the user moves, the first hunk is what is looked at, and what
    // stands above it is in view.
    if (!review->touched && review->cursor.block < 2 && review->count > 1) {
        review->cursor_row = review->blocks[0].row_count;
        review->cursor = (struct scroll_at){ 1, 0 };
    }
}

// --- the call --------------------------------------------------------------

// Another version of a hunk that is on its way, as a proposal of its own.
static const struct proposal *find_version(const struct session *session,
                                           struct review_call *call,
                                           size_t index)
{
    if (!selection_asked(call->proposal->selection, &call->version_of))
        return NULL;
    for (size_t i = session->proposal_count; i-- > index + 1;) {
        const struct proposal *proposal = &session->proposals[i];
        const struct patch *patch = selection_patch(proposal->selection);
        if (proposal->ended || proposal->problem.len > 0
            || proposal->item == NO_INDEX || patch->file_count == 0
            || patch->files[0].hunk_count == 0)
            continue;
        call->version = &patch->files[0].hunks[0];
        return proposal;
    }
    return NULL;
}

bool review_sync(struct review *review, const struct view_call *view,
                 size_t cols, struct review_call *call)
{
    size_t index = review_proposal(view->session);

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
        .reply = call->reply,
    };
    const struct proposal *version = find_version(view->session, call, index);
    unsigned arriving = version ? version->version : 0;
    if (review->version == proposal->version && review->count > 0
        && review->cols == cols && !review->dirty
        && review->arriving == arriving)
        return true;
    review->cols = cols;
    struct held held = hold_cursor(review);
    sync_blocks(call, cols);
    keep_cursor(review, &held);
    review->version = proposal->version;
    review->arriving = arriving;
    review->dirty = false;
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
    struct review_call call = { 0 };

    if (!review_sync(review, view, area.cols, &call)) {
        draw_nothing(canvas, area);
        return;
    }
    size_t head = review_draw_head(&call, canvas, area);
    if (head >= area.rows)
        return;
    area.row += head;
    area.rows -= head;
    if (review->look.kind != LOOK_NONE) {
        look_draw(&call, canvas, area);
        return;
    }
    struct area rows = area;
    input_draw(review, canvas, &rows, view->focused);
    review->window = rows;
    review_draw_rows(&call, canvas, rows);
}

static bool is_in(struct area area, size_t row, size_t col)
{
    return row >= area.row && row < area.row + area.rows && col >= area.col
           && col < area.col + area.cols;
}

static size_t file_block(const struct review *review, size_t file)
{
    for (size_t i = 0; i < review->count; i++)
        if (review->blocks[i].file == file)
            return i;
    return NO_INDEX;
}

bool review_click(struct review *review, const struct view_call *view,
                  size_t row, size_t col)
{
    struct review_call call = { 0 };

    if (!review_sync(review, view, review->cols ? review->cols : 80, &call)
        || review->count == 0 || review->look.kind != LOOK_NONE)
        return false;
    if (is_in(review->table, row, col)) {
        size_t block =
            file_block(review, review->table_first + row - review->table.row);
        if (block != NO_INDEX)
            review_show_block(review, block);
        return block != NO_INDEX;
    }
    if (!is_in(review->window, row, col))
        return false;
    struct scroll_source source = review_source(review);
    struct scroll_at at = review_top(review);
    scroll_forward(&source, &at, row - review->window.row);
    if (at.block < review->count)
        review_go(review, at);
    return true;
}

const struct view_ops review_view = { .draw = draw, .key = review_key };
