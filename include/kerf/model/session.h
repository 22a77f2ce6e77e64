/*
 * The state of a conversation: a function of its events and nothing else.
 * session_apply() is the only function that changes it; the ui and the agent
 * read it. Arrays grow, so hold indices; `version`s rise with every change, so
 * that views can keep what they drew.
 */
#ifndef KERF_MODEL_SESSION_H
#define KERF_MODEL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/model/event.h"
#include "kerf/model/proposal.h"
#include "kerf/model/usage.h"
#include "kerf/patch/select.h"
#include "kerf/patch/stream.h"

#define NO_INDEX SIZE_MAX

#define LIMIT_ITEM_BYTES ((size_t)64 << 20) // text of one item
#define LIMIT_RESPONSE_ITEMS 10000          // items of one response
#define LIMIT_LIVE_BYTES ((size_t)64 << 10) // kept of a running command

/* The turn state machine: who has to move next. */
enum turn_state {
    TURN_IDLE,      // the user
    TURN_WAITING,   // the server: request sent or link being made
    TURN_STREAMING, // the server: events are arriving
    TURN_TOOLS,     // a tool runs
    TURN_APPROVAL,  // the user: a command waits for a yes
    TURN_REVIEW,    // the user: a proposal waits for decisions
    TURN_READY,     // the agent: all calls have outputs, send the next request
};

/* A call's way. Every call ends in CALL_DONE or CALL_ABORTED, once. */
enum call_state {
    CALL_ARRIVING,
    CALL_PENDING, // complete and to be run; or a patch that cannot be read,
                  // to be answered with its proposal's problem
    CALL_ASKING,  // approval is asked for
    CALL_RUNNING,
    CALL_REVIEWING,
    CALL_DONE,
    CALL_ABORTED, // never ran: interrupted or lost
};

struct item {
    enum item_kind kind;
    size_t turn;            // index of its turn; turn_count if it came
                            // before the message that starts the turn
    size_t index;           // output_index inside its response
    size_t request;         // of the server: number of the request (from 1)
                            // that brought it; others: the last one sent
    struct str id, call_id; // of the server
    struct str name;        // tool, or label of a context
    struct buf text;        // words, arguments or patch
    struct buf output;      // calls: what the tool gave (for the model)
    struct buf live;        // calls: the last bytes of a running command
    struct str raw;         // the server's JSON of the item, once done
    struct str model;       // that was asked for
    struct str command;     // calls: what approval was asked for
    enum call_state call;
    int exit_status;
    bool done, well;        // complete; a call's output is a success
    bool superseded;        // cut and asked again: shown struck out, not sent
    bool cut;               // done, but its end never came
    bool approved;          // calls: the user said yes
    bool edited;            // calls: `command` is the user's own
    bool wrapped;           // ITEM_PATCH: comes as a string in JSON arguments
    bool warning;           // notices
    bool aside;             // contexts: shown, never sent
    bool base;              // stands for items before it that were compacted
    size_t compacted;       // 1 + index of the item that stands for it, or 0
    enum steer_state steer; // messages sent into a running response
    size_t proposal;        // ITEM_PATCH: index into proposals, or NO_INDEX
    int64_t time_ms;
    unsigned version;
};

struct turn {
    int64_t started_ms, sent_ms, first_ms, last_ms; // 0: not yet
    int64_t earlier_ms; // of the requests before: until their last piece
    int64_t ttft_ms;    // of its first request; -1 if none yet
    int64_t stream_ms;  // time between first and last deltas, summed
    int64_t deltas;     // how many arrived
    int64_t unreported; // those whose tokens no usage has told yet
    size_t requests;
    struct usage usage;
    double cost_usd;
    bool done;
    enum turn_outcome outcome;
    struct str why; // if it did not go well
};

struct session {
    struct str id, root, branch;
    int64_t ahead, modified, untracked;
    struct str backend, model;
    bool builtin;   // the engine that comes with kerf
    int64_t window; // tokens
    struct price price;
    struct str route_backend, route_text, route_transport; // EVENT_ROUTE
    enum link_state link;
    struct str link_text;
    enum turn_state state;
    int64_t wait_until_ms; // Unix: then the request is made anew; 0: no wait
    struct item *items;
    size_t item_count, item_cap;
    struct turn *turns;
    size_t turn_count, turn_cap;
    struct proposal *proposals;
    size_t proposal_count, proposal_cap;
    struct session_undone *undone; // can be written again, the newest last
    size_t undone_count, undone_cap;
    struct str *queue; // typed while a turn ran, oldest first
    size_t queue_count, queue_cap;
    struct str *stash; // drafts that were put away, oldest first
    size_t stash_count, stash_cap;
    struct buf draft;       // what stood in the composer when last looked
    struct str response_id; // newest completed response
    struct usage usage;     // whole session
    double cost_usd;
    int64_t context_tokens; // input + output of the newest response
    struct str served_model, served_tier; // what the newest response said
    bool running;          // a request is out and its response has not ended
    bool parent_good;      // the newest response completed as a whole
    bool cancelled;        // late events of the running response are dropped
    bool resent;           // the cut request was asked again once already
    struct str running_id; // of the running response, once it was created
    size_t requests;       // sent in this session, warm-ups too
    size_t response_turn;  // turn of the newest request; NO_INDEX: a warm-up
    size_t response_first; // items from here belong to the running response
    size_t turn_first;     // items from here belong to the newest turn
    unsigned version;
    struct arena arena; // every `struct str` above
};

/* Never NULL. */
struct session *session_create(void);
void session_destroy(struct session *session);

/* Applies one event (its texts are copied). Events that make no sense in the
 * present state (unknown call, late delta) are dropped: returns false. */
bool session_apply(struct session *session, const struct event *event);

/* The call waiting for approval, the next one to run, the proposal under
 * review: index into items or proposals, or NO_INDEX. */
size_t session_asking(const struct session *session);
size_t session_pending_call(const struct session *session);
size_t session_reviewing(const struct session *session);

/* The context that still grows: a command that the user runs; or NO_INDEX. */
size_t session_growing(const struct session *session);

/* Index of the item or proposal of a call, or NO_INDEX. */
size_t session_item_of(const struct session *session, struct str call_id);
size_t session_proposal_of(const struct session *session, struct str call_id);

/* Says whether a call of the model waits for the verdict on a proposal. */
bool session_verdict_is_awaited(const struct session *session, size_t proposal);

/* Says whether the turn has nothing left to do: its response ended without
 * calls, or it was cancelled. The agent then posts EVENT_TURN_DONE. */
bool session_turn_is_over(const struct session *session);

/* Says whether the server made the item, and whether it asks for an output. */
bool item_is_from_server(const struct item *item);
bool item_is_call(const struct item *item);

/* Says whether messages wait in the queue for the user's word, not for the end
 * of a turn or of a command. */
bool session_queue_is_held(const struct session *session);

/* Says whether a turn is running (anything but TURN_IDLE). */
bool session_is_busy(const struct session *session);

/* Says whether words said into a response wait for their answer (protocol.md
 * 2.6); and whether the server's word on some is still to come. */
bool session_is_steered(const struct session *session);
bool session_steer_is_open(const struct session *session);

/* Tokens a second of a turn: reported output (or deltas while it streams) by
 * the time between first and last delta; 0 if there is nothing to tell or the
 * stream was too short to tell it. */
double turn_speed(const struct turn *turn);

#endif
