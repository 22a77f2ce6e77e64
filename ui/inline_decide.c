/* Letters that decide. What is doubtful is accepted only by itself, and by the
 * same answer twice. */
#include "kerf/patch/shape.h"

#include "inline_review.h"

static bool is_unfit(const struct hunk_place *place)
{
    return place->state == HUNK_CONFLICT || place->state == HUNK_AMBIGUOUS
           || (place->state == HUNK_STALE && place->fit == FIT_NONE);
}

// What must not be accepted in passing; empty: nothing.
static struct str doubt(struct inline_ui *ui, const struct selection *sel,
                        struct target at)
{
    const struct hunk *hunk =
        &selection_patch(sel)->files[at.file].hunks[at.hunk];
    const struct hunk_place *place = selection_place(sel, at.file, at.hunk);
    size_t line = 0;
    uint32_t hidden = hunk_hidden(hunk, &line);

    if (hidden != 0)
        return arena_printf(&ui->scratch,
                            "its line %zu adds a character that hides or "
                            "reorders text, U+%04X",
                            line + 1, (unsigned)hidden);
    if (place->state == HUNK_FUZZY && place->reason.len > 0)
        return STR("it fits only loosely");
    return (struct str){ 0 };
}

static void decide(struct inline_ui *ui, struct target target,
                   enum decision decision)
{
    struct command *command = inline_want(ui, CMD_DECIDE);

    command->target = target;
    command->decision = decision;
}

// --- lines -------------------------------------------------------------------

static bool take_number(struct str *text, uint64_t *number)
{
    size_t digits = 0;

    while (digits < text->len && text->at[digits] >= '0'
           && text->at[digits] <= '9')
        digits++;
    if (!str_to_u64(str_take(*text, digits), number))
        return false;
    *text = str_skip(*text, digits);
    return true;
}

bool range_take(struct inline_ui *ui, const struct hunk *hunk, struct str *text,
                struct line_range *range)
{
    uint64_t first, last;

    if (!take_number(text, &first)) {
        inline_say(ui, "lines are numbers, as in 3 or 3-5: l shows them.");
        return false;
    }
    last = first;
    if (text->len > 1 && text->at[0] == '-') {
        *text = str_skip(*text, 1);
        if (!take_number(text, &last))
            last = 0;
    }
    if (first == 0 || last < first || last > hunk->line_count) {
        inline_say(ui, "this hunk has lines 1 to %zu: l shows them.",
                   hunk->line_count);
        return false;
    }
    *range = (struct line_range){ (size_t)first - 1, (size_t)last - 1 };
    return true;
}

static void decide_lines(struct inline_ui *ui, const struct selection *sel,
                         struct str rest, enum decision decision)
{
    const struct hunk *hunk = walk_hunk(&ui->walk, sel);
    struct target target = walk_target(&ui->walk);
    struct line_range range;
    size_t count = 0;

    if (!range_take(ui, hunk, &rest, &range))
        return;
    if (rest.len > 0) {
        inline_say(ui, "lines are numbers, as in 3 or 3-5: l shows them.");
        return;
    }
    for (size_t i = range.first; i <= range.last; i++) {
        if (hunk->lines[i].kind == LINE_CONTEXT)
            continue;
        target.line = i;
        decide(ui, target, decision);
        count++;
    }
    ui->walk.stay = true;
    inline_say(ui, "%zu line%s %s.", count, count == 1 ? "" : "s",
               decision == DECISION_YES ? "accepted" : "refused");
}

// --- a hunk ------------------------------------------------------------------

void letter_accept(struct inline_ui *ui, const struct selection *sel,
                   struct str rest)
{
    struct walk *walk = &ui->walk;
    struct target target = walk_target(walk);
    const struct hunk_place *place =
        selection_place(sel, walk->file, walk->hunk);
    struct str why = doubt(ui, sel, target);

    if (is_unfit(place)) {
        inline_say(ui, "it cannot be accepted as it is: n refuses, e edits, "
                       "i tells more.");
    } else if (why.len > 0 && !walk_again(walk, 'y')) {
        inline_say(ui, "%.*s: y again accepts it.", STR_ARG(why));
    } else if (rest.len > 0) {
        decide_lines(ui, sel, rest, DECISION_YES);
    } else {
        walk->stay = false;
        decide(ui, target, DECISION_YES);
    }
}

void letter_refuse(struct inline_ui *ui, const struct selection *sel,
                   struct str rest)
{
    if (rest.len > 0) {
        decide_lines(ui, sel, rest, DECISION_NO);
        return;
    }
    ui->walk.stay = false;
    decide(ui, walk_target(&ui->walk), DECISION_NO);
}

// --- many --------------------------------------------------------------------

struct rest {
    size_t decided, over;
};

static void decide_one(struct inline_ui *ui, const struct selection *sel,
                       struct target at, enum decision decision,
                       struct rest *rest)
{
    bool passed = decision == DECISION_YES
                  && (is_unfit(selection_place(sel, at.file, at.hunk))
                      || doubt(ui, sel, at).len > 0);

    rest->over += passed;
    rest->decided += !passed;
    if (!passed)
        decide(ui, at, decision);
}

static void tell_rest(struct inline_ui *ui, struct rest rest,
                      enum decision decision)
{
    const char *done = decision == DECISION_YES ? "accepted" : "refused";

    if (rest.decided > 0)
        inline_say(ui, "%zu hunk%s %s.", rest.decided,
                   rest.decided == 1 ? "" : "s", done);
    if (rest.over > 0)
        inline_say(ui, "%zu hunk%s passed over: each is asked about by itself.",
                   rest.over, rest.over == 1 ? " is" : "s are");
}

// This hunk and the later undecided ones of its file.
static void decide_file(struct inline_ui *ui, const struct selection *sel,
                        enum decision decision)
{
    struct walk *walk = &ui->walk;
    size_t count = selection_patch(sel)->files[walk->file].hunk_count;
    struct rest rest = { 0 };

    for (size_t h = walk->hunk; h < count; h++)
        if (h == walk->hunk || walk_is_undecided(sel, walk->file, h))
            decide_one(ui, sel, (struct target){ walk->file, h, SELECT_ALL },
                       decision, &rest);
    walk->stay = false;
    tell_rest(ui, rest, decision);
}

void letter_accept_file(struct inline_ui *ui, const struct selection *sel,
                        struct str rest)
{
    (void)rest;
    decide_file(ui, sel, DECISION_YES);
}

void letter_refuse_file(struct inline_ui *ui, const struct selection *sel,
                        struct str rest)
{
    (void)rest;
    decide_file(ui, sel, DECISION_NO);
}

static void decide_all(struct inline_ui *ui, const struct selection *sel,
                       enum decision decision, char letter)
{
    const struct patch *patch = selection_patch(sel);
    size_t left = selection_count(sel, SELECT_ALL).undecided;
    struct rest rest = { 0 };

    if (left == 0 || !walk_again(&ui->walk, letter)) {
        inline_say(ui,
                   left == 0 ? "nothing is undecided."
                             : "all %zu undecided hunks of all files: %c "
                               "again %s them.",
                   left, letter,
                   decision == DECISION_YES ? "accepts" : "refuses");
        return;
    }
    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++)
            if (walk_is_undecided(sel, f, h))
                decide_one(ui, sel, (struct target){ f, h, SELECT_ALL },
                           decision, &rest);
    ui->walk.stay = false;
    tell_rest(ui, rest, decision);
}

void letter_accept_all(struct inline_ui *ui, const struct selection *sel,
                       struct str rest)
{
    (void)rest;
    decide_all(ui, sel, DECISION_YES, 'A');
}

void letter_refuse_all(struct inline_ui *ui, const struct selection *sel,
                       struct str rest)
{
    (void)rest;
    decide_all(ui, sel, DECISION_NO, 'D');
}

// --- back and forth ----------------------------------------------------------

// What came of it is seen when the event comes, or does not: inline_tell.c.
static void step_decisions(struct inline_ui *ui, const struct selection *sel,
                           enum command_kind kind)
{
    walk_remember(&ui->walk, sel);
    ui->walk.undoing = true;
    inline_want(ui, kind);
}

void letter_undo(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    (void)rest;
    step_decisions(ui, sel, CMD_UNDO_DECISION);
}

void letter_redo(struct inline_ui *ui, const struct selection *sel,
                 struct str rest)
{
    (void)rest;
    step_decisions(ui, sel, CMD_REDO_DECISION);
}
