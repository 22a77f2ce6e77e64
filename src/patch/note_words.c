/*
 * Notes in words for the model. Lines are named by the numbers they have in
 * the file, before and after the patch, and shown, so that the model need not
 * count.
 */
#include "slots.h"

#define SHOWN_LINES 3 // of a range

struct numbers {
    size_t before, after; // 1-based
};

// Lines that the hunks before this one add to the file, if all are applied.
static long added_before(const struct file_patch *file, size_t hunk)
{
    long sum = 0;

    for (size_t h = 0; h < hunk; h++)
        for (size_t i = 0; i < file->hunks[h].line_count; i++) {
            sum += file->hunks[h].lines[i].kind == LINE_ADDED;
            sum -= file->hunks[h].lines[i].kind == LINE_REMOVED;
        }
    return sum;
}

static struct numbers number_of(const struct selection *sel, struct target at,
                                size_t line)
{
    const struct file_patch *file = &sel->patch->files[at.file];
    const struct hunk *hunk = &file->hunks[at.hunk];
    const struct slot *slot = &sel->files[at.file].slots[at.hunk];
    size_t first = slot->fits                   ? slot->place.line
                   : hunk->hint != HUNK_NO_HINT ? hunk->hint
                                                : 0;
    struct numbers n = { first + 1, first + 1 };
    long shift = added_before(file, at.hunk);

    for (size_t i = 0; i < line; i++) {
        n.before += hunk->lines[i].kind != LINE_ADDED;
        n.after += hunk->lines[i].kind != LINE_REMOVED;
    }
    if (shift > 0 || n.after > (size_t)-shift)
        n.after += (size_t)shift;
    return n;
}

static void put_line_name(const struct selection *sel, struct target at,
                          size_t line, struct buf *out)
{
    struct numbers n = number_of(sel, at, line);

    switch (sel->patch->files[at.file].hunks[at.hunk].lines[line].kind) {
    case LINE_CONTEXT:
        buf_printf(out, "line %zu (new %zu)", n.before, n.after);
        return;
    case LINE_REMOVED: buf_printf(out, "old line %zu", n.before); return;
    case LINE_ADDED: buf_printf(out, "new line %zu", n.after); return;
    }
}

static void put_lines(const struct selection *sel, const struct note *note,
                      struct buf *out)
{
    static const char marks[] = {
        [LINE_CONTEXT] = ' ', [LINE_REMOVED] = '-', [LINE_ADDED] = '+'
    };
    struct target at = note->target;
    const struct hunk *hunk = &sel->patch->files[at.file].hunks[at.hunk];

    for (size_t i = at.line; i <= note->last_line; i++) {
        if (i == at.line + SHOWN_LINES && i < note->last_line) {
            buf_append(out, STR("    ...\n"));
            i = note->last_line;
        }
        buf_printf(out, "    %c%.*s\n", marks[hunk->lines[i].kind],
                   STR_ARG(hunk->lines[i].text));
    }
}

static void put_text(struct str text, struct buf *out)
{
    struct str line;

    for (bool first = true; str_split(&text, '\n', &line); first = false) {
        buf_append(out, first ? STR("") : STR("    "));
        buf_append(out, line);
        buf_append_char(out, '\n');
    }
}

static void put_name(const struct selection *sel, const struct note *note,
                     struct buf *out)
{
    struct target at = note->target;

    if (at.hunk == SELECT_ALL) {
        buf_append(out, STR("the file"));
        return;
    }
    buf_printf(out, "hunk %zu", at.hunk + 1);
    if (at.line == SELECT_ALL)
        return;
    buf_append(out, STR(", "));
    put_line_name(sel, at, at.line, out);
    if (note->last_line == at.line)
        return;
    buf_append(out, STR(" to "));
    put_line_name(sel, at, note->last_line, out);
}

void note_put(const struct selection *sel, const struct note *note,
              struct buf *out)
{
    buf_append(out, STR("  note on "));
    put_name(sel, note, out);
    buf_append(out, STR(": "));
    put_text(note->text, out);
    if (note->target.line != SELECT_ALL)
        put_lines(sel, note, out);
}
