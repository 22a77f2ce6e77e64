/* What stays on top of the review: the file and hunk under the cursor, what
 * is arriving, and where there is room a table of the files. */
#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

#include "review_move.h"
#include "review_pen.h"

#define PATH_LEAST_CELLS 16 // of a path, whatever is cut behind it

static size_t hunk_total(const struct review *review)
{
    size_t total = 0;

    for (size_t i = review->count; total == 0 && i-- > 0;)
        if (review->blocks[i].hunk != NO_INDEX)
            total = review->blocks[i].number;
    return total;
}

static double live_speed(const struct session *session)
{
    return session->turn_count > 0
               ? turn_speed(&session->turns[session->turn_count - 1])
               : 0;
}

// What `y` stands for where it is not the tree that is written, and its end.
static const struct {
    const char *idle, *done;
} kind_words[] = {
    [REVIEW_PATCH] = { "", "" },
    [REVIEW_UNSTAGED] = { "y stages  U takes out ", "staged" },
    [REVIEW_STAGED] = { "y unstages ", "unstaged" },
};

static struct str indexed_words(const struct review_call *call)
{
    size_t files = text_lines(call->proposal->staged);

    return arena_printf(call->view->arena, "%s: %zu file%s ",
                        kind_words[call->proposal->kind].done, files,
                        files == 1 ? "" : "s");
}

static struct str written_words(const struct review_call *call)
{
    size_t files = text_lines(call->proposal->written);
    bool staged = call->proposal->staged.len > 0;

    return arena_printf(call->view->arena, "written%s: %zu file%s  U undoes ",
                        staged ? " and staged" : "", files,
                        files == 1 ? "" : "s");
}

// What is happening to the patch as a whole, for the right end of the row.
static struct str progress(const struct review_call *call, size_t total)
{
    struct arena *arena = call->view->arena;
    double speed = live_speed(call->view->session);

    if (call->proposal->kind != REVIEW_PATCH && review_has_written(call))
        return indexed_words(call);
    if (call->proposal->kind == REVIEW_PATCH && review_has_written(call))
        return written_words(call);
    if (call->proposal->ended && call->proposal->revise)
        return STR("a new version was asked for ");
    if (call->proposal->ended)
        return STR("ended ");
    if (call->proposal->complete)
        return str_from(kind_words[call->proposal->kind].idle);
    if (speed <= 0)
        return arena_printf(arena, "streaming h%zu ", total);
    return arena_printf(arena, "streaming h%zu  %.0f t/s ", total, speed);
}

#define FACTS 3

// Behind the name of a file what was decided in it; then where the cursor is:
// "y1 n0 ?1", "file 1/3", "hunk 2/4+".
static void position(const struct review_call *call, size_t file,
                     struct str facts[FACTS])
{
    const struct review *review = call->review;
    struct arena *arena = call->view->arena;
    size_t selected = review_selected(review);
    bool any = call->patch->file_count > 0;
    struct selection_counts counts = { 0 };

    if (any)
        counts = selection_count(call->proposal->selection, file);
    facts[0] = arena_printf(arena, "   y%zu n%zu ?%zu",
                            counts.yes + counts.mixed, counts.no,
                            counts.undecided);
    facts[1] = arena_printf(arena, "   file %zu/%zu", any ? file + 1 : 0,
                            call->patch->file_count);
    facts[2] =
        arena_printf(arena, "   hunk %zu/%zu%s",
                     selected == NO_INDEX ? 0 : review->blocks[selected].number,
                     hunk_total(review), call->proposal->complete ? "" : "+");
}

// A fact that does not fit is left out, and those behind it.
static void pinned_row(const struct review_call *call, struct canvas *canvas,
                       struct area area, size_t row)
{
    const struct review *review = call->review;
    size_t file = review->count > 0 && review->cursor.block < review->count
                      ? review->blocks[review->cursor.block].file
                      : 0;
    struct view_line line = { .arena = call->view->arena };
    enum role role = call->view->focused ? ROLE_FOCUS : ROLE_STRONG;
    struct str right = progress(call, hunk_total(review));
    struct str facts[FACTS];
    size_t room = area.cols > 0 ? area.cols - 1 : 0;

    position(call, file, facts);
    for (size_t i = 0; i < FACTS; i++)
        room = room > facts[i].len ? room - facts[i].len : 0;
    line_printf(&line, role, "%c", call->view->focused ? '*' : ' ');
    if (file < call->patch->file_count)
        line_path(&line, role, call->patch->files[file].path,
                  room > PATH_LEAST_CELLS ? room : PATH_LEAST_CELLS);
    for (size_t i = 0; i < FACTS; i++)
        if (line_cells(&line) + facts[i].len <= area.cols)
            line_add(&line, ROLE_TEXT, facts[i]);
        else
            break;
    struct row whole = line_row(&line);
    size_t used = canvas_put_row(canvas, area, row, 0, &whole);
    if (used + 2 + width_of(right) <= area.cols)
        canvas_put_right(canvas, area, row, right, ROLE_DIM);
}

// --- the table of files ----------------------------------------------------

static size_t stale_hunks(const struct review_call *call, size_t file)
{
    size_t count = 0;

    for (size_t h = 0; h < call->patch->files[file].hunk_count; h++)
        count += selection_place(call->proposal->selection, file, h)->state
                 == HUNK_STALE;
    return count;
}

static const char *file_state(const struct review_call *call, size_t file,
                              const struct selection_counts *counts)
{
    if (counts->arriving > 0)
        return "arriving";
    if (counts->conflicts > 0)
        return "conflict";
    if (stale_hunks(call, file) > 0)
        return "stale";
    return review_is_folded(call->review, file) ? "folded" : "";
}

static void table_row(const struct review_call *call, size_t file, bool current,
                      struct view_line *line, size_t name_cols)
{
    const struct file_patch *entry = &call->patch->files[file];
    struct selection_counts counts =
        selection_count(call->proposal->selection, file);
    struct str name = utf8_sanitised(call->view->arena, entry->path, false);
    size_t added, removed;

    patch_file_counts(entry, &added, &removed);
    line_printf(line, current ? ROLE_SELECTED : ROLE_TEXT, "%c",
                current ? '>' : ' ');
    line_add(line, ROLE_TEXT, STR(" "));
    line_add(line, current ? ROLE_STRONG : ROLE_TEXT,
             width_fit(name, name_cols, NULL));
    line_pad(line, name_cols + 3);
    line_printf(line, ROLE_ADDED, "%5zu", added);
    line_printf(line, ROLE_REMOVED, " %5zu", removed);
    line_printf(line, ROLE_TEXT, "   y%zu n%zu ?%zu  ",
                counts.yes + counts.mixed, counts.no, counts.undecided);
    line_add(line, ROLE_WARNING, str_from(file_state(call, file, &counts)));
}

static size_t draw_table(const struct review_call *call, struct canvas *canvas,
                         struct area area)
{
    size_t files = call->patch->file_count;
    size_t shown = files < TABLE_FILES ? files : TABLE_FILES;
    size_t names = area.cols > 50 ? area.cols - 44 : 16;
    size_t current = call->review->count > 0
                             && call->review->cursor.block < call->review->count
                         ? call->review->blocks[call->review->cursor.block].file
                         : 0;
    size_t first = current >= shown ? current - shown + 1 : 0;

    call->review->table = (struct area){ 0 };
    if (area.rows < TABLE_ROWS)
        return 0;
    call->review->table =
        (struct area){ area.row + 1, area.col, shown, area.cols };
    call->review->table_first = first;
    struct view_line line = { .arena = call->view->arena };
    line_printf(&line, ROLE_DIM, "  %zu file%s", files, files == 1 ? "" : "s");
    line_pad(&line, names + 3);
    line_add(&line, ROLE_DIM, STR("    +     -   state"));
    struct row row = line_row(&line);
    canvas_put_row(canvas, area, 0, 0, &row);
    for (size_t i = 0; i < shown; i++) {
        table_row(call, first + i, first + i == current, &line, names);
        row = line_row(&line);
        canvas_put_row(canvas, area, i + 1, 0, &row);
    }
    canvas_rule(canvas, area, TABLE_FILES + 1);
    return TABLE_FILES + 2;
}

size_t review_draw_head(const struct review_call *call, struct canvas *canvas,
                        struct area area)
{
    size_t rows = draw_table(call, canvas, area);

    pinned_row(call, canvas, area, rows);
    if (area.rows < rows + 6)
        return rows + 1;
    canvas_rule(canvas, area, rows + 1);
    return rows + 2;
}
