/*
 * The list of entries is the same as for the Responses API; here those that
 * stand together become one message: what a response brought is one of the
 * assistant, what the user added is one of the user (some templates insist on
 * turns taken in order), each output is one of the tool.
 */
#include "kerf/wire/chat.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"

#include "chat_tools.h"
#include "input.h"
#include "pick.h"

struct writer {
    struct json_writer json;
    const struct session *session;
    const struct request_parts *parts;
    const struct input *input;
};

static const struct item *item_of(const struct writer *w, size_t entry)
{
    return &w->session->items[w->input->entries[entry].item];
}

static bool is_joined(const struct writer *w, size_t a, size_t b)
{
    const struct entry *entries = w->input->entries;

    return entries[a].kind == entries[b].kind
           && (entries[a].kind == ENTRY_LOCAL
               || item_of(w, a)->request == item_of(w, b)->request);
}

// Index behind the last entry of the message that begins at `from`.
static size_t message_end(const struct writer *w, size_t from)
{
    size_t to = from + 1;

    if (w->input->entries[from].kind == ENTRY_OUTPUT)
        return to;
    while (to < w->input->count && is_joined(w, from, to))
        to++;
    return to;
}

static void begin_message(struct writer *w, const char *role)
{
    json_begin_object(&w->json);
    json_member_str(&w->json, "role", str_from(role));
}

static void put_message(struct writer *w, const char *role, struct str text)
{
    begin_message(w, role);
    json_member_str(&w->json, "content", text);
    json_end_object(&w->json);
}

static void write_user(struct writer *w, size_t from, size_t to)
{
    struct buf text = { 0 };

    for (size_t i = from; i < to; i++) {
        if (i > from)
            buf_append(&text, STR("\n\n"));
        input_words(&text, item_of(w, i));
    }
    put_message(w, "user", buf_str(&text));
    buf_release(&text);
}

static void write_output(struct writer *w, size_t entry)
{
    const struct item *item = item_of(w, entry);

    begin_message(w, "tool");
    json_member_str(&w->json, "tool_call_id", item->call_id);
    json_member_str(&w->json, "content", input_output(item));
    json_end_object(&w->json);
}

// The words of one kind that a response brought, joined.
static void gather(const struct writer *w, size_t from, size_t to,
                   enum item_kind kind, struct buf *out)
{
    for (size_t i = from; i < to; i++)
        if (item_of(w, i)->kind == kind) {
            if (out->len > 0)
                buf_append(out, STR("\n\n"));
            buf_append(out, buf_str(&item_of(w, i)->text));
        }
}

// The arguments as the server wrote them, if it was one of functions.
static bool put_own_arguments(struct writer *w, const struct item *item)
{
    struct str type, arguments;
    struct error ignored;

    if (item->raw.len == 0
        || !PICK(item->raw, &ignored,
                 { { "type", &type }, { "arguments", &arguments } })
        || !str_is(type, "\"function_call\"") || arguments.len <= 2
        || arguments.at[0] != '"')
        return false;
    json_key(&w->json, "arguments");
    json_put_raw(&w->json, arguments);
    return true;
}

static void put_arguments(struct writer *w, const struct item *item)
{
    struct buf text = { 0 };
    struct json_writer inner = { .out = &text };

    if (put_own_arguments(w, item))
        return;
    if (item->kind == ITEM_PATCH) {
        json_begin_object(&inner);
        json_member_str(&inner, "input", buf_str(&item->text));
        json_end_object(&inner);
    } else {
        buf_append(&text, item->text.len ? buf_str(&item->text) : STR("{}"));
    }
    json_member_str(&w->json, "arguments", buf_str(&text));
    buf_release(&text);
}

static void write_call(struct writer *w, const struct item *item)
{
    json_begin_object(&w->json);
    json_member_str(&w->json, "id", item->call_id);
    json_member_str(&w->json, "type", STR("function"));
    json_key(&w->json, "function");
    json_begin_object(&w->json);
    json_member_str(&w->json, "name", item->name);
    put_arguments(w, item);
    json_end_object(&w->json);
    json_end_object(&w->json);
}

static bool has_calls(const struct writer *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (item_is_call(item_of(w, i)))
            return true;
    return false;
}

static void write_calls(struct writer *w, size_t from, size_t to)
{
    json_key(&w->json, "tool_calls");
    json_begin_array(&w->json);
    for (size_t i = from; i < to; i++)
        if (item_is_call(item_of(w, i)))
            write_call(w, item_of(w, i));
    json_end_array(&w->json);
}

static void write_assistant(struct writer *w, size_t from, size_t to)
{
    struct buf words = { 0 }, reasoning = { 0 };
    bool calls = has_calls(w, from, to);

    gather(w, from, to, ITEM_TEXT, &words);
    gather(w, from, to, ITEM_REASONING, &reasoning);
    if (words.len > 0 || calls) {
        begin_message(w, "assistant");
        if (reasoning.len > 0)
            json_member_str(&w->json, w->parts->profile->reasoning_field.at,
                            buf_str(&reasoning));
        json_key(&w->json, "content");
        if (words.len > 0)
            json_put_str(&w->json, buf_str(&words));
        else
            json_put_null(&w->json);
        if (calls)
            write_calls(w, from, to);
        json_end_object(&w->json);
    }
    buf_release(&words);
    buf_release(&reasoning);
}

static bool is_too_big(const struct writer *w, size_t from, size_t to)
{
    size_t size = w->json.out->len;

    for (size_t i = from; i < to && size < LIMIT_JSON_BYTES; i++)
        size += entry_size(w->session, &w->input->entries[i]);
    return size >= LIMIT_JSON_BYTES;
}

static bool write_messages(struct writer *w, struct error *err)
{
    size_t to;

    json_key(&w->json, "messages");
    json_begin_array(&w->json);
    if (w->parts->instructions.len > 0)
        put_message(w, "system", w->parts->instructions);
    for (size_t from = 0; from < w->input->count; from = to) {
        to = message_end(w, from);
        if (is_too_big(w, from, to))
            return input_too_big(LIMIT_JSON_BYTES, err);
        switch (w->input->entries[from].kind) {
        case ENTRY_SERVER: write_assistant(w, from, to); break;
        case ENTRY_OUTPUT: write_output(w, from); break;
        case ENTRY_LOCAL: write_user(w, from, to); break;
        }
    }
    if (w->parts->ask.len > 0)
        put_message(w, "user", w->parts->ask);
    json_end_array(&w->json);
    return true;
}

static void put_option(struct writer *w, const char *field, struct str value)
{
    if (value.len > 0 && profile_allows(w->parts->profile, field))
        json_member_str(&w->json, field, value);
}

// The newer name, unless the server is told or known to want the older one.
static void put_output_limit(struct writer *w)
{
    static const char *const fields[] = { "max_completion_tokens",
                                          "max_tokens" };
    const struct backend *backend = w->parts->backend;
    int64_t tokens = backend->max_output > 0 ? backend->max_output
                                             : CHAT_OUTPUT_TOKENS;
    size_t first = str_is(backend->output_field, "max_tokens");

    for (size_t i = first; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (profile_allows(w->parts->profile, fields[i])) {
            json_member_int(&w->json, fields[i], tokens);
            return;
        }
}

static bool put_tools(struct writer *w, struct error *err)
{
    struct buf list = { 0 };
    struct json_writer tools = { .out = &list };
    bool any = false;
    bool good = w->parts->tools.len == 0
                || chat_tools_write(&tools, w->parts->tools, &any, err);

    if (good && any) {
        json_key(&w->json, "tools");
        json_put_raw(&w->json, buf_str(&list));
        put_option(w, "tool_choice", STR("auto"));
        if (profile_allows(w->parts->profile, "parallel_tool_calls"))
            json_member_bool(&w->json, "parallel_tool_calls", false);
    }
    buf_release(&list);
    return good;
}

static bool write_body(struct writer *w, struct error *err)
{
    const struct backend *backend = w->parts->backend;

    json_begin_object(&w->json);
    json_member_str(&w->json, "model", backend->model);
    json_member_bool(&w->json, "stream", true);
    if (profile_allows(w->parts->profile, "stream_options.include_usage")) {
        json_key(&w->json, "stream_options");
        json_put_raw(&w->json, STR("{\"include_usage\":true}"));
    }
    put_output_limit(w);
    put_option(w, "reasoning_effort", backend->effort);
    put_option(w, "verbosity", backend->verbosity);
    put_option(w, "service_tier", backend->tier);
    if (!put_tools(w, err) || !write_messages(w, err))
        return false;
    json_end_object(&w->json);
    return w->json.out->len < LIMIT_JSON_BYTES
           || input_too_big(LIMIT_JSON_BYTES, err);
}

bool chat_request_build(const struct session *session,
                        const struct request_parts *parts,
                        struct request *request, struct error *err)
{
    bool reasons = parts->profile && parts->profile->reasoning_field.len > 0;

    if (parts->warm_up)
        return error_set(err, ERROR_UNSUPPORTED,
                         "Chat Completions knows no warm-up");
    struct input input = input_list(session, parts->backend->model,
                                    reasons ? REASONING_WORDS : REASONING_NEVER,
                                    parts->upto);
    *request = (struct request){ .model = parts->backend->model };
    struct writer w = { .json = { .out = &request->json },
                        .session = session,
                        .parts = parts,
                        .input = &input };
    bool done = write_body(&w, err);
    free(input.entries);
    if (!done)
        request_release(request);
    return done;
}
