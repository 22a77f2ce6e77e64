/* The review in lines: every letter, and what is printed for it. */
#include "inline_rig.h"

static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";
static const char three_hunks[] =
    "--- a/a.txt\n+++ b/a.txt\n"
    "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
    "@@ -8,3 +8,3 @@\n eight\n-nine\n+NINE\n ten\n"
    "--- a/b.txt\n+++ b/b.txt\n"
    "@@ -1,5 +1,6 @@\n one\n-two\n+retry\n three\n-four\n+FOUR\n+4\n five\n";

static struct rig begin_with(struct inline_options options)
{
    struct rig rig = rig_with(options);

    rig_open(&rig);
    rig_patch(&rig, three_hunks);
    rig_file(&rig, 0, numbers);
    rig_file(&rig, 1, numbers);
    rig_ask(&rig);
    return rig;
}

static struct rig begin(void)
{
    return begin_with((struct inline_options){ 0 });
}

static enum decision decision_of(const struct rig *rig, size_t file,
                                 size_t hunk)
{
    struct target target = { file, hunk, SELECT_ALL };

    return selection_decision(rig->session->proposals[0].selection, target);
}

static void a_hunk_is_a_sentence_its_lines_and_a_question(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(buf_cstr(&rig.out),
               "file 1 of 2, a.txt. hunk 1 of 2, fits at line 1.\n"
               " one\n-two\n+TWO\n three\n"
               "accept this hunk [y,n,q,a,d,j,J,g,/,s,e,p,c,w,?]? ");
    rig_release(&rig);
}

static void a_decision_goes_on_to_the_next_hunk(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "y"), "hunk 2 of 2, fits at line 8.");
    assert_int_equal(decision_of(&rig, 0, 0), DECISION_YES);
    assert_has(rig_type(&rig, "n"), "file 2 of 2, b.txt.");
    assert_int_equal(decision_of(&rig, 0, 1), DECISION_NO);
    assert_has(rig_type(&rig, "y"),
               "write 2 hunks in 2 files [y,n,W,r,u,k,K,?]? ");
    rig_type(&rig, "y");
    rig_only(&rig, CMD_WRITE);
    rig_release(&rig);
}

static void the_rest_of_a_file_is_decided_at_once(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "a"), "2 hunks accepted.\nfile 2 of 2");
    assert_has(rig_type(&rig, "d"), "1 hunk refused.\nwrite 2 hunks in 1 file");
    rig_release(&rig);
}

static void all_files_are_decided_only_when_asked_twice(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "A"), "A again accepts them.");
    assert_int_equal(rig.count, 0);
    assert_has(rig_type(&rig, "p"), "hunk 1 of 2"); // disarms
    assert_has(rig_type(&rig, "A"), "A again accepts them.");
    assert_has(rig_type(&rig, "A"), "3 hunks accepted.\nwrite 3 hunks");
    rig_release(&rig);
}

static void moving_leaves_a_hunk_undecided(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "J"), "hunk 2 of 2");
    assert_has(rig_type(&rig, "K"), "hunk 1 of 2");
    assert_has(rig_type(&rig, "K"), "no earlier hunk.\naccept this hunk");
    assert_has(rig_type(&rig, ">"), "file 2 of 2, b.txt.");
    assert_has(rig_type(&rig, "<"), "file 1 of 2, a.txt.");
    rig_type(&rig, "J");
    rig_type(&rig, "y");
    assert_has(rig_type(&rig, "k"), "file 1 of 2, a.txt. hunk 1 of 2");
    assert_has(rig_type(&rig, "j"), "file 2 of 2");
    assert_has(rig_type(&rig, "q"), "2 of 3 hunks undecided, and left out.\n"
                                    "write 1 hunk in 1 file");
    assert_has(rig_type(&rig, "K"), "file 2 of 2");
    rig_release(&rig);
}

static void a_hunk_is_found_by_number_and_by_text(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "g"), "1 - a.txt, fits at line 1.\n"
                                    "2 - a.txt, fits at line 8.\n"
                                    "3 - b.txt, fits at line 1.\n"
                                    "go to which hunk? ");
    assert_has(rig_type(&rig, "2"), "hunk 2 of 2");
    assert_has(rig_type(&rig, "g 9"), "there is no hunk 9.");
    assert_has(rig_type(&rig, "g3"), "file 2 of 2");
    assert_has(rig_type(&rig, "/NINE"), "hunk 2 of 2");
    assert_has(rig_type(&rig, "/"), "search for: ");
    assert_has(rig_type(&rig, "retry"), "file 2 of 2");
    assert_has(rig_type(&rig, "/nothing"), "no hunk has it.");
    rig_release(&rig);
}

static void words_that_are_not_given_drop_the_letter(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "c");
    assert_string_equal(rig_type(&rig, ""),
                        "accept this hunk [y,n,q,a,d,j,J,g,/,s,e,p,c,w,?]? ");
    assert_int_equal(rig.count, 0);
    rig_type(&rig, "c");
    rig_interrupt(&rig);
    assert_has(rig_type(&rig, "y"), "hunk 2 of 2");
    rig_release(&rig);
}

static void a_comment_is_asked_for_or_given_at_once(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_string_equal(rig_type(&rig, "c"), "comment: ");
    assert_has(rig_type(&rig, "3 is too few"), "noted.\naccept this hunk");
    assert_true(str_is(rig_only(&rig, CMD_NOTE)->text, "3 is too few"));
    assert_int_equal(rig.commands[0].target.line, SELECT_ALL);
    rig_type(&rig, "c2-3 why");
    assert_int_equal(rig_only(&rig, CMD_NOTE)->target.line, 1);
    assert_int_equal(rig.commands[0].last_line, 2);
    rig_type(&rig, "C all of it");
    assert_int_equal(rig_only(&rig, CMD_NOTE)->target.hunk, SELECT_ALL);
    assert_has(rig_type(&rig, "p"), "comment on lines 2 to 3: why\n");
    assert_has(buf_cstr(&rig.out), "comment: 3 is too few\n");
    assert_has(buf_cstr(&rig.out), "comment on the file: all of it\n");
    rig_release(&rig);
}

static void single_lines_are_decided_by_number(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "g3");
    assert_has(rig_type(&rig, "l"), "1  one\n2 -two\n3 +retry\n4  three\n");
    assert_has(rig_type(&rig, "y 2-3"), "2 lines accepted.");
    assert_int_equal(rig.count, 2);
    assert_has(rig_type(&rig, "n1-7"), "5 lines refused.");
    assert_int_equal(rig.count, 5);
    rig_type(&rig, "y2");
    assert_int_equal(decision_of(&rig, 1, 0), DECISION_MIXED);
    assert_has(rig_type(&rig, "y 2-99"), "this hunk has lines 1 to 8");
    assert_has(rig_type(&rig, "y x"), "lines are numbers, as in 3 or 3-5");
    assert_has(rig_type(&rig, "y 2x"), "lines are numbers, as in 3 or 3-5");
    rig_release(&rig);
}

static void a_hunk_is_split_where_context_divides_it(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "s"), "no context between changes");
    rig_type(&rig, "g3");
    assert_has(rig_type(&rig, "s"), "hunk 1 of 2, fits at line 1.\n"
                                    " one\n-two\n+retry\n three\naccept");
    rig_release(&rig);
}

static void a_decision_is_taken_back_and_asked_again(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "u"), "there is no decision to go back to.\n"
                                    "accept this hunk");
    rig_type(&rig, "n");
    assert_has(rig_type(&rig, "u"), "taken back.\nfile 1 of 2, a.txt. hunk 1");
    assert_int_equal(decision_of(&rig, 0, 0), DECISION_NONE);
    assert_has(rig_type(&rig, "Z"), "done again.\nfile 1 of 2, a.txt. hunk 1");
    assert_int_equal(decision_of(&rig, 0, 0), DECISION_NO);
    rig_type(&rig, "q");
    assert_has(rig_type(&rig, "u"), "taken back.\nfile 1 of 2, a.txt. hunk 1");
    rig_release(&rig);
}

static void other_versions_are_asked_for_with_words(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, ")"), "there is no other version: R asks");
    assert_string_equal(rig_type(&rig, "R"), "what should it be like? ");
    rig_type(&rig, "shorter");
    assert_true(str_is(rig_only(&rig, CMD_REASK)->text, "shorter"));
    rig_release(&rig);
}

static void hidden_characters_want_a_yes_of_their_own(void **state)
{
    struct rig rig = rig_with((struct inline_options){ 0 });

    (void)state;
    rig_open(&rig);
    rig_patch(&rig, "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,3 @@\n one\n"
                    "+x\xe2\x80\xaey\n two\n");
    rig_file(&rig, 0, numbers);
    rig_ask(&rig);
    assert_has(buf_cstr(&rig.out), "+x<U+202E>y\n");
    assert_has(rig_type(&rig, "a"), "1 hunk is passed over");
    assert_has(rig_type(&rig, "y"),
               "its line 2 adds a character that hides or reorders text, "
               "U+202E: y again accepts it.");
    assert_int_equal(rig.count, 0);
    rig_type(&rig, "l");
    assert_has(rig_type(&rig, "y"), "y again accepts it.");
    assert_has(rig_type(&rig, "y"), "write 1 hunk");
    rig_release(&rig);
}

static void a_conflict_is_explained_and_cannot_be_accepted(void **state)
{
    struct rig rig = rig_with((struct inline_options){ 0 });

    (void)state;
    rig_open(&rig);
    rig_patch(&rig, three_hunks);
    rig_file(&rig, 0, "one\n2\n3\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    rig_file(&rig, 1, numbers);
    rig_ask(&rig);
    assert_has(buf_cstr(&rig.out), "conflict, does not fit");
    assert_has(rig_type(&rig, "y"), "it cannot be accepted as it is");
    assert_int_equal(rig.count, 0);
    assert_has(rig_type(&rig, "o"), "as the file is now:\n1  one\n2  2\n");
    assert_has(rig_type(&rig, "i"), "o shows the file.");
    assert_has(rig_type(&rig, "n"), "hunk 2 of 2");
    rig_release(&rig);
}

static void every_letter_explains_itself_and_none_is_silent(void **state)
{
    static const char *const answers[] = {
        "j", "J", "k", "K", "g", "",  "/", "",  "s", "p", "?", "c",
        "",  "C", "",  "w", "K", "u", "Z", ">", "<", "l", "o", "i",
        "R", "",  ")", "(", "E", "Y", "e", "x", "U", "r", "W", "n",
    };
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "?"), "y - accept this hunk");
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const char *text = rig_type(&rig, answers[i]);
        if (rig.count == 0 && !*text)
            fail_msg("%s says nothing", answers[i]);
    }
    rig_release(&rig);
}

static void an_answer_that_is_none_is_refused(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "yes"), "no such answer: ? tells what there is.");
    assert_has(rig_type(&rig, ""), "no such answer: ? tells what there is.");
    assert_int_equal(rig.count, 0);
    rig_release(&rig);
}

static void a_line_behind_a_colon_is_one_of_the_prompt(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, ":/queue"), "the queue is empty.\naccept this");
    rig_type(&rig, ":and the tests?");
    assert_true(str_is(rig_only(&rig, CMD_SEND)->text, "and the tests?"));
    rig_release(&rig);
}

static void more_lines_than_the_answer_are_not_taken(void **state)
{
    struct rig rig = begin();

    (void)state;
    assert_has(rig_type(&rig, "y\ny\ny"),
               "too early, not taken: y, and 1 more line\n");
    assert_int_equal(rig.count, 1);
    rig_release(&rig);
}

static void what_came_before_the_question_is_no_answer(void **state)
{
    struct rig rig = begin();

    (void)state;
    inline_input(rig.ui, rig.session, STR("y\n"));
    rig_carry_out(&rig);
    buf_reset(&rig.out);
    assert_has(rig_type(&rig, "y"), "too early, not taken: y\nfile 1 of 2");
    assert_int_equal(rig.count, 0);
    rig_release(&rig);
}

static void an_answer_that_is_carried_out_is_given_once(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "y");
    rig_type(&rig, "q");
    rig_type(&rig, "y");
    rig_only(&rig, CMD_WRITE);
    assert_has(rig_type(&rig, "y"), "too early, not taken: y");
    assert_int_equal(rig.count, 0);
    rig_release(&rig);
}

static void for_ears_lines_begin_with_words_and_letters_are_left_out(
    void **state)
{
    struct rig rig = begin_with((struct inline_options){ .spoken = true });

    (void)state;
    assert_has(buf_cstr(&rig.out),
               "same: one\nremoved: two\nadded: TWO\nsame: three\n"
               "accept this hunk? ");
    rig_release(&rig);
}

static void staging_is_asked_for_by_its_name(void **state)
{
    struct rig rig = rig_with((struct inline_options){ .review_only = true });

    (void)state;
    rig_apply(&rig, (struct event){ .kind = EVENT_PROPOSAL,
                                    .call_id = STR("p1"),
                                    .text = str_from(three_hunks),
                                    .state = REVIEW_UNSTAGED });
    rig_file(&rig, 0, numbers);
    rig_file(&rig, 1, numbers);
    rig_ask(&rig);
    assert_has(rig_type(&rig, "U"), "takes this change out of the file: U");
    rig_type(&rig, "U");
    rig_only(&rig, CMD_UNDO_HUNK);
    rig_type(&rig, "y");
    assert_has(rig_type(&rig, "q"), "stage 1 hunk in 1 file");
    rig_release(&rig);
}

static void writing_can_stage_as_well(void **state)
{
    struct rig rig = begin();

    (void)state;
    rig_type(&rig, "y");
    assert_has(rig_type(&rig, "W"), "write and stage 1 hunk in 1 file");
    rig_type(&rig, "y");
    rig_only(&rig, CMD_WRITE_STAGE);
    rig_release(&rig);
}

static void what_is_done_beside_lines_is_told_in_words(void **state)
{
    struct rig rig = rig_with((struct inline_options){ 0 });

    (void)state;
    rig_open(&rig);
    rig_patch(&rig, "diff --git a/run.sh b/run.sh\n"
                    "old mode 100644\nnew mode 100755\n"
                    "diff --git a/a.txt b/c.txt\nsimilarity index 100%\n"
                    "rename from a.txt\nrename to c.txt\n");
    rig_file(&rig, 0, numbers);
    rig_file(&rig, 1, numbers);
    rig_ask(&rig);
    assert_has(buf_cstr(&rig.out),
               "run.sh. it becomes executable. hunk 1 of 1");
    assert_has(buf_cstr(&rig.out), ".\nthe mode alone: executable");
    assert_has(rig_type(&rig, "y"), "a.txt, moved to c.txt. hunk 1 of 1");
    assert_has(buf_cstr(&rig.out), ".\nno line changes.");
    rig_release(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hunk_is_a_sentence_its_lines_and_a_question),
        cmocka_unit_test(a_decision_goes_on_to_the_next_hunk),
        cmocka_unit_test(the_rest_of_a_file_is_decided_at_once),
        cmocka_unit_test(all_files_are_decided_only_when_asked_twice),
        cmocka_unit_test(moving_leaves_a_hunk_undecided),
        cmocka_unit_test(a_hunk_is_found_by_number_and_by_text),
        cmocka_unit_test(words_that_are_not_given_drop_the_letter),
        cmocka_unit_test(a_comment_is_asked_for_or_given_at_once),
        cmocka_unit_test(single_lines_are_decided_by_number),
        cmocka_unit_test(a_hunk_is_split_where_context_divides_it),
        cmocka_unit_test(a_decision_is_taken_back_and_asked_again),
        cmocka_unit_test(other_versions_are_asked_for_with_words),
        cmocka_unit_test(hidden_characters_want_a_yes_of_their_own),
        cmocka_unit_test(a_conflict_is_explained_and_cannot_be_accepted),
        cmocka_unit_test(every_letter_explains_itself_and_none_is_silent),
        cmocka_unit_test(an_answer_that_is_none_is_refused),
        cmocka_unit_test(a_line_behind_a_colon_is_one_of_the_prompt),
        cmocka_unit_test(more_lines_than_the_answer_are_not_taken),
        cmocka_unit_test(what_came_before_the_question_is_no_answer),
        cmocka_unit_test(an_answer_that_is_carried_out_is_given_once),
        cmocka_unit_test(
            for_ears_lines_begin_with_words_and_letters_are_left_out),
        cmocka_unit_test(staging_is_asked_for_by_its_name),
        cmocka_unit_test(writing_can_stage_as_well),
        cmocka_unit_test(what_is_done_beside_lines_is_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
