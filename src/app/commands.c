/* One handler a command: what the user wants becomes a call of the agent, of
 * the terminal or of nobody but the screen. */
#include "parts.h"

#include <signal.h>

#include "kerf/model/estimate.h"
#include "kerf/patch/shape.h"

typedef void (*handler_fn)(struct app *app, const struct command *command);

static void do_send(struct app *app, const struct command *command)
{
    app->front->remember(app, command->text);
    agent_submit(app->agent, command->text);
}

static void do_interrupt(struct app *app, const struct command *command)
{
    (void)command;
    agent_interrupt(app->agent);
}

static void do_quit(struct app *app, const struct command *command)
{
    (void)command;
    app_leave(app, app->status);
}

static void do_suspend(struct app *app, const struct command *command)
{
    (void)command;
    app->front->signalled(app, SIGTSTP);
}

// --- the user's editor -----------------------------------------------------

static void do_editor(struct app *app, const struct command *command)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct str text;

    if (editor_edit(app, command->text, "", &arena, &text, &err))
        app->front->draft(app, str_trim_end(text));
    else
        app_notice(app, str_from(err.text), true);
    arena_release(&arena);
}

// --- conversation ----------------------------------------------------------

static void do_context(struct app *app, const struct command *command)
{
    const struct session *session = app->session;
    struct arena arena = { 0 };
    size_t bytes = 0, count = 0;
    double tokens = 0;

    (void)command;
    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (!estimate_counts(item))
            continue;
        count++;
        bytes += item->text.len + item->output.len;
        tokens += estimate_item(item);
    }
    app_notice(app,
               arena_printf(&arena,
                            "context: %zu items, %zu bytes, about %.0f tokens; "
                            "the newest answer counted %lld",
                            count, bytes, tokens,
                            (long long)session->context_tokens),
               false);
    arena_release(&arena);
}

static void do_clear(struct app *app, const struct command *command)
{
    (void)command;
    if (session_is_busy(app->session) || agent_is_working(app->agent))
        app_notice(app, STR("a turn is running: interrupt it first"), true);
    else
        app_begin_anew(app);
}

static void do_add(struct app *app, const struct command *command)
{
    if (command->text.len > 0)
        agent_add_file(app->agent, command->text);
    else
        app_notice(app, STR("/add PATH adds a file of the tree"), true);
}

static void pick_backend(struct app *app)
{
    const struct config *config = &app->setup->config;
    struct ui_choice choices[LIMIT_BACKENDS];
    struct arena arena = { 0 };

    if (config->backend_count == 0) {
        app_notice(app, STR("no backend is set: the built-in engine answers"),
                   false);
        return;
    }
    for (size_t i = 0; i < config->backend_count; i++) {
        const struct backend *backend = &config->backends[i];
        choices[i] = (struct ui_choice){
            .value = backend->name,
            .label = backend->name,
            .note = arena_printf(&arena, "%.*s  %.*s", STR_ARG(backend->model),
                                 STR_ARG(backend->url)),
        };
    }
    app->front->pick(app, "backend", choices, config->backend_count,
                     CMD_BACKEND);
    arena_release(&arena);
}

static void do_backend(struct app *app, const struct command *command)
{
    struct str name = command->text;
    const struct backend *backend = config_backend(&app->setup->config, name);

    if (name.len == 0) {
        pick_backend(app);
    } else if (!backend) {
        app_notice(app, STR("there is no backend of that name"), true);
    } else if (session_is_busy(app->session)) {
        app_notice(app, STR("a turn is running: interrupt it first"), true);
    } else {
        agent_use_backends(app->agent, backend->name);
        agent_connect(app->agent);
        figures_renew(app);
    }
}

static void do_sessions(struct app *app, const struct command *command)
{
    (void)command;
    sessions_list(app);
}

static void do_resume(struct app *app, const struct command *command)
{
    if (session_is_busy(app->session) || agent_is_working(app->agent))
        app_notice(app, STR("a turn is running: interrupt it first"), true);
    else if (!str_equal(command->text, app->session->id))
        app_begin_again(app, command->text);
}

static void do_unqueue(struct app *app, const struct command *command)
{
    struct event event = { .kind = EVENT_UNQUEUED, .index = command->index };

    app_post(app, &event);
}

// First in, then out: a crash between them leaves it twice, not nowhere.
static void do_move_queued(struct app *app, const struct command *command)
{
    const struct session *session = app->session;
    size_t from = command->index, count = session->queue_count;

    if (from >= count || (command->by < 0 && from == 0)
        || (command->by > 0 && from + 1 == count))
        return;
    size_t to = command->by < 0 ? from - 1 : from + 2;
    struct event in = { .kind = EVENT_QUEUED,
                        .text = session->queue[from],
                        .index = to,
                        .flag = true };
    struct event out = { .kind = EVENT_UNQUEUED,
                         .index = to <= from ? from + 1 : from };
    app_post(app, &in);
    app_post(app, &out);
}

static void do_stash(struct app *app, const struct command *command)
{
    bool away = command->text.len > 0;
    struct event event = { .kind = away ? EVENT_STASHED : EVENT_UNSTASHED,
                           .text = command->text,
                           .index = command->index };

    app_post(app, &event);
}

static void do_send_queued(struct app *app, const struct command *command)
{
    (void)command;
    agent_send_queued(app->agent);
}

static void do_compact(struct app *app, const struct command *command)
{
    (void)command;
    agent_compact(app->agent);
}

static void do_uncompact(struct app *app, const struct command *command)
{
    (void)command;
    agent_uncompact(app->agent);
}

static void do_shell(struct app *app, const struct command *command)
{
    agent_run(app->agent, command->text, command->by != 0);
}

static void do_retry(struct app *app, const struct command *command)
{
    (void)command;
    agent_retry(app->agent);
}

// --- approval --------------------------------------------------------------

static void do_approve(struct app *app, const struct command *command)
{
    agent_answer(app->agent, APPROVAL_ONCE, command->text);
}

static void do_approve_session(struct app *app, const struct command *command)
{
    agent_answer(app->agent, APPROVAL_SESSION, command->text);
}

static void do_approve_edited(struct app *app, const struct command *command)
{
    agent_answer(app->agent, APPROVAL_EDITED, command->text);
}

static void do_deny(struct app *app, const struct command *command)
{
    agent_answer(app->agent, APPROVAL_NO, command->text);
}

// --- review ----------------------------------------------------------------

static void post_decision(struct app *app, struct event *event)
{
    size_t index = session_reviewing(app->session);

    if (index == NO_INDEX)
        return;
    event->call_id = app->session->proposals[index].call_id;
    app_post(app, event);
}

static void do_decide(struct app *app, const struct command *command)
{
    struct event event = {
        .kind = EVENT_DECIDED,
        .target = command->target,
        .state = (int)command->decision,
    };
    post_decision(app, &event);
}

static void do_undo_decision(struct app *app, const struct command *command)
{
    struct event event = {
        .kind = EVENT_DECISION_UNDONE,
        .flag = command->kind == CMD_REDO_DECISION,
    };
    post_decision(app, &event);
}

static void do_split(struct app *app, const struct command *command)
{
    struct event event = { .kind = EVENT_SPLIT, .target = command->target };

    post_decision(app, &event);
}

// What cannot be read is kept, so that nobody types it twice.
static void refuse_edit(struct app *app, struct target target, struct str text,
                        struct error *err)
{
    struct arena arena = { 0 };
    bool keep = err->kind != ERROR_CANCELLED;

    if (keep)
        app->front->keep_edit(app, target, text);
    app_notice(app,
               arena_printf(&arena, "%s%s", err->text,
                            keep ? ": e edits it again, Esc drops it" : ""),
               true);
    arena_release(&arena);
}

static void take_edit(struct app *app, const struct selection *sel,
                      struct target target, struct str text)
{
    struct error err = { 0 };
    struct event event = {
        .kind = EVENT_HUNK_EDITED,
        .target = target,
        .text = text,
    };

    if (selection_may_edit(sel, target.file, target.hunk, text, &err))
        post_decision(app, &event);
    else
        refuse_edit(app, target, text, &err);
}

static void do_edit_hunk(struct app *app, const struct command *command)
{
    size_t index = session_reviewing(app->session);
    struct arena arena = { 0 };
    struct buf before = { 0 };
    struct error err = { 0 };
    struct str after;

    if (index == NO_INDEX)
        return;
    const struct selection *sel = app->session->proposals[index].selection;
    if (command->text.len > 0)
        buf_append(&before, command->text);
    else
        selection_hunk_text(sel, command->target.file, command->target.hunk,
                            &before);
    if (editor_edit(app, buf_str(&before), ".diff", &arena, &after, &err))
        take_edit(app, sel, command->target, after);
    else
        app_notice(app, str_from(err.text), true);
    buf_release(&before);
    arena_release(&arena);
}

static void do_edit_file(struct app *app, const struct command *command)
{
    struct arena arena = { 0 };
    struct error err = { 0 };

    struct str path = arena_printf(
        &arena, "%.*s/%.*s", STR_ARG(app->setup->root), STR_ARG(command->text));
    if (!editor_open(app, path, command->target.line, &err))
        app_notice(app, str_from(err.text), true);
    agent_refresh_files(app->agent);
    tree_refresh(app);
    arena_release(&arena);
}

static void do_alternative(struct app *app, const struct command *command)
{
    struct event event = { .kind = EVENT_ALTERNATIVE,
                           .target = command->target };
    size_t index = session_reviewing(app->session);

    if (index == NO_INDEX)
        return;
    struct hunk_marks marks =
        selection_marks(app->session->proposals[index].selection,
                        command->target.file, command->target.hunk);
    size_t by = command->by < 0 ? marks.alternatives - 1 : 1;
    event.index = (marks.alternative + by) % marks.alternatives;
    if (marks.alternatives > 1)
        post_decision(app, &event);
}

static void do_note(struct app *app, const struct command *command)
{
    struct event event = {
        .kind = command->text.len > 0 ? EVENT_NOTE : EVENT_NOTE_REMOVED,
        .target = command->target,
        .index = command->last_line,
        .text = command->text,
    };
    post_decision(app, &event);
}

static void do_send_notes(struct app *app, const struct command *command)
{
    (void)command;
    agent_send_notes(app->agent);
}

static void do_reask(struct app *app, const struct command *command)
{
    agent_reask(app->agent, command->target, command->text);
}

static void do_write(struct app *app, const struct command *command)
{
    (void)command;
    agent_write(app->agent);
}

static void do_write_stage(struct app *app, const struct command *command)
{
    (void)command;
    agent_write_staged(app->agent);
}

static void do_undo_hunk(struct app *app, const struct command *command)
{
    agent_undo_hunk(app->agent, command->target);
}

static void do_undo_write(struct app *app, const struct command *command)
{
    (void)command;
    agent_undo_write(app->agent);
}

static void do_redo_write(struct app *app, const struct command *command)
{
    (void)command;
    agent_redo_write(app->agent);
}

static void do_end_review(struct app *app, const struct command *command)
{
    (void)command;
    agent_end_review(app->agent);
}

static void do_copy(struct app *app, const struct command *command)
{
    clipboard_copy(app, command->text);
}

static const handler_fn handlers[CMD_COUNT] = {
    [CMD_SEND] = do_send,
    [CMD_INTERRUPT] = do_interrupt,
    [CMD_QUIT] = do_quit,
    [CMD_SUSPEND] = do_suspend,
    [CMD_EDITOR] = do_editor,
    [CMD_CLEAR] = do_clear,
    [CMD_CONTEXT] = do_context,
    [CMD_ADD] = do_add,
    [CMD_BACKEND] = do_backend,
    [CMD_COMPACT] = do_compact,
    [CMD_UNCOMPACT] = do_uncompact,
    [CMD_SHELL] = do_shell,
    [CMD_RETRY] = do_retry,
    [CMD_SESSIONS] = do_sessions,
    [CMD_RESUME] = do_resume,
    [CMD_UNQUEUE] = do_unqueue,
    [CMD_MOVE_QUEUED] = do_move_queued,
    [CMD_STASH] = do_stash,
    [CMD_SEND_QUEUED] = do_send_queued,
    [CMD_APPROVE] = do_approve,
    [CMD_APPROVE_SESSION] = do_approve_session,
    [CMD_APPROVE_EDITED] = do_approve_edited,
    [CMD_DENY] = do_deny,
    [CMD_DECIDE] = do_decide,
    [CMD_UNDO_DECISION] = do_undo_decision,
    [CMD_REDO_DECISION] = do_undo_decision,
    [CMD_SPLIT] = do_split,
    [CMD_EDIT_HUNK] = do_edit_hunk,
    [CMD_EDIT_FILE] = do_edit_file,
    [CMD_ALTERNATIVE] = do_alternative,
    [CMD_NOTE] = do_note,
    [CMD_SEND_NOTES] = do_send_notes,
    [CMD_REASK] = do_reask,
    [CMD_WRITE] = do_write,
    [CMD_WRITE_STAGE] = do_write_stage,
    [CMD_UNDO_HUNK] = do_undo_hunk,
    [CMD_UNDO_WRITE] = do_undo_write,
    [CMD_REDO_WRITE] = do_redo_write,
    [CMD_END_REVIEW] = do_end_review,
    [CMD_COPY] = do_copy,
    [CMD_COPY_PATCH] = do_copy,
};

void command_run(struct app *app, const struct command *command)
{
    if (handlers[command->kind])
        handlers[command->kind](app, command);
    app->front->want(app);
}
