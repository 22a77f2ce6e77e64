/*
 * Comparing lines. Typographic punctuation is folded while reading, so that
 * no comparison allocates; hashes are taken over what the comparison sees.
 */
#include "fit.h"

#include "kerf/base/utf8.h"

const enum fit fit_passes[FIT_PASSES] = { FIT_EXACT, FIT_BLANKS, FIT_INDENT,
                                          FIT_PUNCTUATION };

struct fold {
    uint32_t first, last, plain;
};

// Protocol.md 5.5, pass 4.
static const struct fold folds[] = {
    { 0x00a0, 0x00a0, ' ' },  { 0x2002, 0x200a, ' ' }, { 0x2010, 0x2015, '-' },
    { 0x2018, 0x201b, '\'' }, { 0x201c, 0x201f, '"' }, { 0x202f, 0x202f, ' ' },
    { 0x205f, 0x205f, ' ' },  { 0x2212, 0x2212, '-' }, { 0x3000, 0x3000, ' ' },
};

static uint32_t folded(uint32_t code)
{
    for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
        if (code >= folds[i].first && code <= folds[i].last)
            return folds[i].plain;
    return code;
}

// Reads one folded character; a malformed byte stands for itself, above all
// characters.
static uint32_t next_folded(struct str *s)
{
    unsigned char first = (unsigned char)s->at[0];
    uint32_t code = first;
    size_t used = 1;

    if (first >= 0x80) {
        used = utf8_decode(*s, &code);
        code = code == UTF8_INVALID ? 0x110000u + first : folded(code);
    }
    *s = str_skip(*s, used);
    return code;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}

// Drops blanks at both ends, folded ones too.
static struct str trim_folded(struct str s)
{
    size_t end = 0;

    for (;;) {
        struct str rest = s;
        if (s.len == 0 || !is_blank(next_folded(&rest)))
            break;
        s = rest;
    }
    for (struct str rest = s; rest.len > 0;)
        if (!is_blank(next_folded(&rest)))
            end = s.len - rest.len;
    return str_take(s, end);
}

static struct str trimmed(struct str s, enum fit fit)
{
    switch (fit) {
    case FIT_NONE:
    case FIT_EXACT: return s;
    case FIT_BLANKS: return str_trim_end(s);
    case FIT_INDENT: return str_trim(s);
    case FIT_PUNCTUATION:
    case FIT_FUZZY: return trim_folded(s);
    }
    return s;
}

static bool equal_folded(struct str a, struct str b)
{
    while (a.len > 0 && b.len > 0)
        if (next_folded(&a) != next_folded(&b))
            return false;
    return a.len == b.len;
}

bool fit_equal(struct str a, struct str b, enum fit fit)
{
    a = trimmed(a, fit);
    b = trimmed(b, fit);
    return fit >= FIT_PUNCTUATION ? equal_folded(a, b) : str_equal(a, b);
}

uint32_t fit_hash(struct str line, enum fit fit)
{
    uint64_t hash = 0;

    line = trimmed(line, fit);
    if (fit < FIT_PUNCTUATION) {
        hash = str_hash(line, 0);
    } else {
        while (line.len > 0)
            hash = (hash ^ next_folded(&line)) * 0x9e3779b97f4a7c15u;
    }
    return (uint32_t)(hash ^ hash >> 32);
}

size_t line_distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

static bool hashes_fit_at(const struct search *s, size_t at)
{
    size_t i = 0;

    while (i < s->want.count && s->text_hash[at + i] == s->want_hash[i])
        i++;
    *s->work += i;
    return i == s->want.count;
}

static bool fits_at(const struct search *s, size_t at)
{
    size_t i = 0;

    if (s->text_hash && !hashes_fit_at(s, at))
        return false;
    while (i < s->want.count
           && fit_equal(s->text.at[at + i], s->want.at[i], s->fit))
        i++;
    *s->work += i + 1;
    return i == s->want.count;
}

// The line that candidate `i` stands for, before `back` is taken off.
static size_t line_of(const struct search *s, size_t i)
{
    return s->candidates ? s->candidates[i] : i;
}

static bool try_candidate(const struct search *s, size_t i, size_t *place)
{
    size_t line = line_of(s, i);

    if (line < s->from + s->back || line - s->back + s->want.count > s->until)
        return false;
    *place = line - s->back;
    return fits_at(s, *place);
}

// The index of the first candidate at or behind `line`.
static size_t lower_bound(const struct search *s, size_t line)
{
    size_t low = 0, high = s->candidate_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (line_of(s, middle) < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct found search_places(const struct search *s)
{
    struct found found = { 0 };
    bool hinted = s->hint != HUNK_NO_HINT && s->hint > s->from;
    size_t goal = hinted ? s->hint : s->from;
    size_t most = s->candidate_count ? line_of(s, s->candidate_count - 1) : 0;

    goal = (goal < most ? goal : most) + s->back;
    size_t below = lower_bound(s, goal), above = below;
    size_t first = lower_bound(s, s->from + s->back);
    while (found.count < s->most && *s->work < LIMIT_SEARCH_WORK) {
        bool has_below = below < s->candidate_count
                         && line_of(s, below) - s->back + s->want.count
                                <= s->until;
        bool has_above = above > first;
        if (!has_below && !has_above)
            break;
        bool take_below =
            has_below
            && (!has_above
                || line_of(s, below) - goal <= goal - line_of(s, above - 1));
        size_t i = take_below ? below++ : --above;
        found.count += try_candidate(s, i, &found.place[found.count]);
    }
    return found;
}

size_t found_index(const struct found *found, size_t line)
{
    size_t i = 0;

    while (i < found->count && found->place[i] != line)
        i++;
    return i;
}
