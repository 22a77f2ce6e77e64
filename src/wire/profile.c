/*
 * Only fields of the table can be unlearnt: what a turn or its privacy needs
 * is never left out because a server, or somebody in between, asks for it.
 */
#include "kerf/wire/profile.h"

#include "kerf/base/json.h"

static const char *const optional[] = {
    // Responses
    "reasoning",
    "reasoning.effort",
    "reasoning.summary",
    "text",
    "text.verbosity",
    "include",
    "prompt_cache_key",
    "stream_options",
    "stream_options.include_obfuscation",
    // both
    "service_tier",
    "tool_choice",
    "parallel_tool_calls",
    // Chat Completions
    "stream_options.include_usage",
    "max_completion_tokens",
    "max_tokens",
    "reasoning_effort",
    "verbosity",
    "reasoning_content",
};

static struct str find_optional(struct str field)
{
    for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++)
        if (str_is(field, optional[i]))
            return str_from(optional[i]);
    return (struct str){ 0 };
}

static bool is_rejected(const struct profile *profile, struct str field)
{
    for (size_t i = 0; i < profile->rejected_count; i++)
        if (str_equal(profile->rejected[i], field))
            return true;
    return false;
}

bool profile_allows(const struct profile *profile, const char *field)
{
    struct str name = str_from(field);
    size_t dot = str_find_char(name, '.');

    if (!profile)
        return true;
    return !is_rejected(profile, name)
           && (dot == SIZE_MAX || !is_rejected(profile, str_take(name, dot)));
}

// "messages[3].reasoning" and "messages.3.reasoning" are about all messages.
static struct str general_name(struct str param)
{
    size_t dot = str_rfind_char(param, '.');

    if (str_starts_with(param, STR("messages")) && dot != SIZE_MAX)
        return str_skip(param, dot + 1);
    return param;
}

static bool learn_field(struct profile *profile, struct str field)
{
    if (is_rejected(profile, field)
        || profile->rejected_count == LIMIT_PROFILE_FIELDS)
        return false;
    profile->rejected[profile->rejected_count++] = field;
    return true;
}

bool profile_learn(struct profile *profile, const struct failure *failure)
{
    struct str field = general_name(failure->param);
    struct str known = find_optional(field);

    if (profile->reasoning_field.len > 0 && !str_equal(field, failure->param)
        && str_equal(field, profile->reasoning_field)) {
        profile->reasoning_field = (struct str){ 0 };
        return learn_field(profile, STR("reasoning_content"));
    }
    return known.len > 0 && learn_field(profile, known);
}

bool profile_learn_reasoning(struct profile *profile, struct str field)
{
    static const char *const fields[] = { "reasoning", "reasoning_content" };

    if (str_equal(field, profile->reasoning_field)
        || is_rejected(profile, STR("reasoning_content")))
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (str_is(field, fields[i])) {
            profile->reasoning_field = str_from(fields[i]);
            return true;
        }
    return false;
}

void profile_write(struct buf *out, const struct profile *profile)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_member_str(&w, "backend", profile->backend);
    json_member_str(&w, "model", profile->model);
    json_key(&w, "rejected");
    json_begin_array(&w);
    for (size_t i = 0; i < profile->rejected_count; i++)
        json_put_str(&w, profile->rejected[i]);
    json_end_array(&w);
    json_member_str(&w, "reasoning_field", profile->reasoning_field);
    json_member_bool(&w, "gaps", profile->numbers_have_gaps);
    json_end_object(&w);
}

static struct str member(struct arena *arena, const struct json *root,
                         const char *key)
{
    return arena_copy(arena, json_str(json_member(root, key)));
}

bool profile_read(struct arena *arena, struct str json, struct profile *profile,
                  struct error *err)
{
    struct json *root = json_parse(json, err);
    const struct json *list = json_member(root, "rejected");

    *profile = (struct profile){ 0 };
    if (!root)
        return error_prefix(err, "profile");
    profile->backend = member(arena, root, "backend");
    profile->model = member(arena, root, "model");
    profile->numbers_have_gaps = json_bool(json_member(root, "gaps"), false);
    for (size_t i = 0; i < json_count(list); i++) {
        struct str field = find_optional(json_str(json_at(list, i)));
        if (field.len > 0)
            learn_field(profile, field);
    }
    profile_learn_reasoning(profile,
                            json_str(json_member(root, "reasoning_field")));
    json_destroy(root);
    return profile->model.len > 0
           || error_set(err, ERROR_INVALID, "profile: it names no model");
}
