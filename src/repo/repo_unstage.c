/*
 * Staging that can be taken back: what the index held for each path before and
 * after is put down, a line a path. Going back, an entry that is no longer as
 * it was left belongs to somebody else and stays.
 */
#include "kerf/repo/unstage.h"

#include <string.h>

#include "index.h"

#define NO_ENTRY "-"      // the path is not in the index
#define STRANGE_ENTRY "?" // unmerged, or with flags of its own: left alone

// "100644:HEX", or one of the words above.
static struct str entry_text(git_index *index, const char *path,
                             struct arena *arena)
{
    const git_index_entry *entry = git_index_get_bypath(index, path, 0);
    char id[GIT_OID_HEXSZ + 1];

    if (index_is_unmerged(index, path) || (entry && entry->flags_extended != 0))
        return STR(STRANGE_ENTRY);
    if (!entry)
        return STR(NO_ENTRY);
    return arena_printf(arena, "%06o:%s", (unsigned)entry->mode,
                        git_oid_tostr(id, sizeof(id), &entry->id));
}

// --- staging -----------------------------------------------------------------

// The paths whose entries the results change, in order.
struct touched {
    struct str *paths, *before;
    size_t count;
};

static struct touched touched_by(struct arena *arena,
                                 const struct file_result *results,
                                 size_t count)
{
    struct touched touched = {
        .paths = arena_array(arena, 2 * count + 1, sizeof(struct str)),
        .before = arena_array(arena, 2 * count + 1, sizeof(struct str)),
    };

    for (size_t i = 0; i < count; i++) {
        if (results[i].kind != RESULT_NONE)
            touched.paths[touched.count++] = results[i].path;
        if (results[i].kind == RESULT_WRITE && results[i].remove.len > 0)
            touched.paths[touched.count++] = results[i].remove;
    }
    return touched;
}

static bool read_before(struct repo *repo, struct arena *scratch,
                        struct touched *touched, struct error *err)
{
    git_index *index = index_open(repo, err);

    for (size_t i = 0; index && i < touched->count; i++)
        touched->before[i] =
            entry_text(index, arena_cstr(scratch, touched->paths[i]), scratch);
    bool fine = index != NULL;
    git_index_free(index);
    return fine;
}

// What follows the last line tells that all of them are there.
static void write_note(struct repo *repo, struct arena *arena,
                       struct arena *scratch, const struct touched *touched,
                       struct str *note)
{
    struct error unused = { 0 };
    git_index *index = index_open(repo, &unused);
    struct buf out = { 0 };

    for (size_t i = 0; index && i < touched->count; i++) {
        const char *path = arena_cstr(scratch, touched->paths[i]);
        struct str after = entry_text(index, path, scratch);
        buf_printf(&out, "%.*s %.*s %s\n", STR_ARG(touched->before[i]),
                   STR_ARG(after), path);
    }
    buf_append(&out, STR(INDEX_NOTE_END));
    *note = index ? arena_copy(arena, buf_str(&out)) : STR("");
    buf_release(&out);
    git_index_free(index);
}

// The results as they go to the index; `whole` gets the paths of which more
// than the change does.
static struct file_result *only_changes(struct repo *repo, struct arena *arena,
                                        const struct file_result *results,
                                        size_t count, struct buf *whole)
{
    struct file_result *only = arena_array(arena, count + 1, sizeof(*only));

    for (size_t i = 0; i < count; i++) {
        only[i] = results[i];
        if (!repo_only_change(repo, arena, &only[i]))
            buf_printf(whole, "%.*s\n", STR_ARG(results[i].path));
    }
    return only;
}

bool repo_stage_noted(struct repo *repo, struct arena *arena,
                      const struct file_result *results, size_t count,
                      struct staged *staged, struct error *err)
{
    struct arena scratch = { 0 };
    struct buf whole = { 0 };
    struct touched touched = touched_by(&scratch, results, count);

    *staged = (struct staged){ STR(""), STR("") };
    bool noted = is_for_library(repo);
    results = only_changes(repo, &scratch, results, count, &whole);
    bool fine = (!noted || read_before(repo, &scratch, &touched, err))
                && repo_stage(repo, results, count, err);
    if (fine && noted)
        write_note(repo, arena, &scratch, &touched, &staged->note);
    staged->whole = arena_copy(arena, buf_str(&whole));
    buf_release(&whole);
    arena_release(&scratch);
    return fine;
}

// --- taking back -------------------------------------------------------------

struct change_line {
    struct str from, to, path;
};

static bool read_line(struct str *rest, bool back, struct change_line *line)
{
    struct str text, before, after;

    if (!str_split(rest, '\n', &text) || !str_split(&text, ' ', &before)
        || !str_split(&text, ' ', &after) || text.len == 0)
        return false;
    *line = (struct change_line){ back ? after : before, back ? before : after,
                                  text };
    return true;
}

static bool put_entry(git_index *index, const char *path, struct str text,
                      struct arena *scratch)
{
    git_index_entry entry = { .path = path };
    struct str mode;

    if (str_is(text, NO_ENTRY))
        return git_index_remove_bypath(index, path) == 0;
    if (!str_split(&text, ':', &mode) || text.len != GIT_OID_HEXSZ
        || git_oid_fromstr(&entry.id, arena_cstr(scratch, text)) != 0)
        return false;
    entry.mode = str_is(mode, "100755")   ? GIT_FILEMODE_BLOB_EXECUTABLE
                 : str_is(mode, "120000") ? GIT_FILEMODE_LINK
                                          : GIT_FILEMODE_BLOB;
    return git_index_add(index, &entry) == 0;
}

// Changes what it may; `left` gets the paths that stay.
static bool turn(git_index *index, struct str note, bool back,
                 struct arena *scratch, struct buf *left)
{
    struct change_line line;

    while (read_line(&note, back, &line)) {
        const char *path = arena_cstr(scratch, line.path);
        bool is_ours = str_equal(entry_text(index, path, scratch), line.from)
                       && !str_is(line.from, STRANGE_ENTRY)
                       && !str_is(line.to, STRANGE_ENTRY);
        if (!is_ours)
            buf_printf(left, "%s\n", path);
        else if (!put_entry(index, path, line.to, scratch))
            return false;
    }
    return true;
}

bool repo_turn_index(struct repo *repo, struct arena *arena, struct str note,
                     bool back, struct str *left, struct error *err)
{
    struct arena scratch = { 0 };
    struct buf paths = { 0 };
    git_index *index = NULL;

    *left = STR("");
    if (!str_ends_with(note, STR(INDEX_NOTE_END)) || !is_for_library(repo))
        return error_set(err, ERROR_UNSUPPORTED,
                         "it is not known what git's index held before");
    note = str_take(note, note.len - strlen(INDEX_NOTE_END));
    index = index_open(repo, err);
    bool fine = index
                && (turn(index, note, back, &scratch, &paths)
                    || git_complaint(err, "the index of git"))
                && index_save(index, err);
    *left = arena_copy(arena, buf_str(&paths));
    git_index_free(index);
    buf_release(&paths);
    arena_release(&scratch);
    return fine;
}
