/* The turn: who has to move next, how responses begin and end, and what the
 * numbers of a turn say. */
#include "drive.h"

static void a_new_session_waits_for_the_user(void **state)
{
    struct session *s = *state;

    assert_int_equal(s->state, TURN_IDLE);
    assert_false(session_is_busy(s));
    assert_int_equal(session_asking(s), NO_INDEX);
    assert_int_equal(session_pending_call(s), NO_INDEX);
    assert_int_equal(session_reviewing(s), NO_INDEX);
}

static void a_message_starts_a_turn(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("hi"), .time_ms = 5);
    assert_int_equal(s->state, TURN_WAITING);
    assert_int_equal(s->turn_count, 1);
    assert_int_equal(s->items[0].kind, ITEM_USER);
    assert_int_equal(s->items[0].turn, 0);
    assert_int_equal(s->turns[0].started_ms, 5);
    assert_int_equal(s->turns[0].ttft_ms, -1);
    assert_false(session_turn_is_over(s));
}

static void a_message_amid_a_turn_is_dropped(void **state)
{
    struct session *s = *state;

    ask(s);
    DROP(s, .kind = EVENT_USER_MESSAGE, .text = STR("more"));
}

static void a_message_joins_a_turn_that_is_ready(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "c");
    complete(s, "r1");
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("c"), .flag = true);
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("and quickly"));
    assert_int_equal(s->state, TURN_READY);
    assert_int_equal(s->turn_count, 1);
}

static void a_message_asked_again_supersedes_the_last_one(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_FAILED);
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("do it"), .flag = true);
    assert_true(s->items[0].superseded);
    assert_false(s->items[1].superseded);
}

static void context_before_a_message_belongs_to_its_turn(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_CONTEXT_ADDED, .name = STR("make"),
         .text = STR("error"), .number = 2);
    assert_int_equal(s->items[0].turn, 0);
    assert_int_equal(s->items[0].exit_status, 2);
    ask(s);
    assert_int_equal(s->items[1].turn, 0);
    MUST(s, .kind = EVENT_CONTEXT_ADDED, .name = STR("b"));
    assert_int_equal(s->items[2].turn, 0);
}

static void a_context_grows_outside_of_turns_and_through_losses(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_CONTEXT_ADDED, .id = STR("x"), .flag = true);
    MUST(s, .kind = EVENT_TOOL_OUTPUT, .call_id = STR("x"), .text = STR("a"));
    assert_text(buf_str(&s->items[0].live), "a");
    ask(s);
    MUST(s, .kind = EVENT_CONTEXT_ADDED, .id = STR("y"), .flag = true);
    MUST(s, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_false(s->items[2].done || s->items[2].superseded);
    MUST(s, .kind = EVENT_CONTEXT_ADDED, .id = STR("y"), .text = STR("all"));
    assert_true(s->items[2].done);
    assert_text(buf_str(&s->items[2].text), "all");
}

static void the_first_item_makes_the_turn_stream(void **state)
{
    struct session *s = *state;

    ask(s);
    assert_int_equal(s->state, TURN_WAITING);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    assert_int_equal(s->state, TURN_STREAMING);
    assert_false(session_turn_is_over(s));
}

static void a_response_without_calls_leaves_the_turn_over(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("Done."));
    complete(s, "r1");
    assert_true(session_turn_is_over(s));
    assert_text(s->response_id, "r1");
    assert_true(s->parent_good);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    assert_int_equal(s->state, TURN_IDLE);
    assert_true(s->turns[0].done);
}

static void an_unknown_outcome_is_dropped(void **state)
{
    struct session *s = *state;

    ask(s);
    DROP(s, .kind = EVENT_TURN_DONE, .state = 7);
    DROP(s, .kind = EVENT_TURN_DONE, .state = -1);
}

static void the_turn_follows_its_calls(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    patch(s, 1, "b");
    complete(s, "r1");
    assert_int_equal(s->state, TURN_TOOLS);
    assert_int_equal(session_pending_call(s), 1);
    MUST(s, .kind = EVENT_APPROVAL_ASKED, .call_id = STR("a"),
         .text = STR("ls"));
    assert_int_equal(s->state, TURN_APPROVAL);
    assert_int_equal(session_asking(s), 1);
    assert_text(s->items[1].command, "ls");
    MUST(s, .kind = EVENT_APPROVAL_ANSWERED, .call_id = STR("a"), .flag = true);
    assert_int_equal(s->state, TURN_TOOLS);
    assert_true(s->items[1].approved);
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    assert_int_equal(s->state, TURN_TOOLS);
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("out"),
         .flag = true);
    assert_int_equal(s->state, TURN_REVIEW);
    MUST(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("b"),
         .text = STR("refused"));
    assert_int_equal(s->state, TURN_READY);
    assert_text(buf_str(&s->items[2].output), "refused");
    MUST(s, .kind = EVENT_REQUEST_SENT);
    assert_int_equal(s->state, TURN_WAITING);
    complete(s, "r2");
    assert_true(session_turn_is_over(s));
}

static void calls_run_before_the_response_completes(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("out"));
    assert_int_equal(s->state, TURN_STREAMING);
    complete(s, "r1");
    assert_int_equal(s->state, TURN_READY);
}

static void a_call_runs_and_ends_once(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    complete(s, "r1");
    DROP(s, .kind = EVENT_APPROVAL_ANSWERED, .call_id = STR("a"), .flag = true);
    DROP(s, .kind = EVENT_TOOL_OUTPUT, .call_id = STR("a"), .text = STR("x"));
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    DROP(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    DROP(s, .kind = EVENT_APPROVAL_ASKED, .call_id = STR("a"));
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("1"),
         .number = 3);
    DROP(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("2"));
    assert_text(buf_str(&s->items[1].output), "1");
    assert_int_equal(s->items[1].exit_status, 3);
    DROP(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("no such"));
    DROP(s, .kind = EVENT_TOOL_STARTED, .call_id = STR(""));
}

static void a_refused_command_can_never_run(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    complete(s, "r1");
    MUST(s, .kind = EVENT_APPROVAL_ASKED, .call_id = STR("a"));
    MUST(s, .kind = EVENT_APPROVAL_ANSWERED, .call_id = STR("a"),
         .text = STR("too slow"));
    assert_int_equal(s->items[1].call, CALL_DONE);
    assert_false(s->items[1].well);
    assert_text(buf_str(&s->items[1].output),
                "The user refused to run this: too slow");
    DROP(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    assert_int_equal(s->state, TURN_READY);
}

static void only_the_end_of_a_long_output_is_kept_live(void **state)
{
    struct session *s = *state;
    struct buf bytes = { 0 };

    for (size_t i = 0; i < LIMIT_LIVE_BYTES / 2; i++)
        buf_append_char(&bytes, 'x');
    ask(s);
    call(s, 0, "a");
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    for (int i = 0; i < 9; i++)
        MUST(s, .kind = EVENT_TOOL_OUTPUT, .call_id = STR("a"),
             .text = buf_str(&bytes));
    MUST(s, .kind = EVENT_TOOL_OUTPUT, .call_id = STR("a"), .text = STR("end"));
    struct str live = buf_str(&s->items[1].live);
    assert_in_range(live.len, LIMIT_LIVE_BYTES, 2 * LIMIT_LIVE_BYTES);
    assert_true(str_ends_with(live, STR("xend")));
    buf_release(&bytes);
}

static void nothing_of_a_cancelled_response_is_taken(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("par"));
    MUST(s, .kind = EVENT_CANCELLED);
    assert_true(session_turn_is_over(s));
    DROP(s, .kind = EVENT_TEXT_DELTA, .text = STR("tial"));
    DROP(s, .kind = EVENT_ITEM_ADDED, .index = 1, .state = ITEM_TEXT);
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("all"));
    DROP(s, .kind = EVENT_RESPONSE_LOST);
    assert_text(buf_str(&s->items[1].text), "par");
    assert_true(s->items[1].cut && !s->items[1].superseded);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED);
    DROP(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("late"));
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("next"));
    DROP(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("late"));
    DROP(s, .kind = EVENT_ITEM_ADDED, .index = 1, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("r2"));
}

static void the_end_of_a_cancelled_response_still_counts_tokens(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_BACKEND, .price = { 1, 1, 1 });
    ask(s);
    MUST(s, .kind = EVENT_CANCELLED);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED);
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("next"));
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"),
         .usage = { .input = 10, .output = 5 });
    assert_int_equal(s->turns[0].usage.output, 5);
    assert_int_equal(s->turns[1].usage.output, 0);
    assert_true(s->cost_usd > 0);
    assert_int_equal(s->response_id.len, 0);
    assert_int_equal(s->state, TURN_WAITING);
    assert_false(s->parent_good);
    DROP(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"),
         .usage = { .input = 10, .output = 5 });
}

static void cancelling_ends_calls_and_their_proposals(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    call(s, 1, "b");
    patch(s, 2, "p");
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    complete(s, "r1");
    MUST(s, .kind = EVENT_CANCELLED);
    for (size_t i = 1; i <= 3; i++) {
        assert_int_equal(s->items[i].call, CALL_ABORTED);
        assert_false(s->items[i].superseded);
    }
    assert_true(s->proposals[0].ended);
    assert_int_equal(session_pending_call(s), NO_INDEX);
    assert_int_equal(session_reviewing(s), NO_INDEX);
    DROP(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("x"));
    DROP(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("p"));
}

static void the_second_end_of_a_response_is_dropped(void **state)
{
    struct session *s = *state;
    struct usage usage = { .input = 7, .output = 3 };

    ask(s);
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"), .usage = usage);
    DROP(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"), .usage = usage);
    DROP(s, .kind = EVENT_RESPONSE_FAILED, .text = STR("x"));
    DROP(s, .kind = EVENT_RESPONSE_LOST);
    assert_int_equal(s->usage.input, 7);
}

static void the_end_of_another_response_is_dropped(void **state)
{
    struct session *s = *state;

    ask(s);
    DROP(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("r9"));
    DROP(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r9"));
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"));
}

static void an_incomplete_response_is_no_parent(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("so far"));
    MUST(s, .kind = EVENT_RESPONSE_INCOMPLETE, .id = STR("r1"),
         .text = STR("max_output_tokens"), .usage = { .output = 4 });
    assert_false(s->parent_good);
    assert_true(s->items[1].cut && !s->items[1].superseded);
    assert_int_equal(s->turns[0].usage.output, 4);
    assert_true(session_turn_is_over(s));
}

static void a_completed_response_with_a_cut_item_is_no_parent(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_CALL, .call_id = STR("c"),
         .name = STR("shell"));
    complete(s, "r1");
    assert_false(s->parent_good);
    assert_int_equal(s->items[1].call, CALL_ABORTED);
    assert_true(s->items[1].superseded);
    assert_true(session_turn_is_over(s));
}

static void partial_text_asked_again_is_superseded(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_REASONING, .text = STR("hm"),
         .raw = STR("{}"));
    MUST(s, .kind = EVENT_ITEM_ADDED, .index = 1, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .index = 1, .text = STR("Hel"));
    MUST(s, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_true(s->items[1].superseded && s->items[2].superseded);
    assert_true(s->resent);
    assert_int_equal(s->state, TURN_WAITING);
    DROP(s, .kind = EVENT_TEXT_DELTA, .index = 1, .text = STR("lo"));
    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_ITEM_DONE, .index = 1, .state = ITEM_TEXT,
         .text = STR("Hello"));
    assert_text(buf_str(&s->items[3].text), "Hello");
    complete(s, "r2");
    assert_false(s->resent);
}

static void partial_text_not_asked_again_is_kept_as_cut(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("Hel"));
    MUST(s, .kind = EVENT_RESPONSE_LOST);
    assert_true(s->items[1].done && s->items[1].cut);
    assert_false(s->items[1].superseded);
    assert_true(session_turn_is_over(s));
}

static void complete_calls_outlive_a_loss_and_are_run_once(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    MUST(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("a"), .text = STR("out"));
    call(s, 1, "b");
    MUST(s, .kind = EVENT_ITEM_ADDED, .index = 2, .state = ITEM_PATCH,
         .call_id = STR("p"), .name = STR("apply_patch"));
    MUST(s, .kind = EVENT_CALL_DELTA, .index = 2,
         .text = STR("*** Begin Patch\n*** Update File: a.c\n@@\n-x\n"));
    MUST(s, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_int_equal(s->items[1].call, CALL_DONE);
    assert_int_equal(s->items[2].call, CALL_PENDING);
    assert_int_equal(s->items[3].call, CALL_ABORTED);
    assert_true(s->items[3].superseded && s->proposals[0].ended);
    assert_int_equal(session_reviewing(s), NO_INDEX);
    assert_int_equal(s->state, TURN_TOOLS);
    MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("b"));
    assert_int_equal(s->state, TURN_READY);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    DROP(s, .kind = EVENT_ITEM_DONE, .index = 0, .state = ITEM_CALL,
         .call_id = STR("a"), .name = STR("shell"), .text = STR("{}"));
    patch(s, 1, "p");
    assert_int_equal(session_reviewing(s), 1);
}

static void what_is_open_when_the_next_request_goes_out_is_aborted(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    MUST(s, .kind = EVENT_RESPONSE_LOST, .flag = true);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    assert_int_equal(s->items[1].call, CALL_ABORTED);
    DROP(s, .kind = EVENT_TOOL_STARTED, .call_id = STR("a"));
}

static void a_failed_response_can_be_asked_again(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("Hel"));
    MUST(s, .kind = EVENT_RESPONSE_FAILED, .text = STR("busy"), .flag = true);
    assert_true(s->items[1].superseded);
    assert_int_equal(s->state, TURN_WAITING);
}

static void a_warm_up_tells_its_id_and_moves_no_turn(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("w"));
    assert_int_equal(s->state, TURN_IDLE);
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("x"));
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("hi"));
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("x"));
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("w"),
         .usage = { .input = 9 });
    assert_int_equal(s->state, TURN_WAITING);
    assert_text(s->response_id, "w");
    assert_true(s->parent_good);
    assert_int_equal(s->usage.input, 9);
    assert_int_equal(s->turns[0].usage.input, 0);
}

static void a_turn_tells_how_fast_it_was(void **state)
{
    struct session *s = *state;
    struct turn *turn;

    MUST(s, .kind = EVENT_BACKEND, .price = { 0, 0, 10 });
    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT, .time_ms = 1090);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("a"), .time_ms = 1100);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("b"), .time_ms = 1150);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("c"), .time_ms = 1200);
    turn = &s->turns[0];
    assert_int_equal(turn->ttft_ms, 90);
    assert_int_equal(turn->stream_ms, 100);
    assert_float_equal(turn_speed(turn), 30, 1e-9);
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"),
         .usage = { .input = 50, .output = 100 });
    assert_float_equal(turn_speed(turn), 1000, 1e-9);
    assert_float_equal(turn->cost_usd, 0.001, 1e-12);
    assert_int_equal(s->context_tokens, 150);
}

static void a_turn_keeps_what_its_earlier_requests_took(void **state)
{
    struct session *s = *state;

    ask(s); // at 1010
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT, .time_ms = 1090);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("a"), .time_ms = 1100);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("b"), .time_ms = 1510);
    MUST(s, .kind = EVENT_REQUEST_SENT, .time_ms = 9000);
    assert_int_equal(s->turns[0].earlier_ms, 500);
    MUST(s, .kind = EVENT_REQUEST_SENT, .time_ms = 9900); // without an answer
    assert_int_equal(s->turns[0].earlier_ms, 500);
}

static void a_clock_set_back_makes_no_negative_times(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("a"), .time_ms = 500);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("b"), .time_ms = 400);
    assert_int_equal(s->turns[0].ttft_ms, 0);
    assert_int_equal(s->turns[0].stream_ms, 0);
    assert_float_equal(turn_speed(&s->turns[0]), 0, 0);
}

static void the_queue_keeps_its_order(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_QUEUED, .text = STR("a"));
    MUST(s, .kind = EVENT_QUEUED, .text = STR("b"));
    MUST(s, .kind = EVENT_QUEUED, .text = STR("c"));
    MUST(s, .kind = EVENT_UNQUEUED, .index = 1);
    DROP(s, .kind = EVENT_UNQUEUED, .index = 2);
    assert_int_equal(s->queue_count, 2);
    assert_text(s->queue[0], "a");
    assert_text(s->queue[1], "c");
}

static void the_newest_choice_of_a_backend_is_kept_with_its_reason(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_ROUTE, .name = STR("wafer"), .text = STR("fits"),
         .extra = STR("ws"));
    assert_text(s->route_text, "fits");
    MUST(s, .kind = EVENT_ROUTE, .name = STR("gpu"), .flag = true,
         .text = STR("wafer is down"), .extra = STR("http"));
    assert_text(s->route_backend, "gpu");
    assert_text(s->route_text, "wafer is down");
    assert_text(s->route_transport, "http");
    assert_text(s->backend, ""); // EVENT_BACKEND tells that
}

static void what_is_asked_again_is_told_with_its_reason(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT, .text = STR("Hel"));
    MUST(s, .kind = EVENT_RESPONSE_LOST, .text = STR("the connection was cut"),
         .flag = true);
    assert_int_equal(s->item_count, 3);
    assert_int_equal(s->items[2].kind, ITEM_NOTICE);
    assert_int_equal(s->items[2].turn, 0);
    assert_text(buf_str(&s->items[2].text),
                "asked again: the connection was cut");
    assert_int_equal(s->state, TURN_WAITING);
}

static void a_silent_repair_and_a_loss_for_good_are_not_told(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_RESPONSE_LOST, .flag = true);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_RESPONSE_LOST, .text = STR("gone"));
    assert_int_equal(s->item_count, 1);
}

static void another_backend_than_expected_is_told(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ROUTE, .name = STR("wafer"), .text = STR("fits"));
    assert_int_equal(s->item_count, 1);
    MUST(s, .kind = EVENT_ROUTE, .name = STR("gpu"), .flag = true,
         .text = STR("wafer 429, back in 40 s"));
    assert_int_equal(s->item_count, 2);
    assert_text(buf_str(&s->items[1].text),
                "gpu answers this turn: wafer 429, back in 40 s");
    MUST(s, .kind = EVENT_ROUTE, .flag = true, .text = STR("none"));
    assert_int_equal(s->item_count, 2);
}

static void the_surroundings_are_taken_over(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_SESSION_OPENED, .id = STR("s1"),
         .name = STR("/tree"));
    MUST(s, .kind = EVENT_REPO, .name = STR("main"), .number = 2, .count = 3,
         .extra = STR("4"));
    DROP(s, .kind = EVENT_REPO, .name = STR("x"), .extra = STR("many"));
    MUST(s, .kind = EVENT_BACKEND, .name = STR("wafer"), .text = STR("m"),
         .number = 128000, .flag = true);
    MUST(s, .kind = EVENT_LINK, .state = LINK_READY, .text = STR("up"));
    DROP(s, .kind = EVENT_LINK, .state = 17);
    MUST(s, .kind = EVENT_NOTICE, .text = STR("mind"), .flag = true);
    assert_text(s->id, "s1");
    assert_text(s->root, "/tree");
    assert_text(s->branch, "main");
    assert_int_equal(s->untracked, 4);
    assert_text(s->backend, "wafer");
    assert_text(s->model, "m");
    assert_true(s->builtin);
    assert_int_equal(s->link, LINK_READY);
    assert_true(s->items[0].warning);
}

static void what_the_server_served_is_noted(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r1"),
         .name = STR("other-model"), .extra = STR("default"));
    assert_text(s->served_model, "other-model");
    assert_text(s->served_tier, "default");
}

static void a_kind_out_of_range_is_dropped(void **state)
{
    struct session *s = *state;

    DROP(s, .kind = EVENT_KIND_COUNT);
    DROP(s, .kind = (enum event_kind) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_session_waits_for_the_user),
        TEST(a_message_starts_a_turn),
        TEST(a_message_amid_a_turn_is_dropped),
        TEST(a_message_joins_a_turn_that_is_ready),
        TEST(a_message_asked_again_supersedes_the_last_one),
        TEST(context_before_a_message_belongs_to_its_turn),
        TEST(a_context_grows_outside_of_turns_and_through_losses),
        TEST(the_first_item_makes_the_turn_stream),
        TEST(a_response_without_calls_leaves_the_turn_over),
        TEST(an_unknown_outcome_is_dropped),
        TEST(the_turn_follows_its_calls),
        TEST(calls_run_before_the_response_completes),
        TEST(a_call_runs_and_ends_once),
        TEST(a_refused_command_can_never_run),
        TEST(only_the_end_of_a_long_output_is_kept_live),
        TEST(nothing_of_a_cancelled_response_is_taken),
        TEST(the_end_of_a_cancelled_response_still_counts_tokens),
        TEST(cancelling_ends_calls_and_their_proposals),
        TEST(the_second_end_of_a_response_is_dropped),
        TEST(the_end_of_another_response_is_dropped),
        TEST(an_incomplete_response_is_no_parent),
        TEST(a_completed_response_with_a_cut_item_is_no_parent),
        TEST(partial_text_asked_again_is_superseded),
        TEST(partial_text_not_asked_again_is_kept_as_cut),
        TEST(complete_calls_outlive_a_loss_and_are_run_once),
        TEST(what_is_open_when_the_next_request_goes_out_is_aborted),
        TEST(a_failed_response_can_be_asked_again),
        TEST(a_warm_up_tells_its_id_and_moves_no_turn),
        TEST(a_turn_tells_how_fast_it_was),
        TEST(a_turn_keeps_what_its_earlier_requests_took),
        TEST(a_clock_set_back_makes_no_negative_times),
        TEST(the_queue_keeps_its_order),
        TEST(the_newest_choice_of_a_backend_is_kept_with_its_reason),
        TEST(what_is_asked_again_is_told_with_its_reason),
        TEST(a_silent_repair_and_a_loss_for_good_are_not_told),
        TEST(another_backend_than_expected_is_told),
        TEST(the_surroundings_are_taken_over),
        TEST(what_the_server_served_is_noted),
        TEST(a_kind_out_of_range_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
