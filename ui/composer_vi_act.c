/* What the operators and actions of vi do to the draft. What is taken goes to
 * the kills, so that the other keys find it too. */
#include "composer_parts.h"
#include "kerf/base/utf8.h"

#define LIMIT_PUT_BYTES ((size_t)1 << 20)

static void insert_text(struct composer *c, size_t at, struct str text)
{
    draft_replace(&c->draft, at, at, text);
}

// --- operators -------------------------------------------------------------

// A text of whole lines is known by the newline at its end, which a folded
// paste may bring along.
static bool lacks_newline(const struct composer *c, struct vi_range range,
                          const struct buf *text)
{
    return range.to == range.from || c->draft.text.at[range.to - 1] == '\n'
           || !str_ends_with(buf_str(text), STR("\n"));
}

static void take(struct composer *c, struct vi_range range)
{
    struct buf text = { 0 };

    draft_expand(&c->draft, range.from, range.to, &text);
    if (range.lines && lacks_newline(c, range, &text))
        buf_append_char(&text, '\n');
    if (text.len > 0)
        kills_add(&c->kills, buf_str(&text), false, false);
    buf_release(&text);
}

void vi_delete_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    if (range.lines && range.to < c->draft.text.len)
        range.to++;
    else if (range.lines && range.from > 0)
        range.from--;
    draft_replace(&c->draft, range.from, range.to, STR(""));
    c->draft.caret = range.from;
    if (range.lines)
        c->draft.caret = vi_text_start(c, range.from);
}

void vi_change_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    draft_replace(&c->draft, range.from, range.to, STR(""));
    c->draft.caret = range.from;
    vi_enter_insert(c, 1, false);
}

// The caret goes to what was taken, in whole lines only to the first of them.
void vi_yank_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    if (!range.lines
        || range.from < draft_line_start(&c->draft, c->draft.caret))
        c->draft.caret = range.from;
}

// --- actions ---------------------------------------------------------------

void vi_insert_here(const struct vi_call *call)
{
    vi_enter_insert(call->composer, call->count, false);
}

void vi_insert_behind(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;

    if (draft->caret < draft_line_end(draft, draft->caret))
        draft->caret = draft_next(draft, draft->caret);
    vi_insert_here(call);
}

void vi_insert_at_text(const struct vi_call *call)
{
    struct composer *c = call->composer;

    c->draft.caret = vi_text_start(c, c->draft.caret);
    vi_insert_here(call);
}

void vi_insert_at_end(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;

    draft->caret = draft_line_end(draft, draft->caret);
    vi_insert_here(call);
}

void vi_open_line(struct composer *c)
{
    insert_text(c, draft_line_end(&c->draft, c->draft.caret), STR("\n"));
}

void vi_open_below(const struct vi_call *call)
{
    struct composer *c = call->composer;

    vi_open_line(c);
    vi_enter_insert(c, call->count, true);
}

void vi_open_above(const struct vi_call *call)
{
    struct composer *c = call->composer;
    size_t start = draft_line_start(&c->draft, c->draft.caret);

    insert_text(c, start, STR("\n"));
    c->draft.caret = start;
    vi_enter_insert(c, call->count, true);
}

void vi_replace_chars(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;
    size_t from = draft->caret, to = from, end = draft_line_end(draft, from);
    struct buf text = { 0 };

    for (size_t i = 0; i < call->count; i++) {
        if (to >= end)
            goto out;
        to = draft_next(draft, to);
        utf8_encode(&text, call->ch);
    }
    draft_replace(draft, from, to, buf_str(&text));
    draft->caret = draft_previous(draft, from + text.len);
out:
    buf_release(&text);
}

void vi_swap_case(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;
    size_t from = draft->caret, to = from, end = draft_line_end(draft, from);

    for (size_t i = 0; i < call->count && to < end; i++)
        to = draft_next(draft, to);
    vi_swap_range(call->composer, (struct vi_range){ .from = from, .to = to });
    draft->caret = to;
}

// False at the last line.
static bool join_line(struct composer *c)
{
    struct draft *draft = &c->draft;
    size_t at = draft_line_end(draft, draft->caret);

    if (at == draft->text.len)
        return false;
    size_t to = vi_text_start(c, at + 1);
    bool blank = at == draft_line_start(draft, at)
                 || draft->text.at[at - 1] == ' '
                 || to == draft_line_end(draft, at + 1)
                 || draft->text.at[to] == ')';
    draft_replace(draft, at, to, blank ? STR("") : STR(" "));
    draft->caret = at;
    return true;
}

void vi_join_lines(const struct vi_call *call)
{
    for (size_t i = 1; i < call->count || i == 1; i++)
        if (!join_line(call->composer))
            return;
}

void vi_join_range(struct composer *c, struct vi_range range)
{
    struct vi_call call = { .composer = c, .count = 1 };

    for (size_t at = range.from; at < range.to; at++)
        call.count += c->draft.text.at[at] == '\n';
    c->draft.caret = range.from;
    vi_join_lines(&call);
}

// Puts whole lines above the line that begins at `at`, or at the very end.
static void put_lines(struct composer *c, size_t at, struct str text)
{
    bool at_end = at > c->draft.text.len;

    if (at_end) {
        at = c->draft.text.len;
        insert_text(c, at++, STR("\n"));
        text.len--; // its newline stands in front
    }
    c->draft.caret = at;
    draft_insert(&c->draft, at, text, SIZE_MAX);
    c->draft.caret = vi_text_start(c, at);
}

static void put_chars(struct composer *c, size_t at, struct str text)
{
    c->draft.caret = at;
    draft_insert(&c->draft, at, text, SIZE_MAX);
    c->draft.caret = draft_previous(&c->draft, c->draft.caret);
}

static void put(const struct vi_call *call, bool behind)
{
    struct composer *c = call->composer;
    struct str one = kills_get(&c->kills, 0);
    size_t at = c->draft.caret, start = draft_line_start(&c->draft, at);
    size_t end = draft_line_end(&c->draft, at);
    struct buf text = { 0 };

    if (one.len == 0)
        return;
    for (size_t i = 0;
         i == 0 || (i < call->count && text.len + one.len <= LIMIT_PUT_BYTES);
         i++)
        buf_append(&text, one);
    if (str_ends_with(one, STR("\n")))
        put_lines(c, behind ? end + 1 : start, buf_str(&text));
    else
        put_chars(c, behind && at < end ? draft_next(&c->draft, at) : at,
                  buf_str(&text));
    buf_release(&text);
}

void vi_put_behind(const struct vi_call *call)
{
    put(call, true);
}

void vi_put_before(const struct vi_call *call)
{
    put(call, false);
}

void vi_undo(const struct vi_call *call)
{
    for (size_t i = 0; i < call->count && draft_undo(&call->composer->draft);
         i++)
        ;
}

void vi_redo(const struct vi_call *call)
{
    for (size_t i = 0; i < call->count && draft_redo(&call->composer->draft);
         i++)
        ;
}

// Rows as on the screen; at the edge the history.
static void go_rows(const struct vi_call *call, int by)
{
    struct composer *c = call->composer;
    size_t done = 0;

    while (done < call->count && composer_move_row(c, by)) {
        c->last = c->now;
        done++;
    }
    if (done == 0 && c->vi.visual == VISUAL_NONE)
        composer_recall_by(c, by);
}

void vi_go_up(const struct vi_call *call)
{
    go_rows(call, -1);
}

void vi_go_down(const struct vi_call *call)
{
    go_rows(call, 1);
}
