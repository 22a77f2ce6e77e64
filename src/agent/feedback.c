/*
 * What the model hears of a review. The verdict is the output of its call; if
 * that call was answered before, when a hunk was asked for again, it goes
 * along with the next message, or is the message if a new version is wanted.
 */
#include "parts.h"

#include "kerf/patch/note.h"
#include "kerf/patch/print.h"

static const char new_version[] =
    "\nNothing of this was written. The user asks for a new version of the "
    "patch that takes the notes and refusals into account. Repeat hunks that "
    "were accepted as they are: they stay accepted.\n";

static void tell_in_message(struct agent *agent, struct str verdict)
{
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .name = STR("review"),
        .text = verdict,
    };

    agent_post(agent, &event);
}

void feedback_verdict(struct agent *agent, size_t index, bool revise)
{
    const struct proposal *proposal = &agent->session->proposals[index];
    struct arena arena = { 0 };
    struct buf verdict = { 0 };
    bool awaited = session_verdict_is_awaited(agent->session, index);
    bool of_model = proposal->item != NO_INDEX;
    struct event event = {
        .kind = EVENT_REVIEW_ENDED,
        .call_id = arena_copy(&arena, proposal->call_id),
        .flag = revise,
    };

    wish_drop(agent); // it was for the review that ends now
    selection_verdict(proposal->selection, &verdict);
    if (revise)
        buf_append(&verdict, STR(new_version));
    event.text = buf_str(&verdict);
    agent_post(agent, &event); // ends the model's call, if one waits
    if (!awaited && revise)
        agent_send(agent, buf_str(&verdict));
    else if (!awaited && of_model)
        tell_in_message(agent, buf_str(&verdict));
    buf_release(&verdict);
    arena_release(&arena);
}

static bool can_ask(struct agent *agent, size_t index)
{
    if (index == NO_INDEX)
        return false;
    if (agent->exchange.line_count == 0)
        agent_notice(agent, STR("there is no model to ask"), true);
    else if (!agent->session->proposals[index].complete)
        agent_notice(agent, STR("the patch is still arriving"), true);
    else
        return true;
    return false;
}

void agent_send_notes(struct agent *agent)
{
    size_t index = session_reviewing(agent->session);

    if (!can_ask(agent, index))
        return;
    if (selection_has_feedback(agent->session->proposals[index].selection))
        feedback_verdict(agent, index, true);
    else
        agent_notice(agent,
                     STR("there is nothing to send: no note, nothing refused"),
                     true);
    agent_step(agent);
}

static void put_question(const struct proposal *proposal, struct target target,
                         struct str text, struct buf *out)
{
    const struct file_patch *file =
        &selection_patch(proposal->selection)->files[target.file];

    buf_printf(out,
               "The user asks for another version of hunk %zu of %.*s, "
               "which is now:\n",
               target.hunk + 1, STR_ARG(file->path));
    selection_hunk_patch(proposal->selection, target.file, target.hunk, out);
    if (text.len > 0)
        buf_printf(out, "What it should be like: %.*s\n", STR_ARG(text));
    buf_append(out,
               STR("Answer with apply_patch: one hunk for these lines of this "
                   "file and nothing else. Everything else is still under "
                   "review, and nothing is written yet.\n"));
}

void agent_reask(struct agent *agent, struct target target, struct str text)
{
    size_t index = session_reviewing(agent->session);
    struct arena arena = { 0 };
    struct buf question = { 0 };

    if (!can_ask(agent, index))
        return;
    const struct proposal *proposal = &agent->session->proposals[index];
    const struct patch *patch = selection_patch(proposal->selection);
    if (target.file >= patch->file_count
        || target.hunk >= patch->files[target.file].hunk_count)
        return;
    bool awaited = session_verdict_is_awaited(agent->session, index);
    put_question(proposal, target, text, &question);
    struct event event = {
        .kind = EVENT_REASKED,
        .call_id = arena_copy(&arena, proposal->call_id),
        .target = { target.file, target.hunk, SELECT_ALL },
        .text = text,
        .extra = buf_str(&question),
    };
    agent_post(agent, &event);
    if (!awaited)
        agent_send(agent, buf_str(&question));
    buf_release(&question);
    arena_release(&arena);
    agent_step(agent);
}
