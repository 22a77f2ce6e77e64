/*
 * What a server or a connection says when something goes wrong, in one shape,
 * and what to do about it: one table (protocol.md 1.3, 1.8, 3.6, 4.4, 6.5;
 * reliability.md N6 to N29).
 */
#ifndef KERF_WIRE_FAILURE_H
#define KERF_WIRE_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"
#include "kerf/model/event.h"

#define LIMIT_FAILURE_TEXT_BYTES 2048 // of a server's message that is kept
#define LIMIT_RETRY_AFTER_MS (10 * 60 * 1000) // obeyed up to here

enum failure_origin {
    FAILURE_EVENT,     // `error` or `response.failed` in a stream
    FAILURE_HTTP,      // the status of a POST
    FAILURE_HANDSHAKE, // the status instead of 101
    FAILURE_CLOSE,     // a close frame; its code in `status`
    FAILURE_PROXY,     // the status of CONNECT
    FAILURE_CUT,       // the connection or the stream broke off: 1006, EOF
    FAILURE_TLS,       // handshake: certificate, name, version
    FAILURE_DNS,       // the name was not found
    FAILURE_CONNECT,   // refused, no route, timeout
    FAILURE_SILENT,    // no event within the limit
    FAILURE_FOREIGN,   // an answer, but no API's: HTML, a captive portal
};

/* Texts are borrowed from the arena they were read into. */
struct failure {
    enum failure_origin origin;
    int status;             // HTTP status or close code; 0 if there is none
    struct str code;        // "rate_limit_exceeded"; may be empty
    struct str message;     // one line for a person, never empty
    struct str param;       // the parameter at fault
    int64_t retry_after_ms; // -1: it does not say
    int64_t resets_at;      // Unix seconds; 0: it does not say
};

/* Headers of the answer, as far as they were there; and the time of reading. */
struct failure_head {
    struct str retry_after_ms, retry_after; // milliseconds; seconds or a date
    struct str content_type;
    int64_t now_s; // Unix seconds, for dates
};

/* Reads the body of an answer that is no 2xx, or HTML with 200, in any of the
 * shapes of protocol.md 6.5. Never fails: an unknown body is its own text. */
struct failure failure_from_body(struct arena *arena, int status,
                                 const struct failure_head *head,
                                 struct str body);

/* Reads an EVENT_RESPONSE_FAILED as event_decode() gives it. */
struct failure failure_from_event(struct arena *arena,
                                  const struct event *event);

/* The other way round: fills an EVENT_RESPONSE_FAILED. */
void failure_to_event(const struct failure *failure, struct event *event);

/* Reads "350ms", "1.2s", "6m0s", "1h2m"; "20" are seconds. False if it is
 * nothing of the kind. */
bool duration_read(struct str text, int64_t *ms);

enum remedy {
    REMEDY_TELL,            // it will not get better by itself
    REMEDY_RESEND_FULL,     // same connection, without a parent, silently
    REMEDY_REDIAL,          // new connection, whole history
    REMEDY_WAIT,            // the same again after a while
    REMEDY_OTHER_TRANSPORT, // HTTP instead of WebSocket
    REMEDY_REFRESH_KEY,     // read the key anew, once
    REMEDY_DROP_PARAMETER,  // leave `param` out from now on, and again
    REMEDY_COMPACT,         // the window is full: compact, then again
    REMEDY_LIMIT,           // plan or credit is used up: show `resets_at`
    REMEDY_MODELS,          // no such model: offer the list
};

enum transport {
    TRANSPORT_WS,
    TRANSPORT_HTTP,
};

/* `tries` attempts, the n-th after wait_ms * 2^n (to at most wait_most_ms, and
 * as the caller likes to jitter it); a retry_after_ms of the server is obeyed
 * instead. After that, `then`. */
struct cure {
    enum remedy remedy;
    unsigned tries;
    int64_t wait_ms, wait_most_ms;
    enum remedy then;
    bool silent;        // a success is no news to the user
    const char *advice; // one clause for a person, or NULL
};

/* What to do about it. Over HTTP nothing is REMEDY_OTHER_TRANSPORT, REDIAL or
 * RESEND_FULL: those are a WAIT (at once) or a TELL there. */
struct cure failure_cure(const struct failure *failure,
                         enum transport transport);

/* Milliseconds to wait before attempt `tried` (0: the first one after the
 * failure), at most LIMIT_RETRY_AFTER_MS; -1 if the tries are used up. */
int64_t cure_wait_ms(const struct cure *cure, const struct failure *failure,
                     unsigned tried);

/* The word for a remedy, for logs and tests: "resend full". */
const char *remedy_name(enum remedy remedy);

#endif
