/*
 * Chunks in, events out. A chunk is read by walking over its bytes, so that a
 * delta costs no tree; what is rare (usage, an error, several calls at once)
 * is parsed. The reason to stop closes the items; the end of the stream, or
 * `[DONE]`, closes the response, because usage comes between the two.
 */
#include "kerf/wire/chat.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/json.h"
#include "kerf/wire/failure.h"

#include "chat_parts.h"
#include "pick.h"

#define MILLISECONDS 1000.0 // a second has

struct chat_stream *chat_stream_create(const struct session *session)
{
    struct chat_stream *s = mem_alloc(sizeof(*s));

    s->session = session;
    s->timing = (struct chat_timing){ -1, -1, -1 };
    return s;
}

void chat_stream_destroy(struct chat_stream *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->call_count; i++)
        buf_release(&s->calls[i].arguments);
    think_release(&s->think);
    buf_release(&s->words);
    buf_release(&s->finish);
    buf_release(&s->scratch);
    arena_release(&s->arena);
    free(s);
}

struct str chat_stream_reasoning_field(const struct chat_stream *s)
{
    return s->reasoning_field;
}

struct chat_timing chat_stream_timing(const struct chat_stream *s)
{
    return s->timing;
}

// Returns the text of a raw string; good until the next call.
static bool text_of(struct chat_stream *s, struct str raw, const char *key,
                    struct str *text, struct error *err)
{
    buf_reset(&s->scratch);
    if (!pick_text(raw, key, &s->scratch, err))
        return false;
    *text = buf_str(&s->scratch);
    return true;
}

// Takes over a text that is told once, such as the response's id.
static bool keep_text(struct chat_stream *s, struct str raw, const char *key,
                      struct str *kept, struct error *err)
{
    struct str text;

    if (kept->len > 0 || raw.len == 0)
        return true;
    if (!text_of(s, raw, key, &text, err))
        return false;
    *kept = arena_copy(&s->arena, text);
    return true;
}

// --- one choice --------------------------------------------------------------

static bool on_piece(struct str text, bool inside, void *ctx, struct error *err)
{
    return chat_words(ctx, inside ? ITEM_REASONING : ITEM_TEXT, false, text,
                      err);
}

static bool read_content(struct chat_stream *s, struct str raw,
                         struct error *err)
{
    struct str text;

    return raw.len == 0
           || (text_of(s, raw, "content", &text, err)
               && think_feed(&s->think, text, on_piece, s, err));
}

// A server may write both fields, with the same words.
static bool read_reasoning(struct chat_stream *s, struct str raw,
                           struct str other, struct error *err)
{
    bool first = raw.len > 2; // more than an empty string
    struct str text;

    if (!first)
        raw = other;
    if (raw.len == 0)
        return true;
    if (!text_of(s, raw, "reasoning", &text, err))
        return false;
    if (text.len > 0)
        s->reasoning_field = first ? STR("reasoning")
                                   : STR("reasoning_content");
    return chat_words(s, ITEM_REASONING, false, text, err);
}

static bool read_refusal(struct chat_stream *s, struct str raw,
                         struct error *err)
{
    struct str text;

    return raw.len == 0
           || (text_of(s, raw, "refusal", &text, err)
               && chat_words(s, ITEM_TEXT, true, text, err));
}

// The texts of a piece of a call, raw and read.
struct piece_texts {
    struct str raw_index, raw_id, raw_function, raw_name, raw_arguments;
    struct buf id, name, arguments;
};

// Arguments are JSON in a string; some servers put the object itself.
static bool read_arguments(struct str raw, struct buf *out, struct error *err)
{
    if (raw.len > 0 && raw.at[0] == '{') {
        buf_append(out, raw);
        return true;
    }
    return pick_text(raw, "arguments", out, err);
}

static bool read_function(struct piece_texts *t, struct error *err)
{
    if (t->raw_function.len > 0
        && !PICK(
            t->raw_function, err,
            { { "name", &t->raw_name }, { "arguments", &t->raw_arguments } }))
        return false;
    return pick_text(t->raw_name, "name", &t->name, err)
           && read_arguments(t->raw_arguments, &t->arguments, err);
}

static bool read_key(struct str raw, int64_t *key, struct error *err)
{
    uint64_t number;

    *key = -1;
    if (raw.len == 0)
        return true;
    if (!str_to_u64(raw, &number) || number > INT32_MAX)
        return error_set(err, ERROR_INVALID, "`index` is not a count");
    *key = (int64_t)number;
    return true;
}

static bool take_piece(struct chat_stream *s, struct piece_texts *t,
                       size_t place, size_t of, struct error *err)
{
    struct call_piece piece = { .place = place, .of = of };

    if (!read_key(t->raw_index, &piece.key, err)
        || !pick_text(t->raw_id, "id", &t->id, err) || !read_function(t, err))
        return false;
    piece.id = buf_str(&t->id);
    piece.name = buf_str(&t->name);
    piece.arguments = buf_str(&t->arguments);
    return chat_call_piece(s, &piece, err);
}

static bool finish_piece(struct chat_stream *s, struct piece_texts *t,
                         size_t place, size_t of, struct error *err)
{
    bool good = take_piece(s, t, place, of, err);

    buf_release(&t->id);
    buf_release(&t->name);
    buf_release(&t->arguments);
    return good;
}

static bool on_call(struct str raw, size_t place, size_t of, void *ctx,
                    struct error *err)
{
    struct piece_texts t = { 0 };

    return PICK(raw, err,
                { { "index", &t.raw_index },
                  { "id", &t.raw_id },
                  { "function", &t.raw_function } })
           && finish_piece(ctx, &t, place, of, err);
}

// The form before there were tools: one call, without an id.
static bool read_legacy_call(struct chat_stream *s, struct str raw,
                             struct error *err)
{
    struct piece_texts t = { .raw_function = raw, .raw_index = STR("0") };

    return raw.len == 0 || finish_piece(s, &t, 0, 1, err);
}

static bool read_calls(struct chat_stream *s, struct str calls,
                       struct str legacy, struct error *err)
{
    if (calls.len == 0 && legacy.len == 0)
        return true;
    return think_flush(&s->think, on_piece, s, err)
           && pick_each(calls, "tool_calls", on_call, s, err)
           && read_legacy_call(s, legacy, err);
}

static bool read_delta(struct chat_stream *s, struct str delta,
                       struct error *err)
{
    struct str content, reasoning, reasoning_content, refusal, calls, legacy;

    if (delta.len == 0)
        return true;
    return PICK(delta, err,
                { { "content", &content },
                  { "reasoning", &reasoning },
                  { "reasoning_content", &reasoning_content },
                  { "refusal", &refusal },
                  { "tool_calls", &calls },
                  { "function_call", &legacy } })
           && read_reasoning(s, reasoning, reasoning_content, err)
           && read_content(s, content, err) && read_refusal(s, refusal, err)
           && read_calls(s, calls, legacy, err);
}

static bool was_cut_short(const struct chat_stream *s)
{
    return str_is(buf_str(&s->finish), "length")
           || str_is(buf_str(&s->finish), "content_filter");
}

static bool close_items(struct chat_stream *s, struct error *err)
{
    if (!think_flush(&s->think, on_piece, s, err))
        return false;
    chat_close_words(s);
    chat_close_calls(s, was_cut_short(s) || s->finish.len == 0);
    return true;
}

static bool read_finish(struct chat_stream *s, struct str raw,
                        struct error *err)
{
    if (raw.len == 0)
        return true;
    if (!pick_text(raw, "finish_reason", &s->finish, err))
        return false;
    return s->finish.len == 0 || close_items(s, err);
}

// Only the first choice is asked for; what comes behind its end is nothing.
static bool on_choice(struct str raw, size_t place, size_t of, void *ctx,
                      struct error *err)
{
    struct chat_stream *s = ctx;
    struct str index, delta, message, finish;
    int64_t key;

    (void)place, (void)of;
    if (!PICK(raw, err,
              { { "index", &index },
                { "delta", &delta },
                { "message", &message },
                { "finish_reason", &finish } })
        || !read_key(index, &key, err))
        return false;
    if (key > 0 || s->finish.len > 0)
        return true;
    return read_delta(s, delta.len > 0 ? delta : message, err)
           && read_finish(s, finish, err);
}

// --- one chunk ---------------------------------------------------------------

static double seconds_of(const struct json *node, const char *key)
{
    double seconds = json_double(json_member(node, key), -1);

    return seconds < 0 ? -1 : seconds * MILLISECONDS;
}

static int64_t count_of(const struct json *node, const char *key)
{
    int64_t count = json_int(json_member(node, key), 0);

    return count > 0 ? count : 0;
}

static void take_usage(struct chat_stream *s, const struct json *usage)
{
    const struct json *input = json_member(usage, "prompt_tokens_details");
    const struct json *output = json_member(usage, "completion_tokens_details");
    int64_t cached = count_of(input, "cached_tokens");

    s->usage = (struct usage){
        .input = count_of(usage, "prompt_tokens"),
        .cached = cached ? cached : count_of(usage, "prompt_cache_hit_tokens"),
        .output = count_of(usage, "completion_tokens"),
        .reasoning = count_of(output, "reasoning_tokens"),
    };
}

// Cerebras: seconds.
static void take_time_info(struct chat_stream *s, const struct json *info)
{
    s->timing = (struct chat_timing){
        .queue_ms = seconds_of(info, "queue_time"),
        .prompt_ms = seconds_of(info, "prompt_time"),
        .output_ms = seconds_of(info, "completion_time"),
    };
}

// llama.cpp: milliseconds, and counts where there is no usage.
static void take_timings(struct chat_stream *s, const struct json *timings)
{
    int64_t cached = count_of(timings, "cache_n");

    s->timing.prompt_ms = json_double(json_member(timings, "prompt_ms"), -1);
    s->timing.output_ms = json_double(json_member(timings, "predicted_ms"), -1);
    if (s->usage.cached == 0)
        s->usage.cached = cached;
    if (s->usage.input == 0)
        s->usage.input = count_of(timings, "prompt_n") + cached;
    if (s->usage.output == 0)
        s->usage.output = count_of(timings, "predicted_n");
}

static bool take_figures(struct chat_stream *s, struct str raw,
                         void (*take)(struct chat_stream *,
                                      const struct json *),
                         struct error *err)
{
    if (raw.len == 0)
        return true;
    struct json *tree = json_parse(raw, err);
    if (!tree)
        return false;
    take(s, tree);
    json_destroy(tree);
    return true;
}

static void begin(struct chat_stream *s)
{
    if (s->created)
        return;
    s->created = true;
    if (s->id.len == 0)
        s->id = arena_printf(&s->arena, "chat_%zu",
                             s->session ? s->session->requests : 0);
    chat_emit(s, (struct event){ .kind = EVENT_RESPONSE_CREATED,
                                 .id = s->id,
                                 .name = s->model });
}

static void fail(struct chat_stream *s, struct str data)
{
    struct failure failure = failure_from_body(&s->arena, 0, NULL, data);
    struct event event;

    failure_to_event(&failure, &event);
    event.id = s->created ? s->id : (struct str){ 0 };
    s->over = true;
    chat_emit(s, event);
}

struct chunk {
    struct str id, model, object, tier, tier_used;
    struct str choices, error, usage, time_info, timings;
};

static bool is_error(const struct chunk *chunk)
{
    return chunk->error.len > 0 || str_is(chunk->object, "\"error\"");
}

static bool take_chunk(struct chat_stream *s, const struct chunk *chunk,
                       struct error *err)
{
    if (!keep_text(s, chunk->id, "id", &s->id, err)
        || !keep_text(s, chunk->model, "model", &s->model, err)
        || !keep_text(s, chunk->tier_used, "service_tier_used", &s->tier, err)
        || !keep_text(s, chunk->tier, "service_tier", &s->tier, err))
        return false;
    if (chunk->choices.len > 0)
        begin(s);
    return pick_each(chunk->choices, "choices", on_choice, s, err)
           && take_figures(s, chunk->usage, take_usage, err)
           && take_figures(s, chunk->time_info, take_time_info, err)
           && take_figures(s, chunk->timings, take_timings, err);
}

static bool feed_chunk(struct chat_stream *s, struct str data,
                       struct error *err)
{
    struct chunk chunk;

    if (!PICK(data, err,
              { { "id", &chunk.id },
                { "model", &chunk.model },
                { "object", &chunk.object },
                { "service_tier", &chunk.tier },
                { "service_tier_used", &chunk.tier_used },
                { "choices", &chunk.choices },
                { "error", &chunk.error },
                { "usage", &chunk.usage },
                { "time_info", &chunk.time_info },
                { "timings", &chunk.timings } }))
        return false;
    if (!is_error(&chunk))
        return take_chunk(s, &chunk, err);
    fail(s, data);
    return true;
}

// --- the end -----------------------------------------------------------------

static bool end_response(struct chat_stream *s, struct error *err)
{
    bool cut = was_cut_short(s);
    struct event event = {
        .kind = cut ? EVENT_RESPONSE_INCOMPLETE : EVENT_RESPONSE_COMPLETED,
        .usage = s->usage,
        .name = s->model,
        .extra = s->tier,
    };

    if (s->finish.len == 0 && !close_items(s, err))
        return false;
    begin(s);
    event.id = s->id;
    if (cut)
        event.text = str_is(buf_str(&s->finish), "length")
                         ? STR("max_output_tokens")
                         : buf_str(&s->finish);
    s->over = true;
    chat_emit(s, event);
    return true;
}

static bool is_server_fault(const struct chat_stream *s)
{
    return str_is(buf_str(&s->finish), "error");
}

static bool end_or_fail(struct chat_stream *s, struct error *err)
{
    if (!is_server_fault(s))
        return end_response(s, err);
    fail(s, STR("{\"error\":{\"code\":\"server_error\","
                "\"message\":\"the server stopped with an error\"}}"));
    return true;
}

bool chat_stream_feed(struct chat_stream *s, struct str data, chat_event_fn fn,
                      void *ctx, struct error *err)
{
    bool good = true;

    data = str_trim(data);
    if (s->over || data.len == 0)
        return true;
    s->fn = fn;
    s->ctx = ctx;
    if (str_is(data, "[DONE]") && s->created)
        good = end_or_fail(s, err);
    else if (str_is(data, "[DONE]"))
        good = error_set(err, ERROR_INVALID, "an end without a beginning");
    else
        good = feed_chunk(s, data, err);
    s->over = s->over || !good;
    return good || error_prefix(err, "Chat Completions");
}

bool chat_stream_finish(struct chat_stream *s, chat_event_fn fn, void *ctx,
                        struct error *err)
{
    if (s->over)
        return true;
    s->fn = fn;
    s->ctx = ctx;
    if (s->finish.len > 0)
        return end_or_fail(s, err);
    s->over = true;
    return error_set(err, ERROR_UNREACHABLE,
                     "the stream broke off before its end");
}
