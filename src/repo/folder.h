/*
 * Folders of a work tree by descriptor. Each component is opened on its own,
 * without following links, and compared with the git folder.
 */
#ifndef KERF_SRC_REPO_FOLDER_H
#define KERF_SRC_REPO_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/repo/worktree.h"

/*
 * Opens the folder `path` ("" is the root). Returns a descriptor for the
 * caller to close, or -1: ERROR_NOT_FOUND if it is not there, ERROR_POLICY if
 * a component is a link, no folder or the git folder.
 */
int folder_open(const struct worktree *tree, struct str path,
                struct error *err);

/*
 * Opens the deepest folder on the way to `path` that is there. `*depth` is
 * how many bytes of `path` it covers. Errors as above, without NOT_FOUND.
 */
int folder_open_deepest(const struct worktree *tree, struct str path,
                        size_t *depth, struct error *err);

/*
 * Opens the regular file `path` for reading; -1 with ERROR_NOT_FOUND if it
 * is not there, ERROR_POLICY if it is a link, a device, a folder ...
 */
int file_open(const struct worktree *tree, struct str path, struct error *err);

/* Reads the regular file behind `fd` whole, with its permission bits. The
 * bytes live in `arena`. ERROR_LIMIT; ERROR_CONFLICT if it keeps changing. */
bool file_read(int fd, struct arena *arena, struct str *bytes, unsigned *mode,
               struct error *err) KERF_CHECKED;

/* Reads up to `size` bytes of a file from its start. Returns how many, or -1
 * with errno. */
ssize_t read_up_to(int fd, char *at, size_t size);

#endif
