/*
 * The wiring: events go to the journal, the session and the screen; keys
 * become commands; commands become calls of the agent. Nothing slow happens
 * before the first frame: no TLS, no git, no database.
 */
#include "kerf/app/app.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "kerf/app/keys.h"
#include "parts.h"

#define WAKE_EVERY_MS 5000

// What was done to files is said in a line, and the tree looked at anew.
static void tell_files(struct app *app, const char *what, struct str files)
{
    struct arena arena = { 0 };
    struct str rest = files, line, text = str_from(what);

    while (str_split(&rest, '\n', &line))
        text = arena_printf(&arena, "%.*s %.*s", STR_ARG(text), STR_ARG(line));
    app_notice(app, text, false);
    arena_release(&arena);
}

static void after_write(struct app *app, const struct event *event)
{
    tell_files(app, "written:", event->text);
    tree_refresh(app);
}

static void after_undo(struct app *app, const struct event *event)
{
    tell_files(app, "taken back:", event->text);
    tree_refresh(app);
}

// With a write that goes to the tree too it has been told already.
static void after_staged(struct app *app, const struct event *event)
{
    static const char *const words[] = {
        [REVIEW_PATCH] = NULL,
        [REVIEW_UNSTAGED] = "staged:",
        [REVIEW_STAGED] = "unstaged:",
    };
    size_t index = session_proposal_of(app->session, event->call_id);

    if (index == NO_INDEX || !words[app->session->proposals[index].kind])
        return;
    tell_files(app, words[app->session->proposals[index].kind], event->text);
    tree_refresh(app);
}

static void after_failed_write(struct app *app, const struct event *event)
{
    app_notice(app, event->text, true);
}

// Only a command can have changed files; what merely reads has no status.
static void after_tool(struct app *app, const struct event *event)
{
    if (event->number >= 0)
        tree_refresh(app);
}

static void after_turn(struct app *app, const struct event *event)
{
    struct str problem = { 0 };

    (void)event;
    figures_renew(app);
    if (app->journal)
        problem = journal_problem(app->journal);
    if (problem.len > 0)
        app_notice(app, problem, true);
}

typedef void (*after_fn)(struct app *app, const struct event *event);

// What the screen says, and what is looked at anew, once an event was applied.
static const after_fn after[EVENT_KIND_COUNT] = {
    [EVENT_WRITTEN] = after_write,    [EVENT_WRITE_UNDONE] = after_undo,
    [EVENT_HUNK_UNDONE] = after_undo, [EVENT_WRITE_FAILED] = after_failed_write,
    [EVENT_TOOL_DONE] = after_tool,   [EVENT_TURN_DONE] = after_turn,
    [EVENT_STAGED] = after_staged,
};

// The session takes its id from its first event, whose row carries it already.
static struct str journal_name(const struct app *app, const struct event *event)
{
    return event->kind == EVENT_SESSION_OPENED ? event->id : app->session->id;
}

void app_post(struct app *app, struct event *event)
{
    if (event->time_ms == 0)
        event->time_ms = loop_wall_ms();
    if (app->journal)
        journal_append(app->journal, journal_name(app, event), event);
    if (!session_apply(app->session, event))
        return;
    if (after[event->kind])
        after[event->kind](app, event);
    app->front->happened(app, event);
}

void app_notice(struct app *app, struct str text, bool warning)
{
    app->front->tell(app, text, warning);
}

void app_leave(struct app *app, int status)
{
    safekeep_draft(app);
    app->leaving = true;
    app->status = status;
    loop_stop(app->loop);
}

static void post_for_agent(struct event *event, void *ctx)
{
    app_post(ctx, event);
}

// The draft may be in use again by now; history has the message as well.
static void on_refused(struct str text, struct str why, void *ctx)
{
    struct app *app = ctx;
    struct arena arena = { 0 };
    bool free = app->front->typed(app).len == 0;

    if (free)
        app->front->draft(app, text);
    app_notice(
        app,
        arena_printf(&arena, "not sent: %.*s (%s)", STR_ARG(why),
                     free ? "Enter sends without it" : "^P: the message"),
        true);
    arena_release(&arena);
}

// --- signals ---------------------------------------------------------------

static void on_signal(int number, void *ctx)
{
    struct app *app = ctx;

    app->front->signalled(app, number);
}

static void watch_signals(struct app *app)
{
    static const int numbers[] = { SIGWINCH, SIGTSTP, SIGCONT, SIGINT,
                                   SIGTERM,  SIGHUP,  SIGQUIT };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        app->signals[i] =
            loop_signal_create(app->loop, numbers[i], on_signal, app);
    signal(SIGPIPE, SIG_IGN);
}

static void unwatch_signals(struct app *app)
{
    for (size_t i = 0; i < sizeof(app->signals) / sizeof(app->signals[0]); i++)
        loop_signal_destroy(app->signals[i]);
}

// --- backend ---------------------------------------------------------------

static void on_builtin_ready(struct str url, struct str token, void *ctx)
{
    struct app *app = ctx;

    app->url = url;
    app->token = token;
    agent_use_builtin(app->agent, builtin_backend(), url, token);
    agent_connect(app->agent);
}

static void on_builtin_failed(struct str why, void *ctx)
{
    struct app *app = ctx;

    if (!app->leaving)
        app_notice(app, why, true);
}

// After the first frame: what takes time starts now.
static void connect_backend(struct app *app)
{
    static const struct builtin_events events = { .ready = on_builtin_ready,
                                                  .failed = on_builtin_failed };
    struct error err = { 0 };

    if (app->setup->config.backend_count > 0) {
        agent_use_backends(app->agent, (struct str){ 0 });
        agent_connect(app->agent);
        return;
    }
    if (app->builtin) { // it listens already: a new session
        on_builtin_ready(app->url, app->token, app);
        return;
    }
    app->builtin = builtin_start(app->loop, app->setup, &events, app, &err);
    if (!app->builtin)
        app_notice(app, str_from(err.text), true);
}

void app_wake_link(struct app *app)
{
    int64_t now = loop_now_ms();

    if (now - app->woken_ms >= WAKE_EVERY_MS && agent_wake(app->agent))
        app->woken_ms = now;
}

// --- session ---------------------------------------------------------------

static void open_session(struct app *app)
{
    struct event event = {
        .kind = EVENT_SESSION_OPENED,
        .id = setup_session_id(app->setup),
        .name = app->setup->root,
    };
    struct error err;

    if (app->claim && !claim_take(app->claim, event.id, &err))
        app_notice(app, str_from(err.text), true);
    app_post(app, &event);
}

static void propose_patch(struct app *app)
{
    struct event event = {
        .kind = EVENT_PROPOSAL,
        .call_id = STR("review"),
        .name = app->options->patch_label,
        .text = app->options->patch,
        .state = (int)app->options->review_kind,
    };
    struct str rest = app->options->review_notes, line;

    app_post(app, &event);
    while (str_split(&rest, '\n', &line))
        if (line.len > 0)
            app_notice(app, line, true);
    agent_step(app->agent);
}

// --- the whole -------------------------------------------------------------

static void keep_sample(const struct sample *sample, void *ctx)
{
    struct app *app = ctx;
    struct sample kept = *sample;

    kept.root = app->setup->root;
    past_keep(&app->past, &kept);
}

static void create_agent(struct app *app)
{
    struct setup *setup = app->setup;
    struct agent_options options = {
        .loop = app->loop,
        .session = app->session,
        .sockets = app->sockets,
        .http = app->http,
        .policy = &setup->policy,
        .journal = app->journal,
        .config = &setup->config,
        .root = setup->root,
        .state_dir = setup->tree_dir,
        .env = setup->env,
        .post = post_for_agent,
        .sampled = keep_sample,
        .teach = past_teach,
        .refused = on_refused,
        .ctx = app,
    };

    app->agent = agent_create(&options);
}

static void name_backends(struct app *app)
{
    const struct config *config = &app->setup->config;
    struct str *names =
        arena_array(&app->setup->arena, config->backend_count, sizeof(*names));

    for (size_t i = 0; i < config->backend_count; i++)
        names[i] = config->backends[i].name;
    ui_set_backends(app->ui, names, config->backend_count);
}

static void create_ui(struct app *app)
{
    struct ui_options options = {
        .review_only = app->options->review_only,
        .vi = str_is(app->setup->config.edit_mode, "vi"),
        .keymap = app->keymap,
    };

    app->ui = ui_create(&options);
    name_backends(app);
}

static void create_parts(struct app *app)
{
    app->loop = loop_create();
    app->session = session_create();
    create_ui(app);
    app->front->renew(app);
    if (app->setup->state_problem.len == 0 && !app->options->review_only) {
        app->journal = journal_create(app->loop, app->setup->state_dir);
        app->claim = claim_create(app->setup->state_dir);
    }
    if (!app->options->review_only) {
        app->sockets = ws_client_create(app->loop);
        app->http = http_client_create(app->loop);
    }
    create_agent(app);
}

// A session that is open elsewhere is no reason to leave this one.
static bool may_begin(struct app *app)
{
    struct error err;

    if (app->next_id.len == 0 || !app->claim
        || claim_take(app->claim, app->next_id, &err))
        return true;
    app_notice(app, str_from(err.text), true);
    return false;
}

// Agent and ui hold on to the session, so all three are made anew.
static void begin_anew(void *ctx)
{
    struct app *app = ctx;

    if (app->leaving)
        return;
    safekeep_draft(app);
    if (!may_begin(app))
        return;
    agent_destroy(app->agent);
    ui_destroy(app->ui);
    session_destroy(app->session);
    app->session = session_create();
    create_ui(app);
    app->front->renew(app);
    create_agent(app);
    ui_set_files(app->ui, app->tree.files.paths, app->tree.files.count);
    ui_set_commands(app->ui, app->user_commands.at, app->user_commands.count);
    struct error err = { 0 };
    if (app->next_id.len == 0) {
        open_session(app);
    } else if (!resume_session(app, app->next_id, &err)) {
        open_session(app);
        app_notice(app, str_from(err.text), true);
    }
    connect_backend(app);
    figures_renew(app);
    recall_load(app);
    tree_refresh(app);
    app->front->begin(app);
}

void app_begin_anew(struct app *app)
{
    app_begin_again(app, (struct str){ 0 });
}

void app_begin_again(struct app *app, struct str session_id)
{
    app->next_id = arena_copy(&app->setup->arena, session_id);
    loop_defer(app->loop, begin_anew, app);
}

static bool begin_session(struct app *app, struct error *err)
{
    if (app->options->resume_id.len > 0)
        return resume_session(app, app->options->resume_id, err);
    open_session(app);
    if (app->options->review_only)
        propose_patch(app);
    return true;
}

// Runs once the first frame is out.
static void begin_work(void *ctx)
{
    struct app *app = ctx;
    struct error err = { 0 };

    if (app->leaving)
        return;
    if (app->setup->state_problem.len > 0)
        app_notice(app, app->setup->state_problem, true);
    if (!app->options->review_only) {
        connect_backend(app);
        past_load(app);
        recall_load(app);
        user_commands_load(app);
    }
    tree_refresh(app);
    if (!intake_start(app, &err))
        app_notice(app, str_from(err.text), true);
}

static void destroy_parts(struct app *app)
{
    unwatch_signals(app);
    safekeep_release(app);
    clipboard_release(&app->clipboard);
    intake_release(app);
    agent_destroy(app->agent);
    builtin_destroy(app->builtin);
    tree_release(app);
    sessions_release(app);
    past_release(app);
    ws_client_destroy(app->sockets);
    http_client_destroy(app->http);
    journal_destroy(app->journal);
    claim_destroy(app->claim);
    loop_run(app->loop);
    loop_destroy(app->loop);
    ui_destroy(app->ui);
    user_commands_release(app);
}

int app_run(struct setup *setup, const struct app_options *options,
            struct error *err)
{
    struct app app = {
        .setup = setup,
        .options = options,
        .front = options->line_mode ? &front_lines : &front_screen,
    };

    setlocale(LC_ALL, "");
    app.keymap = setup_keymap(setup, err);
    if (!app.keymap)
        return 1;
    create_parts(&app);
    watch_signals(&app);
    bool begun = begin_session(&app, err) && app.front->open(&app, err);
    if (begun) {
        app.front->begin(&app);
        loop_defer(app.loop, begin_work, &app);
        loop_run(app.loop);
    }
    app.front->close(&app);
    destroy_parts(&app);
    if (begun)
        farewell_print(app.session, options->line_mode, stdout);
    session_destroy(app.session);
    keymap_destroy(app.keymap);
    return begun ? app.status : 1;
}
