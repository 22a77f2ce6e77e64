/* Private to sim: what the parts of the built-in engine share. */
#ifndef SIM_FIXIT_H
#define SIM_FIXIT_H

#include "dialogue.h"
#include "kerf/sim/edit.h"

/* One request in work. */
struct work {
    struct arena *arena;
    struct sim_answer *answer;
    struct dialogue dialogue;
    size_t calls; // made so far in this answer
};

/* Adds words to the answer. */
void fixit_say(struct work *work, struct str text);

/* Adds a call of a tool with one argument. */
void fixit_call(struct work *work, const char *tool, const char *key,
                struct str value);

/*
 * Returns the lines of a file as `read_file` gave them since step `since`, or
 * NULL; then a call that reads it has been added, unless the answer may hold
 * one call only and has one. `line` (1-based) is the place that matters if the
 * file is too long to be read whole.
 */
const struct text_lines *fixit_source(struct work *work, size_t since,
                                      struct str path, size_t line);

/* Adds the apply_patch call with these sections. */
void fixit_propose(struct work *work, struct str sections);

/* Says whether the verdict of a review accepted anything. */
bool verdict_accepts(struct str verdict);

/* Works on a failing build. */
void fixit_build(struct work *work);

/* Reads "rename OLD to NEW"; false if the task is something else. */
bool rename_read(struct str task, struct str *old_name, struct str *new_name);
void fixit_rename(struct work *work, struct str old_name, struct str new_name);

#endif
