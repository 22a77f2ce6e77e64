/*
 * The Chat Completions API (protocol.md 6.4): chunks of one choice. What the
 * Responses API tells in events of their own, such as reasoning and calls, is
 * a member of the delta here; servers differ in its name and shape, which is
 * what most manners are about.
 */
#include "voice.h"

#include <stdio.h>

#include "item_write.h"

static bool wishes(const struct event_frame *frame, enum manner manner)
{
    return has_manner(frame->plan->manners, manner);
}

static void put_head(struct json_writer *w, const struct event_frame *frame,
                     const char *object)
{
    char id[64];

    snprintf(id, sizeof(id), "chatcmpl-sim%llu",
             (unsigned long long)frame->plan->number);
    json_member_str(w, "id", str_from(id));
    json_member_str(w, "object", str_from(object));
    json_member_int(w, "created", frame->plan->created_s);
    json_member_str(w, "model",
                    json_str(json_member(frame->plan->request, "model")));
}

// Begins a chunk up to and with the opening of its delta.
static struct json_writer begin(const struct event_frame *frame)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    put_head(&w, frame, "chat.completion.chunk");
    json_key(&w, "choices");
    json_begin_array(&w);
    json_begin_object(&w);
    json_member_int(&w, "index", 0);
    json_key(&w, "delta");
    json_begin_object(&w);
    if (wishes(frame, MANNER_NULL_CONTENT)) {
        json_key(&w, "refusal");
        json_put_null(&w);
    }
    return w;
}

static void end(struct json_writer *w, const struct event_frame *frame,
                const char *finish_reason)
{
    json_end_object(w);
    json_key(w, "finish_reason");
    if (finish_reason)
        json_put_str(w, str_from(finish_reason));
    else
        json_put_null(w);
    json_end_object(w);
    json_end_array(w);
    if (wishes(frame, MANNER_NULL_CONTENT)) {
        json_key(w, "usage");
        json_put_null(w);
    }
    json_end_object(w);
}

static void say_role(const struct event_frame *frame)
{
    struct json_writer w = begin(frame);

    json_member_str(&w, "role", STR("assistant"));
    if (wishes(frame, MANNER_NULL_CONTENT)) {
        json_key(&w, "content");
        json_put_null(&w);
    } else {
        json_member_str(&w, "content", STR(""));
    }
    end(&w, frame, NULL);
}

// --- calls -------------------------------------------------------------------

static void put_call(struct json_writer *w, const struct event_frame *frame,
                     const struct event_item *item, bool is_first,
                     struct str arguments)
{
    bool is_named = is_first || wishes(frame, MANNER_REPEATED_CALL_IDS);

    json_key(w, "tool_calls");
    json_begin_array(w);
    json_begin_object(w);
    json_member_int(w, "index", (int64_t)item->call_index);
    if (is_named && !wishes(frame, MANNER_NO_CALL_IDS))
        put_item_id(w, "id", "call", item);
    if (is_named)
        json_member_str(w, "type", STR("function"));
    json_key(w, "function");
    json_begin_object(w);
    if (is_named)
        json_member_str(w, "name", item->item->name);
    json_member_str(w, "arguments", arguments);
    json_end_object(w);
    json_end_object(w);
    json_end_array(w);
}

static void say_call(const struct event_frame *frame,
                     const struct event_item *item, bool is_first,
                     struct str arguments)
{
    struct json_writer w = begin(frame);

    put_call(&w, frame, item, is_first, arguments);
    end(&w, frame, NULL);
}

static void say_item(const struct event_frame *frame,
                     const struct event_item *item, bool done)
{
    bool is_whole = wishes(frame, MANNER_WHOLE_CALLS);

    if (sim_item_is_call(item->item->kind) && done == is_whole)
        say_call(frame, item, true, is_whole ? item->item->text : STR(""));
}

// --- text --------------------------------------------------------------------

static void put_thought(struct json_writer *w, const struct event_frame *frame,
                        const struct event_item *item, struct str delta)
{
    bool both = wishes(frame, MANNER_BOTH_REASONINGS);
    bool other = wishes(frame, MANNER_REASONING_CONTENT);

    if (wishes(frame, MANNER_THINK_TAGS)) {
        struct buf text = { 0 };
        bool is_last = item->sent_bytes + delta.len == item->item->text.len;
        buf_printf(&text, "%s%.*s%s", item->sent_bytes == 0 ? "<think>" : "",
                   STR_ARG(delta), is_last ? "</think>" : "");
        json_member_str(w, "content", buf_str(&text));
        buf_release(&text);
        return;
    }
    if (both || !other)
        json_member_str(w, "reasoning", delta);
    if (both || other)
        json_member_str(w, "reasoning_content", delta);
}

static void say_text(const struct event_frame *frame, const char *member,
                     struct str delta)
{
    struct json_writer w = begin(frame);

    json_member_str(&w, member, delta);
    end(&w, frame, NULL);
}

static void say_thought(const struct event_frame *frame,
                        const struct event_item *item, struct str delta)
{
    struct json_writer w = begin(frame);

    put_thought(&w, frame, item, delta);
    end(&w, frame, NULL);
}

static void say_delta(const struct event_frame *frame,
                      const struct event_item *item, struct str delta)
{
    switch (item->item->kind) {
    case SIM_TEXT: say_text(frame, "content", delta); break;
    case SIM_REFUSAL: say_text(frame, "refusal", delta); break;
    case SIM_REASONING:
    case SIM_RAW_REASONING: say_thought(frame, item, delta); break;
    case SIM_FUNCTION_CALL:
    case SIM_CUSTOM_CALL:
    case SIM_PATCH_CALL:
    case SIM_SHELL_CALL:
        if (!wishes(frame, MANNER_WHOLE_CALLS))
            say_call(frame, item, false, delta);
        break;
    case SIM_COMPACTION: break;
    }
}

static void say_text_done(const struct event_frame *frame,
                          const struct event_item *item)
{
    if (wishes(frame, MANNER_NO_DELTAS) && !sim_item_is_call(item->item->kind))
        say_delta(frame, item, item->item->text);
}

// --- the end -----------------------------------------------------------------

static bool has_calls(const struct sim_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (sim_item_is_call(answer->items[i].kind))
            return true;
    return false;
}

static const char *finish_reason(const struct event_frame *frame,
                                 const struct response_object *object)
{
    const char *why = object->incomplete_reason;

    if (why)
        return str_is(str_from(why), "content_filter") ? "content_filter"
                                                       : "length";
    return has_calls(frame->plan->answer)
                   && !wishes(frame, MANNER_STOP_WITH_CALLS)
               ? "tool_calls"
               : "stop";
}

static void put_usage(struct json_writer *w,
                      const struct response_object *object)
{
    int64_t input = usage_tokens(object->input_bytes);
    int64_t output = usage_tokens(object->output_bytes);

    json_key(w, "usage");
    if (!object->has_usage) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_int(w, "prompt_tokens", input);
    json_member_int(w, "completion_tokens", output);
    json_member_int(w, "total_tokens", input + output);
    json_key(w, "prompt_tokens_details");
    json_begin_object(w);
    json_member_int(w, "cached_tokens", usage_tokens(object->cached_bytes));
    json_end_object(w);
    json_key(w, "completion_tokens_details");
    json_begin_object(w);
    json_member_int(w, "reasoning_tokens",
                    usage_tokens(object->reasoning_bytes));
    json_end_object(w);
    json_end_object(w);
}

static void put_time_info(struct json_writer *w,
                          const struct event_frame *frame,
                          const struct response_object *object)
{
    double tps = frame->plan->tps > 0 ? (double)frame->plan->tps : 1e5;
    double spent = (double)usage_tokens(object->output_bytes) / tps;

    json_key(w, "time_info");
    json_begin_object(w);
    json_member_int(w, "created", frame->plan->created_s);
    json_key(w, "queue_time");
    json_put_double(w, 0.001);
    json_key(w, "prompt_time");
    json_put_double(w, (double)frame->plan->ttft_ms / 1000);
    json_key(w, "completion_time");
    json_put_double(w, spent);
    json_key(w, "total_time");
    json_put_double(w, spent + (double)frame->plan->ttft_ms / 1000 + 0.001);
    json_end_object(w);
}

static void say_usage(const struct event_frame *frame,
                      const struct response_object *object)
{
    struct json_writer w = { frame->out, false };

    buf_append_char(frame->out, '\n');
    json_begin_object(&w);
    put_head(&w, frame, "chat.completion.chunk");
    json_key(&w, "choices");
    json_put_raw(&w, STR("[]"));
    put_usage(&w, object);
    if (wishes(frame, MANNER_TIME_INFO))
        put_time_info(&w, frame, object);
    json_end_object(&w);
}

// Errors inside a stream that has begun well.
static void say_error(const struct event_frame *frame, const char *type,
                      const char *code, const char *message)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    json_key(&w, "error");
    json_begin_object(&w);
    json_member_str(&w, "message", str_from(message));
    json_member_str(&w, "type", str_from(type));
    json_key(&w, "param");
    json_put_null(&w);
    json_member_str(&w, "code", str_from(code));
    json_end_object(&w);
    json_end_object(&w);
}

static void say_end(const struct event_frame *frame,
                    const struct response_object *object)
{
    struct json_writer w = begin(frame);

    end(&w, frame, finish_reason(frame, object));
    if (frame->plan->usage && !wishes(frame, MANNER_NO_USAGE))
        say_usage(frame, object);
    if (!wishes(frame, MANNER_NO_DONE))
        buf_append(frame->out, STR("\n[DONE]"));
}

static void say_response(const struct event_frame *frame,
                         enum moment_of_response moment,
                         const struct response_object *object)
{
    switch (moment) {
    case RESPONSE_CREATED: say_role(frame); break;
    case RESPONSE_QUEUED:
    case RESPONSE_IN_PROGRESS: break;
    case RESPONSE_COMPLETED:
    case RESPONSE_INCOMPLETE: say_end(frame, object); break;
    case RESPONSE_FAILED:
        say_error(frame, "server_error", object->error_code,
                  "A fault on demand: this response failed.");
        break;
    }
}

static void say_extra(const struct event_frame *frame, enum extra extra)
{
    struct json_writer w = { frame->out, false };

    if (extra != EXTRA_UNKNOWN)
        return;
    json_begin_object(&w);
    put_head(&w, frame, "chat.completion.chunk");
    json_member_str(&w, "x_kerf_sim_field", STR("to be ignored"));
    json_key(&w, "choices");
    json_put_raw(&w, STR("[]"));
    json_end_object(&w);
}

static void say_refusal(const struct event_frame *frame,
                        const struct refusal *refusal)
{
    refusal_write_body(refusal, frame->out);
}

static void say_error_plan(const struct event_frame *frame, int64_t resets_at_s)
{
    (void)resets_at_s;
    say_error(frame, "usage_limit_reached", "usage_limit_reached",
              "The usage limit has been reached.");
}

static void say_error_classic(const struct event_frame *frame)
{
    say_error(frame, "server_error", "server_error",
              "A fault on demand: server error.");
}

const struct voice voice_chunks = {
    .response = say_response,
    .item = say_item,
    .delta = say_delta,
    .text_done = say_text_done,
    .extra = say_extra,
    .refusal = say_refusal,
    .error_plan = say_error_plan,
    .error_classic = say_error_classic,
};
