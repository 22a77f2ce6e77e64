/*
 * The message is written in two parts. First the fields that must stay equal
 * for a delta, hashed as they are written; then what may differ, and the input
 * last, so that a server's prompt cache meets the same beginning each time.
 */
#include "kerf/wire/request.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"

#include "input.h"

void lane_forget(struct lane *lane)
{
    free((void *)lane->response_id.at);
    lane->response_id = (struct str){ 0 };
    lane->fields_hash = 0;
    lane->item_count = 0;
}

void lane_release(struct lane *lane)
{
    lane_forget(lane);
    free(lane->item_hashes);
    *lane = (struct lane){ 0 };
}

void request_release(struct request *request)
{
    buf_release(&request->json);
    free(request->item_hashes);
    *request = (struct request){ 0 };
}

// An optional field: left out if it is empty or the model rejects it.
static void put_option(struct json_writer *w, const struct profile *profile,
                       const char *field, struct str value)
{
    if (value.len > 0 && profile_allows(profile, field))
        json_member_str(w, field, value);
}

// The same for a field in an object of its own: "reasoning.effort".
static void put_inner(struct json_writer *w, const struct profile *profile,
                      const char *field, const char *inner, struct str value)
{
    struct arena arena = { 0 };
    struct str path = arena_printf(&arena, "%s.%s", field, inner);

    if (value.len > 0 && profile_allows(profile, path.at)) {
        json_key(w, field);
        json_begin_object(w);
        json_member_str(w, inner, value);
        json_end_object(w);
    }
    arena_release(&arena);
}

static void put_raw(struct json_writer *w, const struct profile *profile,
                    const char *field, struct str json)
{
    if (!profile_allows(profile, field))
        return;
    json_key(w, field);
    json_put_raw(w, json);
}

static void put_tools(struct json_writer *w, const struct request_parts *parts)
{
    if (parts->tools.len == 0)
        return;
    json_key(w, "tools");
    json_put_raw(w, parts->tools);
    put_option(w, parts->profile, "tool_choice", STR("auto"));
    put_raw(w, parts->profile, "parallel_tool_calls", STR("true"));
}

// What must be equal from request to request; protocol.md 4.2.
static void put_stable(struct json_writer *w, const struct request_parts *parts)
{
    const struct backend *backend = parts->backend;
    const struct profile *profile = parts->profile;

    json_member_str(w, "model", backend->model);
    json_member_bool(w, "store", false);
    put_option(w, NULL, "instructions", parts->instructions);
    put_tools(w, parts);
    put_inner(w, profile, "reasoning", "effort", backend->effort);
    put_inner(w, profile, "text", "verbosity", backend->verbosity);
    put_raw(w, profile, "include", STR("[\"reasoning.encrypted_content\"]"));
    put_option(w, profile, "service_tier", backend->tier);
    put_option(w, profile, "prompt_cache_key", parts->cache_key);
    if (profile_allows(profile, "stream_options.include_obfuscation"))
        put_raw(w, NULL, "stream_options",
                STR("{\"include_obfuscation\":false}"));
}

// Says whether the server holds the beginning of the input and only that.
static bool delta_is_allowed(const struct lane *lane,
                             const struct request *request,
                             const struct session *session)
{
    if (!lane || lane->response_id.len == 0
        || lane->fields_hash != request->fields_hash
        || lane->item_count >= request->item_count
        || session_is_steered(session))
        return false;
    for (size_t i = 0; i < lane->item_count; i++)
        if (lane->item_hashes[i] != request->item_hashes[i])
            return false;
    return true;
}

static bool put_input(struct json_writer *w, const struct session *session,
                      const struct input *input, size_t from, struct str ask,
                      size_t limit, struct error *err)
{
    json_key(w, "input");
    json_begin_array(w);
    for (size_t i = from; i < input->count; i++) {
        if (w->out->len + entry_size(session, &input->entries[i]) >= limit)
            return input_too_big(limit, err);
        entry_write(w, session, &input->entries[i]);
    }
    if (ask.len > 0)
        message_write(w, "user", "input_text", ask);
    json_end_array(w);
    json_end_object(w);
    return w->out->len < limit || input_too_big(limit, err);
}

static void note_hashes(struct request *request, const struct input *input)
{
    request->item_count = input->count;
    request->item_hashes =
        mem_alloc(input->count * sizeof(*request->item_hashes));
    for (size_t i = 0; i < input->count; i++)
        request->item_hashes[i] = input->entries[i].hash;
}

static bool write_request(struct request *request,
                          const struct session *session,
                          const struct request_parts *parts,
                          const struct lane *lane, const struct input *input,
                          struct error *err)
{
    struct json_writer w = { .out = &request->json };
    size_t limit = parts->over_http ? LIMIT_JSON_BYTES : LIMIT_REQUEST_BYTES;

    json_begin_object(&w);
    if (!parts->over_http)
        json_member_str(&w, "type", STR("response.create"));
    size_t from = request->json.len;
    put_stable(&w, parts);
    request->fields_hash = str_hash(str_skip(buf_str(&request->json), from), 0);
    request->is_delta = !parts->over_http && !parts->warm_up
                        && delta_is_allowed(lane, request, session);
    if (parts->over_http)
        json_member_bool(&w, "stream", true);
    if (parts->warm_up)
        json_member_bool(&w, "generate", false);
    if (!parts->over_http)
        put_option(&w, NULL, "stream_id", parts->stream_id);
    if (request->is_delta)
        json_member_str(&w, "previous_response_id", lane->response_id);
    return put_input(&w, session, input,
                     request->is_delta ? lane->item_count : 0, parts->ask,
                     limit, err);
}

// protocol.md 1.7
static bool lane_name_is_good(struct str name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

    for (size_t i = 0; i < name.len; i++)
        if (str_find_char(STR(allowed), name.at[i]) == SIZE_MAX)
            return false;
    return name.len <= LIMIT_LANE_NAME;
}

bool request_build(const struct session *session,
                   const struct request_parts *parts, const struct lane *lane,
                   struct request *request, struct error *err)
{
    if (!lane_name_is_good(parts->stream_id))
        return error_set(err, ERROR_INVALID, "no name of a lane: %.*s",
                         STR_ARG(parts->stream_id));
    struct input input = input_list(session, parts->backend->model,
                                    REASONING_BLOBS, parts->upto);

    *request = (struct request){ .model = parts->backend->model };
    note_hashes(request, &input);
    bool done = write_request(request, session, parts, lane, &input, err);
    free(input.entries);
    if (!done)
        request_release(request);
    return done;
}

// Says whether the input still begins with what was sent.
static bool begins_as_sent(const struct input *input,
                           const struct request *request)
{
    if (input->count < request->item_count)
        return false;
    for (size_t i = 0; i < request->item_count; i++)
        if (input->entries[i].hash != request->item_hashes[i])
            return false;
    return true;
}

static bool is_known(const struct session *session, const struct entry *entry)
{
    return entry->kind == ENTRY_SERVER
           || session->items[entry->item].steer == STEER_TAKEN;
}

// Counts the entries the server has: those sent and, behind them, its own and
// the words it took while it spoke. NO_INDEX if others stand between those.
static size_t count_known(const struct session *session,
                          const struct input *input, size_t sent)
{
    size_t count = sent;

    while (count < input->count && is_known(session, &input->entries[count]))
        count++;
    for (size_t i = count; i < input->count; i++)
        if (is_known(session, &input->entries[i]))
            return NO_INDEX;
    return count;
}

static struct str copy(struct str text)
{
    char *bytes = mem_alloc(text.len);

    memcpy(bytes, text.at, text.len);
    return (struct str){ bytes, text.len };
}

static void remember(struct lane *lane, const struct request *request,
                     const struct session *session, const struct input *input)
{
    size_t count = count_known(session, input, request->item_count);

    if (count == NO_INDEX)
        return;
    if (count > lane->item_cap) {
        lane->item_cap = count;
        lane->item_hashes =
            mem_realloc(lane->item_hashes, count * sizeof(*lane->item_hashes));
    }
    for (size_t i = 0; i < count; i++)
        lane->item_hashes[i] = input->entries[i].hash;
    lane->item_count = count;
    lane->fields_hash = request->fields_hash;
    lane->response_id = copy(session->response_id);
}

void lane_commit(struct lane *lane, const struct request *request,
                 const struct session *session)
{
    lane_forget(lane);
    if (!session->parent_good || session->response_id.len == 0)
        return;
    struct input input =
        input_list(session, request->model, REASONING_BLOBS, 0);

    if (begins_as_sent(&input, request))
        remember(lane, request, session, &input);
    free(input.entries);
}
