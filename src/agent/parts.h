/*
 * The agent's inside, shared by its files: exchange.c talks to the server of
 * the backend that lines.c chose, failing.c knows what to do when that fails,
 * calls.c runs what the model asks for, agent.c is the rest.
 */
#ifndef KERF_AGENT_PARTS_H
#define KERF_AGENT_PARTS_H

#include "kerf/agent/agent.h"

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/loop/work.h"

#include "changes.h"
#include "exchange.h"
#include "shell.h"

/* What is to be done to files once those that are being read are in. */
enum wish_kind {
    WISH_NOTHING,
    WISH_WRITE,
    WISH_WRITE_STAGED,
    WISH_UNDO,
    WISH_REDO,
    WISH_UNDO_HUNK,
};

struct wish {
    enum wish_kind kind;
    struct target target; // of a hunk
};

struct agent {
    struct agent_options options;
    const struct session *session;
    struct arena arena; // root, state_dir, allowed commands, backends
    struct exchange exchange;
    struct changes *changes;
    struct wish wish;
    struct work_lane *lane; // all reading of the tree, in order
    struct shell *shell;    // the one command that runs
    struct str shell_call;  // its call_id
    struct str *allowed;    // exact commands that need no question
    size_t allowed_count, allowed_cap;
    struct buf instructions, tools;
    double around; // what both weigh, for the estimate
    bool instructions_ready;
    struct typed *typed;           // the command that the user runs; NULL: none
    struct buf refused;            // the message that came back last
    size_t jobs;                   // under way: readings, the user's command
    struct compaction *compaction; // the one that runs
    bool compaction_told;          // that the window fills up
    bool held;                     // the queue waits for the user
    bool stepping;
    bool closing;
};

/* Posts an event of the agent. */
void agent_post(struct agent *agent, struct event *event);
void agent_notice(struct agent *agent, struct str text, bool warning);

/* --- room in the window: compaction.c ------------------------------------- */

/* Compacts what came before the newest turn; then what is due is sent. False
 * if there is nothing to gain or nobody to do it. */
bool compaction_start(struct agent *agent);
void compaction_stop(struct agent *agent);
/* Deferred: the end of a compaction, of an agent. */
void compaction_over(void *ctx);
/* Says, once, that the window fills up. */
void compaction_announce(struct agent *agent);

/* Starts what can start: approvals, commands, readings, bad patches. */
void calls_step(struct agent *agent);
void calls_answer(struct agent *agent, enum approval approval, struct str text);
void calls_allow(struct agent *agent, struct str command);
/* Ends the running command. */
void calls_stop(struct agent *agent);
/* wish.c: does what is wished for, if no file is being read or written. */
void wish_step(struct agent *agent);
void wish_drop(struct agent *agent);
/* feedback.c: gives the verdict of proposal `index`; with `revise` a new
 * version is asked for. */
void feedback_verdict(struct agent *agent, size_t index, bool revise);

/* typed.c: ends the command that the user runs; false if there is none. */
bool typed_stop(struct agent *agent);
void typed_destroy(struct agent *agent);

#endif
