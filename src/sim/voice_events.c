/*
 * The Responses API: an event for everything that happens (protocol.md 3.2).
 * The voice of the plain object says nothing until the end.
 */
#include "voice.h"

#include <stdio.h>

#include "item_write.h"
#include "kerf/sim/random.h"
#include "stranger.h"

#define PADDING_LIMIT 24 // bytes of obfuscation
#define UNKNOWN_FIELD 41 // one event in so many has a field nobody knows

static struct json_writer begin(const struct event_frame *frame,
                                const char *type)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    json_member_str(&w, "type", str_from(type));
    json_member_int(&w, "sequence_number", frame->sequence);
    if (frame->plan->stream_id.len > 0)
        json_member_str(&w, "stream_id", frame->plan->stream_id);
    if (frame->plan->sprinkle > 0
        && random_below(frame->rng, UNKNOWN_FIELD) == 0)
        json_member_str(&w, "x_kerf_sim_field", STR("to be ignored"));
    return w;
}

static void put_place(struct json_writer *w, const struct event_item *item)
{
    const struct kind_row *row = kind_row(item->item->kind);

    put_item_id(w, "item_id", row->prefix, item);
    json_member_int(w, "output_index", (int64_t)item->index);
    if (row->part_index)
        json_member_int(w, row->part_index, 0);
}

static void say_response(const struct event_frame *frame,
                         enum moment_of_response moment,
                         const struct response_object *object)
{
    static const char *const types[] = {
        [RESPONSE_CREATED] = "response.created",
        [RESPONSE_QUEUED] = "response.queued",
        [RESPONSE_IN_PROGRESS] = "response.in_progress",
        [RESPONSE_COMPLETED] = "response.completed",
        [RESPONSE_INCOMPLETE] = "response.incomplete",
        [RESPONSE_FAILED] = "response.failed",
    };
    struct json_writer w = begin(frame, types[moment]);
    struct buf raw = { 0 };

    json_key(&w, "response");
    object_write(frame, object, &raw);
    json_put_raw(&w, buf_str(&raw));
    buf_release(&raw);
    json_end_object(&w);
}

static void say_item(const struct event_frame *frame,
                     const struct event_item *item, bool done)
{
    struct json_writer w = begin(frame, done ? "response.output_item.done"
                                             : "response.output_item.added");
    json_member_int(&w, "output_index", (int64_t)item->index);
    json_key(&w, "item");
    put_item(&w, item, done);
    json_end_object(&w);
}

static void say_part(const struct event_frame *frame,
                     const struct event_item *item, bool done)
{
    char type[64];

    snprintf(type, sizeof(type), "response.%s_part.%s",
             kind_row(item->item->kind)->parts, done ? "done" : "added");
    struct json_writer w = begin(frame, type);
    put_place(&w, item);
    json_key(&w, "part");
    put_item_part(&w, item, done ? item->item->text : STR(""));
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

static void say_delta(const struct event_frame *frame,
                      const struct event_item *item, struct str delta)
{
    struct json_writer w = begin(frame, kind_row(item->item->kind)->delta);

    put_place(&w, item);
    json_member_str(&w, "delta", delta);
    if (frame->plan->obfuscation)
        put_padding(&w, frame);
    json_end_object(&w);
}

static void say_text_done(const struct event_frame *frame,
                          const struct event_item *item)
{
    const struct kind_row *row = kind_row(item->item->kind);
    struct json_writer w = begin(frame, row->done);

    put_place(&w, item);
    if (item->item->kind == SIM_FUNCTION_CALL)
        json_member_str(&w, "name", item->item->name);
    json_member_str(&w, row->value, item->item->text);
    json_end_object(&w);
}

// --- what stands by itself ---------------------------------------------------

static void say_unknown(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "response.kerf_sim.heartbeat");

    json_member_str(&w, "note", STR("a type of event to be ignored"));
    json_end_object(&w);
}

static void say_rate_limits(const struct event_frame *frame)
{
    struct buf *out = frame->out;

    buf_append(out, STR("{\"type\":\"codex.rate_limits\",\"plan_type\":\"pro\","
                        "\"metered_limit_name\":\"codex\",\"rate_limits\":{"
                        "\"primary\":{\"used_percent\":12.5,\"window_minutes\":"
                        "300,\"reset_at\":"));
    buf_printf(out,
               "%lld},\"secondary\":{\"used_percent\":40.0,"
               "\"window_minutes\":10080,\"reset_at\":%lld}},",
               (long long)frame->plan->created_s + 3600,
               (long long)frame->plan->created_s + 86400);
    buf_append(out, STR("\"credits\":{\"has_credits\":false,\"unlimited\":"
                        "false,\"balance\":null}}"));
}

static void say_metadata(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "response.metadata");

    json_key(&w, "headers");
    json_begin_object(&w);
    json_member_str(&w, "openai-model",
                    json_str(json_member(frame->plan->request, "model")));
    json_member_str(&w, "x-codex-turn-state", STR("sim"));
    json_end_object(&w);
    json_end_object(&w);
}

static void say_timing(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "responsesapi.websocket_timing");

    json_key(&w, "timing_metrics");
    json_begin_object(&w);
    json_member_int(&w, "engine_service_total_ms", 12);
    json_member_int(&w, "engine_iapi_ttft_total_ms",
                    (int64_t)frame->plan->ttft_ms);
    json_member_int(&w, "engine_service_ttft_total_ms",
                    (int64_t)frame->plan->ttft_ms);
    json_member_int(&w, "engine_iapi_tbt_across_engine_calls_ms", 1);
    json_member_int(&w, "engine_service_tbt_across_engine_calls_ms", 1);
    json_member_int(
        &w, "responses_duration_excl_engine_and_client_tool_time_ms", 3);
    json_end_object(&w);
    json_end_object(&w);
}

static void say_stranger(const struct event_frame *frame)
{
    struct buf lane = { 0 };

    if (frame->plan->stream_id.len > 0)
        buf_printf(&lane, "\"stream_id\":\"%.*s\",",
                   STR_ARG(frame->plan->stream_id));
    stranger_write((enum stranger)frame->plan->fault.code, frame->sequence,
                   buf_str(&lane), frame->out);
    buf_release(&lane);
}

static void say_extra(const struct event_frame *frame, enum extra extra)
{
    switch (extra) {
    case EXTRA_UNKNOWN: say_unknown(frame); break;
    case EXTRA_KEEPALIVE:
        buf_append(frame->out, STR("{\"type\":\"codex.keepalive\"}"));
        break;
    case EXTRA_RATE_LIMITS: say_rate_limits(frame); break;
    case EXTRA_METADATA: say_metadata(frame); break;
    case EXTRA_TIMING: say_timing(frame); break;
    case EXTRA_STRANGER: say_stranger(frame); break;
    }
}

// --- errors ------------------------------------------------------------------

static void say_refusal(const struct event_frame *frame,
                        const struct refusal *refusal)
{
    refusal_write(refusal, frame->plan->stream_id, frame->out);
}

static void say_error_plan(const struct event_frame *frame, int64_t resets_at_s)
{
    struct json_writer w = { frame->out, false };

    json_begin_object(&w);
    json_member_str(&w, "type", STR("error"));
    json_member_int(&w, "status", 429);
    if (frame->plan->stream_id.len > 0)
        json_member_str(&w, "stream_id", frame->plan->stream_id);
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

static void say_error_classic(const struct event_frame *frame)
{
    struct json_writer w = begin(frame, "error");

    json_member_str(&w, "code", STR("server_error"));
    json_member_str(&w, "message", STR("A fault on demand: server error."));
    json_key(&w, "param");
    json_put_null(&w);
    json_end_object(&w);
}

const struct voice voice_events = {
    .response = say_response,
    .item = say_item,
    .part = say_part,
    .delta = say_delta,
    .text_done = say_text_done,
    .extra = say_extra,
    .refusal = say_refusal,
    .error_plan = say_error_plan,
    .error_classic = say_error_classic,
};

// --- the object alone --------------------------------------------------------

static void tell_response(const struct event_frame *frame,
                          enum moment_of_response moment,
                          const struct response_object *object)
{
    if (moment >= RESPONSE_COMPLETED)
        object_write(frame, object, frame->out);
}

static void tell_error_plan(const struct event_frame *frame,
                            int64_t resets_at_s)
{
    buf_printf(frame->out,
               "{\"error\":{\"type\":\"usage_limit_reached\",\"message\":"
               "\"The usage limit has been reached.\",\"plan_type\":\"pro\","
               "\"resets_at\":%lld}}",
               (long long)resets_at_s);
}

static void tell_refusal(const struct event_frame *frame,
                         const struct refusal *refusal)
{
    refusal_write_body(refusal, frame->out);
}

static void tell_error_classic(const struct event_frame *frame)
{
    buf_append(frame->out, STR("{\"code\":\"server_error\",\"message\":\"A "
                               "fault on demand: server error.\","
                               "\"param\":null}"));
}

const struct voice voice_object = {
    .response = tell_response,
    .refusal = tell_refusal,
    .error_plan = tell_error_plan,
    .error_classic = tell_error_classic,
};

const struct voice *voice_of(enum dialect dialect)
{
    static const struct voice *const voices[] = {
        [DIALECT_EVENTS] = &voice_events,
        [DIALECT_OBJECT] = &voice_object,
        [DIALECT_CHUNKS] = &voice_chunks,
        [DIALECT_COMPLETION] = &voice_completion,
    };
    return voices[dialect];
}
