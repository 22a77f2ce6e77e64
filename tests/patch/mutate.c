/*
 * Tries kerf's patch engine on damaged patches and prints a row for each kind
 * of damage: how many came out right, were refused, or wrong. usage() tells
 * the rest.
 */
#include <stdlib.h>
#include <time.h>

#include "history.h"
#include "outside.h"
#include "trial.h"

struct options {
    uint64_t seed;
    size_t trials;    // of each kind, in each language and round
    size_t seconds;   // rounds go on as long; 0: one round
    const char *only; // name of a kind
    const char *show; // name of an outcome: trials that end so are printed
    size_t most;      // so many of them
    size_t number;    // SIZE_MAX: all of them
    const char *kerf; // also run this program
    bool git;         // also run `git apply`
    bool real;        // diffs are printed by `git diff`
    const char *history;
};

static const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_NONE] = "none",       [OUTCOME_RIGHT] = "right",
    [OUTCOME_REFUSED] = "refused", [OUTCOME_WRONG] = "wrong",
    [OUTCOME_ESCAPE] = "escape",
};

struct sums {
    size_t of[OUTCOMES];
};

struct row {
    struct sums engine, kerf, git;
};

struct bench {
    struct options options;
    struct outside outside;
    struct arena arena;
};

static int usage(void)
{
    fputs("usage: mutate [OPTION VALUE]...\n"
          "  --seed N --trials N --seconds N   which and how many; 0 seconds: "
          "one round\n"
          "  --only KIND --number N            one kind, one trial\n"
          "  --show right|refused|wrong --most N   print such trials\n"
          "  --git 1      also `git apply`     --kerf FILE   also `kerf "
          "apply`\n"
          "  --real 1     diffs by the real git\n"
          "  --history DIR --trials N          replay commits (with --kerf)\n",
          stderr);
    return 2;
}

static bool take_option(struct options *options, const char *name,
                        const char *value)
{
    struct {
        const char *name;
        size_t *number;
        const char **text;
    } table[] = {
        { "--trials", &options->trials, NULL },
        { "--seconds", &options->seconds, NULL },
        { "--most", &options->most, NULL },
        { "--number", &options->number, NULL },
        { "--only", NULL, &options->only },
        { "--show", NULL, &options->show },
        { "--kerf", NULL, &options->kerf },
        { "--history", NULL, &options->history },
    };
    uint64_t number = strtoull(value, NULL, 10);

    if (strcmp(name, "--seed") == 0)
        options->seed = number;
    else if (strcmp(name, "--git") == 0)
        options->git = number;
    else if (strcmp(name, "--real") == 0)
        options->real = number;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(name, table[i].name) != 0)
            continue;
        if (table[i].number)
            *table[i].number = number;
        else
            *table[i].text = value;
        return true;
    }
    return strcmp(name, "--seed") == 0 || strcmp(name, "--git") == 0
           || strcmp(name, "--real") == 0;
}

static void show(struct bench *bench, const struct trial_plan *plan,
                 struct trial *trial, const char *reason)
{
    struct buf out = { 0 };

    printf("=== %s %s --seed %llu --number %zu: %s\n", plan->damage->name,
           language_name(plan->language), (unsigned long long)plan->seed,
           plan->number, reason);
    trial_show(trial, &out);
    fwrite(out.at, 1, out.len, stdout);
    buf_release(&out);
    bench->options.most--;
}

static void count(struct bench *bench, struct sums *sums,
                  const struct trial_plan *plan, struct trial *trial,
                  enum outcome outcome, const char *reason)
{
    sums->of[outcome]++;
    if (bench->options.show && bench->options.most > 0
        && strcmp(bench->options.show, outcome_names[outcome]) == 0)
        show(bench, plan, trial, reason);
}

// Lets another program carry the patch out.
static enum outcome run_outside(struct bench *bench, struct trial *trial,
                                const char *const *argv)
{
    struct tree before = { .arena = trial->arena };

    truth_tree(&trial->truth, &before, BEFORE);
    outside_put(&bench->outside, &before);
    outside_patch(&bench->outside, trial->patch);
    int status = outside_run(&bench->outside, argv);
    trial->got = (struct tree){ .arena = trial->arena };
    outside_get(&bench->outside, &trial->got);
    return trial_judge(trial, status == 0);
}

static void run_one(struct bench *bench, const struct trial_plan *plan,
                    struct row *row)
{
    static const char *const git[] = { "git", "apply", "--whitespace=nowarn",
                                       "../patch", NULL };
    const char *kerf[] = { bench->options.kerf, "apply", "../patch", NULL };
    struct trial trial;
    struct error reason = { .text = "applied" };

    if (!trial_make(&trial, &bench->arena, plan)) {
        row->engine.of[OUTCOME_NONE]++;
        return;
    }
    enum outcome outcome = trial_run(&trial, &reason);
    count(bench, &row->engine, plan, &trial, outcome, reason.text);
    if (bench->options.kerf)
        count(bench, &row->kerf, plan, &trial, run_outside(bench, &trial, kerf),
              "by the program");
    if (bench->options.git && (IN_UNIFIED & 1u << plan->language))
        row->git.of[run_outside(bench, &trial, git)]++;
}

static void print_sums(const struct sums *sums)
{
    size_t all = sums->of[OUTCOME_RIGHT] + sums->of[OUTCOME_REFUSED]
                 + sums->of[OUTCOME_WRONG] + sums->of[OUTCOME_ESCAPE];

    if (all > 0)
        printf(" | %8zu %6.1f %8zu %6zu %6zu", all,
               100.0 * (double)sums->of[OUTCOME_RIGHT] / (double)all,
               sums->of[OUTCOME_REFUSED], sums->of[OUTCOME_WRONG],
               sums->of[OUTCOME_ESCAPE]);
}

static void run_row(struct bench *bench, const struct damage *damage,
                    enum language language, uint64_t seed, struct row *row)
{
    const struct options *options = &bench->options;
    bool all = options->number == SIZE_MAX;
    struct trial_plan plan = {
        .damage = damage,
        .language = language,
        .seed = seed,
        .number = all ? 0 : options->number,
        .print = options->real ? outside_print : NULL,
        .ctx = &bench->outside,
    };
    size_t end = all ? options->trials : options->number + 1;

    for (; plan.number < end; plan.number++) {
        run_one(bench, &plan, row);
        arena_reset(&bench->arena);
    }
}

// One round: every kind in every language. Returns how many came out wrong.
static size_t run_round(struct bench *bench, uint64_t seed)
{
    size_t wrong = 0;

    printf("seed %llu\n%-13s %-7s | %8s %6s %8s %6s %6s | the same for kerf "
           "apply, git apply\n",
           (unsigned long long)seed, "damage", "in", "trials", "right%",
           "refused", "wrong", "escape");
    for (size_t d = 0; d < damage_count; d++)
        for (enum language l = 0; l < LANGUAGES; l++) {
            const char *only = bench->options.only;
            struct row row = { 0 };
            if (!(damages[d].languages & 1u << l)
                || (only && strcmp(only, damages[d].name) != 0))
                continue;
            run_row(bench, &damages[d], l, seed, &row);
            printf("%-13s %-7s", damages[d].name, language_name(l));
            print_sums(&row.engine);
            print_sums(&row.kerf);
            print_sums(&row.git);
            printf("\n");
            wrong += row.engine.of[OUTCOME_WRONG]
                     + row.engine.of[OUTCOME_ESCAPE];
        }
    printf("%zu wrong\n", wrong);
    return wrong;
}

int main(int argc, char **argv)
{
    struct bench bench = {
        .options = { .seed = 1, .trials = 200, .most = 1, .number = SIZE_MAX }
    };
    struct options *options = &bench.options;
    time_t start = time(NULL);
    size_t wrong = 0;

    for (int i = 1; i < argc; i += 2)
        if (i + 1 == argc || !take_option(options, argv[i], argv[i + 1]))
            return usage();
    if (options->history)
        return options->kerf ? !history_replay(options->history, options->kerf,
                                               options->trials)
                             : usage();
    if (options->seconds > 0 && options->seed == 1)
        options->seed = (uint64_t)start * 1000;
    outside_open(&bench.outside);
    do
        wrong += run_round(&bench, options->seed++);
    while ((size_t)(time(NULL) - start) < options->seconds);
    outside_close(&bench.outside);
    arena_release(&bench.arena);
    return wrong > 0;
}
