/*
 * Items of the Responses API. Each kind has one row that says what it and its
 * events are called; the writers follow the row.
 */
#include "item_write.h"

#include <stdio.h>

static const struct kind_row kind_table[] = {
    [SIM_TEXT] = { "message", "msg", "text", "response.output_text.delta",
                   "response.output_text.done", "content", "content_index",
                   "output_text" },
    [SIM_REFUSAL] = { "message", "msg", "refusal", "response.refusal.delta",
                      "response.refusal.done", "content", "content_index",
                      "refusal" },
    [SIM_REASONING] = { "reasoning", "rs", "text",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "reasoning_summary", "summary_index", "summary_text" },
    [SIM_RAW_REASONING] = { "reasoning", "rs", "text",
                            "response.reasoning_text.delta",
                            "response.reasoning_text.done", "content",
                            "content_index", "reasoning_text" },
    [SIM_FUNCTION_CALL] = { "function_call", "fc", "arguments",
                            "response.function_call_arguments.delta",
                            "response.function_call_arguments.done", NULL, NULL,
                            NULL },
    [SIM_CUSTOM_CALL] = { "custom_tool_call", "ctc", "input",
                          "response.custom_tool_call_input.delta",
                          "response.custom_tool_call_input.done", NULL, NULL,
                          NULL },
    [SIM_PATCH_CALL] = { "apply_patch_call", "apc", "diff",
                         "response.apply_patch_call_operation_diff.delta",
                         "response.apply_patch_call_operation_diff.done", NULL,
                         NULL, NULL },
    [SIM_SHELL_CALL] = { "shell_call", "sh", "command",
                         "response.shell_call_command.delta",
                         "response.shell_call_command.done", NULL,
                         "command_index", NULL },
    [SIM_COMPACTION] = { "compaction", "cmp", NULL, NULL, NULL, NULL, NULL,
                         NULL },
};

const struct kind_row *kind_row(enum sim_item_kind kind)
{
    return &kind_table[kind];
}

bool item_has_parts(enum sim_item_kind kind)
{
    return kind_table[kind].parts != NULL;
}

bool item_has_text(enum sim_item_kind kind)
{
    return kind_table[kind].delta != NULL;
}

void put_item_id(struct json_writer *w, const char *key, const char *prefix,
                 const struct event_item *item)
{
    char id[64];

    snprintf(id, sizeof(id), "%s_sim%llu_%zu", prefix,
             (unsigned long long)item->number, item->index);
    json_member_str(w, key, str_from(id));
}

void put_item_part(struct json_writer *w, const struct event_item *item,
                   struct str text)
{
    const struct kind_row *row = kind_row(item->item->kind);

    json_begin_object(w);
    json_member_str(w, "type", str_from(row->part_type));
    json_member_str(w, row->value, text);
    if (item->item->kind == SIM_TEXT) {
        json_key(w, "annotations");
        json_put_raw(w, STR("[]"));
        json_key(w, "logprobs");
        json_put_raw(w, STR("[]"));
    }
    json_end_object(w);
}

static void put_parts(struct json_writer *w, const char *key,
                      const struct event_item *item, bool done)
{
    json_key(w, key);
    json_begin_array(w);
    if (done)
        put_item_part(w, item, item->item->text);
    json_end_array(w);
}

// The blob is bound to the text, so that a changed pair can be noticed.
static void put_encrypted(struct json_writer *w, const struct event_item *item)
{
    char blob[64];

    snprintf(blob, sizeof(blob), "gAAAAsim%016llx",
             (unsigned long long)str_hash(item->item->text, 1));
    json_member_str(w, "encrypted_content", str_from(blob));
}

static void put_message(struct json_writer *w, const struct event_item *item,
                        bool done)
{
    json_member_str(w, "role", STR("assistant"));
    json_member_str(w, "phase", str_from(item->phase));
    put_parts(w, "content", item, done);
}

static void put_reasoning(struct json_writer *w, const struct event_item *item,
                          bool done)
{
    bool is_raw = item->item->kind == SIM_RAW_REASONING;

    put_parts(w, "summary", item, done && !is_raw);
    if (is_raw)
        put_parts(w, "content", item, done);
    put_encrypted(w, item);
}

static void put_call(struct json_writer *w, const struct event_item *item,
                     bool done)
{
    put_item_id(w, "call_id", "call", item);
    json_member_str(w, "name", item->item->name);
    json_member_str(w, kind_row(item->item->kind)->value,
                    done ? item->item->text : STR(""));
}

static void put_patch(struct json_writer *w, const struct event_item *item,
                      bool done)
{
    put_item_id(w, "call_id", "call", item);
    json_key(w, "operation");
    json_begin_object(w);
    json_member_str(w, "type", STR("update_file"));
    json_member_str(w, "path", item->item->name);
    json_member_str(w, "diff", done ? item->item->text : STR(""));
    json_end_object(w);
}

static void put_shell(struct json_writer *w, const struct event_item *item,
                      bool done)
{
    put_item_id(w, "call_id", "call", item);
    json_key(w, "action");
    json_begin_object(w);
    json_key(w, "commands");
    json_begin_array(w);
    if (done)
        json_put_str(w, item->item->text);
    json_end_array(w);
    json_member_int(w, "timeout_ms", 60000);
    json_member_int(w, "max_output_length", 8000);
    json_end_object(w);
}

static void put_body(struct json_writer *w, const struct event_item *item,
                     bool done)
{
    switch (item->item->kind) {
    case SIM_TEXT:
    case SIM_REFUSAL: put_message(w, item, done); break;
    case SIM_REASONING:
    case SIM_RAW_REASONING: put_reasoning(w, item, done); break;
    case SIM_FUNCTION_CALL:
    case SIM_CUSTOM_CALL: put_call(w, item, done); break;
    case SIM_PATCH_CALL: put_patch(w, item, done); break;
    case SIM_SHELL_CALL: put_shell(w, item, done); break;
    case SIM_COMPACTION: put_encrypted(w, item); break;
    }
}

void put_item(struct json_writer *w, const struct event_item *item, bool done)
{
    enum sim_item_kind kind = item->item->kind;
    const struct kind_row *row = kind_row(kind);

    json_begin_object(w);
    json_member_str(w, "type", str_from(row->type));
    put_item_id(w, "id", row->prefix, item);
    if (kind != SIM_REASONING && kind != SIM_RAW_REASONING
        && kind != SIM_COMPACTION)
        json_member_str(w, "status",
                        done ? STR("completed") : STR("in_progress"));
    put_body(w, item, done);
    json_end_object(w);
}

void item_write(const struct event_item *item, bool done, struct buf *out)
{
    struct json_writer w = { out, false };
    put_item(&w, item, done);
}
