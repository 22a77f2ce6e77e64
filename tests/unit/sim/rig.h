/* A server with one connection and no network, for the tests of sim. */
#ifndef TESTS_SIM_RIG_H
#define TESTS_SIM_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/sim/peer.h"

#define LIMIT_EVENTS 4000

// A server with one connection; all events that were due, in order.
struct rig {
    struct sim_options options;
    struct world world;
    struct peer *peer;
    struct moment now;
    struct json *events[LIMIT_EVENTS];
    size_t count;
    enum peer_step step; // the last one
    int64_t due_us;
    struct buf records;
};

static inline void keep_record(struct str line, void *ctx)
{
    buf_append(ctx, line);
}

static inline void rig_open(struct rig *rig, const char *scenario)
{
    struct error err;

    memset(rig, 0, sizeof(*rig));
    assert_true(sim_options_read(0, NULL, &rig->options, &err));
    rig->world.options = &rig->options;
    rig->world.engine = scenario
                            ? engine_create_script(str_from(scenario), &err)
                            : engine_create_echo(40, 1);
    assert_non_null(rig->world.engine);
    rig->world.record = keep_record;
    rig->world.record_ctx = &rig->records;
    rig->now = (struct moment){ 1000000, 1700000000 };
}

static inline void rig_connect(struct rig *rig)
{
    struct peer_plan plan = { .world = &rig->world, .connection = 1 };

    rig->peer = peer_create(&plan, rig->now);
}

static inline void rig_forget(struct rig *rig)
{
    for (size_t i = 0; i < rig->count; i++)
        json_destroy(rig->events[i]);
    rig->count = 0;
}

static inline void rig_close(struct rig *rig)
{
    rig_forget(rig);
    peer_destroy(rig->peer);
    engine_destroy(rig->world.engine);
    buf_release(&rig->records);
}

static inline void rig_send(struct rig *rig, const char *message)
{
    peer_receive(rig->peer, str_from(message));
}

// Takes every message that is due; false JSON is kept as NULL.
static inline void rig_run(struct rig *rig)
{
    struct buf message = { 0 };
    struct error err;

    while ((rig->step = peer_next(rig->peer, rig->now, &rig->due_us, &message))
               != PEER_CLOSE
           && (rig->step == PEER_MESSAGE || rig->due_us <= rig->now.mono_us)) {
        if (rig->step == PEER_WAIT)
            continue;
        assert_true(rig->count < LIMIT_EVENTS);
        rig->events[rig->count++] = json_parse(buf_str(&message), &err);
        buf_reset(&message);
    }
    buf_release(&message);
}

static inline struct str text_at(const struct json *event, const char *path)
{
    return json_str(json_path(event, path));
}

static inline size_t count_type(const struct rig *rig, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < rig->count; i++)
        count += str_is(text_at(rig->events[i], "type"), type);
    return count;
}

// The `number`-th event (from 0) of the type.
static inline const struct json *find_type(const struct rig *rig,
                                           const char *type, size_t number)
{
    for (size_t i = 0; i < rig->count; i++)
        if (str_is(text_at(rig->events[i], "type"), type) && number-- == 0)
            return rig->events[i];
    fail_msg("no event %s", type);
    return NULL;
}

static inline void assert_error(const struct rig *rig, const char *code)
{
    const struct json *error = find_type(rig, "error", 0);
    struct str found = text_at(error, "error.code");

    if (!str_is(found, code))
        fail_msg("code %.*s instead of %s", STR_ARG(found), code);
}

#define CREATE(rest) \
    "{\"type\":\"response.create\",\"model\":\"m\",\"store\":false," rest "}"
#define HELLO "\"input\":\"hello\""

static inline void copy_id(const struct rig *rig, size_t number, char *id,
                           size_t size)
{
    struct str text =
        text_at(find_type(rig, "response.completed", number), "response.id");
    snprintf(id, size, "%.*s", STR_ARG(text));
}

static inline void send_child(struct rig *rig, const char *id, const char *rest)
{
    char message[512];

    snprintf(message, sizeof(message),
             CREATE("\"previous_response_id\":\"%s\",%s"), id, rest);
    rig_send(rig, message);
    rig_run(rig);
}

#endif
