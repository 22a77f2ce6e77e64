/* The server's standard input is a pipe that we hold: when kerf goes, however
 * it goes, the pipe closes and the server ends. */
#include "kerf/app/builtin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/base/buf.h"
#include "kerf/loop/child.h"

#define TOKEN_BYTES 24
#define PACE "2000"        // tokens a second: what a fast model looks like
#define ROTATE_S (55 * 60) // before its server would close a socket

struct builtin {
    struct arena arena;
    struct builtin_events events;
    void *ctx;
    struct child *child;
    struct buf said; // until the first line is complete
    struct str dir, socket, token;
    bool ready;
};

const struct backend *builtin_backend(void)
{
    static const struct backend backend = {
        .name = { "built-in", 8 },
        .protocol = { "responses", 9 },
        .transport = { "ws", 2 },
        .model = { "fixit", 5 },
        .backend_class = CLASS_LOCAL,
        .rotate_s = ROTATE_S,
        .context = 128000,
    };
    return &backend;
}

static bool make_token(struct builtin *builtin, struct error *err)
{
    unsigned char bytes[TOKEN_BYTES];
    struct buf hex = { 0 };

    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return error_errno(err, errno, "a token for kerf-sim");
    for (size_t i = 0; i < sizeof(bytes); i++)
        buf_printf(&hex, "%02x", bytes[i]);
    builtin->token = arena_copy(&builtin->arena, buf_str(&hex));
    buf_release(&hex);
    return true;
}

static bool is_private_dir(struct str dir)
{
    struct stat st;

    return dir.len > 0 && lstat(dir.at, &st) == 0 && S_ISDIR(st.st_mode)
           && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

// A path for a socket may have 107 bytes, so the folder is a short one.
static bool make_dir(struct builtin *builtin, struct setup *setup,
                     struct error *err)
{
    struct str runtime = setup->folders.runtime_dir;
    struct str base = is_private_dir(runtime) ? runtime : STR("/tmp");
    char *dir = arena_cstr(
        &builtin->arena,
        arena_printf(&builtin->arena, "%.*s/kerf-XXXXXX", STR_ARG(base)));

    if (!mkdtemp(dir))
        return error_set(err, ERROR_DENIED, "cannot make a folder in %.*s",
                         STR_ARG(base));
    builtin->dir = str_from(dir);
    builtin->socket = arena_printf(&builtin->arena, "%s/sim", dir);
    return true;
}

static void on_output(struct str bytes, void *ctx)
{
    struct builtin *builtin = ctx;

    if (builtin->ready || builtin->said.len + bytes.len > 4096)
        return;
    buf_append(&builtin->said, bytes);
    if (str_find(buf_str(&builtin->said), STR("listening on")) == SIZE_MAX
        || str_find_char(buf_str(&builtin->said), '\n') == SIZE_MAX)
        return;
    builtin->ready = true;
    struct str url =
        arena_printf(&builtin->arena, "unix:%.*s", STR_ARG(builtin->socket));
    builtin->events.ready(url, builtin->token, builtin->ctx);
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct builtin *builtin = ctx;
    struct str said = str_trim(buf_str(&builtin->said));
    struct str why =
        arena_printf(&builtin->arena, "kerf-sim ended with status %d%s%.*s",
                     end->exit_status, said.len ? ": " : "", STR_ARG(said));

    builtin->events.failed(why, builtin->ctx);
}

static bool find_program(struct setup *setup, char *path, size_t size)
{
    snprintf(path, size, "%.*s/kerf-sim", STR_ARG(setup->program_dir));
    if (access(path, X_OK) == 0)
        return true;
    return child_find("kerf-sim", setup->root.at, path, size);
}

static struct child *start(struct builtin *builtin, struct loop *loop,
                           struct setup *setup, struct error *err)
{
    char path[4096];
    const char *argv[] = {
        path, "--unix", builtin->socket.at, "--exit-with-stdin", "--tps",
        PACE, NULL
    };
    const char *env[4] = { 0 };
    struct str search = setup_env(setup, "PATH");
    struct child_options options = {
        .argv = argv, .env = env, .dir = "/", .keep_stdin = true
    };

    if (!find_program(setup, path, sizeof(path))) {
        error_set(err, ERROR_NOT_FOUND,
                  "no backend is set and kerf-sim, the built-in one, is not "
                  "installed beside kerf");
        return NULL;
    }
    env[0] = arena_printf(&builtin->arena, "KERF_SIM_TOKEN=%.*s",
                          STR_ARG(builtin->token))
                 .at;
    env[1] = arena_printf(&builtin->arena, "PATH=%.*s", STR_ARG(search)).at;
    env[2] = "LC_ALL=C.UTF-8";
    return child_start(loop, &options, on_output, on_end, builtin, err);
}

struct builtin *builtin_start(struct loop *loop, struct setup *setup,
                              const struct builtin_events *events, void *ctx,
                              struct error *err)
{
    struct builtin *builtin = mem_alloc(sizeof(*builtin));

    builtin->events = *events;
    builtin->ctx = ctx;
    if (make_token(builtin, err) && make_dir(builtin, setup, err))
        builtin->child = start(builtin, loop, setup, err);
    if (!builtin->child) {
        builtin_destroy(builtin);
        return NULL;
    }
    return builtin;
}

void builtin_destroy(struct builtin *builtin)
{
    if (!builtin)
        return;
    child_destroy(builtin->child);
    if (builtin->dir.len > 0) {
        unlink(builtin->socket.at);
        rmdir(builtin->dir.at);
    }
    buf_release(&builtin->said);
    if (builtin->token.len > 0)
        explicit_bzero((char *)builtin->token.at, builtin->token.len);
    arena_release(&builtin->arena);
    free(builtin);
}
