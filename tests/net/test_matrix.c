/*
 * The matrix of network faults, reliability.md 4: each row is what a server
 * does to a turn and what must become of the turn, of its text and of the
 * connection. A row that is not played here names the test that plays it, or
 * says why there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "stand.h"

#define ROWS_OF_THE_MATRIX 64
#define ECHO "--engine echo --tokens 12 "
#define TLS ECHO "--tls --ca-out @/ca.pem "
#define TLS_CA "caFile=@/ca.pem"
#define ANY -1

// How the client goes to the server.
enum way {
    WS = 1,
    SSE = 2,
    CHAT = 4,
    AUTO = 8,
};
#define HTTP (SSE | CHAT)
#define EACH (WS | SSE | CHAT)

// What of the answer is shown in the end.
enum shown {
    WHOLE, // once
    PART,  // its beginning
    NONE,
};

struct row {
    int number; // of the matrix
    unsigned ways;
    const char *sim, *more;
    enum turn_outcome outcome;
    enum shown shown;
    int requests, connections; // of this turn; ANY: as it comes
    const char *told;          // what the user reads; NULL: nothing
    // Not played here: the file and the test that does it, or why nobody does.
    const char *file, *test, *why;
};

#define FAULT(words) .sim = ECHO "--fault " words

#define FINE(r, c) \
    .outcome = TURN_OK, .shown = WHOLE, .requests = (r), .connections = (c)
#define BAD(what, r, c) \
    .outcome = TURN_FAILED, .shown = (what), .requests = (r), .connections = (c)

#define HERE "tests/net/test_matrix.c"
#define AGE "tests/net/test_age.c"
#define CANCEL "tests/net/test_cancel.c"
#define CUTS "tests/net/test_cuts.c"
#define DEFLATE "tests/net/test_deflate.c"
#define DIAL "tests/unit/net/test_ws_dial.c"
#define CONNECT "tests/unit/net/test_ws_connect.c"
#define LIFE "tests/unit/net/test_ws_life.c"
#define HTTP_LIFE "tests/unit/net/test_http_life.c"
#define SLEEP "tests/net/test_sleep.c"
#define PATIENCE "tests/unit/net/test_ws_patience.c"
#define ROUTE "tests/unit/net/test_route.c"

static const struct row rows[] = {
    { 1, .file = DIAL, .test = "what_the_resolver_says_is_told" },
    { 2, .file = DIAL, .test = "a_silent_resolver_holds_nothing_up" },
    { 3, .file = DIAL, .test = "beside_a_silent_address_the_next_is_tried" },
    { 4, .file = HERE, .test = "a_server_that_comes_back_is_found" },
    { 5, .file = PATIENCE, .test = "a_connection_that_hangs_is_given_up" },

    // N6, N7: TLS.
    { 6, WS, TLS "--certificate expired", TLS_CA, BAD(NONE, 0, 1),
      .told = "certificate has expired" },
    { 6, HTTP, TLS "--certificate expired", TLS_CA, BAD(NONE, 0, 1),
      .told = "certificate has expired" },
    { 6, WS | SSE, TLS "--certificate future", TLS_CA, BAD(NONE, 0, 1),
      .told = "not yet valid" },
    { 6, WS, TLS "--certificate wrong-name", TLS_CA, BAD(NONE, 0, 1),
      .told = "mismatch" },
    { 6, SSE, TLS "--certificate wrong-name", TLS_CA, BAD(NONE, 0, 1),
      .told = "for another name" },
    { 6, WS | SSE, TLS "--certificate self-signed", TLS_CA, BAD(NONE, 0, 1),
      .told = "caFile" },
    { 6, WS | SSE, ECHO "--tls", BAD(NONE, 0, 1), .told = "caFile" },
    { 6, WS | SSE, TLS "--tls-max 1.1", TLS_CA, BAD(NONE, 0, 3),
      .told = "no TLS handshake" },
    { 6, WS | SSE, TLS, TLS_CA, FINE(1, 1) },
    { 7, WS | SSE, TLS "--fault tls-close:2", TLS_CA, FINE(1, 3),
      .told = "no TLS handshake" },
    { 7, WS | SSE, TLS "--fault tls-close", TLS_CA, BAD(NONE, 0, 3),
      .told = "TLS 1.2 or newer" },

    { 6,
      .why = "revoked: neither library asks whether it is; kerf(1) says so" },

    // N8, N9: heads.
    { 8, .file = PATIENCE, .test = "a_handshake_without_end_is_given_up" },
    { 8, HTTP, FAULT("slow-head-20:1"), FINE(2, 2), .told = "silent" },
    { 8, EACH, FAULT("long-head-64"), BAD(NONE, ANY, 1), .told = "too big" },
    { 8, HTTP, FAULT("many-headers-300"), BAD(NONE, 1, 1), .told = "too big" },
    { 9, WS, FAULT("bad-accept"), BAD(NONE, 0, 1), .told = "no WebSocket" },
    { 9, WS, FAULT("no-upgrade"), BAD(NONE, 0, 1), .told = "no WebSocket" },
    { 9, WS, FAULT("unasked-extension"), BAD(NONE, 0, 1),
      .told = "no WebSocket" },
    { 9, WS, FAULT("unasked-subprotocol"), BAD(NONE, 0, 1),
      .told = "no WebSocket" },

    // N10 to N21: statuses.
    { 10, EACH, FAULT("redirect-301"), BAD(NONE, 0, 1),
      .told = "elsewhere.invalid" },
    { 10, EACH, FAULT("redirect-302"), BAD(NONE, 0, 1),
      .told = "elsewhere.invalid" },
    { 10, EACH, FAULT("redirect-307"), BAD(NONE, 0, 1),
      .told = "elsewhere.invalid" },
    { 10, EACH, FAULT("redirect-308"), BAD(NONE, 0, 1),
      .told = "no redirect with the key" },
    { 11, HTTP, FAULT("status-400"), BAD(NONE, 0, 1),
      .told = "A fault on demand: bad request" },
    { 11, WS, FAULT("status-400"), BAD(NONE, 0, 2),
      .told = "A fault on demand: bad request" }, // asked for why
    { 11, HTTP, FAULT("detail-422"), BAD(NONE, 0, 1),
      .told = "A fault on demand" },
    { 12, EACH, FAULT("status-401:1"), FINE(1, ANY), .told = "key" },
    { 12, EACH, FAULT("status-401"), BAD(NONE, 0, ANY),
      .told = "refuses the key in the variable STAND_KEY" },
    { 13, HTTP, FAULT("status-403"), BAD(NONE, 0, 1),
      .told = "region, or territory not supported" },
    { 13, WS, FAULT("status-403"), BAD(NONE, 0, 2),
      .told = "region, or territory not supported" },
    { 13, WS, FAULT("html-403"), BAD(NONE, 0, 2), .told = "not allowed" },
    { 14, WS, FAULT("status-404"), BAD(NONE, 0, 2), .told = "see kerf models" },
    { 14, HTTP, FAULT("status-404"), BAD(NONE, 0, 1),
      .told = "see kerf models" },
    { 14, AUTO, FAULT("status-404:1"), FINE(1, 2) },
    { 15, EACH, FAULT("status-407"), BAD(NONE, 0, 1),
      .told = "the proxy wants a name and a password" },
    { 16, EACH, FAULT("status-408:2"), FINE(1, ANY), .told = "too long" },
    { 16, EACH, FAULT("status-409:2"), FINE(1, ANY), .told = "2 s" },
    { 16, EACH, FAULT("status-425:2"), FINE(1, ANY), .told = "2 s" },
    { 17, WS, FAULT("mid-delta-1009"), BAD(PART, 1, 1), .told = "too big" },
    { 17, AUTO, FAULT("before-created-1009:1"), FINE(2, 2) },
    { 17, HTTP, FAULT("status-413"), BAD(NONE, 0, 1), .told = "too large" },
    { 18, WS, FAULT("status-426"), BAD(NONE, 0, 1), .told = "wants HTTP" },
    { 18, AUTO, FAULT("status-426:1"), FINE(1, 2) },
    { 19, EACH, FAULT("retry-after-8:1"), FINE(1, ANY), .told = "in 8 s" },
    { 19, HTTP, FAULT("retry-after-date-8:1"), FINE(1, 1),
      .told = "asks again in" },
    { 19, HTTP, FAULT("retry-after-ms-5000:1"), FINE(1, 1), .told = "in 5 s" },
    { 19, HTTP, FAULT("retry-text-4000:1"), FINE(1, 1), .told = "in 4 s" },
    { 19, EACH, FAULT("retry-after-700"), BAD(NONE, 0, 1), .told = "used up" },
    { 19, WS, FAULT("status-429:1"), FINE(1, ANY), .told = "too many" },
    { 19, HTTP, FAULT("quota"), BAD(NONE, 0, 1), .told = "used up" },
    { 19, WS, FAULT("quota"), BAD(NONE, 0, 2), .told = "used up" },
    { 19, WS, FAULT("status-429:3"), FINE(1, 4), .told = "asks again" },
    { 19, WS, FAULT("error-plan"), BAD(NONE, 1, 1), .told = "used up" },
    { 20, WS, FAULT("status-500:2"), FINE(1, 3), .told = "HTTP 500" },
    { 20, HTTP, FAULT("status-500:5"), FINE(1, 1), .told = "had an error" },
    { 20, HTTP, FAULT("status-500"), BAD(NONE, 0, 1), .told = "had an error" },
    { 20, HTTP, FAULT("status-502:5"), FINE(1, 1), .told = "asks again" },
    { 20, HTTP, FAULT("html-502:5"), FINE(1, 1), .told = "asks again" },
    { 20, EACH, FAULT("status-503:2"), FINE(1, ANY) },
    { 20, HTTP, FAULT("loading:20"), FINE(1, 1), .told = "Loading model" },
    { 20, HTTP, FAULT("html-504:5"), FINE(1, 1), .told = "asks again" },
    { 20, HTTP, FAULT("html-520:5"), FINE(1, 1), .told = "asks again" },
    { 20, EACH, FAULT("status-529:2"), FINE(1, ANY) },
    { 20, AUTO, FAULT("status-500:3"), FINE(1, ANY) },
    { 21, HTTP, FAULT("html-200"), BAD(NONE, 0, 1), .told = "captive portal" },
    { 21, WS, FAULT("html-200"), BAD(NONE, 0, 1), .told = "HTTP 200" },
    { 21, HTTP, FAULT("empty-body-200"), BAD(NONE, 0, 1),
      .told = "before its end" },
    { 21, HTTP, FAULT("error-at-200:2"), FINE(1, 1),
      .told = "A fault on demand" },

    // N22 to N29: close frames.
    { 22, .file = HERE, .test = "a_close_between_turns_is_silent" },
    { 23, EACH, FAULT("mid-delta-1000:1"), FINE(2, ANY) },
    { 23, EACH, FAULT("mid-delta-1001:1"), FINE(2, 2) },
    { 23, WS, FAULT("early-close-1000:1"), FINE(1, 2) },
    { 24, WS, FAULT("mid-delta-1002:1"), FINE(2, 2), .told = "1002" },
    { 24, WS, FAULT("mid-delta-1002"), BAD(PART, 2, 2), .told = "1002" },
    { 24, WS, FAULT("mid-delta-1003"), BAD(PART, 2, 2), .told = "1003" },
    { 24, WS, FAULT("mid-delta-1007"), BAD(PART, 2, 2), .told = "1007" },
    { 25, EACH, FAULT("mid-delta-1006:1"), FINE(2, 2), .told = "cut" },
    { 25, EACH, FAULT("before-created-1006:1"), FINE(2, 2) },
    { 25, EACH, FAULT("after-created-1006:2"), FINE(3, 3), .told = "cut" },
    { 26, WS, FAULT("mid-delta-1008"), BAD(PART, 1, 1), .told = "1008" },
    { 26, WS, FAULT("early-close-1008"), BAD(NONE, 0, 1), .told = "1008" },
    { 27, WS, FAULT("mid-delta-1011:5"), FINE(6, 6), .told = "1011" },
    { 27, WS, FAULT("mid-delta-1011"), BAD(PART, 6, 6), .told = "1011" },
    { 28, WS, FAULT("mid-delta-1012:1"), FINE(2, 2), .told = "restarts" },
    { 28, WS, FAULT("mid-delta-1013:1"), FINE(2, 2), .told = "busy" },
    { 28, WS, FAULT("mid-delta-1012:1"), FINE(2, 2), .told = "asks again in" },
    { 28, WS, FAULT("mid-delta-1013"), BAD(PART, 2, 2), .told = "busy" },
    { 28, AUTO, FAULT("mid-delta-1012:2"), FINE(3, 3), .told = "restarts" },
    { 29, WS, FAULT("mid-delta-3000:1"), FINE(2, 2), .told = "3000" },
    { 29, WS, FAULT("mid-delta-4999"), BAD(PART, 2, 2), .told = "4999" },
    { 29, WS, FAULT("close-one-byte:1"), FINE(2, 2), .told = "protocol" },
    { 29, WS, FAULT("close-long:1"), FINE(2, 2) },
    { 29, WS, FAULT("close-reserved:1"), FINE(2, 2), .told = "1002" },
    { 29, WS, FAULT("close-bad-utf8:1"), FINE(2, 2), .told = "<ff><fe>" },

    // N30 to N34: cuts and stalls.
    { 30, EACH, FAULT("between-done-and-completed-1000:1"), FINE(2, ANY) },
    { 30, EACH, FAULT("between-done-and-completed-1006:2"), FINE(3, 3) },
    { 30, HTTP, FAULT("mid-delta-1011"), BAD(PART, 3, 3), .told = "cut short" },
    { 31, .file = CUTS, .test = "a_cut_socket_leaves_one_whole_answer" },
    { 31, .file = CUTS, .test = "a_cut_stream_leaves_one_whole_answer" },
    { 31, .file = CUTS, .test = "a_cut_chat_leaves_one_whole_answer" },
    { 32, HTTP, FAULT("cut-head:1"), FINE(2, 2) },
    { 32, WS, FAULT("cut-head:1"), FINE(1, 2) },
    { 32, WS, FAULT("cut-frame:1"), FINE(2, 2) },
    { 32, WS, ECHO "--fragment 1 --fault at-byte-700:1", FINE(2, 2) },
    { 33, EACH, FAULT("mid-delta-stall:1"), FINE(2, 2),
      .told = "silent for 20 seconds" },
    { 33, EACH, FAULT("before-created-stall:1"), FINE(2, 2),
      .told = "no data for 300 seconds" },
    { 33, WS, FAULT("stall"), BAD(PART, 2, 2),
      .told = "no data for 300 seconds" },
    { 33, WS | SSE, FAULT("before-created-stall:1"), "silence=90", FINE(2, 2),
      .told = "no data for 90 seconds" },
    { 34, .file = PATIENCE,
      .test = "a_ping_without_a_pong_ends_a_link_and_a_pong_keeps_it" },
    { 35, .file = SLEEP,
      .test = "after_a_sleep_the_next_message_goes_over_a_new_socket" },
    { 35, .file = SLEEP,
      .test = "an_answer_that_was_slept_through_is_asked_for_again" },
    { 36, .file = "tests/unit/net/test_network.c",
      .test = "an_address_that_is_gone_is_known" },
    { 36, .why = "the change itself needs a network of its own; then as N35" },

    // N37 to N46: what is said.
    { 37, WS, FAULT("failed-websocket_connection_limit_reached:1"),
      FINE(2, 2) },
    { 37, .file = AGE, .test = "the_limit_in_a_turn_is_not_seen" },
    { 37, .file = AGE,
      .test = "a_new_socket_is_ready_before_the_old_one_goes" },
    { 38, WS, FAULT("failed-previous_response_not_found:1"), FINE(2, 1) },
    { 39, EACH, FAULT("failed-server_error:1"), FINE(2, 1), .told = "failed" },
    { 39, EACH, FAULT("failed-slow_down:1"), FINE(2, 1), .told = "again in" },
    { 39, EACH, FAULT("failed-invalid_prompt"), BAD(PART, 1, 1),
      .told = "invalid_prompt" },
    { 39, EACH, FAULT("failed-unheard_of"), BAD(PART, 1, 1),
      .told = "unheard_of" },
    { 39, EACH, FAULT("incomplete-max_output_tokens"), BAD(PART, 1, 1),
      .told = "max_output_tokens" },
    { 39, EACH, FAULT("incomplete-content_filter"), BAD(PART, 1, 1),
      .told = "content_filter" },
    { 39, EACH, FAULT("error-500:1"), FINE(2, 1), .told = "had an error" },
    { 39, EACH, FAULT("error-400"), BAD(NONE, 1, 1), .told = "bad request" },
    { 39, EACH, FAULT("error-401:1"), FINE(2, ANY), .told = "API key" },
    { 39, EACH, FAULT("error-classic:1"), FINE(2, 1), .told = "server error" },
    { 40, WS | SSE, FAULT("bad-json:1"), FINE(1, 1), .told = "was dropped" },
    { 40, CHAT, FAULT("bad-json:1"), FINE(2, 1), .told = "was dropped" },
    { 41, EACH, ECHO "--sprinkle 2", FINE(1, 1) },
    { 42, WS | SSE, FAULT("stranger-type:1"), FINE(1, 1),
      .told = "was dropped" },
    { 42, WS | SSE, FAULT("stranger-number:1"), FINE(2, ANY),
      .told = "missing" },
    { 42, WS | SSE, FAULT("stranger-array:1"), FINE(1, 1),
      .told = "was dropped" },
    { 42, WS | SSE, FAULT("stranger-twice:1"), FINE(1, 1),
      .told = "duplicate" },
    { 42, CHAT, FAULT("stranger-twice:1"), FINE(1, 1) },
    { 43, EACH, FAULT("duplicate-sequence:1"), FINE(1, 1) },
    { 44, WS | SSE, FAULT("skipped-sequence:1"), FINE(2, ANY),
      .told = "missing" },
    { 44, WS | SSE, FAULT("backward-sequence:1"), FINE(2, ANY),
      .told = "missing" },
    { 45, EACH, FAULT("stranger-item:1"), FINE(1, 1) },
    { 45, EACH, FAULT("two-terminals:1"), FINE(1, 1) },
    { 45, EACH, FAULT("empty-output:1"), FINE(1, 1) },
    { 45, .why = "an item that is done and was never added is shown: some "
                 "gateways send no other event of it" },
    { 46, WS | SSE, FAULT("stranger-completed:1"), FINE(1, 1) },
    { 46, WS | SSE, FAULT("stranger-created:1"), FINE(1, 1) },

    // N47 to N52: frames.
    { 47, WS, FAULT("giant-frame:1"), FINE(2, 2), .told = "protocol" },
    { 47, WS, FAULT("big-frame:1"), FINE(2, 2) },
    { 48, WS, FAULT("empty-fragments-1000:1"), FINE(1, 1) },
    { 48, WS, FAULT("empty-fragments-1000000"), BAD(PART, 1, 1),
      .told = "too many pieces" },
    { 48, WS, FAULT("small-fragments-1000:1"), FINE(1, 1) },
    { 48, WS, FAULT("small-fragments-1000000"), BAD(PART, 1, 1),
      .told = "too many pieces" },
    { 48, WS, FAULT("lone-continuation:1"), FINE(2, 2), .told = "protocol" },
    { 48, WS, FAULT("nested-message:1"), FINE(2, 2), .told = "protocol" },
    { 48, WS, FAULT("fragmented-ping:1"), FINE(2, 2), .told = "protocol" },
    { 48, WS, FAULT("long-ping:1"), FINE(2, 2), .told = "protocol" },
    { 49, WS, FAULT("rsv-frame:1"), FINE(2, 2), .told = "protocol" },
    { 49, WS, FAULT("reserved-opcode:1"), FINE(2, 2), .told = "protocol" },
    { 49, WS, FAULT("binary-frame:1"), FINE(2, 2), .told = "binary" },
    { 49, WS, FAULT("masked-frame:1"), FINE(1, 1) }, // the library takes it
    { 50, WS, FAULT("bad-utf8:1"), FINE(2, 2), .told = "malformed UTF-8" },
    { 50, WS, FAULT("bad-utf8-split:1"), FINE(2, 2),
      .told = "malformed UTF-8" },
    { 51, WS, FAULT("ping-flood-10000:1"), FINE(1, 1) },
    { 51, WS, FAULT("unasked-pong:1"), FINE(1, 1) },
    { 52, WS, ECHO "--deflate", FINE(1, 1) }, // is not asked for
    { 52, WS, ECHO "--deflate", "deflate=true", FINE(1, 1) },
    { 52, WS, ECHO "--deflate-fresh", "deflate=true", FINE(1, 1) },
    { 52, WS, ECHO, "deflate=true", FINE(1, 1) },
    { 52, WS, ECHO "--deflate --fragment 3", "deflate=true", FINE(1, 1) },
    { 52, WS, FAULT("deflate-bomb-4000:1"), FINE(2, 2), .told = "protocol" },
    { 52, .file = DEFLATE, .test = "a_bomb_is_refused_before_it_is_big" },

    // N53 to N61.
    { 53, .file = LIFE, .test = "a_flood_does_not_starve_timers" },
    { 53, .file = HTTP_LIFE,
      .test = "a_pause_stops_the_data_and_bounds_the_memory" },
    { 54, EACH, ECHO "--fragment 1", FINE(1, 1) },
    { 54, HTTP, FAULT("drip-0:1"), FINE(1, 1) },
    { 55, .file = PATIENCE, .test = "a_server_that_takes_nothing_is_given_up" },
    { 56, .file = CONNECT,
      .test = "a_proxy_that_refuses_is_named_without_its_login" },
    { 56, .file = HTTP_LIFE,
      .test = "a_proxy_that_refuses_is_named_and_sees_no_key" },
    { 57, .file = PATIENCE,
      .test = "a_ping_without_a_pong_ends_a_link_and_a_pong_keeps_it" },
    { 58, .file = "tests/unit/model/test_held.c",
      .test = "silence_and_then_all_at_once_is_held_back" },
    { 58, .file = "tests/e2e/test_held.c",
      .test = "a_stream_that_is_held_back_is_told_once" },
    { 59, .file = ROUTE,
      .test = "a_proxy_is_found_by_setting_and_environment" },
    { 59, .file = ROUTE, .test = "names_addresses_and_ranges_are_taken_out" },
    { 60, SSE, ECHO "--manner crlf,comments,multi-line,bom", FINE(1, 1) },
    { 60, SSE, ECHO "--manner cr,no-event-names", FINE(1, 1) },
    { 60, SSE, ECHO "--manner mixed-ends,done-marker,keepalive", FINE(1, 1) },
    { 60, HTTP, ECHO "--manner mixed-ends,close-each --fragment 3",
      FINE(1, 1) },
    { 60, CHAT, ECHO "--manner crlf,comments,no-done,no-usage", FINE(1, 1) },
    { 60, CHAT, ECHO "--manner cr,null-content,time-info", FINE(1, 1) },
    { 61, HTTP, FAULT("broken-chunk:1"), FINE(2, 2) },
    { 61, SSE, FAULT("body-short:1"), FINE(1, 1) },
    { 61, HTTP, FAULT("body-long:1"), FINE(2, 2) },
    { 62, .file = LIFE,
      .test = "it_can_be_cancelled_at_every_step_without_a_trace" },
    { 62, .file = HTTP_LIFE, .test = "letting_go_in_any_state_leaves_nothing" },
    { 62, .file = CANCEL, .test = "a_stop_in_each_state_is_the_end_of_it" },
    { 62, .file = HERE, .test = "a_stop_ends_the_question_why_it_was_refused" },
    { 63, WS, FAULT("accept-close:10"), FINE(1, 11), .told = "asks again in" },
    { 63, HTTP, FAULT("accept-close:2"), FINE(1, 3) },
    { 63, WS, FAULT("accept-reset:10"), FINE(1, 11), .told = "asks again in" },
    { 64, .file = "tests/unit/store/test_journal.c",
      .test = "two_programs_can_write_at_once" },
    { 64, .file = "tests/unit/store/test_claim.c",
      .test = "a_session_that_is_open_elsewhere_is_refused" },
    { 64, .file = "tests/e2e/test_screen.c",
      .test = "a_session_is_open_in_one_kerf" },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

struct way_words {
    enum way way;
    const char *word, *transport, *protocol;
};

static const struct way_words ways[] = {
    { WS, "ws", "ws", "responses" },
    { SSE, "sse", "http", "responses" },
    { CHAT, "chat", "http", "chat" },
    { AUTO, "auto", "auto", "responses" },
};

// --- one row ---------------------------------------------------------------

struct trial {
    const struct row *row;
    const struct way_words *way;
    struct stand stand;
    char problem[600]; // empty: as said
};

#define WRONG(trial, ...) \
    snprintf((trial)->problem, sizeof((trial)->problem), __VA_ARGS__)

static void check_text(struct trial *trial, enum shown shown, size_t times)
{
    struct arena arena = { 0 };
    struct buf text = { 0 }, wanted = { 0 };
    struct str whole = echo_text(&arena, 12, 1);

    stand_text(&trial->stand, &text);
    for (size_t i = 0; shown == WHOLE && i < times; i++)
        buf_append(&wanted, whole);
    bool good = shown == PART ? text.len > 0 && text.len < whole.len
                                    && str_starts_with(whole, buf_str(&text))
                              : str_equal(buf_str(&text), buf_str(&wanted));
    if (!good)
        WRONG(trial, "shown: \"%.*s\"", STR_ARG(buf_str(&text)));
    buf_release(&text);
    buf_release(&wanted);
    arena_release(&arena);
}

static void check_counts(struct trial *trial)
{
    const struct row *row = trial->row;
    struct stand_count count = stand_count(&trial->stand);

    if ((row->requests != ANY && count.requests != (size_t)row->requests)
        || (row->connections != ANY
            && count.connections != (size_t)row->connections))
        WRONG(trial, "%zu requests, %zu connections", count.requests,
              count.connections);
}

static enum turn_outcome outcome_of(const struct stand *stand)
{
    return stand->session->turns[stand->session->turn_count - 1].outcome;
}

static void check_turn(struct trial *trial)
{
    const struct row *row = trial->row;
    struct str told = buf_str(&trial->stand.told);

    check_text(trial, row->shown, 1);
    check_counts(trial);
    if (row->told && str_find(told, str_from(row->told)) == SIZE_MAX)
        WRONG(trial, "\"%s\" is not told", row->told);
    if (outcome_of(&trial->stand) != row->outcome)
        WRONG(trial, "the outcome is %d", (int)outcome_of(&trial->stand));
}

// What went wrong in one turn must not go on in the next.
static void check_next_turn(struct trial *trial)
{
    stand_say(&trial->stand, "and now?");
    if (outcome_of(&trial->stand) != TURN_OK)
        WRONG(trial, "the next turn fails");
    else
        check_text(trial, WHOLE, 2);
}

static void play(struct trial *trial)
{
    const struct stand_options options = {
        .sim = trial->row->sim,
        .more = trial->row->more,
        .transport = trial->way->transport,
        .protocol = trial->way->protocol,
    };

    stand_open(&trial->stand, &options);
    stand_say(&trial->stand, "hello");
    check_turn(trial);
    if (!*trial->problem && trial->row->outcome == TURN_OK)
        check_next_turn(trial);
    if (*trial->problem)
        fprintf(stderr, "N%d over %s: %s: %s\n%.*s", trial->row->number,
                trial->way->word, trial->row->sim, trial->problem,
                STR_ARG(buf_str(&trial->stand.told)));
    stand_close(&trial->stand);
}

// Returns how many are not as said.
static size_t play_row(const struct row *row)
{
    size_t wrong = 0;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct trial trial = { .row = row, .way = &ways[i] };
        if (!(row->ways & ways[i].way))
            continue;
        struct holdings before = holdings_count();
        play(&trial);
        struct holdings after = holdings_count();
        bool leaks = memcmp(&before, &after, sizeof(before)) != 0;
        if (leaks)
            fprintf(stderr, "N%d over %s: %s: %zu descriptors were %zu\n",
                    row->number, ways[i].word, row->sim, after.descriptors,
                    before.descriptors);
        wrong += leaks || *trial.problem;
    }
    return wrong;
}

static size_t play_rows(int first, int last)
{
    size_t wrong = 0;

    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].number >= first && rows[i].number <= last)
            wrong += play_row(&rows[i]);
    return wrong;
}

#define PLAYS(name, first, last)                         \
    static void name(void **state)                       \
    {                                                    \
        (void)state;                                     \
        assert_int_equal(play_rows((first), (last)), 0); \
    }

PLAYS(certificates_and_handshakes_end_as_said, 1, 9)
PLAYS(statuses_are_cured_or_told, 10, 21)
PLAYS(close_codes_are_cured_or_told, 22, 29)
PLAYS(cuts_and_stalls_leave_one_text, 30, 36)
PLAYS(bad_messages_do_no_harm, 37, 46)
PLAYS(bad_frames_do_no_harm, 47, 52)
PLAYS(slow_and_odd_streams_are_read, 53, 61)
PLAYS(a_server_that_hangs_up_is_not_hammered, 62, 64)

// --- rows of their own -----------------------------------------------------

static void every_row_is_played_or_says_why_not(void **state)
{
    bool seen[ROWS_OF_THE_MATRIX + 1] = { false };

    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        seen[rows[i].number] = true;
        assert_true(rows[i].why || (rows[i].file && rows[i].test)
                    || (rows[i].ways && rows[i].sim));
    }
    for (int i = 1; i <= ROWS_OF_THE_MATRIX; i++)
        if (!seen[i])
            fail_msg("N%d is missing", i);
}

static void read_file(const char *path, struct buf *text)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    size_t got;

    buf_reset(text);
    while (file && (got = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_append(text, (struct str){ bytes, got });
    if (file)
        fclose(file);
}

// The tests stand in the sources, in whose folder `make` runs this.
static void a_test_that_plays_a_row_elsewhere_is_there(void **state)
{
    struct buf text = { 0 };

    (void)state;
    read_file(HERE, &text);
    if (text.len == 0)
        skip();
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!rows[i].test)
            continue;
        read_file(rows[i].file, &text);
        if (str_find(buf_str(&text), str_from(rows[i].test)) == SIZE_MAX)
            fail_msg("N%d: %s has no %s", rows[i].number, rows[i].file,
                     rows[i].test);
    }
    buf_release(&text);
}

static void a_server_that_comes_back_is_found(void **state) // N4
{
    static const char *const transports[] = { "ws", "http", "auto" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct stand stand;
        struct trial trial = { 0 };
        stand_open(&stand, &(struct stand_options){
                               .sim = ECHO, .transport = transports[i] });
        int64_t since_ms = loop_now_ms();
        stand_hang_up(&stand);
        agent_send(stand.agent, STR("hello"));
        while (str_find(buf_str(&stand.told), STR("asks again in")) == SIZE_MAX)
            stand_step(&stand, since_ms);
        assert_true(session_is_busy(stand.session));
        stand_listen(&stand);
        stand_finish(&stand);
        assert_int_equal(outcome_of(&stand), TURN_OK);
        trial.stand = stand;
        check_text(&trial, WHOLE, 1);
        assert_string_equal(trial.problem, "");
        stand_close(&stand);
    }
}

static void a_close_between_turns_is_silent(void **state) // N22
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &(struct stand_options){ .sim = ECHO });
    stand_say(&stand, "hello");
    stand_hang_up(&stand);
    int64_t since_ms = loop_now_ms();
    while (stand.session->link == LINK_READY)
        stand_step(&stand, since_ms);
    stand_listen(&stand);
    buf_reset(&stand.told);
    stand_say(&stand, "and now?");
    assert_int_equal(outcome_of(&stand), TURN_OK);
    assert_true(str_find(buf_str(&stand.told), STR("lost")) == SIZE_MAX);
    assert_true(str_find(buf_str(&stand.told), STR("notice")) == SIZE_MAX);
    assert_int_equal(stand_count(&stand).full, 2);
    stand_close(&stand);
}

static void a_stop_ends_the_question_why_it_was_refused(void **state) // N62
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &(struct stand_options){
                           .sim = ECHO "--fault status-400 --fault silent@2" });
    int64_t since_ms = loop_now_ms();
    agent_send(stand.agent, STR("hello"));
    while (stand_count(&stand).connections < 2)
        stand_step(&stand, since_ms);
    assert_true(session_is_busy(stand.session));
    agent_interrupt(stand.agent);
    assert_int_equal(outcome_of(&stand), TURN_CANCELLED);
    stand_close(&stand);
}

// Descriptors that libraries keep for good are open after the first turn.
static int warm_up(void **state)
{
    static const char *const transports[] = { "ws", "http" };
    struct stand stand;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        stand_open(&stand,
                   &(struct stand_options){ .sim = TLS,
                                            .more = TLS_CA,
                                            .transport = transports[i] });
        stand_say(&stand, "hello");
        stand_close(&stand);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_played_or_says_why_not),
        cmocka_unit_test(a_test_that_plays_a_row_elsewhere_is_there),
        cmocka_unit_test(certificates_and_handshakes_end_as_said),
        cmocka_unit_test(statuses_are_cured_or_told),
        cmocka_unit_test(close_codes_are_cured_or_told),
        cmocka_unit_test(cuts_and_stalls_leave_one_text),
        cmocka_unit_test(bad_messages_do_no_harm),
        cmocka_unit_test(bad_frames_do_no_harm),
        cmocka_unit_test(slow_and_odd_streams_are_read),
        cmocka_unit_test(a_server_that_hangs_up_is_not_hammered),
        cmocka_unit_test(a_server_that_comes_back_is_found),
        cmocka_unit_test(a_close_between_turns_is_silent),
        cmocka_unit_test(a_stop_ends_the_question_why_it_was_refused),
    };

    return cmocka_run_group_tests(tests, warm_up, NULL);
}
