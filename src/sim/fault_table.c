/*
 * The table of faults. A name that ends in a dash takes an argument. The
 * longer name stands first where one begins with another.
 */
#include "fault_table.h"

#include "raw_fault.h"
#include "stranger.h"

#define CONNECTION SCOPE_CONNECTION, POINT_BEFORE_CREATED
#define REQUEST SCOPE_REQUEST, POINT_BEFORE_CREATED
#define BEFORE_CREATED SCOPE_RESPONSE, POINT_BEFORE_CREATED
#define AFTER_CREATED SCOPE_RESPONSE, POINT_AFTER_CREATED
#define MID_DELTA SCOPE_RESPONSE, POINT_MID_DELTA
#define BEFORE_COMPLETED SCOPE_RESPONSE, POINT_BEFORE_COMPLETED
#define ALONE ARGUMENT_NONE, 0, NULL
#define CODE(kind, example) ARGUMENT_##kind, 0, example
#define STRANGER(kind) FAULT_STRANGER, MID_DELTA, ARGUMENT_NONE, kind, NULL
#define RAW(kind) FAULT_RAW, MID_DELTA, ARGUMENT_NONE, kind, NULL
#define RAW_MANY(kind) FAULT_RAW, MID_DELTA, ARGUMENT_COUNT, kind, "1000"

static const struct fault_row fault_table[] = {
    // of a connection
    { "accept-close", FAULT_ACCEPT_CLOSE, CONNECTION, ALONE,
      "accept the connection and close it" },
    { "accept-reset", FAULT_ACCEPT_CLOSE, CONNECTION, ARGUMENT_NONE, 1006, NULL,
      "accept the connection and reset it" },
    { "silent", FAULT_SILENT, CONNECTION, ALONE,
      "accept the connection, then neither read nor write" },
    { "tls-close", FAULT_TLS_CLOSE, CONNECTION, ALONE,
      "close in the middle of the TLS handshake" },
    // of a request
    { "status-", FAULT_STATUS, REQUEST, CODE(STATUS, "503"),
      "this HTTP status with a JSON error" },
    { "redirect-", FAULT_REDIRECT, REQUEST, CODE(REDIRECT, "307"),
      "this HTTP status with a Location elsewhere" },
    { "retry-after-date-", FAULT_RETRY_DATE, REQUEST, CODE(NUMBER, "1"),
      "429, Retry-After: the date in N seconds" },
    { "retry-after-ms-", FAULT_RETRY_MS, REQUEST, CODE(NUMBER, "350"),
      "429, retry-after-ms: N" },
    { "retry-after-", FAULT_RETRY_AFTER, REQUEST, CODE(NUMBER, "1"),
      "429, Retry-After: N (seconds)" },
    { "retry-text-", FAULT_RETRY_TEXT, REQUEST, CODE(NUMBER, "350"),
      "429, \"try again in Nms\" in the message alone" },
    { "quota", FAULT_QUOTA, REQUEST, ALONE, "429 insufficient_quota" },
    { "html-", FAULT_HTML, REQUEST, CODE(STATUS, "502"),
      "this HTTP status with a page of HTML" },
    { "empty-body-", FAULT_EMPTY, REQUEST, CODE(STATUS, "200"),
      "this HTTP status with an empty body" },
    { "detail-", FAULT_DETAIL, REQUEST, CODE(STATUS, "422"),
      "this HTTP status with {\"detail\": ...}" },
    { "loading", FAULT_LOADING, REQUEST, ALONE,
      "503 \"Loading model\" whose code is a number" },
    { "error-at-200", FAULT_ERROR_AT_200, REQUEST, ALONE,
      "HTTP 200 with a JSON error as its body" },
    { "slow-head-", FAULT_SLOW_HEAD, REQUEST, CODE(NUMBER, "1"),
      "the response head one byte every N ms" },
    { "drip-", FAULT_DRIP, REQUEST, CODE(NUMBER, "1"),
      "everything one byte every N ms" },
    { "long-head-", FAULT_LONG_HEAD, REQUEST, CODE(NUMBER, "64"),
      "a header line of N KiB" },
    { "many-headers-", FAULT_MANY_HEADERS, REQUEST, CODE(NUMBER, "300"),
      "N more header lines" },
    { "cut-head", FAULT_CUT_HEAD, REQUEST, ALONE,
      "close inside the response head" },
    { "bad-accept", FAULT_BAD_ACCEPT, REQUEST, ALONE,
      "101 with a wrong Sec-WebSocket-Accept" },
    { "no-upgrade", FAULT_NO_UPGRADE, REQUEST, ALONE,
      "101 without an Upgrade header" },
    { "unasked-extension", FAULT_EXTENSION, REQUEST, ALONE,
      "101 with an extension nobody asked for" },
    { "unasked-subprotocol", FAULT_SUBPROTOCOL, REQUEST, ALONE,
      "101 with a subprotocol nobody asked for" },
    { "early-close-", FAULT_EARLY_CLOSE, REQUEST, CODE(CLOSE, "1008"),
      "101, then a close frame with CODE at once" },
    { "never-reads", FAULT_DEAF_AFTER_101, REQUEST, ALONE,
      "101, then nothing is read any more" },
    { "broken-chunk", FAULT_BROKEN_CHUNK, REQUEST, ALONE,
      "HTTP: a chunk size that is no number, half way" },
    { "body-short", FAULT_BODY_SHORT, REQUEST, ALONE,
      "HTTP: Content-Length says more than the body has" },
    { "body-long", FAULT_BODY_LONG, REQUEST, ALONE,
      "HTTP: Content-Length says less than the body has" },
    // of a response
    { "before-created-", FAULT_CLOSE, BEFORE_CREATED,
      CODE(CLOSE_OR_STALL, "1011"), "CODE, stall or deaf, before any event" },
    { "after-created-", FAULT_CLOSE, AFTER_CREATED,
      CODE(CLOSE_OR_STALL, "1006"), "CODE, stall or deaf, after in_progress" },
    { "mid-delta-", FAULT_CLOSE, MID_DELTA, CODE(CLOSE_OR_STALL, "1006"),
      "CODE, stall or deaf, after half of the deltas" },
    { "between-done-and-completed-", FAULT_CLOSE, BEFORE_COMPLETED,
      CODE(CLOSE_OR_STALL, "1000"),
      "CODE, stall or deaf, before the terminal event" },
    { "at-byte-", FAULT_CUT_BYTE, BEFORE_CREATED, CODE(BYTE, "700-1006"),
      "N or N-CODE: the end comes after N bytes of the response" },
    { "stall", FAULT_STALL, MID_DELTA, ALONE, "the same as mid-delta-stall" },
    { "failed-", FAULT_FAILED, MID_DELTA, CODE(WORD, "server_error"),
      "response.failed with this code, half way" },
    { "incomplete-", FAULT_INCOMPLETE, MID_DELTA,
      CODE(WORD, "max_output_tokens"),
      "response.incomplete for this reason, half way" },
    { "error-plan", FAULT_ERROR_PLAN, BEFORE_CREATED, ALONE,
      "error event usage_limit_reached with resets_at" },
    { "error-classic", FAULT_ERROR_CLASSIC, AFTER_CREATED, ALONE,
      "flat error event server_error, after in_progress" },
    { "error-", FAULT_ERROR, BEFORE_CREATED, CODE(STATUS, "500"),
      "error event of this status instead of a response" },
    { "bad-json", FAULT_BAD_JSON, MID_DELTA, ALONE,
      "one message half way is cut JSON" },
    { "duplicate-sequence", FAULT_DUPLICATE_SEQUENCE, MID_DELTA, ALONE,
      "one sequence number half way comes twice" },
    { "skipped-sequence", FAULT_SKIPPED_SEQUENCE, MID_DELTA, ALONE,
      "one sequence number half way is left out" },
    { "backward-sequence", FAULT_BACKWARD_SEQUENCE, MID_DELTA, ALONE,
      "the sequence numbers begin again half way" },
    { "empty-output", FAULT_EMPTY_OUTPUT, BEFORE_COMPLETED, ALONE,
      "the terminal event has an empty output" },
    { "stranger-type", STRANGER(STRANGER_TYPE), "a delta that is a number" },
    { "stranger-number", STRANGER(STRANGER_NUMBER),
      "an event whose sequence number is 1e400" },
    { "stranger-array", STRANGER(STRANGER_ARRAY),
      "a message that is an array" },
    { "stranger-twice", STRANGER(STRANGER_TWICE),
      "an event that has a member twice" },
    { "stranger-item", STRANGER(STRANGER_ITEM), "a delta of an unknown item" },
    { "stranger-done", STRANGER(STRANGER_DONE),
      "an item that is done and was never added" },
    { "stranger-completed", STRANGER(STRANGER_COMPLETED),
      "response.completed of another response" },
    { "stranger-created", STRANGER(STRANGER_CREATED),
      "response.created of another response" },
    { "two-terminals", FAULT_TWO_TERMINALS, BEFORE_COMPLETED, ALONE,
      "the terminal event comes twice" },
    { "flood-", FAULT_FLOOD, MID_DELTA, CODE(NUMBER, "1"),
      "N MB of deltas as fast as they go, half way" },
    // of WebSocket frames, half way through a response
    { "giant-frame", RAW(RAW_GIANT_FRAME), "a frame of 2^63 bytes" },
    { "big-frame", RAW(RAW_BIG_FRAME), "a frame of 1 GiB is announced" },
    { "masked-frame", RAW(RAW_MASKED), "a masked frame" },
    { "rsv-frame", RAW(RAW_RSV), "a frame with a reserved bit" },
    { "reserved-opcode", RAW(RAW_OPCODE), "a frame of opcode 3" },
    { "binary-frame", RAW(RAW_BINARY), "a binary message" },
    { "lone-continuation", RAW(RAW_LONE_CONTINUATION),
      "a continuation of nothing" },
    { "nested-message", RAW(RAW_NESTED_MESSAGE),
      "a message inside a fragmented one" },
    { "fragmented-ping", RAW(RAW_FRAGMENTED_PING), "a ping without FIN" },
    { "long-ping", RAW(RAW_LONG_PING), "a ping of 200 bytes" },
    { "empty-fragments-", RAW_MANY(RAW_EMPTY_FRAGMENTS),
      "a message of N fragments of 0 bytes" },
    { "small-fragments-", RAW_MANY(RAW_SMALL_FRAGMENTS),
      "a message of N fragments of 1 byte" },
    { "ping-flood-", RAW_MANY(RAW_PING_FLOOD), "N pings at once" },
    { "unasked-pong", RAW(RAW_PONG_UNASKED), "a pong nobody asked for" },
    { "bad-utf8-split", RAW(RAW_BAD_UTF8_SPLIT),
      "a message that is no UTF-8, cut inside a character" },
    { "bad-utf8", RAW(RAW_BAD_UTF8), "a message that is no UTF-8" },
    { "close-one-byte", RAW(RAW_CLOSE_ONE_BYTE), "a close frame of one byte" },
    { "close-long", RAW(RAW_CLOSE_LONG), "a close frame of 200 bytes" },
    { "close-bad-utf8", RAW(RAW_CLOSE_BAD_UTF8),
      "a close frame whose reason is no UTF-8" },
    { "close-reserved", RAW(RAW_CLOSE_RESERVED), "a close frame of code 1005" },
    { "deflate-bomb-", RAW_MANY(RAW_BOMB),
      "a deflated message of N MB of blanks" },
    { "cut-frame", RAW(RAW_CUT_FRAME), "the end comes inside a frame" },
};

const struct fault_row *fault_row(size_t index)
{
    return index < sizeof(fault_table) / sizeof(*fault_table)
               ? &fault_table[index]
               : NULL;
}
