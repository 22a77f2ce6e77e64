/* The response object of the Responses API (protocol.md 3.5). */
#include "voice.h"

#define TOKEN_BYTES 4 // a token, for usage

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

int64_t usage_tokens(size_t bytes)
{
    return (int64_t)((bytes + TOKEN_BYTES - 1) / TOKEN_BYTES);
}

static void put_usage(struct json_writer *w,
                      const struct response_object *object)
{
    int64_t input = (int64_t)(object->input_bytes / TOKEN_BYTES);
    int64_t output = usage_tokens(object->output_bytes);

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
        struct buf raw = { 0 };
        if (!value)
            continue;
        json_key(w, echoed[i]);
        json_dump(value, &raw);
        json_put_raw(w, buf_str(&raw));
        buf_release(&raw);
    }
}

static void put_error(struct json_writer *w,
                      const struct response_object *object)
{
    json_key(w, "error");
    if (!object->error_code) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_str(w, "code", str_from(object->error_code));
    json_member_str(w, "message",
                    STR("A fault on demand: this response failed."));
    json_end_object(w);
}

static void put_incomplete(struct json_writer *w,
                           const struct response_object *object)
{
    json_key(w, "incomplete_details");
    if (!object->incomplete_reason) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_str(w, "reason", str_from(object->incomplete_reason));
    json_end_object(w);
}

static void put_head(struct json_writer *w, const struct event_frame *frame,
                     const struct response_object *object)
{
    json_member_str(w, "id", frame->id);
    json_member_str(w, "object", STR("response"));
    json_member_int(w, "created_at", frame->plan->created_s);
    if (object->completed_s > 0)
        json_member_int(w, "completed_at", object->completed_s);
    json_member_str(w, "status", str_from(object->status));
    put_error(w, object);
    put_incomplete(w, object);
    json_key(w, "previous_response_id");
    if (frame->plan->previous_id.len > 0)
        json_put_str(w, frame->plan->previous_id);
    else
        json_put_null(w);
}

void object_write(const struct event_frame *frame,
                  const struct response_object *object, struct buf *out)
{
    struct json_writer w = { out, false };

    json_begin_object(&w);
    put_head(&w, frame, object);
    put_echoed(&w, frame->plan->request);
    json_key(&w, "output");
    json_begin_array(&w);
    buf_append(out, object->output);
    json_end_array(&w);
    json_key(&w, "usage");
    if (object->has_usage)
        put_usage(&w, object);
    else
        json_put_null(&w);
    json_end_object(&w);
}
