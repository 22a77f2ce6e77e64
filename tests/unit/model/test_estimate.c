/* Guesses of tokens: what texts are taken for, how reports correct them, and
 * whether the bounds hold. */
#include "drive.h"

#include "kerf/model/estimate.h"

#define PROSE                                                               \
    "The saw removes a strip of wood, and the strip is called the kerf. A " \
    "narrow blade wastes less, but it wanders; a thick one stays true and " \
    "needs more force. Most people learn this twice.\n"
#define CODE                                                             \
    "static int add(struct sum *s, const int *at, size_t n)\n{\n"        \
    "    for (size_t i = 0; i < n; i++) {\n        s->total += at[i];\n" \
    "        if (s->total > LIMIT)\n            return -1;\n    }\n"     \
    "    return 0;\n}\n"
#define LOG                                                              \
    "2026-11-21T08:00:01.123 pid=4711 addr=0x7ffd1234 err=-11 t=0.003\n" \
    "2026-11-21T08:00:01.127 pid=4711 addr=0x7ffd1290 err=0 t=0.0041\n"
#define BASE64                                                          \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QD" \
    "wADhgGAWjR9awAAAABJRU5ErkJggg0OTk4ODc3NzY2NjU1NTQ0NDMzMzIyMjEx\n"
#define CJK                                                                \
    "\xe9\x8b\xb8\xe3\x81\xaf\xe6\x9c\xa8\xe3\x82\x92\xe5\x88\x87\xe3\x82" \
    "\x8b\xe3\x80\x82\n"
#define CYRILLIC                                                            \
    "\xd0\xbf\xd0\xb8\xd0\xbb\xd0\xb0 \xd1\x80\xd0\xb5\xd0\xb6\xd0\xb5\xd1" \
    "\x82 \xd0\xb4\xd0\xb5\xd1\x80\xd0\xb5\xd0\xb2\xd0\xbe\n"

static void assert_near(double got, double want, double margin)
{
    if (got < want * (1 - margin) || got > want * (1 + margin))
        fail_msg("got %.1f, want %.1f within %.0f %%", got, want, margin * 100);
}

// Counted by hand, as a vocabulary of 200,000 entries would cut them: words
// and common pieces whole, digits by threes, marks one by one.
static void each_kind_of_text_is_weighed_by_its_class(void **state)
{
    static const struct {
        const char *text;
        double tokens;
    } cases[] = {
        { PROSE, 43 },  { CODE, 64 }, { LOG, 72 },
        { BASE64, 84 }, { CJK, 8 },   { CYRILLIC, 10 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_near(estimate_text(str_from(cases[i].text)), cases[i].tokens,
                    ESTIMATE_MARGIN);
}

static void a_byte_of_base64_costs_more_than_one_of_prose(void **state)
{
    static const char *const rising[] = { PROSE, CODE, LOG, BASE64 };
    double last = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
        struct str text = str_from(rising[i]);
        double each = estimate_text(text) / (double)text.len;
        assert_true(each > last);
        last = each;
    }
}

static void an_empty_text_has_no_tokens(void **state)
{
    (void)state;
    assert_true(estimate_text(STR("")) == 0);
}

static void indentation_costs_little(void **state)
{
    double flat = estimate_text(STR("if (a)\n return b;\n"));
    double deep = estimate_text(
        STR("if (a)\n                                    return b;\n"));

    (void)state;
    assert_near(deep, flat, 0.01);
}

static void a_report_corrects_the_next_guess(void **state)
{
    struct estimator e = { 0 };

    (void)state;
    assert_int_equal(estimator_guess(&e, 1000).tokens, 1000);
    estimator_learn(&e, 1000, 1300);
    estimator_leave(&e);
    assert_near((double)estimator_guess(&e, 2000).tokens, 2600, 0.01);
}

static void what_was_reported_is_not_guessed_again(void **state)
{
    struct estimator e = { 0 };

    (void)state;
    estimator_learn(&e, 100000, 123456);
    struct estimate same = estimator_guess(&e, 100000);
    assert_int_equal(same.tokens, 123456);
    assert_true(same.high <= 123457);
    assert_near((double)estimator_guess(&e, 101000).tokens, 124690, 0.001);
}

static void a_report_that_cannot_be_is_not_believed(void **state)
{
    struct estimator e = { 0 };

    (void)state;
    estimator_learn(&e, 1000, 1000000);
    estimator_leave(&e);
    assert_true(estimator_guess(&e, 1000).tokens <= 2500);
    estimator_learn(&e, 1000, 0);
    estimator_learn(&e, 0, 10);
    assert_int_equal(e.reports, 1);
}

// A conversation that grows on a server whose count differs by a factor, and
// by up to 10 % from message to message.
static void the_bounds_hold(void **state)
{
    uint64_t seed = 11;
    unsigned good = 0, all = 0;

    (void)state;
    for (double factor = 0.7; factor < 1.6; factor += 0.1) {
        struct estimator e = { 0 };
        double weight = 0, tokens = 0;
        for (unsigned i = 0; i < 60; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            double more = 200 + (double)(seed >> 50);
            double noise = 0.9 + 0.2 * (double)(seed >> 33 & 1023) / 1023;
            weight += more;
            tokens += more * factor * noise;
            struct estimate guess = estimator_guess(&e, weight);
            if (i > 0) {
                good += guess.low <= (int64_t)tokens
                        && (int64_t)tokens <= guess.high;
                all++;
                assert_near((double)guess.tokens, tokens, 0.3);
            }
            estimator_learn(&e, weight, (int64_t)tokens);
        }
    }
    if (good * 100 < all * 95)
        fail_msg("%u of %u", good, all);
}

static void a_session_is_weighed_by_what_is_sent(void **state)
{
    struct session *s = *state;
    struct estimator e = { 0 };

    struct tally tally = { 0 };
    double around = estimate_text(STR(PROSE)) + estimate_text(STR("[]"));

    int64_t before = estimate_session(&tally, s, around, &e).tokens;
    ask(s);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR(PROSE));
    int64_t with_text = estimate_session(&tally, s, around, &e).tokens;
    MUST(s, .kind = EVENT_NOTICE, .text = STR(PROSE));
    assert_near((double)(with_text - before), 43 + 8, ESTIMATE_MARGIN);
    MUST(s, .kind = EVENT_CONTEXT_ADDED, .name = STR("aside"),
         .text = STR(PROSE), .state = CONTEXT_ASIDE);
    assert_int_equal(estimate_session(&tally, s, around, &e).tokens, with_text);
    tally_release(&tally);
}

static void what_was_compacted_does_not_count(void **state)
{
    struct session *s = *state;
    struct tally tally = { 0 };

    ask(s);
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT, .text = STR(CODE));
    complete(s, "r1");
    MUST(s, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    double before = tally_session(&tally, s);
    MUST(s, .kind = EVENT_COMPACTED, .index = s->item_count, .text = STR("b"));
    double after = tally_session(&tally, s);
    MUST(s, .kind = EVENT_COMPACTED, .flag = true);

    assert_true(after < before - 20);
    assert_true(tally_session(&tally, s) == before);
    tally_release(&tally);
}

static void the_window_decides(void **state)
{
    struct estimate e = { .tokens = 1000, .low = 900, .high = 1100 };

    (void)state;
    assert_int_equal(estimate_fit(&e, 0, 500, 0), WINDOW_FITS);
    assert_int_equal(estimate_fit(&e, 2000, 500, 0), WINDOW_FITS);
    assert_int_equal(estimate_fit(&e, 1250, 100, 0), WINDOW_NEEDS_COMPACTION);
    assert_int_equal(estimate_fit(&e, 2000, 500, 50), WINDOW_NEEDS_COMPACTION);
    assert_int_equal(estimate_fit(&e, 1550, 500, 0), WINDOW_NEEDS_COMPACTION);
    assert_int_equal(estimate_fit(&e, 1499, 500, 0), WINDOW_NEEDS_BIGGER);
    assert_int_equal(estimate_fit(&e, 400, 500, 0), WINDOW_NEEDS_BIGGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_text_is_weighed_by_its_class),
        TEST(a_byte_of_base64_costs_more_than_one_of_prose),
        TEST(an_empty_text_has_no_tokens),
        TEST(indentation_costs_little),
        TEST(a_report_corrects_the_next_guess),
        TEST(what_was_reported_is_not_guessed_again),
        TEST(a_report_that_cannot_be_is_not_believed),
        TEST(the_bounds_hold),
        TEST(a_session_is_weighed_by_what_is_sent),
        TEST(what_was_compacted_does_not_count),
        TEST(the_window_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
