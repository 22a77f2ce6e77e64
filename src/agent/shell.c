/* The output goes two ways: live to whoever watches, and bounded, with head
 * and tail, into the text that the model gets. */
#include "shell.h"

#include <stdlib.h>

#include "kerf/agent/output.h"
#include "kerf/agent/secret.h"
#include "kerf/base/arena.h"
#include "kerf/loop/child.h"

struct shell {
    struct child *child;
    struct output output;
    shell_output_fn on_output;
    shell_end_fn on_end;
    void *ctx;
    int64_t timeout_ms;
    bool bare;
};

static void take_output(struct str bytes, void *ctx)
{
    struct shell *shell = ctx;

    output_add(&shell->output, bytes);
    shell->on_output(bytes, shell->ctx);
}

// The form that code models know: protocol.md 5.2.
static void write_result(const struct shell *shell, const struct child_end *end,
                         struct buf *out)
{
    buf_printf(out, "Exit code: %d\nWall time: %.1f seconds\nOutput:\n",
               end->exit_status, (double)end->wall_ms / 1000.0);
    if (end->timed_out)
        buf_printf(out, "command timed out after %lld milliseconds\n",
                   (long long)shell->timeout_ms);
    output_write(&shell->output, out);
}

static void take_end(const struct child_end *end, void *ctx)
{
    struct shell *shell = ctx;
    struct buf text = { 0 };

    if (shell->bare)
        output_write(&shell->output, &text);
    else
        write_result(shell, end, &text);
    shell->on_end(buf_str(&text), end->exit_status, shell->ctx);
    buf_release(&text);
}

struct shell *shell_start(struct loop *loop,
                          const struct shell_options *options,
                          shell_output_fn output, shell_end_fn end, void *ctx,
                          struct error *err)
{
    struct arena arena = { 0 };
    struct shell *shell = mem_alloc(sizeof(*shell));
    const char *argv[] = { "/bin/sh", "-c",
                           arena_cstr(&arena, options->command), NULL };
    struct child_options child = {
        .argv = argv,
        .env = secret_free_env(&arena, options->env, options->config),
        .dir = arena_cstr(&arena, options->root),
        .timeout_ms = options->timeout_ms,
    };

    output_init(&shell->output, options->output_bytes);
    shell->on_output = output;
    shell->on_end = end;
    shell->ctx = ctx;
    shell->timeout_ms = options->timeout_ms;
    shell->bare = options->bare;
    shell->child = child_start(loop, &child, take_output, take_end, shell, err);
    arena_release(&arena);
    if (!shell->child) {
        shell_destroy(shell);
        return NULL;
    }
    return shell;
}

void shell_kill(struct shell *shell)
{
    child_kill(shell->child);
}

void shell_destroy(struct shell *shell)
{
    if (!shell)
        return;
    child_destroy(shell->child);
    output_release(&shell->output);
    free(shell);
}
