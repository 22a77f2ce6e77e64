/*
 * A stage for end-to-end tests: a fresh folder with a git tree, a home and a
 * state folder of its own, a kerf-sim if wanted, and programs run in it.
 */
#ifndef KERF_TESTS_SCENE_H
#define KERF_TESTS_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "terminal.h"

struct scene {
    char dir[64];  // everything lies below
    char tree[96]; // the git tree
    char *env[16];
    pid_t sim;
    char url[128];   // of the running kerf-sim
    char record[96]; // what it recorded: one JSON line per request
};

/* For cmocka: a scene of its own for each test, as its state. */
int scene_setup(void **state);
int scene_teardown(void **state);
#define SCENE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)

void scene_open(struct scene *scene);
void scene_close(struct scene *scene);

/* Sets a variable, "NAME=value", for the programs that are started next. */
void scene_set_env(struct scene *scene, const char *setting);

/* Writes, reads (NULL if it is not there; valid until the next call) and
 * compares a file of the tree, by its path below `dir`. */
void scene_write(struct scene *scene, const char *path, const char *text);
const char *scene_read(struct scene *scene, const char *path);

/* Starts kerf-sim with more arguments (NULL at the end) on a free port and
 * sets it as the one backend. */
void scene_sim(struct scene *scene, const char *const *arguments);
void scene_stop_sim(struct scene *scene);

/* The user's configuration file. */
void scene_config(struct scene *scene, const char *text);

/* What a program printed and how it ended. */
struct outcome {
    int status;
    char out[65536], err[65536];
};

/* Runs kerf (or another program) in the tree; `input` is its standard input. */
void scene_run(struct scene *scene, const char *const *argv, const char *input,
               struct outcome *outcome);

/* Starts a program as scene_run does, output thrown away, and returns at
 * once; the caller waits for it. */
pid_t scene_start(struct scene *scene, const char *const *argv,
                  const char *input);

/* Starts kerf on a terminal of its own; argv[0] is put in by itself. */
struct terminal *scene_terminal(struct scene *scene, int rows, int cols,
                                const char *const *arguments);

/* Runs a shell command in the tree for preparation; aborts if it fails. */
void scene_shell(struct scene *scene, const char *command);

const char *kerf_path(void);
const char *kerf_sim_path(void);

#endif
