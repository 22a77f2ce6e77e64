/*
 * A failing build, round by round: the log, a probe for machine-readable
 * fix-its, the files, a patch, the verdict, the build again. Where we stand is
 * read from the steps taken so far; each answer is the next step.
 */
#include "fixit.h"

#include "kerf/sim/fix.h"

#define LIMIT_ROUNDS 4 // patches proposed for one task
#define LIMIT_LISTED 20
#define PROBE_MARK "-fdiagnostics-parseable-fixits"

enum place {
    PLACE_NO_LOG,   // nothing was built yet
    PLACE_LOG,      // a log to work on
    PLACE_REVIEWED, // a patch has its verdict
};

struct round {
    enum place place;
    struct str command; // that builds; empty: not known
    struct str log;
    bool was_run; // the log comes from a command that really ran
    int exit_status;
    bool was_probed;
    struct str probe;   // what the probe wrote
    struct str verdict; // of the last patch
    size_t patches;
    size_t since; // steps before it are out of date
};

// --- where we stand ----------------------------------------------------------

static struct str trimmed_quotes(struct str task)
{
    size_t open = str_find_char(task, '`');
    struct str rest = str_skip(task, open == SIZE_MAX ? open : open + 1);

    return str_take(rest, str_find_char(rest, '`'));
}

static bool has_diagnostics(struct arena *arena, struct str log)
{
    struct diagnosis diagnosis = { 0 };

    diagnosis_read(arena, log, &diagnosis);
    return diagnosis.diagnostic_count > 0;
}

// The newest context that is a log.
static const struct context *find_log(const struct work *work)
{
    const struct dialogue *d = &work->dialogue;

    for (size_t i = d->context_count; i > 0; i--)
        if (d->contexts[i - 1].has_exit
            || has_diagnostics(work->arena, d->contexts[i - 1].text))
            return &d->contexts[i - 1];
    return NULL;
}

static struct round begin_round(const struct work *work)
{
    const struct context *log = find_log(work);
    struct round round = { .place = PLACE_NO_LOG };

    if (log) {
        round.place = PLACE_LOG;
        round.log = log->text;
        round.was_run = true;
        round.exit_status = log->has_exit ? log->exit_status : 1;
        if (log->has_exit)
            round.command = log->name;
        return round;
    }
    round.command = trimmed_quotes(work->dialogue.task);
    if (round.command.len == 0)
        round.command = STR("make");
    return round;
}

static void follow(struct round *round, const struct step *step, size_t index)
{
    switch (step->kind) {
    case STEP_PATCH:
        round->place = PLACE_REVIEWED;
        round->verdict = step->output;
        round->patches++;
        break;
    case STEP_SHELL:
        if (str_find(step->subject, STR(PROBE_MARK)) != SIZE_MAX) {
            round->was_probed = true;
            round->probe = step->has_exit ? step->output : STR("");
            return;
        }
        round->place = PLACE_LOG;
        round->log = step->output;
        round->was_run = step->has_exit;
        round->exit_status = step->exit_status;
        break;
    case STEP_READ:
    case STEP_SEARCH:
    case STEP_OTHER: return;
    }
    round->was_probed = false;
    round->probe = STR("");
    round->since = index + 1;
}

static struct round read_round(const struct work *work)
{
    struct round round = begin_round(work);

    for (size_t i = 0; i < work->dialogue.step_count; i++)
        follow(&round, &work->dialogue.steps[i], i);
    return round;
}

// --- words -------------------------------------------------------------------

static void put_where(const struct fix *fix, struct buf *out)
{
    if (fix->file.len > 0 && fix->line > 0)
        buf_printf(out, "`%.*s:%zu`: ", STR_ARG(fix->file), fix->line);
    else if (fix->file.len > 0)
        buf_printf(out, "`%.*s`: ", STR_ARG(fix->file));
}

// The message without the name of the option that asked for it.
static struct str plain_message(const struct fix *fix)
{
    return str_take(fix->message, str_find(fix->message, STR(" [-W")));
}

static size_t count_state(struct fix_list fixes, enum fix_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < fixes.count; i++)
        count += fixes.at[i].state == state;
    return count;
}

static void put_done(struct fix_list fixes, struct buf *out)
{
    size_t number = 0, total = count_state(fixes, FIX_DONE);

    buf_printf(out,
               "%zu fix%s, made from what the compiler proposes (I am "
               "kerf's built-in engine, no neural model):\n\n",
               total, total == 1 ? "" : "es");
    for (size_t i = 0; i < fixes.count; i++) {
        const struct fix *fix = &fixes.at[i];
        if (fix->state != FIX_DONE)
            continue;
        buf_printf(out, "%zu. ", ++number);
        put_where(fix, out);
        buf_printf(out, "%.*s\n   I %.*s.\n", STR_ARG(plain_message(fix)),
                   STR_ARG(fix->what));
    }
}

// Lists the errors that are left.
static void put_left(struct fix_list fixes, struct buf *out)
{
    size_t listed = 0;

    for (size_t i = 0; i < fixes.count; i++) {
        const struct fix *fix = &fixes.at[i];
        if (fix->state == FIX_DONE || fix->state == FIX_DUPLICATE
            || fix->severity != SEVERITY_ERROR)
            continue;
        if (listed++ == 0)
            buf_append(out, STR("\nNot mended (some may only follow from "
                                "others):\n\n"));
        if (listed > LIMIT_LISTED)
            continue;
        buf_append(out, STR("- "));
        put_where(fix, out);
        buf_append(out, plain_message(fix));
        if (fix->why)
            buf_printf(out, " (%s)", fix->why);
        buf_append_char(out, '\n');
    }
    if (listed > LIMIT_LISTED)
        buf_printf(out, "- and %zu more\n", listed - LIMIT_LISTED);
}

static void say(struct work *work, const struct buf *text)
{
    fixit_say(work, arena_copy(work->arena, buf_str(text)));
}

static void say_end(struct work *work, struct fix_list fixes, const char *head)
{
    struct buf text = { 0 };

    buf_append(&text, str_from(head));
    put_left(fixes, &text);
    buf_append(&text, STR("\nI only know what compilers propose; for the rest "
                          "kerf needs a backend with a model (`[backend]` in "
                          "`~/.config/kerf/config`).\n"));
    say(work, &text);
    buf_release(&text);
}

// --- steps -------------------------------------------------------------------

static void run_build(struct work *work, const struct round *round,
                      const char *why)
{
    if (!work->dialogue.has_shell) {
        fixit_say(work, STR("I have no tool to run the build with.\n"));
        return;
    }
    fixit_say(work, arena_printf(work->arena, "%s `%.*s`.\n", why,
                                 STR_ARG(round->command)));
    fixit_call(work, "shell", "command", round->command);
}

static void after_review(struct work *work, const struct round *round)
{
    if (!verdict_accepts(round->verdict))
        fixit_say(work, STR("Nothing was accepted, so nothing has changed.\n"));
    else if (round->command.len == 0)
        fixit_say(work, STR("What you accepted is in place. Build again to "
                            "see whether that was all.\n"));
    else
        run_build(work, round, "To check what you accepted, I run");
}

// The places of one file: sections go to `out`. False if it is not read yet.
static bool patch_file(struct work *work, const struct round *round,
                       struct fix_list fixes, const struct fix *first,
                       struct buf *out)
{
    size_t count;
    const struct text_lines *lines =
        fixit_source(work, round->since, first->file, first->line);

    if (!lines)
        return false;
    struct edit *edits =
        fixes_apply(work->arena, fixes, first->file, lines, &count);
    if (count > 0)
        edits_write(work->arena, first->file, lines, edits, count, out);
    return true;
}

static bool is_wanted(const struct fix *fix)
{
    return fix->state == FIX_WANTED && fix->kind != FIX_NONE
           && fix->file.len > 0;
}

static bool is_first_of_file(struct fix_list fixes, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_wanted(&fixes.at[i])
            && str_equal(fixes.at[i].file, fixes.at[index].file))
            return false;
    return true;
}

// Patches what has been read; adds calls that read the rest. False then.
static bool patch_files(struct work *work, const struct round *round,
                        struct fix_list fixes, struct buf *sections)
{
    bool all_read = true;

    for (size_t i = 0; i < fixes.count; i++)
        if (is_wanted(&fixes.at[i]) && is_first_of_file(fixes, i))
            all_read &= patch_file(work, round, fixes, &fixes.at[i], sections);
    return all_read;
}

static void propose(struct work *work, const struct round *round,
                    struct fix_list fixes)
{
    struct buf sections = { 0 }, text = { 0 };

    if (!work->dialogue.has_read || !work->dialogue.has_patch) {
        fixit_say(work, STR("The tools `read_file` and `apply_patch` are not "
                            "offered, so I cannot propose a patch.\n"));
    } else if (patch_files(work, round, fixes, &sections)) {
        if (sections.len > 0) {
            put_done(fixes, &text);
            put_left(fixes, &text);
            say(work, &text);
            fixit_propose(work, buf_str(&sections));
        } else {
            say_end(work, fixes,
                    "The compiler proposes nothing that I could "
                    "turn into a patch.\n");
        }
    }
    buf_release(&sections);
    buf_release(&text);
}

static bool probe(struct work *work, const struct diagnosis *diagnosis,
                  const struct round *round)
{
    struct buf command = { 0 };

    if (round->was_probed || !work->dialogue.has_shell
        || (diagnosis->fixit_count > 0 && !diagnosis->has_far_paths))
        return false;
    diagnosis_probe(diagnosis, round->log, &command);
    bool runs = command.len > 0;
    if (runs) {
        fixit_say(work, STR("I ask the compiler for its fix-its: the same "
                            "compile lines, without output files.\n"));
        fixit_call(work, "shell", "command", buf_str(&command));
    }
    buf_release(&command);
    return runs;
}

// The probe repeats what the log says, with fix-its; without it the log.
static struct diagnosis diagnose(struct work *work, const struct round *round)
{
    struct diagnosis diagnosis = { 0 };

    diagnosis_read(work->arena, round->probe, &diagnosis);
    if (diagnosis.diagnostic_count == 0)
        diagnosis_read(work->arena, round->log, &diagnosis);
    return diagnosis;
}

static void work_on_log(struct work *work, const struct round *round)
{
    struct diagnosis diagnosis = diagnose(work, round);
    struct fix_list fixes;

    if (probe(work, &diagnosis, round))
        return;
    fixes = fixes_find(work->arena, &diagnosis);
    if (fixes.count == 0)
        say_end(work, fixes,
                "The log holds no diagnostics of a compiler that "
                "I understand (gcc and clang).\n");
    else if (round->patches >= LIMIT_ROUNDS)
        say_end(work, fixes,
                "The build still fails after four patches; I "
                "stop here.\n");
    else if (round->patches > 0
             && str_find(round->verdict, STR("refused")) != SIZE_MAX)
        say_end(work, fixes,
                "The build still fails without what you "
                "refused.\n");
    else
        propose(work, round, fixes);
}

void fixit_build(struct work *work)
{
    struct round round = read_round(work);

    switch (round.place) {
    case PLACE_NO_LOG:
        run_build(work, &round, "To see what is wrong, I run");
        return;
    case PLACE_REVIEWED: after_review(work, &round); return;
    case PLACE_LOG: break;
    }
    if (!round.was_run)
        fixit_say(work, STR("The command was not run, so I do not know "
                            "whether the build passes.\n"));
    else if (round.exit_status == 0 && round.patches > 0)
        fixit_say(work, arena_printf(work->arena, "`%.*s` passes now.\n",
                                     STR_ARG(round.command)));
    else if (round.exit_status == 0)
        fixit_say(work, arena_printf(work->arena,
                                     "`%.*s` passes; there is nothing to "
                                     "mend.\n",
                                     STR_ARG(round.command)));
    else
        work_on_log(work, &round);
}
