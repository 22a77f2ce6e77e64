/*
 * Answers that are cut after every number of bytes, head and all: the turn
 * goes on with a whole answer, nothing is shown twice, and no part of a patch
 * reaches the review (reliability.md N30 to N32).
 *
 *   test_cuts [step]   every so many bytes; 1: every byte
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

#define CUTS_OF_A_SESSION 40
#define PATCH                                             \
    "*** Begin Patch\n*** Update File: a.txt\n@@\n one\n" \
    "-two\n+drei \xe2\x82\xac\n*** End Patch\n"

// Two answers with a patch, three without, and so on: so that an answer of
// either kind is cut in turn, and followed by a whole one of its kind.
static void write_scenario(struct buf *out)
{
    struct json_writer w = { out, false };
    struct buf patch = { 0 };
    struct json_writer quoted = { &patch, false };

    json_put_str(&quoted, STR(PATCH));
    json_begin_object(&w);
    json_key(&w, "turns");
    json_begin_array(&w);
    for (unsigned i = 0; i < 3 * CUTS_OF_A_SESSION; i++) {
        struct buf answer = { 0 };
        buf_printf(&answer, "[{\"text\":\"<%u \u20ac is a word %u>\"}", i, i);
        if (i % 5 < 2)
            buf_printf(&answer,
                       ",{\"custom_tool_call\":{\"name\":\"apply_patch\","
                       "\"input\":%.*s}}",
                       STR_ARG(buf_str(&patch)));
        buf_append_char(&answer, ']');
        json_put_raw(&w, buf_str(&answer));
        buf_release(&answer);
    }
    json_end_array(&w);
    json_end_object(&w);
    buf_release(&patch);
}

// A patch is shown while it arrives, but what waits for decisions is whole.
static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    size_t index = session_reviewing(stand->session);
    unsigned *reviews = ctx;

    if (event->kind != EVENT_RESPONSE_COMPLETED
        || stand->session->state != TURN_REVIEW || index == NO_INDEX)
        return;
    const struct proposal *proposal = &stand->session->proposals[index];
    struct str text = buf_str(&stand->session->items[proposal->item].text);
    ++*reviews;
    if (!proposal->complete)
        fail_msg("a part of a patch is under review");
    if (str_find(text, STR("*** End Patch")) == SIZE_MAX)
        fail_msg("a cut patch: %.*s", STR_ARG(text));
}

static void check_proposals(const struct session *session)
{
    for (size_t i = 0; i < session->proposal_count; i++)
        if (!session->proposals[i].ended)
            fail_msg("proposal %zu has no end", i);
}

static void check_text(const struct item *item, bool *seen)
{
    struct arena arena = { 0 };
    struct str text = buf_str(&item->text);
    uint64_t number = 0;

    str_to_u64(str_take(str_skip(text, 1), str_find_char(text, ' ') - 1),
               &number);
    struct str whole = arena_printf(&arena, "<%u \u20ac is a word %u>",
                                    (unsigned)number, (unsigned)number);
    if (!str_equal(text, whole))
        fail_msg("not whole: \"%.*s\"", STR_ARG(text));
    if (seen[number])
        fail_msg("shown twice: \"%.*s\"", STR_ARG(text));
    seen[number] = true;
    arena_release(&arena);
}

// Each answer that counts has one text; each but a turn's last has a call.
static void check_turns(const struct session *session)
{
    int more[CUTS_OF_A_SESSION] = { 0 };

    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (!item->superseded && item->turn < CUTS_OF_A_SESSION)
            more[item->turn] += (item->kind == ITEM_TEXT) - item_is_call(item);
    }
    for (size_t i = 0; i < session->turn_count; i++)
        if (more[i] != 1)
            fail_msg("turn %zu: %d texts more than calls", i, more[i]);
}

static void check_session(const struct session *session, size_t first_byte)
{
    bool seen[3 * CUTS_OF_A_SESSION] = { false };

    for (size_t i = 0; i < session->turn_count; i++)
        if (session->turns[i].outcome != TURN_OK)
            fail_msg("byte %zu and on: %.*s", first_byte,
                     STR_ARG(session->turns[i].why));
    check_proposals(session);
    check_turns(session);
    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (item->superseded)
            continue;
        if (item->kind == ITEM_TEXT)
            check_text(item, seen);
        if (item_is_call(item))
            assert_int_equal(item->call, CALL_DONE);
    }
}

static void cut_next_answer(struct stand *stand, size_t byte)
{
    uint64_t next = stand->world.answers + 1;

    stand->sim.faults.count = 1;
    stand->sim.faults.at[0] = (struct fault){
        .kind = FAULT_CUT_BYTE,
        .scope = SCOPE_RESPONSE,
        .code = 1006,
        .count = byte,
        .first = next,
        .last = next,
    };
}

static void see_answer(const struct json *record, void *ctx)
{
    size_t *most = ctx;
    int64_t bytes = json_int(json_member(record, "bytes"), 0);

    if (str_is(json_str(json_member(record, "event")), "answer")
        && (size_t)bytes > *most)
        *most = (size_t)bytes;
}

// Bytes of the longest answer.
static size_t measure(const struct stand_options *options)
{
    struct stand stand;
    size_t most = 0;

    stand_open(&stand, options);
    for (int i = 0; i < 3; i++)
        stand_say(&stand, "on");
    stand_each_record(&stand, see_answer, &most);
    stand_close(&stand);
    assert_true(most > 0);
    return most;
}

static size_t cut_a_session(const struct stand_options *options, size_t byte,
                            size_t end, size_t step)
{
    size_t first = byte;
    unsigned reviews = 0;
    struct stand stand;

    stand_open(&stand, options);
    stand.watch = watch;
    stand.ctx = &reviews;
    for (size_t i = 0; i < CUTS_OF_A_SESSION && byte < end; i++, byte += step) {
        cut_next_answer(&stand, byte);
        stand_say(&stand, "on");
    }
    check_session(stand.session, first);
    assert_true(reviews > 0 || byte - first < 3 * step); // a short one
    stand_close(&stand);
    return byte;
}

static void cut(size_t step, const char *transport, const char *protocol)
{
    struct buf scenario = { 0 };

    write_scenario(&scenario);
    struct stand_options options = {
        .sim = "--engine script --scenario -",
        .scenario = buf_str(&scenario),
        .transport = transport,
        .protocol = protocol,
    };
    size_t end = measure(&options);
    for (size_t byte = 0; byte < end;)
        byte = cut_a_session(&options, byte, end, step);
    buf_release(&scenario);
}

static void a_cut_socket_leaves_one_whole_answer(void **state)
{
    cut(*(const uint64_t *)*state, "ws", "responses");
}

static void a_cut_stream_leaves_one_whole_answer(void **state)
{
    cut(*(const uint64_t *)*state, "http", "responses");
}

static void a_cut_chat_leaves_one_whole_answer(void **state)
{
    cut(*(const uint64_t *)*state, "http", "chat");
}

int main(int argc, char **argv)
{
    uint64_t step = 61;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_cut_socket_leaves_one_whole_answer, &step),
        cmocka_unit_test_prestate(a_cut_stream_leaves_one_whole_answer, &step),
        cmocka_unit_test_prestate(a_cut_chat_leaves_one_whole_answer, &step),
    };

    if (argc > 1 && (!str_to_u64(str_from(argv[1]), &step) || step == 0))
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
