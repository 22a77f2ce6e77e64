/* The full screen as a front: what happens asks for a frame (frame.c), what is
 * said stands in the ui. */
#include "parts.h"

#include <signal.h>

// What only makes a text longer may wait a little for its frame.
static const bool is_stream[EVENT_KIND_COUNT] = {
    [EVENT_TEXT_DELTA] = true,
    [EVENT_REASONING_DELTA] = true,
    [EVENT_CALL_DELTA] = true,
    [EVENT_TOOL_OUTPUT] = true,
};

static void happened(struct app *app, const struct event *event)
{
    if (event->kind == EVENT_NOTICE && event->flag)
        ui_hear(app->ui, event->text);
    frame_want_for(app, is_stream[event->kind] ? PACE_STREAM : PACE_STATE);
}

static void tell(struct app *app, struct str text, bool warning)
{
    ui_tell(app->ui, text, warning);
    frame_want(app);
}

static void signalled(struct app *app, int number)
{
    switch (number) {
    case SIGWINCH: frame_resize(app); break;
    case SIGTSTP: frame_suspend(app); break;
    case SIGCONT: frame_continue(app); break;
    default: app_leave(app, 128 + number); break;
    }
}

static void draft(struct app *app, struct str text)
{
    ui_set_draft(app->ui, text);
}

static struct str typed(struct app *app)
{
    return ui_draft(app->ui);
}

static void remember(struct app *app, struct str text)
{
    ui_remember(app->ui, text);
}

static void keep_edit(struct app *app, struct target target, struct str text)
{
    ui_keep_edit(app->ui, target, text);
}

static void pick(struct app *app, const char *title,
                 const struct ui_choice *choices, size_t count,
                 enum command_kind kind)
{
    ui_pick(app->ui, title, choices, count, kind);
    frame_want(app);
}

// The ui is made for a session, with it: app.c.
static void renew(struct app *app)
{
    (void)app;
}

const struct front front_screen = {
    .open = frame_open,
    .close = frame_close,
    .happened = happened,
    .want = frame_want,
    .tell = tell,
    .signalled = signalled,
    .lend = frame_lend,
    .reclaim = frame_reclaim,
    .renew = renew,
    .begin = frame_want,
    .draft = draft,
    .typed = typed,
    .remember = remember,
    .keep_edit = keep_edit,
    .pick = pick,
};
