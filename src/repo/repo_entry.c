/*
 * Entries of git's index, for a review that stages or unstages. Bytes go in and
 * out as they are: the filters that a tree's files pass through have been
 * passed already, when the diff was made. An entry that is no longer what was
 * read is left alone.
 */
#include "kerf/repo/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "git_program.h"
#include "repo_parts.h"

#define EXECUTE_BITS 0111
#define MODE_PROGRAM 0755
#define MODE_FILE 0644

// --- reading ----------------------------------------------------------------

static struct str why_not(uint32_t mode, struct str bytes)
{
    if (mode == GIT_FILEMODE_COMMIT)
        return STR("is a submodule");
    if (mode == GIT_FILEMODE_LINK)
        return STR("is a symbolic link");
    if (str_find_char(bytes, '\0') != SIZE_MAX)
        return STR("is binary: it holds NUL bytes");
    return (struct str){ 0 };
}

static void fill(struct preimage *pre, uint32_t mode, struct str bytes,
                 struct str id)
{
    pre->exists = true;
    pre->bytes = bytes;
    pre->mode = mode & EXECUTE_BITS ? MODE_PROGRAM : MODE_FILE;
    pre->id = id;
    pre->unreadable = why_not(mode, bytes);
}

static bool is_unmerged(git_index *index, const char *path)
{
    for (int stage = 1; stage <= 3; stage++)
        if (git_index_get_bypath(index, path, stage))
            return true;
    return false;
}

static bool read_entry(struct repo *repo, git_index *index, struct arena *arena,
                       const char *path, struct preimage *pre,
                       struct error *err)
{
    const git_index_entry *entry = git_index_get_bypath(index, path, 0);
    char name[GIT_OID_HEXSZ + 1];
    struct str bytes = { 0 };

    if (!entry && is_unmerged(index, path))
        return error_set(err, ERROR_CONFLICT, "is unmerged: resolve it first");
    if (!entry)
        return true;
    git_oid_tostr(name, sizeof(name), &entry->id);
    struct str id = arena_copy(arena, str_from(name));
    if (entry->mode != GIT_FILEMODE_COMMIT
        && !repo_read_blob(repo, arena, id, &bytes, err))
        return false;
    fill(pre, entry->mode, bytes, id);
    return true;
}

static bool read_by_library(struct repo *repo, struct arena *arena,
                            const char *path, struct preimage *pre,
                            struct error *err)
{
    git_index *index = NULL;
    bool fine = git_repository_index(&index, repo->git) == 0
                && git_index_read(index, 0) == 0;

    fine = fine ? read_entry(repo, index, arena, path, pre, err)
                : git_complaint(err, "the index of git");
    git_index_free(index);
    return fine;
}

// "100644 ID STAGE\tPATH", as ls-files has it.
static bool read_line(struct repo *repo, struct arena *arena, struct str line,
                      struct preimage *pre, struct error *err)
{
    struct str mode, id, stage, bytes = { 0 };

    if (!str_split(&line, ' ', &mode) || !str_split(&line, ' ', &id)
        || !str_split(&line, '\t', &stage))
        return error_set(err, ERROR_FAILED, "the index cannot be read");
    if (!str_is(stage, "0"))
        return error_set(err, ERROR_CONFLICT, "is unmerged: resolve it first");
    uint32_t bits = str_is(mode, "160000")   ? GIT_FILEMODE_COMMIT
                    : str_is(mode, "120000") ? GIT_FILEMODE_LINK
                    : str_is(mode, "100755") ? GIT_FILEMODE_BLOB_EXECUTABLE
                                             : GIT_FILEMODE_BLOB;
    if (bits != GIT_FILEMODE_COMMIT
        && !repo_read_blob(repo, arena, id, &bytes, err))
        return false;
    fill(pre, bits, bytes, arena_copy(arena, id));
    return true;
}

static bool read_by_program(struct repo *repo, struct arena *arena,
                            const char *path, struct preimage *pre,
                            struct error *err)
{
    const char *args[] = {
        "--literal-pathspecs", "ls-files", "-s", "-z", "--", path, NULL
    };
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args };
    struct str output, line;
    int status;

    if (!git_program_run(&call, arena, &output, &status, err))
        return false;
    if (!str_split(&output, '\0', &line) || line.len == 0)
        return true;
    return read_line(repo, arena, line, pre, err);
}

void repo_read_index(struct repo *repo, struct arena *arena, struct str path,
                     struct preimage *pre)
{
    const char *name = arena_cstr(arena, path);
    struct error err = { 0 };

    *pre = (struct preimage){ 0 };
    bool fine = is_for_library(repo)
                    ? read_by_library(repo, arena, name, pre, &err)
                    : read_by_program(repo, arena, name, pre, &err);
    if (!fine)
        pre->unreadable = arena_copy(arena, str_from(err.text));
}

// --- writing ----------------------------------------------------------------

static bool has_changed(struct str path, struct error *err)
{
    return error_set(err, ERROR_CONFLICT,
                     "nothing was staged: %.*s has changed in the index since "
                     "it was read",
                     STR_ARG(path));
}

// Says whether the entry is still what the result was computed from.
static bool is_as_read(git_index *index, const struct file_result *result,
                       struct str path, const char *name, struct error *err)
{
    const git_index_entry *entry = git_index_get_bypath(index, name, 0);
    struct str was = result->preimage;
    git_oid id;

    if (is_unmerged(index, name))
        return error_set(err, ERROR_CONFLICT,
                         "nothing was staged: %.*s is unmerged", STR_ARG(path));
    if (!entry != !result->existed)
        return has_changed(path, err);
    if (!entry)
        return true;
    if (git_odb_hash(&id, was.at ? was.at : "", was.len, GIT_OBJECT_BLOB) < 0)
        return git_complaint(err, "the index of git");
    return git_oid_equal(&id, &entry->id) || has_changed(path, err);
}

static uint32_t mode_of(const struct file_result *result,
                        const git_index_entry *entry)
{
    if (result->mode != 0)
        return result->mode & EXECUTE_BITS ? GIT_FILEMODE_BLOB_EXECUTABLE
                                           : GIT_FILEMODE_BLOB;
    return entry ? entry->mode : GIT_FILEMODE_BLOB;
}

static bool put_entry(git_index *index, const struct file_result *result,
                      const char *name, const char *before)
{
    const char *at = result->bytes.at ? result->bytes.at : "";
    git_index_entry entry = {
        .path = name,
        .mode = mode_of(result, git_index_get_bypath(index, before, 0)),
    };

    if (before != name && git_index_remove(index, before, 0) < 0)
        return false;
    return git_index_add_from_buffer(index, &entry, at, result->bytes.len) == 0;
}

static bool write_result(git_index *index, const struct file_result *result,
                         struct arena *scratch, struct error *err)
{
    bool moves = result->kind == RESULT_WRITE && result->remove.len > 0;
    struct str from = moves ? result->remove : result->path;
    const char *before = arena_cstr(scratch, from), *name = before;
    bool fine = true;

    if (moves)
        name = arena_cstr(scratch, result->path);
    if (result->kind == RESULT_NONE)
        return true;
    if (!is_as_read(index, result, from, before, err))
        return false;
    fine = result->kind == RESULT_DELETE
               ? git_index_remove(index, before, 0) == 0
               : put_entry(index, result, name, before);
    return fine || git_complaint(err, "the index of git");
}

static bool save(git_index *index, struct error *err)
{
    int result = git_index_write(index);

    if (result == GIT_ELOCKED)
        return error_set(err, ERROR_CONFLICT,
                         "nothing was staged: another git is changing the "
                         "index (index.lock is there)");
    return result == 0 || git_complaint(err, "the index of git");
}

static bool write_by_library(struct repo *repo,
                             const struct file_result *results, size_t count,
                             struct error *err)
{
    struct arena scratch = { 0 };
    git_index *index = NULL;
    bool fine = (git_repository_index(&index, repo->git) == 0
                 && git_index_read(index, 1) == 0)
                || git_complaint(err, "the index of git");

    for (size_t i = 0; fine && i < count; i++)
        fine = write_result(index, &results[i], &scratch, err);
    fine = fine && save(index, err);
    git_index_free(index);
    arena_release(&scratch);
    return fine;
}

// --- writing, by the program ------------------------------------------------

// The program reads a blob from a file only.
static bool fill_temporary(const char *path, int fd, struct str bytes,
                           struct error *err)
{
    while (bytes.len > 0) {
        ssize_t written = write(fd, bytes.at, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_set(err, ERROR_FAILED, "%s: %s", path,
                             strerror(errno));
        bytes = str_skip(bytes, (size_t)written);
    }
    return true;
}

static bool run_plainly(struct repo *repo, struct arena *arena,
                        const char *const *args, struct str *output,
                        struct error *err)
{
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args };
    int status;

    return git_program_run(&call, arena, output, &status, err)
           && (status == 0
               || error_set(err, ERROR_FAILED, "git could not stage that"));
}

static bool store_blob(struct repo *repo, struct arena *arena, struct str bytes,
                       struct str *id, struct error *err)
{
    char *path = arena_cstr(
        arena, arena_printf(arena, "%.*s/kerf-XXXXXX", STR_ARG(repo->git_dir)));
    int fd = mkstemp(path);
    const char *args[] = {
        "hash-object", "-w", "--no-filters", "--", path, NULL
    };

    if (fd < 0)
        return error_set(err, ERROR_FAILED, "%s: %s", path, strerror(errno));
    bool fine = fill_temporary(path, fd, bytes, err)
                && run_plainly(repo, arena, args, id, err);
    close(fd);
    unlink(path);
    *id = str_trim(*id);
    return fine;
}

static bool is_as_asked(struct repo *repo, struct arena *arena,
                        const struct file_result *result, unsigned *mode,
                        struct error *err)
{
    bool moves = result->kind == RESULT_WRITE && result->remove.len > 0;
    struct str path = moves ? result->remove : result->path;
    struct preimage pre;

    repo_read_index(repo, arena, path, &pre);
    *mode = result->mode ? result->mode : pre.mode;
    return (pre.exists == result->existed
            && str_equal(pre.bytes, result->preimage))
           || has_changed(path, err);
}

// The words of one update-index: what comes, then what goes.
struct update {
    const char **words;
    size_t count;
    const char **gone;
    size_t gone_count;
};

static bool add_update(struct repo *repo, struct arena *arena,
                       const struct file_result *result, struct update *update,
                       struct error *err)
{
    unsigned mode;
    struct str id = { 0 };

    if (result->kind == RESULT_NONE)
        return true;
    if (!is_as_asked(repo, arena, result, &mode, err))
        return false;
    if (result->kind == RESULT_DELETE || result->remove.len > 0)
        update->gone[update->gone_count++] =
            arena_cstr(arena, result->kind == RESULT_DELETE ? result->path
                                                            : result->remove);
    if (result->kind == RESULT_DELETE)
        return true;
    if (!store_blob(repo, arena, result->bytes, &id, err))
        return false;
    update->words[update->count++] = "--cacheinfo";
    update->words[update->count++] =
        arena_printf(arena, "%s,%.*s,%.*s",
                     mode & EXECUTE_BITS ? "100755" : "100644", STR_ARG(id),
                     STR_ARG(result->path))
            .at;
    return true;
}

static bool write_by_program(struct repo *repo,
                             const struct file_result *results, size_t count,
                             struct error *err)
{
    struct arena scratch = { 0 };
    struct str output;
    struct update update = {
        .words = arena_array(&scratch, 3 * count + 5, sizeof(char *)),
        .gone = arena_array(&scratch, count + 1, sizeof(char *)),
    };
    bool fine = true;

    update.words[update.count++] = "update-index";
    update.words[update.count++] = "--add";
    for (size_t i = 0; fine && i < count; i++)
        fine = add_update(repo, &scratch, &results[i], &update, err);
    update.words[update.count++] = "--force-remove";
    update.words[update.count++] = "--";
    for (size_t i = 0; i < update.gone_count; i++)
        update.words[update.count++] = update.gone[i];
    update.words[update.count] = NULL;
    fine = fine && run_plainly(repo, &scratch, update.words, &output, err);
    arena_release(&scratch);
    return fine;
}

bool repo_write_index(struct repo *repo, const struct file_result *results,
                      size_t count, struct error *err)
{
    return is_for_library(repo) ? write_by_library(repo, results, count, err)
                                : write_by_program(repo, results, count, err);
}
