/*
 * Both lines are cut into words; equal words at both ends are set aside, and a
 * longest common subsequence is found in the rest by the table of Wagner and
 * Fischer (1974), which a line is short enough for. A blank between two changed
 * words belongs to them: one run is read more easily than two.
 */
#include "kerf/text/words.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOK_AHEAD 8 // lines in which a partner is looked for

struct word {
    struct str text;
    bool common;
};

struct words {
    struct word *at;
    size_t count;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_blank(struct str word)
{
    return word.at[0] == ' ' || word.at[0] == '\t';
}

static size_t word_length(struct str rest)
{
    size_t len = 1;

    if (is_letter(rest.at[0]))
        while (len < rest.len && is_letter(rest.at[len]))
            len++;
    else if (is_blank(rest))
        while (len < rest.len && is_blank(str_skip(rest, len)))
            len++;
    return len;
}

static struct words cut(struct arena *arena, struct str line)
{
    struct words words = { 0 };
    size_t cap = 0;

    while (line.len > 0) {
        size_t len = word_length(line);
        words.at = arena_grow(arena, words.at, &cap, words.count + 1,
                              sizeof(*words.at));
        words.at[words.count++] = (struct word){ str_take(line, len), false };
        line = str_skip(line, len);
    }
    return words;
}

// Marks equal words at both ends; `a` and `b` become what is between them.
static void trim_common(struct words *a, struct words *b)
{
    while (a->count > 0 && b->count > 0
           && str_equal(a->at[0].text, b->at[0].text)) {
        a->at[0].common = b->at[0].common = true;
        *a = (struct words){ a->at + 1, a->count - 1 };
        *b = (struct words){ b->at + 1, b->count - 1 };
    }
    while (a->count > 0 && b->count > 0
           && str_equal(a->at[a->count - 1].text, b->at[b->count - 1].text))
        a->at[--a->count].common = b->at[--b->count].common = true;
}

// Marks a longest common subsequence of two short lists.
static void mark_common(struct arena *arena, struct words a, struct words b)
{
    size_t width = b.count + 1;
    uint16_t *best = arena_array(arena, (a.count + 1) * width, sizeof(*best));

    for (size_t i = a.count; i-- > 0;) {
        for (size_t j = b.count; j-- > 0;) {
            uint16_t down = best[(i + 1) * width + j];
            uint16_t right = best[i * width + j + 1];
            best[i * width + j] =
                str_equal(a.at[i].text, b.at[j].text)
                    ? (uint16_t)(best[(i + 1) * width + j + 1] + 1)
                : down > right ? down
                               : right;
        }
    }
    for (size_t i = 0, j = 0; i < a.count && j < b.count;) {
        if (str_equal(a.at[i].text, b.at[j].text))
            a.at[i++].common = b.at[j++].common = true;
        else if (best[(i + 1) * width + j] >= best[i * width + j + 1])
            i++;
        else
            j++;
    }
}

static unsigned share(struct words a, struct words b)
{
    size_t common = 0, all = 0;

    for (size_t i = 0; i < a.count; i++) {
        size_t len = is_blank(a.at[i].text) ? 0 : a.at[i].text.len;
        common += a.at[i].common ? 2 * len : 0;
        all += len;
    }
    for (size_t i = 0; i < b.count; i++)
        all += is_blank(b.at[i].text) ? 0 : b.at[i].text.len;
    return all == 0 ? 100 : (unsigned)(100 * common / all);
}

// A blank with a change on both sides is part of the change.
static bool is_changed(struct words words, size_t i)
{
    return !words.at[i].common
           || (i > 0 && i + 1 < words.count && is_blank(words.at[i].text)
               && !words.at[i - 1].common && !words.at[i + 1].common);
}

static struct word_run *runs(struct arena *arena, struct words words,
                             size_t *count)
{
    struct word_run *list = NULL;
    size_t cap = 0, start = 0;
    bool open = false;

    *count = 0;
    for (size_t i = 0; i < words.count; i++) {
        size_t len = words.at[i].text.len;
        bool changed = is_changed(words, i);
        if (changed && open) {
            list[*count - 1].len += len;
        } else if (changed) {
            list = arena_grow(arena, list, &cap, *count + 1, sizeof(*list));
            list[(*count)++] = (struct word_run){ start, len };
        }
        open = changed;
        start += len;
    }
    return list;
}

struct word_changes words_compare(struct arena *arena, struct str before,
                                  struct str after)
{
    struct word_changes changes = { 0 };
    struct arena scratch = { 0 };

    if (before.len > LIMIT_WORDS_BYTES || after.len > LIMIT_WORDS_BYTES)
        return changes;
    struct words a = cut(&scratch, before), b = cut(&scratch, after);
    struct words rest_a = a, rest_b = b;
    trim_common(&rest_a, &rest_b);
    if (rest_a.count <= LIMIT_WORDS && rest_b.count <= LIMIT_WORDS)
        mark_common(&scratch, rest_a, rest_b);
    changes.alike = share(a, b);
    changes.removed = runs(arena, a, &changes.removed_count);
    changes.added = runs(arena, b, &changes.added_count);
    arena_release(&scratch);
    return changes;
}

void words_pair(const struct str *before, size_t before_count,
                const struct str *after, size_t after_count, size_t *partners)
{
    struct arena arena = { 0 };
    size_t next = 0;

    for (size_t i = 0; i < before_count; i++) {
        partners[i] = WORDS_NO_PARTNER;
        for (size_t j = next; j < after_count && j < next + LOOK_AHEAD; j++) {
            arena_reset(&arena);
            if (words_compare(&arena, before[i], after[j]).alike < WORDS_ALIKE)
                continue;
            partners[i] = j;
            next = j + 1;
            break;
        }
    }
    arena_release(&arena);
}
