/*
 * What every subcommand needs before it starts: the environment, the tree,
 * the settings, the folders. Read once, nothing is run.
 */
#ifndef KERF_APP_SETUP_H
#define KERF_APP_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/config/config.h"
#include "kerf/config/policy.h"
#include "kerf/store/paths.h"

struct setup {
    struct arena arena;
    char *const *env; // of the process
    struct environment folders;
    struct config config;
    struct policy policy;     // of the machine and of the tree
    struct str root;          // of the work tree; empty if there is none
    struct str state_dir;     // for the journal
    struct str tree_dir;      // for write sets of this tree
    struct str state_problem; // why nothing can be saved; empty if it can
    struct str program_dir;   // where the kerf binary lies
};

struct setup_options {
    bool needs_tree;            // fail with ERROR_NOT_FOUND if there is none
    struct str dir;             // where to look for it; empty: current folder
    const struct str *settings; // -c name=value, in order
    size_t setting_count;
};

/*
 * Fills `setup`. Settings are read from /etc/kerf/config, the user's file, the
 * tree's $GIT_DIR/kerf.conf and the command line, later ones win; the policy
 * from /etc/kerf/policy and the tree's .kerf/policy, both count. Errors name
 * file and line. Release it in any case.
 */
bool setup_load(struct setup *setup, const struct setup_options *options,
                char *const *env, struct error *err) KERF_CHECKED;
void setup_release(struct setup *setup);

/* A new name for a session: the time, so that names sort, and 32 random bits.
 * In the setup's arena. */
struct str setup_session_id(struct setup *setup);

/* Value of an environment variable, or an empty view. */
struct str setup_env(const struct setup *setup, const char *name);

/* The path of a file or folder of the user's, beside the config; empty where
 * the user has no home. In the setup's arena, with a NUL behind it. */
struct str setup_user_path(struct setup *setup, const char *name);

/* Reads a small file whole; ERROR_NOT_FOUND if it is not there, ERROR_LIMIT. */
bool setup_read_file(struct arena *arena, const char *path, size_t limit,
                     struct str *text, struct error *err) KERF_CHECKED;

/* Finds a data file such as "themes/dark.ini": beside the binary's folder
 * when run from the build, or installed. False if it is nowhere. */
bool setup_find_data(struct setup *setup, const char *name, struct str *path);

#endif
