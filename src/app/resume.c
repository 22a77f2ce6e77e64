/*
 * A session is taken up again by replaying its journal. Files are not in the
 * journal: they are read anew, so that a review rests on the tree as it is
 * now. Decisions that no longer fit fall away then.
 */
#include "parts.h"

static void replay_event(const struct event *event, void *ctx)
{
    struct app *app = ctx;
    struct event again = *event;

    again.replayed = true;
    session_apply(app->session, &again);
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
    size_t open = session_reviewing(app->session);

    if (!session_is_busy(app->session)
        || (open != NO_INDEX && session_verdict_is_awaited(app->session, open)))
        return;
    app_post(app, &lost);
    app_post(app, &done);
}

bool resume_session(struct app *app, struct str id, struct error *err)
{
    size_t lost = 0;
    struct arena *arena = &app->setup->arena;

    if (app->claim && !claim_take(app->claim, id, err))
        return false;
    if (!journal_replay(app->setup->state_dir, id, replay_event, app, &lost,
                        err))
        return false;
    settle(app);
    recall_own(app);
    app->front->draft(app, buf_str(&app->session->draft));
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
