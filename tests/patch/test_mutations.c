/*
 * Damaged patches by the thousand, from seeds that are always the same: kerf
 * does what was meant or changes nothing. `mutate` (make mutate) tries others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "trial.h"

#define SEED 20261121
#define TRIALS 60 // of each kind in each language

static void run_row(const struct damage *damage, enum language language,
                    size_t sums[OUTCOMES])
{
    struct arena arena = { 0 };

    for (size_t i = 0; i < TRIALS; i++) {
        struct trial trial;
        struct error reason;
        enum outcome outcome = OUTCOME_NONE;
        struct trial_plan plan = {
            .damage = damage, .language = language, .seed = SEED, .number = i
        };
        if (trial_make(&trial, &arena, &plan))
            outcome = trial_run(&trial, &reason);
        sums[outcome]++;
        arena_reset(&arena);
    }
    arena_release(&arena);
}

static void kerf_does_what_was_meant_or_nothing(void **state)
{
    const struct damage *damage = *state;
    size_t sums[OUTCOMES] = { 0 };

    for (enum language l = 0; l < LANGUAGES; l++)
        if (damage->languages & 1u << l)
            run_row(damage, l, sums);
    size_t all = sums[OUTCOME_RIGHT] + sums[OUTCOME_REFUSED]
                 + sums[OUTCOME_WRONG] + sums[OUTCOME_ESCAPE];
    assert_int_equal(sums[OUTCOME_ESCAPE], 0);
    if (sums[OUTCOME_WRONG] * 1000 > damage->wrong_per_mille * all)
        fail_msg("%zu of %zu are wrong: mutate --only %s --seed %d --show "
                 "wrong",
                 sums[OUTCOME_WRONG], all, damage->name, SEED);
    if (sums[OUTCOME_RIGHT] * 100 < damage->right_percent * all)
        fail_msg("only %zu of %zu are right, not %u %%", sums[OUTCOME_RIGHT],
                 all, damage->right_percent);
}

int main(void)
{
    struct CMUnitTest tests[64];

    for (size_t i = 0; i < damage_count; i++)
        tests[i] = (struct CMUnitTest){
            .name = damages[i].name,
            .test_func = kerf_does_what_was_meant_or_nothing,
            .initial_state = (void *)(uintptr_t)&damages[i],
        };
    return _cmocka_run_group_tests("damaged patches", tests, damage_count, NULL,
                                   NULL);
}
