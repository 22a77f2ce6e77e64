/* The stand: everything of kerf run but its streams, everything of kerf-sim
 * but its process. */
#include "stand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/config/config.h"
#include "kerf/model/session.h"
#include "kerf/net/http.h"
#include "kerf/net/ws.h"

#define LIMIT_ARGS 64
#define LIMIT_FOLDERS 8

static char *const environment[] = {
    (char *)"PATH=/usr/bin:/bin",
    (char *)"STAND_KEY=" STAND_TOKEN,
    (char *)"HOME=/nonexistent",
    NULL,
};

// --- the tree --------------------------------------------------------------

static void make_tree(struct stand *stand)
{
    char path[96];

    snprintf(stand->dir, sizeof(stand->dir), "%s", "/tmp/kerf-net-XXXXXX");
    assert_non_null(mkdtemp(stand->dir));
    snprintf(path, sizeof(path), "%s/a.txt", stand->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("one\ntwo\n", file);
    fclose(file);
    snprintf(path, sizeof(path), "%s/state", stand->dir);
    assert_int_equal(mkdir(path, 0700), 0);
}

// Removes a folder that make_tree() made, with what came into it.
static void remove_tree(const char *path, int depth)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir && depth < LIMIT_FOLDERS && (entry = readdir(dir))) {
        char below[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
        if (unlink(below) != 0)
            remove_tree(below, depth + 1);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

// --- the server ------------------------------------------------------------

// "@/" in a word is the folder of the stand.
static const char *expand(struct stand *stand, struct str word)
{
    size_t at = str_find(word, STR("@/"));

    if (at == SIZE_MAX)
        return arena_cstr(&stand->arena, word);
    return arena_printf(&stand->arena, "%.*s%s%.*s",
                        STR_ARG(str_take(word, at)), stand->dir,
                        STR_ARG(str_skip(word, at + 1)))
        .at;
}

static size_t split(struct stand *stand, const char *text, const char **words)
{
    struct str rest = str_from(text), word;
    size_t count = 0;

    while (str_split(&rest, ' ', &word)) {
        assert_true(count < LIMIT_ARGS);
        if (word.len > 0)
            words[count++] = expand(stand, word);
    }
    return count;
}

static void keep_record(struct str line, void *ctx)
{
    struct stand *stand = ctx;
    buf_append(&stand->records, line);
}

static void make_world(struct stand *stand, const struct stand_options *options)
{
    const char **words = arena_array(&stand->arena, LIMIT_ARGS, sizeof(*words));
    size_t count = split(stand, options->sim, words);
    struct error err = { 0 };

    if (!sim_options_read((int)count, words, &stand->sim, &err))
        fail_msg("%s: %s", options->sim, err.text);
    stand->world = (struct world){
        .options = &stand->sim,
        .record = keep_record,
        .record_ctx = stand,
    };
    stand->world.engine =
        options->scenario.len > 0
            ? engine_create_script(options->scenario, &err)
            : engine_create_echo(stand->sim.tokens, stand->sim.seed);
    if (!stand->world.engine)
        fail_msg("%s", err.text);
    stand->plan = (struct server_plan){ &stand->world, STAND_TOKEN, true };
}

void stand_listen(struct stand *stand)
{
    struct error err = { 0 };

    stand->server = server_start(stand->loop, &stand->plan, &err);
    if (!stand->server)
        fail_msg("%s", err.text);
    stand->sim.port = server_port(stand->server);
}

void stand_hang_up(struct stand *stand)
{
    server_stop(stand->server);
    stand->server = NULL;
}

// --- the client ------------------------------------------------------------

static void set(struct stand *stand, struct str setting)
{
    struct error err = { 0 };

    if (!config_set(&stand->arena, &stand->config, setting, &err))
        fail_msg("%s", err.text);
}

static void configure(struct stand *stand, const struct stand_options *options)
{
    const char **words = arena_array(&stand->arena, LIMIT_ARGS, sizeof(*words));
    const char *scheme = stand->sim.tls ? "https" : "http";
    struct arena *arena = &stand->arena;

    stand->url = arena_printf(arena, "%s://%s:%u/v1", scheme,
                              options->host ? options->host : "127.0.0.1",
                              (unsigned)stand->sim.port);
    stand->config = config_defaults();
    set(stand,
        arena_printf(arena, "backend.sim.url=%.*s", STR_ARG(stand->url)));
    set(stand, STR("backend.sim.model=test"));
    set(stand, STR("backend.sim.keyEnv=STAND_KEY"));
    set(stand, arena_printf(arena, "backend.sim.transport=%s",
                            options->transport ? options->transport : "ws"));
    set(stand,
        arena_printf(arena, "backend.sim.protocol=%s",
                     options->protocol ? options->protocol : "responses"));
    size_t count = options->more ? split(stand, options->more, words) : 0;
    for (size_t i = 0; i < count; i++)
        set(stand, arena_printf(arena, "backend.sim.%s", words[i]));
}

static void tell_wait(struct stand *stand, const struct event *event)
{
    buf_printf(&stand->told, "wait: asks again in %lld s\n",
               (long long)(event->count + 500) / 1000);
}

static void tell(struct stand *stand, const struct event *event)
{
    bool is_told =
        event->kind == EVENT_NOTICE || event->kind == EVENT_RESPONSE_LOST
        || event->kind == EVENT_RESPONSE_FAILED || event->kind == EVENT_LINK
        || event->kind == EVENT_TURN_DONE || event->kind == EVENT_ROUTE;

    if (event->kind == EVENT_WAIT)
        tell_wait(stand, event);
    if (is_told && event->text.len > 0)
        buf_printf(&stand->told, "%s: %.*s\n", event_kind_name(event->kind),
                   STR_ARG(event->text));
}

static void post(struct event *event, void *ctx)
{
    struct stand *stand = ctx;

    event->time_ms = loop_wall_ms();
    tell(stand, event);
    if (session_apply(stand->session, event) && stand->watch)
        stand->watch(stand, event, stand->ctx);
}

static void make_client(struct stand *stand, const struct stand_options *wanted)
{
    struct event opened = { .kind = EVENT_SESSION_OPENED,
                            .id = STR("stand"),
                            .name = str_from(stand->dir) };

    stand->session = session_create();
    session_apply(stand->session, &opened);
    stand->sockets = ws_client_create(stand->loop);
    stand->http = http_client_create(stand->loop);
    struct agent_options options = {
        .loop = stand->loop,
        .session = stand->session,
        .sockets = stand->sockets,
        .http = stand->http,
        .config = &stand->config,
        .policy = wanted->policy,
        .root = str_from(stand->dir),
        .state_dir = arena_printf(&stand->arena, "%s/state", stand->dir),
        .env = environment,
        .wait_permille = wanted->wait_permille ? wanted->wait_permille
                                               : STAND_WAIT_PERMILLE,
        .wall = wanted->wall,
        .post = post,
        .ctx = stand,
    };
    stand->agent = agent_create(&options);
    agent_use_backends(stand->agent, (struct str){ 0 });
}

// --- the whole -------------------------------------------------------------

void stand_open(struct stand *stand, const struct stand_options *options)
{
    *stand = (struct stand){ .loop = loop_create() };
    make_tree(stand);
    make_world(stand, options);
    stand_listen(stand);
    configure(stand, options);
    make_client(stand, options);
}

void stand_close(struct stand *stand)
{
    agent_destroy(stand->agent);
    ws_client_destroy(stand->sockets);
    http_client_destroy(stand->http);
    server_stop(stand->server);
    loop_run(stand->loop);
    loop_destroy(stand->loop);
    session_destroy(stand->session);
    engine_destroy(stand->world.engine);
    buf_release(&stand->records);
    buf_release(&stand->told);
    remove_tree(stand->dir, 0);
    arena_release(&stand->arena);
}

void stand_step(struct stand *stand, int64_t since_ms)
{
    loop_step(stand->loop, 50);
    if (loop_now_ms() - since_ms > STAND_PATIENCE_MS)
        fail_msg("it takes too long; so far: %.*s",
                 STR_ARG(buf_str(&stand->told)));
}

static void decide(struct stand *stand)
{
    if (session_asking(stand->session) != NO_INDEX)
        agent_answer(stand->agent, APPROVAL_ONCE, (struct str){ 0 });
    size_t index = session_reviewing(stand->session);
    if (index != NO_INDEX && stand->session->proposals[index].complete)
        agent_end_review(stand->agent);
}

void stand_finish(struct stand *stand)
{
    int64_t since_ms = loop_now_ms();

    while (agent_is_working(stand->agent)) {
        stand_step(stand, since_ms);
        decide(stand);
    }
}

void stand_say(struct stand *stand, const char *text)
{
    agent_send(stand->agent, str_from(text));
    stand_finish(stand);
}

// --- what came of it -------------------------------------------------------

void stand_text(const struct stand *stand, struct buf *out)
{
    for (size_t i = 0; i < stand->session->item_count; i++) {
        const struct item *item = &stand->session->items[i];
        if (item->kind == ITEM_TEXT && !item->superseded)
            buf_append(out, buf_str(&item->text));
    }
}

void stand_each_record(const struct stand *stand, stand_record_fn see,
                       void *ctx)
{
    struct str rest = buf_str(&stand->records), line;
    struct error err = { 0 };

    while (str_split(&rest, '\n', &line)) {
        if (line.len == 0)
            continue;
        struct json *record = json_parse(line, &err);
        assert_non_null(record);
        see(record, ctx);
        json_destroy(record);
    }
}

static void count_record(const struct json *record, void *ctx)
{
    struct stand_count *count = ctx;
    struct str kind = json_str(json_member(record, "kind"));

    if (str_is(json_str(json_member(record, "event")), "open"))
        count->connections++;
    else if (json_bool(json_member(record, "warm_up"), false))
        count->warm_ups++;
    else if (kind.len > 0 || json_member(record, "message"))
        count->requests++;
    count->full += str_is(kind, "full")
                   && !json_bool(json_member(record, "warm_up"), false);
}

struct stand_count stand_count(const struct stand *stand)
{
    struct stand_count count = { 0 };

    stand_each_record(stand, count_record, &count);
    return count;
}

static size_t count_entries(const char *path)
{
    DIR *dir = opendir(path);
    size_t count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static size_t count_children(void)
{
    char path[64], text[4096];
    size_t count = 0;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    if (fgets(text, sizeof(text), file))
        for (const char *at = text; (at = strchr(at, ' ')); at++)
            count++;
    fclose(file);
    return count;
}

struct holdings holdings_count(void)
{
    return (struct holdings){ count_entries("/proc/self/fd"), count_children(),
                              count_entries("/proc/self/task") };
}
