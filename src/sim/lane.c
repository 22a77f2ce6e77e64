/*
 * The memory of a lane is its newest completed response. A continuation on
 * the same lane that ends in an error takes that memory away (protocol.md
 * 3.6), so the client has to send everything again. Steering (2.6) is kept
 * beside the line: it begins a response that nobody asked for, or waits for
 * the outputs of tools and then goes before them.
 */
#include "lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "steer.h"

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
    turn_release(&lane->turn);
    forget(lane);
    buf_release(&lane->steers);
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
    if (lane->cached && str_is(str_from(lane->cached_id), lane->parent_id))
        forget(lane);
}

static bool find_parent(struct lane *lane, const struct lane_family *family,
                        struct history **parent, struct refusal *refusal)
{
    *parent = NULL;
    if (!lane->parent_id[0])
        return true;
    for (struct lane *l = family->first; l; l = l->next) {
        if (l->cached && str_is(str_from(l->cached_id), lane->parent_id)) {
            *parent = l->cached;
            return true;
        }
    }
    return refuse(refusal, "previous_response_not_found",
                  "previous_response_id",
                  "Previous response with id '%s' not found.", lane->parent_id);
}

static bool begin(struct lane *lane, const struct lane_family *family,
                  struct create *create, struct history *parent,
                  struct moment now, struct refusal *refusal)
{
    struct turn_plan plan = {
        .world = family->world,
        .create = create,
        .parent = parent,
        .stream_id = str_from(lane->name),
        .dialect = DIALECT_EVENTS,
        .timing = family->timing,
        .wishes = family->wishes,
        .now = now,
    };

    return turn_begin(&lane->turn, &plan, refusal);
}

// Begins a request; what the user said meanwhile goes before its input.
static bool begin_pending(struct lane *lane, const struct lane_family *family,
                          struct create *create, struct moment now,
                          struct refusal *refusal)
{
    struct history *parent, *steered = NULL;

    if (!find_parent(lane, family, &parent, refusal))
        return false;
    if (lane->steer_count > 0
        && str_is(str_from(lane->steered_id), lane->parent_id))
        parent = steered = steer_history(lane, parent);
    bool good = begin(lane, family, create, parent, now, refusal);
    history_drop(steered);
    return good;
}

bool lane_start(struct lane *lane, const struct lane_family *family,
                struct moment now, struct buf *out)
{
    struct pending *pending = pop(lane);
    struct create *create = &pending->create;

    lane->times.request_ns = pending->received_ns;
    snprintf(lane->parent_id, sizeof(lane->parent_id), "%.*s",
             STR_ARG(create->previous_id));
    bool good = !pending->refused
                && begin_pending(lane, family, create, now, &pending->refusal);
    if (!good) {
        forget_parent(lane);
        refusal_write(&pending->refusal, str_from(lane->name), out);
    }
    pending_destroy(pending);
    return good;
}

static void remember(struct lane *lane)
{
    turn_keep_output(&lane->turn);
    forget(lane);
    lane->cached = history_hold(lane->turn.history);
    snprintf(lane->cached_id, sizeof(lane->cached_id), "%.*s",
             STR_ARG(response_id(lane->turn.response)));
}

// The response made way: its successor takes the same settings and what the
// user said, and nobody asked for it.
static bool begin_successor(struct lane *lane, const struct lane_family *family,
                            struct moment now)
{
    struct create create = { .generate = true, .obfuscation = true };
    struct refusal refusal;

    turn_keep_output(&lane->turn);
    struct history *parent = history_hold(lane->turn.history);
    create.root = steer_request(lane, history_request(parent));
    create.input_bytes = lane->steers.len;
    steer_forget(lane);
    turn_release(&lane->turn);
    lane->parent_id[0] = '\0';
    bool good = begin(lane, family, &create, parent, now, &refusal);
    create_release(&create);
    history_drop(parent);
    return good;
}

enum response_step lane_next(struct lane *lane,
                             const struct lane_family *family,
                             struct moment now, int64_t *due_us,
                             struct buf *out)
{
    struct turn *turn = &lane->turn;
    enum response_step step =
        response_next(turn->response, now.mono_us, due_us, out);

    if (step != RESPONSE_DONE)
        return step;
    if (response_has_completed(turn->response)) {
        remember(lane);
        if (steer_is_waiting(lane) && steer_write_pending(lane, out)) {
            turn_release(turn);
            return RESPONSE_EVENT;
        }
    } else if (steer_is_waiting(lane) && begin_successor(lane, family, now)) {
        return lane_next(lane, family, now, due_us, out);
    } else {
        forget_parent(lane);
    }
    turn_release(turn);
    return RESPONSE_DONE;
}
