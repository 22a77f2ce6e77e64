/*
 * One string with a caret. Every change is "replace these bytes", so that undo
 * is a list of what was there before. Pastes that are folded stay out of the
 * string: editing beside five megabytes costs nothing, and the number in the
 * mark still finds them after undo.
 */
#include "composer_draft.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

#define LIMIT_EDITS 500
#define LIMIT_PASTES 4096
#define FOLD_BYTES ((size_t)64 << 10)
#define TAB_CELLS 4
#define STEP_BACK_BYTES 256
#define LIMIT_UNFOLD_BYTES ((size_t)256 << 10) // laid out at every key
#define LIMIT_OPEN_PASTES 64
#define MARK_BYTES 3
#define MARK '\xff'

struct draft_edit {
    size_t at;
    size_t inserted;    // bytes now there
    struct buf removed; // bytes then there
    size_t caret;
    bool goes_on; // one unit with the edit before
};

// --- life ------------------------------------------------------------------

static void forget(struct draft_edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        buf_release(&edits->at[i].removed);
    edits->count = 0;
}

void draft_clear(struct draft *draft)
{
    forget(&draft->done);
    forget(&draft->undone);
    draft->joins = false;
    draft->unit = draft->unit == UNIT_EACH ? UNIT_EACH : UNIT_BEGINS;
    for (size_t i = 0; i < draft->paste_count; i++)
        buf_release(&draft->pastes[i].text);
    draft->paste_count = 0;
    draft->open_count = 0;
    buf_reset(&draft->text);
    draft->caret = 0;
    draft->version++;
}

void draft_release(struct draft *draft)
{
    draft_clear(draft);
    buf_release(&draft->text);
    free(draft->pastes);
    free(draft->done.at);
    free(draft->undone.at);
    free(draft->open);
    *draft = (struct draft){ 0 };
}

// Makes room for one more element of an array on the heap.
static void *grown(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 16;
    return mem_realloc(items, *cap * size);
}

// --- changing --------------------------------------------------------------

// An unfolded paste moves and grows with the text around and in it; what cuts
// across its border makes it plain text.
static bool moves_along(struct draft_range *range, size_t from, size_t to,
                        size_t len)
{
    if (from >= range->end)
        return true;
    bool whole = from == range->start && to == range->end;
    if (from >= range->start && to <= range->end && to > range->start && !whole)
        range->end = range->end - (to - from) + len;
    else if (to <= range->start)
        *range = (struct draft_range){ range->start - (to - from) + len,
                                       range->end - (to - from) + len };
    else
        return false;
    return true;
}

static void move_open(struct draft *draft, size_t from, size_t to, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < draft->open_count; i++)
        if (moves_along(&draft->open[i], from, to, len))
            draft->open[kept++] = draft->open[i];
    draft->open_count = kept;
}

static void splice(struct draft *draft, size_t from, size_t to, struct str text)
{
    struct buf *buf = &draft->text;
    size_t tail = buf->len - to;

    move_open(draft, from, to, text.len);

    buf_reserve(buf, text.len);
    memmove(buf->at + from + text.len, buf->at + to, tail);
    if (text.len > 0)
        memcpy(buf->at + from, text.at, text.len);
    buf->len = from + text.len + tail;
    draft->version++;
}

static struct draft_edit *push(struct draft_edits *edits)
{
    if (edits->count == LIMIT_EDITS) {
        buf_release(&edits->at[0].removed);
        edits->count--;
        memmove(edits->at, edits->at + 1, edits->count * sizeof(edits->at[0]));
    }
    edits->at =
        grown(edits->at, edits->count, &edits->cap, sizeof(edits->at[0]));
    struct draft_edit *edit = &edits->at[edits->count++];
    *edit = (struct draft_edit){ 0 };
    return edit;
}

// What was undone cannot come back over a new change.
static struct draft_edit *remember_edit(struct draft *draft)
{
    struct draft_edit *edit = push(&draft->done);

    forget(&draft->undone);
    edit->caret = draft->caret;
    edit->goes_on = draft->unit == UNIT_GOES_ON;
    if (draft->unit == UNIT_BEGINS)
        draft->unit = UNIT_GOES_ON;
    return edit;
}

void draft_unit_begin(struct draft *draft)
{
    draft->unit = UNIT_BEGINS;
    draft->joins = false;
}

void draft_unit_end(struct draft *draft)
{
    draft->unit = UNIT_EACH;
    draft->joins = false;
}

void draft_replace(struct draft *draft, size_t from, size_t to, struct str text)
{
    if (from == to && text.len == 0)
        return;
    struct draft_edit *edit = remember_edit(draft);
    edit->at = from;
    edit->inserted = text.len;
    buf_append(&edit->removed,
               str_take(str_skip(buf_str(&draft->text), from), to - from));
    splice(draft, from, to, text);
    draft->caret = from + text.len;
    draft->joins = false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

// A word and the blanks behind it are one step, or all that a unit types.
static bool joins_last(const struct draft *draft, struct str text)
{
    if (!draft->joins || draft->done.count == 0)
        return false;
    const struct draft_edit *last = &draft->done.at[draft->done.count - 1];
    bool word_begins = draft->unit == UNIT_EACH
                       && is_blank(draft->text.at[draft->caret - 1])
                       && !is_blank(text.at[0]);
    return last->at + last->inserted == draft->caret && !word_begins;
}

void draft_type(struct draft *draft, uint32_t code)
{
    struct buf text = { 0 };

    utf8_encode(&text, code);
    if (joins_last(draft, buf_str(&text))) {
        splice(draft, draft->caret, draft->caret, buf_str(&text));
        draft->done.at[draft->done.count - 1].inserted += text.len;
        draft->caret += text.len;
    } else {
        draft_replace(draft, draft->caret, draft->caret, buf_str(&text));
    }
    draft->joins = true;
    buf_release(&text);
}

// Takes the newest edit of `from` back, which makes one of `to`.
static struct draft_edit *revert(struct draft *draft, struct draft_edits *from,
                                 struct draft_edits *to)
{
    struct draft_edit edit = from->at[--from->count];
    struct draft_edit *back = push(to);
    struct str there =
        str_take(str_skip(buf_str(&draft->text), edit.at), edit.inserted);

    back->at = edit.at;
    back->inserted = edit.removed.len;
    back->caret = edit.caret;
    back->goes_on = edit.goes_on;
    buf_append(&back->removed, there);
    splice(draft, edit.at, edit.at + edit.inserted, buf_str(&edit.removed));
    buf_release(&edit.removed);
    draft->joins = false;
    if (draft->unit == UNIT_GOES_ON)
        draft->unit = UNIT_BEGINS;
    return back;
}

bool draft_undo(struct draft *draft)
{
    bool goes_on = true;

    if (draft->done.count == 0)
        return false;
    while (goes_on && draft->done.count > 0) {
        struct draft_edit *edit = revert(draft, &draft->done, &draft->undone);
        draft->caret = edit->caret;
        goes_on = edit->goes_on;
    }
    return true;
}

bool draft_redo(struct draft *draft)
{
    struct draft_edits *undone = &draft->undone;

    if (undone->count == 0)
        return false;
    draft->caret = revert(draft, undone, &draft->done)->at;
    while (undone->count > 0 && undone->at[undone->count - 1].goes_on)
        revert(draft, undone, &draft->done);
    return true;
}

// --- foreign text ----------------------------------------------------------

static void append_clean(struct buf *out, struct str text)
{
    while (text.len > 0) {
        uint32_t code;
        size_t n = utf8_decode(text, &code);
        if (code == '\r') {
            buf_append_char(out, '\n');
            n += str_starts_with(text, STR("\r\n"));
        } else if (code == UTF8_INVALID) {
            utf8_encode(out, 0xfffd);
        } else {
            buf_append(out, str_take(text, n));
        }
        text = str_skip(text, n);
    }
}

static void insert_folded(struct draft *draft, size_t from, size_t to,
                          struct buf *text)
{
    draft->pastes = grown(draft->pastes, draft->paste_count, &draft->paste_cap,
                          sizeof(draft->pastes[0]));
    size_t number = draft->paste_count++;
    draft->pastes[number] = paste_of(text);
    char mark[MARK_BYTES] = { MARK, (char)(0x80 | number >> 6),
                              (char)(0x80 | (number & 0x3f)) };
    draft_replace(draft, from, to, (struct str){ mark, MARK_BYTES });
}

void draft_insert(struct draft *draft, size_t from, struct str text,
                  size_t fold_lines)
{
    struct buf clean = { 0 };

    buf_reserve(&clean, text.len);
    append_clean(&clean, text);
    bool big = clean.len > FOLD_BYTES
               || paste_lines(buf_str(&clean)) > fold_lines;
    if (big && draft->paste_count < LIMIT_PASTES)
        insert_folded(draft, from, draft->caret, &clean);
    else
        draft_replace(draft, from, draft->caret, buf_str(&clean));
    buf_release(&clean);
}

// --- units -----------------------------------------------------------------

static const struct draft_paste *paste_at(const struct draft *draft, size_t at)
{
    const char *mark = draft->text.at + at;

    if (*mark != MARK)
        return NULL;
    return &draft->pastes[(size_t)(mark[1] & 0x3f) << 6 | (mark[2] & 0x3f)];
}

void draft_expand(const struct draft *draft, size_t from, size_t to,
                  struct buf *out)
{
    struct str rest = str_take(buf_str(&draft->text), to);

    while (from < to) {
        size_t len = str_find_char(str_skip(rest, from), MARK);
        if (len > to - from)
            len = to - from;
        buf_append(out, str_take(str_skip(rest, from), len));
        from += len;
        if (from < to) {
            buf_append(out, buf_str(&paste_at(draft, from)->text));
            from += MARK_BYTES;
        }
    }
}

static size_t newlines(struct str text)
{
    return paste_lines(text)
           - (text.len > 0 && !str_ends_with(text, STR("\n")));
}

struct composer_size draft_size(const struct draft *draft)
{
    struct str rest = buf_str(&draft->text);
    struct composer_size size = { rest.len, newlines(rest), false };
    bool ends = str_ends_with(rest, STR("\n"));

    for (;;) {
        rest = str_skip(rest, str_find_char(rest, MARK));
        if (rest.len == 0)
            break;
        struct str text =
            buf_str(&paste_at(draft, (size_t)(rest.at - draft->text.at))->text);
        size.bytes += text.len - MARK_BYTES;
        size.lines += newlines(text);
        size.folded = true;
        rest = str_skip(rest, MARK_BYTES);
        if (rest.len == 0)
            ends = str_ends_with(text, STR("\n"));
    }
    size.lines += size.bytes > 0 && !ends;
    return size;
}

// --- folding ---------------------------------------------------------------

// Where the mark is that the caret stands on, or else just behind.
static bool mark_at_caret(const struct draft *draft, size_t *at)
{
    const struct buf *text = &draft->text;

    *at = draft->caret;
    if (*at < text->len && text->at[*at] == MARK)
        return true;
    *at -= MARK_BYTES;
    return draft->caret >= MARK_BYTES && text->at[*at] == MARK;
}

static enum composer_fold unfold(struct draft *draft, size_t at)
{
    struct str text = buf_str(&paste_at(draft, at)->text);

    if (text.len > LIMIT_UNFOLD_BYTES || draft->open_count == LIMIT_OPEN_PASTES)
        return COMPOSER_TOO_LONG;
    draft_replace(draft, at, at + MARK_BYTES, text);
    draft->open = grown(draft->open, draft->open_count, &draft->open_cap,
                        sizeof(draft->open[0]));
    draft->open[draft->open_count++] =
        (struct draft_range){ at, at + text.len };
    draft->caret = at;
    return COMPOSER_UNFOLDED;
}

static enum composer_fold fold(struct draft *draft, struct draft_range range)
{
    struct buf text = { 0 };

    if (draft->paste_count == LIMIT_PASTES)
        return COMPOSER_NO_PASTE;
    draft_expand(draft, range.start, range.end, &text);
    insert_folded(draft, range.start, range.end, &text);
    return COMPOSER_FOLDED;
}

enum composer_fold draft_fold(struct draft *draft)
{
    size_t at;

    if (mark_at_caret(draft, &at))
        return unfold(draft, at);
    for (size_t i = draft->open_count; i-- > 0;)
        if (draft->open[i].start <= draft->caret
            && draft->caret <= draft->open[i].end)
            return fold(draft, draft->open[i]);
    return COMPOSER_NO_PASTE;
}

// --- units, shown ----------------------------------------------------------

// Printable ASCII with nothing behind it that could join it.
static bool is_plain(struct str text)
{
    return text.at[0] >= 0x20 && text.at[0] < 0x7f
           && (text.len == 1 || (text.at[1] >= 0 && text.at[1] < 0x7f));
}

size_t draft_unit(const struct draft *draft, size_t at)
{
    struct str rest = str_skip(buf_str(&draft->text), at);
    size_t cells;

    if (rest.len == 0)
        return 0;
    if (rest.at[0] == '\n' || rest.at[0] == '\t' || is_plain(rest))
        return 1;
    if (rest.at[0] == MARK)
        return MARK_BYTES;
    size_t mark = str_find_char(str_take(rest, 256), MARK);
    size_t len = width_step(str_take(rest, mark), &cells);
    return len > 0 ? len : 1;
}

void draft_show(const struct draft *draft, size_t at, size_t col,
                struct buf *out)
{
    struct str unit =
        str_take(str_skip(buf_str(&draft->text), at), draft_unit(draft, at));
    const struct draft_paste *paste = paste_at(draft, at);

    if (paste)
        paste_show(paste, (size_t)(paste - draft->pastes) + 1, out);
    else if (unit.at[0] == '\t')
        buf_append(out, str_skip(STR("    "), col % TAB_CELLS));
    else if (unit.at[0] != '\n')
        utf8_sanitise(out, unit, false);
}

// --- motion ----------------------------------------------------------------

size_t draft_next(const struct draft *draft, size_t at)
{
    return at + draft_unit(draft, at);
}

size_t draft_line_start(const struct draft *draft, size_t at)
{
    size_t before = str_rfind_char(str_take(buf_str(&draft->text), at), '\n');

    return before == SIZE_MAX ? 0 : before + 1;
}

size_t draft_line_end(const struct draft *draft, size_t at)
{
    size_t len = str_find_char(str_skip(buf_str(&draft->text), at), '\n');

    return len == SIZE_MAX ? draft->text.len : at + len;
}

// A place at or before `at`, not far away, where surely a unit begins: before
// ASCII, or at worst (in a long run of other scripts) at some character.
static size_t safe_start(const struct draft *draft, size_t at)
{
    const char *text = draft->text.at;
    size_t start = at - 1;

    while (start > 0 && text[start] < 0 && at - start < STEP_BACK_BYTES)
        start--;
    while (start > 0 && (text[start] & 0xc0) == 0x80)
        start--;
    return start;
}

// Clusters are found forwards only (flags pair from the left).
size_t draft_previous(const struct draft *draft, size_t at)
{
    if (at == 0)
        return 0;
    size_t before = safe_start(draft, at);
    for (;;) {
        size_t next = draft_next(draft, before);
        if (next >= at)
            return before;
        before = next;
    }
}
