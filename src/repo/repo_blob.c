/*
 * Blobs of the object store, read by their id and named by their content. An
 * id of a patch may be cut; one that could mean two objects is refused, since
 * a wrong text is worse than none.
 */
#include <string.h>

#include "repo_parts.h"

#define ID_DIGITS_LEAST 4 // as git: fewer digits name nothing

static bool is_id(struct str id)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < id.len; i++)
        if (str_find_char(STR(digits), id.at[i]) == SIZE_MAX)
            return false;
    return id.len >= ID_DIGITS_LEAST && id.len <= 2 * (size_t)GIT_OID_HEXSZ;
}

static bool not_there(struct str id, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "there is no blob %.*s here",
                     STR_ARG(id));
}

static bool too_large(struct str id, struct error *err)
{
    return error_set(err, ERROR_LIMIT, "blob %.*s has more than %zu MiB",
                     STR_ARG(id), LIMIT_FILE_BYTES >> 20);
}

static bool read_object(git_odb *odb, const git_oid *id, struct arena *arena,
                        struct str *bytes, struct error *err)
{
    git_odb_object *object = NULL;

    if (git_odb_read(&object, odb, id) < 0)
        return git_complaint(err, "the blob cannot be read");
    *bytes = arena_copy(arena, (struct str){ git_odb_object_data(object),
                                             git_odb_object_size(object) });
    git_odb_object_free(object);
    return true;
}

static bool read_from(git_odb *odb, struct arena *arena, struct str id,
                      struct str *bytes, struct error *err)
{
    git_oid cut, whole;
    git_object_t type;
    size_t size;

    if (id.len > GIT_OID_HEXSZ || git_oid_fromstrn(&cut, id.at, id.len) < 0)
        return not_there(id, err);
    int found = git_odb_exists_prefix(&whole, odb, &cut, id.len);
    if (found == GIT_EAMBIGUOUS)
        return error_set(err, ERROR_INVALID, "%.*s could be two objects",
                         STR_ARG(id));
    if (found < 0 || git_odb_read_header(&size, &type, odb, &whole) < 0
        || type != GIT_OBJECT_BLOB)
        return not_there(id, err);
    return size <= LIMIT_FILE_BYTES
               ? read_object(odb, &whole, arena, bytes, err)
               : too_large(id, err);
}

static bool read_by_library(struct repo *repo, struct arena *arena,
                            struct str id, struct str *bytes, struct error *err)
{
    git_odb *odb = NULL;

    if (git_repository_odb(&odb, repo->git) < 0)
        return git_complaint(err, "the object store");
    bool fine = read_from(odb, arena, id, bytes, err);
    git_odb_free(odb);
    return fine;
}

static bool ask_program(struct repo *repo, struct arena *arena,
                        const char *what, struct str id, struct str *answer,
                        struct error *err)
{
    const char *args[] = { "cat-file", what, arena_cstr(arena, id), NULL };
    int status;

    if (!repo_ask(repo, arena, args, NULL, answer, &status, err))
        return false;
    return status == 0 || not_there(id, err);
}

static bool read_by_program(struct repo *repo, struct arena *arena,
                            struct str id, struct str *bytes, struct error *err)
{
    struct str type, size;
    uint64_t count;

    if (!ask_program(repo, arena, "-t", id, &type, err)
        || !ask_program(repo, arena, "-s", id, &size, err))
        return false;
    if (!str_is(str_trim(type), "blob") || !str_to_u64(str_trim(size), &count))
        return not_there(id, err);
    return count <= LIMIT_FILE_BYTES
               ? ask_program(repo, arena, "blob", id, bytes, err)
               : too_large(id, err);
}

bool repo_read_blob(struct repo *repo, struct arena *arena, struct str id,
                    struct str *bytes, struct error *err)
{
    *bytes = (struct str){ 0 };
    if (!is_id(id))
        return not_there(id, err);
    return repo->git ? read_by_library(repo, arena, id, bytes, err)
                     : read_by_program(repo, arena, id, bytes, err);
}

struct str repo_blob_id(struct repo *repo, struct arena *arena,
                        struct str bytes)
{
    char text[GIT_OID_HEXSZ + 1];
    git_oid id;

    // What the library cannot read may use another hash.
    if (!repo->git
        || git_odb_hash(&id, bytes.at ? bytes.at : "", bytes.len,
                        GIT_OBJECT_BLOB)
               < 0)
        return (struct str){ 0 };
    git_oid_tostr(text, sizeof(text), &id);
    return arena_copy(arena, str_from(text));
}
