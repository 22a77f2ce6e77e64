/*
 * Input items: the form of each kind as a table of required members, then the
 * rules that go across items (calls and their outputs).
 */
#include "kerf/sim/request.h"

#include <stdio.h>

#define KIND(name) (1u << JSON_KIND_##name)
#define LIMIT_REQUIRED 3

struct required {
    const char *name;
    unsigned kinds;
};

struct item_row {
    const char *type;
    const char *output; // type of the item that answers it; NULL: none
    struct required required[LIMIT_REQUIRED];
};

static const struct item_row item_table[] = {
    { "message",
      NULL,
      { { "role", KIND(STRING) }, { "content", KIND(STRING) | KIND(ARRAY) } } },
    { "reasoning", NULL, { { "summary", KIND(ARRAY) } } },
    { "function_call",
      "function_call_output",
      { { "call_id", KIND(STRING) },
        { "name", KIND(STRING) },
        { "arguments", KIND(STRING) } } },
    { "function_call_output",
      NULL,
      { { "call_id", KIND(STRING) },
        { "output", KIND(STRING) | KIND(ARRAY) } } },
    { "custom_tool_call",
      "custom_tool_call_output",
      { { "call_id", KIND(STRING) },
        { "name", KIND(STRING) },
        { "input", KIND(STRING) } } },
    { "custom_tool_call_output",
      NULL,
      { { "call_id", KIND(STRING) },
        { "output", KIND(STRING) | KIND(ARRAY) } } },
    { "shell_call",
      "shell_call_output",
      { { "call_id", KIND(STRING) }, { "action", KIND(OBJECT) } } },
    { "shell_call_output",
      NULL,
      { { "call_id", KIND(STRING) }, { "output", KIND(ARRAY) } } },
    { "apply_patch_call",
      "apply_patch_call_output",
      { { "call_id", KIND(STRING) }, { "operation", KIND(OBJECT) } } },
    { "apply_patch_call_output",
      NULL,
      { { "call_id", KIND(STRING) }, { "status", KIND(STRING) } } },
    { "local_shell_call", NULL, { { "action", KIND(OBJECT) } } },
    { "local_shell_call_output", NULL, { { "output", KIND(STRING) } } },
    { "web_search_call", NULL, { { NULL, 0 } } },
    { "compaction", NULL, { { "encrypted_content", KIND(STRING) } } },
    { "compaction_trigger", NULL, { { NULL, 0 } } },
};

#define ITEM_ROWS (sizeof(item_table) / sizeof(*item_table))

struct role_row {
    const char *role;
    const char *parts[3];
};

static const struct role_row role_table[] = {
    { "user", { "input_text", "input_image", "input_file" } },
    { "developer", { "input_text", "input_image", "input_file" } },
    { "system", { "input_text", "input_image", "input_file" } },
    { "assistant", { "output_text", "refusal", NULL } },
};

static struct str type_of(const struct json *item)
{
    const struct json *type = json_member(item, "type");

    if (!type && json_member(item, "role"))
        return STR("message"); // the short form of a message
    return json_str(type);
}

static const struct item_row *row_for(struct str type)
{
    for (size_t i = 0; i < ITEM_ROWS; i++)
        if (str_is(type, item_table[i].type))
            return &item_table[i];
    return NULL;
}

static const struct role_row *role_for(struct str role)
{
    for (size_t i = 0; i < sizeof(role_table) / sizeof(*role_table); i++)
        if (str_is(role, role_table[i].role))
            return &role_table[i];
    return NULL;
}

static bool part_is_legal(const struct role_row *role, struct str type)
{
    for (size_t i = 0; i < 3; i++)
        if (role->parts[i] && str_is(type, role->parts[i]))
            return true;
    return false;
}

static bool check_part(const struct role_row *role, const struct json *part,
                       const char *param, struct refusal *refusal)
{
    struct str type = json_str(json_member(part, "type"));

    if (!part_is_legal(role, type))
        return refuse(refusal, "invalid_value", param,
                      "Invalid value: '%.*s'. A part of a message of role "
                      "'%s' begins with '%s'.",
                      STR_ARG(str_take(type, 60)), role->role, role->parts[0]);
    if (str_ends_with(type, STR("_text"))
        && json_kind(json_member(part, "text")) != JSON_KIND_STRING)
        return refuse(refusal, "missing_required_parameter", param,
                      "Missing required parameter: '%s.text'.", param);
    return true;
}

static bool check_message(const struct json *item, size_t index,
                          struct refusal *refusal)
{
    const struct role_row *role = role_for(json_str(json_member(item, "role")));
    const struct json *content = json_member(item, "content");
    char param[64];

    snprintf(param, sizeof(param), "input[%zu].role", index);
    if (!role)
        return refuse(refusal, "invalid_value", param,
                      "Invalid value for '%s'.", param);
    for (size_t i = 0; i < json_count(content); i++) {
        snprintf(param, sizeof(param), "input[%zu].content[%zu]", index, i);
        if (!check_part(role, json_at(content, i), param, refusal))
            return false;
    }
    return true;
}

// Nothing is stored, so reasoning comes back whole or not at all.
static bool check_reasoning(const struct json *item, size_t index, bool store,
                            struct refusal *refusal)
{
    char param[64];

    if (store || json_str(json_member(item, "encrypted_content")).len > 0)
        return true;
    snprintf(param, sizeof(param), "input[%zu]", index);
    return refuse(refusal, "invalid_value", param,
                  "Reasoning item '%s' without encrypted_content: items are "
                  "not kept when 'store' is false.",
                  param);
}

static bool check_item(const struct json *item, size_t index, bool store,
                       struct refusal *refusal)
{
    struct str type = type_of(item);
    const struct item_row *row = row_for(type);
    char param[64];

    snprintf(param, sizeof(param), "input[%zu]", index);
    if (!row)
        return refuse(refusal, "invalid_value", param,
                      "Invalid value: '%.*s' is no type of an input item.",
                      STR_ARG(str_take(type, 60)));
    for (size_t i = 0; i < LIMIT_REQUIRED && row->required[i].name; i++) {
        const struct json *m = json_member(item, row->required[i].name);
        if (!(row->required[i].kinds & (1u << json_kind(m))))
            return refuse(refusal, "missing_required_parameter", param,
                          "Missing required parameter: '%s.%s'.", param,
                          row->required[i].name);
    }
    if (str_is(type, "message"))
        return check_message(item, index, refusal);
    if (str_is(type, "reasoning"))
        return check_reasoning(item, index, store, refusal);
    return true;
}

bool items_check(const struct json *input, bool store, struct refusal *refusal)
{
    for (size_t i = 0; i < json_count(input); i++)
        if (!check_item(json_at(input, i), i, store, refusal))
            return false;
    return true;
}

// A call in a hash table with open addressing; free slots have no row.
struct call {
    const struct item_row *row;
    struct str id;
    bool answered;
};

struct call_table {
    struct call *at;
    size_t mask;
};

static struct call *call_slot(struct call_table *table, struct str id)
{
    size_t i = str_hash(id, 0) & table->mask;

    while (table->at[i].row && !str_equal(table->at[i].id, id))
        i = (i + 1) & table->mask;
    return &table->at[i];
}

static bool add_call(struct call_table *table, const struct item_row *row,
                     struct str id, struct refusal *refusal)
{
    struct call *call = call_slot(table, id);

    if (call->row)
        return refuse(refusal, "duplicate_call_id", "input",
                      "Duplicate call with call_id %.*s.",
                      STR_ARG(str_take(id, 80)));
    *call = (struct call){ row, id, false };
    return true;
}

static bool answer_call(struct call_table *table, struct str type,
                        struct str id, struct refusal *refusal)
{
    struct call *call = call_slot(table, id);

    if (!call->row || !str_is(type, call->row->output))
        return refuse(refusal, NULL, "input",
                      "No tool call found for %.*s with call_id %.*s.",
                      STR_ARG(str_take(type, 40)), STR_ARG(str_take(id, 80)));
    if (call->answered)
        return refuse(refusal, NULL, "input",
                      "More than one tool output for call_id %.*s.",
                      STR_ARG(str_take(id, 80)));
    call->answered = true;
    return true;
}

static bool is_output(struct str type)
{
    for (size_t i = 0; i < ITEM_ROWS; i++)
        if (item_table[i].output && str_is(type, item_table[i].output))
            return true;
    return false;
}

static struct call_table table_for(struct arena *arena, size_t count)
{
    size_t size = 16;
    while (size < 2 * count)
        size *= 2;
    return (struct call_table){ arena_array(arena, size, sizeof(struct call)),
                                size - 1 };
}

bool calls_check(struct arena *arena, const struct json *const *items,
                 size_t count, struct refusal *refusal)
{
    struct call_table table = table_for(arena, count);

    for (size_t i = 0; i < count; i++) {
        struct str type = type_of(items[i]);
        struct str id = json_str(json_member(items[i], "call_id"));
        const struct item_row *row = row_for(type);
        if (row && row->output && !add_call(&table, row, id, refusal))
            return false;
        if (is_output(type) && !answer_call(&table, type, id, refusal))
            return false;
    }
    for (size_t i = 0; i <= table.mask; i++)
        if (table.at[i].row && !table.at[i].answered)
            return refuse(
                refusal, NULL, "input", "No tool output found for %s %.*s.",
                table.at[i].row->type, STR_ARG(str_take(table.at[i].id, 80)));
    return true;
}
