/*
 * The text of an update. Untouched lines are copied in runs, byte for byte;
 * each accepted line is dropped or put in front of the preimage line it was
 * written before. Endings: an inserted line ends as its neighbour does, or
 * as the patch says if that speaks of endings at all.
 */
#include "slots.h"

#include "indent.h"

#define BOM STR("\xef\xbb\xbf")

struct writer {
    const struct text *text;
    struct buf *out;
    bool assume;
    bool bom_in_line; // the patch itself handles the mark as part of line 0
    size_t next;      // the next preimage line to copy
    bool open;        // what was written last has no newline yet
    // What was written last, if it was an inserted line:
    const struct hunk *last_hunk;
    size_t last_ending; // bytes
};

// How the lines around preimage line `line` end.
static struct str neighbour_ending(const struct text *text, size_t line)
{
    for (size_t i = line < text->lines.count ? line : text->lines.count; i > 0;
         i--) {
        struct str ending = text_ending(text, i - 1);
        if (ending.len > 0)
            return ending;
    }
    for (size_t i = line; i < text->lines.count; i++) {
        struct str ending = text_ending(text, i);
        if (ending.len > 0)
            return ending;
    }
    return STR("\n");
}

static void close_line(struct writer *w)
{
    if (w->open)
        buf_append(w->out, neighbour_ending(w->text, w->next));
    w->open = false;
}

static void copy_until(struct writer *w, size_t line)
{
    if (w->next >= line)
        return;
    close_line(w);
    if (w->next == 0 && w->bom_in_line)
        buf_append(w->out, BOM);
    const char *start = w->text->lines.at[w->next].at;
    struct str last = text_whole_line(w->text, line - 1);
    buf_append(w->out,
               (struct str){ start, (size_t)(last.at + last.len - start) });
    w->open = text_ending(w->text, line - 1).len == 0;
    w->next = line;
    w->last_hunk = NULL;
}

static struct str inserted_ending(const struct writer *w,
                                  const struct slot *slot,
                                  const struct patch_line *line)
{
    if (slot->literal)
        return !line->no_newline && str_ends_with(line->text, STR("\r"))
                   ? STR("\r\n")
                   : STR("\n");
    return neighbour_ending(w->text, w->next);
}

static void insert(struct writer *w, const struct slot *slot,
                   const struct hunk *hunk, const struct indent *indent,
                   const struct patch_line *line)
{
    struct str ending = inserted_ending(w, slot, line);
    struct str text = line->text;

    close_line(w);
    if (!line->no_newline && str_ends_with(text, STR("\r")))
        text.len--;
    if (w->text->bom && !w->bom_in_line && w->out->len == 3
        && str_starts_with(text, BOM))
        text = str_skip(text, 3);
    if (indent->shifts || slot->place.fit >= FIT_INDENT)
        indent_append(indent, text, w->out);
    else
        buf_append(w->out, text);
    buf_append(w->out, ending);
    w->last_hunk = hunk;
    w->last_ending = ending.len;
}

// Carries out line `i` of a hunk at preimage line `line`.
static bool edit_line(struct writer *w, const struct slot *slot,
                      const struct hunk *hunk, const struct indent *indent,
                      size_t i, size_t line, struct error *err)
{
    const struct patch_line *what = &hunk->lines[i];

    if (what->kind == LINE_CONTEXT || !slot_accepts(slot, i, w->assume))
        return true;
    if (line < w->next)
        return error_set(err, ERROR_CONFLICT,
                         "two accepted hunks overlap at line %zu", line + 1);
    copy_until(w, line);
    if (what->kind == LINE_ADDED)
        insert(w, slot, hunk, indent, what);
    else
        w->next = line + 1;
    return true;
}

static bool edit_hunk(struct writer *w, const struct slot *slot,
                      const struct hunk *hunk, struct error *err)
{
    struct indent indent = indent_of(w->text, hunk, slot);
    size_t line = slot->place.line;

    if (slot->steps) { // merged: the lines do not stand one behind the other
        for (size_t i = 0; i < slot->step_count; i++)
            if (!edit_line(w, slot, hunk, &indent, slot->steps[i].line,
                           slot->steps[i].at, err))
                return false;
        return true;
    }
    for (size_t i = 0; i < hunk->line_count; i++) {
        if (!edit_line(w, slot, hunk, &indent, i, line, err))
            return false;
        line += hunk->lines[i].kind != LINE_ADDED;
    }
    return true;
}

// Whether a newline ends the text, if its last line was inserted.
static bool wants_newline(const struct writer *w, enum patch_format format)
{
    bool before = false, after = false;

    if (format == PATCH_APPLY)
        return true;
    for (size_t i = 0; i < w->last_hunk->line_count; i++) {
        const struct patch_line *line = &w->last_hunk->lines[i];
        before |= line->kind != LINE_ADDED && line->no_newline;
        after |= line->kind != LINE_REMOVED && line->no_newline;
    }
    if (before != after || w->text->lines.count == 0)
        return !after;
    return !text_is_cut(w->text); // the patch leaves it as it is
}

// The patch shows the mark in a line that it replaces or keeps at the top.
static bool names_bom(const struct review_file *rf,
                      const struct file_patch *file, bool assume)
{
    for (size_t h = 0; h < rf->count && h < file->hunk_count; h++) {
        const struct hunk *hunk = &file->hunks[h];
        if (rf->slots[h].place.line != 0
            || !slot_accepts_any(&rf->slots[h], hunk, assume))
            continue;
        for (size_t i = 0; i < hunk->line_count; i++)
            if (hunk->lines[i].kind != LINE_ADDED)
                return str_starts_with(hunk->lines[i].text, BOM);
    }
    return false;
}

// Hunks without context that go to the end come last, wherever they stand.
static bool goes_to_end(const struct text *text, const struct slot *slot)
{
    return slot->place.count == 0 && slot->place.line == text->lines.count;
}

bool edit_text(const struct patch *patch, const struct file_patch *file,
               const struct review_file *rf, bool assume, struct buf *out,
               struct error *err)
{
    struct writer w = { .text = &rf->text, .out = out, .assume = assume };

    w.bom_in_line = rf->text.bom && names_bom(rf, file, assume);
    if (rf->text.bom && !w.bom_in_line)
        buf_append(out, BOM);
    for (int pass = 0; pass < 2; pass++)
        for (size_t h = 0; h < rf->count && h < file->hunk_count; h++)
            if (goes_to_end(&rf->text, &rf->slots[h]) == (pass == 1)
                && !edit_hunk(&w, &rf->slots[h], &file->hunks[h], err))
                return error_prefix(err, "hunk %zu", h + 1);
    copy_until(&w, rf->text.lines.count);
    if (w.last_hunk && !wants_newline(&w, patch->format))
        out->len -= w.last_ending;
    return true;
}
