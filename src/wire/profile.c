/*
 * Only fields of the table can be unlearnt: what a turn or its privacy needs
 * is never left out because a server, or somebody in between, asks for it.
 */
#include "kerf/wire/profile.h"

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
