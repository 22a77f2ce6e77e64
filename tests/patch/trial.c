/*
 * kerf's engine is called as `kerf apply` calls it: paths that are not safe
 * cannot be read, everything must fit without anybody's consent, all results
 * are computed before one is taken.
 */
#include "trial.h"

#include "engine.h"
#include "kerf/patch/diff.h"
#include "kerf/repo/worktree.h"

static uint64_t mix(uint64_t seed, struct str name, size_t number)
{
    struct dice dice = { str_hash(name, seed) + number };
    return dice_roll(&dice);
}

// --- fairness

// The line before the change that the script line was, counted from 1.
static void number_lines(struct truth *truth)
{
    for (size_t f = 0; f < truth->count; f++) {
        size_t number = 0;
        for (size_t i = 0; i < truth->files[f].count; i++) {
            struct script_line *line = &truth->files[f].lines[i];
            line->number = line->kind == SCRIPT_NEW ? 0 : ++number;
        }
    }
}

static bool hunk_stands_at(struct str text, const struct hunk *hunk,
                           size_t line)
{
    struct str got = STR("");

    for (size_t i = 0; i < line; i++)
        if (!str_split(&text, '\n', &got))
            return false;
    for (size_t i = 0; i < hunk->line_count; i++)
        if (hunk->lines[i].kind != LINE_ADDED
            && (!str_split(&text, '\n', &got)
                || !str_equal(str_trim_end(got),
                              str_trim_end(hunk->lines[i].text))))
            return false;
    return true;
}

// Where the line that was the `number`th stands now, from 0.
static size_t place_now(const struct change *change, size_t number)
{
    size_t place = 0;

    for (size_t i = 0; i < change->count; i++) {
        if (change->lines[i].number == number)
            return place;
        place += change->lines[i].kind != SCRIPT_NEW;
    }
    return SIZE_MAX;
}

static size_t old_count(const struct hunk *hunk)
{
    size_t count = 0;

    for (size_t i = 0; i < hunk->line_count; i++)
        count += hunk->lines[i].kind != LINE_ADDED;
    return count;
}

// A hunk without numbers cannot be told from an equal one that may stand
// between its neighbours too.
static bool stands_once_between(struct trial *trial,
                                const struct change *change,
                                const struct file_patch *meant, size_t h)
{
    struct str before = change_text(trial->arena, change, BEFORE);
    const struct hunk *hunk = &meant->hunks[h];
    size_t from = 0, until = SIZE_MAX, found = 0, lines = 0;
    struct str rest = before, line;

    while (str_split(&rest, '\n', &line))
        lines++;
    if (h > 0)
        from = meant->hunks[h - 1].hint + old_count(&meant->hunks[h - 1]);
    until = h + 1 < meant->hunk_count ? meant->hunks[h + 1].hint : lines;
    for (size_t at = from; at + old_count(hunk) <= until; at++)
        found += hunk_stands_at(before, hunk, at);
    return found < 2;
}

// A hunk that fits exactly where its numbers say, though it was meant for
// another place, cannot be told from one that is meant there.
static bool hunk_is_fair(struct trial *trial, const struct change *change,
                         const struct hunk *meant, const struct hunk *given)
{
    size_t place = place_now(change, meant->hint + 1);
    struct str before = change_text(trial->arena, change, BEFORE);

    return given->hint == HUNK_NO_HINT || place == given->hint
           || place == SIZE_MAX || !hunk_stands_at(before, meant, given->hint);
}

static const struct change *change_of(const struct truth *truth,
                                      const struct file_patch *file)
{
    for (size_t i = 0; i < truth->count; i++) {
        const struct change *change = &truth->files[i];
        if (str_equal(change->path, file->path)
            || str_equal(change->old_path, file->path))
            return change;
    }
    return NULL;
}

static bool is_fair(struct trial *trial, struct str undamaged)
{
    struct error err;
    const struct patch *meant =
        patch_parse(trial->arena, undamaged, PATCH_UNKNOWN, &err);
    const struct patch *given =
        patch_parse(trial->arena, trial->patch, PATCH_UNKNOWN, &err);

    if (!meant || !given || meant->format != PATCH_UNIFIED
        || meant->file_count != given->file_count)
        return true;
    for (size_t f = 0; f < meant->file_count; f++) {
        const struct file_patch *file = &meant->files[f];
        const struct change *change = change_of(&trial->truth, file);
        if (!change || file->hunk_count != given->files[f].hunk_count)
            continue;
        for (size_t h = 0; h < file->hunk_count; h++)
            if ((given->files[f].hunks[h].hint == HUNK_NO_HINT
                 && !stands_once_between(trial, change, file, h))
                || !hunk_is_fair(trial, change, &file->hunks[h],
                                 &given->files[f].hunks[h]))
                return false;
    }
    return true;
}

// --- making

bool trial_make(struct trial *trial, struct arena *arena,
                const struct trial_plan *plan)
{
    static const size_t contexts[] = { 3, 3, 3, 3, 1, 2, 5, 10 };
    struct str kind = str_from(plan->damage->name);
    struct dice dice = { mix(plan->seed + plan->language, kind, plan->number) };

    *trial = (struct trial){ .arena = arena, .language = plan->language };
    trial->context = contexts[dice_below(&dice, 8)];
    truth_make(&trial->truth, arena, language_traits(plan->language), &dice);
    number_lines(&trial->truth);
    struct str patch =
        plan->language == LANGUAGE_GIT && plan->print
            ? plan->print(&trial->truth, trial->context, plan->ctx)
            : language_write(plan->language, &trial->truth, trial->context,
                             &dice);
    if (patch.len == 0)
        return false;
    trial->text = patch_text_read(arena, plan->language, patch);
    if (!plan->damage->make(trial, &dice))
        return false;
    if (trial->patch.len == 0)
        trial->patch = patch_text_join(&trial->text, "\n");
    return is_fair(trial, patch);
}

// --- judging

static bool trees_are_equal(struct tree *a, struct tree *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct tree_file *file = tree_find(b, a->files[i].path);
        if (!file || !str_equal(file->bytes, a->files[i].bytes)
            || (file->mode & 0100) != (a->files[i].mode & 0100))
            return false;
    }
    return a->count == b->count;
}

enum outcome trial_judge(struct trial *trial, bool applied)
{
    struct tree *got = &trial->got;
    struct tree before = { .arena = trial->arena };
    struct error err;

    for (size_t i = 0; i < got->count; i++)
        if (!worktree_path_is_safe(got->files[i].path, &err))
            return OUTCOME_ESCAPE;
    truth_tree(&trial->truth, &before, BEFORE);
    if (!applied)
        return trees_are_equal(&before, got) ? OUTCOME_REFUSED : OUTCOME_WRONG;
    return !trial->must_refuse && truth_holds(&trial->truth, got)
               ? OUTCOME_RIGHT
               : OUTCOME_WRONG;
}

enum outcome trial_run(struct trial *trial, struct error *reason)
{
    trial->got = (struct tree){ .arena = trial->arena };
    truth_tree(&trial->truth, &trial->got, BEFORE);
    bool applied = engine_apply(&trial->got, trial->patch, false, reason);
    return trial_judge(trial, applied);
}

// --- showing

// How a file that came out differs from the right one.
static void show_difference(struct tree *right, const struct tree_file *file,
                            struct buf *out)
{
    const struct tree_file *want = tree_find(right, file->path);
    struct file_result result = {
        .kind = RESULT_WRITE,
        .path = file->path,
        .bytes = file->bytes,
        .mode = file->mode,
        .existed = want,
        .preimage = want ? want->bytes : STR(""),
    };

    if (!want)
        buf_printf(out, "--- %.*s should not be there\n", STR_ARG(file->path));
    diff_print_result(out, &result, want ? want->mode : 0, 3);
}

void trial_show(struct trial *trial, struct buf *out)
{
    struct tree before = { .arena = trial->arena };
    struct tree right = { .arena = trial->arena };

    buf_printf(out, "--- patch (%s)\n%.*s\n", language_name(trial->language),
               STR_ARG(trial->patch));
    truth_tree(&trial->truth, &before, BEFORE);
    for (size_t i = 0; i < before.count; i++)
        buf_printf(out, "--- before: %.*s\n%.*s", STR_ARG(before.files[i].path),
                   STR_ARG(before.files[i].bytes));
    truth_tree(&trial->truth, &right, AFTER);
    buf_append(out, STR("--- from right to got\n"));
    for (size_t i = 0; i < trial->got.count; i++)
        show_difference(&right, &trial->got.files[i], out);
    for (size_t i = 0; i < right.count; i++)
        if (!tree_find(&trial->got, right.files[i].path))
            buf_printf(out, "--- %.*s is missing\n",
                       STR_ARG(right.files[i].path));
}
