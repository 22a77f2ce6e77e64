/*
 * Private to sim: a conversation as the built-in engine sees it. Everything is
 * read anew from the request each time; nothing is kept between requests.
 */
#ifndef SIM_DIALOGUE_H
#define SIM_DIALOGUE_H

#include "kerf/sim/engine.h"

enum step_kind {
    STEP_SHELL,
    STEP_READ,
    STEP_SEARCH,
    STEP_PATCH,
    STEP_OTHER,
};

/* A call of ours and what came back. */
struct step {
    enum step_kind kind;
    struct str subject; // command, path, pattern or patch
    size_t from_line;   // of a read: 1-based; 0: the whole file
    struct str output;  // of a command: without its head
    bool has_exit;      // of a command: it did run
    int exit_status;
};

/* Something the user sent along: a build log, a file. */
struct context {
    struct str name;
    struct str text;
    bool has_exit; // it is the output of the command `name`
    int exit_status;
};

struct dialogue {
    struct str task;          // the user's last words; may be empty
    struct context *contexts; // all, oldest first
    size_t context_count, context_cap;
    size_t new_contexts; // how many of them came with the task
    struct step *steps;  // since the task
    size_t step_count, step_cap;
    bool has_shell, has_read, has_search, has_patch; // tools on offer
    bool one_call_only; // parallel_tool_calls is false
};

/* Views point into `arena` and into the input. */
void dialogue_read(struct arena *arena, const struct engine_input *input,
                   struct dialogue *dialogue);

#endif
