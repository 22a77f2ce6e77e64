/* The steps of a review as events: split, edit, notes, versions, undo. */
#include "drive.h"

#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"

#define TEXT "one\ntwo\nthree\nfour\nfive\nsix\n"
#define TWO_CHANGES                                                  \
    "*** Begin Patch\n*** Update File: a.c\n@@\n one\n-two\n+zwei\n" \
    " three\n four\n-five\n+fuenf\n six\n*** End Patch\n"
#define ANSWER                                                       \
    "*** Begin Patch\n*** Update File: a.c\n@@\n one\n-two\n+deux\n" \
    " three\n*** End Patch\n"
#define HUNK(n) ((struct target){ 0, (n), SELECT_ALL })
#define P .call_id = STR("p")

static void propose(struct session *s, size_t index, const char *call_id,
                    const char *text)
{
    MUST(s, .kind = EVENT_ITEM_DONE, .index = index, .state = ITEM_PATCH,
         .call_id = str_from(call_id), .name = STR("apply_patch"),
         .text = str_from(text), .raw = STR("{}"));
}

static void know(struct session *s, const char *call_id)
{
    MUST(s, .kind = EVENT_PREIMAGE, .call_id = str_from(call_id), .index = 0,
         .text = STR(TEXT), .flag = true, .number = 0644);
}

// A review of two changes in one hunk.
static void review(struct session *s)
{
    ask(s);
    propose(s, 0, "p", TWO_CHANGES);
    complete(s, "r1");
    know(s, "p");
}

static struct selection *reviewed(const struct session *s)
{
    return s->proposals[0].selection;
}

static size_t hunks(const struct session *s)
{
    return selection_patch(reviewed(s))->files[0].hunk_count;
}

static void splits_and_edits_change_what_is_reviewed(void **state)
{
    struct session *s = *state;

    review(s);
    MUST(s, .kind = EVENT_SPLIT, P, .target = HUNK(0));
    assert_int_equal(hunks(s), 2);
    DROP(s, .kind = EVENT_SPLIT, P, .target = HUNK(0));
    DROP(s, .kind = EVENT_SPLIT, P, .target = HUNK(2));
    MUST(s, .kind = EVENT_HUNK_EDITED, P, .target = HUNK(1),
         .text = STR(" four\n-five\n+5\n six\n"));
    DROP(s, .kind = EVENT_HUNK_EDITED, P, .target = HUNK(1), .text = STR("?"));
    DROP(s, .kind = EVENT_HUNK_EDITED, P,
         .target = { 0, SELECT_ALL, SELECT_ALL }, .text = STR("-x\n"));
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(1), .state = DECISION_YES);
    MUST(s, .kind = EVENT_DECISION_UNDONE, P);
    MUST(s, .kind = EVENT_DECISION_UNDONE, P);
    MUST(s, .kind = EVENT_DECISION_UNDONE, P);
    assert_int_equal(hunks(s), 1);
    DROP(s, .kind = EVENT_DECISION_UNDONE, P);
    MUST(s, .kind = EVENT_DECISION_UNDONE, P, .flag = true);
    assert_int_equal(hunks(s), 2);
}

static void a_hunk_is_split_at_a_line(void **state)
{
    struct session *s = *state;

    review(s);
    DROP(s, .kind = EVENT_SPLIT, P, .target = { 0, 0, 1 });
    MUST(s, .kind = EVENT_SPLIT, P, .target = { 0, 0, 3 });
    assert_int_equal(hunks(s), 2);
}

static void notes_are_kept_and_told(void **state)
{
    struct session *s = *state;

    review(s);
    MUST(s, .kind = EVENT_NOTE, P, .target = { 0, 0, 1 }, .index = 2,
         .text = STR("in French"));
    DROP(s, .kind = EVENT_NOTE, P, .target = { 0, 0, 1 }, .index = 2);
    DROP(s, .kind = EVENT_NOTE, P, .target = { 0, 0, 1 }, .index = 99,
         .text = STR("x"));
    DROP(s, .kind = EVENT_NOTE_REMOVED, P, .target = { 0, 0, 1 }, .index = 1);
    MUST(s, .kind = EVENT_NOTE_REMOVED, P, .target = { 0, 0, 1 }, .index = 2);
    MUST(s, .kind = EVENT_DECISION_UNDONE, P);
    assert_int_equal(selection_note_count(reviewed(s)), 1);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("notes"), .flag = true);
    assert_true(selection_note_at(reviewed(s), 0)->sent);
    assert_true(s->proposals[0].revise);
    assert_text(buf_str(&s->items[1].output), "notes");
    DROP(s, .kind = EVENT_NOTE, P, .target = HUNK(0), .index = SELECT_ALL,
         .text = STR("late"));
}

static void the_next_version_begins_with_the_decisions_of_the_last(void **state)
{
    struct session *s = *state;

    review(s);
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("v"), .flag = true);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    propose(s, 0, "q", TWO_CHANGES);
    know(s, "q");
    assert_int_equal(selection_decision(s->proposals[1].selection, HUNK(0)),
                     DECISION_YES);
    assert_true(selection_marks(s->proposals[1].selection, 0, 0).carried);
}

static void nothing_is_carried_over_if_no_new_version_was_asked_for(
    void **state)
{
    struct session *s = *state;

    review(s);
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("v"));
    MUST(s, .kind = EVENT_REQUEST_SENT);
    propose(s, 0, "q", TWO_CHANGES);
    know(s, "q");
    assert_int_equal(selection_decision(s->proposals[1].selection, HUNK(0)),
                     DECISION_NONE);
}

// --- asking again ------------------------------------------------------------

static void ask_again(struct session *s, const char *answer)
{
    review(s);
    MUST(s, .kind = EVENT_SPLIT, P, .target = HUNK(0));
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(1), .state = DECISION_YES);
    MUST(s, .kind = EVENT_REASKED, P, .target = HUNK(0),
         .text = STR("in French"), .extra = STR("another version, please"));
    assert_int_equal(s->items[1].call, CALL_DONE);
    assert_text(buf_str(&s->items[1].output), "another version, please");
    assert_int_equal(s->state, TURN_READY);
    assert_int_equal(session_reviewing(s), 0);
    assert_true(selection_marks(reviewed(s), 0, 0).asked);
    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("r2"));
    propose(s, 0, "q", answer);
    complete(s, "r2");
}

static void the_answer_becomes_another_version_of_the_hunk(void **state)
{
    struct session *s = *state;

    ask_again(s, ANSWER);
    assert_int_equal(s->proposals[1].joined, 0);
    assert_int_equal(session_reviewing(s), 0);
    assert_int_equal(s->state, TURN_REVIEW);
    assert_int_equal(hunks(s), 2);
    struct hunk_marks marks = selection_marks(reviewed(s), 0, 0);
    assert_int_equal(marks.alternatives, 2);
    assert_int_equal(marks.alternative, 1);
    assert_false(marks.asked);
    assert_int_equal(selection_decision(reviewed(s), HUNK(1)), DECISION_YES);
    assert_int_equal(selection_place(reviewed(s), 0, 0)->state, HUNK_OK);
    MUST(s, .kind = EVENT_ALTERNATIVE, P, .target = HUNK(0), .index = 0);
    DROP(s, .kind = EVENT_ALTERNATIVE, P, .target = HUNK(0), .index = 2);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("verdict"));
    assert_text(buf_str(&s->items[2].output), "verdict");
    assert_int_equal(s->items[2].call, CALL_DONE);
    assert_int_equal(s->state, TURN_READY);
    assert_int_equal(session_reviewing(s), NO_INDEX);
}

static void another_patch_is_a_proposal_of_its_own(void **state)
{
    static const char *const answers[] = {
        "*** Begin Patch\n*** Update File: b.c\n@@\n one\n-two\n+deux\n"
        "*** End Patch\n",
        "*** Begin Patch\n*** Update File: a.c\n@@\n-six\n+sechs\n"
        "*** End Patch\n",
        "*** Begin Patch\n*** Update File: a.c\n@@\n-two\n+deux\n"
        "*** Delete File: c.c\n*** End Patch\n",
        "*** Begin Patch\n*** Delete File: a.c\n*** End Patch\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct session *s = session_create();
        ask_again(s, answers[i]);
        assert_int_equal(s->proposals[1].joined, NO_INDEX);
        assert_false(s->proposals[1].ended);
        assert_int_equal(selection_marks(reviewed(s), 0, 0).alternatives, 1);
        session_destroy(s);
    }
}

static void an_answer_in_words_leaves_the_review_open(void **state)
{
    struct session *s = *state;

    review(s);
    MUST(s, .kind = EVENT_REASKED, P, .target = HUNK(0), .extra = STR("again"));
    MUST(s, .kind = EVENT_REQUEST_SENT);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR("No."));
    complete(s, "r2");
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    assert_int_equal(session_reviewing(s), 0);
    assert_false(session_verdict_is_awaited(s, 0));
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("verdict"));
    assert_text(buf_str(&s->items[1].output), "again");
    assert_int_equal(session_reviewing(s), NO_INDEX);
}

static void an_interrupted_answer_leaves_the_review_open(void **state)
{
    struct session *s = *state;

    ask_again(s, ANSWER);
    MUST(s, .kind = EVENT_CANCELLED);
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED);
    assert_int_equal(session_reviewing(s), 0);
    MUST(s, .kind = EVENT_REVIEW_ENDED, P, .text = STR("verdict"));
    assert_int_equal(session_reviewing(s), NO_INDEX);
}

// --- writes ------------------------------------------------------------------

static void a_hunk_that_was_taken_back_can_come_again(void **state)
{
    struct session *s = *state;

    review(s);
    DROP(s, .kind = EVENT_HUNK_UNDONE, P, .id = STR("w0"), .target = HUNK(0));
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES);
    MUST(s, .kind = EVENT_WRITTEN, P, .id = STR("w1"), .text = STR("M a.c\n"));
    MUST(s, .kind = EVENT_STAGED, P, .id = STR("w1"), .text = STR("M a.c\n"));
    assert_text(s->proposals[0].staged, "M a.c\n");
    MUST(s, .kind = EVENT_HUNK_UNDONE, P, .id = STR("w2"), .target = HUNK(0),
         .text = STR("M a.c\n"));
    assert_text(s->proposals[0].write_id, "w2");
    assert_true(selection_marks(reviewed(s), 0, 0).taken_back);
    MUST(s, .kind = EVENT_WRITE_UNDONE, P, .id = STR("w2"));
    assert_false(selection_marks(reviewed(s), 0, 0).taken_back);
    assert_text(s->proposals[0].write_id, "w1");
}

// --- replay ------------------------------------------------------------------

static const struct event steps[] = {
    { .kind = EVENT_SPLIT, P, .target = { 0, 0, SELECT_ALL } },
    { .kind = EVENT_DECIDED, P, .target = { 0, 1, SELECT_ALL }, .state = 1 },
    { .kind = EVENT_DECIDED, P, .target = { 0, 0, 1 }, .state = 1 },
    { .kind = EVENT_NOTE,
      P,
      .target = { 0, 1, SELECT_ALL },
      .index = SELECT_ALL,
      .text = { "why", 3 } },
    { .kind = EVENT_DECISION_UNDONE, P },
    { .kind = EVENT_DECISION_UNDONE, P },
    { .kind = EVENT_DECISION_UNDONE, P, .flag = true },
    { .kind = EVENT_HUNK_EDITED,
      P,
      .target = { 0, 1, SELECT_ALL },
      .text = { " four\n-five\n+5\n six\n", 20 } },
    { .kind = EVENT_DECIDED, P, .target = { 0, 1, SELECT_ALL }, .state = 2 },
};

#define STEP_COUNT (sizeof(steps) / sizeof(steps[0]))

static void take_steps(struct session *s, bool replayed)
{
    for (size_t i = 0; i < STEP_COUNT; i++) {
        struct event event = steps[i];
        event.replayed = replayed;
        assert_true(session_apply(s, &event));
    }
}

static void a_replay_before_the_files_are_known_gives_the_same(void **state)
{
    struct session *s = *state, *again = session_create();
    struct buf live = { 0 }, replayed = { 0 };

    review(s);
    take_steps(s, false);
    ask(again);
    propose(again, 0, "p", TWO_CHANGES);
    complete(again, "r1");
    take_steps(again, true);
    know(again, "p");
    selection_verdict(reviewed(s), &live);
    selection_verdict(reviewed(again), &replayed);
    assert_text(buf_str(&replayed), buf_cstr(&live));
    assert_int_equal(selection_decision(reviewed(again), HUNK(0)),
                     DECISION_MIXED);
    assert_int_equal(selection_decision(reviewed(again), HUNK(1)), DECISION_NO);
    for (size_t i = 0; i < 4; i++) {
        MUST(again, .kind = EVENT_DECISION_UNDONE, P);
        MUST(s, .kind = EVENT_DECISION_UNDONE, P);
    }
    assert_int_equal(hunks(s), hunks(again));
    buf_release(&live);
    buf_release(&replayed);
    session_destroy(again);
}

static void a_replayed_decision_falls_away_if_the_hunk_no_longer_fits(
    void **state)
{
    struct session *s = *state;

    ask(s);
    propose(s, 0, "p", TWO_CHANGES);
    DROP(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES);
    MUST(s, .kind = EVENT_DECIDED, P, .target = HUNK(0), .state = DECISION_YES,
         .replayed = true);
    MUST(s, .kind = EVENT_PREIMAGE, P, .text = STR("else\n"), .flag = true);
    assert_int_equal(selection_decision(reviewed(s), HUNK(0)), DECISION_NONE);
    assert_int_equal(selection_place(reviewed(s), 0, 0)->state, HUNK_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(splits_and_edits_change_what_is_reviewed),
        TEST(a_hunk_is_split_at_a_line),
        TEST(notes_are_kept_and_told),
        TEST(the_next_version_begins_with_the_decisions_of_the_last),
        TEST(nothing_is_carried_over_if_no_new_version_was_asked_for),
        TEST(the_answer_becomes_another_version_of_the_hunk),
        TEST(another_patch_is_a_proposal_of_its_own),
        TEST(an_answer_in_words_leaves_the_review_open),
        TEST(an_interrupted_answer_leaves_the_review_open),
        TEST(a_hunk_that_was_taken_back_can_come_again),
        TEST(a_replay_before_the_files_are_known_gives_the_same),
        TEST(a_replayed_decision_falls_away_if_the_hunk_no_longer_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
