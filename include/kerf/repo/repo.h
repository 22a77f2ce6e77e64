/*
 * The git tree around a folder, read through libgit2. Every call may block
 * and is meant for a worker; one `struct repo` is used by one thread at a
 * time. Nothing of a repository's configuration is ever run.
 */
#ifndef KERF_REPO_REPO_H
#define KERF_REPO_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"

#define LIMIT_FILE_BYTES ((size_t)64 << 20)

struct repo;

/*
 * Finds the work tree around `dir` without libgit2: walks up to the folder
 * that holds `.git` (folder or file). Fast; for the first frame. Returns the
 * absolute real path in `arena`. ERROR_NOT_FOUND "no git tree around DIR ..."
 */
bool repo_find_root(struct arena *arena, struct str dir, struct str *root,
                    struct error *err) KERF_CHECKED;

/* Opens the repository of a work tree. NULL with a clear line: bare
 * repository, SHA-256 or reftable (not supported by the library), foreign
 * owner, no permission. */
struct repo *repo_open(struct str root, struct error *err) KERF_CHECKED;
void repo_close(struct repo *repo);

struct repo_status {
    struct str branch;     // "main", or "1a2b3c4 (detached)", "main (empty)"
    int64_t ahead, behind; // of the upstream; 0 without one
    int64_t modified, staged, untracked;
    struct str git_dir; // absolute path of the git folder
};

/* Texts in `arena`. Sparse checkouts are asked through the git program. */
bool repo_status(struct repo *repo, struct arena *arena,
                 struct repo_status *status, struct error *err) KERF_CHECKED;

struct repo_files {
    struct str *paths; // relative to the root, sorted bytewise
    size_t count;
};

/* Tracked files plus untracked ones that are not ignored (.gitignore,
 * .git/info/exclude, .kerfignore). Texts in `arena`. */
bool repo_list(struct repo *repo, struct arena *arena, struct repo_files *files,
               struct error *err) KERF_CHECKED;

/*
 * Makes git's index hold what was written, and no other change: the bytes of
 * each result with the ends of lines that `git add` would store, deletions and
 * the old names of moves. ERROR_CONFLICT if another git holds the index;
 * then nothing is staged.
 */
bool repo_stage(struct repo *repo, const struct file_result *results,
                size_t count, struct error *err) KERF_CHECKED;

/*
 * Reads a blob of the object store by its id in hex, which may be cut to four
 * digits. Bytes in `arena`. ERROR_NOT_FOUND, ERROR_INVALID if two objects begin
 * like that, ERROR_LIMIT beyond LIMIT_FILE_BYTES. Nothing is fetched.
 */
bool repo_read_blob(struct repo *repo, struct arena *arena, struct str id,
                    struct str *bytes, struct error *err) KERF_CHECKED;

/* git's id of a blob with these bytes, in hex and in `arena`; empty if that
 * cannot be told here. Nothing is written. */
struct str repo_blob_id(struct repo *repo, struct arena *arena,
                        struct str bytes);

/* Says whether a relative path is ignored. */
bool repo_is_ignored(struct repo *repo, struct str path);

#endif
