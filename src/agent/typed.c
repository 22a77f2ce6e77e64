/*
 * A command that the user typed behind `!`. It is a growing context: shown
 * while it runs, sent with the next message, and nothing of the model's.
 * Messages wait for its end in the queue, as they wait for files being read.
 */
#include "parts.h"

#include <stdlib.h>

#define LIMIT_TYPED_BYTES ((size_t)64 << 10)

struct typed {
    struct agent *agent;
    struct shell *shell;
    struct arena arena; // texts below
    struct str id, command;
    bool aside;
};

static void post_context(struct typed *typed, struct str text, int exit_status,
                         bool grows)
{
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .id = typed->id,
        .name = typed->command,
        .text = text,
        .number = exit_status,
        .state = typed->aside ? CONTEXT_ASIDE : CONTEXT_SENT,
        .flag = grows,
    };

    agent_post(typed->agent, &event);
}

static void on_output(struct str bytes, void *ctx)
{
    struct typed *typed = ctx;
    struct event event = { .kind = EVENT_TOOL_OUTPUT,
                           .call_id = typed->id,
                           .text = bytes };

    agent_post(typed->agent, &event);
}

static void release(struct typed *typed)
{
    shell_destroy(typed->shell);
    arena_release(&typed->arena);
    free(typed);
}

static void on_end(struct str text, int exit_status, void *ctx)
{
    struct typed *typed = ctx;
    struct agent *agent = typed->agent;

    post_context(typed, text, exit_status, false);
    agent->typed = NULL;
    agent->jobs--;
    release(typed);
    changes_refresh(agent->changes); // it may have changed files
    agent_step(agent);
}

static bool start(struct typed *typed, struct error *err)
{
    struct agent *agent = typed->agent;
    struct shell_options options = {
        .command = typed->command,
        .root = agent->options.root,
        .env = agent->options.env,
        .config = agent->options.config,
        .output_bytes = (size_t)agent->options.config->output_bytes,
        .bare = true,
    };

    typed->shell = shell_start(agent->options.loop, &options, on_output, on_end,
                               typed, err);
    return typed->shell != NULL;
}

static bool may_run(struct agent *agent, struct str command, bool aside)
{
    const char *why = NULL;

    if (agent->typed)
        why = "a command runs already: Esc stops it";
    else if (command.len == 0 || command.len > LIMIT_TYPED_BYTES)
        why = "that is no command to run";
    else if (!aside && session_is_busy(agent->session))
        why = "a turn is running: !!COMMAND runs it without adding its output";
    if (why)
        agent_notice(agent, str_from(why), true);
    return !why;
}

void agent_run(struct agent *agent, struct str command, bool aside)
{
    struct error err = { 0 };

    if (!may_run(agent, command, aside))
        return;
    struct typed *typed = mem_alloc(sizeof(*typed));
    typed->agent = agent;
    typed->command = arena_copy(&typed->arena, command);
    typed->id =
        arena_printf(&typed->arena, "typed-%zu", agent->session->item_count);
    typed->aside = aside;
    if (!start(typed, &err)) {
        agent_notice(agent, str_from(err.text), true);
        release(typed);
        return;
    }
    agent->typed = typed;
    agent->jobs++;
    post_context(typed, STR(""), 0, true);
}

bool typed_stop(struct agent *agent)
{
    if (!agent->typed)
        return false;
    shell_kill(agent->typed->shell);
    return true;
}

void typed_destroy(struct agent *agent)
{
    if (!agent->typed)
        return;
    release(agent->typed);
    agent->typed = NULL;
    agent->jobs--;
}
