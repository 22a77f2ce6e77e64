/* To count what matches all rows must be looked at. A block whose stamp is the
 * same has the same rows, which need not be made again to go on searching. */
#include "pager_find.h"

struct searched {
    uint64_t stamp;
    size_t rows;
    size_t first, count; // of the matches
};

static void add(struct matches *matches, struct scroll_at at)
{
    matches->at = arena_grow(&matches->arena, matches->at, &matches->cap,
                             matches->count + 1, sizeof(*matches->at));
    matches->at[matches->count++] =
        (struct match){ at, matches->lines + at.row };
}

static size_t look_through(struct matches *matches, const struct search *search,
                           const struct scroll_source *source, size_t block)
{
    size_t rows = source->rows(source->self, block);

    for (size_t row = 0; row < rows; row++)
        if (search_matches(search, source->row(source->self, block, row)->text))
            add(matches, (struct scroll_at){ block, row });
    return rows;
}

// False: the block is not what it was.
static bool keep(struct matches *matches, const struct matches *before,
                 size_t block, uint64_t stamp)
{
    if (stamp == 0 || block >= before->block_count
        || before->blocks[block].stamp != stamp)
        return false;
    const struct searched *searched = &before->blocks[block];
    for (size_t i = 0; i < searched->count; i++)
        add(matches, before->at[searched->first + i].at);
    return true;
}

// The lines before the block are counted by then.
static void search_block(struct matches *matches, const struct matches *before,
                         const struct search *search,
                         const struct scroll_source *source, size_t block)
{
    struct searched *searched = &matches->blocks[block];

    searched->stamp = source->stamp ? source->stamp(source->self, block) : 0;
    searched->first = matches->count;
    searched->rows = keep(matches, before, block, searched->stamp)
                         ? before->blocks[block].rows
                         : look_through(matches, search, source, block);
    searched->count = matches->count - searched->first;
    matches->lines += searched->rows;
}

void matches_collect(struct matches *matches, const struct search *search,
                     const struct scroll_source *source)
{
    struct str pattern = buf_str(&search->pattern);
    struct matches before = *matches;

    if (before.cols != source->cols || !str_equal(before.pattern, pattern))
        before.block_count = 0;
    *matches =
        (struct matches){ .cols = source->cols, .block_count = source->blocks };
    matches->pattern = arena_copy(&matches->arena, pattern);
    matches->blocks =
        arena_alloc(&matches->arena, source->blocks * sizeof(struct searched));
    for (size_t block = 0; block < source->blocks; block++)
        search_block(matches, &before, search, source, block);
    arena_release(&before.arena);
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
