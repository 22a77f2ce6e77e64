/*
 * Proposals: a patch that is read while it comes, the files it rests on and
 * what the user decided. The stream owns the patch, the selection looks at it;
 * so they are made, renewed and released together.
 */
#include <stdlib.h>

#include "kerf/patch/merge.h"
#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"
#include "parts.h"
#include "unwrap.h"

// The review that a new version was asked of, if it was the last to end.
static const struct selection *revised(const struct session *session)
{
    for (size_t i = session->proposal_count; i-- > 0;) {
        const struct proposal *proposal = &session->proposals[i];
        if (proposal->ended && proposal->joined == NO_INDEX)
            return proposal->revise ? proposal->selection : NULL;
    }
    return NULL;
}

static void read_begin(const struct session *session, struct proposal *proposal)
{
    proposal->stream = patch_stream_create(PATCH_UNKNOWN);
    proposal->selection =
        selection_create(patch_stream_patch(proposal->stream));
    if (proposal->item != NO_INDEX)
        selection_carry(proposal->selection, revised(session));
}

static void read_release(struct proposal *proposal)
{
    selection_destroy(proposal->selection);
    patch_stream_destroy(proposal->stream);
}

size_t proposal_append(struct session *session, struct str call_id,
                       struct str label, size_t item)
{
    size_t at = session->proposal_count;

    session->proposals = grow(session->proposals, &session->proposal_cap,
                              at + 1, sizeof(*session->proposals));
    struct proposal *proposal = &session->proposals[at];
    *proposal = (struct proposal){ .item = item, .joined = NO_INDEX };
    keep(session, &proposal->call_id, call_id);
    keep(session, &proposal->label, label);
    read_begin(session, proposal);
    session->proposal_count++;
    return at;
}

void proposal_release(struct proposal *proposal)
{
    read_release(proposal);
    unwrap_destroy(proposal->unwrap);
    free(proposal->writes);
}

void proposal_fail(struct session *session, struct proposal *proposal,
                   struct str problem)
{
    if (proposal->problem.len == 0)
        keep(session, &proposal->problem, problem);
    proposal->version++;
}

void proposal_feed(struct session *session, struct proposal *proposal,
                   struct str bytes)
{
    struct error err = { 0 };

    proposal->version++;
    if (bytes.len == 0 || proposal->problem.len > 0)
        return;
    if (!patch_stream_feed(proposal->stream, bytes, &err))
        proposal_fail(session, proposal, str_from(err.text));
    selection_refresh(proposal->selection);
}

void proposal_unwrap(struct proposal *proposal, struct str arguments,
                     struct buf *out)
{
    if (!proposal->unwrap)
        proposal->unwrap = unwrap_create();
    unwrap_feed(proposal->unwrap, arguments, out);
}

void proposal_restart(struct session *session, struct proposal *proposal)
{
    if (patch_stream_bytes(proposal->stream) == 0)
        return;
    read_release(proposal);
    read_begin(session, proposal);
    proposal->problem = (struct str){ 0 };
    proposal->version++;
}

void proposal_finish(struct session *session, struct proposal *proposal)
{
    struct error err = { 0 };

    proposal->version++;
    if (proposal->problem.len > 0)
        return;
    if (!patch_stream_finish(proposal->stream, &err)) {
        proposal_fail(session, proposal, str_from(err.text));
        return;
    }
    selection_refresh(proposal->selection);
    proposal->complete = true;
}

void proposal_end(struct session *session, size_t proposal)
{
    if (proposal == NO_INDEX)
        return;
    session->proposals[proposal].ended = true;
    session->proposals[proposal].version++;
}

bool apply_proposal(struct session *session, const struct event *event)
{
    if (event->call_id.len == 0 || event->text.len > LIMIT_PATCH_BYTES
        || event->state < REVIEW_PATCH || event->state > REVIEW_STAGED
        || session_proposal_of(session, event->call_id) != NO_INDEX)
        return false;
    size_t at = proposal_append(session, event->call_id, event->name, NO_INDEX);
    struct proposal *proposal = &session->proposals[at];

    proposal->kind = (enum review_kind)event->state;
    proposal_feed(session, proposal, event->text);
    proposal_finish(session, proposal);
    return true;
}

struct proposal *proposal_of(struct session *session, const struct event *event)
{
    size_t at = session_proposal_of(session, event->call_id);

    return at == NO_INDEX ? NULL : &session->proposals[at];
}

bool apply_preimage(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal
        || event->index >= selection_patch(proposal->selection)->file_count)
        return false;
    struct preimage preimage = {
        .exists = event->flag,
        .bytes = event->text,
        .mode = (unsigned)event->number,
        .unreadable = event->extra,
        .id = event->id,
    };
    selection_set_preimage(proposal->selection, event->index, &preimage,
                           event->state == 1);
    proposal->version++;
    return true;
}

bool apply_base(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal
        || event->index >= selection_patch(proposal->selection)->file_count)
        return false;
    if (event->flag)
        selection_set_base(proposal->selection, event->index, event->text);
    proposal->version++;
    return true;
}

// The newest write set that is in force is the one to undo next.
static void show_newest_write(struct proposal *proposal)
{
    struct session_write newest = { 0 };

    if (proposal->write_count > 0)
        newest = proposal->writes[proposal->write_count - 1];
    proposal->write_id = newest.id;
    proposal->written = newest.text;
    proposal->version++;
}

// Once something else is written, what was taken back before stays so.
static void forget_undone(struct session *session, struct str id)
{
    size_t last = session->undone_count;

    if (last > 0 && str_equal(session->undone[last - 1].write.id, id))
        session->undone_count--;
    else
        session->undone_count = 0;
}

static void remember_undone(struct session *session,
                            const struct proposal *proposal,
                            const struct session_write *write)
{
    session->undone = grow(session->undone, &session->undone_cap,
                           session->undone_count + 1, sizeof(*session->undone));
    session->undone[session->undone_count++] = (struct session_undone){
        .proposal = (size_t)(proposal - session->proposals),
        .write = *write,
    };
}

static void add_write(struct session *session, struct proposal *proposal,
                      const struct event *event)
{
    bool of_hunk = event->kind == EVENT_HUNK_UNDONE;

    proposal->writes = grow(proposal->writes, &proposal->write_cap,
                            proposal->write_count + 1,
                            sizeof(*proposal->writes));
    proposal->writes[proposal->write_count++] = (struct session_write){
        .id = arena_copy(&session->arena, event->id),
        .text = arena_copy(&session->arena, event->text),
        .of_hunk = of_hunk,
        .target = event->target,
    };
    if (of_hunk)
        selection_take_back(proposal->selection, event->target.file,
                            event->target.hunk, true);
    forget_undone(session, event->id);
    show_newest_write(proposal);
}

bool apply_written(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal || event->id.len == 0)
        return false;
    add_write(session, proposal, event);
    return true;
}

// Taking one hunk back is a write of its own, which can be undone.
bool apply_hunk_undone(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal || event->id.len == 0
        || (proposal->write_count == 0 && proposal->kind != REVIEW_UNSTAGED))
        return false;
    add_write(session, proposal, event);
    return true;
}

bool apply_staged(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal)
        return false;
    keep(session, &proposal->staged, event->text);
    proposal->version++;
    return true;
}

bool apply_write_failed(struct session *session, const struct event *event)
{
    if (!proposal_of(session, event))
        return false;
    notice_append(session, event, event->text, true);
    return true;
}

bool apply_write_undone(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);
    size_t at = 0;

    if (!proposal)
        return false;
    while (at < proposal->write_count
           && !str_equal(proposal->writes[at].id, event->id))
        at++;
    if (at == proposal->write_count)
        return false;
    struct session_write *write = &proposal->writes[at];
    if (write->of_hunk)
        selection_take_back(proposal->selection, write->target.file,
                            write->target.hunk, false);
    remember_undone(session, proposal, write);
    for (; at + 1 < proposal->write_count; at++)
        proposal->writes[at] = proposal->writes[at + 1];
    proposal->write_count--;
    show_newest_write(proposal);
    return true;
}

bool session_verdict_is_awaited(const struct session *session, size_t proposal)
{
    size_t item = session->proposals[proposal].item;

    return item != NO_INDEX && session->items[item].call != CALL_DONE
           && session->items[item].call != CALL_ABORTED;
}

// A call that was answered before, or ended otherwise, is past being told.
bool apply_review_ended(struct session *session, const struct event *event)
{
    struct proposal *proposal = proposal_of(session, event);

    if (!proposal || proposal->ended)
        return false;
    size_t at = (size_t)(proposal - session->proposals);
    bool awaited = session_verdict_is_awaited(session, at);
    if (awaited && !session->items[proposal->item].done)
        return false;
    proposal->revise = event->flag;
    selection_notes_sent(proposal->selection);
    proposal_end(session, at);
    if (awaited)
        call_finish(session, &session->items[proposal->item], event->text, 0,
                    proposal->write_count > 0);
    return true;
}
