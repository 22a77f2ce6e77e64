/*
 * Servers agree on `data` and `id` alone. What else is of use stands in a
 * table of places, first come first served.
 */
#include "kerf/wire/models.h"

#include <stdlib.h>

#include "kerf/base/json.h"

static int64_t first_count(const struct json *entry, const char *const places[],
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t number = json_int(json_path(entry, places[i]), 0);
        if (number > 0)
            return number;
    }
    return 0;
}

static int64_t window_of(const struct json *entry)
{
    static const char *const places[] = {
        "context_window",     "context_length",
        "max_context_length", "limits.max_context_length",
        "max_model_len",      "meta.n_ctx",
        "meta.n_ctx_train",   "top_provider.context_length",
    };

    return first_count(entry, places, sizeof(places) / sizeof(places[0]));
}

static int64_t output_of(const struct json *entry)
{
    static const char *const places[] = {
        "max_output_tokens",
        "max_completion_tokens",
        "limits.max_completion_tokens",
        "top_provider.max_completion_tokens",
    };

    return first_count(entry, places, sizeof(places) / sizeof(places[0]));
}

static bool is_date(struct str text)
{
    static const char shape[] = "0000-00-00";

    if (text.len < sizeof(shape) - 1)
        return false;
    for (size_t i = 0; i + 1 < sizeof(shape); i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (shape[i] == '0' ? !digit : text.at[i] != shape[i])
            return false;
    }
    return true;
}

static struct str shutdown_of(struct arena *arena, const struct json *entry)
{
    struct str date = json_str(json_member(entry, "shutdown_date"));

    return is_date(date) ? arena_copy(arena, str_take(date, 10))
                         : (struct str){ 0 };
}

static void read_model(struct arena *arena, const struct json *entry,
                       struct model_info *model)
{
    struct str owner = json_str(json_member(entry, "owned_by"));

    *model = (struct model_info){
        .id = arena_copy(arena, json_str(json_member(entry, "id"))),
        .owner = arena_copy(arena, owner),
        .created = first_count(entry, (const char *const[]){ "created" }, 1),
        .window = window_of(entry),
        .max_output = output_of(entry),
        .shutdown = shutdown_of(arena, entry),
        .deprecated = json_bool(json_member(entry, "deprecated"), false),
    };
}

static int compare(const void *a, const void *b)
{
    return str_compare(((const struct model_info *)a)->id,
                       ((const struct model_info *)b)->id);
}

static void sort(struct model_list *list)
{
    size_t kept = 0;

    if (list->count > 0)
        qsort(list->models, list->count, sizeof(*list->models), compare);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0
            || !str_equal(list->models[kept - 1].id, list->models[i].id))
            list->models[kept++] = list->models[i];
    list->count = kept;
}

static bool read_list(struct arena *arena, const struct json *data,
                      struct model_list *list, struct error *err)
{
    size_t count = json_count(data);

    if (json_kind(data) != JSON_KIND_ARRAY)
        return error_set(err, ERROR_INVALID, "models: there is no list");
    if (count > LIMIT_MODELS)
        return error_set(err, ERROR_LIMIT, "models: %zu, the limit is %d",
                         count, LIMIT_MODELS);
    list->models = arena_array(arena, count, sizeof(*list->models));
    for (size_t i = 0; i < count; i++) {
        const struct json *entry = json_at(data, i);
        if (json_str(json_member(entry, "id")).len > 0)
            read_model(arena, entry, &list->models[list->count++]);
    }
    sort(list);
    return true;
}

bool models_read(struct arena *arena, struct str json, struct model_list *list,
                 struct error *err)
{
    struct json *root = json_parse(json, err);

    *list = (struct model_list){ 0 };
    if (!root)
        return error_prefix(err, "models");
    const struct json *data = root;
    if (json_kind(root) == JSON_KIND_OBJECT)
        data = json_member(root, "data");
    bool good = read_list(arena, data, list, err);
    json_destroy(root);
    return good;
}

const struct model_info *models_find(const struct model_list *list,
                                     struct str id)
{
    struct model_info wanted = { .id = id };

    if (list->count == 0)
        return NULL;
    return bsearch(&wanted, list->models, list->count, sizeof(*list->models),
                   compare);
}

static size_t common(struct str a, struct str b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && a.at[len] == b.at[len])
        len++;
    return len;
}

const struct model_info *models_nearest(const struct model_list *list,
                                        struct str id)
{
    const struct model_info *nearest = NULL;
    size_t most = 2; // letters in common that mean nothing

    for (size_t i = 0; i < list->count; i++) {
        size_t same = common(list->models[i].id, id);
        if (same > most) {
            most = same;
            nearest = &list->models[i];
        }
    }
    return nearest;
}
