/* A hunk for eyes that see one line after the other, or for ears: where it
 * is, how it fits, then its lines, each beginning with what becomes of it. */
#include "kerf/patch/explain.h"
#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"
#include "kerf/base/utf8.h"

#include "deed.h"
#include "inline_review.h"

static const char *action_of(const struct file_patch *file)
{
    switch (file->action) {
    case FILE_ADD: return ", a new file";
    case FILE_DELETE: return ", to be deleted";
    case FILE_REPLACE: return ", replaced as a whole";
    case FILE_UPDATE: break;
    }
    if (file->move_to.len == 0)
        return "";
    return file->is_copy ? ", copied to " : ", moved to ";
}

static void tell_reason(struct inline_ui *ui, struct buf *out,
                        const struct hunk_place *place)
{
    if (place->reason.len > 0)
        buf_printf(out, ": %.*s", STR_ARG(inline_safe(ui, place->reason)));
}

// A sentence for each state, without its period.
static void tell_place(struct inline_ui *ui, struct buf *out,
                       const struct hunk_place *place)
{
    size_t line = place->line + 1;

    switch (place->state) {
    case HUNK_ARRIVING: buf_printf(out, "still arriving"); break;
    case HUNK_OK: buf_printf(out, "fits at line %zu", line); break;
    case HUNK_MOVED:
        buf_printf(out, "fits at line %zu, moved by %+ld", line,
                   place->moved_by);
        break;
    case HUNK_FUZZY: buf_printf(out, "fits loosely at line %zu", line); break;
    case HUNK_MERGED:
        buf_printf(out, "merged with what changed, at line %zu", line);
        break;
    case HUNK_APPLIED: buf_printf(out, "is in the file already"); break;
    case HUNK_AMBIGUOUS: buf_printf(out, "fits in two places"); break;
    case HUNK_CONFLICT: buf_printf(out, "conflict, does not fit"); break;
    case HUNK_STALE: buf_printf(out, "the file has changed since"); break;
    }
    tell_reason(ui, out, place);
}

static const char *decision_words(enum decision decision)
{
    switch (decision) {
    case DECISION_NONE: return "";
    case DECISION_YES: return " accepted.";
    case DECISION_NO: return " refused.";
    case DECISION_MIXED: return " accepted in part.";
    }
    return "";
}

static void tell_head(struct inline_ui *ui, const struct proposal *proposal,
                      size_t file, size_t hunk)
{
    const struct selection *sel = proposal->selection;
    const struct patch *patch = selection_patch(sel);
    const struct file_patch *entry = &patch->files[file];
    const char *more = proposal->complete ? "" : " or more";
    struct hunk_marks marks = selection_marks(sel, file, hunk);
    struct target target = { file, hunk, SELECT_ALL };
    const struct preimage *pre = selection_preimage(sel, file);
    const char *mode = deed_mode(entry, pre);
    struct buf *out = inline_line_of(ui);

    buf_printf(out, "file %zu of %zu%s, %.*s%s%.*s. ", file + 1,
               patch->file_count, more, STR_ARG(inline_safe(ui, entry->path)),
               action_of(entry), STR_ARG(inline_safe(ui, entry->move_to)));
    if (mode[0])
        buf_printf(out, "it becomes %s. ", mode);
    if (pre && pre->unreadable.len > 0 && !entry->binary)
        buf_printf(out, "it cannot be patched: %.*s. ",
                   STR_ARG(inline_safe(ui, pre->unreadable)));
    buf_printf(out, "hunk %zu of %zu%s, ", hunk + 1, entry->hunk_count,
               entry->complete ? "" : " or more");
    tell_place(ui, out, selection_place(sel, file, hunk));
    buf_printf(out, ".%s%s%s", decision_words(selection_decision(sel, target)),
               marks.carried ? " kept from the version before." : "",
               entry->hunks[hunk].edited ? " edited." : "");
    if (marks.asked)
        buf_append(out, STR(" another version is asked for."));
    if (marks.alternatives > 1)
        buf_printf(out, " version %zu of %zu.", marks.alternative + 1,
                   marks.alternatives);
    buf_append_char(out, '\n');
}

static void tell_lines(struct inline_ui *ui, const struct selection *sel,
                       size_t file, const struct hunk *hunk)
{
    static const char *const spoken[] = { [LINE_CONTEXT] = "same: ",
                                          [LINE_REMOVED] = "removed: ",
                                          [LINE_ADDED] = "added: " };
    static const char *const marks[] = {
        [LINE_CONTEXT] = " ", [LINE_REMOVED] = "-", [LINE_ADDED] = "+"
    };
    const char *const *words = ui->options.spoken ? spoken : marks;
    struct buf *out = inline_line_of(ui);

    for (size_t i = 0; i < hunk->line_count; i++) {
        buf_append(out, str_from(words[hunk->lines[i].kind]));
        utf8_sanitise(out, hunk->lines[i].text, true);
        buf_append_char(out, '\n');
        if (hunk->lines[i].no_newline)
            buf_append(out, STR("no newline at the end of the file\n"));
    }
    if (hunk->line_count == 0)
        inline_say(
            ui, "%.*s.",
            STR_ARG(deed_words(&ui->scratch, &selection_patch(sel)->files[file],
                               selection_preimage(sel, file))));
}

void hunk_tell_briefly(struct inline_ui *ui, const struct selection *sel,
                       size_t file, size_t hunk, size_t number)
{
    const struct file_patch *entry = &selection_patch(sel)->files[file];
    struct target target = { file, hunk, SELECT_ALL };
    struct buf *out = inline_line_of(ui);

    buf_printf(out, "%zu - %.*s, ", number,
               STR_ARG(inline_safe(ui, entry->path)));
    tell_place(ui, out, selection_place(sel, file, hunk));
    buf_printf(out, ".%s\n", decision_words(selection_decision(sel, target)));
}

static bool is_of(const struct note *note, size_t file, size_t hunk)
{
    return note->target.file == file
           && (note->target.hunk == hunk || note->target.hunk == SELECT_ALL);
}

static void tell_subject(struct buf *out, const struct note *note)
{
    if (note->target.hunk == SELECT_ALL)
        buf_append(out, STR(" on the file"));
    else if (note->target.line != SELECT_ALL
             && note->last_line > note->target.line)
        buf_printf(out, " on lines %zu to %zu", note->target.line + 1,
                   note->last_line + 1);
    else if (note->target.line != SELECT_ALL)
        buf_printf(out, " on line %zu", note->target.line + 1);
}

static void tell_notes(struct inline_ui *ui, const struct selection *sel,
                       size_t file, size_t hunk)
{
    for (size_t i = 0; i < selection_note_count(sel); i++) {
        const struct note *note = selection_note_at(sel, i);
        if (!is_of(note, file, hunk))
            continue;
        struct buf *out = inline_line_of(ui);
        buf_append(out, STR("comment"));
        tell_subject(out, note);
        buf_printf(out, ": %.*s\n", STR_ARG(inline_safe(ui, note->text)));
    }
}

void hunk_tell(struct inline_ui *ui, const struct proposal *proposal,
               size_t file, size_t hunk)
{
    const struct selection *sel = proposal->selection;
    const struct hunk *entry = &selection_patch(sel)->files[file].hunks[hunk];

    tell_head(ui, proposal, file, hunk);
    tell_lines(ui, sel, file, entry);
    if (selection_place(sel, file, hunk)->state == HUNK_CONFLICT)
        selection_explain(sel, file, hunk, inline_line_of(ui));
    if (hunk_has_hidden(entry))
        buf_append(inline_line_of(ui),
                   STR("careful: it adds characters that hide or reorder "
                       "text, shown as <U+...>\n"));
    tell_notes(ui, sel, file, hunk);
}
