/*
 * A hunk that fits but for its blanks was written with another indentation.
 * If all old lines differ by the same blanks, the new ones are moved by them;
 * otherwise a new line takes what the file has where the patch has the same
 * blanks on an old line (tabs for spaces); otherwise it stays as it is.
 */
#include "indent.h"

#include "slots.h"

static struct str leading(struct str line)
{
    size_t count = 0;

    while (count < line.len
           && (line.at[count] == ' ' || line.at[count] == '\t'))
        count++;
    return str_take(line, count);
}

static bool is_empty(struct str line)
{
    return str_trim(line).len == 0;
}

// The blanks of `whole` in front of `tail`. False if it does not end so.
static bool in_front(struct str whole, struct str tail, struct str *front)
{
    *front = str_take(
        whole, whole.len - (tail.len < whole.len ? tail.len : whole.len));
    return str_ends_with(whole, tail);
}

// Narrows the shift by one pair of old line and file line.
static bool agree(struct indent *indent, bool first, struct str old,
                  struct str now)
{
    struct str more = STR(""), less = STR("");

    if (!in_front(now, old, &more)) {
        more = STR("");
        if (!in_front(old, now, &less))
            return false;
    }
    if (first) {
        indent->more = more;
        indent->less = less;
    }
    return str_equal(more, indent->more) && str_equal(less, indent->less);
}

struct indent indent_of(const struct text *text, const struct hunk *hunk,
                        const struct slot *slot)
{
    struct indent indent = { .hunk = hunk,
                             .text = text,
                             .line = slot->place.line };
    size_t line = slot->place.line;
    bool first = true;

    if (slot->place.fit != FIT_INDENT && slot->place.fit != FIT_PUNCTUATION)
        return indent;
    indent.shifts = true;
    for (size_t i = 0; i < hunk->line_count && line < text->lines.count; i++) {
        const struct patch_line *old = &hunk->lines[i];
        if (old->kind == LINE_ADDED)
            continue;
        struct str now = text->lines.at[line++];
        if (is_empty(old->text) || is_empty(now))
            continue;
        indent.shifts &=
            agree(&indent, first, leading(old->text), leading(now));
        first = false;
    }
    return indent;
}

// The file's blanks where the patch has `blanks` on an old line.
static struct str translate(const struct indent *indent, struct str blanks)
{
    size_t line = indent->line;

    for (size_t i = 0;
         i < indent->hunk->line_count && line < indent->text->lines.count;
         i++) {
        const struct patch_line *old = &indent->hunk->lines[i];
        if (old->kind == LINE_ADDED)
            continue;
        struct str now = indent->text->lines.at[line++];
        if (!is_empty(old->text) && str_equal(leading(old->text), blanks))
            return leading(now);
    }
    return blanks;
}

void indent_append(const struct indent *indent, struct str line,
                   struct buf *out)
{
    struct str blanks = leading(line);

    if (is_empty(line)) {
        buf_append(out, line);
        return;
    }
    if (!indent->shifts) {
        buf_append(out, translate(indent, blanks));
    } else {
        buf_append(out, indent->more);
        buf_append(out, str_skip(blanks, str_starts_with(blanks, indent->less)
                                             ? indent->less.len
                                             : 0));
    }
    buf_append(out, str_skip(line, blanks.len));
}
