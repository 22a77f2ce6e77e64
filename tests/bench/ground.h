/*
 * The ground of a measurement: a folder with a git tree, a home and a state of
 * its own, the model server of kerf-sim, and kerf on a pty.
 */
#ifndef KERF_BENCH_GROUND_H
#define KERF_BENCH_GROUND_H

#include "../e2e/terminal.h"
#include "measure.h"

#define GROUND_ROWS 40
#define GROUND_COLS 120
#define GROUND_TOKENS 20000 // 68 KB of Markdown and code, about 1,250 rows

struct ground {
    char dir[64], tree[96], record[96];
    char kerf[4096], sim[4096], floors[4096]; // programs, a folder of them
    char home[128], state[128];
    char *env[8]; // for programs without a terminal
    char port[8];
    pid_t sim_pid;
};

void ground_open(struct ground *ground, const char *program);
void ground_close(struct ground *ground);

/* A path below the folder; valid until the next but three calls. */
const char *ground_path(const struct ground *ground, const char *name);
void ground_write(const struct ground *ground, const char *name,
                  const char *text);

/* Starts the echo server, which sends so many tokens to each request, `rate` a
 * second (0: at once), and writes kerf's config for it. */
bool ground_serve(struct ground *ground, int tokens, int rate, int ttft_ms);
void ground_unserve(struct ground *ground);

/* The number behind the last `"name":` of the record of the server that is at
 * least `from_ms` on the monotonic clock, in milliseconds; waits for it. */
double ground_recorded_ms(const struct ground *ground, const char *name,
                          double from_ms);

/* Runs git and the like in the tree; false with a word if that fails. */
bool ground_run(const struct ground *ground, const char *const *argv);

/* A program on a terminal of GROUND_ROWS x GROUND_COLS in the tree. */
struct terminal *ground_terminal(const struct ground *ground,
                                 const char *const *argv);

/* kerf there, after its first frame; NULL with a word if none comes. */
struct terminal *ground_kerf(const struct ground *ground);

/* Reads until `text` comes in the bytes behind `from`, or stands on the screen;
 * returns when, NOT_MEASURED after `patience_ms`. */
double ground_await(struct terminal *terminal, size_t from, const char *text,
                    double patience_ms);

/* Reads for so long. */
void ground_rest(struct terminal *terminal, double ms);

size_t ground_bytes(const struct terminal *terminal);

/* Milliseconds from a typed `^` to its echo, which is taken back. */
double ground_probe(struct terminal *terminal);

#endif
