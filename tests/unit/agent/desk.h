/*
 * An agent without a model, in a throw-away tree: what tests of it share.
 * Events go straight into the session.
 */
#ifndef KERF_TESTS_AGENT_DESK_H
#define KERF_TESTS_AGENT_DESK_H

#include "support/sandbox.h"

#include "kerf/agent/agent.h"

struct desk {
    struct sandbox *box;
    struct loop *loop;
    struct session *session;
    struct config config;
    struct agent *agent;
    size_t writes; // that were told
};

static inline void desk_post(struct event *event, void *ctx)
{
    struct desk *desk = ctx;

    event->time_ms = loop_wall_ms();
    session_apply(desk->session, event);
    desk->writes += event->kind == EVENT_WRITTEN;
}

/* The sandbox and `env` are borrowed; the config is copied. */
static inline struct desk *desk_create(struct sandbox *box,
                                       const struct config *config,
                                       char *const *env)
{
    struct desk *desk = calloc(1, sizeof(*desk));

    assert_non_null(desk);
    desk->box = box;
    desk->config = *config;
    desk->loop = loop_create();
    desk->session = session_create();
    struct agent_options options = {
        .loop = desk->loop,
        .session = desk->session,
        .config = &desk->config,
        .root = str_from(sandbox_path(box, "tree")),
        .state_dir = str_from(sandbox_path(box, "state")),
        .env = env,
        .post = desk_post,
        .ctx = desk,
    };
    desk->agent = agent_create(&options);
    return desk;
}

static inline void desk_destroy(struct desk *desk)
{
    agent_destroy(desk->agent);
    loop_run(desk->loop);
    loop_destroy(desk->loop);
    session_destroy(desk->session);
    free(desk);
}

#endif
