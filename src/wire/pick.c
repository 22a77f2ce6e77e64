/*
 * A server that writes thousands of small messages a second is read by walking
 * over their bytes. What is not plain (an escaped key, a longer array) goes by
 * way of the parser, and is then read like the rest.
 */
#include "pick.h"

#include "kerf/base/json.h"
#include "kerf/base/utf8.h"

static bool note(struct str key, struct str value, const struct pick *picks,
                 size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_is(key, picks[i].key))
            continue;
        if (picks[i].raw->len > 0)
            return error_set(err, ERROR_INVALID, "`%s` comes twice",
                             picks[i].key);
        if (!str_is(value, "null"))
            *picks[i].raw = value;
    }
    return true;
}

bool pick_members(struct str object, const struct pick *picks, size_t count,
                  struct error *err)
{
    struct str key, value;
    size_t at = 0;

    for (size_t i = 0; i < count; i++)
        *picks[i].raw = (struct str){ 0 };
    while (json_scan_member(object, &at, &key, &value))
        if (!note(key, value, picks, count, err))
            return false;
    if (object.len == 0 || at != object.len)
        return error_set(err, ERROR_INVALID, "malformed JSON object");
    return true;
}

bool pick_text(struct str raw, const char *key, struct buf *out,
               struct error *err)
{
    size_t from = out->len;

    if (raw.len == 0)
        return true;
    if (json_unescape(raw, out) && utf8_is_valid(str_skip(buf_str(out), from)))
        return true;
    return error_set(err, ERROR_INVALID, "`%s` is not a string", key);
}

// Says whether the walk takes all of it: then it is one object.
static bool is_one_object(struct str text)
{
    struct str key, value;
    size_t at = 0;

    while (json_scan_member(text, &at, &key, &value))
        continue;
    return text.len > 0 && at == text.len;
}

static bool each_of_tree(struct str raw, const char *key, pick_fn visit,
                         void *ctx, struct error *err)
{
    struct json *list = json_parse(raw, err);
    struct buf text = { 0 };
    bool good = list != NULL;

    if (good && json_kind(list) != JSON_KIND_ARRAY)
        good = error_set(err, ERROR_INVALID, "`%s` is not an array", key);
    for (size_t i = 0; good && i < json_count(list); i++) {
        buf_reset(&text);
        json_dump(json_at(list, i), &text);
        good = visit(buf_str(&text), i, json_count(list), ctx, err);
    }
    buf_release(&text);
    json_destroy(list);
    return good;
}

bool pick_each(struct str raw, const char *key, pick_fn visit, void *ctx,
               struct error *err)
{
    if (raw.len == 0)
        return true;
    if (raw.len > 2 && raw.at[0] == '[') {
        struct str one = str_trim((struct str){ raw.at + 1, raw.len - 2 });
        if (is_one_object(one))
            return visit(one, 0, 1, ctx, err);
    }
    return each_of_tree(raw, key, visit, ctx, err);
}
