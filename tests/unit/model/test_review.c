/* Items that grow by deltas, and the proposals of apply_patch calls. */
#include "drive.h"

static void deltas_make_an_item_grow(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .index = 0, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_ITEM_ADDED, .index = 1, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .index = 0, .text = STR("a"));
    MUST(s, .kind = EVENT_TEXT_DELTA, .index = 1, .text = STR("x"));
    MUST(s, .kind = EVENT_TEXT_DELTA, .index = 0, .text = STR("b"));
    assert_text(buf_str(&s->items[1].text), "ab");
    assert_text(buf_str(&s->items[2].text), "x");
}

static void the_done_text_replaces_what_the_deltas_said(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(s, .kind = EVENT_TEXT_DELTA, .text = STR("Hallo"));
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("Hello"),
         .raw = STR("{1}"));
    assert_text(buf_str(&s->items[1].text), "Hello");
    assert_text(s->items[1].raw, "{1}");
    assert_int_equal(s->item_count, 2);
}

static void streamed_reasoning_stays_if_its_end_shows_none(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_REASONING);
    MUST(s, .kind = EVENT_REASONING_DELTA, .text = STR("hm"));
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_REASONING);
    assert_text(buf_str(&s->items[1].text), "hm");
}

static void late_doubled_and_wrong_events_are_dropped(void **state)
{
    struct session *s = *state;

    DROP(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    ask(s);
    DROP(s, .kind = EVENT_TEXT_DELTA, .text = STR("unknown"));
    DROP(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_USER);
    DROP(s, .kind = EVENT_ITEM_ADDED, .state = -1);
    DROP(s, .kind = EVENT_ITEM_DONE, .state = 99);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    DROP(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    DROP(s, .kind = EVENT_CALL_DELTA, .text = STR("wrong kind"));
    DROP(s, .kind = EVENT_TEXT_DELTA, .text = STR(""));
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_REASONING);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("x"));
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("y"));
    DROP(s, .kind = EVENT_TEXT_DELTA, .text = STR("late"));
    assert_text(buf_str(&s->items[1].text), "x");
    assert_int_equal(s->item_count, 2);
}

static void a_call_without_a_name_to_answer_it_is_dropped(void **state)
{
    struct session *s = *state;

    ask(s);
    DROP(s, .kind = EVENT_ITEM_DONE, .state = ITEM_CALL, .name = STR("shell"));
    assert_int_equal(s->item_count, 1);
}

static void a_call_id_is_taken_once(void **state)
{
    struct session *s = *state;

    ask(s);
    call(s, 0, "a");
    DROP(s, .kind = EVENT_ITEM_ADDED, .index = 1, .state = ITEM_CALL,
         .call_id = STR("a"));
    DROP(s, .kind = EVENT_ITEM_DONE, .index = 1, .state = ITEM_CALL,
         .call_id = STR("a"));
    MUST(s, .kind = EVENT_ITEM_ADDED, .index = 2, .state = ITEM_CALL);
    DROP(s, .kind = EVENT_ITEM_DONE, .index = 2, .state = ITEM_CALL,
         .call_id = STR("a"));
}

static void items_of_a_response_are_limited(void **state)
{
    struct session *s = *state;

    ask(s);
    for (size_t i = 0; i < LIMIT_RESPONSE_ITEMS; i++) {
        struct event event = { .kind = EVENT_NOTICE, .text = STR("x") };
        session_apply(s, &event);
    }
    DROP(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
}

static void a_patch_is_read_while_it_arrives(void **state)
{
    struct session *s = *state;
    struct str text = STR(PATCH_TEXT);

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_PATCH, .call_id = STR("p"),
         .name = STR("apply_patch"));
    for (size_t i = 0; i + 12 < text.len; i++)
        MUST(s, .kind = EVENT_CALL_DELTA, .text = { text.at + i, 1 });
    struct proposal *p = &s->proposals[0];
    const struct patch *seen = patch_stream_patch(p->stream);
    assert_int_equal(seen->file_count, 1);
    assert_text(seen->files[0].path, "a.c");
    assert_false(p->complete);
    assert_int_equal(s->items[1].call, CALL_ARRIVING);
    assert_int_equal(session_reviewing(s), 0);
    patch(s, 0, "p");
    assert_true(p->complete);
    assert_ptr_equal(patch_stream_patch(p->stream), seen);
    assert_int_equal(patch_stream_patch(p->stream)->files[0].hunk_count, 1);
    assert_int_equal(s->items[1].call, CALL_REVIEWING);
}

static void a_patch_whose_deltas_lied_is_read_anew(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_PATCH, .call_id = STR("p"),
         .name = STR("apply_patch"));
    MUST(s, .kind = EVENT_CALL_DELTA,
         .text = STR("*** Begin Patch\n*** Delete File: important\n"));
    patch(s, 0, "p");
    const struct patch *seen = patch_stream_patch(s->proposals[0].stream);
    assert_int_equal(seen->file_count, 1);
    assert_text(seen->files[0].path, "a.c");
    assert_true(s->proposals[0].complete);
    assert_int_equal(s->proposals[0].problem.len, 0);
}

static void a_built_in_patch_begins_with_its_head(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_PATCH, .call_id = STR("p"),
         .name = STR("apply_patch"),
         .text = STR("*** Begin Patch\n*** Update File: a.c\n"));
    MUST(s, .kind = EVENT_CALL_DELTA, .text = STR("@@\n one\n-two\n+zwei\n"));
    const struct patch *seen = patch_stream_patch(s->proposals[0].stream);
    assert_text(seen->files[0].path, "a.c");
    patch(s, 0, "p");
    assert_ptr_equal(patch_stream_patch(s->proposals[0].stream), seen);
}

static void a_patch_in_json_arguments_is_unwrapped(void **state)
{
    static const char *const members[] = { "input", "patch" };

    for (size_t i = 0; i < 2; i++) {
        struct session *s = session_create();
        struct buf text = { 0 };
        buf_printf(&text,
                   "{\"%s\":\"*** Begin Patch\\n*** Delete File: a.c\\n"
                   "*** End Patch\"}",
                   members[i]);
        ask(s);
        MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_CALL,
             .call_id = STR("p"), .name = STR("apply_patch"));
        MUST(s, .kind = EVENT_CALL_DELTA, .text = str_take(buf_str(&text), 9));
        MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_CALL,
             .call_id = STR("p"), .name = STR("apply_patch"),
             .text = buf_str(&text));
        assert_int_equal(s->items[1].kind, ITEM_PATCH);
        assert_true(s->items[1].wrapped);
        assert_int_equal(s->items[1].call, CALL_REVIEWING);
        assert_text(buf_str(&s->items[1].text),
                    "*** Begin Patch\n*** Delete File: a.c\n*** End Patch");
        assert_true(s->proposals[0].complete);
        buf_release(&text);
        session_destroy(s);
    }
    (void)state;
}

static void an_unreadable_patch_is_answered_and_not_reviewed(void **state)
{
    static const char *const texts[] = { "*** Begin Patch\nnonsense\n",
                                         "*** Begin Patch\n", "" };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct session *s = session_create();
        ask(s);
        MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_PATCH,
             .call_id = STR("p"), .name = STR("apply_patch"),
             .text = str_from(texts[i]));
        complete(s, "r1");
        assert_true(s->proposals[0].problem.len > 0);
        assert_false(s->proposals[0].complete);
        assert_int_equal(session_reviewing(s), NO_INDEX);
        assert_int_equal(session_pending_call(s), 1);
        DROP(s, .kind = EVENT_DECIDED, .call_id = STR("p"),
             .target = { 0, SELECT_ALL, SELECT_ALL }, .state = DECISION_YES);
        MUST(s, .kind = EVENT_TOOL_DONE, .call_id = STR("p"),
             .text = s->proposals[0].problem);
        assert_true(s->proposals[0].ended);
        assert_int_equal(s->state, TURN_READY);
        session_destroy(s);
    }
}

static void arguments_that_hold_no_patch_are_a_problem(void **state)
{
    static const char *const texts[] = { "{\"command\":1}", "{", "\"x\"",
                                         "{\"input\":[]}" };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct session *s = session_create();
        ask(s);
        MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_CALL,
             .call_id = STR("p"), .name = STR("apply_patch"),
             .text = str_from(texts[i]));
        assert_true(s->proposals[0].problem.len > 0);
        assert_int_equal(s->items[1].call, CALL_PENDING);
        assert_text(buf_str(&s->items[1].text), texts[i]);
        session_destroy(s);
    }
}

static void a_review_goes_from_decision_to_verdict(void **state)
{
    struct session *s = *state;
    struct target file = { 0, SELECT_ALL, SELECT_ALL };

    ask(s);
    patch(s, 0, "p");
    complete(s, "r1");
    assert_int_equal(s->state, TURN_REVIEW);
    DROP(s, .kind = EVENT_DECIDED, .call_id = STR("p"), .target = file,
         .state = DECISION_YES);
    preimage(s, "p");
    MUST(s, .kind = EVENT_DECIDED, .call_id = STR("p"), .target = file,
         .state = DECISION_YES);
    MUST(s, .kind = EVENT_DECISION_UNDONE, .call_id = STR("p"));
    DROP(s, .kind = EVENT_DECISION_UNDONE, .call_id = STR("p"));
    MUST(s, .kind = EVENT_DECISION_UNDONE, .call_id = STR("p"), .flag = true);
    assert_int_equal(selection_decision(s->proposals[0].selection,
                                        (struct target){ 0, 0, SELECT_ALL }),
                     DECISION_YES);
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w1"),
         .text = STR("M a.c\n"));
    assert_text(s->proposals[0].write_id, "w1");
    MUST(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("p"),
         .text = STR("accepted"));
    assert_true(s->items[1].well);
    assert_int_equal(s->state, TURN_READY);
    DROP(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("p"));
    DROP(s, .kind = EVENT_DECIDED, .call_id = STR("p"), .target = file,
         .state = DECISION_NO);
}

static void decisions_about_nothing_are_dropped(void **state)
{
    static const struct target targets[] = {
        { 1, SELECT_ALL, SELECT_ALL },
        { 0, 1, SELECT_ALL },
        { 0, 0, 3 },
        { 0, SELECT_ALL, 0 },
        { SELECT_ALL, SELECT_ALL, SELECT_ALL },
    };
    struct session *s = *state;

    ask(s);
    patch(s, 0, "p");
    preimage(s, "p");
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        DROP(s, .kind = EVENT_DECIDED, .call_id = STR("p"),
             .target = targets[i], .state = DECISION_NO);
    DROP(s, .kind = EVENT_DECIDED, .call_id = STR("p"),
         .target = { 0, 0, SELECT_ALL }, .state = DECISION_MIXED);
    DROP(s, .kind = EVENT_DECIDED, .call_id = STR("q"),
         .target = { 0, 0, SELECT_ALL }, .state = DECISION_NO);
    DROP(s, .kind = EVENT_PREIMAGE, .call_id = STR("p"), .index = 1);
}

// Line 3 was changed since; only through the older text does the hunk fit.
static void an_older_text_lets_a_hunk_be_merged(void **state)
{
    static const char *const merge_patch =
        "*** Begin Patch\n*** Update File: a\n 2\n 3\n 4\n-5\n+five\n 6\n"
        "*** End Patch\n";
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"), .name = STR("x.diff"),
         .text = str_from(merge_patch));
    MUST(s, .kind = EVENT_PREIMAGE, .call_id = STR("p"), .flag = true,
         .text = STR("1\n2\nthree\n4\n5\n6\n7\n"));
    const struct selection *sel = s->proposals[0].selection;
    assert_int_not_equal(selection_place(sel, 0, 0)->state, HUNK_MERGED);
    MUST(s, .kind = EVENT_BASE, .call_id = STR("p"));
    assert_int_not_equal(selection_place(sel, 0, 0)->state, HUNK_MERGED);
    MUST(s, .kind = EVENT_BASE, .call_id = STR("p"), .flag = true,
         .text = STR("1\n2\n3\n4\n5\n6\n7\n"));
    assert_int_equal(selection_place(sel, 0, 0)->state, HUNK_MERGED);
    DROP(s, .kind = EVENT_BASE, .call_id = STR("p"), .index = 1);
}

static void undoing_writes_brings_back_the_one_before(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"), .name = STR("x.diff"),
         .text = STR(PATCH_TEXT));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w1"),
         .text = STR("M a\n"));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w2"),
         .text = STR("M b\n"));
    DROP(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w9"));
    MUST(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w2"));
    assert_text(s->proposals[0].write_id, "w1");
    assert_text(s->proposals[0].written, "M a\n");
    MUST(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w1"));
    assert_int_equal(s->proposals[0].write_id.len, 0);
}

static void what_was_taken_back_can_be_written_again(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"),
         .text = STR(PATCH_TEXT));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w1"));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w2"));
    MUST(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w2"));
    MUST(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w1"));
    assert_int_equal(s->undone_count, 2);
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w1"));
    assert_int_equal(s->undone_count, 1);
    assert_text(s->undone[0].write.id, "w2");
    assert_text(s->proposals[0].write_id, "w1");
}

static void another_write_ends_what_can_be_written_again(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"),
         .text = STR(PATCH_TEXT));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w1"));
    MUST(s, .kind = EVENT_WRITE_UNDONE, .call_id = STR("p"), .id = STR("w1"));
    MUST(s, .kind = EVENT_WRITTEN, .call_id = STR("p"), .id = STR("w2"));
    assert_int_equal(s->undone_count, 0);
}

static void a_failed_write_is_told(void **state)
{
    struct session *s = *state;

    DROP(s, .kind = EVENT_WRITE_FAILED, .call_id = STR("p"));
    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"),
         .text = STR(PATCH_TEXT));
    MUST(s, .kind = EVENT_WRITE_FAILED, .call_id = STR("p"),
         .text = STR("disk full"));
    assert_int_equal(s->items[0].kind, ITEM_NOTICE);
    assert_true(s->items[0].warning);
}

static void a_review_knows_where_its_result_goes(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"), .name = STR("own"),
         .text = STR(PATCH_TEXT), .state = REVIEW_UNSTAGED);
    assert_int_equal(s->proposals[0].kind, REVIEW_UNSTAGED);
    DROP(s, .kind = EVENT_PROPOSAL, .call_id = STR("q"),
         .text = STR(PATCH_TEXT), .state = REVIEW_STAGED + 1);
    DROP(s, .kind = EVENT_PROPOSAL, .call_id = STR("q"),
         .text = STR(PATCH_TEXT), .state = -1);
}

static void a_hunk_of_ones_own_changes_goes_without_a_write(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"), .name = STR("own"),
         .text = STR(PATCH_TEXT), .state = REVIEW_UNSTAGED);
    MUST(s, .kind = EVENT_HUNK_UNDONE, .call_id = STR("p"), .id = STR("w1"),
         .text = STR("M a.c\n"), .target = { 0, 0, SELECT_ALL });
    assert_int_equal(s->proposals[0].write_count, 1);
    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("q"), .name = STR("x"),
         .text = STR(PATCH_TEXT));
    DROP(s, .kind = EVENT_HUNK_UNDONE, .call_id = STR("q"), .id = STR("w2"),
         .text = STR("M a.c\n"), .target = { 0, 0, SELECT_ALL });
}

static void a_patch_from_elsewhere_is_reviewed_between_turns(void **state)
{
    struct session *s = *state;

    MUST(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"), .name = STR("x.diff"),
         .text = STR(PATCH_TEXT));
    DROP(s, .kind = EVENT_PROPOSAL, .call_id = STR("p"),
         .text = STR(PATCH_TEXT));
    DROP(s, .kind = EVENT_PROPOSAL, .text = STR(PATCH_TEXT));
    assert_int_equal(s->state, TURN_IDLE);
    assert_int_equal(session_reviewing(s), 0);
    assert_int_equal(s->proposals[0].item, NO_INDEX);
    ask(s);
    MUST(s, .kind = EVENT_CANCELLED);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED);
    assert_int_equal(session_reviewing(s), 0);
    MUST(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("p"));
    assert_int_equal(session_reviewing(s), NO_INDEX);
}

static void a_review_does_not_end_before_its_patch_is_there(void **state)
{
    struct session *s = *state;

    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_PATCH, .call_id = STR("p"),
         .name = STR("apply_patch"));
    DROP(s, .kind = EVENT_REVIEW_ENDED, .call_id = STR("p"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(deltas_make_an_item_grow),
        TEST(the_done_text_replaces_what_the_deltas_said),
        TEST(streamed_reasoning_stays_if_its_end_shows_none),
        TEST(late_doubled_and_wrong_events_are_dropped),
        TEST(a_call_without_a_name_to_answer_it_is_dropped),
        TEST(a_call_id_is_taken_once),
        TEST(items_of_a_response_are_limited),
        TEST(a_patch_is_read_while_it_arrives),
        TEST(a_patch_whose_deltas_lied_is_read_anew),
        TEST(a_built_in_patch_begins_with_its_head),
        TEST(a_patch_in_json_arguments_is_unwrapped),
        TEST(an_unreadable_patch_is_answered_and_not_reviewed),
        TEST(arguments_that_hold_no_patch_are_a_problem),
        TEST(a_review_goes_from_decision_to_verdict),
        TEST(decisions_about_nothing_are_dropped),
        TEST(an_older_text_lets_a_hunk_be_merged),
        TEST(undoing_writes_brings_back_the_one_before),
        TEST(what_was_taken_back_can_be_written_again),
        TEST(another_write_ends_what_can_be_written_again),
        TEST(a_failed_write_is_told),
        TEST(a_review_knows_where_its_result_goes),
        TEST(a_hunk_of_ones_own_changes_goes_without_a_write),
        TEST(a_patch_from_elsewhere_is_reviewed_between_turns),
        TEST(a_review_does_not_end_before_its_patch_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
