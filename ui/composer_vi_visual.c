/* The visual modes, and the operators that are at home there. An operator makes
 * one text of all its lines and replaces them at once, so that it is one edit
 * however many they are. */
#include <wctype.h>

#include "composer_parts.h"
#include "kerf/base/utf8.h"

#define SHIFT_COLS 4
#define LIMIT_SHIFT_BYTES ((size_t)1 << 20)

// --- the selection ---------------------------------------------------------

static void begin(struct composer *c, enum vi_visual visual)
{
    struct vi *vi = &c->vi;

    if (vi->visual == VISUAL_NONE)
        vi->anchor = c->draft.caret;
    vi->visual = vi->visual == visual ? VISUAL_NONE : visual;
    vi->visual_version = c->draft.version;
}

void vi_select_chars(const struct vi_call *call)
{
    begin(call->composer, VISUAL_CHARS);
}

void vi_select_lines(const struct vi_call *call)
{
    begin(call->composer, VISUAL_LINES);
}

void vi_swap_ends(const struct vi_call *call)
{
    struct composer *c = call->composer;
    size_t caret = c->draft.caret;

    c->draft.caret = c->vi.anchor;
    c->vi.anchor = caret;
}

bool vi_selected(const struct composer *c, struct vi_range *range)
{
    const struct draft *draft = &c->draft;
    size_t from = c->vi.anchor, to = draft->caret;

    if (!c->vi.normal || c->vi.visual == VISUAL_NONE
        || c->vi.visual_version != draft->version)
        return false;
    if (from > to) {
        from = to;
        to = c->vi.anchor;
    }
    *range = (struct vi_range){ .from = from, .to = draft_next(draft, to) };
    if (c->vi.visual == VISUAL_LINES)
        *range = (struct vi_range){ .from = draft_line_start(draft, from),
                                    .to = draft_line_end(draft, to),
                                    .lines = true };
    return true;
}

// --- operators -------------------------------------------------------------

static struct str text_of(const struct draft *draft, size_t from, size_t to)
{
    return str_take(str_skip(buf_str(&draft->text), from), to - from);
}

// Puts a text in place of the range; the caret goes to the first of it.
static void rewrite(struct composer *c, struct vi_range range, struct buf *text)
{
    if (!str_equal(text_of(&c->draft, range.from, range.to), buf_str(text)))
        draft_replace(&c->draft, range.from, range.to, buf_str(text));
    c->draft.caret = range.from;
    buf_release(text);
}

static void make_lines(const struct draft *draft, struct vi_range *range)
{
    range->from = draft_line_start(draft, range->from);
    range->to = draft_line_end(draft, range->to);
}

static struct str without_indent(struct str line, size_t cols)
{
    while (cols > 0 && line.len > 0
           && (line.at[0] == ' ' || line.at[0] == '\t')) {
        cols -= line.at[0] == ' ' || cols < SHIFT_COLS ? 1 : SHIFT_COLS;
        line = str_skip(line, 1);
    }
    return line;
}

// Lines without anything in them stay so.
static void shift(struct composer *c, struct vi_range range, bool right)
{
    size_t cols = (range.times ? range.times : 1) * SHIFT_COLS;
    struct buf text = { 0 };

    make_lines(&c->draft, &range);
    for (size_t at = range.from; at <= range.to;) {
        size_t end = draft_line_end(&c->draft, at);
        struct str line = text_of(&c->draft, at, end);
        size_t room = line.len > 0 && right ? cols : 0;
        while (room-- > 0 && text.len < LIMIT_SHIFT_BYTES)
            buf_append_char(&text, ' ');
        buf_append(&text, right ? line : without_indent(line, cols));
        if (end < range.to)
            buf_append_char(&text, '\n');
        at = end + 1;
    }
    rewrite(c, range, &text);
    c->draft.caret = vi_text_start(c, range.from);
}

void vi_shift_right(struct composer *c, struct vi_range range)
{
    shift(c, range, true);
}

void vi_shift_left(struct composer *c, struct vi_range range)
{
    shift(c, range, false);
}

typedef void (*unit_fn)(struct buf *out, struct str unit, uint32_t ch);

// Each unit of the range but newlines and folded pastes through `change`.
static void each_unit(struct composer *c, struct vi_range range, unit_fn change)
{
    const struct draft *draft = &c->draft;
    struct buf text = { 0 };

    for (size_t at = range.from; at < range.to;) {
        size_t next = draft_next(draft, at);
        struct str unit = text_of(draft, at, next);
        if (unit.at[0] == '\n' || unit.at[0] == '\xff')
            buf_append(&text, unit);
        else
            change(&text, unit, range.ch);
        at = next;
    }
    rewrite(c, range, &text);
}

static void change_case(struct buf *out, struct str unit,
                        wint_t (*change)(wint_t code))
{
    uint32_t code;
    size_t len = utf8_decode(unit, &code);

    utf8_encode(out, change(code));
    buf_append(out, str_skip(unit, len));
}

static void lower(struct buf *out, struct str unit, uint32_t ch)
{
    (void)ch;
    change_case(out, unit, towlower);
}

static void upper(struct buf *out, struct str unit, uint32_t ch)
{
    (void)ch;
    change_case(out, unit, towupper);
}

static wint_t swapped(wint_t code)
{
    return iswlower(code) ? towupper(code) : towlower(code);
}

static void swap(struct buf *out, struct str unit, uint32_t ch)
{
    (void)ch;
    change_case(out, unit, swapped);
}

static void replace(struct buf *out, struct str unit, uint32_t ch)
{
    (void)unit;
    utf8_encode(out, ch);
}

void vi_lower_range(struct composer *c, struct vi_range range)
{
    each_unit(c, range, lower);
}

void vi_upper_range(struct composer *c, struct vi_range range)
{
    each_unit(c, range, upper);
}

void vi_swap_range(struct composer *c, struct vi_range range)
{
    each_unit(c, range, swap);
}

void vi_replace_range(struct composer *c, struct vi_range range)
{
    each_unit(c, range, replace);
}

// What was killed last takes the place of the range, which is killed.
void vi_put_over(struct composer *c, struct vi_range range)
{
    struct buf text = { 0 };

    if (kills_get(&c->kills, 0).len == 0)
        return;
    buf_append(&text, kills_get(&c->kills, 0));
    bool lines = str_ends_with(buf_str(&text), STR("\n"));
    vi_yank_range(c, range);
    draft_replace(&c->draft, range.from, range.to,
                  lines && !range.lines ? STR("\n") : STR(""));
    if (lines && range.lines)
        text.len--;
    draft_insert(&c->draft, c->draft.caret, buf_str(&text), SIZE_MAX);
    c->draft.caret = draft_previous(&c->draft, c->draft.caret);
    buf_release(&text);
}
