/*
 * kerf-sim: a model server on this machine that speaks the protocols of the
 * real ones. Reads the options, makes the engine, opens the recorder and
 * serves; or, by its first word, is the relay or the proxy. Exit status: 0
 * ended as asked, 1 failed, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "kerf/sim/relay.h"
#include "kerf/sim/server.h"

#define TOKEN_BYTES 24
#define LIMIT_TOKEN_BYTES 400
#define LIMIT_SCENARIO_BYTES ((size_t)16 << 20)

static int complain(const struct error *err)
{
    fprintf(stderr, "kerf-sim: %s\n", err->text);
    return err->kind == ERROR_USAGE ? 2 : 1;
}

static bool read_file(const char *path, struct buf *out, struct error *err)
{
    FILE *file = fopen(path, "rb");
    char piece[16384];
    size_t got;

    if (!file)
        return error_errno(err, errno, "%s", path);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0
           && out->len <= LIMIT_SCENARIO_BYTES)
        buf_append(out, (struct str){ piece, got });
    bool good = !ferror(file) || error_errno(err, errno, "%s", path);
    fclose(file);
    if (good && out->len > LIMIT_SCENARIO_BYTES)
        return error_set(err, ERROR_LIMIT, "%s: more than %zu bytes", path,
                         LIMIT_SCENARIO_BYTES);
    return good;
}

static struct engine *load_script(const char *path, struct error *err)
{
    struct buf text = { 0 };
    struct engine *engine = NULL;

    if (read_file(path, &text, err)) {
        engine = engine_create_script(buf_str(&text), err);
        if (!engine)
            error_prefix(err, "%s", path);
    }
    buf_release(&text);
    return engine;
}

static struct engine *make_engine(const struct sim_options *options,
                                  struct error *err)
{
    switch (options->engine) {
    case ENGINE_FIXIT: return engine_create_fixit();
    case ENGINE_SCRIPT: return load_script(options->scenario, err);
    case ENGINE_ECHO: return engine_create_echo(options->tokens, options->seed);
    }
    return NULL;
}

// What clients send is nobody else's business: mode 0600.
static FILE *open_private(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fd < 0 ? NULL : fdopen(fd, "a");
}

static void write_record(struct str line, void *ctx)
{
    fwrite(line.at, 1, line.len, ctx);
    fflush(ctx);
}

// Takes the token from the environment or makes one.
static bool choose_token(struct server_plan *plan, char *room,
                         struct error *err)
{
    const char *given = getenv("KERF_SIM_TOKEN");
    unsigned char raw[TOKEN_BYTES];

    if (given && strlen(given) > LIMIT_TOKEN_BYTES)
        return error_set(err, ERROR_USAGE, "KERF_SIM_TOKEN is too long");
    plan->token_is_secret = given && *given;
    plan->token = plan->token_is_secret ? given : room;
    if (plan->token_is_secret)
        return true;
    if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
        return error_errno(err, errno, "getrandom");
    for (size_t i = 0; i < sizeof(raw); i++)
        snprintf(room + 2 * i, 3, "%02x", raw[i]);
    return true;
}

// The bytes of a replay, which live as long as `bytes`.
static bool load_replay(const struct sim_options *options, struct world *world,
                        struct buf *bytes, struct error *err)
{
    if (!options->replay)
        return true;
    if (!read_file(options->replay, bytes, err))
        return false;
    world->replay = buf_str(bytes);
    return bytes->len > 0
           || error_set(err, ERROR_INVALID, "%s: empty", options->replay);
}

static bool serve_models(const struct sim_options *options, struct error *err)
{
    char token[2 * TOKEN_BYTES + 1];
    struct world world = { .options = options };
    struct server_plan plan = { .world = &world };
    FILE *record = NULL;
    struct buf replay = { 0 };
    bool good = false;

    if (!choose_token(&plan, token, err))
        return false;
    world.engine = make_engine(options, err);
    if (!world.engine)
        return false;
    if (options->record) {
        record = open_private(options->record);
        world.record = write_record;
        world.record_ctx = record;
    }
    if (options->record && !record)
        error_errno(err, errno, "%s", options->record);
    else
        good = load_replay(options, &world, &replay, err)
               && server_run(&plan, err);
    buf_release(&replay);
    if (record)
        fclose(record);
    engine_destroy(world.engine);
    return good;
}

static int print(struct buf *text)
{
    fwrite(text->at, 1, text->len, stdout);
    buf_release(text);
    return 0;
}

static int run_server(int count, const char *const *args)
{
    struct sim_options options;
    struct buf help = { 0 };
    struct error err;

    if (!sim_options_read(count, args, &options, &err))
        return complain(&err);
    if (options.help) {
        sim_options_help(&help);
        return print(&help);
    }
    if (options.version) {
        puts("kerf-sim " KERF_VERSION);
        return 0;
    }
    return serve_models(&options, &err) ? 0 : complain(&err);
}

static int run_relay(int count, const char *const *args)
{
    struct relay_options options;
    struct buf help = { 0 };
    struct error err;

    if (!relay_options_read(count, args, &options, &err))
        return complain(&err);
    if (options.help) {
        relay_help(&help);
        return print(&help);
    }
    return relay_run(&options, &err) ? 0 : complain(&err);
}

static int run_proxy(int count, const char *const *args)
{
    struct proxy_options options;
    struct buf help = { 0 };
    struct error err;

    if (!proxy_options_read(count, args, &options, &err))
        return complain(&err);
    if (options.help) {
        proxy_help(&help);
        return print(&help);
    }
    return proxy_run(&options, &err) ? 0 : complain(&err);
}

int main(int argc, char **argv)
{
    const char *const *args = (const char *const *)argv;
    struct str word = str_from(argc > 1 ? argv[1] : "");

    if (str_is(word, "relay"))
        return run_relay(argc - 2, args + 2);
    if (str_is(word, "proxy"))
        return run_proxy(argc - 2, args + 2);
    return run_server(argc - 1, args + 1);
}
