/*
 * What the measuring programs share: clocks, ranks, programs started beside
 * them, and a row of the report-> A figure that could not be taken is NAN, and
 * is reported as such.
 */
#ifndef KERF_BENCH_MEASURE_H
#define KERF_BENCH_MEASURE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NOT_MEASURED NAN

/* Monotonic, the same clock as in the records of kerf-sim. */
double now_ms(void);

/* Sorts `values`; `share` from 0 to 1. NOT_MEASURED if there are none or one
 * of them is. */
double percentile(double *values, size_t count, double share);
double median(double *values, size_t count);

/* Of this process so far. */
double own_cpu_ms(void);

/* Of another one, all its threads: nanoseconds resolution, from schedstat. */
double cpu_ms(pid_t pid);

/* A member of smaps_rollup or status, in the unit that stands there. */
double memory_kb(pid_t pid, const char *member);
double status_number(pid_t pid, const char *member);

/* How often its threads gave up the CPU to wait. */
double wake_ups(pid_t pid);

/* Starts a program with an environment of its own (NULL: ours) in `dir` (NULL:
 * here) and reads the line that it prints first. -1 if it cannot be. */
pid_t program_start(const char *const *argv, char *const *env, const char *dir,
                    char *line, size_t size);
void program_stop(pid_t pid);

/* Runs a program to its end without output. */
struct run {
    double wall_ms, cpu_ms, peak_mib; // of it and its children
    int status;                       // as of exit
};
struct run program_run(const char *const *argv, char *const *env,
                       const char *dir, const char *out_path);

/* A row: what was measured, what it should be at most, and what the machine
 * gives without kerf. NO_GOAL, and a floor of 0, where there is none. */
#define NO_GOAL (-1.0)

struct figure {
    const char *name;
    double value;
    const char *unit;
    double goal, floor;
    const char *floor_name;
};

/* What became of the goals. */
struct report {
    unsigned met, missed, failed;
};
void report_head(const char *title);
void report_print(struct report *report, const struct figure *figure);

/* The last words; the status for exit. */
int report_end(const struct report *report);

#endif
