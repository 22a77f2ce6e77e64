/*
 * What goes into the context: AGENTS.md, mentions (files, lines of them, diff
 * and log), /add. Read by a worker, through the worktree. Private to the agent.
 */
#ifndef KERF_AGENT_CONTEXT_H
#define KERF_AGENT_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"
#include "kerf/model/mention.h"

#define LIMIT_CONTEXT_FILES 64
#define LIMIT_CONTEXT_BYTES ((size_t)1 << 20) // of one of them
#define LIMIT_INSTRUCTIONS_BYTES ((size_t)64 << 10)

struct context_file {
    struct mention mention; // its path in the arena of the job
    struct str label, bytes;
    struct str problem; // why it is not there; empty if it is
};

struct context_job {
    struct arena arena;
    struct str root, text; // text: the message that named the files
    struct context_file *files;
    size_t count, cap;
};

/* Fills `files` with what `text` mentions, each once. */
void context_mentions(struct context_job *job, struct str text);

/* Adds what is written like a mention without its mark: a path, also with
 * lines or with blanks, "diff", "log". */
void context_add(struct context_job *job, struct str name);

/* Reads all files of the job; blocks. */
void context_read(struct context_job *job);

/* The first file of the job that is not there although the message must have
 * meant one; NULL if there is none. */
const struct context_file *context_missing(const struct context_job *job);

#endif
