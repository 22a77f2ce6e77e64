/* A closer look at the hunk: its lines with numbers, the file around it, the
 * texts of a conflict. */
#include "kerf/patch/merge.h"

#include "inline_review.h"

#define LINES_AROUND 10

static void tell_line(struct inline_ui *ui, size_t number, char mark,
                      struct str text)
{
    struct buf *out = inline_line_of(ui);

    buf_printf(out, "%zu %c", number, mark);
    utf8_sanitise(out, text, true);
    buf_append_char(out, '\n');
}

void letter_number(struct inline_ui *ui, const struct selection *sel,
                   struct str rest)
{
    const struct hunk *hunk = walk_hunk(&ui->walk, sel);

    (void)rest;
    for (size_t i = 0; i < hunk->line_count; i++)
        tell_line(ui, i + 1, " -+"[hunk->lines[i].kind], hunk -> lines[i].text);
}

void letter_around(struct inline_ui *ui, const struct selection *sel,
                   struct str rest)
{
    const struct walk *walk = &ui->walk;
    struct lines lines = selection_lines(sel, walk->file);
    const struct hunk_place *place =
        selection_place(sel, walk->file, walk->hunk);
    size_t line = place->state == HUNK_CONFLICT ? place->nearest : place->line;
    size_t first = line > LINES_AROUND ? line - LINES_AROUND : 0;
    size_t end = line + place->count + LINES_AROUND;

    (void)rest;
    if (lines.count == 0) {
        inline_say(ui, "the file is not there yet, or empty.");
        return;
    }
    if (end > lines.count)
        end = lines.count;
    inline_say(ui, "lines %zu to %zu of %zu, as the file is now:", first + 1,
               end, lines.count);
    for (size_t i = first; i < end; i++)
        tell_line(ui, i + 1, ' ', lines.at[i]);
}

static void tell_text(struct inline_ui *ui, const char *title,
                      struct lines lines, size_t first)
{
    inline_say(ui, "%s:", title);
    for (size_t i = 0; i < lines.count; i++)
        tell_line(ui, first + i + 1, ' ', lines.at[i]);
    if (lines.count == 0)
        inline_say(ui, "no line.");
}

// What is nearest stands with the hunk already.
void letter_conflict(struct inline_ui *ui, const struct selection *sel,
                     struct str rest)
{
    struct conflict_view view;

    (void)rest;
    if (!selection_conflict(sel, ui->walk.file, ui->walk.hunk, &view)) {
        inline_say(ui, "no change of yours is in its way; o shows the file.");
        return;
    }
    tell_text(ui, "ours, in the file now", view.ours, view.ours_line);
    tell_text(ui, "base, before both", view.base, view.base_line);
    tell_text(ui, "proposed", view.theirs, view.base_line);
}
