/*
 * A whole file as the changes it makes: once the preimage is known and the
 * answer complete, the one hunk with all lines becomes hunks as `diff -u`
 * would give them. Line endings, a byte order mark and a missing final newline
 * are those of the file, so they never show as changes.
 */
#include "kerf/patch/diff.h"

#include "slots.h"

#include <string.h>

#include "job.h"

#define CONTEXT_LINES 3

struct making {
    struct selection *sel;
    struct arena *arena; // of texts and lines
    const struct hunk *answer;
    struct lines a, b;
    struct hunk *hunks;
    size_t count;
};

static void add_lines(struct making *m, struct hunk *hunk, enum line_kind kind,
                      struct lines from, size_t at, size_t until)
{
    for (; at < until; at++)
        hunk->lines[hunk->line_count++] = (struct patch_line){
            .kind = kind,
            .text = arena_copy(m->arena, from.at[at]),
        };
}

// The runs [first, last] with their context as one hunk.
static void add_hunk(struct making *m, const struct diff_run *first,
                     const struct diff_run *last)
{
    struct hunk *hunk = &m->hunks[m->count++];
    size_t at = first->a > CONTEXT_LINES ? first->a - CONTEXT_LINES : 0;
    size_t end = last->a + last->a_count, most = 0;

    end = m->a.count - end > CONTEXT_LINES ? end + CONTEXT_LINES : m->a.count;
    for (const struct diff_run *run = first; run <= last; run++)
        most += run->b_count;
    *hunk = (struct hunk){
        .hint = at,
        .section = STR(""),
        .complete = true,
        .source_line = m->answer->source_line + first->b,
        .lines = arena_array(m->arena, most + end - at, sizeof(*hunk->lines)),
    };
    for (const struct diff_run *run = first; run <= last; run++) {
        size_t behind = run->a + run->a_count;
        add_lines(m, hunk, LINE_CONTEXT, m->a, at, run->a);
        add_lines(m, hunk, LINE_REMOVED, m->a, run->a, behind);
        add_lines(m, hunk, LINE_ADDED, m->b, run->b, run->b + run->b_count);
        at = behind;
    }
    add_lines(m, hunk, LINE_CONTEXT, m->a, at, end);
}

static void make_hunks(struct making *m, const struct diff_run *runs,
                       size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count; next++)
            if (runs[next].a - (runs[next - 1].a + runs[next - 1].a_count)
                > 2 * CONTEXT_LINES)
                break;
        add_hunk(m, &runs[i], &runs[next - 1]);
    }
}

static struct lines answer_lines(struct arena *arena, const struct hunk *hunk)
{
    struct str *at = arena_array(arena, hunk->line_count, sizeof(*at));

    for (size_t i = 0; i < hunk->line_count; i++)
        at[i] = job_bare_line(&hunk->lines[i], i == 0);
    return (struct lines){ at, hunk->line_count };
}

// A hunk that was decided before and is made again keeps its decision.
// Returns how many decisions are lost.
static size_t keep_decisions(struct making *m, const struct cells *old,
                             size_t file)
{
    struct review_file *rf = &m->sel->files[file];
    size_t lost = 0;

    for (size_t i = 0, from = 0; i < old->count; i++) {
        const struct cell *cell = &old->at[i];
        size_t h = from;
        while (h < m->count && !hunk_equal(&cell->hunk, &m->hunks[h]))
            h++;
        lost += h == m->count && cell->decision != DECISION_NONE;
        if (h == m->count)
            continue;
        from = h + 1;
        slot_set(&rf->slots[h], cell->decision, cell->lines,
                 cell->hunk.line_count);
        rf->slots[h].bound = cell->bound;
        rf->slots[h].carried = cell->carried;
        rf->slots[h].weighed = true;
    }
    return lost;
}

static size_t replace_all(struct making *m, size_t file,
                          enum file_action action)
{
    struct selection *sel = m->sel;
    size_t old = sel->files[file].count;
    struct cells cells = cells_of(sel, file, 0, old);

    journal_forget(&sel->journal, file);
    view_replace(sel, file, 0, old, m->hunks, m->count);
    sel->view.files[file].action = action;
    return keep_decisions(m, &cells, file);
}

// The answer as it came: a new file, or one that changes nothing.
static size_t show_answer(struct selection *sel, size_t file,
                          enum file_action action)
{
    struct making m = { .sel = sel, .count = 1 };
    struct hunk answer = *sel->source->files[file].hunks;

    m.hunks = &answer;
    return replace_all(&m, file, action);
}

static size_t show_changes(struct selection *sel, size_t file)
{
    struct arena scratch = { 0 };
    struct making m = {
        .sel = sel,
        .arena = &sel->journal.arena,
        .answer = sel->source->files[file].hunks,
        .a = sel->files[file].text.lines,
    };
    size_t count, lost;

    m.b = answer_lines(&scratch, m.answer);
    struct diff_run *runs = diff_lines(&scratch, m.a, m.b, &count);
    if (count == 0) {
        lost = show_answer(sel, file, FILE_REPLACE);
    } else {
        m.hunks = arena_array(&scratch, count, sizeof(*m.hunks));
        make_hunks(&m, runs, count);
        lost = replace_all(&m, file, FILE_UPDATE);
    }
    arena_release(&scratch);
    return lost;
}

size_t whole_make(struct selection *sel, size_t file)
{
    const struct file_patch *source = &sel->source->files[file];
    struct review_file *rf = &sel->files[file];

    if (source->action != FILE_REPLACE || !source->complete || !rf->given
        || rf->reshaped || source->binary || source->hunk_count != 1
        || rf->count == 0 || rf->whole == rf->edition)
        return 0;
    rf->whole = rf->edition;
    if (!rf->pre.exists)
        return show_answer(sel, file, FILE_ADD);
    if (rf->pre.unreadable.len > 0)
        return show_answer(sel, file, FILE_REPLACE);
    return show_changes(sel, file);
}
