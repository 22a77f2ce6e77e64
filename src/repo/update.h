/*
 * A change of git's index by the program, in one `git update-index`: entries
 * that come, then names that go, all of them or none.
 */
#ifndef KERF_SRC_REPO_UPDATE_H
#define KERF_SRC_REPO_UPDATE_H

#include "repo_parts.h"

/* Texts and words live in the arena that it was begun with. */
struct update {
    struct repo *repo;
    struct arena *arena;
    const char **words;
    size_t count;
    const char **gone;
    size_t gone_count;
    struct str *come;
    size_t come_count;
    const char *const *env; // that switches the drivers off; NULL: not asked
};

/* Begins an update of at most `count` files, each with one other name. */
struct update update_begin(struct repo *repo, struct arena *arena,
                           size_t count);

/* Stores the bytes as a blob. */
bool update_store(struct update *update, struct str bytes, struct str *id,
                  struct error *err) KERF_CHECKED;

/* The same, converted as `git add` does with the file `path`; no driver of
 * the repository is run. */
bool update_store_file(struct update *update, struct str path, struct str bytes,
                       struct str *id, struct error *err) KERF_CHECKED;

/* The entry of a path is to be this blob. */
void update_put(struct update *update, struct str path, bool is_program,
                struct str id);

/* A path is to have no entry. */
void update_drop(struct update *update, struct str path);

bool update_run(struct update *update, struct error *err) KERF_CHECKED;

#endif
