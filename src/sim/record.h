/*
 * Private to sim: the recorder's lines. Each is a JSON object; "event" says
 * which: a request (the one kind that has no such member), a word into a
 * running response, an answer, the beginning or the end of a connection.
 */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include "kerf/sim/http_read.h"
#include "kerf/sim/peer.h"
#include "kerf/sim/request.h"

struct record_request {
    uint64_t connection;
    const char *transport;       // "ws", "http"
    const char *protocol;        // "responses", "chat", ...
    const struct create *create; // NULL: it has none
    struct str message;
    const struct http_request *http; // its headers; NULL: of a WebSocket
};

/* Records a request that is whole now. Nothing if nothing is recorded. */
void record_request(struct world *world, const struct record_request *request);

/* Records a word into a running response: a message of that type. */
void record_steer(struct world *world, uint64_t connection,
                  const struct json *message);

/* Records what happened to a connection: "open", "close", "upgrade" ...;
 * `code` is a status or a close code, 0: none. */
void record_event(struct world *world, uint64_t connection, const char *event,
                  int code);

struct record_answer {
    uint64_t connection;
    struct str stream_id; // lane of a WebSocket
    int status; // HTTP status, or the close code of a WebSocket; 0: none
    int64_t request_ns, first_ns, last_ns; // monotonic
    uint64_t bytes;
};

/* Records the times of an answer: request complete, first and last byte out. */
void record_answer(struct world *world, const struct record_answer *answer);

#endif
