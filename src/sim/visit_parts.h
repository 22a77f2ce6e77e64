/*
 * Private to visit*.c: one connection, and what its parts (life, writing,
 * HTTP, WebSocket) call of each other.
 */
#ifndef SIM_VISIT_PARTS_H
#define SIM_VISIT_PARTS_H

#include "exchange.h"
#include "kerf/sim/deflate.h"
#include "kerf/sim/ws_frame.h"
#include "link.h"
#include "record.h"
#include "tape.h"
#include "visit.h"

#define NEVER INT64_MAX
#define LIMIT_BEHIND_BYTES ((size_t)1 << 20) // that wait for a slow client

struct visit {
    struct visit *next;
    struct host *host;
    struct link *link;
    uint64_t number;    // of the connection
    struct buf waiting; // bytes that were not taken yet
    struct http_reader http;
    struct http_request request;
    struct verdict verdict;    // of the last request; its wishes are borrowed
    struct exchange *exchange; // NULL: none runs
    struct ws_reader ws;
    struct peer *peer; // NULL: speaks HTTP
    struct buf message, frames;
    int64_t due_us;
    bool is_deaf, is_dead, is_leaving, drips_head;
    struct deflater *deflater; // NULL: messages go as they are
    bool has_cut;
    uint64_t cut_bytes; // left until the end
    int cut_code;
    struct record_answer times;
    struct tape tape;
};

/* The time of both clocks. */
struct moment visit_now(void);

/* Sets the timer of the host to the earliest due time. */
void visits_arm(struct host *host);

/* Ends the connection behind what is queued: 1006 resets, all else just ends;
 * both without a word. visit_close says `code` in a close frame before. */
void visit_leave(struct visit *v, int code);
void visit_close(struct visit *v, int code);

/* Reads nothing more, but stays. */
void visit_go_deaf(struct visit *v);

/* Sends bytes that belong to no answer, and releases them. */
void visit_send(struct visit *v, struct buf *bytes);

/* Writes what is due; the second does so when the callbacks are through. */
void visit_pump(void *ctx);
void visit_pump_soon(struct visit *v);

/* Is called when the link has taken all. */
void visit_on_drained(void *ctx);

/* Begins the file of an answer's raw bytes, if they are recorded. */
void visit_next_tape(struct visit *v, const char *suffix);

/* Answers with recorded bytes. */
void visit_replay(struct visit *v);

/* Take what waits: requests of HTTP, one after another, or frames. */
void visit_read_http(struct visit *v);
void visit_read_frames(struct visit *v);

/* Answers an upgrade. */
void visit_upgrade(struct visit *v);

/* Slows down the answer if its fault wants it. */
void visit_pace(struct visit *v);

#endif
