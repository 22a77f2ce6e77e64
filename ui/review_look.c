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

static void make_rows(const struct review_call *call, size_t cols)
{
    struct review_look *look = &call->review->look;

    if (look->cols == cols && look->version == call->proposal->version)
        return;
    arena_reset(&look->arena);
    look->rows = (struct rows){ 0 };
    look->cols = cols;
    look->version = call->proposal->version;
    look->at = 0;
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
        return STR(" why it does not fit   R asks again  e edits  n refuses  "
                   "q back");
    return arena_printf(arena, " the file %s   o shows it %s  q back",
                        look->before ? "as it is" : "with this hunk",
                        look->before ? "with the hunk" : "as it is");
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
        canvas_put_row(canvas, area, i, 0, &look->rows.at[look->top + i]);
    if (!call->view->focused)
        return;
    canvas->cursor_row = area.row;
    canvas->cursor_col = area.col;
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
