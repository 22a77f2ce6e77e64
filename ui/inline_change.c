/* Letters that change the hunk, or say something about it to the model. */
#include "kerf/patch/note.h"
#include "kerf/patch/print.h"
#include "kerf/patch/shape.h"

#include "inline_review.h"

// --- its lines ---------------------------------------------------------------

// Context between two changes is where it can be split.
static bool can_split(const struct hunk *hunk)
{
    bool changed = false, apart = false;

    for (size_t i = 0; i < hunk->line_count; i++) {
        bool context = hunk->lines[i].kind == LINE_CONTEXT;
        if (!context && apart)
            return true;
        changed = changed || !context;
        apart = changed && context;
    }
    return false;
}

void letter_split(struct inline_ui *ui, const struct selection *sel,
                  struct str rest)
{
    const struct walk *walk = &ui->walk;

    (void)rest;
    if (selection_patch(sel)->files[walk->file].action != FILE_UPDATE) {
        inline_say(ui, "only a change of a file can be split.");
    } else if (!can_split(walk_hunk(walk, sel))) {
        inline_say(ui, "no context between changes to split at: y and n with "
                       "lines decide these, as in y 3-5.");
    } else {
        inline_want(ui, CMD_SPLIT)->target = walk_target(walk);
        walk_stand(ui, walk->file, walk->hunk);
    }
}

void letter_edit(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    struct walk *walk = &ui->walk;
    struct target target = walk_target(walk);
    bool again = walk->edit.len > 0 && walk->edited.file == target.file
                 && walk->edited.hunk == target.hunk;
    struct str text = again ? buf_str(&walk->edit) : (struct str){ 0 };

    (void)rest;
    if (selection_patch(sel)->files[walk->file].action == FILE_DELETE
        || walk_hunk(walk, sel)->line_count == 0) {
        inline_say(ui, "there are no lines to edit.");
        return;
    }
    inline_want_text(ui, CMD_EDIT_HUNK, text)->target = target;
    buf_reset(&walk->edit);
    walk_stand(ui, walk->file, walk->hunk);
}

void letter_open(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    const struct walk *walk = &ui->walk;
    const struct preimage *pre = selection_preimage(sel, walk->file);
    const struct hunk_place *place =
        selection_place(sel, walk->file, walk->hunk);

    (void)rest;
    if (!pre || !pre->exists || pre->unreadable.len > 0) {
        inline_say(ui, "there is no such file to open.");
        return;
    }
    struct command *command = inline_want_text(
        ui, CMD_EDIT_FILE, selection_patch(sel)->files[walk->file].path);
    command->target.line = place->state == HUNK_CONFLICT ? place->nearest
                                                         : place->line;
    walk_stand(ui, walk->file, walk->hunk);
}

static void change_version(struct inline_ui *ui, const struct selection *sel,
                           int by)
{
    const struct walk *walk = &ui->walk;

    if (selection_marks(sel, walk->file, walk->hunk).alternatives < 2) {
        inline_say(ui, "there is no other version: R asks for one.");
        return;
    }
    struct command *command = inline_want(ui, CMD_ALTERNATIVE);
    command->target = walk_target(walk);
    command->by = by;
    walk_stand(ui, walk->file, walk->hunk);
}

void letter_next_version(struct inline_ui *ui, const struct selection *sel,
                         struct str rest)
{
    (void)rest;
    change_version(ui, sel, 1);
}

void letter_last_version(struct inline_ui *ui, const struct selection *sel,
                         struct str rest)
{
    (void)rest;
    change_version(ui, sel, -1);
}

void letter_copy(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    struct buf out = { 0 };

    (void)rest;
    selection_hunk_patch(sel, ui->walk.file, ui->walk.hunk, &out);
    inline_want_text(ui, CMD_COPY_PATCH, buf_str(&out));
    buf_release(&out);
}

// --- words about it ----------------------------------------------------------

static void note(struct inline_ui *ui, struct target target, size_t last_line,
                 struct str text)
{
    if (text.len > LIMIT_NOTE_BYTES) {
        inline_say(ui, "a comment has at most %zu bytes.", LIMIT_NOTE_BYTES);
        return;
    }
    struct command *command = inline_want_text(ui, CMD_NOTE, text);
    command->target = target;
    command->last_line = last_line;
    inline_say(ui, "noted.");
    ui->walk.stay = true;
}

// `c TEXT`, or `c3 TEXT` and `c3-5 TEXT` for lines.
void letter_note(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    struct target target = walk_target(&ui->walk);
    struct line_range range = { SELECT_ALL, SELECT_ALL };
    bool lines = rest.len > 0 && rest.at[0] >= '0' && rest.at[0] <= '9';

    if (lines) {
        if (!range_take(ui, walk_hunk(&ui->walk, sel), &rest, &range))
            return;
        target.line = range.first;
        if (str_trim(rest).len == 0) {
            inline_say(ui, "c LINES TEXT comments on lines.");
            return;
        }
    }
    rest = str_trim(rest);
    if (rest.len == 0)
        ui->walk.words = WORDS_NOTE;
    else
        note(ui, target, range.last, rest);
}

void letter_note_file(struct inline_ui *ui, const struct selection *sel,
                      struct str rest)
{
    struct target target = { ui->walk.file, SELECT_ALL, SELECT_ALL };

    (void)sel;
    if (rest.len == 0)
        ui->walk.words = WORDS_NOTE_FILE;
    else
        note(ui, target, SELECT_ALL, rest);
}

void letter_reask(struct inline_ui *ui, const struct selection *sel,
                  struct str rest)
{
    (void)sel;
    if (ui->options.review_only) {
        inline_say(ui, "there is no model here to ask.");
    } else if (rest.len == 0) {
        ui->walk.words = WORDS_REASK;
    } else {
        inline_want_text(ui, CMD_REASK, rest)->target = walk_target(&ui->walk);
        ui->walk.stay = true;
    }
}
