/*
 * The memory of a lane is its newest completed response. A continuation on
 * the same lane that ends in an error takes that memory away (protocol.md
 * 3.6), so the client has to send everything again.
 */
#include "lane.h"

#include <stdio.h>
#include <stdlib.h>

struct lane *lane_create(struct str name)
{
    struct lane *lane = mem_alloc(sizeof(*lane));

    lane->name = mem_alloc(name.len + 1);
    for (size_t i = 0; i < name.len; i++)
        lane->name[i] = name.at[i];
    lane->last = &lane->first;
    return lane;
}

static void pending_destroy(struct pending *pending)
{
    create_release(&pending->create);
    free(pending);
}

static void forget(struct lane *lane)
{
    history_drop(lane->cached);
    lane->cached = NULL;
    lane->cached_id[0] = '\0';
}

static void free_running(struct lane *lane)
{
    response_destroy(lane->response);
    history_drop(lane->history);
    arena_release(&lane->arena);
    lane->response = NULL;
    lane->history = NULL;
    lane->answer = (struct sim_answer){ 0 };
}

static struct pending *pop(struct lane *lane)
{
    struct pending *pending = lane->first;

    lane->first = pending->next;
    if (!lane->first)
        lane->last = &lane->first;
    return pending;
}

void lane_destroy(struct lane *lane)
{
    while (lane->first)
        pending_destroy(pop(lane));
    free_running(lane);
    forget(lane);
    free(lane->name);
    free(lane);
}

void lane_push(struct lane *lane, struct pending *pending)
{
    pending->next = NULL;
    *lane->last = pending;
    lane->last = &pending->next;
}

// A continuation that failed takes its parent with it.
static void forget_parent(struct lane *lane)
{
    if (lane->cached && str_is(str_from(lane->cached_id), lane->previous_id))
        forget(lane);
}

static bool find_parent(struct lane *lane, struct lane_family family,
                        struct history **parent, struct refusal *refusal)
{
    *parent = NULL;
    if (!lane->previous_id[0])
        return true;
    for (struct lane *l = family.first; l; l = l->next) {
        if (l->cached && str_is(str_from(l->cached_id), lane->previous_id)) {
            *parent = l->cached;
            return true;
        }
    }
    return refuse(
        refusal, "previous_response_not_found", "previous_response_id",
        "Previous response with id '%s' not found.", lane->previous_id);
}

static bool ask_engine(struct lane *lane, struct world *world,
                       const struct engine_input *input, bool generate,
                       struct refusal *refusal)
{
    struct error err;

    if (!calls_check(&lane->arena, input->items, input->count, refusal))
        return false;
    if (!generate
        || engine_answer(world->engine, &lane->arena, input, &lane->answer,
                         &err))
        return true;
    return refuse(refusal, "scenario_expectation", "input", "%s", err.text);
}

static const struct fault *fault_of(struct lane *lane, struct world *world,
                                    bool generate)
{
    if (!generate)
        return NULL;
    world->answers++;
    if (lane->answer.fault.kind != FAULT_NONE)
        return &lane->answer.fault;
    return fault_for(&world->options->faults, false, world->answers);
}

static uint64_t chosen(long own, uint64_t general)
{
    return own > 0 ? (uint64_t)own : general;
}

static void begin_response(struct lane *lane, struct world *world,
                           const struct create *create, size_t cached_bytes,
                           struct moment now)
{
    const struct sim_options *options = world->options;
    struct response_plan plan = {
        .number = ++world->responses,
        .seed = options->seed,
        .created_s = now.unix_s,
        .request = history_request(lane->history),
        .stream_id = str_from(lane->name),
        .previous_id = str_from(lane->previous_id),
        .obfuscation = create->obfuscation,
        .answer = &lane->answer,
        .frame_tokens =
            chosen(lane->answer.frame_tokens, options->frame_tokens),
        .tps = chosen(lane->answer.tps, options->tps),
        .ttft_ms = options->ttft_ms,
        .input_bytes = history_bytes(lane->history),
        .cached_bytes = cached_bytes,
        .fault = fault_of(lane, world, create->generate),
    };
    lane->response = response_create(&plan);
}

// Takes the request's tree into a history and answers it.
static bool begin(struct lane *lane, struct lane_family family,
                  struct world *world, struct create *create, struct moment now,
                  struct refusal *refusal)
{
    struct history *parent;
    struct engine_input input = { 0 };

    if (!find_parent(lane, family, &parent, refusal))
        return false;
    size_t cached_bytes = history_bytes(parent);
    lane->history = history_create(parent, create->root, create->input_bytes);
    create->root = NULL;
    input.request = history_request(lane->history);
    input.items = history_items(lane->history, &lane->arena, &input.count);
    if (!ask_engine(lane, world, &input, create->generate, refusal))
        return false;
    begin_response(lane, world, create, cached_bytes, now);
    return true;
}

bool lane_start(struct lane *lane, struct lane_family family,
                struct world *world, struct moment now, struct buf *out)
{
    struct pending *pending = pop(lane);
    struct create *create = &pending->create;

    snprintf(lane->previous_id, sizeof(lane->previous_id), "%.*s",
             STR_ARG(create->previous_id));
    bool good = !pending->refused
                && begin(lane, family, world, create, now, &pending->refusal);
    if (!good) {
        forget_parent(lane);
        free_running(lane);
        refusal_write(&pending->refusal, str_from(lane->name), out);
    }
    pending_destroy(pending);
    return good;
}

static void remember(struct lane *lane)
{
    struct buf output = { 0 };
    struct error err;

    response_output(lane->response, &output);
    struct json *items = json_parse(buf_str(&output), &err);
    history_set_output(lane->history, items, output.len);
    buf_release(&output);
    forget(lane);
    lane->cached = history_hold(lane->history);
    snprintf(lane->cached_id, sizeof(lane->cached_id), "%.*s",
             STR_ARG(response_id(lane->response)));
}

enum response_step lane_next(struct lane *lane, struct moment now,
                             int64_t *due_us, struct buf *out)
{
    enum response_step step =
        response_next(lane->response, now.mono_us, due_us, out);
    if (step != RESPONSE_DONE)
        return step;
    if (response_has_completed(lane->response))
        remember(lane);
    else
        forget_parent(lane);
    free_running(lane);
    return RESPONSE_DONE;
}
