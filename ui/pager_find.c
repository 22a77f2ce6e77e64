/* Every search looks anew: the rows may have changed since, and to count what
 * matches all of them must be looked at anyway. */
#include "pager_find.h"

static void look_at(struct matches *matches, const struct search *search,
                    const struct scroll_source *source, struct scroll_at at)
{
    const struct row *row = source->row(source->self, at.block, at.row);

    if (search_matches(search, row->text)) {
        matches->at = arena_grow(&matches->arena, matches->at, &matches->cap,
                                 matches->count + 1, sizeof(*matches->at));
        matches->at[matches->count++] = (struct match){ at, matches->lines };
    }
    matches->lines++;
}

void matches_collect(struct matches *matches, const struct search *search,
                     const struct scroll_source *source)
{
    matches_release(matches);
    for (size_t block = 0; block < source->blocks; block++) {
        size_t rows = source->rows(source->self, block);
        for (size_t row = 0; row < rows; row++)
            look_at(matches, search, source, (struct scroll_at){ block, row });
    }
}

void matches_release(struct matches *matches)
{
    arena_release(&matches->arena);
    *matches = (struct matches){ 0 };
}

size_t matches_next(const struct matches *matches, struct scroll_at from,
                    bool back, bool *wrapped)
{
    size_t before = 0; // matches in front of `from`, with back; or up to it

    while (before < matches->count
           && (scroll_is_before(matches->at[before].at, from)
               || (!back && !scroll_is_before(from, matches->at[before].at))))
        before++;
    *wrapped = back ? before == 0 : before == matches->count;
    if (back)
        return *wrapped ? matches->count - 1 : before - 1;
    return *wrapped ? 0 : before;
}
