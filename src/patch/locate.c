/*
 * Each looseness is one pass over the whole range before the next is tried,
 * so that an exact fit far away beats a loose fit nearby. The search walks
 * outwards from the hint and stops at the second fit.
 */
#include "kerf/patch/locate.h"

#include "fit.h"

static struct place place_of(enum fit fit, const struct found *found,
                             size_t hint)
{
    struct place place = { .fit = fit, .line = found->place[0] };

    if (found->count < 2)
        return place;
    place.ambiguous = hint == HUNK_NO_HINT
                      || line_distance(found->place[0], hint)
                             == line_distance(found->place[1], hint);
    if (place.ambiguous)
        place.other = found->place[1];
    return place;
}

// An empty block fits anywhere: at the hint, or at the end.
static struct place place_empty(size_t count, size_t from, size_t hint,
                                bool at_end)
{
    size_t line = at_end || hint > count ? count : hint;

    return (struct place){ .fit = FIT_EXACT,
                           .line = line < from ? from : line };
}

struct place patch_locate(struct lines text, struct lines want, size_t from,
                          size_t hint, bool at_end)
{
    if (from > text.count || want.count > text.count - from)
        return (struct place){ .fit = FIT_NONE };
    if (want.count == 0)
        return place_empty(text.count, from, hint, at_end);
    size_t last = text.count - want.count, work = 0;
    struct search search = {
        .text = text,
        .want = want,
        .candidate_count = last + 1,
        .from = at_end ? last : from,
        .until = text.count,
        .hint = hint,
        .most = 2,
        .work = &work,
    };
    for (size_t i = 0; i < FIT_PASSES; i++) {
        search.fit = fit_passes[i];
        work = 0;
        struct found found = search_places(&search);
        if (found.count > 0)
            return place_of(fit_passes[i], &found, hint);
    }
    return (struct place){ .fit = FIT_NONE };
}

size_t patch_nearest(struct lines text, struct lines want, size_t hint,
                     size_t *same)
{
    size_t best = 0;

    *same = 0;
    if (hint == HUNK_NO_HINT)
        hint = 0;
    for (size_t at = 0; at < text.count; at++) {
        size_t equal = 0;
        for (size_t i = 0; i < want.count && at + i < text.count; i++)
            equal += fit_equal(text.at[at + i], want.at[i], FIT_INDENT);
        bool closer = equal == *same && equal > 0
                      && line_distance(at, hint) < line_distance(best, hint);
        if (equal > *same || closer) {
            *same = equal;
            best = at;
        }
    }
    return best;
}
