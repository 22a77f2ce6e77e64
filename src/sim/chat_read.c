/*
 * A chat request becomes a request of the Responses API, as JSON text that is
 * then parsed again: messages become items, tools lose a level, so that the
 * engines know one form only. The form of what came in is judged on the way.
 */
#include "kerf/sim/request.h"

#include <stdio.h>

#define KIND(name) (1u << JSON_KIND_##name)
#define NULLABLE KIND(NULL)

struct member_row {
    const char *name;
    unsigned kinds;
};

static const struct member_row members[] = {
    { "model", KIND(STRING) },
    { "messages", KIND(ARRAY) },
    { "stream", KIND(BOOL) | NULLABLE },
    { "stream_options", KIND(OBJECT) | NULLABLE },
    { "tools", KIND(ARRAY) | NULLABLE },
    { "tool_choice", KIND(STRING) | KIND(OBJECT) | NULLABLE },
    { "parallel_tool_calls", KIND(BOOL) | NULLABLE },
    { "max_completion_tokens", KIND(NUMBER) | NULLABLE },
    { "max_tokens", KIND(NUMBER) | NULLABLE },
    { "reasoning_effort", KIND(STRING) | NULLABLE },
    { "reasoning_format", KIND(STRING) | NULLABLE },
    { "response_format", KIND(OBJECT) | NULLABLE },
    { "prediction", KIND(OBJECT) | NULLABLE },
    { "verbosity", KIND(STRING) | NULLABLE },
    { "temperature", KIND(NUMBER) | NULLABLE },
    { "top_p", KIND(NUMBER) | NULLABLE },
    { "n", KIND(NUMBER) | NULLABLE },
    { "stop", KIND(STRING) | KIND(ARRAY) | NULLABLE },
    { "seed", KIND(NUMBER) | NULLABLE },
    { "service_tier", KIND(STRING) | NULLABLE },
    { "prompt_cache_key", KIND(STRING) | NULLABLE },
    { "safety_identifier", KIND(STRING) | NULLABLE },
    { "user", KIND(STRING) | NULLABLE },
    { "store", KIND(BOOL) | NULLABLE },
    { "metadata", KIND(OBJECT) | NULLABLE },
};

struct chat {
    struct json_writer w;
    struct refusal *refusal;
    bool good;
};

static void check_member(struct str key, const struct json *value, void *ctx)
{
    struct chat *chat = ctx;
    char name[64];

    snprintf(name, sizeof(name), "%.*s", STR_ARG(key));
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
        if (!str_is(key, members[i].name))
            continue;
        if (chat->good && !(members[i].kinds & (1u << json_kind(value))))
            chat->good = refuse(chat->refusal, "invalid_type", name,
                                "Invalid type for '%s'.", name);
        return;
    }
    if (chat->good)
        chat->good = refuse(chat->refusal, "unknown_parameter", name,
                            "Unknown parameter: '%s'.", name);
}

static bool missing(struct chat *chat, const char *array, size_t index,
                    const char *member)
{
    char param[64];

    snprintf(param, sizeof(param), "%s[%zu]", array, index);
    return refuse(chat->refusal, "missing_required_parameter", param,
                  "Missing or wrong parameter: '%s%s'.", param, member);
}

// --- messages ----------------------------------------------------------------

static void put_raw(struct json_writer *w, const struct json *value)
{
    struct buf raw = { 0 };

    json_dump(value, &raw);
    json_put_raw(w, buf_str(&raw));
    buf_release(&raw);
}

static bool put_part(struct chat *chat, const struct json *part, bool is_output,
                     size_t index)
{
    struct str type = json_str(json_member(part, "type"));

    json_begin_object(&chat->w);
    if (str_is(type, "text")) {
        json_member_str(&chat->w, "type",
                        is_output ? STR("output_text") : STR("input_text"));
        json_member_str(&chat->w, "text", json_str(json_member(part, "text")));
    } else if (str_is(type, "image_url") && !is_output) {
        json_member_str(&chat->w, "type", STR("input_image"));
        json_member_str(&chat->w, "image_url",
                        json_str(json_path(part, "image_url.url")));
    } else {
        return missing(chat, "messages", index, ".content");
    }
    json_end_object(&chat->w);
    return true;
}

static bool put_content(struct chat *chat, const struct json *content,
                        bool is_output, size_t index)
{
    json_key(&chat->w, "content");
    json_begin_array(&chat->w);
    if (json_kind(content) == JSON_KIND_STRING) {
        json_begin_object(&chat->w);
        json_member_str(&chat->w, "type",
                        is_output ? STR("output_text") : STR("input_text"));
        json_member_str(&chat->w, "text", json_str(content));
        json_end_object(&chat->w);
    } else if (json_kind(content) != JSON_KIND_ARRAY) {
        return missing(chat, "messages", index, ".content");
    }
    for (size_t i = 0; i < json_count(content); i++)
        if (!put_part(chat, json_at(content, i), is_output, index))
            return false;
    json_end_array(&chat->w);
    return true;
}

static bool put_message(struct chat *chat, const struct json *message,
                        size_t index)
{
    struct str role = json_str(json_member(message, "role"));

    json_begin_object(&chat->w);
    json_member_str(&chat->w, "type", STR("message"));
    json_member_str(&chat->w, "role", role);
    if (!put_content(chat, json_member(message, "content"),
                     str_is(role, "assistant"), index))
        return false;
    json_end_object(&chat->w);
    return true;
}

static bool put_call(struct chat *chat, const struct json *call, size_t index)
{
    struct str id = json_str(json_member(call, "id"));
    struct str name = json_str(json_path(call, "function.name"));
    const struct json *arguments = json_path(call, "function.arguments");

    if (id.len == 0 || name.len == 0 || json_kind(arguments) != JSON_KIND_STRING
        || !str_is(json_str(json_member(call, "type")), "function"))
        return missing(chat, "messages", index, ".tool_calls");
    json_begin_object(&chat->w);
    json_member_str(&chat->w, "type", STR("function_call"));
    json_member_str(&chat->w, "call_id", id);
    json_member_str(&chat->w, "name", name);
    json_member_str(&chat->w, "arguments", json_str(arguments));
    json_end_object(&chat->w);
    return true;
}

static bool put_assistant(struct chat *chat, const struct json *message,
                          size_t index)
{
    const struct json *content = json_member(message, "content");
    const struct json *calls = json_member(message, "tool_calls");
    bool has_text = content && json_kind(content) != JSON_KIND_NULL;

    if (!has_text && json_count(calls) == 0)
        return missing(chat, "messages", index, ".content");
    if (has_text && !put_message(chat, message, index))
        return false;
    for (size_t i = 0; i < json_count(calls); i++)
        if (!put_call(chat, json_at(calls, i), index))
            return false;
    return true;
}

static bool put_output(struct chat *chat, const struct json *message,
                       size_t index)
{
    struct str id = json_str(json_member(message, "tool_call_id"));
    const struct json *content = json_member(message, "content");

    if (id.len == 0)
        return missing(chat, "messages", index, ".tool_call_id");
    if (json_kind(content) != JSON_KIND_STRING
        && json_kind(content) != JSON_KIND_ARRAY)
        return missing(chat, "messages", index, ".content");
    json_begin_object(&chat->w);
    json_member_str(&chat->w, "type", STR("function_call_output"));
    json_member_str(&chat->w, "call_id", id);
    json_key(&chat->w, "output");
    put_raw(&chat->w, content);
    json_end_object(&chat->w);
    return true;
}

static bool put_any(struct chat *chat, const struct json *message, size_t index)
{
    struct str role = json_str(json_member(message, "role"));

    if (str_is(role, "assistant"))
        return put_assistant(chat, message, index);
    if (str_is(role, "tool"))
        return put_output(chat, message, index);
    if (str_is(role, "user") || str_is(role, "system")
        || str_is(role, "developer"))
        return put_message(chat, message, index);
    return missing(chat, "messages", index, ".role");
}

// --- tools -------------------------------------------------------------------

static bool put_tool(struct chat *chat, const struct json *tool, size_t index)
{
    static const char *const kept[] = { "name", "description", "parameters",
                                        "strict" };
    const struct json *function = json_member(tool, "function");

    if (!str_is(json_str(json_member(tool, "type")), "function")
        || json_str(json_member(function, "name")).len == 0)
        return missing(chat, "tools", index, ".function.name");
    json_begin_object(&chat->w);
    json_member_str(&chat->w, "type", STR("function"));
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        const struct json *value = json_member(function, kept[i]);
        if (!value)
            continue;
        json_key(&chat->w, kept[i]);
        put_raw(&chat->w, value);
    }
    json_end_object(&chat->w);
    return true;
}

static bool put_arrays(struct chat *chat, const struct json *root)
{
    const struct json *messages = json_member(root, "messages");
    const struct json *tools = json_member(root, "tools");

    json_key(&chat->w, "input");
    json_begin_array(&chat->w);
    for (size_t i = 0; i < json_count(messages); i++)
        if (!put_any(chat, json_at(messages, i), i))
            return false;
    json_end_array(&chat->w);
    json_key(&chat->w, "tools");
    json_begin_array(&chat->w);
    for (size_t i = 0; i < json_count(tools); i++)
        if (!put_tool(chat, json_at(tools, i), i))
            return false;
    json_end_array(&chat->w);
    return true;
}

static bool put_request(struct chat *chat, const struct json *root)
{
    const struct json *parallel = json_member(root, "parallel_tool_calls");
    const struct json *choice = json_member(root, "tool_choice");

    json_begin_object(&chat->w);
    json_member_str(&chat->w, "model", json_str(json_member(root, "model")));
    json_member_bool(&chat->w, "parallel_tool_calls",
                     json_bool(parallel, true));
    if (json_kind(choice) == JSON_KIND_STRING)
        json_member_str(&chat->w, "tool_choice", json_str(choice));
    if (!put_arrays(chat, root))
        return false;
    json_end_object(&chat->w);
    return true;
}

static bool check(struct chat *chat, const struct json *root)
{
    json_each(root, check_member, chat);
    if (!chat->good)
        return false;
    if (json_str(json_member(root, "model")).len == 0)
        return refuse(chat->refusal, "missing_required_parameter", "model",
                      "Missing required parameter: 'model'.");
    if (json_count(json_member(root, "messages")) == 0)
        return refuse(chat->refusal, "missing_required_parameter", "messages",
                      "Missing required parameter: 'messages'.");
    if (json_int(json_member(root, "n"), 1) != 1)
        return refuse(chat->refusal, "unsupported_value", "n",
                      "Only one choice is made.");
    return true;
}

static bool convert(const struct json *root, struct create *create,
                    struct refusal *refusal)
{
    struct buf text = { 0 };
    struct chat chat = { { &text, false }, refusal, true };
    bool good = check(&chat, root) && put_request(&chat, root)
                && create_read(buf_str(&text), FORM_HTTP, create, refusal);

    create->is_chat = true;
    create->stream = json_bool(json_member(root, "stream"), false);
    create->wants_usage =
        json_bool(json_path(root, "stream_options.include_usage"), false);
    buf_release(&text);
    return good;
}

bool chat_read(struct str message, struct create *create,
               struct refusal *refusal)
{
    struct error err;
    struct json *root = json_parse(message, &err);
    bool good = false;

    *create = (struct create){ .generate = true, .is_chat = true };
    if (json_kind(root) == JSON_KIND_OBJECT)
        good = convert(root, create, refusal);
    else
        refuse(refusal, "invalid_json", NULL,
               "The body is not a JSON object: %s",
               root ? "another value" : err.text);
    json_destroy(root);
    return good;
}
