/*
 * The conversation with the servers: what it keeps, and what its files call of
 * each other. exchange.c sends, answer.c hears, failing.c mends, lines.c
 * chooses. Private to the agent.
 */
#ifndef KERF_AGENT_EXCHANGE_H
#define KERF_AGENT_EXCHANGE_H

#include "kerf/agent/agent.h"

#include "kerf/base/arena.h"
#include "kerf/model/estimate.h"
#include "kerf/model/held.h"
#include "kerf/model/router.h"
#include "kerf/wire/chat.h"
#include "kerf/wire/failure.h"
#include "kerf/wire/profile.h"
#include "kerf/wire/request.h"
#include "kerf/wire/sequence.h"

#include "moment.h"
#include "uplink.h"

#define WAIT_TOLD_MS 1500 // a shorter wait is not worth a word

/* One backend, as this conversation uses it. */
struct line {
    struct agent *agent;
    size_t index; // in the config the router goes by
    const struct backend *backend;
    struct uplink *link; // NULL: not needed yet
    struct lane lane;
    struct profile profile;
    struct estimator estimator;
    unsigned gaps; // responses that were cut because numbers were missing
    bool cold;     // a warm-up went wrong: no more of them
};

/* What is in flight. */
enum sending {
    SENDING_NOTHING,
    SENDING_TURN,
    SENDING_WARM_UP, // wants no answer, protocol.md 2.3
    SENDING_DRAIN,   // was interrupted: its end is waited for, 2.5
    SENDING_STEERED, // has ended: the answer to a steer is waited for, 2.6
};

/* One request and what came of it; times of the monotonic clock, 0: not yet. */
struct attempt {
    int64_t sent_ms, first_ms, last_ms; // sent; first and last token
    int64_t heard_ms;                   // the first sign of life
    int64_t deltas;
    size_t bytes;       // of the tokens, as text
    struct usage usage; // as the server counts
};

/* The conversation with the servers. */
struct exchange {
    struct config config;   // what the router goes by: its backends are in use
    struct str url, bearer; // of the built-in engine; else empty
    struct router *router;
    struct line *lines; // one a backend
    size_t line_count;
    struct line *line; // of what is due or in flight, else the last one
    double day_usd;    // spent today before this session
    struct route_query query;
    struct route route;
    bool routed;       // the route is chosen for the turn
    bool made_room;    // the turn did not fit and was compacted
    bool due;          // a request is to be sent as soon as possible
    bool wants_warmth; // the user is about to ask
    enum sending sending;
    enum transport way;
    struct request request; // the one in flight
    struct chat_stream *chat;
    struct sequence sequence; // of the events of the running response
    struct arena message;     // lives for one message
    struct tally tally;       // of the session
    double weight;            // of the request in flight, for the estimator
    unsigned tried;           // cures of the present trouble
    unsigned repaired; // requests asked anew without waiting, in this turn
    unsigned garbled;  // messages of this response that made no sense
    unsigned attempts; // requests of this turn
    bool silence_told;
    bool explained; // the server was asked why it refuses, in this turn
    struct attempt attempt;
    struct held held;     // whether something on the way holds streams back
    enum setback setback; // what the failure is for the router; COUNT: none
    struct moment heard;  // the last sign of life
    int64_t network;      // where the machine was when the turn began
    struct loop_timer *retry, *clock;
};

/* --- exchange.c: requests and answers ------------------------------------- */

void exchange_init(struct agent *agent);
void exchange_release(struct agent *agent);
/* Sends the next request as soon as the link is up. */
void exchange_ask(struct agent *agent);
/* A wait as the options want it: whole, or shorter in tests. */
int64_t exchange_wait_ms(const struct agent *agent, int64_t wait_ms);
/* Asks again after a while, which is told if it can be felt. */
void exchange_ask_later(struct agent *agent, int64_t wait_ms);
/* Sends a word into the running response. False if that cannot be done: then
 * it waits in the queue. */
bool exchange_steer(struct agent *agent, struct str text);
/* Ends the running response without the server's help. */
void exchange_cancel(struct agent *agent);
/* Forgets what is in flight, a compaction too: its backend goes. */
void exchange_hang_up(struct agent *agent);
/* The request in flight is over; `outcome` is a word for the samples. */
void exchange_end_request(struct agent *agent, const char *outcome);
/* The turn has ended well: the next one is routed anew. */
void exchange_turn_ended(struct agent *agent);
void exchange_fail_turn(struct agent *agent, struct str why);
/* The response in flight is lost; `again`: it will be asked for anew. */
void exchange_lose(struct agent *agent, struct str why, bool again);

/* The way is open: sends what is due, or warms up. */
void exchange_ready(struct agent *agent);
/* The user is about to ask: as exchange_ready(), after a dial if that is
 * needed. */
void exchange_open(struct agent *agent);
/* The user types, which is seldom the last key: as exchange_open(), a moment
 * later. Only for a route over HTTP. */
void exchange_wake(struct agent *agent);
/* Nothing is in flight any more: as exchange_ready(), from the loop. */
void exchange_go_on(struct agent *agent);
/* The warm-up went wrong, which is nobody's business but the next request's. */
void exchange_stay_cold(struct agent *agent);
/* sample.c: ms to the first token, -1 if there was none; tokens a second, 0 if
 * there were too few to tell. */
int64_t attempt_ttft_ms(const struct attempt *attempt);
double attempt_speed(const struct attempt *attempt);
/* Keeps what the request in flight came to; gives a sample to the
 * journal and to who listens. */
void exchange_sample(struct agent *agent, const char *outcome);
void sample_keep(struct agent *agent, const struct sample *sample);

/* --- answer.c: what comes back -------------------------------------------- */

/* From the line in use: a message, a sign of life, the end over HTTP, the end
 * of the connection or of the request. */
void answer_message(struct agent *agent, struct str text);
void answer_alive(struct agent *agent);
void answer_finished(struct agent *agent);
void answer_failed(struct agent *agent, const struct failure *failure);
/* Starts the clock of a turn's request; what it calls. */
void answer_await(struct agent *agent);
void answer_clock(void *ctx);
/* What was interrupted has come to its end. */
void answer_drained(struct agent *agent);

/* --- trouble: failing.c --------------------------------------------------- */

/* Does what the failure calls for. `event` is the server's own word for it, or
 * NULL if the connection or the request broke. */
void failing_cure(struct agent *agent, const struct failure *failure,
                  const struct event *event);

/* The server's words for what failing_cure() gave up are there. */
void failing_explained(struct agent *agent, const struct failure *failure);

/* The first token is late: asks another backend, if there is one that may be
 * quicker. False if there is none. */
bool failing_late(struct agent *agent);

/* --- backends: lines.c ---------------------------------------------------- */

/* Says whether the backend speaks Chat Completions. */
bool line_speaks_chat(const struct line *line);

/* Makes the lines of `exchange.config`; what was open is closed. */
void lines_open(struct agent *agent);
void lines_close(struct agent *agent);
/* Chooses a backend for the turn. False if there is none: `*why` tells. */
bool lines_route(struct agent *agent, struct str *why);
/* What the next request will have, by the newest guess. */
int64_t lines_tokens(struct agent *agent);
/* Goes where the route says, which the screen is told. */
void lines_take(struct agent *agent);
/* Finds another route after a failure, not yet taken. False if there is
 * none. */
bool lines_reroute(struct agent *agent, const struct failure *failure,
                   enum setback setback);
/* Says so if the request went another way than the route said. */
void lines_tell_way(struct agent *agent);
/* Makes a way to the chosen backend. */
void lines_dial(struct agent *agent, int64_t delay_ms);
/* Tells the router of an answer. */
void lines_answered(struct agent *agent);

#endif
