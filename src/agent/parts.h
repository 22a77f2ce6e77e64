/*
 * The agent's inside, shared by its three files: exchange.c talks to the
 * server, calls.c runs what the model asks for, agent.c is the rest.
 */
#ifndef KERF_AGENT_PARTS_H
#define KERF_AGENT_PARTS_H

#include "kerf/agent/agent.h"

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/loop/work.h"
#include "kerf/wire/request.h"

#include "changes.h"
#include "uplink.h"
#include "shell.h"

#define REQUEST_TRIES 3 // of one request, until the user is told

/* The conversation with the server. */
struct exchange {
    struct uplink *link;
    const struct backend *backend;
    struct str key_env; // of the backend; borrowed from it
    struct lane lane;
    struct request request; // the one in flight
    struct arena message;   // lives for one message
    bool due;               // a request is to be sent as soon as possible
    bool in_flight;
    bool repaired; // the parent was unknown: sent in full once
    unsigned tries;
    int64_t sent_ms;
    struct loop_timer *retry;
};

struct agent {
    struct agent_options options;
    const struct session *session;
    struct arena arena; // root, state_dir, allowed commands
    struct exchange exchange;
    struct changes *changes;
    struct work_lane *lane; // all reading of the tree, in order
    struct shell *shell;    // the one command that runs
    struct str shell_call;  // its call_id
    struct str *allowed;    // exact commands that need no question
    size_t allowed_count, allowed_cap;
    struct buf instructions, tools;
    bool instructions_ready;
    size_t jobs; // file calls and readings under way
    bool held;   // the queue waits for the user
    bool stepping;
    bool closing;
};

/* Posts an event of the agent. */
void agent_post(struct agent *agent, struct event *event);
void agent_notice(struct agent *agent, struct str text, bool warning);

void exchange_init(struct agent *agent);
void exchange_release(struct agent *agent);
/* Sends the next request as soon as the link is up. */
void exchange_ask(struct agent *agent);
/* Ends the running response without the server's help. */
void exchange_cancel(struct agent *agent);

/* Starts what can start: approvals, commands, readings, bad patches. */
void calls_step(struct agent *agent);
void calls_answer(struct agent *agent, enum approval approval,
                  struct str reason);
void calls_allow(struct agent *agent, struct str command);
/* Ends the running command. */
void calls_stop(struct agent *agent);
/* Gives the verdict of proposal `index`. */
void calls_verdict(struct agent *agent, size_t index);

#endif
