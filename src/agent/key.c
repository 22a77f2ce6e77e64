/*
 * The key command comes from the user's own configuration, never from a tree.
 * Its output is wiped as soon as the key was passed on.
 */
#include "key.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/env.h"
#include "kerf/loop/child.h"

#define KEY_COMMAND_MS 30000
#define LIMIT_KEY_BYTES ((size_t)64 << 10)

struct key_source {
    struct loop *loop;
    char *const *env;
    struct key_events events;
    void *ctx;
    struct child *child;
    struct buf said;
};

static void on_output(struct str bytes, void *ctx)
{
    struct key_source *source = ctx;

    if (source->said.len + bytes.len <= LIMIT_KEY_BYTES)
        buf_append(&source->said, bytes);
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct key_source *source = ctx;
    struct str rest = buf_str(&source->said), line = { 0 };
    bool found = str_split(&rest, '\n', &line);

    if (end->exit_status != 0 || !found || str_trim(line).len == 0)
        source->events.failed(
            "keyCommand failed or printed nothing: run it by hand",
            source->ctx);
    else
        source->events.found(str_trim(line), source->ctx);
    buf_wipe(&source->said);
}

static void run_command(struct key_source *source, struct str text)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct str command =
        arena_printf(&arena, "{ %.*s\n} 2>/dev/null", STR_ARG(text));
    const char *argv[] = { "/bin/sh", "-c", command.at, NULL };
    struct child_options options = {
        .argv = argv,
        .env = (const char *const *)source->env,
        .dir = "/",
        .timeout_ms = KEY_COMMAND_MS,
    };

    source->child =
        child_start(source->loop, &options, on_output, on_end, source, &err);
    if (!source->child)
        source->events.failed(err.text, source->ctx);
    arena_release(&arena);
}

static void read_variable(struct key_source *source, struct str name)
{
    struct arena arena = { 0 };
    struct str key = env_value(source->env, arena_cstr(&arena, name));

    if (key.len > 0)
        source->events.found(key, source->ctx);
    else
        source->events.failed(
            arena_printf(&arena, "no key: set the environment variable %.*s",
                         STR_ARG(name))
                .at,
            source->ctx);
    arena_release(&arena);
}

void key_fetch(struct key_source *source, const struct backend *backend,
               struct str given)
{
    key_stop(source);
    if (given.len > 0)
        source->events.found(given, source->ctx);
    else if (backend->key_env.len > 0)
        read_variable(source, backend->key_env);
    else if (backend->key_command.len > 0)
        run_command(source, backend->key_command);
    else
        source->events.found((struct str){ 0 }, source->ctx);
}

void key_stop(struct key_source *source)
{
    child_destroy(source->child);
    source->child = NULL;
    buf_wipe(&source->said);
}

struct key_source *key_source_create(struct loop *loop, char *const *env,
                                     const struct key_events *events, void *ctx)
{
    struct key_source *source = mem_alloc(sizeof(*source));

    source->loop = loop;
    source->env = env;
    source->events = *events;
    source->ctx = ctx;
    return source;
}

void key_source_destroy(struct key_source *source)
{
    if (!source)
        return;
    key_stop(source);
    free(source);
}
