/*
 * Three texts: the base a hunk was written for, ours (the file as it is), and
 * theirs (the base with the hunk). The hunk is found in the base, cut into
 * pieces of changed lines, and each piece is held against the runs that differ
 * between base and ours. Where no run touches it, it is carried over. Where
 * one does, the piece may be done already, be made of smaller pieces that are
 * free, or conflict.
 */
#include "diff3.h"

#include "job.h"
#include "kerf/patch/diff.h"

// A range of base lines that the hunk replaces, and what it puts there.
struct piece {
    size_t from, to;          // base lines
    const size_t *gone, *new; // indices into hunk->lines
    size_t gone_count, new_count;
};

struct pieces {
    struct piece *at;
    size_t count, cap;
};

enum touch {
    TOUCH_NONE,
    TOUCH_BESIDE, // a run ends where the piece begins, or the reverse
    TOUCH_INSIDE, // both change the same lines, or put more lines in one
                  // place, whose order nobody knows
};

struct merge {
    struct job *job;
    const struct ancestor *base;
    size_t line; // of the hunk in the base
    struct pieces pieces;
    struct merge_step *steps;
    size_t step_count, step_cap;
    bool beside, refined, done_any, conflicts;
    size_t ours_at, ours_to; // where the file's own change stands
};

// --- through the difference -------------------------------------------------

static struct lines part(struct lines all, size_t from, size_t to)
{
    // Without lines there may be no array to point into.
    return (struct lines){ to > from ? all.at + from : NULL, to - from };
}

static bool lines_equal(struct lines a, struct lines b)
{
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (!str_equal(a.at[i], b.at[i]))
            return false;
    return true;
}

static void compare(struct review_file *rf)
{
    struct ancestor *base = rf->ancestor;

    if (base->compared)
        return;
    arena_release(&base->arena);
    base->runs = diff_lines(&base->arena, base->text.lines, rf->text.lines,
                            &base->run_count);
    base->compared = true;
}

// The first run that ends at or behind base line `line`.
static size_t first_run(const struct ancestor *base, size_t line)
{
    size_t low = 0, high = base->run_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (base->runs[middle].a + base->runs[middle].a_count < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Our line for the border in front of base line `line`. Of a run at the border
// the lines belong to it with `before`, or else stand behind it.
static size_t border(const struct ancestor *base, size_t line, bool before)
{
    size_t i = first_run(base, line);
    const struct diff_run *last = i > 0 ? &base->runs[i - 1] : NULL;

    if (i < base->run_count) {
        const struct diff_run *run = &base->runs[i];
        if (run->a < line || (run->a == line && before && run->a_count == 0))
            return run->b + run->b_count;
    }
    return last ? last->b + last->b_count + (line - last->a - last->a_count)
                : line;
}

static enum touch touch_of(const struct diff_run *run,
                           const struct piece *piece)
{
    size_t end = run->a + run->a_count;
    bool both_grow = run->b_count > run->a_count
                     && piece->new_count > piece->gone_count;

    if (run->a > piece->to || end < piece->from)
        return TOUCH_NONE;
    if (run->a < piece->to && end > piece->from)
        return TOUCH_INSIDE;
    return both_grow ? TOUCH_INSIDE : TOUCH_BESIDE;
}

static enum touch worst_touch(const struct merge *m, const struct piece *piece)
{
    const struct ancestor *base = m->base;
    enum touch worst = TOUCH_NONE;

    for (size_t i = first_run(base, piece->from);
         i < base->run_count && base->runs[i].a <= piece->to; i++) {
        enum touch touch = touch_of(&base->runs[i], piece);
        if (touch > worst)
            worst = touch;
    }
    return worst;
}

// --- the pieces of a hunk ---------------------------------------------------

static void add_piece(struct merge *m, const struct piece *piece)
{
    struct pieces *pieces = &m->pieces;

    pieces->at = arena_grow(m->job->scratch, pieces->at, &pieces->cap,
                            pieces->count + 1, sizeof(*pieces->at));
    pieces->at[pieces->count++] = *piece;
}

static void cut_pieces(struct merge *m)
{
    const struct hunk *hunk = m->job->hunk;
    size_t count = hunk->line_count, base = m->line;
    size_t *gone = arena_array(m->job->scratch, count, sizeof(*gone));
    size_t *new = arena_array(m->job->scratch, count, sizeof(*new));

    for (size_t i = 0; i < count;) {
        struct piece piece = { .from = base, .gone = gone, .new = new };
        for (; i < count && hunk->lines[i].kind != LINE_CONTEXT; i++)
            if (hunk->lines[i].kind == LINE_REMOVED)
                gone[piece.gone_count++] = i;
            else
                new[piece.new_count++] = i;
        base = piece.to = piece.from + piece.gone_count;
        gone += piece.gone_count;
        new += piece.new_count;
        if (piece.gone_count + piece.new_count > 0)
            add_piece(m, &piece);
        for (; i < count && hunk->lines[i].kind == LINE_CONTEXT; i++)
            base++;
    }
}

static struct lines texts_of(const struct merge *m, const size_t *which,
                             size_t count)
{
    struct str *at = arena_array(m->job->scratch, count, sizeof(*at));

    for (size_t i = 0; i < count; i++)
        at[i] = job_bare_line(&m->job->hunk->lines[which[i]], false);
    return (struct lines){ at, count };
}

static void carry_piece(struct merge *m, const struct piece *piece)
{
    size_t total = m->step_count + piece->gone_count + piece->new_count;
    size_t at = border(m->base, piece->from, true);

    m->steps = arena_grow(&m->job->rf->words, m->steps, &m->step_cap, total,
                          sizeof(*m->steps));
    for (size_t i = 0; i < piece->gone_count; i++)
        m->steps[m->step_count++] = (struct merge_step){ piece->gone[i], at++ };
    for (size_t i = 0; i < piece->new_count; i++)
        m->steps[m->step_count++] = (struct merge_step){ piece->new[i], at };
}

// Widens a piece by the runs that touch it, and their borders.
static struct piece widened(const struct merge *m, const struct piece *piece)
{
    const struct ancestor *base = m->base;
    struct piece wide = *piece;

    for (size_t i = first_run(base, piece->from);
         i < base->run_count && base->runs[i].a <= piece->to; i++) {
        const struct diff_run *run = &base->runs[i];
        if (run->a < wide.from)
            wide.from = run->a;
        if (run->a + run->a_count > wide.to)
            wide.to = run->a + run->a_count;
    }
    return wide;
}

// Says whether ours is what the piece would make of the base.
static bool is_done(struct merge *m, const struct piece *piece)
{
    struct piece wide = widened(m, piece);
    struct lines base = m->base->text.lines;
    struct lines ours = part(m->job->rf->text.lines,
                             border(m->base, wide.from, false),
                             border(m->base, wide.to, true));
    size_t head = piece->from - wide.from, tail = wide.to - piece->to;

    if (ours.count != head + piece->new_count + tail)
        return false;
    return lines_equal(part(ours, 0, head), part(base, wide.from, piece->from))
           && lines_equal(part(ours, head, head + piece->new_count),
                          texts_of(m, piece->new, piece->new_count))
           && lines_equal(part(ours, head + piece->new_count, ours.count),
                          part(base, piece->to, wide.to));
}

static bool place_piece(struct merge *m, const struct piece *piece)
{
    enum touch touch = worst_touch(m, piece);

    if (touch != TOUCH_NONE && is_done(m, piece)) {
        m->done_any = true;
        return true;
    }
    if (touch == TOUCH_INSIDE)
        return false;
    m->beside |= touch == TOUCH_BESIDE;
    carry_piece(m, piece);
    return true;
}

// Leaves out the lines that a piece removes only to put them back, and places
// what remains.
static bool refine(struct merge *m, const struct piece *piece)
{
    struct lines gone = texts_of(m, piece->gone, piece->gone_count);
    struct lines new = texts_of(m, piece->new, piece->new_count);
    size_t count;
    struct diff_run *runs = diff_lines(m->job->scratch, gone, new, &count);

    for (size_t i = 0; i < count; i++) {
        const struct piece small = {
            .from = piece->from + runs[i].a,
            .to = piece->from + runs[i].a + runs[i].a_count,
            .gone = piece->gone + runs[i].a,
            .gone_count = runs[i].a_count,
            .new = piece->new + runs[i].b,
            .new_count = runs[i].b_count,
        };
        if (!place_piece(m, &small))
            return false;
    }
    m->refined = true;
    return true;
}

// Remembers the lines of ours that touch a piece.
static void note_own_edit(struct merge *m, const struct piece *piece)
{
    const struct ancestor *base = m->base;
    size_t i = first_run(base, piece->from);

    m->ours_at = base->runs[i].b;
    for (; i < base->run_count && base->runs[i].a <= piece->to; i++)
        m->ours_to = base->runs[i].b + base->runs[i].b_count;
}

static void place_pieces(struct merge *m)
{
    for (size_t i = 0; i < m->pieces.count && !m->conflicts; i++) {
        const struct piece *piece = &m->pieces.at[i];
        bool touched = worst_touch(m, piece) != TOUCH_NONE;
        if (touched)
            note_own_edit(m, piece);
        m->conflicts = !place_piece(m, piece) && !refine(m, piece);
    }
}

// --- the outcome ------------------------------------------------------------

static struct conflict *show_conflict(struct merge *m, size_t ours, size_t end)
{
    struct job *job = m->job;
    struct arena *words = &job->rf->words;
    struct str *theirs = arena_array(words, job->post.count, sizeof(*theirs));
    struct conflict *conflict = arena_alloc(words, sizeof(*conflict));

    for (size_t i = 0; i < job->post.count; i++)
        theirs[i] = arena_copy(words, job->post.at[i]);
    *conflict = (struct conflict){
        .ours_line = ours,
        .ours_count = end - ours,
        .base_line = m->line,
        .base_count = job->pre.count,
        .theirs = { theirs, job->post.count },
    };
    return conflict;
}

static struct str lines_words(struct merge *m, const char *what)
{
    struct arena *words = &m->job->rf->words;

    if (m->ours_to <= m->ours_at)
        return arena_printf(words, "%s: lines were removed before line %zu",
                            what, m->ours_at + 1);
    if (m->ours_to == m->ours_at + 1)
        return arena_printf(words, "%s (line %zu)", what, m->ours_to);
    return arena_printf(words, "%s (lines %zu-%zu)", what, m->ours_at + 1,
                        m->ours_to);
}

static void note_outcome(struct merge *m)
{
    struct job *job = m->job;
    size_t ours = border(m->base, m->line, true);
    size_t end = border(m->base, m->line + job->pre.count, false);
    struct lines block;

    if (end < ours)
        end = ours;
    block = part(job->rf->text.lines, ours, end);
    if (m->conflicts) {
        job_conflict(job,
                     lines_words(m, "the file itself was changed in the same "
                                    "lines"),
                     m->ours_at);
        job->slot->conflict = show_conflict(m, ours, end);
        return;
    }
    if (m->step_count == 0 && (m->done_any || m->refined)) {
        job_fit(job, HUNK_APPLIED, FIT_EXACT, ours, end - ours);
        return;
    }
    if (!m->refined && !m->done_any && lines_equal(block, job->pre)
        && (block.count > 0 || !m->beside)) {
        bool moved = job->hunk->hint != HUNK_NO_HINT && ours != job->hunk->hint;
        job_fit(job, moved ? HUNK_MOVED : HUNK_OK, FIT_EXACT, ours, end - ours);
        job->slot->lone = true;
        return;
    }
    bool asks = m->beside || m->refined;
    job_fit(job, asks ? HUNK_FUZZY : HUNK_MERGED, FIT_EXACT, ours, end - ours);
    job->slot->steps = m->steps;
    job->slot->step_count = m->step_count;
    if (asks)
        job->slot->place.reason = lines_words(
            m, m->refined ? "merged line by line with changes of the file"
                          : "the file was changed right beside it");
}

// Where the hunk stands in the base: where it says, or else where alone it
// fits. NO_LINE if that is not known.
static size_t find_in_base(struct job *job)
{
    struct text *text = &job->rf->ancestor->text;
    size_t hint = job->hunk->hint;
    struct query query = { .want = job->pre,
                           .fit = FIT_EXACT,
                           .until = text->lines.count,
                           .hint = hint,
                           .most = 2 };

    if (job->pre.count == 0)
        return hint <= text->lines.count ? hint : NO_LINE;
    struct found found = text_find(text, job->scratch, &query);
    if (found.count == 0 || (found.count > 1 && found.place[0] != hint))
        return NO_LINE;
    return found.place[0];
}

bool merge_try(struct job *job)
{
    if (!job->rf->ancestor)
        return false;
    struct merge m = { .job = job,
                       .base = job->rf->ancestor,
                       .line = find_in_base(job) };
    if (m.line == NO_LINE)
        return false;
    compare(job->rf);
    cut_pieces(&m);
    place_pieces(&m);
    if (m.step_count > 0 && m.steps[0].at < job->rf->cursor.behind_changes)
        return false; // hunks keep their order
    note_outcome(&m);
    return true;
}
