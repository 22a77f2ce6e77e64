/* Another look at the hunk under the cursor, over the list: the whole file, or
 * what a conflict is about. Its rows are made when something changed. */
#include <stdlib.h>

#include "kerf/text/width.h"

#include "review_act.h"

void look_close(struct review *review)
{
    arena_release(&review->look.arena);
    review->look = (struct review_look){ 0 };
}

void review_open_look(const struct review_call *call, enum action action)
{
    struct review *review = call->review;
    size_t index = review_selected(review);

    if (index == NO_INDEX) {
        view_say(call->reply, "no hunk is under the cursor");
        return;
    }
    const struct review_block *block = &review->blocks[index];
    if (!review_has_arrived(call, index))
        return;
    if (action == ACTION_INSPECT && review_is_placed(review_place(call, block))
        && review_place(call, block)->reason.len == 0) {
        view_say(call->reply, "h%zu fits: there is no conflict to look at",
                 block->number);
        return;
    }
    look_close(review);
    review->look.kind = action == ACTION_INSPECT ? LOOK_CONFLICT : LOOK_FILE;
    review->look.file = block->file;
    review->look.hunk = block->hunk;
}

// What a look is made from. A stream that adds hunks elsewhere must not make a
// long file anew with every delta.
static uint64_t stamp_of(const struct review_call *call,
                         const struct review_look *look)
{
    const struct selection *sel = call->proposal->selection;
    const struct hunk *hunk = &call->patch->files[look->file].hunks[look->hunk];
    const struct hunk_place *place =
        selection_place(sel, look->file, look->hunk);
    const struct preimage *pre = selection_preimage(sel, look->file);
    uintptr_t parts[] = { (uintptr_t)hunk->lines, hunk->line_count, place->line,
                          (uintptr_t)place->state };

    if (look->kind == LOOK_CONFLICT) // the base, too; it is short
        return call->proposal->version;
    return str_hash((struct str){ (const char *)parts, sizeof(parts) },
                    pre ? str_hash(pre->bytes, 1) : 0);
}

static void make_rows(const struct review_call *call, size_t cols)
{
    struct review_look *look = &call->review->look;

    if (look->cols == cols && look->version == call->proposal->version)
        return;
    uint64_t stamp = stamp_of(call, look);
    look->version = call->proposal->version;
    if (look->cols == cols && look->stamp == stamp)
        return;
    arena_reset(&look->arena);
    look->rows = (struct rows){ 0 };
    look->cols = cols;
    look->stamp = stamp;
    look->at = 0;
    look->found = NO_INDEX;
    if (look->kind == LOOK_FILE)
        look_file_rows(call, look);
    else
        look_conflict_rows(call, look);
}

static void settle(struct review_look *look)
{
    size_t most =
        look->rows.count > look->height ? look->rows.count - look->height : 0;

    if (!look->placed)
        look->top = look->at > look->height / 3 ? look->at - look->height / 3
                                                : 0;
    look->placed = true;
    look->top = look->top < most ? look->top : most;
}

static struct str title_of(const struct review_call *call,
                           const struct review_look *look)
{
    struct arena *arena = call->view->arena;

    if (look->kind == LOOK_CONFLICT)
        return STR(" why it does not fit");
    return arena_printf(arena, " the file %s   o shows it %s",
                        look->before ? "as it is" : "with this hunk",
                        look->before ? "with the hunk" : "as it is");
}

// The byte of a row behind its number, which nobody searches for.
static size_t text_start(const struct review_call *call,
                         const struct review_look *look)
{
    return look->kind == LOOK_FILE ? review_number_cells(call, look->file) + 2
                                   : 0;
}

// The row of the last match stands out, and all that matches in the others.
static void draw_row(const struct review_call *call, struct canvas *canvas,
                     struct area area, size_t i)
{
    const struct review_look *look = &call->review->look;
    const struct row *row = &look->rows.at[look->top + i];
    bool here = look->top + i == look->found;

    canvas_put_row(canvas, area, i, 0, row);
    if (here)
        canvas_mark_row(canvas, area, i, ROLE_SELECTED, true);
    search_mark(&call->review->search, canvas, area, i, row->text,
                text_start(call, look), !here);
}

void look_draw(const struct review_call *call, struct canvas *canvas,
               struct area area)
{
    struct review_look *look = &call->review->look;

    if (area.rows < 2 || look->file >= call->patch->file_count
        || look->hunk >= call->patch->files[look->file].hunk_count)
        return;
    canvas_put(canvas, area, 0, 0, title_of(call, look), ROLE_FOCUS);
    canvas_mark_row(canvas, area, 0, ROLE_FOCUS, false);
    area.row++;
    area.rows--;
    look->height = area.rows;
    make_rows(call, area.cols);
    settle(look);
    for (size_t i = 0; i < area.rows && look->top + i < look->rows.count; i++)
        draw_row(call, canvas, area, i);
    if (!call->view->focused)
        return;
    bool found = look->found != NO_INDEX && look->found >= look->top
                 && look->found < look->top + area.rows;
    canvas->cursor_row = area.row + (found ? look->found - look->top : 0);
    canvas->cursor_col = area.col;
}

// The next row around the ends; false if an end was passed.
static bool step(size_t *at, size_t count, bool back)
{
    bool ends = back ? *at == 0 : *at + 1 >= count;

    *at = !ends ? (back ? *at - 1 : *at + 1) : back ? count - 1 : 0;
    return !ends;
}

void look_search(const struct review_call *call, bool back)
{
    struct review_look *look = &call->review->look;
    const struct search *search = &call->review->search;
    size_t start = text_start(call, look), at = look->found;
    bool wrapped = false;

    // The first search finds what is in view, too.
    bool in_view = at == NO_INDEX && !back;
    if (at == NO_INDEX)
        at = look->top;
    for (size_t i = 0; i < look->rows.count; i++) {
        if (!in_view || i > 0)
            wrapped |= !step(&at, look->rows.count, back);
        if (search_in(search, look->rows.at[at].text, start) == SIZE_MAX)
            continue;
        look->found = at;
        look->top = at > look->height / 3 ? at - look->height / 3 : 0;
        if (wrapped)
            view_say(call->reply, "went on from the %s",
                     back ? "end" : "beginning");
        return;
    }
    view_warn(call->reply, "not found: %.*s",
              STR_ARG(buf_str(&search->pattern)));
}

static void scroll_look(struct review_look *look, long by)
{
    size_t most =
        look->rows.count > look->height ? look->rows.count - look->height : 0;

    if (by < 0)
        look->top -= (size_t)-by < look->top ? (size_t)-by : look->top;
    else
        look->top = (size_t)by < most - look->top ? look->top + (size_t)by
                                                  : most;
}

static bool move_look(struct review_look *look, enum action action)
{
    long height = (long)look->height, page = height > 2 ? height - 2 : 1;
    long all = (long)look->rows.count;
    const struct {
        enum action action;
        long by;
    } moves[] = {
        { ACTION_LINE_DOWN, 1 },
        { ACTION_LINE_UP, -1 },
        { ACTION_PAGE_DOWN, page },
        { ACTION_PAGE_UP, -page },
        { ACTION_HALF_DOWN, height / 2 },
        { ACTION_HALF_UP, -(height / 2) },
        { ACTION_TOGGLE, page },
        { ACTION_FIRST, -all },
        { ACTION_LAST, all },
    };

    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        if (moves[i].action != action)
            continue;
        scroll_look(look, moves[i].by);
        return true;
    }
    return false;
}

bool look_key(const struct review_call *call, enum action action)
{
    struct review_look *look = &call->review->look;

    if (move_look(look, action))
        return true;
    if (action == ACTION_SEARCH || action == ACTION_SEARCH_NEXT
        || action == ACTION_SEARCH_PREVIOUS) {
        review_search(call, action);
        return true;
    }
    if (action == ACTION_WHOLE_FILE && look->kind == LOOK_FILE) {
        look->before = !look->before;
        look->cols = 0; // the rows are others
        return true;
    }
    bool stays = action == ACTION_NONE || action == ACTION_CHORD;
    if (!stays)
        look_close(call->review);
    return stays || action == ACTION_BACK || action == ACTION_INSPECT;
}
