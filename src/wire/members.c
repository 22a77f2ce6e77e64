/* What is of another kind than it must be is an error; where servers differ in
 * the place, the first that makes sense counts. */
#include "members.h"

bool member_str(struct arena *arena, const struct json *node, const char *key,
                struct str *out, struct error *err)
{
    const struct json *value = json_member(node, key);

    *out = (struct str){ 0 };
    switch (json_kind(value)) {
    case JSON_KIND_NONE:
    case JSON_KIND_NULL: return true;
    case JSON_KIND_STRING:
        *out = arena_copy(arena, json_str(value));
        return true;
    case JSON_KIND_BOOL:
    case JSON_KIND_NUMBER:
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT: break;
    }
    return error_set(err, ERROR_INVALID, "`%s` is not a string", key);
}

bool member_count(const struct json *node, const char *key, int64_t *out,
                  struct error *err)
{
    const struct json *value = json_member(node, key);

    *out = json_int(value, 0);
    if ((json_kind(value) > JSON_KIND_NULL
         && json_kind(value) != JSON_KIND_NUMBER)
        || *out < 0)
        return error_set(err, ERROR_INVALID, "`%s` is not a count", key);
    return true;
}

bool member_usage(const struct json *node, struct usage *out, struct error *err)
{
    const struct json *usage = json_member(node, "usage");
    const struct json *input = json_member(usage, "input_tokens_details");
    const struct json *output = json_member(usage, "output_tokens_details");

    return member_count(usage, "input_tokens", &out->input, err)
           && member_count(usage, "output_tokens", &out->output, err)
           && member_count(input, "cached_tokens", &out->cached, err)
           && member_count(output, "reasoning_tokens", &out->reasoning, err);
}

// A number in `code` is a status (llama.cpp); so is one beside the error.
int member_status(const struct json *node)
{
    static const char *const places[] = {
        "status",       "status_code", "error.code",
        "error.status", "code",        "error.status_code",
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        int64_t status = json_int(json_path(node, places[i]), 0);
        if (status >= 100 && status <= 599)
            return (int)status;
    }
    return 0;
}
