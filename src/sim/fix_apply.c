/*
 * Each kind of fix has a function that finds its place in the file. A fix is
 * taken whole or not at all; one that touches what an earlier one touches is
 * left for the next round.
 */
#include "kerf/sim/fix.h"

struct edit_list {
    struct edit *at;
    size_t count, cap;
};

struct job {
    struct arena *arena;
    const struct text_lines *lines;
    struct edit_list edits;  // taken so far
    struct edit_list wanted; // of the fix in work
};

static void add(struct job *job, struct edit_list *list,
                const struct edit *edit)
{
    list->at = arena_grow(job->arena, list->at, &list->cap, list->count + 1,
                          sizeof(*list->at));
    list->at[list->count++] = *edit;
}

static bool fail(struct fix *fix, const char *why)
{
    fix->state = FIX_FAILED;
    fix->why = why;
    return false;
}

// --- the compiler's own ------------------------------------------------------

static struct str describe_edit(struct job *job, const struct edit *edit)
{
    const struct str *line = lines_at(job->lines, edit->line);
    struct str old = edit->line == edit->end_line
                         ? str_skip(str_take(*line, edit->end_col), edit->col)
                         : STR("the text there");
    struct str new = str_trim(edit->text);

    if (old.len == 0)
        return arena_printf(job->arena, "insert `%.*s`", STR_ARG(new));
    if (new.len == 0)
        return arena_printf(job->arena, "remove `%.*s`", STR_ARG(old));
    return arena_printf(job->arena, "replace `%.*s` by `%.*s`", STR_ARG(old),
                        STR_ARG(new));
}

static bool place_fixits(struct job *job, struct fix *fix)
{
    for (size_t i = 0; i < fix->fixit_count; i++) {
        const struct fixit *fixit = &fix->fixits[i];
        struct edit edit = { fixit->line - 1, fixit->col - 1,
                             fixit->end_line - 1, fixit->end_col - 1,
                             fixit->text };
        if (!edit_fits(job->lines, &edit))
            return fail(fix, "the place is not in the file");
        struct str what = describe_edit(job, &edit);
        fix->what = i == 0 ? what
                           : arena_printf(job->arena, "%.*s, %.*s",
                                          STR_ARG(fix->what), STR_ARG(what));
        add(job, &job->wanted, &edit);
    }
    return true;
}

// --- a missing header --------------------------------------------------------

static bool is_include(struct str line, bool *is_system)
{
    line = str_trim_start(line);
    if (!str_starts_with(line, STR("#")))
        return false;
    line = str_trim_start(str_skip(line, 1));
    *is_system = str_find_char(line, '<') != SIZE_MAX;
    return str_starts_with(line, STR("include"));
}

// The first line behind a comment that opens the file and its blank lines.
static size_t behind_opening_comment(const struct text_lines *lines)
{
    size_t i = 0;

    if (lines->count > 0 && str_starts_with(lines->at[0], STR("/*"))) {
        while (i < lines->count
               && str_find(lines->at[i], STR("*/")) == SIZE_MAX)
            i++;
        i++;
    }
    while (i < lines->count && str_starts_with(lines->at[i], STR("//")))
        i++;
    if (i >= lines->count)
        return 0;
    while (i > 0 && i < lines->count && str_trim(lines->at[i]).len == 0)
        i++;
    return i < lines->count ? i : 0;
}

/*
 * Behind the last <...> of the includes before the code, where the names are
 * in order at their place in it; else before the first "..."; else on top.
 */
static size_t include_line(const struct text_lines *lines, struct str header)
{
    size_t after_system = SIZE_MAX, first_local = SIZE_MAX;
    struct str directive = STR("#include <");
    bool is_system;

    for (size_t i = 0; i < lines->count; i++) {
        if (!is_include(lines->at[i], &is_system)) {
            if (str_find_char(lines->at[i], '{') != SIZE_MAX)
                break; // code begins
            continue;
        }
        if (is_system) {
            struct str name = str_skip(lines->at[i], directive.len);
            after_system = i + 1;
            if (str_starts_with(lines->at[i], directive)
                && str_compare(name, header) > 0)
                return i;
        } else if (first_local == SIZE_MAX) {
            first_local = i;
        }
    }
    if (after_system != SIZE_MAX)
        return after_system;
    return first_local != SIZE_MAX ? first_local
                                   : behind_opening_comment(lines);
}

static bool includes_already(const struct text_lines *lines, struct str header)
{
    bool is_system;

    for (size_t i = 0; i < lines->count; i++) {
        struct str line = lines->at[i];
        size_t at = str_find(line, header);
        if (is_include(line, &is_system) && at != SIZE_MAX && at > 0
            && (line.at[at - 1] == '<' || line.at[at - 1] == '"')
            && at + header.len < line.len)
            return true;
    }
    return false;
}

static bool place_include(struct job *job, struct fix *fix)
{
    struct edit edit = { 0 };

    if (job->lines->first != 0)
        return fail(fix, "the file is too long to place an include");
    if (includes_already(job->lines, fix->word))
        return fail(fix, "the header is included already");
    if (job->lines->count == 0)
        return fail(fix, "the file is empty");
    edit.line = edit.end_line = include_line(job->lines, fix->word);
    if (edit.line == job->lines->count)
        return fail(fix, "the file has includes only");
    edit.text =
        arena_printf(job->arena, "#include <%.*s>\n", STR_ARG(fix->word));
    fix->what =
        arena_printf(job->arena, "add `#include <%.*s>`", STR_ARG(fix->word));
    add(job, &job->wanted, &edit);
    return true;
}

// --- a misspelt word ---------------------------------------------------------

static bool place_word(struct job *job, struct fix *fix)
{
    const struct str *line = lines_at(job->lines, fix->line - 1);
    size_t at = line ? word_find(*line, fix->word, 0) : SIZE_MAX;

    if (at == SIZE_MAX)
        return fail(fix, "the word is not on that line");
    if (word_find(*line, fix->word, at + 1) != SIZE_MAX)
        return fail(fix, "the word is on that line more than once");
    struct edit edit = { fix->line - 1, at, fix->line - 1, at + fix->word.len,
                         fix->replacement };
    fix->what = arena_printf(job->arena, "replace `%.*s` by `%.*s`",
                             STR_ARG(fix->word), STR_ARG(fix->replacement));
    add(job, &job->wanted, &edit);
    return true;
}

// --- a missing semicolon -----------------------------------------------------

// Says whether a statement can end here: nothing ends or opens already.
static bool may_end(struct str code)
{
    static const char no[] = ";{},:\\/";

    if (code.len == 0 || code.at[0] == '#')
        return false;
    char last = code.at[code.len - 1];
    for (size_t i = 0; i < sizeof(no) - 1; i++)
        if (last == no[i])
            return false;
    return true;
}

static bool place_semicolon(struct job *job, struct fix *fix)
{
    const struct str *line = fix->line > 0 ? lines_at(job->lines, fix->line - 1)
                                           : NULL;
    size_t number = fix->line - 1;

    if (!line || !str_starts_with(str_trim(*line), fix->word))
        return fail(fix, "it is not clear where the semicolon belongs");
    do {
        line = number > 0 ? lines_at(job->lines, --number) : NULL;
    } while (line && str_trim(*line).len == 0);
    if (!line || !may_end(str_trim(*line))
        || str_find(*line, STR("//")) != SIZE_MAX)
        return fail(fix, "it is not clear where the semicolon belongs");
    size_t end = str_trim_end(*line).len;
    struct edit edit = { number, end, number, end, STR(";") };
    fix->what = arena_printf(job->arena, "insert `;` at the end of line %zu",
                             number + 1);
    add(job, &job->wanted, &edit);
    return true;
}

// --- all of them -------------------------------------------------------------

static bool place(struct job *job, struct fix *fix)
{
    if (fix->kind != FIX_NONE && fix->line > 0
        && !lines_at(job->lines, fix->line - 1))
        return fail(fix, "the file could not be read that far");
    switch (fix->kind) {
    case FIX_NONE: return fail(fix, "the compiler proposes nothing");
    case FIX_EDITS: return place_fixits(job, fix);
    case FIX_INCLUDE: return place_include(job, fix);
    case FIX_WORD: return place_word(job, fix);
    case FIX_SEMICOLON: return place_semicolon(job, fix);
    }
    return false;
}

// Several headers may be added at one place; nothing else may meet.
static bool collides(const struct job *job, const struct fix *fix)
{
    for (size_t i = 0; i < job->edits.count; i++) {
        const struct edit *taken = &job->edits.at[i];
        for (size_t j = 0; j < job->wanted.count; j++) {
            const struct edit *wanted = &job->wanted.at[j];
            bool both_include =
                fix->kind == FIX_INCLUDE
                && str_starts_with(taken->text, STR("#include"));
            if (!both_include && edit_overlaps(taken, wanted))
                return true;
        }
    }
    return false;
}

static void apply_one(struct job *job, struct fix *fix)
{
    job->wanted.count = 0;
    if (!place(job, fix))
        return;
    if (collides(job, fix)) {
        fail(fix, "another fix changes the same place");
        return;
    }
    fix->state = FIX_DONE;
    for (size_t i = 0; i < job->wanted.count; i++)
        add(job, &job->edits, &job->wanted.at[i]);
}

static bool sorts_before(const struct edit *a, const struct edit *b)
{
    int order = edit_compare(a, b);
    return order < 0 || (order == 0 && str_compare(a->text, b->text) < 0);
}

// Insertion sort: the lists are short and nearly in order.
static void sort(struct edit_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        struct edit edit = list->at[i];
        size_t at = i;
        for (; at > 0 && sorts_before(&edit, &list->at[at - 1]); at--)
            list->at[at] = list->at[at - 1];
        list->at[at] = edit;
    }
}

struct edit *fixes_apply(struct arena *arena, struct fix_list fixes,
                         struct str file, const struct text_lines *lines,
                         size_t *count)
{
    struct job job = { .arena = arena, .lines = lines };

    for (size_t i = 0; i < fixes.count; i++)
        if (fixes.at[i].state == FIX_WANTED
            && str_equal(fixes.at[i].file, file))
            apply_one(&job, &fixes.at[i]);
    sort(&job.edits);
    *count = job.edits.count;
    return job.edits.at;
}
