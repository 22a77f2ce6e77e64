/*
 * No message of 16 MiB or more is ever written to a WebSocket (protocol.md 1.6,
 * 9: invariant 4): a conversation that has grown so far goes on by deltas, in
 * full it goes over HTTP, and where that is not allowed it is refused in a line
 * that names the mend.
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
#include "kerf/sim/fault.h"
#include "stand.h"

#define ECHO "--engine echo --tokens 12 "
#define WIDE "context=100m" // a window that all of it fits in
#define PIECE_BYTES ((size_t)8 << 20)
#define PIECES 2 // together more than one message may have
#define LIMIT_BYTES ((int64_t)16 << 20)
#define WAIT_PERMILLE 100

static void open_stand(struct stand *stand, const char *sim,
                       const char *transport)
{
    stand_open(stand,
               &(struct stand_options){ .sim = sim,
                                        .transport = transport,
                                        .more = WIDE,
                                        .wait_permille = WAIT_PERMILLE });
}

static enum turn_outcome say(struct stand *stand, size_t size)
{
    char *text = mem_alloc(size);

    memset(text, 'x', size);
    agent_send(stand->agent, (struct str){ text, size });
    free(text);
    stand_finish(stand);
    return stand->session->turns[stand->session->turn_count - 1].outcome;
}

static void say_pieces(struct stand *stand, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (say(stand, PIECE_BYTES) != TURN_OK)
            fail_msg("%.*s", STR_ARG(buf_str(&stand->told)));
}

// What the server was sent, by its recorder.
struct traffic {
    size_t ws, http;
    size_t refused;             // closed by 1009: a message that is too big
    int64_t ws_most, http_most; // bytes of the longest
};

static void see_request(const struct json *record, void *ctx)
{
    struct traffic *traffic = ctx;
    int64_t bytes = json_int(json_member(record, "bytes"), 0);

    traffic->refused += json_int(json_member(record, "code"), 0) == 1009;
    if (json_member(record, "event"))
        return;
    bool ws = str_is(json_str(json_member(record, "transport")), "ws");
    size_t *count = ws ? &traffic->ws : &traffic->http;
    int64_t *most = ws ? &traffic->ws_most : &traffic->http_most;
    ++*count;
    *most = bytes > *most ? bytes : *most;
}

static struct traffic traffic_of(const struct stand *stand)
{
    struct traffic traffic = { 0 };

    stand_each_record(stand, see_request, &traffic);
    assert_true(traffic.ws_most < LIMIT_BYTES);
    return traffic;
}

static void lose_the_line(struct stand *stand)
{
    stand_hang_up(stand);
    stand_listen(stand);
}

static void by_deltas_it_goes_on_and_in_full_over_http(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO, "auto");
    say_pieces(&stand, PIECES);
    struct traffic before = traffic_of(&stand);
    assert_int_equal(before.ws, PIECES);
    assert_int_equal(before.http, 0);
    assert_int_equal(stand_count(&stand).full, 1);
    lose_the_line(&stand);
    assert_int_equal(say(&stand, 10), TURN_OK);
    struct traffic after = traffic_of(&stand);
    assert_int_equal(after.ws, before.ws);
    assert_int_equal(after.http, before.http + 1);
    assert_int_equal(after.refused, 0);
    assert_true(after.http_most > LIMIT_BYTES);
    assert_true(str_find(buf_str(&stand.told), STR("notice")) == SIZE_MAX);
    stand_close(&stand);
}

static void one_long_message_goes_over_http(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO, "auto");
    assert_int_equal(say(&stand, 10), TURN_OK);
    assert_int_equal(say(&stand, (size_t)LIMIT_BYTES), TURN_OK);
    assert_int_equal(traffic_of(&stand).http, 1);
    stand_close(&stand);
}

static void a_request_that_just_fits_goes_over_the_socket(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO, "auto");
    assert_int_equal(say(&stand, ((size_t)15 << 20) - 65536), TURN_OK);
    assert_int_equal(traffic_of(&stand).http, 0);
    stand_close(&stand);
}

static size_t lines_that_say(struct str text, const char *words)
{
    struct str line;
    size_t count = 0;

    while (str_split(&text, '\n', &line))
        count += str_find(line, str_from(words)) != SIZE_MAX;
    return count;
}

// Answers so long that the conversation does not fit; compacted, it does.
static void write_long_answers(struct buf *out)
{
    buf_append(out, STR("{\"turns\":["));
    for (int i = 0; i < PIECES; i++) {
        buf_append(out, STR("{\"frame_tokens\":1000,\"items\":[{\"text\":\""));
        for (size_t n = 0; n < PIECE_BYTES; n += 8)
            buf_append(out, STR("1234567 "));
        buf_append(out, STR("\"}]},"));
    }
    buf_append(out, STR("{\"text\":\"And on.\"}]}"));
}

static void without_http_it_is_refused_and_the_mend_mends_it(void **state)
{
    struct stand stand;
    struct buf scenario = { 0 };

    (void)state;
    write_long_answers(&scenario);
    stand_open(&stand, &(struct stand_options){
                           .sim = "--engine script --scenario -",
                           .scenario = buf_str(&scenario),
                           .more = WIDE,
                           .wait_permille = WAIT_PERMILLE,
                       });
    for (size_t i = 0; i < PIECES; i++)
        assert_int_equal(say(&stand, 10), TURN_OK);
    lose_the_line(&stand);
    buf_reset(&stand.told);
    assert_int_equal(say(&stand, 10), TURN_FAILED);
    assert_int_equal(lines_that_say(buf_str(&stand.told),
                                    "too much for one request; /compact makes "
                                    "it smaller, and with transport = auto"),
                     1);
    assert_int_equal(traffic_of(&stand).ws, PIECES);
    int64_t since_ms = loop_now_ms();
    agent_compact(stand.agent);
    while (lines_that_say(buf_str(&stand.told), "/uncompact takes it") == 0)
        stand_step(&stand, since_ms);
    agent_retry(stand.agent);
    stand_finish(&stand);
    assert_int_equal(stand.session->turns[PIECES + 1].outcome, TURN_OK);
    assert_int_equal(traffic_of(&stand).ws, PIECES + 1);
    stand_close(&stand);
    buf_release(&scenario);
}

// A server with a smaller limit says so by 1009 or 413, once (N17).
static void a_server_that_takes_less_is_asked_over_http_at_once(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO "--fault before-created-1009:1", "auto");
    assert_int_equal(say(&stand, PIECE_BYTES), TURN_OK);
    struct traffic traffic = traffic_of(&stand);
    assert_int_equal(traffic.ws, 1);
    assert_int_equal(traffic.http, 1);
    stand_close(&stand);
}

static void what_nobody_takes_is_compacted_once(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO, "http");
    assert_int_equal(say(&stand, 10), TURN_OK);
    assert_int_equal(say(&stand, 10), TURN_OK);
    struct fault_list *faults = &stand.sim.faults;
    struct error err = { 0 };
    assert_true(fault_read(STR("status-413"), &faults->at[0], &err));
    faults->at[0].first = faults->at[0].last = stand.world.requests + 1;
    faults->count = 1;
    assert_int_equal(say(&stand, 10), TURN_OK);
    assert_int_equal(lines_that_say(buf_str(&stand.told), "making room"), 1);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_deltas_it_goes_on_and_in_full_over_http),
        cmocka_unit_test(one_long_message_goes_over_http),
        cmocka_unit_test(a_request_that_just_fits_goes_over_the_socket),
        cmocka_unit_test(without_http_it_is_refused_and_the_mend_mends_it),
        cmocka_unit_test(a_server_that_takes_less_is_asked_over_http_at_once),
        cmocka_unit_test(what_nobody_takes_is_compacted_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
