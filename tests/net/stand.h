/*
 * A stand for the conversation of kerf with a model server: the agent without
 * a screen, and the server of kerf-sim, both in this process and on one loop.
 * What the server was asked and what a user would see can be looked at.
 */
#ifndef KERF_TESTS_STAND_H
#define KERF_TESTS_STAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/agent/agent.h"
#include "kerf/base/arena.h"
#include "kerf/base/json.h"
#include "kerf/sim/server.h"

#define STAND_PATIENCE_MS 20000 // then a wait has failed
#define STAND_WAIT_PERMILLE 3   // of the waits of a real conversation
#define STAND_TOKEN "a-token-of-the-stand"

/* Words are split at blanks; "@/" in a word is the folder of the stand. */
struct stand_options {
    const char *sim;       // options of kerf-sim
    struct str scenario;   // JSON of the script engine; empty: echo
    const char *transport; // auto, ws, http; NULL: ws
    const char *protocol;  // responses, chat; NULL: responses
    const char *more;      // options of the backend: "name=value"; NULL: none
    const struct policy *policy; // NULL: none
    const char *host;            // by which the client goes; NULL: 127.0.0.1
    int wait_permille;           // 0: STAND_WAIT_PERMILLE
    int64_t (*wall)(void);       // of the client; NULL: the machine's clock
};

struct stand;

/* Is told of every event that the session took. */
typedef void (*stand_watch_fn)(struct stand *stand, const struct event *event,
                               void *ctx);

struct stand {
    struct arena arena;
    struct loop *loop;
    char dir[64]; // a tree with the file a.txt, and below it the state
    struct str url;

    struct sim_options sim; // may be changed between two requests
    struct world world;
    struct server_plan plan;
    struct server *server; // NULL: nobody listens
    struct buf records;    // JSON lines of kerf-sim

    struct config config;
    struct session *session;
    struct ws_client *sockets;
    struct http_client *http;
    struct agent *agent;
    struct buf told; // a line for each notice, lost answer, link, failed turn
    stand_watch_fn watch; // NULL: nobody
    void *ctx;
};

/* Server and client, connected by nothing yet. Fails the test if they cannot
 * be made. */
void stand_open(struct stand *stand, const struct stand_options *options);
void stand_close(struct stand *stand);

/* Starts and stops the server; it comes back at the same place. */
void stand_listen(struct stand *stand);
void stand_hang_up(struct stand *stand);

/* Sends a message, and runs the loop until the turn has ended; commands that
 * are asked for are allowed, proposals are ended without writing. */
void stand_say(struct stand *stand, const char *text);
void stand_finish(struct stand *stand);

/* Runs the loop once. Fails the test if `*since_ms` is too long ago. */
void stand_step(struct stand *stand, int64_t since_ms);

/* Appends the words of the assistant that are shown and sent: not those that
 * were cut and asked for again. */
void stand_text(const struct stand *stand, struct buf *out);

/* How often the server recorded what: requests that want an answer, of them
 * those with the whole conversation, connections. */
struct stand_count {
    size_t requests, full, warm_ups, connections;
};
struct stand_count stand_count(const struct stand *stand);

/* Calls `see` for every recorded line. */
typedef void (*stand_record_fn)(const struct json *record, void *ctx);
void stand_each_record(const struct stand *stand, stand_record_fn see,
                       void *ctx);

/* Descriptors, children and threads of this process. */
struct holdings {
    size_t descriptors, children, threads;
};
struct holdings holdings_count(void);

#endif
