/*
 * Private to sim: one request being answered, whatever transport it came by.
 * A lane of a WebSocket has one turn after another; an HTTP request is one.
 */
#ifndef SIM_TURN_H
#define SIM_TURN_H

#include "kerf/sim/history.h"
#include "kerf/sim/peer.h"
#include "kerf/sim/request.h"
#include "kerf/sim/response.h"

#define RESPONSE_ID_BYTES 80

struct turn {
    struct response *response; // NULL: none
    struct history *history;   // of it
    struct sim_answer answer;
    struct arena arena;
    char previous_id[RESPONSE_ID_BYTES]; // empty: no parent
};

struct turn_plan {
    struct world *world;
    struct create *create;  // its tree is taken
    struct history *parent; // held; NULL: none
    struct str stream_id;
    enum dialect dialect;
    bool timing;
    const struct wishes *wishes; // of the connection or request; NULL: none
    struct moment now;
};

/* Begins to answer. False with a refusal; then the turn is empty. Parents are
 * the caller's business. */
bool turn_begin(struct turn *turn, const struct turn_plan *plan,
                struct refusal *refusal) KERF_CHECKED;

/* Frees what the turn holds; it is empty and ready again. */
void turn_release(struct turn *turn);

/* Gives the history its output: what the response has said so far. */
void turn_keep_output(struct turn *turn);

/* Reads the wishes of a model's name, "sim:NAME,NAME". */
bool model_wishes(struct str model, struct wishes *wishes,
                  struct refusal *refusal) KERF_CHECKED;

#endif
