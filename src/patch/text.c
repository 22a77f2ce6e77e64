/*
 * The index is a counting sort of the lines by hash, one for each looseness,
 * built when first asked for. A block is found through its rarest line, so
 * that a thousand hunks cost a thousand short lists and not a thousand walks.
 */
#include "text.h"

#include <string.h>

#define VOTES_PER_LINE 256 // a line more frequent than that tells nothing

static size_t count_lines(struct str bytes)
{
    size_t count = 0;
    struct str line;

    while (str_split(&bytes, '\n', &line))
        count++;
    return count;
}

void text_init(struct text *text, struct str bytes)
{
    *text = (struct text){ 0 };
    text->bytes = arena_copy(&text->arena, bytes);
    text->bom = str_starts_with(text->bytes, STR("\xef\xbb\xbf"));
    struct str rest = str_skip(text->bytes, text->bom ? 3 : 0), line;
    size_t count = count_lines(rest);
    if (text->bom && rest.len == 0)
        count = 1; // the mark alone is a line without a newline
    struct str *lines = arena_array(&text->arena, count, sizeof(*lines));

    if (count > 0)
        lines[0] = rest;
    for (size_t i = 0; str_split(&rest, '\n', &line); i++) {
        bool ended = line.at + line.len < text->bytes.at + text->bytes.len;
        if (ended && str_ends_with(line, STR("\r")))
            line.len--;
        lines[i] = line;
    }
    text->lines = (struct lines){ lines, count };
}

void text_release(struct text *text)
{
    arena_release(&text->arena);
    *text = (struct text){ 0 };
}

struct str text_whole_line(const struct text *text, size_t line)
{
    const char *end = line + 1 < text->lines.count
                          ? text->lines.at[line + 1].at
                          : text->bytes.at + text->bytes.len;
    const char *start = text->lines.at[line].at;
    return (struct str){ start, (size_t)(end - start) };
}

struct str text_ending(const struct text *text, size_t line)
{
    return str_skip(text_whole_line(text, line), text->lines.at[line].len);
}

bool text_is_cut(const struct text *text)
{
    size_t count = text->lines.count;
    return count > 0 && text_ending(text, count - 1).len == 0;
}

static struct line_index *index_of(struct text *text, enum fit fit)
{
    struct line_index *index = &text->index[fit];
    size_t count = text->lines.count, buckets = 1;

    if (index->hash)
        return index;
    while (buckets < count)
        buckets *= 2;
    index->mask = (uint32_t)(buckets - 1);
    index->hash = arena_array(&text->arena, count, sizeof(uint32_t));
    index->order = arena_array(&text->arena, count, sizeof(uint32_t));
    index->start = arena_array(&text->arena, buckets + 2, sizeof(uint32_t));
    uint32_t *next = index->start + 1; // becomes start while it is filled
    for (size_t i = 0; i < count; i++) {
        index->hash[i] = fit_hash(text->lines.at[i], fit);
        next[(index->hash[i] & index->mask) + 1]++;
    }
    for (size_t k = 1; k <= buckets; k++)
        next[k] += next[k - 1];
    for (size_t i = 0; i < count; i++)
        index->order[next[index->hash[i] & index->mask]++] = (uint32_t)i;
    return index;
}

static size_t bucket_size(const struct line_index *index, uint32_t hash)
{
    uint32_t k = hash & index->mask;
    return index->start[k + 1] - index->start[k];
}

static uint32_t *hash_lines(struct arena *scratch, struct lines want,
                            enum fit fit)
{
    uint32_t *hash = arena_array(scratch, want.count, sizeof(*hash));

    for (size_t i = 0; i < want.count; i++)
        hash[i] = fit_hash(want.at[i], fit);
    return hash;
}

struct bucket text_bucket(struct text *text, struct str line, enum fit fit)
{
    const struct line_index *index = index_of(text, fit);
    uint32_t hash = fit_hash(line, fit), k = hash & index->mask;

    return (struct bucket){ index->order + index->start[k],
                            bucket_size(index, hash) };
}

bool text_is_exhausted(const struct text *text)
{
    return text->work >= LIMIT_SEARCH_WORK;
}

struct found text_find(struct text *text, struct arena *scratch,
                       const struct query *query)
{
    struct lines want = query->want;

    if (query->from > query->until || text_is_exhausted(text)
        || want.count > query->until - query->from)
        return (struct found){ 0 };
    const struct line_index *index = index_of(text, query->fit);
    uint32_t *hash = hash_lines(scratch, want, query->fit);
    size_t rarest = 0;

    for (size_t i = 1; i < want.count; i++)
        if (bucket_size(index, hash[i]) < bucket_size(index, hash[rarest]))
            rarest = i;
    struct search search = {
        .text = text->lines,
        .want = want,
        .fit = query->fit,
        .text_hash = index->hash,
        .want_hash = hash,
        .candidates = index->order + index->start[hash[rarest] & index->mask],
        .candidate_count = bucket_size(index, hash[rarest]),
        .back = rarest,
        .from = query->from,
        .until = query->until,
        .hint = query->hint,
        .most = query->most,
        .work = &text->work,
    };
    return search_places(&search);
}

// Gives a vote to each start that puts line `i` of the block on an equal
// line, or with `clear` takes all votes of those starts.
static void vote(struct text *text, const struct line_index *index,
                 uint32_t hash, size_t i, bool clear)
{
    uint32_t k = hash & index->mask;

    if (bucket_size(index, hash) > VOTES_PER_LINE)
        return;
    text->work += bucket_size(index, hash);
    for (uint32_t j = index->start[k]; j < index->start[k + 1]; j++) {
        uint32_t line = index->order[j];
        if (index->hash[line] != hash || line < i)
            continue;
        uint16_t *votes = &text->votes[line - i];
        *votes = clear ? 0 : *votes + (*votes < UINT16_MAX);
    }
}

struct winner {
    size_t line, votes;
};

static void count_votes(const struct text *text, const struct line_index *index,
                        uint32_t hash, size_t i, size_t hint,
                        struct winner *best)
{
    uint32_t k = hash & index->mask;

    if (bucket_size(index, hash) > VOTES_PER_LINE)
        return;
    for (uint32_t j = index->start[k]; j < index->start[k + 1]; j++) {
        uint32_t line = index->order[j];
        if (line < i)
            continue;
        size_t start = line - i, votes = text->votes[start];
        bool closer = votes == best->votes && votes > 0
                      && line_distance(start, hint)
                             < line_distance(best->line, hint);
        if (votes > best->votes || closer)
            *best = (struct winner){ start, votes };
    }
}

size_t text_nearest(struct text *text, struct arena *scratch, struct lines want,
                    size_t hint, size_t *same)
{
    const struct line_index *index = index_of(text, FIT_INDENT);
    uint32_t *hash = hash_lines(scratch, want, FIT_INDENT);
    struct winner best = { 0 };

    if (hint == HUNK_NO_HINT)
        hint = 0;
    if (!text->votes)
        text->votes =
            arena_array(&text->arena, text->lines.count, sizeof(*text->votes));
    for (size_t i = 0; i < want.count; i++)
        vote(text, index, hash[i], i, false);
    for (size_t i = 0; i < want.count; i++)
        count_votes(text, index, hash[i], i, hint, &best);
    for (size_t i = 0; i < want.count; i++)
        vote(text, index, hash[i], i, true);
    *same = best.votes;
    return best.line;
}
