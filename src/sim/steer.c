/*
 * Words for a running response wait in its lane as JSON items. They are owned
 * by the server from the moment they are accepted: a successor begins with
 * them, or they go before the outputs of tools that the response waits for.
 */
#include "steer.h"

#include <stdio.h>

static struct lane *lane_of(const struct steer_place *place, struct str id,
                            bool *is_over)
{
    for (struct lane *lane = place->lanes; lane; lane = lane->next) {
        if (lane->turn.response
            && str_equal(response_id(lane->turn.response), id))
            return lane;
        *is_over |= id.len > 0 && str_is(id, lane->cached_id);
    }
    return NULL;
}

// One user message from a string; or the array as it is.
static bool read_words(const struct json *input, struct buf *items)
{
    struct json_writer w = { items, false };

    if (json_kind(input) == JSON_KIND_STRING && json_str(input).len > 0) {
        json_begin_object(&w);
        json_member_str(&w, "type", STR("message"));
        json_member_str(&w, "role", STR("user"));
        json_member_str(&w, "content", json_str(input));
        json_end_object(&w);
        return true;
    }
    for (size_t i = 0; i < json_count(input); i++) {
        const struct json *item = json_at(input, i);
        if (!str_is(json_str(json_member(item, "role")), "user"))
            return false;
        if (i > 0)
            buf_append_char(items, ',');
        json_dump(item, items);
    }
    return items->len > 0;
}

static void put_steer(struct json_writer *w, const struct steer_place *place,
                      struct str previous_id, const struct json *input)
{
    char id[40];

    snprintf(id, sizeof(id), "steer_%llu", (unsigned long long)++*place->count);
    json_key(w, "steer");
    json_begin_object(w);
    json_member_str(w, "id", str_from(id));
    json_member_str(w, "previous_response_id", previous_id);
    if (input) {
        struct buf raw = { 0 };
        json_dump(input, &raw);
        json_key(w, "input");
        json_put_raw(w, buf_str(&raw));
        buf_release(&raw);
    }
    json_end_object(w);
}

static void put_event(const struct steer_place *place, const char *type,
                      struct json_writer *w)
{
    json_begin_object(w);
    json_member_str(w, "type", str_from(type));
    json_member_int(w, "sequence_number", (*place->sequence)++);
}

static void put_failed(const struct steer_place *place,
                       const struct json *message, const char *code,
                       struct buf *out)
{
    struct json_writer w = { out, false };

    put_event(place, "response.steer.failed", &w);
    put_steer(&w, place, json_str(json_member(message, "previous_response_id")),
              json_member(message, "input"));
    json_key(&w, "error");
    json_begin_object(&w);
    json_member_str(&w, "type", STR("invalid_request_error"));
    json_member_str(&w, "code", str_from(code));
    json_member_str(&w, "message", STR("The response was not steered."));
    json_end_object(&w);
    json_end_object(&w);
}

static void accept(const struct steer_place *place, struct lane *lane,
                   struct str id, struct str items, struct buf *out)
{
    struct json_writer w = { out, false };

    if (lane->steers.len > 0)
        buf_append_char(&lane->steers, ',');
    buf_append(&lane->steers, items);
    lane->steer_count++;
    snprintf(lane->steered_id, sizeof(lane->steered_id), "%.*s", STR_ARG(id));
    put_event(place, "response.steer.accepted", &w);
    put_steer(&w, place, id, NULL);
    json_end_object(&w);
    // A response that stops for tools goes on; the words wait for it.
    bool makes_way = response_steer(lane->turn.response);
    (void)makes_way;
}

void steer_receive(const struct steer_place *place, const struct json *message,
                   struct buf *out)
{
    struct str id = json_str(json_member(message, "previous_response_id"));
    bool is_over = false;
    struct lane *lane = lane_of(place, id, &is_over);
    struct buf items = { 0 };
    const char *problem = NULL;

    if (place->is_unsupported)
        problem = "steering_not_supported";
    else if (json_member(message, "stream_id")
             || !read_words(json_member(message, "input"), &items))
        problem = "invalid_input";
    else if (!lane)
        problem = is_over ? "response_already_completed" : "response_not_found";
    else if (lane->steer_count >= LIMIT_STEERS)
        problem = "too_many_pending_steers";
    if (problem)
        put_failed(place, message, problem, out);
    else
        accept(place, lane, id, buf_str(&items), out);
    buf_release(&items);
}

bool steer_is_waiting(const struct lane *lane)
{
    return lane->steer_count > 0 && lane->turn.response
           && str_equal(response_id(lane->turn.response),
                        str_from(lane->steered_id));
}

static bool wants_output(const struct json *item)
{
    struct str type = json_str(json_member(item, "type"));

    return str_ends_with(type, STR("_call"));
}

static void put_stub(struct json_writer *w, const struct json *item)
{
    char type[64];

    snprintf(type, sizeof(type), "%.*s_output",
             STR_ARG(str_take(json_str(json_member(item, "type")), 40)));
    json_begin_object(w);
    json_member_str(w, "type", str_from(type));
    json_member_str(w, "call_id", json_str(json_member(item, "call_id")));
    json_member_str(w, "name", json_str(json_member(item, "name")));
    json_end_object(w);
}

static size_t put_stubs(struct json_writer *w, const struct lane *lane)
{
    struct buf output = { 0 };
    struct error err;
    size_t count = 0;

    response_output(lane->turn.response, &output);
    struct json *items = json_parse(buf_str(&output), &err);
    for (size_t i = 0; i < json_count(items); i++) {
        if (!wants_output(json_at(items, i)))
            continue;
        put_stub(w, json_at(items, i));
        count++;
    }
    json_destroy(items);
    buf_release(&output);
    return count;
}

bool steer_write_pending(const struct lane *lane, struct buf *out)
{
    struct json_writer w = { out, false };
    size_t before = out->len;

    json_begin_object(&w);
    json_member_str(&w, "type", STR("response.steer.pending"));
    json_key(&w, "steer");
    json_begin_object(&w);
    json_member_str(&w, "previous_response_id", str_from(lane->steered_id));
    json_end_object(&w);
    json_member_str(&w, "reason", STR("waiting_for_required_input"));
    json_key(&w, "required_input");
    json_begin_array(&w);
    size_t count = put_stubs(&w, lane);
    json_end_array(&w);
    json_end_object(&w);
    if (count == 0)
        out->len = before;
    return count > 0;
}

// `settings` with the waiting words in place of its input.
struct json *steer_request(const struct lane *lane, const struct json *settings)
{
    static const char *const kept[] = {
        "model",        "instructions", "tools",   "tool_choice",
        "store",        "reasoning",    "text",    "parallel_tool_calls",
        "service_tier", "include",      "metadata"
    };
    struct buf text = { 0 };
    struct json_writer w = { &text, false };
    struct error err;

    json_begin_object(&w);
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        const struct json *value = json_member(settings, kept[i]);
        struct buf raw = { 0 };
        if (!value)
            continue;
        json_dump(value, &raw);
        json_key(&w, kept[i]);
        json_put_raw(&w, buf_str(&raw));
        buf_release(&raw);
    }
    json_key(&w, "input");
    json_begin_array(&w);
    json_put_raw(&w, buf_str(&lane->steers));
    json_end_array(&w);
    json_end_object(&w);
    struct json *request = json_parse(buf_str(&text), &err);
    buf_release(&text);
    return request;
}

struct history *steer_history(struct lane *lane, struct history *parent)
{
    struct json *request = steer_request(lane, NULL);
    struct history *history = history_create(parent, request, lane->steers.len);

    steer_forget(lane);
    return history;
}

void steer_forget(struct lane *lane)
{
    buf_reset(&lane->steers);
    lane->steer_count = 0;
    lane->steered_id[0] = '\0';
}
