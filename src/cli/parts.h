/* What the subcommands share. Private to the cli. */
#ifndef KERF_CLI_PARTS_H
#define KERF_CLI_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/app/app.h"
#include "kerf/app/setup.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/cli/cli.h"
#include "kerf/patch/select.h"
#include "kerf/repo/stage.h"
#include "kerf/repo/worktree.h"

/* The command line of a subcommand, its own name and the options that all
 * understand already taken off. */
struct invocation {
    struct arena arena;
    char *const *env;
    const char *name;  // of the subcommand; "" for kerf itself
    const char **args; // words that are left
    size_t count;
    struct str *settings; // -c name=value
    size_t setting_count;
    struct str message; // -m TEXT
    bool line_mode;     // --inline
};

struct subcommand {
    const char *name;
    const char *arguments;
    const char *help;
    int (*run)(struct invocation *call);
};

int cli_open(struct invocation *call);
int cli_fix(struct invocation *call);
int cli_run(struct invocation *call);
int cli_review(struct invocation *call);
int cli_apply(struct invocation *call);
int cli_undo(struct invocation *call);
int cli_log(struct invocation *call);
int cli_resume(struct invocation *call);
int cli_route(struct invocation *call);
int cli_stats(struct invocation *call);
int cli_models(struct invocation *call);
int cli_doctor(struct invocation *call);
int cli_keys(struct invocation *call);
int cli_completion(struct invocation *call);

/* Takes the option `name` off the words; false if it is not there. */
bool take_flag(struct invocation *call, const char *name);

/* Takes `name VALUE`, `--name=VALUE` or `-nVALUE` off the words: 1 found, 0 not
 * there, -1 without value (a usage error was printed). */
int take_value(struct invocation *call, const char *name, struct str *value);

/* Takes `name NUMBER` off the words, `*number` keeping its value if it is not
 * there; false after a usage error. */
bool take_number(struct invocation *call, const char *name, int64_t low,
                 int64_t high, int64_t *number);

/* Prints a usage error ("kerf apply: ...") if there are more than `most`
 * words left, or one that looks like an option; returns false then. */
bool words_are_at_most(struct invocation *call, size_t most);

/* Prints "kerf: TEXT" on stderr and returns the status for its kind. */
int complain(const struct error *err);
int complain_usage(const struct invocation *call, const char *format, ...)
    KERF_PRINTF(2, 3);

/* Prints "kerf: TEXT" on stderr, made safe and whole: what should be known
 * and is no failure. */
void remark(const char *format, ...) KERF_PRINTF(1, 2);

/* Runs the screen; complains if it could not start. Returns the status. */
int open_screen(struct invocation *call, struct setup *setup,
                struct app_options *options);

/* setup_load with the invocation's settings; complains, returns a status. */
int load(struct invocation *call, struct setup *setup, bool needs_tree);

/* The same, but where there is no git tree the current folder is the tree. */
int load_anywhere(struct invocation *call, struct setup *setup);

/* Opens the write sets of a tree and mends what a crash left, telling it. NULL
 * with an error. */
struct stage *open_stage(struct invocation *call, struct worktree *tree,
                         const struct setup *setup,
                         struct error *err) KERF_CHECKED;

/* Reads a file, or standard input for "-"; `label` names it for messages. */
bool read_input(struct arena *arena, const char *name, size_t limit,
                struct str *text, struct str *label,
                struct error *err) KERF_CHECKED;

/* Puts words together to one shell command, quoted where needed. */
struct str join_command(struct arena *arena, const char **words, size_t count);

/* Prints foreign text with controls made visible. */
void print_safe(struct str text);

/* Prints JSON that was written, and a newline. */
void print_json(const struct buf *json);

#endif
