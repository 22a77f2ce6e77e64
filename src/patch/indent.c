/*
 * A hunk that fits but for its blanks was written with another indentation.
 * If all old lines differ by the same blanks, the new ones are moved by them;
 * otherwise a new line takes what the file has where the patch has the same
 * blanks on an old line (tabs for spaces), and what it is deeper than any in
 * the same measure; otherwise it stays as it is.
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

// Says whether `longer` is `shorter` with one blank in front.
static bool is_one_more(struct str longer, struct str shorter)
{
    return str_starts_with(longer, STR(" "))
           && str_equal(str_skip(longer, 1), shorter);
}

enum indent_step indent_step(const struct text *text, const struct hunk *hunk,
                             size_t line)
{
    size_t lacking = 0, single = 0, all = 0, other[LINE_ADDED] = { 0 };

    for (size_t i = 0; i < hunk->line_count && line < text->lines.count; i++) {
        const struct patch_line *old = &hunk->lines[i];
        if (old->kind == LINE_ADDED)
            continue;
        struct str now = str_trim_end(text->lines.at[line++]);
        struct str was = str_trim_end(old->text);
        if (was.len == 0)
            continue;
        bool less = is_one_more(now, was), more = is_one_more(was, now);
        all++;
        single += less || more;
        lacking += less && old->kind == LINE_CONTEXT;
        other[old->kind] += !str_equal(now, was)
                            && !(less && old->kind == LINE_CONTEXT);
    }
    if (lacking > 0 && other[LINE_CONTEXT] == 0 && other[LINE_REMOVED] == 0)
        return STEP_MARKS;
    return single > 0 && single == all ? STEP_SINGLE : STEP_NONE;
}

struct indent indent_of(const struct text *text, const struct hunk *hunk,
                        const struct slot *slot)
{
    struct indent indent = { .hunk = hunk,
                             .text = text,
                             .line = slot->place.line };
    size_t line = slot->place.line;
    bool first = true;

    if (slot->place.fit < FIT_INDENT || slot->steps)
        return indent;
    indent.shifts = true;
    if (slot->unmarked)
        return indent;
    for (size_t i = 0; i < hunk->line_count && line < text->lines.count; i++) {
        const struct patch_line *old = &hunk->lines[i];
        if (old->kind == LINE_ADDED)
            continue;
        struct str now = text->lines.at[line++];
        if (is_empty(old->text) || !fit_equal(old->text, now, FIT_FUZZY))
            continue;
        indent.shifts &=
            agree(&indent, first, leading(old->text), leading(now));
        first = false;
    }
    return indent;
}

// Of the old lines whose blanks begin `blanks` the longest, and what the file
// has in front of that line.
struct pair {
    struct str old, now;
};

static struct pair longest_pair(const struct indent *indent, struct str blanks)
{
    struct pair best = { STR(""), STR("") };
    size_t line = indent->line;

    for (size_t i = 0;
         i < indent->hunk->line_count && line < indent->text->lines.count;
         i++) {
        const struct patch_line *old = &indent->hunk->lines[i];
        if (old->kind == LINE_ADDED)
            continue;
        struct str now = indent->text->lines.at[line++];
        struct str front = leading(old->text);
        if (!is_empty(old->text) && fit_equal(old->text, now, FIT_FUZZY)
            && str_starts_with(blanks, front) && front.len > best.old.len)
            best = (struct pair){ front, leading(now) };
    }
    return best;
}

// Says whether the blanks are one or more of the same kind.
static bool is_uniform(struct str blanks)
{
    for (size_t i = 1; i < blanks.len; i++)
        if (blanks.at[i] != blanks.at[0])
            return false;
    return blanks.len > 0;
}

// The blanks by which a new line is deeper than an old one, in the measure
// that the old one shows: four spaces for a tab, or the reverse.
static void append_deeper(const struct pair *pair, struct str deeper,
                          struct buf *out)
{
    size_t from = pair->old.len, to = pair->now.len;

    if (is_uniform(deeper) && is_uniform(pair->old) && is_uniform(pair->now)
        && deeper.at[0] == pair->old.at[0] && deeper.len * to % from == 0)
        for (size_t i = deeper.len * to / from; i > 0; i--)
            buf_append_char(out, pair->now.at[0]);
    else
        buf_append(out, deeper);
}

static void append_translated(const struct indent *indent, struct str blanks,
                              struct buf *out)
{
    struct pair pair = longest_pair(indent, blanks);

    buf_append(out, pair.now);
    append_deeper(&pair, str_skip(blanks, pair.old.len), out);
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
        append_translated(indent, blanks, out);
    } else {
        buf_append(out, indent->more);
        buf_append(out, str_skip(blanks, str_starts_with(blanks, indent->less)
                                             ? indent->less.len
                                             : 0));
    }
    buf_append(out, str_skip(line, blanks.len));
}
