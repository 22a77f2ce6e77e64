/*
 * The unified languages are printed by kerf's own diff. In the others a hunk
 * is a stretch of the edit script that is grown until its old lines stand in
 * the file only once, which is what a careful author does.
 */
#include "language.h"

#include "kerf/patch/diff.h"

static const struct {
    const char *name;
    struct truth_traits traits;
} languages[LANGUAGES] = {
    [LANGUAGE_GIT] = { "git",
                       { .moves = true,
                         .modes = true,
                         .deletes = true,
                         .adds = true,
                         .no_newline = true,
                         .lines = 120 } },
    [LANGUAGE_PLAIN] = { "plain",
                         { .deletes = true,
                           .adds = true,
                           .no_newline = true,
                           .lines = 120 } },
    [LANGUAGE_APPLY] = { "apply",
                         { .moves = true,
                           .deletes = true,
                           .adds = true,
                           .lines = 120 } },
    [LANGUAGE_SEARCH] = { "search", { .adds = true, .lines = 120 } },
};

const char *language_name(enum language language)
{
    return languages[language].name;
}

struct truth_traits language_traits(enum language language)
{
    return languages[language].traits;
}

// --- unified

static struct file_result result_of(const struct truth *truth,
                                    const struct change *change)
{
    return (struct file_result){
        .kind = change->is_gone ? RESULT_DELETE : RESULT_WRITE,
        .path = change->path,
        .remove = change->old_path,
        .bytes = change_text(truth->arena, change, AFTER),
        .mode = change->new_mode,
        .existed = !change->is_new,
        .preimage = change_text(truth->arena, change, BEFORE),
    };
}

// Drops git's own headers, and puts dates behind the names as GNU diff does.
static void put_plain(struct buf *out, struct str git)
{
    struct str line;
    bool head = true;

    while (str_split(&git, '\n', &line)) {
        bool name = str_starts_with(line, STR("--- "))
                    || str_starts_with(line, STR("+++ "));
        if (str_starts_with(line, STR("@@ ")))
            head = false;
        if (head && !name)
            continue;
        bool none = str_ends_with(line, STR(" /dev/null"));
        buf_printf(out, "%.*s%s\n", STR_ARG(line),
                   !head || !name ? ""
                   : none         ? "\t1970-01-01 00:00:00.000000000 +0000"
                                  : "\t2026-01-02 03:04:05.000000000 +0000");
    }
}

static void put_unified(struct buf *out, const struct truth *truth,
                        const struct change *change, bool plain, size_t context)
{
    struct file_result result = result_of(truth, change);
    struct buf git = { 0 };

    diff_print_result(&git, &result, change->old_mode, context);
    if (plain)
        put_plain(out, buf_str(&git));
    else
        buf_append(out, buf_str(&git));
    buf_release(&git);
}

// --- hunks without numbers

struct stretch {
    size_t from, to; // script lines
};

static bool is_old(const struct change *change, size_t i)
{
    return change->lines[i].kind != SCRIPT_NEW;
}

// Says whether the old lines of `want` stand at the script line `at` too.
static bool stands_at(const struct change *change, struct stretch want,
                      size_t at)
{
    for (size_t i = want.from; i < want.to; i++) {
        if (!is_old(change, i))
            continue;
        while (at < change->count && !is_old(change, at))
            at++;
        if (at == change->count
            || !str_equal(str_trim(change->lines[i].text),
                          str_trim(change->lines[at].text)))
            return false;
        at++;
    }
    return true;
}

// One place, and something more than blank lines to know it by.
static bool stands_once(const struct change *change, struct stretch want)
{
    size_t found = 0;
    bool blank = true;

    for (size_t i = want.from; i < want.to; i++)
        if (is_old(change, i) && str_trim(change->lines[i].text).len > 0)
            blank = false;
    if (blank)
        return false;

    for (size_t at = 0; at < change->count && found < 2; at++)
        found += is_old(change, at) && stands_at(change, want, at);
    return found == 1;
}

// Grows by a line at both ends; what is above `from` belongs to another hunk.
static struct stretch grow(const struct change *change, struct stretch hunk,
                           size_t from)
{
    if (hunk.from > from)
        hunk.from--;
    if (hunk.to < change->count)
        hunk.to++;
    return hunk;
}

// A hunk at or behind the script line `from`; false if none is left.
static bool find_stretch(const struct change *change, size_t from,
                         size_t context, struct stretch *hunk)
{
    size_t start = from;

    while (start < change->count && change->lines[start].kind == SCRIPT_KEEP)
        start++;
    if (start == change->count)
        return false;
    *hunk = (struct stretch){ start, start + 1 };
    for (size_t i = 0; i < context; i++)
        *hunk = grow(change, *hunk, from);
    while ((hunk->from > from || hunk->to < change->count)
           && (!stands_once(change, *hunk)
               || !change_is_quiet(change, hunk->to, hunk->to + context)))
        *hunk = grow(change, *hunk, from);
    return true;
}

// The next hunk behind `done`. Where the rest of the file is too short to tell
// a place, the whole file is one hunk.
static bool next_stretch(const struct change *change, size_t done,
                         size_t context, struct stretch *hunk)
{
    struct stretch each = { 0, 0 };

    while (find_stretch(change, each.to, context, &each))
        if (!stands_once(change, each)) {
            *hunk = (struct stretch){ 0, change->count };
            return done == 0;
        }
    return find_stretch(change, done, context, hunk);
}

static bool is_unique_line(const struct change *change, size_t at)
{
    struct stretch line = { at, at + 1 };
    return is_old(change, at) && stands_once(change, line);
}

// A line above the hunk that opens something and stands in the file once.
static struct str anchor_of(const struct change *change, size_t from,
                            size_t above)
{
    for (size_t i = above; i > from; i--) {
        struct str text = change->lines[i - 1].text;
        char c = text.len ? text.at[0] : '\n';
        bool opens = (c >= 'a' && c <= 'z') || c == '#';
        if (change->lines[i - 1].kind == SCRIPT_KEEP && opens
            && is_unique_line(change, i - 1))
            return str_trim_end(text);
    }
    return STR("");
}

static void put_marked(struct buf *out, const struct change *change,
                       struct stretch hunk)
{
    static const char marks[] = { ' ', '-', '+' };

    for (size_t i = hunk.from; i < hunk.to; i++) {
        buf_append_char(out, marks[change->lines[i].kind]);
        buf_append(out, change->lines[i].text);
    }
}

static void put_apply_hunks(struct buf *out, const struct change *change,
                            size_t context, struct dice *dice)
{
    struct stretch hunk = { 0, 0 };
    size_t done = 0;

    for (; next_stretch(change, done, context, &hunk); done = hunk.to) {
        struct str anchor = dice_once_in(dice, 3)
                                ? anchor_of(change, done, hunk.from)
                                : STR("");
        buf_printf(out, "@@%s%.*s\n", anchor.len ? " " : "", STR_ARG(anchor));
        put_marked(out, change, hunk);
        if (hunk.to == change->count && dice_once_in(dice, 2))
            buf_append(out, STR("*** End of File\n"));
    }
}

static void put_apply(struct buf *out, const struct change *change,
                      size_t context, struct dice *dice)
{
    struct stretch all = { 0, change->count };
    bool moved = change->old_path.len > 0;

    if (change->is_gone) {
        buf_printf(out, "*** Delete File: %.*s\n", STR_ARG(change->path));
    } else if (change->is_new) {
        buf_printf(out, "*** Add File: %.*s\n", STR_ARG(change->path));
        put_marked(out, change, all);
    } else if (moved || !change_is_quiet(change, 0, change->count)) {
        buf_printf(out, "*** Update File: %.*s\n",
                   STR_ARG(moved ? change->old_path : change->path));
        if (moved)
            buf_printf(out, "*** Move to: %.*s\n", STR_ARG(change->path));
        put_apply_hunks(out, change, context, dice);
    }
}

static void put_side(struct buf *out, const struct change *change,
                     struct stretch hunk, enum script_kind hidden)
{
    for (size_t i = hunk.from; i < hunk.to; i++)
        if (change->lines[i].kind != hidden)
            buf_append(out, change->lines[i].text);
}

static void put_block(struct buf *out, const struct change *change,
                      struct stretch hunk)
{
    buf_append(out, STR("<<<<<<< SEARCH\n"));
    put_side(out, change, hunk, SCRIPT_NEW);
    buf_append(out, STR("=======\n"));
    put_side(out, change, hunk, SCRIPT_OLD);
    buf_append(out, STR(">>>>>>> REPLACE\n"));
}

static void put_search(struct buf *out, const struct change *change,
                       size_t context)
{
    struct stretch hunk = { 0, 0 };

    if (change_is_quiet(change, 0, change->count))
        return;
    buf_printf(out, "%.*s\n", STR_ARG(change->path));
    if (change->is_new) {
        put_block(out, change, (struct stretch){ 0, change->count });
        return;
    }
    while (next_stretch(change, hunk.to, context, &hunk))
        put_block(out, change, hunk);
}

struct str language_write(enum language language, const struct truth *truth,
                          size_t context, struct dice *dice)
{
    struct buf out = { 0 };

    for (size_t i = 0; i < truth->count; i++) {
        const struct change *change = &truth->files[i];
        switch (language) {
        case LANGUAGE_GIT:
        case LANGUAGE_PLAIN:
            put_unified(&out, truth, change, language == LANGUAGE_PLAIN,
                        context);
            break;
        case LANGUAGE_APPLY: put_apply(&out, change, context, dice); break;
        case LANGUAGE_SEARCH: put_search(&out, change, context); break;
        case LANGUAGES: break;
        }
    }
    struct str text = arena_copy(truth->arena, buf_str(&out));
    if (out.len > 0 && language == LANGUAGE_APPLY)
        text = arena_printf(truth->arena,
                            "*** Begin Patch\n%.*s*** End Patch\n",
                            STR_ARG(text));
    buf_release(&out);
    return text;
}
