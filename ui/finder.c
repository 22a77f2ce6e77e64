/*
 * The best matches of a pattern with a selection; text/fuzzy.h does the
 * matching, when they are looked at. More is kept than shown, so that the
 * selection can go on.
 */
#include "kerf/ui/finder.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "kerf/text/fuzzy.h"
#include "kerf/text/width.h"

#define MAX_HITS 100
#define MARK_CELLS 2 // "> " before the selection
#define GAP_CELLS 2  // between candidate and note

// Hits count the candidates first, then those that lead.
struct finder {
    const struct str *candidates, *notes;
    size_t count;
    const struct str *lead, *lead_notes;
    size_t lead_count;
    struct fuzzy_hit hits[MAX_HITS];
    size_t hit_count;
    size_t selected, top;
    struct buf pattern;
    bool is_stale; // the hits are not yet those of the pattern
};

struct finder *finder_create(void)
{
    return mem_alloc(sizeof(struct finder));
}

void finder_destroy(struct finder *finder)
{
    if (finder)
        buf_release(&finder->pattern);
    free(finder);
}

void finder_set(struct finder *finder, const struct str *candidates,
                const struct str *notes, size_t count)
{
    *finder = (struct finder){
        .candidates = candidates,
        .notes = notes,
        .count = count,
        .pattern = finder->pattern,
    };
    finder_search(finder, STR(""));
}

void finder_lead(struct finder *finder, const struct str *candidates,
                 const struct str *notes, size_t count)
{
    finder->lead = candidates;
    finder->lead_notes = notes;
    finder->lead_count = count < MAX_HITS ? count : MAX_HITS;
}

static struct str candidate_at(const struct finder *finder, size_t index)
{
    return index < finder->count ? finder->candidates[index]
                                 : finder->lead[index - finder->count];
}

static struct str note_at(const struct finder *finder, size_t index)
{
    if (index >= finder->count)
        return finder->lead_notes[index - finder->count];
    return finder->notes ? finder->notes[index] : STR("");
}

void finder_search(struct finder *finder, struct str pattern)
{
    buf_reset(&finder->pattern);
    buf_append(&finder->pattern, pattern);
    finder->is_stale = true;
    finder->selected = 0;
    finder->top = 0;
}

// Searches when somebody looks: of many keys at once only the last is for that.
static void settle(struct finder *finder)
{
    struct str pattern = buf_str(&finder->pattern);
    size_t count = 0;

    if (!finder->is_stale)
        return;
    finder->is_stale = false;
    for (size_t i = 0; i < finder->lead_count; i++)
        if (str_starts_with(finder->lead[i], pattern))
            finder->hits[count++].index = finder->count + i;
    finder->hit_count = count
                        + fuzzy_top(pattern, finder->candidates, finder->count,
                                    finder->hits + count, MAX_HITS - count);
}

void finder_move(struct finder *finder, int by)
{
    settle(finder);
    size_t last = finder->hit_count ? finder->hit_count - 1 : 0;
    size_t steps = (size_t)(by < 0 ? -(long)by : by);

    if (by < 0)
        finder->selected -= steps < finder->selected ? steps : finder->selected;
    else
        finder->selected =
            steps < last - finder->selected ? finder->selected + steps : last;
    if (finder->selected < finder->top)
        finder->top = finder->selected;
    if (finder->selected >= finder->top + FINDER_ROWS)
        finder->top = finder->selected - FINDER_ROWS + 1;
}

bool finder_selected(struct finder *finder, struct str *candidate)
{
    settle(finder);
    if (finder->hit_count == 0)
        return false;
    *candidate = candidate_at(finder, finder->hits[finder->selected].index);
    return true;
}

bool finder_leads(struct finder *finder)
{
    settle(finder);
    return finder->hit_count > 0
           && finder->hits[finder->selected].index >= finder->count;
}

size_t finder_count(struct finder *finder)
{
    settle(finder);
    return finder->hit_count < FINDER_ROWS ? finder->hit_count : FINDER_ROWS;
}

static struct str shown(struct buf *out, struct str text)
{
    buf_reset(out);
    utf8_sanitise(out, text, false);
    return buf_str(out);
}

static void draw_hit(const struct finder *finder, struct canvas *canvas,
                     struct area area, size_t row, size_t hit, size_t note_col)
{
    size_t index = finder->hits[hit].index;
    bool selected = hit == finder->selected;
    struct buf text = { 0 };

    canvas_put(canvas, area, row, 0, selected ? STR("> ") : STR("  "),
               ROLE_KEY);
    canvas_put(canvas, area, row, MARK_CELLS,
               shown(&text, candidate_at(finder, index)), ROLE_TEXT);
    canvas_put(canvas, area, row, note_col,
               shown(&text, note_at(finder, index)), ROLE_DIM);
    if (selected)
        canvas_mark_row(canvas, area, row, ROLE_SELECTED, false);
    buf_release(&text);
}

// Notes stand in one column behind the widest candidate in sight.
static size_t find_note_col(const struct finder *finder, size_t top,
                            size_t count)
{
    struct buf text = { 0 };
    size_t widest = 0;

    for (size_t i = top; i < top + count; i++) {
        size_t index = finder->hits[i].index;
        size_t cells = width_of(shown(&text, candidate_at(finder, index)));
        widest = cells > widest ? cells : widest;
    }
    buf_release(&text);
    return MARK_CELLS + widest + GAP_CELLS;
}

void finder_draw(struct finder *finder, struct canvas *canvas, struct area area)
{
    size_t count = finder_count(finder), top = finder->top;

    if (count > area.rows)
        count = area.rows;
    // In a lower area the selection must still be seen.
    if (count > 0 && finder->selected >= top + count)
        top = finder->selected - count + 1;
    if (count > finder->hit_count - top)
        count = finder->hit_count - top;
    size_t note_col = find_note_col(finder, top, count);
    for (size_t row = 0; row < count; row++)
        draw_hit(finder, canvas, area, row, top + row, note_col);
}
