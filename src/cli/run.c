/*
 * kerf run: one turn without a screen. Text goes to standard output as it
 * comes, or all events as JSON, one a line; patches are printed or written only
 * if that was asked for; commands are never run, because nobody is there to
 * allow them.
 */
#include "parts.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kerf/agent/agent.h"
#include "kerf/app/builtin.h"
#include "kerf/app/routing.h"
#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "kerf/loop/loop.h"
#include "kerf/model/session.h"
#include "kerf/patch/diff.h"
#include "kerf/store/claim.h"
#include "kerf/wire/event_json.h"

#define LIMIT_RUN_TEXT_BYTES ((size_t)8 << 20)
#define DIFF_CONTEXT 3
#define JSON_VERSION 1 // of the lines of --json

struct run {
    struct setup setup;
    struct str text, context;
    struct str patch_file; // --patch; "-" is standard output
    bool apply, to_terminal, json;
    struct loop *loop;
    struct session *session;
    struct ws_client *sockets;
    struct http_client *http;
    struct agent *agent;
    struct journal *journal; // NULL: nothing is saved
    struct claim *claim;     // on the session; with the journal
    struct builtin *builtin;
    struct loop_signal *interrupt, *terminate;
    struct buf patch; // what was proposed, as git diff prints it
    size_t proposals, refused;
    bool applying;  // a write was asked for and is under way
    bool line_open; // text was printed and no newline after it
    size_t printed; // items before this one are on standard output
    int status;
};

static void print_text(struct run *run, struct str text)
{
    if (text.len == 0 || run->json)
        return;
    if (run->to_terminal)
        print_safe(text);
    else
        fwrite(text.at, 1, text.len, stdout);
    run->line_open = text.at[text.len - 1] != '\n';
    fflush(stdout);
}

static void end_line(struct run *run)
{
    if (run->line_open)
        putchar('\n');
    run->line_open = false;
}

// A pipe gets only text that stands: what a cut response had sent may be asked
// for again, and cannot be taken back from a pipe.
static void print_settled(struct run *run)
{
    for (; run->printed < run->session->item_count; run->printed++) {
        const struct item *item = &run->session->items[run->printed];
        if (run->to_terminal || item->kind != ITEM_TEXT || item->superseded)
            continue;
        print_text(run, buf_str(&item->text));
        end_line(run);
    }
}

static void finish(struct run *run, int status)
{
    run->status = status;
    loop_stop(run->loop);
}

static void tell(struct run *run, struct str text)
{
    end_line(run);
    remark("%.*s", STR_ARG(text));
}

// --- events ----------------------------------------------------------------

// {"version":1,"event":{...}}: events as the journal has them.
static void print_event(const struct event *event)
{
    struct buf line = { 0 };

    if (!event_is_journalled(event->kind))
        return;
    buf_printf(&line, "{\"version\":%d,\"event\":", JSON_VERSION);
    event_write(&line, event);
    buf_append_char(&line, '}');
    print_json(&line);
    fflush(stdout);
    buf_release(&line);
}

// What is kept and told of an event, before it counts.
static void record(struct run *run, struct event *event)
{
    event->time_ms = loop_wall_ms();
    if (run->journal)
        journal_append(run->journal, run->session->id, event);
    if (run->json)
        print_event(event);
}

// --- proposals -------------------------------------------------------------

static bool all_placed(const struct proposal *proposal)
{
    return !selection_wants_any_preimage(proposal->selection)
           && selection_count(proposal->selection, SELECT_ALL).arriving == 0;
}

static void decide_all(struct run *run, const struct proposal *proposal)
{
    size_t count = selection_patch(proposal->selection)->file_count;

    for (size_t i = 0; i < count; i++) {
        struct event event = {
            .kind = EVENT_DECIDED,
            .call_id = proposal->call_id,
            .target = { i, SELECT_ALL, SELECT_ALL },
            .state = DECISION_YES,
        };
        record(run, &event);
        session_apply(run->session, &event);
    }
}

static void collect_diff(struct run *run, const struct proposal *proposal)
{
    size_t count = selection_patch(proposal->selection)->file_count;
    struct arena arena = { 0 };
    struct error err = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct file_result result;
        const struct preimage *pre = selection_preimage(proposal->selection, i);
        if (!selection_result(proposal->selection, i, &arena, &result, &err)) {
            run->refused++;
            tell(run, str_from(err.text));
            continue;
        }
        diff_print_result(&run->patch, &result, pre ? pre->mode : 0,
                          DIFF_CONTEXT);
    }
    arena_release(&arena);
}

static void tell_conflicts(struct run *run, const struct proposal *proposal)
{
    const struct patch *patch = selection_patch(proposal->selection);
    struct arena arena = { 0 };

    for (size_t i = 0; i < patch->file_count; i++) {
        for (size_t h = 0; h < patch->files[i].hunk_count; h++) {
            const struct hunk_place *place =
                selection_place(proposal->selection, i, h);
            bool wants_consent = place->state == HUNK_FUZZY
                                 && place->reason.len > 0;
            if (place->state != HUNK_CONFLICT && place->state != HUNK_AMBIGUOUS
                && !wants_consent)
                continue;
            run->refused++;
            tell(run, arena_printf(&arena, "%.*s: hunk %zu: %.*s",
                                   STR_ARG(patch->files[i].path), h + 1,
                                   STR_ARG(place->reason)));
        }
    }
    arena_release(&arena);
}

static void take_proposal(struct run *run, size_t index)
{
    const struct proposal *proposal = &run->session->proposals[index];

    if (run->applying || !proposal->complete || !all_placed(proposal)
        || agent_is_reading(run->agent))
        return;
    run->proposals++;
    size_t refused_before = run->refused;
    tell_conflicts(run, proposal);
    decide_all(run, proposal);
    collect_diff(run, proposal);
    if (run->apply && run->refused == refused_before) {
        run->applying = true;
        agent_write(run->agent);
    } else {
        agent_end_review(run->agent);
    }
}

// --- the turn --------------------------------------------------------------

static int final_status(const struct run *run)
{
    if (run->refused > 0)
        return EXIT_NOT_APPLICABLE;
    if ((run->apply || run->patch_file.len > 0) && run->proposals == 0)
        return EXIT_NO_PATCH;
    return EXIT_DONE;
}

static int failed_status(const struct run *run, const struct event *event)
{
    if (str_is(event->name, "budget"))
        return EXIT_BUDGET;
    if (str_is(event->name, "policy"))
        return EXIT_POLICY;
    return run->session->link == LINK_READY ? EXIT_FAILED : EXIT_UNREACHABLE;
}

static void turn_done(struct run *run, const struct event *event)
{
    print_settled(run);
    if (event->state == TURN_OK) {
        finish(run, final_status(run));
        return;
    }
    tell(run, event->text);
    finish(run, failed_status(run, event));
}

static void look(void *ctx)
{
    struct run *run = ctx;
    size_t asking = session_asking(run->session);
    size_t index = session_reviewing(run->session);

    if (asking != NO_INDEX)
        agent_answer(run->agent, APPROVAL_NO,
                     STR("kerf run has no user to ask; work without commands"));
    if (index != NO_INDEX)
        take_proposal(run, index);
}

// --- what the events mean for the two streams -------------------------------

static void on_text_delta(struct run *run, const struct event *event)
{
    if (run->to_terminal)
        print_text(run, event->text);
}

static void on_item_done(struct run *run, const struct event *event)
{
    (void)event;
    end_line(run);
}

static void on_lost(struct run *run, const struct event *event)
{
    if (run->to_terminal && event->flag)
        tell(run, STR("the connection was cut: asking again"));
}

static void on_wait(struct run *run, const struct event *event)
{
    bool lost = run->session->link == LINK_LOST;
    struct arena arena = { 0 };
    struct str why = lost ? run->session->link_text : (struct str){ 0 };

    if (str_ends_with(why, STR("."))) // the sentence goes on
        why.len--;
    tell(run, arena_printf(&arena, "%.*s%sasks again in %lld s", STR_ARG(why),
                           why.len > 0 ? "; " : "",
                           (long long)(event->count + 500) / 1000));
    arena_release(&arena);
}

static void on_completed(struct run *run, const struct event *event)
{
    (void)event;
    print_settled(run);
    loop_defer(run->loop, look, run);
}

static void on_look(struct run *run, const struct event *event)
{
    (void)event;
    loop_defer(run->loop, look, run);
}

static void on_written(struct run *run, const struct event *event)
{
    run->applying = false;
    print_text(run, event->text);
}

static void on_write_failed(struct run *run, const struct event *event)
{
    run->applying = false;
    run->refused++;
    tell(run, event->text);
}

typedef void (*watch_fn)(struct run *run, const struct event *event);

static const watch_fn watchers[EVENT_KIND_COUNT] = {
    [EVENT_TEXT_DELTA] = on_text_delta,
    [EVENT_ITEM_DONE] = on_item_done,
    [EVENT_RESPONSE_LOST] = on_lost,
    [EVENT_WAIT] = on_wait,
    [EVENT_RESPONSE_COMPLETED] = on_completed,
    [EVENT_APPROVAL_ASKED] = on_look,
    [EVENT_PREIMAGE] = on_look,
    [EVENT_BASE] = on_look,
    [EVENT_WRITTEN] = on_written,
    [EVENT_WRITE_FAILED] = on_write_failed,
    [EVENT_TURN_DONE] = turn_done,
};

static void post(struct event *event, void *ctx)
{
    struct run *run = ctx;

    record(run, event);
    if (session_apply(run->session, event) && watchers[event->kind])
        watchers[event->kind](run, event);
}

// Ends in order: the journal is written, the built-in engine leaves no folder.
static void on_signal(int number, void *ctx)
{
    finish(ctx, 128 + number);
}

// --- start -----------------------------------------------------------------

static void begin_turn(struct run *run)
{
    struct event context = {
        .kind = EVENT_CONTEXT_ADDED,
        .name = STR("standard input"),
        .text = run->context,
    };

    agent_connect(run->agent);
    if (run->context.len > 0)
        post(&context, run);
    agent_send(run->agent, run->text);
}

static void on_builtin_ready(struct str url, struct str token, void *ctx)
{
    struct run *run = ctx;

    agent_use_builtin(run->agent, builtin_backend(), url, token);
    begin_turn(run);
}

static void on_builtin_failed(struct str why, void *ctx)
{
    tell(ctx, why);
    finish(ctx, EXIT_UNREACHABLE);
}

static bool choose_backend(struct run *run, struct error *err)
{
    static const struct builtin_events events = { .ready = on_builtin_ready,
                                                  .failed = on_builtin_failed };

    if (run->setup.config.backend_count > 0) {
        agent_use_backends(run->agent, (struct str){ 0 });
        begin_turn(run);
        return true;
    }
    remark("no backend is set: the built-in engine answers (no neural model)");
    run->builtin = builtin_start(run->loop, &run->setup, &events, run, err);
    return run->builtin != NULL;
}

static void open_session(struct run *run)
{
    struct event event = { .kind = EVENT_SESSION_OPENED };
    struct error err;

    event.id = setup_session_id(&run->setup);
    event.name = run->setup.root;
    if (run->claim && !claim_take(run->claim, event.id, &err))
        complain(&err);
    session_apply(run->session, &event); // which gives the journal its name
    record(run, &event);
}

// One backend that has no budget is taken whatever was measured.
static bool needs_history(const struct config *config)
{
    return config->backend_count > 1 || config->route.day_budget_usd > 0;
}

static void teach(struct router *router, void *ctx)
{
    struct run *run = ctx;
    struct routing routing = { .router = router };
    struct error err = { 0 };

    if (!needs_history(&run->setup.config))
        return;
    if (!routing_learn(&routing, &run->setup, loop_wall_ms(), &err))
        complain(&err); // the backend is chosen without history then
    agent_set_day_cost(run->agent, routing.day_usd);
}

static void create_parts(struct run *run)
{
    run->loop = loop_create();
    run->session = session_create();
    run->sockets = ws_client_create(run->loop);
    run->http = http_client_create(run->loop);
    if (run->setup.state_problem.len == 0) {
        run->journal = journal_create(run->loop, run->setup.state_dir);
        run->claim = claim_create(run->setup.state_dir);
    }
    struct agent_options options = {
        .loop = run->loop,
        .session = run->session,
        .sockets = run->sockets,
        .http = run->http,
        .policy = &run->setup.policy,
        .journal = run->journal,
        .config = &run->setup.config,
        .root = run->setup.root,
        .state_dir = run->setup.tree_dir,
        .env = run->setup.env,
        .unattended = true,
        .post = post,
        .teach = teach,
        .ctx = run,
    };
    run->agent = agent_create(&options);
    run->interrupt = loop_signal_create(run->loop, SIGINT, on_signal, run);
    run->terminate = loop_signal_create(run->loop, SIGTERM, on_signal, run);
}

static void destroy_parts(struct run *run)
{
    loop_signal_destroy(run->interrupt);
    loop_signal_destroy(run->terminate);
    agent_destroy(run->agent);
    builtin_destroy(run->builtin);
    ws_client_destroy(run->sockets);
    http_client_destroy(run->http);
    journal_destroy(run->journal);
    claim_destroy(run->claim);
    loop_run(run->loop);
    loop_destroy(run->loop);
    session_destroy(run->session);
    buf_release(&run->patch);
}

static bool write_patch(const struct run *run, struct error *err)
{
    struct arena arena = { 0 };
    const char *path = arena_cstr(&arena, run->patch_file);
    FILE *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    bool written =
        out && fwrite(run->patch.at, 1, run->patch.len, out) == run->patch.len;

    if (out && out != stdout && fclose(out) != 0)
        written = false;
    if (!written)
        error_set(err, ERROR_FAILED, "%s: cannot be written", path);
    arena_release(&arena);
    return written;
}

static int run_turn(struct run *run)
{
    struct error err = { 0 };

    create_parts(run);
    open_session(run);
    if (choose_backend(run, &err))
        loop_run(run->loop);
    else
        run->status = complain(&err);
    end_line(run);
    if (run->patch_file.len > 0 && run->patch.len > 0
        && !write_patch(run, &err))
        run->status = complain(&err);
    destroy_parts(run);
    return run->status;
}

static bool read_words(struct invocation *call, struct run *run,
                       struct error *err)
{
    struct str label;

    run->text = STR("");
    if (call->count > 0 && strcmp(call->args[0], "-") != 0) {
        run->text = str_from(call->args[0]);
        if (isatty(STDIN_FILENO) || fcntl(STDIN_FILENO, F_GETFD) < 0)
            return true;
        return read_input(&call->arena, "-", LIMIT_RUN_TEXT_BYTES,
                          &run->context, &label, err);
    }
    return read_input(&call->arena, "-", LIMIT_RUN_TEXT_BYTES, &run->text,
                      &label, err);
}

// --budget is the setting route.budget, given last.
static bool take_budget(struct invocation *call)
{
    struct str dollars;
    size_t cap = call->setting_count;
    int found = take_value(call, "--budget", &dollars);

    if (found <= 0)
        return found == 0;
    call->settings = arena_grow(&call->arena, call->settings, &cap,
                                call->setting_count + 1,
                                sizeof(*call->settings));
    call->settings[call->setting_count++] =
        arena_printf(&call->arena, "route.budget=%.*s", STR_ARG(dollars));
    return true;
}

static bool take_options(struct invocation *call, struct run *run)
{
    run->apply = take_flag(call, "--apply");
    run->json = take_flag(call, "--json");
    if (take_value(call, "--patch", &run->patch_file) < 0 || !take_budget(call)
        || !words_are_at_most(call, 1))
        return false;
    if (run->json && str_is(run->patch_file, "-"))
        complain_usage(call, "--json and --patch - both want standard output");
    return !run->json || !str_is(run->patch_file, "-");
}

int cli_run(struct invocation *call)
{
    struct run run = { .to_terminal = isatty(STDOUT_FILENO) };
    struct error err = { 0 };

    if (!take_options(call, &run))
        return EXIT_USAGE;
    int status = load(call, &run.setup, true);
    if (status == EXIT_DONE && !read_words(call, &run, &err))
        status = complain(&err);
    if (status == EXIT_DONE && str_trim(run.text).len == 0)
        status = complain_usage(call, "no text: kerf run TEXT, or - for "
                                      "standard input");
    if (status == EXIT_DONE)
        status = run_turn(&run);
    setup_release(&run.setup);
    return status;
}
