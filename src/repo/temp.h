/*
 * The temporary file of an entry. It lies in the folder of its target, or, if
 * that folder is not there yet or makes way for a file, in the nearest one
 * above that stays.
 */
#ifndef KERF_SRC_REPO_TEMP_H
#define KERF_SRC_REPO_TEMP_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/repo/worktree.h"
#include "steps.h"
#include "write_set.h"

/* One going of a set to one side. All is borrowed. */
struct change {
    struct worktree *tree;
    struct steps *steps;
    struct set *set;
    struct arena *arena; // for what is read on the way
};

/* Gives every entry of the set a fresh random name. */
bool temp_name_all(struct set *set, struct error *err) KERF_CHECKED;

/* Opens the folder of the temporary file (chosen now if there is none yet).
 * -1 with an error. */
int temp_folder(struct change *change, struct entry *entry, struct error *err);

/* Makes the file with the image of `side`, owner and attributes of the file it
 * will replace, and syncs it. */
bool temp_make(struct change *change, struct entry *entry, enum side side,
               struct error *err) KERF_CHECKED;

/* Looks for a file that a crash left behind and sets `temp_depth`. */
void temp_find(struct change *change, struct entry *entry);

/* What the file holds; `exists` is false if it is not there or no regular
 * file that can be read. */
struct image temp_look(struct change *change, struct entry *entry);

/* Removes the file, if there is one. */
bool temp_drop(struct change *change, struct entry *entry,
               struct error *err) KERF_CHECKED;

#endif
