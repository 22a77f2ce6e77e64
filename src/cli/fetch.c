/* The loop is run until the one thing that was asked for is over. */
#include "fetch.h"

#include <stdio.h>

#include "kerf/base/env.h"
#include "kerf/loop/child.h"
#include "kerf/net/url.h"

#define KEY_COMMAND_MS 30000
#define LIMIT_KEY_BYTES ((size_t)64 << 10)
#define LIMIT_MODELS_BYTES ((size_t)8 << 20)
#define IDLE_MS 30000
#define STEP_MS 1000

void line_out_open(struct line_out *out, const struct setup *setup)
{
    *out = (struct line_out){ .loop = loop_create(), .setup = setup };
    out->http = http_client_create(out->loop);
}

void line_out_close(struct line_out *out)
{
    http_client_destroy(out->http);
    loop_run(out->loop);
    loop_destroy(out->loop);
}

// --- the key -----------------------------------------------------------------

struct asking {
    struct buf output;
    struct child_end end;
    bool ended;
};

static void on_output(struct str bytes, void *ctx)
{
    struct asking *asking = ctx;

    if (asking->output.len + bytes.len <= LIMIT_KEY_BYTES)
        buf_append(&asking->output, bytes);
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct asking *asking = ctx;

    asking->end = *end;
    asking->ended = true;
}

static bool take_line(const struct asking *asking, struct buf *key,
                      struct error *err)
{
    struct str rest = buf_str(&asking->output), line = { 0 };
    bool found = str_split(&rest, '\n', &line);

    if (asking->end.exit_status != 0 || !found || str_trim(line).len == 0)
        return error_set(err, ERROR_USAGE,
                         "keyCommand failed or printed nothing: run it by "
                         "hand");
    buf_append(key, str_trim(line));
    return true;
}

// The command comes from the user's own settings, never from a tree.
static bool run_key_command(struct line_out *out, const struct backend *backend,
                            struct buf *key, struct error *err)
{
    struct arena arena = { 0 };
    struct asking asking = { .ended = false };
    struct str command = arena_printf(&arena, "{ %.*s\n} 2>/dev/null",
                                      STR_ARG(backend->key_command));
    const char *argv[] = { "/bin/sh", "-c", command.at, NULL };
    struct child_options options = {
        .argv = argv,
        .env = (const char *const *)out->setup->env,
        .dir = "/",
        .timeout_ms = KEY_COMMAND_MS,
    };
    struct child *child =
        child_start(out->loop, &options, on_output, on_end, &asking, err);

    while (child && !asking.ended)
        loop_step(out->loop, STEP_MS);
    bool taken = child && take_line(&asking, key, err);
    child_destroy(child);
    buf_wipe(&asking.output);
    arena_release(&arena);
    return taken;
}

bool fetch_key(struct line_out *out, const struct backend *backend,
               struct buf *key, struct error *err)
{
    struct arena arena = { 0 };

    if (backend->key_command.len > 0)
        return run_key_command(out, backend, key, err);
    if (backend->key_env.len == 0)
        return true;
    buf_append(
        key, env_value(out->setup->env, arena_cstr(&arena, backend->key_env)));
    arena_release(&arena);
    return key->len > 0
           || error_set(err, ERROR_USAGE,
                        "no key: set the environment variable %.*s",
                        STR_ARG(backend->key_env));
}

bool fetch_is_allowed(struct line_out *out, const struct backend *backend,
                      struct error *err)
{
    struct arena arena = { 0 };
    struct url url;
    bool fine = url_parse(&arena, backend->url, &url, err)
                && policy_allows(&out->setup->policy, url.host, url.port,
                                 backend->region, err);

    arena_release(&arena);
    return fine;
}

// --- one request -------------------------------------------------------------

static void on_head(const struct http_head *head, void *ctx)
{
    struct fetch *fetch = ctx;
    fetch->status = head->status;
}

static void on_data(struct str bytes, void *ctx)
{
    struct fetch *fetch = ctx;

    if (fetch->first_ms < 0)
        fetch->first_ms = loop_now_ms() - fetch->began_ms;
    if (!fetch->stop_at_first || fetch->body.len == 0)
        buf_append(&fetch->body, bytes);
    if (fetch->stop_at_first)
        http_close(fetch->http);
}

static void on_ended(const struct http_end *end, void *ctx)
{
    struct fetch *fetch = ctx;

    fetch->end_class = end->end_class;
    if (end->status > 0)
        fetch->status = end->status;
    snprintf(fetch->text, sizeof(fetch->text), "%s", end->text);
    fetch->ended = true;
}

void fetch_run(struct line_out *out, const struct http_options *options,
               struct fetch *fetch)
{
    static const struct http_events events = { .head = on_head,
                                               .data = on_data,
                                               .ended = on_ended };

    *fetch = (struct fetch){ .stop_at_first = fetch->stop_at_first,
                             .first_ms = -1,
                             .began_ms = loop_now_ms() };
    fetch->http = http_start(out->http, options, &events, fetch);
    while (!fetch->ended)
        loop_step(out->loop, STEP_MS);
    http_destroy(fetch->http);
    fetch->http = NULL;
}

static bool judge(const struct fetch *fetch, struct error *err)
{
    if (fetch->end_class == NET_END_NORMAL && fetch->status / 100 == 2)
        return true;
    if (fetch->status == 401 || fetch->status == 403)
        return error_set(err, ERROR_DENIED, "the key is refused: %.180s",
                         fetch->text);
    if (fetch->status == 404 || fetch->status == 405)
        return error_set(err, ERROR_NOT_FOUND,
                         "the server has no list of models");
    return error_set(err, ERROR_UNREACHABLE, "%.200s", fetch->text);
}

bool fetch_models(struct line_out *out, const struct backend *backend,
                  struct arena *arena, struct model_list *list,
                  struct error *err)
{
    struct buf key = { 0 };
    struct fetch fetch = { .stop_at_first = false };

    if (!fetch_is_allowed(out, backend, err)
        || !fetch_key(out, backend, &key, err))
        return false;
    struct http_options options = {
        .method = HTTP_GET,
        .url = backend->url,
        .path = STR("/models"),
        .bearer = buf_str(&key),
        .user_agent = STR(ROUTE_USER_AGENT),
        .access = route_access(out->setup->env, backend, backend->url),
        .accept = HTTP_ACCEPT_JSON,
        .limit_bytes = LIMIT_MODELS_BYTES,
        .idle_ms = IDLE_MS,
    };
    fetch_run(out, &options, &fetch);
    buf_wipe(&key);
    bool fine = judge(&fetch, err)
                && models_read(arena, buf_str(&fetch.body), list, err);
    buf_release(&fetch.body);
    return fine;
}
