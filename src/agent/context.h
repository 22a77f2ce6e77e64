/*
 * Files of the tree that go into the context: AGENTS.md, `@path` mentions,
 * /add. Read by a worker, through the worktree. Private to the agent.
 */
#ifndef KERF_AGENT_CONTEXT_H
#define KERF_AGENT_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

#define LIMIT_CONTEXT_FILES 64
#define LIMIT_INSTRUCTIONS_BYTES ((size_t)64 << 10)

struct context_file {
    struct str path, bytes;
    struct str problem; // why it is not there; empty if it is
};

struct context_job {
    struct arena arena;
    struct str root, text; // text: the message that named the files
    struct context_file *files;
    size_t count, cap;
};

/* Fills `files` with the distinct `@path` words of `text` (blank before, or
 * at the start; a trailing comma, stop or colon is not part of it). */
void context_mentions(struct context_job *job, struct str text);
void context_add(struct context_job *job, struct str path);

/* Reads all files of the job; blocks. */
void context_read(struct context_job *job);

#endif
