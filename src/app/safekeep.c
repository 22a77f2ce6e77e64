/*
 * The draft is journalled once the fingers rest, if it has changed, so that a
 * resumed session has it back. A very long one is not: its source still has it.
 */
#include "parts.h"

#define REST_MS 1000
#define LIMIT_DRAFT_BYTES ((size_t)256 << 10)

void safekeep_draft(struct app *app)
{
    struct str kept = buf_str(&app->session->draft);

    if (app->options->review_only)
        return;
    struct str draft = app->front->typed(app);
    if (str_equal(draft, kept) || draft.len > LIMIT_DRAFT_BYTES)
        return;
    struct event event = { .kind = EVENT_DRAFT, .text = draft };
    app_post(app, &event);
}

static void on_rest(void *ctx)
{
    safekeep_draft(ctx);
}

void safekeep_touch(struct app *app)
{
    if (!app->draft_timer)
        app->draft_timer = loop_timer_create(app->loop, on_rest, app);
    loop_timer_start(app->draft_timer, REST_MS);
}

void safekeep_release(struct app *app)
{
    loop_timer_destroy(app->draft_timer);
    app->draft_timer = NULL;
}
