/*
 * The old lines of a hunk are compared with as many lines of the file, from
 * the place that is nearest; a difference between the two is cut out around
 * its first run.
 */
#include "kerf/patch/explain.h"

#include "kerf/base/utf8.h"
#include "kerf/patch/diff.h"
#include "slots.h"

#define LINES_BEFORE 1      // equal ones, shown in front of the first run
#define LINE_BYTES 160      // shown of a line
#define COMPARED_LINES 2000 // of a hunk; what comes behind is not shown
#define NUMBER_CELLS 6

struct view {
    struct buf *out;
    struct lines wanted, found;
    size_t first; // 0-based line of the file where `found` begins
    size_t shown;
};

static void put(struct view *v, char mark, struct str text, size_t line)
{
    if (v->shown++ >= EXPLAIN_LINES_MAX)
        return;
    if (line == NO_LINE)
        buf_printf(v->out, "%*s | %c", NUMBER_CELLS, "", mark);
    else
        buf_printf(v->out, "%*zu | %c", NUMBER_CELLS, line + 1, mark);
    utf8_sanitise(v->out, str_take(text, LINE_BYTES), true);
    buf_append(v->out, text.len > LINE_BYTES ? STR("...\n") : STR("\n"));
}

static void put_equal(struct view *v, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        put(v, ' ', v->found.at[i], v->first + i);
}

static void put_run(struct view *v, const struct diff_run *run)
{
    for (size_t i = 0; i < run->a_count; i++)
        put(v, '-', v->wanted.at[run->a + i], NO_LINE);
    for (size_t i = 0; i < run->b_count; i++)
        put(v, '+', v->found.at[run->b + i], v->first + run->b + i);
}

static void put_runs(struct view *v, const struct diff_run *runs, size_t count)
{
    size_t next = runs[0].b > LINES_BEFORE ? runs[0].b - LINES_BEFORE : 0;

    for (size_t i = 0; i < count && v->shown < EXPLAIN_LINES_MAX; i++) {
        put_equal(v, next, runs[i].b);
        put_run(v, &runs[i]);
        next = runs[i].b + runs[i].b_count;
    }
    put_equal(v, next,
              next + LINES_BEFORE < v->found.count ? next + LINES_BEFORE
                                                   : v->found.count);
}

static struct lines old_lines(struct arena *arena, const struct hunk *hunk)
{
    struct str *at = arena_array(arena, hunk->line_count, sizeof(*at));
    size_t count = 0;

    for (size_t i = 0; i < hunk->line_count && count < COMPARED_LINES; i++) {
        struct str text = hunk->lines[i].text;
        if (!hunk->lines[i].no_newline && str_ends_with(text, STR("\r")))
            text.len--;
        if (hunk->lines[i].kind != LINE_ADDED)
            at[count++] = text;
    }
    return (struct lines){ at, count };
}

// The line from which the file is shown; NO_LINE if there is none to show.
static size_t place_to_show(const struct slot *slot)
{
    switch (slot->place.state) {
    case HUNK_CONFLICT: return slot->place.nearest;
    case HUNK_FUZZY:
    case HUNK_STALE: return slot->place.line;
    case HUNK_AMBIGUOUS: // it fits, even twice
    case HUNK_ARRIVING:
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_MERGED:
    case HUNK_APPLIED: return NO_LINE;
    }
    return NO_LINE;
}

void selection_explain(const struct selection *sel, size_t file, size_t hunk,
                       struct buf *out)
{
    if (file >= sel->count || hunk >= sel->files[file].count
        || sel->patch->files[file].action != FILE_UPDATE)
        return;
    const struct review_file *rf = &sel->files[file];
    struct lines text = rf->text.lines;
    size_t first = place_to_show(&rf->slots[hunk]), count;
    struct arena arena = { 0 };

    if (first == NO_LINE || first >= text.count)
        return;
    struct lines wanted =
        old_lines(&arena, &sel->patch->files[file].hunks[hunk]);
    size_t rest = text.count - first;
    struct view v = {
        .out = out,
        .wanted = wanted,
        .found = { text.at + first, wanted.count < rest ? wanted.count : rest },
        .first = first,
    };
    const struct diff_run *runs = diff_lines(&arena, v.wanted, v.found, &count);
    bool alike = count > 1 || (count == 1 && runs[0].a_count < v.wanted.count);
    if (alike)
        put_runs(&v, runs, count);
    arena_release(&arena);
}
