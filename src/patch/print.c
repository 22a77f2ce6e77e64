/*
 * Printing goes through the result: what the chosen part would write is
 * compared with the preimage. So the diff says exactly what kerf would do,
 * whatever was forgiven when its hunks were placed.
 */
#include "kerf/patch/print.h"

#include "diff_names.h"
#include "kerf/patch/diff.h"
#include "print_parts.h"

#define CONTEXT_LINES 3

static bool covers(struct target target, size_t file, size_t hunk)
{
    return (target.file == SELECT_ALL || target.file == file)
           && (target.file == SELECT_ALL || target.hunk == SELECT_ALL
               || target.hunk == hunk);
}

// The slot as if only the lines that are chosen had been accepted.
static struct slot chosen(const struct slot *slot, const struct hunk *hunk,
                          enum print_which which, size_t line,
                          struct arena *arena)
{
    struct slot copy = *slot;

    if (which == PRINT_FITTING)
        copy.decision = slot->fits ? DECISION_YES : DECISION_NO;
    if (line == SELECT_ALL || line >= hunk->line_count)
        return copy;
    unsigned char *lines = arena_alloc(arena, hunk->line_count);
    lines[line] = (unsigned char)slot_line(&copy, line);
    copy.decision = DECISION_MIXED;
    copy.lines = lines;
    return copy;
}

struct selection print_shadow(const struct selection *sel,
                              enum print_which which, struct target target,
                              struct arena *arena)
{
    struct selection shadow = { .patch = sel->patch, .count = sel->count };

    shadow.files = arena_array(arena, sel->count, sizeof(*shadow.files));
    for (size_t f = 0; f < sel->count; f++) {
        const struct review_file *rf = &sel->files[f];
        struct slot *slots = arena_array(arena, rf->count, sizeof(*slots));
        bool whole = target.file == SELECT_ALL || target.hunk == SELECT_ALL;
        for (size_t h = 0; h < rf->count; h++)
            if (covers(target, f, h))
                slots[h] = chosen(&rf->slots[h], &sel->patch->files[f].hunks[h],
                                  which, whole ? SELECT_ALL : target.line,
                                  arena);
            else
                slots[h] = (struct slot){ .place = rf->slots[h].place,
                                          .fits = rf->slots[h].fits,
                                          .decision = DECISION_NO };
        shadow.files[f] = *rf;
        shadow.files[f].slots = slots;
    }
    return shadow;
}

bool selection_print(const struct selection *sel, enum print_which which,
                     struct target target, struct buf *out, struct error *err)
{
    struct arena arena = { 0 };
    struct selection shadow = print_shadow(sel, which, target, &arena);
    size_t before = out->len;
    bool fine = true;

    for (size_t f = 0; fine && f < shadow.count; f++) {
        struct file_result result;
        fine = selection_result(&shadow, f, &arena, &result, err);
        if (fine)
            diff_print_result(out, &result, sel->files[f].pre.mode,
                              CONTEXT_LINES);
    }
    if (!fine)
        out->len = before;
    arena_release(&arena);
    return fine;
}

static void put_line(struct buf *out, const struct patch_line *line)
{
    static const char marks[] = {
        [LINE_CONTEXT] = ' ', [LINE_REMOVED] = '-', [LINE_ADDED] = '+'
    };

    buf_append_char(out, marks[line->kind]);
    buf_append(out, line->text);
    buf_append_char(out, '\n');
    if (line->no_newline)
        buf_append(out, STR("\\ No newline at end of file\n"));
}

// The hunk as the patch has it, for one that does not fit.
static void put_as_written(const struct file_patch *file,
                           const struct hunk *hunk, struct buf *out)
{
    size_t line = hunk->hint == HUNK_NO_HINT ? 0 : hunk->hint;
    size_t before = 0, after = 0;
    bool added = file->action == FILE_ADD || file->action == FILE_REPLACE;
    bool gone = file->action == FILE_DELETE;

    for (size_t i = 0; i < hunk->line_count; i++) {
        before += hunk->lines[i].kind != LINE_ADDED;
        after += hunk->lines[i].kind != LINE_REMOVED;
    }
    diff_put_side(out, "--- ", added ? "" : "a/",
                  added ? STR("/dev/null") : file->path);
    diff_put_side(out, "+++ ", gone ? "" : "b/",
                  gone ? STR("/dev/null") : file->path);
    buf_append(out, STR("@@ "));
    diff_put_range(out, '-', line, before);
    buf_append_char(out, ' ');
    diff_put_range(out, '+', line, after);
    buf_append(out, STR(" @@\n"));
    for (size_t i = 0; i < hunk->line_count; i++)
        put_line(out, &hunk->lines[i]);
}

void selection_hunk_patch(const struct selection *sel, size_t file, size_t hunk,
                          struct buf *out)
{
    struct target target = { file, hunk, SELECT_ALL };
    struct error err;

    if (file >= sel->count || hunk >= sel->files[file].count)
        return;
    const struct slot *slot = &sel->files[file].slots[hunk];
    bool part = slot->decision == DECISION_MIXED;
    size_t before = out->len;
    bool printed = slot->fits
                   && selection_print(sel,
                                      part ? PRINT_ACCEPTED : PRINT_FITTING,
                                      target, out, &err);
    const struct file_patch *what = &sel->patch->files[file];
    if ((!printed || out->len == before) && what->hunks[hunk].line_count > 0)
        put_as_written(what, &what->hunks[hunk], out);
}
