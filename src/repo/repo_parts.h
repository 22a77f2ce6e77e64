/* An opened repository, and the two ways to ask it. */
#ifndef KERF_SRC_REPO_REPO_PARTS_H
#define KERF_SRC_REPO_REPO_PARTS_H

#include <git2.h>

#include "kerf/base/buf.h"
#include "kerf/repo/repo.h"

#define LIMIT_REPO_FILES ((size_t)2000000)
#define LIMIT_IGNORE_BYTES ((size_t)1 << 20)

struct repo {
    struct arena arena; // texts below
    struct str root;    // NUL-terminated
    struct str git_dir;
    const char *program; // git, if there is one
    git_repository *git; // NULL: the program is asked
};

/* A list that grows in an arena. */
struct path_list {
    struct str *at;
    size_t count, cap;
};

/* Adds a copy of the path. ERROR_LIMIT beyond LIMIT_REPO_FILES. */
bool path_list_add(struct path_list *list, struct arena *arena, struct str path,
                   struct error *err) KERF_CHECKED;

/* Fills `err` with what libgit2 complained about last. Returns false. */
bool git_complaint(struct error *err, const char *what);

/* Tells libgit2 the rules of .kerfignore as they are now. */
void ignore_rules_load(struct repo *repo);

/* Says whether libgit2 can read the index; from then on the program is asked
 * if not. */
bool is_for_library(struct repo *repo);

/*
 * Runs git in the tree. `env`: variables beside the usual ones, or NULL. Output
 * in `arena`; errors as git_program_run(). The second one has the drivers of
 * the repository switched off: for all that may convert a file.
 */
bool repo_ask(struct repo *repo, struct arena *arena, const char *const *args,
              const char *const *env, struct str *output, int *status,
              struct error *err) KERF_CHECKED;
bool repo_ask_undriven(struct repo *repo, struct arena *arena,
                       const char *const *args, struct str *output,
                       struct error *err) KERF_CHECKED;

/* The same questions as in kerf/repo/repo.h, answered by libgit2 ... */
bool status_by_library(struct repo *repo, struct arena *arena,
                       struct repo_status *status, struct error *err);
bool list_by_library(struct repo *repo, struct arena *arena,
                     struct repo_files *files, struct error *err);

/* ... or by the program. */
bool status_by_program(struct repo *repo, struct arena *arena,
                       struct repo_status *status, struct error *err);
bool list_by_program(struct repo *repo, struct arena *arena,
                     struct repo_files *files, struct error *err);
bool is_ignored_by_program(struct repo *repo, struct str path);

/* Changes a result so that its bytes are the index's own text with what the
 * write changed, in `arena`. False: that does not fit there, and the result
 * stays as it is. */
bool repo_only_change(struct repo *repo, struct arena *arena,
                      struct file_result *result);

/* Sorts bytewise and hands over. */
void path_list_finish(struct path_list *list, struct repo_files *files);

#endif
