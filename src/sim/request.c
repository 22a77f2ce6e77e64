/*
 * The members of a request of the Responses API as a table: name, allowed
 * kinds, and the forms in which it is legal. What the table cannot say
 * (names, ranges, combinations) follows as functions.
 */
#include "kerf/sim/request.h"

#include <stdio.h>
#include <string.h>

#define KIND(name) (1u << JSON_KIND_##name)
#define NULLABLE KIND(NULL)
#define FORM(name) (1u << FORM_##name)
#define CREATES (FORM(WEBSOCKET) | FORM(HTTP))
#define ALL (CREATES | FORM(COMPACT) | FORM(COUNT))

struct member_row {
    const char *name;
    unsigned kinds, forms;
};

static const struct member_row members[] = {
    { "type", KIND(STRING), FORM(WEBSOCKET) },
    { "model", KIND(STRING), ALL },
    { "instructions", KIND(STRING) | NULLABLE, ALL },
    { "input", KIND(STRING) | KIND(ARRAY), ALL },
    { "previous_response_id", KIND(STRING) | NULLABLE, ALL },
    { "tools", KIND(ARRAY) | NULLABLE, ALL },
    { "tool_choice", KIND(STRING) | KIND(OBJECT) | NULLABLE, ALL },
    { "parallel_tool_calls", KIND(BOOL) | NULLABLE, ALL },
    { "max_tool_calls", KIND(NUMBER) | NULLABLE, CREATES },
    { "reasoning", KIND(OBJECT) | NULLABLE, ALL },
    { "text", KIND(OBJECT) | NULLABLE, ALL },
    { "store", KIND(BOOL) | NULLABLE, CREATES },
    { "stream", KIND(BOOL) | NULLABLE, CREATES },
    { "include", KIND(ARRAY) | NULLABLE, CREATES },
    { "generate", KIND(BOOL), FORM(WEBSOCKET) },
    { "stream_id", KIND(STRING), FORM(WEBSOCKET) },
    { "stream_options", KIND(OBJECT) | NULLABLE, CREATES },
    { "service_tier", KIND(STRING) | NULLABLE, ALL },
    { "prompt_cache_key", KIND(STRING) | NULLABLE, ALL },
    { "prompt_cache_options", KIND(OBJECT) | NULLABLE, CREATES },
    { "prompt_cache_retention", KIND(STRING) | NULLABLE, CREATES },
    { "context_management", KIND(ARRAY) | NULLABLE, CREATES },
    { "truncation", KIND(STRING) | NULLABLE, ALL },
    { "max_output_tokens", KIND(NUMBER) | NULLABLE, CREATES },
    { "metadata", KIND(OBJECT) | NULLABLE, CREATES },
    { "client_metadata", KIND(OBJECT) | NULLABLE, CREATES },
    { "temperature", KIND(NUMBER) | NULLABLE, CREATES },
    { "top_p", KIND(NUMBER) | NULLABLE, CREATES },
    { "top_logprobs", KIND(NUMBER) | NULLABLE, CREATES },
    { "safety_identifier", KIND(STRING) | NULLABLE, CREATES },
    { "background", KIND(BOOL) | NULLABLE, CREATES },
    { "user", KIND(STRING) | NULLABLE, CREATES },
};

struct member_check {
    struct refusal *refusal;
    enum request_form form;
    bool good;
};

static const struct member_row *row_for(struct str name)
{
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
        if (str_is(name, members[i].name))
            return &members[i];
    return NULL;
}

static void check_member(struct str key, const struct json *value, void *ctx)
{
    struct member_check *check = ctx;
    const struct member_row *row = row_for(key);
    char name[64];

    if (!check->good)
        return;
    snprintf(name, sizeof(name), "%.*s", STR_ARG(key));
    if (!row || !(row->forms & (1u << check->form)))
        check->good = refuse(check->refusal, "unknown_parameter", name,
                             "Unknown parameter: '%s'.", name);
    else if (!(row->kinds & (1u << json_kind(value))))
        check->good = refuse(check->refusal, "invalid_type", name,
                             "Invalid type for '%s'.", name);
}

static bool stream_id_is_legal(struct str id)
{
    if (id.len < 1 || id.len > LIMIT_STREAM_ID_BYTES)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || (c != 0 && strchr("_.-", c))))
            return false;
    }
    return true;
}

static bool read_stream_id(struct create *create, struct refusal *refusal)
{
    const struct json *id = json_member(create->root, "stream_id");

    if (!id)
        return true;
    if (!stream_id_is_legal(json_str(id)))
        return refuse(refusal, "invalid_stream_id", "stream_id",
                      "'stream_id' must be 1 to %d characters of "
                      "[A-Za-z0-9_.-].",
                      LIMIT_STREAM_ID_BYTES);
    create->stream_id = json_str(id);
    return true;
}

static bool require(const struct json *root, const char *name,
                    struct refusal *refusal)
{
    const struct json *member = json_member(root, name);

    if (member
        && (json_kind(member) != JSON_KIND_STRING || json_str(member).len > 0))
        return true;
    return refuse(refusal, "missing_required_parameter", name,
                  "Missing required parameter: '%s'.", name);
}

// strict:true wants each property required and no others allowed.
static bool strict_is_met(const struct json *tool)
{
    const struct json *parameters = json_member(tool, "parameters");

    if (!json_bool(json_member(tool, "strict"), false))
        return true;
    return !json_bool(json_member(parameters, "additionalProperties"), true)
           && json_count(json_member(parameters, "required"))
                  == json_count(json_member(parameters, "properties"));
}

static bool check_tool(const struct json *tool, size_t index,
                       struct refusal *refusal)
{
    struct str type = json_str(json_member(tool, "type"));
    char param[32];

    snprintf(param, sizeof(param), "tools[%zu]", index);
    if (type.len == 0)
        return refuse(refusal, "missing_required_parameter", param,
                      "Missing required parameter: '%s.type'.", param);
    if (!str_is(type, "function") && !str_is(type, "custom"))
        return true;
    if (json_str(json_member(tool, "name")).len == 0)
        return refuse(refusal, "missing_required_parameter", param,
                      "Missing required parameter: '%s.name'.", param);
    if (str_is(type, "custom"))
        return true;
    const struct json *parameters = json_member(tool, "parameters");
    if (json_kind(parameters) != JSON_KIND_OBJECT)
        return refuse(refusal, "invalid_function_parameters", param,
                      "'%s.parameters' must be a JSON schema.", param);
    if (!strict_is_met(tool))
        return refuse(refusal, "invalid_function_parameters", param,
                      "Invalid schema for '%s': strict needs "
                      "additionalProperties false and all of properties in "
                      "required.",
                      param);
    return true;
}

static bool check_tools(const struct json *root, struct refusal *refusal)
{
    const struct json *tools = json_member(root, "tools");

    for (size_t i = 0; i < json_count(tools); i++)
        if (!check_tool(json_at(tools, i), i, refusal))
            return false;
    return true;
}

static bool check_type(const struct json *root, struct refusal *refusal)
{
    struct str type = json_str(json_member(root, "type"));

    if (str_is(type, "response.create"))
        return true;
    if (type.len == 0)
        return refuse(refusal, "missing_required_parameter", "type",
                      "Missing required parameter: 'type'.");
    return refuse(refusal, "unknown_event_type", "type",
                  "Unknown event type: '%.*s'.", STR_ARG(str_take(type, 80)));
}

static bool check_members(const struct json *root, enum request_form form,
                          struct refusal *refusal)
{
    struct member_check check = { refusal, form, true };

    json_each(root, check_member, &check);
    if (!check.good || !require(root, "model", refusal)
        || !require(root, "input", refusal))
        return false;
    if (json_bool(json_member(root, "background"), false))
        return refuse(refusal, "unsupported_parameter", "background",
                      "'background' is not supported here.");
    return true;
}

// Sums the bytes of what the model would read.
static size_t input_bytes(struct str message)
{
    struct str key, value;
    size_t at = 0, bytes = 0;

    while (json_scan_member(message, &at, &key, &value))
        if (str_is(key, "input") || str_is(key, "instructions")
            || str_is(key, "tools"))
            bytes += value.len;
    return bytes;
}

static bool read_members(struct create *create, enum request_form form,
                         struct refusal *refusal)
{
    const struct json *root = create->root;

    if (form == FORM_WEBSOCKET
        && (!read_stream_id(create, refusal) || !check_type(root, refusal)))
        return false;
    return check_members(root, form, refusal) && check_tools(root, refusal);
}

bool create_read(struct str message, enum request_form form,
                 struct create *create, struct refusal *refusal)
{
    struct error err;

    *create = (struct create){ .generate = true, .obfuscation = true };
    create->root = json_parse(message, &err);
    if (json_kind(create->root) != JSON_KIND_OBJECT)
        return refuse(refusal, "invalid_json", NULL,
                      "The message is not a JSON object: %s",
                      create->root ? "another value" : err.text);
    const struct json *root = create->root;
    create->previous_id = json_str(json_member(root, "previous_response_id"));
    if (!read_members(create, form, refusal))
        return false;
    create->generate = json_bool(json_member(root, "generate"), true);
    create->stream = json_bool(json_member(root, "stream"), false);
    create->obfuscation =
        json_bool(json_path(root, "stream_options.include_obfuscation"), true);
    create->input_bytes = input_bytes(message);
    return items_check(json_member(root, "input"),
                       json_bool(json_member(root, "store"), true), refusal);
}

void create_release(struct create *create)
{
    json_destroy(create->root);
    *create = (struct create){ 0 };
}
