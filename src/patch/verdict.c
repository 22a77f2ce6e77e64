/*
 * The verdict for the model: one line a file, and a few more only where the
 * model has something to do. What did not apply comes with the lines that
 * stand there instead, so that it can repair the patch without reading.
 */
#include "slots.h"

#define SHOWN_LINES 12 // of a file or a hunk
#define SHOWN_HUNKS 50 // in detail

static const char *action_name(const struct file_patch *file)
{
    switch (file->action) {
    case FILE_ADD: return "new file";
    case FILE_DELETE: return "deletion";
    case FILE_REPLACE: return "whole file";
    case FILE_UPDATE: return file->move_to.len ? "update and move" : "update";
    }
    return "";
}

static void put_found(const struct review_file *rf, const struct hunk *hunk,
                      const struct hunk_place *place, struct buf *out)
{
    size_t line = place->nearest, end = line;

    for (size_t i = 0; i < hunk->line_count; i++)
        end += hunk->lines[i].kind != LINE_ADDED;
    if (end > line + SHOWN_LINES)
        end = line + SHOWN_LINES;
    if (end > rf->text.lines.count)
        end = rf->text.lines.count;
    if (line >= end)
        return;
    buf_append(out, STR("    the file has there:\n"));
    for (; line < end; line++)
        buf_printf(out, "    %zu: %.*s\n", line + 1,
                   STR_ARG(rf->text.lines.at[line]));
}

static void put_left_out(const struct slot *slot, const struct hunk *hunk,
                         struct buf *out)
{
    size_t shown = 0;

    for (size_t i = 0; i < hunk->line_count; i++) {
        const struct patch_line *line = &hunk->lines[i];
        if (line->kind == LINE_CONTEXT || slot_accepts(slot, i, false))
            continue;
        if (shown++ == SHOWN_LINES) {
            buf_append(out, STR("    ...\n"));
            return;
        }
        buf_printf(out, "    %c%.*s\n", line->kind == LINE_ADDED ? '+' : '-',
                   STR_ARG(line->text));
    }
}

// What became of the hunk; NULL if it was simply accepted.
static const char *fate(const struct slot *slot)
{
    switch (slot->place.state) {
    case HUNK_ARRIVING: return "not complete";
    case HUNK_APPLIED: return "already in the file";
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT: return "does not apply";
    case HUNK_STALE: return slot->fits ? NULL : "does not apply";
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED: return NULL;
    }
    return NULL;
}

static const char *decision_name(enum decision decision)
{
    switch (decision) {
    case DECISION_NONE: return "not decided";
    case DECISION_NO: return "refused";
    case DECISION_MIXED: return "accepted in part, left out:";
    case DECISION_YES: return NULL;
    }
    return NULL;
}

static bool put_hunk(const struct review_file *rf, const struct hunk *hunk,
                     const struct slot *slot, size_t number, struct buf *out)
{
    const char *what = fate(slot);
    bool decided_no = slot->decision == DECISION_NO;
    bool lost = what && slot->place.state != HUNK_APPLIED;

    if (!what || decided_no)
        what = decision_name(slot->decision);
    if (!what)
        return false;
    buf_printf(out, "  hunk %zu", number);
    if (slot->fits && rf->text.lines.count > 0)
        buf_printf(out, " (line %zu)", slot->place.line + 1);
    buf_printf(out, ": %s", what);
    if (lost && !decided_no && slot->place.reason.len > 0)
        buf_printf(out, ": %.*s", STR_ARG(slot->place.reason));
    buf_append_char(out, '\n');
    if (slot->place.state == HUNK_CONFLICT && !decided_no)
        put_found(rf, hunk, &slot->place, out);
    if (slot->decision == DECISION_MIXED)
        put_left_out(slot, hunk, out);
    return true;
}

static void put_file(const struct selection *sel, size_t file, size_t *shown,
                     struct buf *out)
{
    const struct file_patch *what = &sel->patch->files[file];
    const struct review_file *rf = &sel->files[file];
    struct selection_counts sum = selection_count(sel, file);

    buf_append(out, what->path);
    if (what->move_to.len > 0)
        buf_printf(out, " -> %.*s", STR_ARG(what->move_to));
    if (sum.yes == sum.hunks)
        buf_printf(out, ": %s accepted\n", action_name(what));
    else if (sum.hunks == 1)
        buf_printf(out, ": %s\n", action_name(what));
    else
        buf_printf(out, ": %zu of %zu hunks accepted\n", sum.yes, sum.hunks);
    for (size_t h = 0; h < rf->count && *shown < SHOWN_HUNKS; h++)
        *shown += put_hunk(rf, &what->hunks[h], &rf->slots[h], h + 1, out);
    for (size_t i = 0; i < sel->notes.count; i++)
        if (sel->notes.at[i]->target.file == file)
            note_put(sel, sel->notes.at[i], out);
}

void selection_verdict(const struct selection *sel, struct buf *out)
{
    size_t shown = 0;

    for (size_t f = 0; f < sel->count; f++)
        put_file(sel, f, &shown, out);
    if (shown == SHOWN_HUNKS)
        buf_append(out, STR("(more hunks are not listed)\n"));
}
