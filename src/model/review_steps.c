/*
 * What the user does to an open review, step by step: decide, split, edit,
 * choose, note, ask again. A target counts the files, hunks and lines of the
 * effective patch as it is at that step. Steps from a journal come before the
 * files are known; the selection takes them on trust until then.
 */
#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"
#include "parts.h"

static bool target_exists(const struct patch *patch, struct target target)
{
    if (target.file >= patch->file_count)
        return false;
    const struct file_patch *file = &patch->files[target.file];
    if (target.hunk == SELECT_ALL)
        return target.line == SELECT_ALL;
    return target.hunk < file->hunk_count
           && (target.line == SELECT_ALL
               || target.line < file->hunks[target.hunk].line_count);
}

// Steps are taken while the patch can be read and the review is open.
static struct proposal *open_proposal(struct session *session,
                                      const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal || proposal->ended || proposal->problem.len > 0)
        return NULL;
    selection_trust(proposal->selection, event->replayed);
    return proposal;
}

// The same, if the event names a target that is there.
static struct proposal *aimed_proposal(struct session *session,
                                       const struct event *event,
                                       bool must_be_hunk)
{
    struct proposal *proposal = open_proposal(session, event);

    if (!proposal
        || !target_exists(selection_patch(proposal->selection), event->target)
        || (must_be_hunk && event->target.hunk == SELECT_ALL))
        return NULL;
    return proposal;
}

static bool noted(struct proposal *proposal, bool done)
{
    proposal->version += done;
    return done;
}

bool apply_decided(struct session *session, const struct event *event)
{
    struct error err = { 0 };
    struct proposal *proposal = aimed_proposal(session, event, false);

    if (!proposal || event->state < DECISION_NONE || event->state > DECISION_NO)
        return false;
    return noted(proposal, selection_decide(proposal->selection, event->target,
                                            (enum decision)event->state, &err));
}

bool apply_decision_undone(struct session *session, const struct event *event)
{
    struct proposal *proposal = open_proposal(session, event);

    if (!proposal)
        return false;
    return noted(proposal, event->flag ? selection_redo(proposal->selection)
                                       : selection_undo(proposal->selection));
}

bool apply_split(struct session *session, const struct event *event)
{
    struct error err = { 0 };
    struct proposal *proposal = aimed_proposal(session, event, true);
    struct target at = event->target;

    if (!proposal)
        return false;
    return noted(
        proposal,
        at.line == SELECT_ALL
            ? selection_split(proposal->selection, at.file, at.hunk, &err)
            : selection_split_at(proposal->selection, at.file, at.hunk, at.line,
                                 &err));
}

bool apply_hunk_edited(struct session *session, const struct event *event)
{
    struct error err = { 0 };
    struct proposal *proposal = aimed_proposal(session, event, true);

    return proposal
           && noted(proposal,
                    selection_edit(proposal->selection, event->target.file,
                                   event->target.hunk, event->text, &err));
}

bool apply_alternative(struct session *session, const struct event *event)
{
    struct error err = { 0 };
    struct proposal *proposal = aimed_proposal(session, event, true);

    return proposal
           && noted(proposal, selection_choose_alternative(
                                  proposal->selection, event->target.file,
                                  event->target.hunk, event->index, &err));
}

bool apply_note(struct session *session, const struct event *event)
{
    struct error err = { 0 };
    struct proposal *proposal = aimed_proposal(session, event, false);

    return proposal && event->text.len > 0
           && noted(proposal,
                    selection_note_set(proposal->selection, event->target,
                                       event->index, event->text, &err));
}

bool apply_note_removed(struct session *session, const struct event *event)
{
    struct proposal *proposal = aimed_proposal(session, event, false);

    return proposal
           && noted(proposal,
                    selection_note_remove(proposal->selection, event->target,
                                          event->index));
}

// --- asking again -----------------------------------------------------------

// The call gets its output now, while the review goes on: the answer comes as
// another call, and the verdict goes to that one.
bool apply_reasked(struct session *session, const struct event *event)
{
    struct proposal *proposal = aimed_proposal(session, event, true);

    if (!proposal || !proposal->complete)
        return false;
    size_t at = (size_t)(proposal - session->proposals);
    selection_ask(proposal->selection, event->target.file, event->target.hunk);
    proposal->reasked = true;
    if (session_verdict_is_awaited(session, at))
        call_answer(session, &session->items[proposal->item], event->extra, 0,
                    true);
    return noted(proposal, true);
}

// Blanks and braces alone stand everywhere and show nothing.
static bool is_telling(struct str line)
{
    return str_trim(line).len > 1;
}

// Says whether the hunks speak of the same old lines.
static bool overlap(const struct hunk *a, const struct hunk *b)
{
    for (size_t i = 0; i < a->line_count; i++) {
        if (a->lines[i].kind == LINE_ADDED || !is_telling(a->lines[i].text))
            continue;
        for (size_t j = 0; j < b->line_count; j++)
            if (b->lines[j].kind != LINE_ADDED
                && str_equal(a->lines[i].text, b->lines[j].text))
                return true;
    }
    return false;
}

// Says whether the patch is nothing but one hunk in the place of another.
static bool answers(const struct patch *patch, const struct file_patch *file,
                    const struct hunk *hunk)
{
    if (patch->file_count != 1)
        return false;
    const struct file_patch *answer = &patch->files[0];
    return answer->action == file->action && answer->hunk_count == 1
           && str_equal(answer->path, file->path) && answer->move_to.len == 0
           && (file->action == FILE_ADD || overlap(hunk, &answer->hunks[0]));
}

static bool join(struct session *session, size_t at, size_t other)
{
    struct proposal *proposal = &session->proposals[at];
    struct proposal *asked = &session->proposals[other];
    const struct patch *patch = patch_stream_patch(proposal->stream);
    struct target target;
    struct error err = { 0 };

    if (asked->ended || asked->problem.len > 0
        || !selection_asked(asked->selection, &target))
        return false;
    const struct file_patch *file =
        &selection_patch(asked->selection)->files[target.file];
    if (!answers(patch, file, &file->hunks[target.hunk])
        || !selection_add_alternative(asked->selection, target.file,
                                      target.hunk, &patch->files[0].hunks[0],
                                      &err))
        return false;
    proposal->joined = other;
    proposal_end(session, at);
    asked->item = proposal->item;
    asked->version++;
    return true;
}

void proposal_join(struct session *session, size_t proposal)
{
    if (session->proposals[proposal].item == NO_INDEX)
        return;
    for (size_t i = 0; i < proposal; i++)
        if (join(session, proposal, i))
            return;
}
