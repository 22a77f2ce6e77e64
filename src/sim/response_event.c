/*
 * Names and members of the events. Each kind of item has one row that says
 * what its events are called; the writers follow the row.
 */
#include "response_event.h"

#include <stdio.h>

#include "kerf/sim/random.h"

#define TOKEN_BYTES 4    // a token, for usage
#define PADDING_LIMIT 24 // bytes of obfuscation
#define UNKNOWN_FIELD 41 // one event in so many has a field nobody knows

struct kind_row {
    const char *type;   // of the item
    const char *prefix; // of the item's id
    const char *value;  // member that holds the whole text
    const char *delta, *done;
    const char *part_added, *part_done; // NULL: no parts
    const char *part_index;             // name of the index of a part
};

static const struct kind_row kind_table[] = {
    [SIM_TEXT] = { "message", "msg", "text", "response.output_text.delta",
                   "response.output_text.done", "response.content_part.added",
                   "response.content_part.done", "content_index" },
    [SIM_REASONING] = { "reasoning", "rs", "text",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_part.done",
                        "summary_index" },
    [SIM_FUNCTION_CALL] = { "function_call", "fc", "arguments",
                            "response.function_call_arguments.delta",
                            "response.function_call_arguments.done", NULL, NULL,
                            NULL },
    [SIM_CUSTOM_CALL] = { "custom_tool_call", "ctc", "input",
                          "response.custom_tool_call_input.delta",
                          "response.custom_tool_call_input.done", NULL, NULL,
                          NULL },
};

// Request members that the response object repeats, in this order.
static const char *const echoed[] = {
    "model",
    "instructions",
    "tools",
    "tool_choice",
    "reasoning",
    "text",
    "store",
    "parallel_tool_calls",
    "metadata",
    "truncation",
    "service_tier",
    "prompt_cache_key",
    "temperature",
    "top_p",
    "max_output_tokens",
};

bool item_has_parts(enum sim_item_kind kind)
{
    return kind_table[kind].part_added != NULL;
}

static struct json_writer begin(const struct event_frame *frame,
                                const char *type)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    json_member_str(&w, "type", str_from(type));
    json_member_int(&w, "sequence_number", frame->sequence);
    if (frame->stream_id.len > 0)
        json_member_str(&w, "stream_id", frame->stream_id);
    if (random_below(frame->rng, UNKNOWN_FIELD) == 0)
        json_member_str(&w, "x_kerf_sim_field", STR("to be ignored"));
    return w;
}

static void put_id(struct json_writer *w, const char *key, const char *prefix,
                   const struct event_item *item)
{
    char id[64];

    snprintf(id, sizeof(id), "%s_sim%llu_%zu", prefix,
             (unsigned long long)item->number, item->index);
    json_member_str(w, key, str_from(id));
}

static void put_place(struct json_writer *w, const struct event_item *item)
{
    const struct kind_row *row = &kind_table[item->item->kind];

    put_id(w, "item_id", row->prefix, item);
    json_member_int(w, "output_index", (int64_t)item->index);
    if (row->part_index)
        json_member_int(w, row->part_index, 0);
}

static void put_part(struct json_writer *w, const struct event_item *item,
                     struct str text)
{
    bool is_text = item->item->kind == SIM_TEXT;

    json_begin_object(w);
    json_member_str(w, "type",
                    is_text ? STR("output_text") : STR("summary_text"));
    json_member_str(w, "text", text);
    if (is_text) {
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
        put_part(w, item, item->item->text);
    json_end_array(w);
}

// The blob is bound to the summary, so that a changed pair can be noticed.
static void put_encrypted(struct json_writer *w, const struct event_item *item)
{
    char blob[64];

    snprintf(blob, sizeof(blob), "gAAAAsim%016llx",
             (unsigned long long)str_hash(item->item->text, 1));
    json_member_str(w, "encrypted_content", str_from(blob));
}

static void put_item(struct json_writer *w, const struct event_item *item,
                     bool done)
{
    const struct kind_row *row = &kind_table[item->item->kind];

    json_begin_object(w);
    json_member_str(w, "type", str_from(row->type));
    put_id(w, "id", row->prefix, item);
    if (item->item->kind != SIM_REASONING)
        json_member_str(w, "status",
                        done ? STR("completed") : STR("in_progress"));
    switch (item->item->kind) {
    case SIM_TEXT:
        json_member_str(w, "role", STR("assistant"));
        json_member_str(w, "phase", str_from(item->phase));
        put_parts(w, "content", item, done);
        break;
    case SIM_REASONING:
        put_parts(w, "summary", item, done);
        put_encrypted(w, item);
        break;
    case SIM_FUNCTION_CALL:
    case SIM_CUSTOM_CALL:
        put_id(w, "call_id", "call", item);
        json_member_str(w, "name", item->item->name);
        json_member_str(w, row->value, done ? item->item->text : STR(""));
        break;
    }
    json_end_object(w);
}

void item_write(const struct event_item *item, bool done, struct buf *out)
{
    struct json_writer w = { out, false };
    put_item(&w, item, done);
}

void event_item(const struct event_frame *frame, const struct event_item *item,
                bool done)
{
    struct json_writer w = begin(frame, done ? "response.output_item.done"
                                             : "response.output_item.added");
    json_member_int(&w, "output_index", (int64_t)item->index);
    json_key(&w, "item");
    put_item(&w, item, done);
    json_end_object(&w);
}

void event_part(const struct event_frame *frame, const struct event_item *item,
                bool done)
{
    const struct kind_row *row = &kind_table[item->item->kind];
    struct json_writer w =
        begin(frame, done ? row->part_done : row->part_added);

    put_place(&w, item);
    json_key(&w, "part");
    put_part(&w, item, done ? item->item->text : STR(""));
    json_end_object(&w);
}

static void put_padding(struct json_writer *w, const struct event_frame *frame)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQR";
    char padding[PADDING_LIMIT];
    size_t length = random_below(frame->rng, PADDING_LIMIT);

    for (size_t i = 0; i < length; i++)
        padding[i] = letters[random_below(frame->rng, sizeof(letters) - 1)];
    json_member_str(w, "obfuscation", (struct str){ padding, length });
}

void event_delta(const struct event_frame *frame, const struct event_item *item,
                 struct str delta)
{
    struct json_writer w = begin(frame, kind_table[item->item->kind].delta);

    put_place(&w, item);
    json_member_str(&w, "delta", delta);
    if (frame->obfuscation)
        put_padding(&w, frame);
    json_end_object(&w);
}

void event_text_done(const struct event_frame *frame,
                     const struct event_item *item)
{
    const struct kind_row *row = &kind_table[item->item->kind];
    struct json_writer w = begin(frame, row->done);

    put_place(&w, item);
    if (item->item->kind == SIM_FUNCTION_CALL)
        json_member_str(&w, "name", item->item->name);
    json_member_str(&w, row->value, item->item->text);
    json_end_object(&w);
}

void event_unknown(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "response.kerf_sim.heartbeat");

    json_member_str(&w, "note", STR("a type of event to be ignored"));
    json_end_object(&w);
}

static void put_usage(struct json_writer *w,
                      const struct response_object *object)
{
    int64_t input = (int64_t)(object->input_bytes / TOKEN_BYTES);
    int64_t output =
        (int64_t)((object->output_bytes + TOKEN_BYTES - 1) / TOKEN_BYTES);

    json_begin_object(w);
    json_member_int(w, "input_tokens", input);
    json_key(w, "input_tokens_details");
    json_begin_object(w);
    json_member_int(w, "cached_tokens",
                    (int64_t)(object->cached_bytes / TOKEN_BYTES));
    json_member_int(w, "cache_write_tokens", 0);
    json_end_object(w);
    json_member_int(w, "output_tokens", output);
    json_key(w, "output_tokens_details");
    json_begin_object(w);
    json_member_int(w, "reasoning_tokens",
                    (int64_t)(object->reasoning_bytes / TOKEN_BYTES));
    json_end_object(w);
    json_member_int(w, "total_tokens", input + output);
    json_end_object(w);
}

static void put_echoed(struct json_writer *w, const struct json *request)
{
    for (size_t i = 0; i < sizeof(echoed) / sizeof(*echoed); i++) {
        const struct json *value = json_member(request, echoed[i]);
        if (!value)
            continue;
        json_key(w, echoed[i]);
        struct buf raw = { 0 };
        json_dump(value, &raw);
        json_put_raw(w, buf_str(&raw));
        buf_release(&raw);
    }
}

static void put_problem(struct json_writer *w,
                        const struct response_object *object)
{
    json_key(w, "error");
    if (object->error_code) {
        json_begin_object(w);
        json_member_str(w, "code", str_from(object->error_code));
        json_member_str(w, "message",
                        STR("A fault on demand: this response failed."));
        json_end_object(w);
    } else {
        json_put_null(w);
    }
    json_key(w, "incomplete_details");
    if (object->incomplete_reason) {
        json_begin_object(w);
        json_member_str(w, "reason", str_from(object->incomplete_reason));
        json_end_object(w);
    } else {
        json_put_null(w);
    }
}

static void put_head(struct json_writer *w, const struct response_plan *plan,
                     const struct response_object *object)
{
    json_member_str(w, "id", object->id);
    json_member_str(w, "object", STR("response"));
    json_member_int(w, "created_at", plan->created_s);
    if (object->completed_s > 0)
        json_member_int(w, "completed_at", object->completed_s);
    json_member_str(w, "status", str_from(object->status));
    put_problem(w, object);
    json_key(w, "previous_response_id");
    if (plan->previous_id.len > 0)
        json_put_str(w, plan->previous_id);
    else
        json_put_null(w);
}

void event_response(const struct event_frame *frame, const char *type,
                    const struct response_plan *plan,
                    const struct response_object *object)
{
    struct json_writer w = begin(frame, type);

    json_key(&w, "response");
    json_begin_object(&w);
    put_head(&w, plan, object);
    put_echoed(&w, plan->request);
    json_key(&w, "output");
    json_begin_array(&w);
    buf_append(frame->out, object->output);
    json_end_array(&w);
    json_key(&w, "usage");
    if (object->has_usage)
        put_usage(&w, object);
    else
        json_put_null(&w);
    json_end_object(&w);
    json_end_object(&w);
}

void event_error_plan(const struct event_frame *frame, int64_t resets_at_s)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    json_member_str(&w, "type", STR("error"));
    json_member_int(&w, "status", 429);
    if (frame->stream_id.len > 0)
        json_member_str(&w, "stream_id", frame->stream_id);
    json_key(&w, "error");
    json_begin_object(&w);
    json_member_str(&w, "type", STR("usage_limit_reached"));
    json_member_str(&w, "message", STR("The usage limit has been reached."));
    json_member_str(&w, "plan_type", STR("pro"));
    json_member_int(&w, "resets_at", resets_at_s);
    json_end_object(&w);
    json_key(&w, "headers");
    json_put_raw(&w, STR("{\"x-codex-primary-used-percent\":\"100.0\"}"));
    json_end_object(&w);
}

void event_error_classic(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "error");

    json_member_str(&w, "code", STR("server_error"));
    json_member_str(&w, "message", STR("A fault on demand: server error."));
    json_key(&w, "param");
    json_put_null(&w);
    json_end_object(&w);
}
