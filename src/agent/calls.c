/*
 * What the model asks for. Every call ends in exactly one EVENT_TOOL_DONE:
 * with the tool's output, with a refusal in words, or with what was wrong
 * about the call itself. One command runs at a time.
 */
#include "parts.h"

#include <stdlib.h>

#include "file_tools.h"
#include "kerf/agent/tools.h"
#include "kerf/base/json.h"
#include "kerf/base/shell.h"
#include "kerf/loop/loop.h"

#define LIMIT_TIMEOUT_MS ((int64_t)3600 * 1000)

static void tool_done(struct agent *agent, struct str call_id, struct str text,
                      int exit_status, bool well)
{
    struct event event = {
        .kind = EVENT_TOOL_DONE,
        .call_id = call_id,
        .text = text,
        .number = exit_status,
        .flag = well,
    };
    agent_post(agent, &event);
}

static void refuse_call(struct agent *agent, struct str call_id,
                        const char *why)
{
    tool_done(agent, call_id, str_from(why), -1, false);
}

// --- shell -----------------------------------------------------------------

struct shell_call {
    struct str command;
    int64_t timeout_ms;
};

// Models give a line, or an argv; some call it `cmd`.
static bool put_command(struct buf *out, const struct json *arguments)
{
    const struct json *command = json_member(arguments, "command");

    if (!command)
        command = json_member(arguments, "cmd");
    if (json_kind(command) != JSON_KIND_STRING)
        return shell_join(out, command);
    buf_append(out, json_str(command));
    return true;
}

// Where it is to run is part of the line, as that is what the user allows.
static void put_folder(struct buf *out, const struct json *arguments)
{
    struct str folder = json_str(json_member(arguments, "workdir"));

    if (folder.len == 0 || str_is(folder, "."))
        return;
    buf_append(out, STR("cd -- "));
    shell_quote(out, folder);
    buf_append(out, STR(" || exit\n"));
}

static bool read_line(struct arena *arena, const struct json *arguments,
                      struct str *line)
{
    struct buf out = { 0 };

    put_folder(&out, arguments);
    size_t folder = out.len;
    bool fine = put_command(&out, arguments) && out.len > folder
                && str_find_char(buf_str(&out), '\0') == SIZE_MAX;
    if (fine)
        *line = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return fine;
}

// The usual time is the least: models ask for short ones.
static int64_t read_timeout(const struct agent *agent,
                            const struct json *arguments)
{
    int64_t usual_ms = agent->options.config->shell_timeout_s * 1000;
    int64_t ms = json_int(json_member(arguments, "timeout_ms"), usual_ms);

    if (ms < usual_ms)
        ms = usual_ms;
    return ms < LIMIT_TIMEOUT_MS ? ms : LIMIT_TIMEOUT_MS;
}

static bool read_shell_call(struct agent *agent, struct arena *arena,
                            const struct item *item, struct shell_call *call)
{
    struct error err = { 0 };
    struct json *arguments = json_parse(buf_str(&item->text), &err);

    if (!arguments) {
        refuse_call(agent, item->call_id, err.text);
        return false;
    }
    call->timeout_ms = read_timeout(agent, arguments);
    bool read = read_line(arena, arguments, &call->command);
    json_destroy(arguments);
    if (!read)
        refuse_call(agent, item->call_id,
                    "the call needs a member \"command\": one command line");
    return read;
}

static bool is_allowed(const struct agent *agent, struct str command)
{
    for (size_t i = 0; i < agent->allowed_count; i++)
        if (str_equal(agent->allowed[i], command))
            return true;
    return false;
}

void calls_allow(struct agent *agent, struct str command)
{
    if (is_allowed(agent, command))
        return;
    agent->allowed = arena_grow(&agent->arena, agent->allowed,
                                &agent->allowed_cap, agent->allowed_count + 1,
                                sizeof(*agent->allowed));
    agent->allowed[agent->allowed_count++] = arena_copy(&agent->arena, command);
}

static void on_shell_output(struct str bytes, void *ctx)
{
    struct agent *agent = ctx;
    struct event event = {
        .kind = EVENT_TOOL_OUTPUT,
        .call_id = agent->shell_call,
        .text = bytes,
    };
    agent_post(agent, &event);
}

// The model must not take the output for that of its own command.
static struct str tell_edited(const struct agent *agent, struct arena *arena,
                              struct str call_id, struct str text)
{
    size_t index = session_item_of(agent->session, call_id);

    if (index == NO_INDEX || !agent->session->items[index].edited)
        return text;
    const struct item *item = &agent->session->items[index];
    return arena_printf(arena, "The user ran this command instead:\n%.*s\n%.*s",
                        STR_ARG(item->command), STR_ARG(text));
}

static void on_shell_end(struct str text, int exit_status, void *ctx)
{
    struct agent *agent = ctx;
    struct str call_id = agent->shell_call;
    struct arena arena = { 0 };

    agent->shell_call = (struct str){ 0 };
    tool_done(agent, call_id, tell_edited(agent, &arena, call_id, text),
              exit_status, exit_status == 0);
    arena_release(&arena);
    changes_refresh(agent->changes); // a command may have changed files
    agent_step(agent);
}

static void run_shell(struct agent *agent, const struct item *item,
                      const struct shell_call *call)
{
    struct error err = { 0 };
    struct event started = { .kind = EVENT_TOOL_STARTED,
                             .call_id = item->call_id };
    struct shell_options options = {
        .command = call->command,
        .root = agent->options.root,
        .env = agent->options.env,
        .config = agent->options.config,
        .timeout_ms = call->timeout_ms,
        .output_bytes = (size_t)agent->options.config->output_bytes,
    };

    shell_destroy(agent->shell);
    agent->shell_call = item->call_id;
    agent->shell = shell_start(agent->options.loop, &options, on_shell_output,
                               on_shell_end, agent, &err);
    if (agent->shell) {
        agent_post(agent, &started);
    } else {
        agent->shell_call = (struct str){ 0 };
        refuse_call(agent, item->call_id, err.text);
    }
}

static void ask_or_run(struct agent *agent, const struct item *item)
{
    struct arena arena = { 0 };
    struct shell_call call;

    if (!read_shell_call(agent, &arena, item, &call)) {
        arena_release(&arena);
        return;
    }
    if (item->edited)
        call.command = item->command;
    struct event event = {
        .kind = EVENT_APPROVAL_ASKED,
        .call_id = item->call_id,
        .text = call.command,
    };
    if (str_find(call.command, STR("*** Begin Patch")) != SIZE_MAX)
        refuse_call(agent, item->call_id,
                    "use the apply_patch tool for patches, not the shell");
    else if (item->approved || is_allowed(agent, call.command))
        run_shell(agent, item, &call);
    else
        agent_post(agent, &event);
    arena_release(&arena);
}

static void answer_yes(struct agent *agent, const struct item *item,
                       enum approval approval, struct str edited)
{
    struct arena arena = { 0 };
    struct shell_call call;
    struct event event = {
        .kind = EVENT_APPROVAL_ANSWERED,
        .call_id = item->call_id,
        .flag = true,
        .text = approval == APPROVAL_EDITED ? edited : (struct str){ 0 },
        .extra = approval == APPROVAL_SESSION ? STR("session")
                                              : (struct str){ 0 },
    };

    if (read_shell_call(agent, &arena, item, &call)) {
        if (approval == APPROVAL_SESSION)
            calls_allow(agent, call.command);
        agent_post(agent, &event); // pending again: the next step runs it
    }
    arena_release(&arena);
}

static void answer_no(struct agent *agent, const struct item *item,
                      struct str reason)
{
    struct event event = {
        .kind = EVENT_APPROVAL_ANSWERED,
        .call_id = item->call_id,
        .text = reason,
    };
    agent_post(agent, &event); // the refusal is the call's output
}

void calls_answer(struct agent *agent, enum approval approval, struct str text)
{
    size_t index = session_asking(agent->session);

    if (index == NO_INDEX || (approval == APPROVAL_EDITED && text.len == 0))
        return;
    const struct item *item = &agent->session->items[index];
    if (approval == APPROVAL_NO)
        answer_no(agent, item, text);
    else
        answer_yes(agent, item, approval, text);
}

void calls_stop(struct agent *agent)
{
    shell_destroy(agent->shell);
    agent->shell = NULL;
    agent->shell_call = (struct str){ 0 };
}

// --- reading tools ---------------------------------------------------------

struct reading {
    struct file_call call;
    struct agent *agent;
};

static void reading_work(void *ctx)
{
    struct reading *reading = ctx;
    file_call_run(&reading->call);
}

static void reading_done(void *ctx)
{
    struct reading *reading = ctx;
    struct agent *agent = reading->agent;

    agent->jobs--;
    tool_done(agent, reading->call.call_id, buf_str(&reading->call.out), -1,
              reading->call.well);
    buf_release(&reading->call.out);
    arena_release(&reading->call.arena);
    free(reading);
    if (!agent->closing)
        agent_step(agent);
}

static void start_reading(struct agent *agent, const struct item *item,
                          enum tool_kind kind)
{
    struct reading *reading = mem_alloc(sizeof(*reading));
    struct file_call *call = &reading->call;
    struct event started = { .kind = EVENT_TOOL_STARTED,
                             .call_id = item->call_id };

    reading->agent = agent;
    call->kind = kind;
    call->root = arena_copy(&call->arena, agent->options.root);
    call->call_id = arena_copy(&call->arena, item->call_id);
    call->arguments = arena_copy(&call->arena, buf_str(&item->text));
    call->output_bytes = (size_t)agent->options.config->output_bytes;
    agent->jobs++;
    agent_post(agent, &started);
    work_run(agent->options.loop, agent->lane, reading_work, reading_done,
             reading);
}

// --- proposals -------------------------------------------------------------

static void refuse_patch(struct agent *agent, const struct item *item)
{
    struct arena arena = { 0 };
    struct str problem = agent->session->proposals[item->proposal].problem;
    struct str text = arena_printf(&arena,
                                   "The patch could not be read, nothing was "
                                   "changed: %.*s",
                                   STR_ARG(problem));

    tool_done(agent, item->call_id, text, -1, false);
    arena_release(&arena);
}

static void start_call(struct agent *agent, const struct item *item)
{
    enum tool_kind kind = tool_find(item->name);

    if (item->kind == ITEM_PATCH) {
        refuse_patch(agent, item);
        return;
    }
    switch (kind) {
    case TOOL_SHELL: ask_or_run(agent, item); break;
    case TOOL_READ_FILE:
    case TOOL_LIST_FILES:
    case TOOL_SEARCH: start_reading(agent, item, kind); break;
    case TOOL_APPLY_PATCH:
    case TOOL_NONE:
        refuse_call(agent, item->call_id,
                    "there is no such tool: use shell, read_file, list_files, "
                    "search or apply_patch");
        break;
    }
}

void calls_step(struct agent *agent)
{
    size_t index;

    while (agent->shell_call.len == 0
           && (index = session_pending_call(agent->session)) != NO_INDEX)
        start_call(agent, &agent->session->items[index]);
}
