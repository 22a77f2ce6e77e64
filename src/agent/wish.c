/*
 * What a person wants done with a review: write it, end it, take a write back.
 * Files may be read anew just then; the wish is kept until that is done, so
 * that no key is lost. While files are written it is not: a key that was
 * pressed twice wants one thing.
 */
#include "parts.h"

static void write_accepted(struct agent *agent, bool staged)
{
    size_t index = session_reviewing(agent->session);

    if (index != NO_INDEX)
        changes_write(agent->changes, index, staged);
}

static void do_write(struct agent *agent)
{
    write_accepted(agent, false);
}

static void do_write_staged(struct agent *agent)
{
    write_accepted(agent, true);
}

// The proposal whose write is the one to undo next, or NO_INDEX.
static size_t last_written(struct agent *agent)
{
    const struct session *session = agent->session;

    for (size_t i = session->proposal_count; i-- > 0;)
        if (session->proposals[i].write_id.len > 0)
            return i;
    agent_notice(agent, STR("nothing was written in this session"), true);
    return NO_INDEX;
}

static void do_undo(struct agent *agent)
{
    size_t index = last_written(agent);

    if (index != NO_INDEX)
        changes_undo(agent->changes, index);
}

static void do_redo(struct agent *agent)
{
    const struct session *session = agent->session;

    if (session->undone_count == 0)
        agent_notice(agent, STR("nothing was taken back in this session"),
                     true);
    else
        changes_redo(agent->changes,
                     &session->undone[session->undone_count - 1]);
}

static void do_undo_hunk(struct agent *agent)
{
    const struct session *session = agent->session;
    size_t last = session->proposal_count - 1;
    // Of one's own changes a hunk can go that kerf has not written.
    bool own = session->proposal_count > 0
               && session->proposals[last].kind == REVIEW_UNSTAGED;
    size_t index = own ? last : last_written(agent);

    if (index != NO_INDEX)
        changes_undo_hunk(agent->changes, index, agent->wish.target);
}

typedef void (*grant_fn)(struct agent *agent);

static const grant_fn grants[] = {
    [WISH_WRITE] = do_write,         [WISH_WRITE_STAGED] = do_write_staged,
    [WISH_UNDO] = do_undo,           [WISH_REDO] = do_redo,
    [WISH_UNDO_HUNK] = do_undo_hunk,
};

void wish_step(struct agent *agent)
{
    enum wish_kind kind = agent->wish.kind;

    if (kind == WISH_NOTHING || changes_is_busy(agent->changes))
        return;
    agent->wish.kind = WISH_NOTHING;
    grants[kind](agent);
}

void wish_drop(struct agent *agent)
{
    agent->wish.kind = WISH_NOTHING;
}

static void wish(struct agent *agent, enum wish_kind kind, struct target target)
{
    if (!changes_is_writing(agent->changes))
        agent->wish = (struct wish){ kind, target };
    agent_step(agent);
}

void agent_write(struct agent *agent)
{
    wish(agent, WISH_WRITE, (struct target){ 0 });
}

void agent_write_staged(struct agent *agent)
{
    wish(agent, WISH_WRITE_STAGED, (struct target){ 0 });
}

void agent_undo_write(struct agent *agent)
{
    wish(agent, WISH_UNDO, (struct target){ 0 });
}

void agent_redo_write(struct agent *agent)
{
    wish(agent, WISH_REDO, (struct target){ 0 });
}

void agent_undo_hunk(struct agent *agent, struct target target)
{
    wish(agent, WISH_UNDO_HUNK, target);
}

void agent_end_review(struct agent *agent)
{
    size_t index = session_reviewing(agent->session);

    if (index != NO_INDEX)
        feedback_verdict(agent, index, false);
    agent_step(agent);
}
