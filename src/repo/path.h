/* Paths of a patch, as they are judged and as they are shown. */
#ifndef KERF_SRC_REPO_PATH_H
#define KERF_SRC_REPO_PATH_H

#include "kerf/base/str.h"

#define LIMIT_NAME_BYTES 255

/* A path as text for an error line: sanitised, cut in the middle. Use it
 * inside one expression: `path_text(path).at`. */
struct path_text {
    char at[136];
};
struct path_text path_text(struct str path);

/* The folder part ("" at the root) and the last name of a path. */
struct str path_folder(struct str path);
struct str path_leaf(struct str path);

#endif
