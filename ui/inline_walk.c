/*
 * The walk through a review stands on a hunk; a decision lets it go on to the
 * next one that is undecided. Hunks that have not arrived are waited for;
 * behind the last one it is asked whether to write.
 */
#include "kerf/patch/shape.h"

#include "inline_review.h"

const struct proposal *walk_proposal(const struct inline_ui *ui,
                                     const struct session *session)
{
    return &session->proposals[ui->walk.proposal];
}

struct target walk_target(const struct walk *walk)
{
    return (struct target){ walk->file, walk->hunk, SELECT_ALL };
}

const struct hunk *walk_hunk(const struct walk *walk,
                             const struct selection *sel)
{
    return &selection_patch(sel)->files[walk->file].hunks[walk->hunk];
}

// --- in the order of the patch -----------------------------------------------

bool walk_is_ready(const struct selection *sel, size_t file, size_t hunk)
{
    const struct file_patch *entry = &selection_patch(sel)->files[file];

    return entry->hunks[hunk].complete
           && selection_place(sel, file, hunk)->state != HUNK_ARRIVING;
}

bool walk_is_undecided(const struct selection *sel, size_t file, size_t hunk)
{
    struct target target = { file, hunk, SELECT_ALL };

    return walk_is_ready(sel, file, hunk)
           && selection_place(sel, file, hunk)->state != HUNK_APPLIED
           && selection_decision(sel, target) == DECISION_NONE;
}

bool walk_step(const struct patch *patch, size_t *file, size_t *hunk, int by)
{
    if (by > 0 && *hunk + 1 < patch->files[*file].hunk_count) {
        (*hunk)++;
        return true;
    }
    if (by < 0 && *hunk > 0) {
        (*hunk)--;
        return true;
    }
    for (size_t f = *file; by > 0 ? ++f < patch->file_count : f-- > 0;) {
        if (patch->files[f].hunk_count == 0)
            continue;
        *file = f;
        *hunk = by > 0 ? 0 : patch->files[f].hunk_count - 1;
        return true;
    }
    return false;
}

bool walk_find(const struct selection *sel, size_t *file, size_t *hunk, int by,
               bool any)
{
    const struct patch *patch = selection_patch(sel);
    size_t f = *file, h = *hunk;

    while (walk_step(patch, &f, &h, by))
        if (any ? walk_is_ready(sel, f, h) : walk_is_undecided(sel, f, h)) {
            *file = f;
            *hunk = h;
            return true;
        }
    return false;
}

// --- where it is -------------------------------------------------------------

static bool is_there(const struct patch *patch, const struct walk *walk)
{
    return walk->file < patch->file_count
           && walk->hunk < patch->files[walk->file].hunk_count;
}

// The first file may have no hunk, as one that is renamed.
static bool has_hunks(const struct patch *patch, size_t *file)
{
    for (size_t i = 0; i < patch->file_count; i++)
        if (patch->files[i].hunk_count > 0) {
            *file = i;
            return true;
        }
    return false;
}

static void begin(struct inline_ui *ui, size_t proposal)
{
    struct walk *walk = &ui->walk;

    buf_release(&walk->edit);
    buf_release(&walk->decisions);
    *walk = (struct walk){ .proposal = proposal };
}

// Says whether there is a hunk to ask about; the walk stands there then.
static bool settle(struct walk *walk, const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);
    size_t first_file, first_hunk = 0;

    if (!has_hunks(patch, &first_file))
        return false;
    if (!is_there(patch, walk)) { // a hunk was joined, or a file is new
        walk->file = first_file;
        walk->hunk = 0;
        walk->stay = false;
        walk->words = WORDS_NONE;
    }
    if (walk->stay || walk_is_undecided(sel, walk->file, walk->hunk))
        return true;
    if (walk_find(sel, &walk->file, &walk->hunk, 1, false))
        return true;
    if (!walk_is_undecided(sel, first_file, 0)
        && !walk_find(sel, &first_file, &first_hunk, 1, false))
        return false;
    walk->file = first_file;
    walk->hunk = first_hunk;
    return true;
}

static struct question question_of_hunk(const struct walk *walk,
                                        const struct selection *sel)
{
    struct hunk_marks marks = selection_marks(sel, walk->file, walk->hunk);

    return (struct question){
        .kind = walk->words == WORDS_NONE ? ASKED_HUNK : ASKED_WORDS,
        .index = walk->proposal,
        .file = walk->file,
        .hunk = walk->hunk,
        .lines = walk_hunk(walk, sel)->line_count,
        .version = marks.alternative,
        .state = (int)selection_place(sel, walk->file, walk->hunk)->state,
    };
}

struct question walk_question(struct inline_ui *ui,
                              const struct session *session)
{
    struct walk *walk = &ui->walk;
    size_t index = session_reviewing(session);

    if (index != walk->proposal)
        begin(ui, index);
    const struct proposal *proposal = walk_proposal(ui, session);
    const struct selection *sel = proposal->selection;
    struct question question = { .kind = ASKED_END, .index = index };
    if (walk->at_end)
        return question;
    if (settle(walk, sel))
        return question_of_hunk(walk, sel);
    bool over = proposal->complete
                && selection_count(sel, SELECT_ALL).arriving == 0;
    question.kind = over ? ASKED_END : ASKED_ARRIVING;
    walk->at_end = over;
    return question;
}

void walk_stand(struct inline_ui *ui, size_t file, size_t hunk)
{
    ui->walk.file = file;
    ui->walk.hunk = hunk;
    ui->walk.stay = true;
    ui->walk.at_end = ui->walk.stage = false;
    ui->asked.kind = ASKED_NOTHING; // printed anew, even if it is the same
}

bool walk_again(struct walk *walk, char letter)
{
    bool again = walk->before == letter;

    walk->armed = again ? 0 : letter;
    return again;
}

size_t walk_unwritten(const struct session *session)
{
    size_t index = session_reviewing(session);

    if (index == NO_INDEX || session->proposals[index].write_id.len > 0)
        return 0;
    struct selection_counts counts =
        selection_count(session->proposals[index].selection, SELECT_ALL);
    return counts.yes + counts.mixed;
}

// --- what an undo has changed ------------------------------------------------

static void put_decisions(struct buf *out, const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);

    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++) {
            struct target target = { f, h, SELECT_ALL };
            buf_append_char(out, (char)selection_decision(sel, target));
        }
}

void walk_remember(struct walk *walk, const struct selection *sel)
{
    buf_reset(&walk->decisions);
    put_decisions(&walk->decisions, sel);
}

void walk_stand_at_change(struct inline_ui *ui, const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);
    const struct buf *before = &ui->walk.decisions;
    struct buf now = { 0 };
    size_t file = ui->walk.file, hunk = ui->walk.hunk, at = 0;
    bool changed = false;

    put_decisions(&now, sel);
    for (size_t f = 0; !changed && f < patch->file_count; f++)
        for (size_t h = 0; !changed && h < patch->files[f].hunk_count; h++) {
            changed = at < before->len && before->at[at] != now.at[at];
            at++;
            if (changed) {
                file = f;
                hunk = h;
            }
        }
    buf_release(&now);
    walk_stand(ui, file, hunk);
}
