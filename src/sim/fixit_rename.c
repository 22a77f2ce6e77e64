/* Renames a whole word: search, read, patch, and what became of it. */
#include "fixit.h"

#include "kerf/sim/fix.h"

#define LIMIT_FILES 200

// --- what is asked -----------------------------------------------------------

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
}

static bool is_name(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!is_name_byte(word.at[i]))
            return false;
    return word.len > 0 && !(word.at[0] >= '0' && word.at[0] <= '9');
}

// Takes quotes, "()" and a final stop off a word.
static struct str bare(struct str word)
{
    while (word.len > 0 && !is_name_byte(word.at[0]))
        word = str_skip(word, 1);
    while (word.len > 0 && !is_name_byte(word.at[word.len - 1]))
        word.len--;
    return word;
}

bool rename_read(struct str task, struct str *old_name, struct str *new_name)
{
    struct str line, word, last = STR(""), before_to = STR("");
    bool wants_new = false;

    task = str_trim(task);
    if (!str_split(&task, '\n', &line) || !str_split(&line, ' ', &word)
        || !(str_is(word, "rename") || str_is(word, "Rename")))
        return false;
    while (str_split(&line, ' ', &word)) {
        if (word.len == 0)
            continue;
        if (wants_new) {
            *old_name = before_to;
            *new_name = bare(word);
            return is_name(*old_name) && is_name(*new_name)
                   && !str_equal(*old_name, *new_name);
        }
        wants_new = str_is(word, "to") && last.len > 0;
        before_to = last;
        last = bare(word);
    }
    return false;
}

// --- where it stands ---------------------------------------------------------

struct hit {
    struct str path;
    size_t line; // 1-based, of the first hit in the file
};

static bool is_known(const struct hit *hits, size_t count, struct str path)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(hits[i].path, path))
            return true;
    return false;
}

// Reads lines PATH:LINE:TEXT; each path once.
static size_t read_hits(struct str output, struct hit *hits)
{
    struct str line;
    size_t count = 0;

    while (count < LIMIT_FILES && str_split(&output, '\n', &line)) {
        size_t colon = str_find_char(line, ':');
        struct str path = str_take(line, colon);
        struct str rest = str_skip(line, colon == SIZE_MAX ? colon : colon + 1);
        uint64_t number;
        if (!str_to_u64(str_take(rest, str_find_char(rest, ':')), &number)
            || path.len == 0 || is_known(hits, count, path))
            continue;
        hits[count++] = (struct hit){ path, (size_t)number };
    }
    return count;
}

// Makes one edit of each occurrence in the lines.
static struct edit *find_edits(struct arena *arena,
                               const struct text_lines *lines,
                               struct str old_name, struct str new_name,
                               size_t *count)
{
    struct edit *edits = NULL;
    size_t cap = 0;

    *count = 0;
    for (size_t i = 0; i < lines->count; i++) {
        size_t number = lines->first + i, at = 0;
        while ((at = word_find(lines->at[i], old_name, at)) != SIZE_MAX) {
            edits = arena_grow(arena, edits, &cap, *count + 1, sizeof(*edits));
            edits[(*count)++] = (struct edit){ number, at, number,
                                               at + old_name.len, new_name };
            at += old_name.len;
        }
    }
    return edits;
}

static void propose(struct work *work, struct str old_name, struct str new_name,
                    const struct hit *hits, size_t files)
{
    struct buf sections = { 0 };
    size_t places = 0;

    for (size_t i = 0; i < files; i++) {
        const struct text_lines *lines =
            fixit_source(work, 0, hits[i].path, hits[i].line);
        size_t count;
        if (!lines)
            continue; // a call that reads it was added
        struct edit *edits =
            find_edits(work->arena, lines, old_name, new_name, &count);
        if (count > 0)
            edits_write(work->arena, hits[i].path, lines, edits, count,
                        &sections);
        places += count;
    }
    if (work->calls == 0 && places > 0) {
        fixit_say(work,
                  arena_printf(work->arena,
                               "`%.*s` becomes `%.*s`, as a whole word, in "
                               "%zu place%s of %zu file%s, comments "
                               "and strings included.\n",
                               STR_ARG(old_name), STR_ARG(new_name), places,
                               places == 1 ? "" : "s", files,
                               files == 1 ? "" : "s"));
        fixit_propose(work, buf_str(&sections));
    } else if (work->calls == 0) {
        fixit_say(work, STR("The files could not be read as the search "
                            "described them; nothing was changed.\n"));
    }
    buf_release(&sections);
}

static const struct step *last_of(const struct dialogue *d, enum step_kind kind)
{
    for (size_t i = d->step_count; i > 0; i--)
        if (d->steps[i - 1].kind == kind)
            return &d->steps[i - 1];
    return NULL;
}

void fixit_rename(struct work *work, struct str old_name, struct str new_name)
{
    const struct dialogue *d = &work->dialogue;
    const struct step *search = last_of(d, STEP_SEARCH);
    const struct step *patch = last_of(d, STEP_PATCH);
    struct hit *hits = arena_array(work->arena, LIMIT_FILES, sizeof(*hits));

    if (!d->has_search || !d->has_read || !d->has_patch) {
        fixit_say(work, STR("Renaming needs the tools `search`, `read_file` "
                            "and `apply_patch`, which are not offered.\n"));
    } else if (patch) {
        fixit_say(work, verdict_accepts(patch->output)
                            ? STR("What you accepted is renamed. Build to see "
                                  "whether anything else used the name.\n")
                            : STR("Nothing was accepted; the name stays.\n"));
    } else if (!search) {
        fixit_call(work, "search", "pattern",
                   arena_printf(work->arena, "\\b%.*s\\b", STR_ARG(old_name)));
    } else {
        size_t files = read_hits(search->output, hits);
        if (files > 0)
            propose(work, old_name, new_name, hits, files);
        else
            fixit_say(work, arena_printf(work->arena,
                                         "No file has the word `%.*s`.\n",
                                         STR_ARG(old_name)));
    }
}
