/*
 * Drives turns: sends requests, runs tools, asks for approvals, brings
 * proposals to the review and writes what was accepted. It reads the session
 * and posts events; it never changes the session itself.
 */
#ifndef KERF_AGENT_AGENT_H
#define KERF_AGENT_AGENT_H

#include <stdbool.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/config/config.h"
#include "kerf/config/policy.h"
#include "kerf/loop/loop.h"
#include "kerf/model/event.h"
#include "kerf/model/router.h"
#include "kerf/model/session.h"
#include "kerf/net/http.h"
#include "kerf/net/ws.h"
#include "kerf/store/journal.h"

/* Takes an event: stamps the time, journals it, applies it, marks the screen.
 * Texts are borrowed for the call. */
typedef void (*agent_post_fn)(struct event *event, void *ctx);

/* A message was not sent: a file that it names cannot go along, `why` says it
 * in a line. Sent once more as it is, it goes without. Borrowed texts. */
typedef void (*agent_refused_fn)(struct str text, struct str why, void *ctx);

struct agent_options {
    struct loop *loop;
    const struct session *session; // borrowed
    struct ws_client *sockets;     // borrowed; NULL: no model, review only
    struct http_client *http;      // borrowed; NULL with `sockets`
    const struct policy *policy;   // borrowed; NULL: everything is allowed
    struct journal *journal;       // borrowed; NULL: nothing is kept
    const struct config *config;   // borrowed
    struct str root;               // of the tree; copied
    struct str state_dir;          // for before-images of this tree; copied
    char *const *env;              // the process environment; borrowed
    bool unattended;               // nobody is there to wait or to stop it
    int wait_permille; // for tests: waits and patience are so many thousandths
                       // of what they should be; 0: all of it
    int64_t (*wall)(void); // for tests: the wall clock, in ms, by which a sleep
                           // of the machine is found; NULL: the machine's
    agent_post_fn post;
    agent_refused_fn refused; // NULL: agent_submit() never refuses
    /* Hears of every request that was measured; may be NULL. */
    void (*sampled)(const struct sample *sample, void *ctx);
    /* Gets each new router before it chooses, to tell it what was measured
     * earlier; may be NULL. */
    void (*teach)(struct router *router, void *ctx);
    void *ctx;
};

struct agent;

/* Never NULL. */
struct agent *agent_create(const struct agent_options *options);

/* Stops what runs; nothing is posted after it. */
void agent_destroy(struct agent *agent);

/* Talks to the backends of the config from now on: to the one named `prefer`
 * as long as it can, else (empty) to what the router chooses. Ends what runs
 * on other connections. */
void agent_use_backends(struct agent *agent, struct str prefer);

/* Talks to this one backend (borrowed): the engine that comes with kerf, which
 * listens at `url` for who shows `bearer`. */
void agent_use_builtin(struct agent *agent, const struct backend *backend,
                       struct str url, struct str bearer);

/* The user is about to ask: dials in the background and warms up, so that the
 * message finds everything ready. Cheap if it is. */
void agent_connect(struct agent *agent);

/* The user types: opens again what was lost or closed while nothing happened.
 * False if there is nothing of that kind to care for. */
bool agent_wake(struct agent *agent);

/* Appends lines that tell the newest route: the sentence, then each backend
 * with its measurements. They live in the arena; 0 before the first one. */
size_t agent_explain_route(struct agent *agent, struct arena *arena,
                           struct str **lines);

/* What it goes by in choosing a backend, to be told what becomes known of
 * earlier sessions; NULL before a backend is set. */
struct router *agent_router(struct agent *agent);

/* What was spent today before this session, in US dollars: for the budget. */
void agent_set_day_cost(struct agent *agent, double usd);

/* Sends a message, or queues it while a turn runs. Files named with `@path`
 * are added to the context first. */
void agent_send(struct agent *agent, struct str text);

/* The same for a message that the user has typed: if a file that it names is
 * missing, or looks secret, it comes back through `refused` first. */
void agent_submit(struct agent *agent, struct str text);

/* Lets a held queue go. After an interrupt, a failure or a resume nothing that
 * is queued is sent before this is called; messages sent meanwhile pass it. */
void agent_send_queued(struct agent *agent);

/* Interrupts the running turn: output is hidden at once, a running command
 * is ended, the queue is held. */
void agent_interrupt(struct agent *agent);

/* Asks the last message again after a failed turn. */
void agent_retry(struct agent *agent);

/* Makes room in the window, and takes that back. What stands for the old items
 * is in the session; they are shown as before. */
void agent_compact(struct agent *agent);
void agent_uncompact(struct agent *agent);

/* Answers the open question about a command. */
enum approval {
    APPROVAL_ONCE,
    APPROVAL_SESSION, // this exact command from now on
    APPROVAL_EDITED,  // not this one: `text` is run in its place
    APPROVAL_NO,      // `text` is the reason, or empty
};
void agent_answer(struct agent *agent, enum approval approval, struct str text);

/* Allows an exact command without asking: the user typed it. */
void agent_allow(struct agent *agent, struct str command);

/* Runs a command that the user typed, without asking; its output is shown as it
 * comes and goes along with the next message, or (`aside`) stays here. One at a
 * time; agent_interrupt() ends it. */
void agent_run(struct agent *agent, struct str command, bool aside);

/* Writes what was accepted of the proposal under review, then gives the
 * verdict; or gives the verdict without writing. */
void agent_write(struct agent *agent);
void agent_end_review(struct agent *agent);

/* The same as agent_write(), and adds what was written to git's index. */
void agent_write_staged(struct agent *agent);

/* Ends the review without writing: the model gets the verdict, with notes and
 * refusals, and is asked for a new version. */
void agent_send_notes(struct agent *agent);

/* Asks the model for another version of one hunk under review; `text` says
 * what it should be like. The review goes on. */
void agent_reask(struct agent *agent, struct target target, struct str text);

/* Takes one hunk of the newest write back; the rest of it stays. */
void agent_undo_hunk(struct agent *agent, struct target target);

/* Takes back the newest write of this session that is in force. */
void agent_undo_write(struct agent *agent);

/* Writes again what was taken back last, unless something else was written
 * since. */
void agent_redo_write(struct agent *agent);

/* Adds a file of the tree to the context of the next request. */
void agent_add_file(struct agent *agent, struct str path);

/* Reads again what the proposals under review rest on (files changed). */
void agent_refresh_files(struct agent *agent);

/* Says whether files of a review, or older texts of them, are being read: what
 * is said of its hunks may change at once. */
bool agent_is_reading(const struct agent *agent);

/* Looks at the session and does what is due. Cheap; called after events. */
void agent_step(struct agent *agent);

/* Says whether a command, a write or a request is still under way. */
bool agent_is_working(const struct agent *agent);

#endif
