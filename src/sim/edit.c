/*
 * Edits that touch the same lines become one change (some old lines, some new
 * ones); changes whose contexts meet become one hunk. A hunk is then widened
 * until its old lines occur only once, so that it cannot land elsewhere.
 */
#include "kerf/sim/edit.h"

#define CONTEXT 3
#define LIMIT_CONTEXT 200 // lines on either side, however alike they are

// Old lines [from, to) of the array become the new lines.
struct change {
    size_t from, to;
    struct str *lines;
    size_t count;
};

struct text_lines lines_cut(struct arena *arena, struct str text, size_t first)
{
    struct text_lines lines = { .first = first };
    size_t cap = 0;
    struct str line;

    while (str_split(&text, '\n', &line)) {
        if (str_ends_with(line, STR("\r")))
            line.len--;
        lines.at = arena_grow(arena, lines.at, &cap, lines.count + 1,
                              sizeof(*lines.at));
        lines.at[lines.count++] = line;
    }
    return lines;
}

const struct str *lines_at(const struct text_lines *lines, size_t line)
{
    if (line < lines->first || line - lines->first >= lines->count)
        return NULL;
    return &lines->at[line - lines->first];
}

bool edit_fits(const struct text_lines *lines, const struct edit *edit)
{
    const struct str *from = lines_at(lines, edit->line);
    const struct str *to = lines_at(lines, edit->end_line);

    return from && to && edit->col <= from->len && edit->end_col <= to->len
           && (edit->line < edit->end_line
               || (edit->line == edit->end_line && edit->col <= edit->end_col));
}

static int compare_place(size_t line_a, size_t col_a, size_t line_b,
                         size_t col_b)
{
    if (line_a != line_b)
        return line_a < line_b ? -1 : 1;
    return col_a == col_b ? 0 : col_a < col_b ? -1 : 1;
}

int edit_compare(const struct edit *a, const struct edit *b)
{
    int order = compare_place(a->line, a->col, b->line, b->col);
    return order ? order
                 : compare_place(a->end_line, a->end_col, b->end_line,
                                 b->end_col);
}

bool edit_overlaps(const struct edit *a, const struct edit *b)
{
    if (edit_compare(a, b) == 0)
        return true;
    return compare_place(a->line, a->col, b->end_line, b->end_col) < 0
           && compare_place(b->line, b->col, a->end_line, a->end_col) < 0;
}

// Appends the old text between two places of the lines.
static void put_old(const struct text_lines *lines, size_t line, size_t col,
                    size_t end_line, size_t end_col, struct buf *out)
{
    for (; line < end_line; line++, col = 0) {
        buf_append(out, str_skip(*lines_at(lines, line), col));
        buf_append_char(out, '\n');
    }
    struct str last = *lines_at(lines, end_line);
    buf_append(out, str_skip(str_take(last, end_col), col));
}

// Makes the new lines from the old ones and the edits in between.
static void rewrite(struct arena *arena, const struct text_lines *lines,
                    const struct edit *edits, size_t count,
                    struct change *change)
{
    size_t line = edits[0].line, col = 0;
    struct buf text = { 0 };

    for (size_t i = 0; i < count; i++) {
        put_old(lines, line, col, edits[i].line, edits[i].col, &text);
        buf_append(&text, edits[i].text);
        line = edits[i].end_line;
        col = edits[i].end_col;
    }
    buf_append(&text, str_skip(*lines_at(lines, line), col));
    buf_append_char(&text, '\n');
    struct text_lines made =
        lines_cut(arena, arena_copy(arena, buf_str(&text)), 0);
    buf_release(&text);
    change->from = edits[0].line - lines->first;
    change->to = line - lines->first + 1;
    change->lines = made.at;
    change->count = made.count;
}

// Leaves out equal lines at both ends: an inserted line is then only that.
static void trim(const struct text_lines *lines, struct change *change)
{
    while (change->from < change->to && change->count > 0
           && str_equal(lines->at[change->to - 1],
                        change->lines[change->count - 1])) {
        change->to--;
        change->count--;
    }
    while (change->from < change->to && change->count > 0
           && str_equal(lines->at[change->from], change->lines[0])) {
        change->from++;
        change->lines++;
        change->count--;
    }
}

static size_t make_changes(struct arena *arena, const struct text_lines *lines,
                           const struct edit *edits, size_t count,
                           struct change *changes)
{
    size_t made = 0;

    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && edits[i + n].line <= edits[i + n - 1].end_line)
            n++;
        rewrite(arena, lines, edits + i, n, &changes[made]);
        trim(lines, &changes[made++]);
        i += n;
    }
    return made;
}

// Says whether the old lines [from, to) occur more than once.
static bool is_ambiguous(const struct text_lines *lines, size_t from, size_t to)
{
    size_t length = to - from;

    if (length == 0)
        return lines->count > 0;
    for (size_t at = 0; at + length <= lines->count; at++) {
        size_t n = 0;
        while (n < length && str_equal(lines->at[at + n], lines->at[from + n]))
            n++;
        if (n == length && at != from)
            return true;
    }
    return false;
}

static void put_line(char mark, struct str text, struct buf *out)
{
    buf_append_char(out, mark);
    buf_append(out, text);
    buf_append_char(out, '\n');
}

static void put_context(const struct text_lines *lines, size_t from, size_t to,
                        struct buf *out)
{
    for (; from < to; from++)
        put_line(' ', lines->at[from], out);
}

static void put_hunk(const struct text_lines *lines,
                     const struct change *changes, size_t count,
                     struct buf *out)
{
    const struct change *last = &changes[count - 1];
    size_t from = changes[0].from > CONTEXT ? changes[0].from - CONTEXT : 0;
    size_t to = last->to + CONTEXT < lines->count ? last->to + CONTEXT
                                                  : lines->count;

    for (size_t more = CONTEXT;
         more < LIMIT_CONTEXT && (from > 0 || to < lines->count)
         && is_ambiguous(lines, from, to);
         more++) {
        from -= from > 0;
        to += to < lines->count;
    }
    buf_append(out, STR("@@\n"));
    for (size_t i = 0; i < count; i++) {
        put_context(lines, from, changes[i].from, out);
        for (size_t l = changes[i].from; l < changes[i].to; l++)
            put_line('-', lines->at[l], out);
        for (size_t l = 0; l < changes[i].count; l++)
            put_line('+', changes[i].lines[l], out);
        from = changes[i].to;
    }
    put_context(lines, from, to, out);
}

void edits_write(struct arena *arena, struct str path,
                 const struct text_lines *lines, const struct edit *edits,
                 size_t count, struct buf *out)
{
    struct change *changes = arena_array(arena, count, sizeof(*changes));
    size_t made = make_changes(arena, lines, edits, count, changes);

    buf_printf(out, "*** Update File: %.*s\n", STR_ARG(path));
    for (size_t i = 0; i < made;) {
        size_t n = 1;
        while (i + n < made
               && changes[i + n].from <= changes[i + n - 1].to + 2 * CONTEXT)
            n++;
        put_hunk(lines, changes + i, n, out);
        i += n;
    }
}
