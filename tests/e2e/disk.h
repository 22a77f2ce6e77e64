/* What lies on the disk, as text that can be compared. */
#ifndef KERF_TESTS_DISK_H
#define KERF_TESTS_DISK_H

#include <stdbool.h>

#include "kerf/base/buf.h"

/*
 * Appends a line for everything below `dir`, in order: kind, mode, name, and
 * the bytes or where a link leads. `strict` adds which inode it is and when it
 * was written, so that a file that was written anew with the same bytes is
 * another one.
 */
void disk_list(struct buf *out, const char *dir, bool strict);

/* Removes what is in `dir` but the entry `keep`. */
void disk_empty(const char *dir, const char *keep);

/* Write a file with its folders; make a folder with those above it. */
void disk_put(const char *path, struct str bytes, bool executable);
void disk_folder(const char *path);

#endif
