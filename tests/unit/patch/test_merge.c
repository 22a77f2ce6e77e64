/* Hunks carried over from the text they were written for to a file that its
 * user has changed since. */
#include "review.h"

#include "kerf/patch/diff.h"
#include "kerf/patch/merge.h"

#define BASE "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"

// Changes `four`, with all lines around it as context.
#define FOUR                                                       \
    HEAD "@@ -1,7 +1,7 @@\n one\n two\n three\n-four\n+4\n five\n" \
         " six\n seven\n"

static void review_base(struct review *r, const char *base)
{
    selection_set_base(r->sel, 0, str_from(base));
}

static struct review merge(const char *patch, const char *ours,
                           const char *base)
{
    struct review r = review_open(patch, ours);
    review_base(&r, base);
    return r;
}

static const struct hunk_place *first_place(const struct review *r)
{
    return selection_place(r->sel, 0, 0);
}

static void assert_merges(const char *patch, const char *ours,
                          enum hunk_state state, const char *result)
{
    struct review r = merge(patch, ours, BASE);

    if (state_of(&r, 0) != state)
        fail_msg("state %d: %.*s", state_of(&r, 0),
                 STR_ARG(first_place(&r)->reason));
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, result);
    review_close(&r);
}

static void changed_context_is_no_obstacle_with_a_base(void **state)
{
    (void)state;
    assert_merges(FOUR, "1\n2\nthree\nfour\nfive\n6\n7\n", HUNK_MERGED,
                  "1\n2\nthree\n4\nfive\n6\n7\n");
}

static void lines_put_between_the_context_stay(void **state)
{
    (void)state;
    assert_merges(FOUR, "one\nnew\ntwo\nthree\nfour\nfive\nnew\nsix\nseven\n",
                  HUNK_MERGED,
                  "one\nnew\ntwo\nthree\n4\nfive\nnew\nsix\nseven\n");
}

static void an_untouched_hunk_is_moved_not_merged(void **state)
{
    (void)state;
    assert_merges(FOUR, "zero\n" BASE, HUNK_MOVED,
                  "zero\none\ntwo\nthree\n4\nfive\nsix\nseven\n");
}

static void the_base_tells_twins_apart(void **state)
{
    (void)state;
    static const char patch[] = HEAD "@@ -3,3 +3,3 @@\n x\n-y\n+Y\n x\n";
    struct review r = merge(patch, "x\ny\nx\ny\nx\ny\nx\n", "q\nq\nx\ny\nx\n");

    assert_int_equal(state_of(&r, 0), HUNK_MOVED);
    assert_int_equal(first_place(&r)->line, 4);
    review_close(&r);
}

static void lines_both_sides_changed_are_a_conflict(void **state)
{
    (void)state;
    struct conflict_view view;
    struct review r =
        merge(FOUR, "zero\none\ntwo\nthree\nIV\nfive\nsix\nseven\n", BASE);

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    assert_text(first_place(&r)->reason,
                "the file itself was changed in the same lines (line 5)");
    assert_true(selection_conflict(r.sel, 0, 0, &view));
    assert_int_equal(view.ours_line, 1);
    assert_int_equal(view.ours.count, 7);
    assert_text(view.ours.at[3], "IV");
    assert_int_equal(view.base_line, 0);
    assert_text(view.base.at[3], "four");
    assert_int_equal(view.theirs.count, 7);
    assert_text(view.theirs.at[3], "4");
    review_close(&r);
}

static void a_line_that_is_gone_is_a_conflict(void **state)
{
    (void)state;
    struct review r = merge(FOUR, "one\ntwo\nthree\nfive\nsix\n7\n", BASE);

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    assert_text(first_place(&r)->reason,
                "the file itself was changed in the same lines: lines were "
                "removed before line 4");
    review_close(&r);
}

static void the_same_change_on_both_sides_is_applied(void **state)
{
    (void)state;
    struct review r = merge(FOUR, "1\ntwo\nthree\n4\nfive\nsix\n7\n", BASE);

    assert_int_equal(state_of(&r, 0), HUNK_APPLIED);
    review_close(&r);
}

static void what_both_did_is_left_out_of_the_rest(void **state)
{
    (void)state;
    assert_merges(HEAD "@@ -1,7 +1,7 @@\n one\n-two\n+2\n three\n four\n five\n"
                       "-six\n+6\n seven\n",
                  "one\n2\nthree\nfour\nfive\nsix\nseven\n", HUNK_MERGED,
                  "one\n2\nthree\nfour\nfive\n6\nseven\n");
}

static void insertions_in_one_place_conflict(void **state)
{
    (void)state;
    struct review r = merge(HEAD "@@ -3,2 +3,3 @@\n three\n+new\n four\n",
                            "one\ntwo\nthree\nmine\nfour\nfive\nsix\nseven\n",
                            BASE);

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    review_close(&r);
}

static void a_change_right_beside_the_hunk_asks(void **state)
{
    (void)state;
    struct review r =
        merge(FOUR, "one\ntwo\n3\nfour\nfive\nsix\nseven\n", BASE);

    assert_int_equal(state_of(&r, 0), HUNK_FUZZY);
    assert_text(first_place(&r)->reason,
                "the file was changed right beside it (line 3)");
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "one\ntwo\n3\n4\nfive\nsix\nseven\n");
    review_close(&r);
}

static void a_block_that_keeps_lines_merges_line_by_line(void **state)
{
    (void)state;
    struct review r = merge(HEAD "@@ -2,4 +2,4 @@\n two\n-three\n-four\n-five\n"
                                 "+3\n+four\n+5\n six\n",
                            "one\ntwo\nthree\nIV\nfive\nsix\nseven\n",
                            "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");

    assert_int_equal(state_of(&r, 0), HUNK_FUZZY);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "one\ntwo\n3\nIV\n5\nsix\nseven\n");
    review_close(&r);
}

static void one_line_of_a_merged_hunk_can_be_accepted(void **state)
{
    (void)state;
    struct review r =
        merge(FOUR, "1\nnew\ntwo\nthree\nfour\nfive\nsix\n7\n", BASE);

    decide(&r, line_of(0, 4), DECISION_YES);

    assert_text(review_result(&r).bytes,
                "1\nnew\ntwo\nthree\nfour\n4\nfive\nsix\n7\n");
    review_close(&r);
}

static void a_wrong_base_is_no_harm(void **state)
{
    (void)state;
    struct review r = merge(FOUR, BASE, "some\nother\ntext\n");

    assert_int_equal(state_of(&r, 0), HUNK_OK);
    review_close(&r);
}

static void line_endings_do_not_hinder_a_merge(void **state)
{
    (void)state;
    struct review r =
        merge(FOUR, "1\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n7\r\n", BASE);

    assert_int_equal(state_of(&r, 0), HUNK_MERGED);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes,
                "1\r\ntwo\r\nthree\r\n4\r\nfive\r\nsix\r\n7\r\n");
    review_close(&r);
}

static void only_what_is_not_certain_asks_for_a_base(void **state)
{
    (void)state;
    struct str id;
    static const char indexed[] = "diff --git a/f b/f\nindex 1234567..89abcde "
                                  "100644\n" FOUR;
    struct review fits = review_open(indexed, BASE);
    struct review not = review_open(indexed, "one\ntwo\n");

    assert_false(selection_wants_base(fits.sel, 0, &id));
    assert_true(selection_wants_base(not .sel, 0, &id));
    assert_text(id, "1234567");
    review_base(&not, BASE);
    assert_false(selection_wants_base(not .sel, 0, &id));
    assert_false(selection_wants_base(not .sel, 9, &id));
    review_close(&fits);
    review_close(&not );
}

static void a_renewed_file_is_compared_with_the_base_again(void **state)
{
    (void)state;
    struct review r = merge(FOUR, "one\ntwo\nthree\nIV\nfive\n", BASE);

    review_give(&r, "1\n2\nthree\nfour\nfive\n");

    assert_int_equal(state_of(&r, 0), HUNK_MERGED);
    review_close(&r);
}

// --- random texts -----------------------------------------------------------

#define ROWS 40

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

enum act { ACT_KEEP, ACT_DROP, ACT_REPLACE, ACT_INSERT };

static enum act random_act(uint64_t *seed, unsigned rarity)
{
    uint64_t pick = next_random(seed) % rarity;

    return pick < 4 ? (enum act)pick : ACT_KEEP;
}

static void put_row(struct buf *out, size_t i, enum act act, const char *who)
{
    if (act == ACT_INSERT)
        buf_printf(out, "%s before %zu\n", who, i);
    if (act == ACT_REPLACE)
        buf_printf(out, "%s for %zu\n", who, i);
    if (act == ACT_KEEP || act == ACT_INSERT)
        buf_printf(out, "row %zu\n", i);
}

// What a merge must give; what it must refuse gives a text it cannot.
static void put_both(struct buf *out, size_t i, enum act ours, enum act theirs)
{
    bool ours_last = theirs == ACT_KEEP || theirs == ACT_INSERT;

    if (ours == theirs) {
        put_row(out, i, ours, ours == ACT_DROP ? "" : "no merge");
    } else if (!ours_last && ours != ACT_KEEP && ours != ACT_INSERT) {
        put_row(out, i, ACT_REPLACE, "no merge");
    } else {
        if (ours == ACT_INSERT)
            buf_printf(out, "ours before %zu\n", i);
        if (theirs == ACT_INSERT)
            buf_printf(out, "theirs before %zu\n", i);
        enum act last = ours_last ? ours : theirs;
        put_row(out, i, last == ACT_INSERT ? ACT_KEEP : last,
                ours_last ? "ours" : "theirs");
    }
}

struct trial {
    struct buf base, ours, theirs, both, patch;
};

static void fill_trial(struct trial *t, uint64_t *seed)
{
    for (size_t i = 0; i < ROWS; i++) {
        enum act ours = random_act(seed, 30), theirs = random_act(seed, 30);
        put_row(&t->base, i, ACT_KEEP, "");
        put_row(&t->ours, i, ours, "ours");
        put_row(&t->theirs, i, theirs, "theirs");
        put_both(&t->both, i, ours, theirs);
    }
    struct file_result result = { .kind = RESULT_WRITE,
                                  .path = STR("f"),
                                  .remove = STR(""),
                                  .bytes = buf_str(&t->theirs),
                                  .existed = true,
                                  .preimage = buf_str(&t->base) };
    diff_print_result(&t->patch, &result, 0644, 3);
}

static void release_trial(struct trial *t)
{
    buf_release(&t->base);
    buf_release(&t->ours);
    buf_release(&t->theirs);
    buf_release(&t->both);
    buf_release(&t->patch);
}

// Accepts all hunks; returns false if one could not be placed. `*asks` tells
// whether one needs consent.
static bool accept_all(struct review *r, bool *asks)
{
    for (size_t h = 0; h < r->patch->files[0].hunk_count; h++) {
        struct error err;
        *asks |= state_of(r, h) == HUNK_FUZZY;
        if (!selection_decide(r->sel, hunk_of(h), DECISION_YES, &err))
            return false;
    }
    return true;
}

static bool has_all_own_lines(struct str result, struct str ours)
{
    struct str line;

    while (str_split(&ours, '\n', &line))
        if (str_starts_with(line, STR("ours"))
            && str_find(result, line) == SIZE_MAX)
            return false;
    return true;
}

// Returns whether the hunks were placed without asking.
static bool try_merge(struct trial *t, int round)
{
    struct review r =
        merge(buf_cstr(&t->patch), buf_cstr(&t->ours), buf_cstr(&t->base));
    struct file_result result = { .bytes = STR("") };
    bool asks = false, fits = accept_all(&r, &asks);

    if (fits)
        result = review_result(&r);
    if (result.kind == RESULT_NONE) // ours has it all
        result.bytes = buf_str(&t->ours);
    bool right = asks ? has_all_own_lines(result.bytes, buf_str(&t->ours))
                      : str_equal(result.bytes, buf_str(&t->both));
    if (fits && !right)
        fail_msg("round %d:\n%s\nours\n%s\nresult\n%.*s", round,
                 buf_cstr(&t->patch), buf_cstr(&t->ours),
                 STR_ARG(result.bytes));
    review_close(&r);
    return fits && !asks;
}

static void a_merge_has_both_changes_or_is_refused(void **state)
{
    (void)state;
    uint64_t seed = 11;
    size_t merged = 0;

    for (int round = 0; round < 2000; round++) {
        struct trial t = { 0 };
        fill_trial(&t, &seed);
        if (t.patch.len > 0)
            merged += try_merge(&t, round);
        release_trial(&t);
    }
    assert_true(merged > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_context_is_no_obstacle_with_a_base),
        cmocka_unit_test(lines_put_between_the_context_stay),
        cmocka_unit_test(an_untouched_hunk_is_moved_not_merged),
        cmocka_unit_test(the_base_tells_twins_apart),
        cmocka_unit_test(lines_both_sides_changed_are_a_conflict),
        cmocka_unit_test(a_line_that_is_gone_is_a_conflict),
        cmocka_unit_test(the_same_change_on_both_sides_is_applied),
        cmocka_unit_test(what_both_did_is_left_out_of_the_rest),
        cmocka_unit_test(insertions_in_one_place_conflict),
        cmocka_unit_test(a_change_right_beside_the_hunk_asks),
        cmocka_unit_test(a_block_that_keeps_lines_merges_line_by_line),
        cmocka_unit_test(one_line_of_a_merged_hunk_can_be_accepted),
        cmocka_unit_test(a_wrong_base_is_no_harm),
        cmocka_unit_test(line_endings_do_not_hinder_a_merge),
        cmocka_unit_test(only_what_is_not_certain_asks_for_a_base),
        cmocka_unit_test(a_renewed_file_is_compared_with_the_base_again),
        cmocka_unit_test(a_merge_has_both_changes_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
