/* A whole chat completion: one JSON object, made when all is over. */
#include "voice.h"

#include <stdio.h>

#include "item_write.h"

static void put_text(struct json_writer *w, const struct event_frame *frame,
                     const struct response_object *object, const char *member,
                     enum sim_item_kind kind)
{
    const struct sim_answer *answer = frame->plan->answer;
    struct buf text = { 0 };
    bool found = false;

    for (size_t i = 0; i < answer->count; i++) {
        if (answer->items[i].kind != kind)
            continue;
        found = true;
        buf_append(&text,
                   str_take(answer->items[i].text, object->sent_bytes[i]));
    }
    if (found)
        json_member_str(w, member, buf_str(&text));
    buf_release(&text);
}

static void put_call(struct json_writer *w, const struct event_frame *frame,
                     size_t index)
{
    const struct sim_item *item = &frame->plan->answer->items[index];
    struct event_item at = { .item = item,
                             .number = frame->plan->number,
                             .index = index };

    json_begin_object(w);
    if (!has_manner(frame->plan->manners, MANNER_NO_CALL_IDS))
        put_item_id(w, "id", "call", &at);
    json_member_str(w, "type", STR("function"));
    json_key(w, "function");
    json_begin_object(w);
    json_member_str(w, "name", item->name);
    json_member_str(w, "arguments", item->text);
    json_end_object(w);
    json_end_object(w);
}

static size_t put_calls(struct json_writer *w, const struct event_frame *frame)
{
    const struct sim_answer *answer = frame->plan->answer;
    size_t calls = 0;

    for (size_t i = 0; i < answer->count; i++)
        calls += sim_item_is_call(answer->items[i].kind);
    if (calls == 0)
        return 0;
    json_key(w, "tool_calls");
    json_begin_array(w);
    for (size_t i = 0; i < answer->count; i++)
        if (sim_item_is_call(answer->items[i].kind))
            put_call(w, frame, i);
    json_end_array(w);
    return calls;
}

static size_t put_message(struct json_writer *w,
                          const struct event_frame *frame,
                          const struct response_object *object)
{
    bool other = has_manner(frame->plan->manners, MANNER_REASONING_CONTENT);
    const char *reasoning = other ? "reasoning_content" : "reasoning";

    json_key(w, "message");
    json_begin_object(w);
    json_member_str(w, "role", STR("assistant"));
    put_text(w, frame, object, "content", SIM_TEXT);
    put_text(w, frame, object, "refusal", SIM_REFUSAL);
    put_text(w, frame, object, reasoning, SIM_REASONING);
    size_t calls = put_calls(w, frame);
    json_end_object(w);
    return calls;
}

static void put_usage(struct json_writer *w,
                      const struct response_object *object)
{
    int64_t input = usage_tokens(object->input_bytes);
    int64_t output = usage_tokens(object->output_bytes);

    json_key(w, "usage");
    json_begin_object(w);
    json_member_int(w, "prompt_tokens", input);
    json_member_int(w, "completion_tokens", output);
    json_member_int(w, "total_tokens", input + output);
    json_end_object(w);
}

static const char *finish_reason(const struct response_object *object,
                                 size_t calls)
{
    if (object->incomplete_reason)
        return "length";
    return calls > 0 ? "tool_calls" : "stop";
}

static void tell_completion(const struct event_frame *frame,
                            const struct response_object *object)
{
    struct json_writer w = { frame->out, false };
    char id[64];

    snprintf(id, sizeof(id), "chatcmpl-sim%llu",
             (unsigned long long)frame->plan->number);
    json_begin_object(&w);
    json_member_str(&w, "id", str_from(id));
    json_member_str(&w, "object", STR("chat.completion"));
    json_member_int(&w, "created", frame->plan->created_s);
    json_member_str(&w, "model",
                    json_str(json_member(frame->plan->request, "model")));
    json_key(&w, "choices");
    json_begin_array(&w);
    json_begin_object(&w);
    json_member_int(&w, "index", 0);
    size_t calls = put_message(&w, frame, object);
    json_member_str(&w, "finish_reason",
                    str_from(finish_reason(object, calls)));
    json_end_object(&w);
    json_end_array(&w);
    put_usage(&w, object);
    json_end_object(&w);
}

static void tell_response(const struct event_frame *frame,
                          enum moment_of_response moment,
                          const struct response_object *object)
{
    if (moment == RESPONSE_COMPLETED || moment == RESPONSE_INCOMPLETE)
        tell_completion(frame, object);
    else if (moment == RESPONSE_FAILED)
        voice_chunks.response(frame, moment, object);
}

static void tell_refusal(const struct event_frame *frame,
                         const struct refusal *refusal)
{
    refusal_write_body(refusal, frame->out);
}

static void tell_error_plan(const struct event_frame *frame, int64_t at_s)
{
    voice_chunks.error_plan(frame, at_s);
}

static void tell_error_classic(const struct event_frame *frame)
{
    voice_chunks.error_classic(frame);
}

const struct voice voice_completion = {
    .response = tell_response,
    .refusal = tell_refusal,
    .error_plan = tell_error_plan,
    .error_classic = tell_error_classic,
};
