/*
 * A session is taken up again by replaying its journal. Files are not in the
 * journal: they are read anew, so that a review rests on the tree as it is
 * now. Decisions wait until then, and those that no longer fit fall away.
 */
#include "parts.h"

static void keep_decision(struct app *app, const struct event *event)
{
    struct resumed *resumed = &app->resumed;
    struct arena *arena = &app->setup->arena;

    resumed->decisions = arena_grow(arena, resumed->decisions, &resumed->cap,
                                    resumed->count + 1,
                                    sizeof(*resumed->decisions));
    resumed->decisions[resumed->count++] = (struct event){
        .kind = EVENT_DECIDED,
        .time_ms = event->time_ms,
        .call_id = arena_copy(arena, event->call_id),
        .target = event->target,
        .state = event->state,
    };
}

static void drop_decision(struct app *app, struct str call_id)
{
    struct resumed *resumed = &app->resumed;

    for (size_t i = resumed->count; i-- > 0;) {
        if (!str_equal(resumed->decisions[i].call_id, call_id))
            continue;
        for (; i + 1 < resumed->count; i++)
            resumed->decisions[i] = resumed->decisions[i + 1];
        resumed->count--;
        return;
    }
}

static void replay_event(const struct event *event, void *ctx)
{
    struct app *app = ctx;

    if (event->kind == EVENT_DECIDED)
        keep_decision(app, event);
    else if (event->kind == EVENT_DECISION_UNDONE && !event->flag)
        drop_decision(app, event->call_id);
    else
        session_apply(app->session, event);
}

void resume_decisions(struct app *app, struct str call_id)
{
    struct resumed *resumed = &app->resumed;
    size_t index = session_proposal_of(app->session, call_id);

    if (resumed->count == 0 || index == NO_INDEX
        || selection_wants_any_preimage(
            app->session->proposals[index].selection))
        return;
    for (size_t i = 0; i < resumed->count; i++)
        if (str_equal(resumed->decisions[i].call_id, call_id))
            session_apply(app->session, &resumed->decisions[i]);
    resumed->count = 0;
}

// A turn that was running when kerf ended is over; nothing of it runs again.
// An open review goes on.
static void settle(struct app *app)
{
    struct event lost = { .kind = EVENT_RESPONSE_LOST,
                          .text = STR("kerf ended") };
    struct event done = {
        .kind = EVENT_TURN_DONE,
        .state = TURN_CANCELLED,
        .text = STR("kerf ended"),
    };

    if (!session_is_busy(app->session)
        || session_reviewing(app->session) != NO_INDEX)
        return;
    app_post(app, &lost);
    app_post(app, &done);
}

bool resume_session(struct app *app, struct error *err)
{
    size_t lost = 0;
    struct arena *arena = &app->setup->arena;

    if (!journal_replay(app->setup->state_dir, app->options->resume_id,
                        replay_event, app, &lost, err))
        return false;
    settle(app);
    for (size_t i = 0; i < app->session->item_count; i++)
        if (app->session->items[i].kind == ITEM_USER)
            ui_remember(app->ui, buf_str(&app->session->items[i].text));
    if (lost > 0)
        app_notice(app,
                   arena_printf(arena,
                                "%zu damaged rows of the journal were "
                                "passed over",
                                lost),
                   true);
    agent_step(app->agent);
    return true;
}
