/*
 * Entries of git's index, for a review that stages or unstages. Bytes go in and
 * out as they are: the filters that a tree's files pass through have been
 * passed already, when the diff was made. An entry that is no longer what was
 * read is left alone.
 */
#include "kerf/repo/diff.h"

#include "index.h"
#include "path.h"
#include "update.h"

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

static bool read_entry(struct repo *repo, git_index *index, struct arena *arena,
                       const char *path, struct preimage *pre,
                       struct error *err)
{
    const git_index_entry *entry = git_index_get_bypath(index, path, 0);
    char name[GIT_OID_HEXSZ + 1];
    struct str bytes = { 0 };

    if (!entry && index_is_unmerged(index, path))
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
    struct str output, line;
    int status;

    if (!repo_ask(repo, arena, args, NULL, &output, &status, err))
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
                     "nothing was staged: %s has changed in the index since it "
                     "was read",
                     path_text(path).at);
}

// The name whose entry the result was computed from.
static struct str source_name(const struct file_result *result)
{
    bool moves = result->kind == RESULT_WRITE && result->remove.len > 0;

    return moves ? result->remove : result->path;
}

// Says whether that name has no entry any more, unless another file takes it.
static bool leaves_name(const struct file_result *result)
{
    return result->kind == RESULT_DELETE
           || (result->kind == RESULT_WRITE && result->remove.len > 0);
}

// --- writing, by the library ------------------------------------------------

static bool is_as_read(git_index *index, const struct file_result *result,
                       const char *name, struct error *err)
{
    const git_index_entry *entry = git_index_get_bypath(index, name, 0);
    struct str was = result->preimage, path = source_name(result);
    git_oid id;

    if (index_is_unmerged(index, name))
        return error_set(err, ERROR_CONFLICT,
                         "nothing was staged: %s is unmerged",
                         path_text(path).at);
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

// What becomes of the index, once all that was read is found as it was.
static bool judge(git_index *index, const struct file_result *results,
                  size_t count, struct arena *scratch, uint32_t *modes,
                  struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = arena_cstr(scratch, source_name(&results[i]));
        if (results[i].kind == RESULT_NONE)
            continue;
        if (!is_as_read(index, &results[i], name, err))
            return false;
        modes[i] = mode_of(&results[i], git_index_get_bypath(index, name, 0));
    }
    return true;
}

// First the names that go, since another file may take them.
static bool change(git_index *index, const struct file_result *results,
                   size_t count, struct arena *scratch, const uint32_t *modes)
{
    for (size_t i = 0; i < count; i++)
        if (leaves_name(&results[i])
            && git_index_remove(
                   index, arena_cstr(scratch, source_name(&results[i])), 0)
                   < 0)
            return false;
    for (size_t i = 0; i < count; i++) {
        struct str bytes = results[i].bytes;
        git_index_entry entry = { .path = arena_cstr(scratch, results[i].path),
                                  .mode = modes[i] };
        if (results[i].kind == RESULT_WRITE
            && git_index_add_from_buffer(index, &entry,
                                         bytes.at ? bytes.at : "", bytes.len)
                   < 0)
            return false;
    }
    return true;
}

static bool write_by_library(struct repo *repo,
                             const struct file_result *results, size_t count,
                             struct error *err)
{
    struct arena scratch = { 0 };
    uint32_t *modes = arena_array(&scratch, count + 1, sizeof(*modes));
    git_index *index = index_open(repo, err);
    bool fine = index && judge(index, results, count, &scratch, modes, err)
                && (change(index, results, count, &scratch, modes)
                    || git_complaint(err, "the index of git"))
                && index_save(index, err);

    git_index_free(index);
    arena_release(&scratch);
    return fine;
}

// --- writing, by the program ------------------------------------------------

// `*mode` is what the file has, or is to have.
static bool is_as_asked(struct repo *repo, struct arena *arena,
                        const struct file_result *result, unsigned *mode,
                        struct error *err)
{
    struct preimage pre;

    repo_read_index(repo, arena, source_name(result), &pre);
    *mode = result->mode ? result->mode : pre.mode;
    return (pre.exists == result->existed
            && str_equal(pre.bytes, result->preimage))
           || has_changed(source_name(result), err);
}

static bool add_update(struct update *update, const struct file_result *result,
                       struct error *err)
{
    unsigned mode;
    struct str id;

    if (result->kind == RESULT_NONE)
        return true;
    if (!is_as_asked(update->repo, update->arena, result, &mode, err))
        return false;
    if (leaves_name(result))
        update_drop(update, source_name(result));
    if (result->kind == RESULT_DELETE)
        return true;
    if (!update_store(update, result->bytes, &id, err))
        return false;
    update_put(update, result->path, mode & EXECUTE_BITS, id);
    return true;
}

static bool write_by_program(struct repo *repo,
                             const struct file_result *results, size_t count,
                             struct error *err)
{
    struct arena scratch = { 0 };
    struct update update = update_begin(repo, &scratch, count);
    bool fine = true;

    for (size_t i = 0; fine && i < count; i++)
        fine = add_update(&update, &results[i], err);
    fine = fine && update_run(&update, err);
    arena_release(&scratch);
    return fine;
}

bool repo_write_index(struct repo *repo, const struct file_result *results,
                      size_t count, struct error *err)
{
    return is_for_library(repo) ? write_by_library(repo, results, count, err)
                                : write_by_program(repo, results, count, err);
}
