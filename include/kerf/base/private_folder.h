/*
 * Folders that hold what nobody else should read: mode 0700 whatever the
 * umask, owned by this user, never reached through a link at their end.
 */
#ifndef KERF_BASE_PRIVATE_FOLDER_H
#define KERF_BASE_PRIVATE_FOLDER_H

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/*
 * Opens the folder at the absolute `path`, making it and missing parents with
 * mode 0700; a folder that is there already and ours is tightened to 0700.
 * Returns a descriptor to be closed by the caller, or -1: ERROR_POLICY if
 * the folder is a link or belongs to someone else, or the system's reason.
 */
int private_folder_open(struct str path, struct error *err) KERF_CHECKED;

#endif
