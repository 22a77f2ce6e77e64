/*
 * Private to sim: the front desk. Who may come in, where requests go, and what
 * is answered at once: refusals, lists, faults of requests. Every request
 * needs the token and no Origin (a browser's page has no business here).
 */
#ifndef SIM_FRONT_H
#define SIM_FRONT_H

#include "http_write.h"
#include "kerf/sim/http_read.h"
#include "kerf/sim/peer.h"
#include "kerf/sim/request.h"

enum route {
    ROUTE_NONE, // was answered
    ROUTE_WEBSOCKET,
    ROUTE_RESPONSES,
    ROUTE_COMPACT,
    ROUTE_COUNT,
    ROUTE_CHAT,
};

/* What the front desk found out. */
struct verdict {
    enum route route;
    int status;           // of what was answered
    struct fault fault;   // of this request; FAULT_NONE: none
    struct wishes wishes; // of this request
};

/*
 * Judges one whole request. What is answered at once is appended to `out` and
 * its route is ROUTE_NONE. `token` is what the client must have sent.
 */
void front_judge(struct world *world, const char *token,
                 const struct http_request *request, struct moment now,
                 struct verdict *verdict, struct buf *out);

/* Appends a whole answer; `type` NULL: none is named. */
void front_answer(int status, const char *type, struct str headers,
                  struct str body, bool keep_alive, struct buf *out);

/* Answers with an error of the API; the second with further header lines. */
void front_refuse(const struct refusal *refusal, bool keep_alive,
                  struct buf *out);
void front_refuse_with(const struct refusal *refusal, struct str headers,
                       bool keep_alive, struct buf *out);

/*
 * Answers as a fault of requests wants it; false if the fault is one that
 * bends an answer and makes none.
 */
bool front_fault(const struct fault *fault, bool keep_alive, struct moment now,
                 int *status, struct buf *out);

/* Appends header lines that a fault of the head adds. */
void front_fault_headers(const struct fault *fault, struct buf *out);

/* Appends the header lines that all answers of the API have. */
void front_headers(const struct world *world, bool is_chat, struct buf *out);

#endif
