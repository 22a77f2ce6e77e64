/*
 * A backend, in the order a turn meets it: policy, key, name, connection,
 * proxy, certificate, WebSocket, list of models, and a first token if it may
 * cost something. What a failure means depends on the step, and so does the
 * mend.
 */
#include "doctor.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kerf/net/probe.h"

#define DAY_S 86400
#define EXPIRY_WARN_DAYS 14
#define FIRST_TOKEN_MS 60000
#define LIMIT_STREAM_BYTES ((size_t)1 << 20)

static bool takes_ws(const struct backend *b)
{
    return !str_is(b->protocol, "chat") && !str_is(b->transport, "http");
}

static bool needs_ws(const struct backend *b)
{
    return takes_ws(b) && str_is(b->transport, "ws");
}

static void check_policy(struct doctor *d, const char *what)
{
    struct error err = { 0 };

    if (fetch_is_allowed(&d->out, d->backend, &err))
        doctor_tell(d, LEVEL_OK, what, "", "allowed");
    else
        doctor_tell(d, LEVEL_FAIL, what, "it is not used; see the policy", "%s",
                    err.text);
}

static void check_key(struct doctor *d, const char *what)
{
    struct buf key = { 0 };
    struct error err = { 0 };
    struct str from = d->backend->key_env.len > 0 ? d->backend->key_env
                                                  : STR("keyCommand");

    if (!fetch_key(&d->out, d->backend, &key, &err))
        doctor_tell(d, LEVEL_FAIL, what, "see keyEnv and keyCommand", "%s",
                    err.text);
    else if (key.len == 0)
        doctor_tell(d, LEVEL_OK, what, "", "none is sent");
    else
        doctor_tell(d, LEVEL_OK, what, "", "from %.*s", STR_ARG(from));
    buf_wipe(&key);
}

// --- the way there ----------------------------------------------------------

static const char *const mends[PROBE_STEPS] = {
    [PROBE_URL] = "mend the option url",
    [PROBE_LOOKUP] = "look at the host name in url, and the resolver",
    [PROBE_CONNECT] = "is the server running? is a firewall in between?",
    [PROBE_PROXY_TLS] =
        "caFile for a company's authority; and is the clock right?",
    [PROBE_PROXY] = "see https_proxy, no_proxy and the option proxy",
    [PROBE_TLS] = "caFile for a company's authority; and is the clock right?",
    [PROBE_UPGRADE] = "transport = http does without",
    [PROBE_HOLD] = "transport = http does without",
};

static void tell_expiry(struct doctor *d, const struct probe *probe)
{
    int64_t least_s = INT64_MAX;
    const struct probe_certificate *first = NULL;

    for (size_t i = 0; i < probe->chain_count; i++)
        if (probe->chain[i].expires_s < least_s) {
            first = &probe->chain[i];
            least_s = first->expires_s;
        }
    if (!first)
        return;
    int64_t days = (least_s - (int64_t)time(NULL)) / DAY_S;
    doctor_tell(d,
                days < 0                  ? LEVEL_FAIL
                : days < EXPIRY_WARN_DAYS ? LEVEL_WARN
                                          : LEVEL_OK,
                "certificate", "who runs the server has to renew it",
                "%s, from %s, for %lld days more", first->subject,
                first->issuer, (long long)days);
}

// Without WebSocket there is HTTP, unless the settings want only the one.
static enum level level_of(const struct doctor *d, enum probe_step step)
{
    bool only_ws = step == PROBE_UPGRADE || step == PROBE_HOLD;

    return only_ws && !needs_ws(d->backend) ? LEVEL_WARN : LEVEL_FAIL;
}

static const char *mend_of(const struct probe *probe, enum probe_step step)
{
    if (step == PROBE_UPGRADE && (probe->status == 401 || probe->status == 403))
        return "the key is refused: see keyEnv and keyCommand";
    return mends[step];
}

static void tell_probe(struct doctor *d, const struct probe *probe)
{
    for (enum probe_step step = 0; step < PROBE_STEPS; step++) {
        bool fine = probe->steps[step].end == PROBE_FINE;
        if (probe->steps[step].end == PROBE_SKIPPED
            || (step == PROBE_URL && fine))
            continue;
        doctor_tell(d, fine ? LEVEL_OK : level_of(d, step),
                    probe_step_name(step), mend_of(probe, step), "%s (%lld ms)",
                    probe->steps[step].text, (long long)probe->steps[step].ms);
        if (step == PROBE_TLS)
            tell_expiry(d, probe);
    }
}

// libwebsockets goes by no other.
static bool goes_by_plain_proxy(struct str proxy)
{
    return proxy.len == 0 || str_starts_with(proxy, STR("http://"))
           || str_find(proxy, STR("://")) == SIZE_MAX;
}

static void tell_no_socket(struct doctor *d, struct str proxy)
{
    struct str scheme = str_take(proxy, str_find(proxy, STR("://")));

    doctor_tell(d, level_of(d, PROBE_UPGRADE), probe_step_name(PROBE_UPGRADE),
                "an http:// proxy takes both; transport = http is content",
                "none through a proxy of kind %.*s://%s",
                STR_ARG(str_take(scheme, 20)),
                needs_ws(d->backend) ? "" : ": HTTP is used");
}

static void check_way(struct doctor *d, const char *what)
{
    (void)what; // each step has a word of its own
    struct buf key = { 0 };
    struct error unused = { 0 };
    struct probe probe;
    struct net_access access =
        route_access(d->setup->env, d->backend, d->backend->url);
    bool by_socket = takes_ws(d->backend);
    bool may = goes_by_plain_proxy(access.proxy);
    struct probe_options options = {
        .url = d->backend->url,
        .beta = d->backend->beta,
        .access = access,
        .upgrade = by_socket && may,
        .deflate = d->backend->deflate,
    };

    if (!fetch_is_allowed(&d->out, d->backend, &unused))
        return; // told already
    if (fetch_key(&d->out, d->backend, &key, &unused))
        options.bearer = buf_str(&key);
    probe_run(d->out.loop, &options, &probe);
    buf_wipe(&key);
    tell_probe(d, &probe);
    if (by_socket && !may)
        tell_no_socket(d, access.proxy);
}

// --- models -----------------------------------------------------------------

static void tell_model(struct doctor *d, const char *what,
                       const struct model_list *list)
{
    struct str id = str_take(d->backend->model, 60);
    const struct model_info *model = models_find(list, d->backend->model);
    const struct model_info *near = models_nearest(list, d->backend->model);

    // Some local servers take any name, so this need not be wrong.
    if (!model)
        doctor_tell(d, LEVEL_WARN, what, "mend the option model",
                    "no model %.*s among %zu%s%.*s", STR_ARG(id), list->count,
                    near ? "; there is " : "",
                    STR_ARG(near ? str_take(near->id, 60) : (struct str){ 0 }));
    else if (model->shutdown.len > 0)
        doctor_tell(d, LEVEL_WARN, what, "choose another one in time",
                    "%.*s shuts down on %.*s", STR_ARG(id),
                    STR_ARG(str_take(model->shutdown, 20)));
    else
        doctor_tell(d, LEVEL_OK, what, "", "%.*s, one of %zu", STR_ARG(id),
                    list->count);
}

static void check_models(struct doctor *d, const char *what)
{
    struct model_list list = { 0 };
    struct error err = { 0 };

    if (fetch_models(&d->out, d->backend, &d->call->arena, &list, &err))
        tell_model(d, what, &list);
    else if (err.kind == ERROR_NOT_FOUND)
        doctor_tell(d, LEVEL_WARN, what, "nothing, if turns work", "%s",
                    err.text);
    else if (err.kind == ERROR_DENIED)
        doctor_tell(d, LEVEL_FAIL, what, "see keyEnv and keyCommand", "%s",
                    err.text);
    else if (err.kind != ERROR_POLICY && err.kind != ERROR_USAGE)
        doctor_tell(d, LEVEL_FAIL, what, "see the lines above", "%s",
                    err.text); // those two are told already
}

// --- a first token ----------------------------------------------------------

static void write_request(const struct backend *b, struct buf *out)
{
    bool chat = str_is(b->protocol, "chat");
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_member_str(&w, "model", b->model);
    json_member_bool(&w, "stream", true);
    if (b->tier.len > 0)
        json_member_str(&w, "service_tier", b->tier);
    json_member_int(&w, chat ? "max_completion_tokens" : "max_output_tokens",
                    16);
    if (!chat)
        json_member_bool(&w, "store", false);
    json_key(&w, chat ? "messages" : "input");
    json_begin_array(&w);
    json_begin_object(&w);
    json_member_str(&w, "role", STR("user"));
    json_member_str(&w, "content", STR("Say ok."));
    json_end_object(&w);
    json_end_array(&w);
    json_end_object(&w);
}

static void ask(struct doctor *d, const char *what, struct str key)
{
    struct buf body = { 0 };
    struct fetch fetch = { .stop_at_first = true };
    bool chat = str_is(d->backend->protocol, "chat");

    write_request(d->backend, &body);
    struct http_options options = {
        .method = HTTP_POST,
        .url = d->backend->url,
        .path = chat ? STR("/chat/completions") : STR("/responses"),
        .bearer = key,
        .user_agent = STR(ROUTE_USER_AGENT),
        .body = buf_str(&body),
        .access = route_access(d->setup->env, d->backend, d->backend->url),
        .accept = HTTP_ACCEPT_STREAM,
        .limit_bytes = LIMIT_STREAM_BYTES,
        .idle_ms = FIRST_TOKEN_MS,
    };
    fetch_run(&d->out, &options, &fetch);
    if (fetch.first_ms >= 0)
        doctor_tell(d, LEVEL_OK, what, "", "after %lld ms, over HTTP",
                    (long long)fetch.first_ms);
    else
        doctor_tell(d, LEVEL_FAIL, what, "see the lines above", "%s",
                    fetch.text);
    buf_release(&fetch.body);
    buf_release(&body);
}

static void check_answer(struct doctor *d, const char *what)
{
    struct buf key = { 0 };
    struct error unused = { 0 };

    if (d->asks && fetch_is_allowed(&d->out, d->backend, &unused)
        && fetch_key(&d->out, d->backend, &key, &unused))
        ask(d, what, buf_str(&key));
    buf_wipe(&key);
}

static const struct check checks[] = {
    { "policy", check_policy },      { "key", check_key },
    { "the way", check_way },        { "models", check_models },
    { "first event", check_answer },
};

void doctor_check_backend(struct doctor *doctor, const struct backend *backend)
{
    doctor->backend = backend;
    doctor_run(doctor, checks, sizeof(checks) / sizeof(checks[0]));
    doctor->backend = NULL;
}
