/*
 * Rows are cut greedily: as many clusters as fit, then back to the last blank
 * if words are to stay whole. Wide characters (CJK, pictures) may be parted
 * from their neighbours anywhere, as their scripts write no blanks. The loop
 * always takes at least one code point, so that it ends at any width.
 */
#include "kerf/text/wrap.h"

#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

struct wrapper {
    struct arena *arena;
    struct rows *rows;
    struct str text;
    const struct span *spans;
    size_t span_count;
    size_t span; // the first one that may reach into the current row
    enum role prefix_role;
};

struct cut {
    size_t end;  // the row's text ends here
    size_t next; // the next row's begins here
};

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

static bool has_ink(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_blank(s.at[i]))
            return true;
    return false;
}

static size_t skip_blanks(struct str s, size_t at)
{
    while (at < s.len && is_blank(s.at[at]))
        at++;
    return at;
}

// Bytes of a cluster wider than the row: whole code points, at least one.
static size_t part_of_cluster(struct str s, size_t room)
{
    uint32_t code;
    size_t len = utf8_decode(s, &code);
    size_t used = (size_t)width_of_code(code);

    for (;;) {
        size_t more = utf8_decode(str_skip(s, len), &code);
        if (more == 0 || used + (size_t)width_of_code(code) > room)
            return len;
        used += (size_t)width_of_code(code);
        len += more;
    }
}

// Returns where the row that starts at `from` ends.
static struct cut find_cut(struct str text, size_t from, size_t room,
                           bool at_words)
{
    struct cut cut = { from, from };
    size_t used = 0, at = from;
    size_t ink = skip_blanks(text, from); // what is in front is indentation

    while (at < text.len) {
        size_t cells;
        size_t step = width_step(str_skip(text, at), &cells);
        bool blank = is_blank(text.at[at]);
        if (at_words && at > ink && (blank ? cut.next <= at : cells == 2))
            cut = (struct cut){ at, skip_blanks(text, at) };
        if (used + cells > room && at > from)
            return cut.end > from ? cut : (struct cut){ at, at };
        if (cells > room)
            step = part_of_cluster(str_skip(text, at), room);
        used += cells;
        at += step;
        if (at_words && cells == 2)
            cut = (struct cut){ at, skip_blanks(text, at) };
    }
    return (struct cut){ text.len, text.len };
}

// Copies prefix and text; what must not stand in a row becomes a blank.
static struct str row_text(struct arena *arena, struct str prefix,
                           struct str slice)
{
    char *copy = arena_alloc(arena, prefix.len + slice.len + 1);

    if (prefix.len)
        memcpy(copy, prefix.at, prefix.len);
    for (size_t i = 0; i < slice.len; i++)
        copy[prefix.len + i] = is_blank(slice.at[i]) ? ' ' : slice.at[i];
    return (struct str){ copy, prefix.len + slice.len };
}

static void add_row(struct wrapper *w, struct str prefix, struct cut cut,
                    size_t from)
{
    struct span *spans = NULL;
    size_t count = 0, cap = 0;
    struct str slice = str_take(str_skip(w->text, from), cut.end - from);
    struct str text = row_text(w->arena, prefix, slice);

    if (has_ink(prefix))
        spans_add(w->arena, &spans, &count, &cap,
                  (struct span){ .len = prefix.len, .role = w->prefix_role });
    while (w->span < w->span_count
           && w->spans[w->span].start + w->spans[w->span].len <= from)
        w->span++;
    for (size_t i = w->span; i < w->span_count; i++) {
        struct span span = w->spans[i];
        size_t start = span.start > from ? span.start : from;
        size_t end = span.start + span.len;
        if (end > cut.end)
            end = cut.end;
        if (start >= cut.end)
            break;
        span.start = start - from + prefix.len;
        span.len = end - start;
        spans_add(w->arena, &spans, &count, &cap, span);
    }
    rows_add(w->arena, w->rows,
             (struct row){ .text = text, .spans = spans, .span_count = count });
}

// The prefix as it fits, leaving room for any character.
static struct str fit_prefix(struct str prefix, size_t width, size_t *room)
{
    size_t used = 0;
    struct str fitting = width_fit(prefix, width > 2 ? width - 2 : 0, &used);

    *room = width - used;
    return fitting;
}

void wrap_text(struct arena *arena, struct rows *rows, struct str text,
               const struct span *spans, size_t span_count,
               const struct wrap *wrap)
{
    struct wrapper w = { .arena = arena,
                         .rows = rows,
                         .text = text,
                         .spans = spans,
                         .span_count = span_count,
                         .prefix_role = wrap->prefix_role };
    size_t width = wrap->width_cells ? wrap->width_cells : 1;
    size_t at = 0, room;
    struct str prefix = fit_prefix(wrap->first, width, &room);

    do {
        struct cut cut = find_cut(text, at, room, wrap->at_words);
        add_row(&w, prefix, cut, at);
        at = cut.next;
        prefix = fit_prefix(wrap->rest, width, &room);
    } while (at < text.len);
}
