/* Start-up, and a run without a screen; kerf and the floor take turns, so that
 * what else the machine does strikes both. */
#include <stdio.h>

#include "groups.h"

#define SPAWNS 40
#define RUNS 20
#define RUN_TOKENS 500
#define PATIENCE_MS 5000

// Milliseconds to the first frame, and to the echo of a key that is typed as
// soon as the program reads keys one by one.
struct start {
    double frame_ms, echo_ms;
};

static struct start start(const struct ground *ground, const char *program,
                          const char *ready)
{
    struct start took = { NOT_MEASURED, NOT_MEASURED };
    double from = now_ms();
    struct terminal *terminal =
        ground_terminal(ground, (const char *const[]){ program, NULL });

    while (terminal_is_restored(terminal) && now_ms() - from < PATIENCE_MS)
        terminal_read(terminal, 1);
    size_t before = ground_bytes(terminal);
    terminal_type(terminal, "^");
    took.frame_ms = ground_await(terminal, 0, ready, PATIENCE_MS) - from;
    took.echo_ms = ground_await(terminal, before, "^", PATIENCE_MS) - from;
    terminal_end(terminal);
    return took;
}

static void first_frame(struct ground *ground, struct report *report)
{
    double frame[SPAWNS], echo[SPAWNS], bare[SPAWNS], bare_echo[SPAWNS];
    char floor[4200];

    snprintf(floor, sizeof(floor), "%s/floor", ground->floors);
    for (size_t i = 0; i < SPAWNS; i++) {
        struct start took = start(ground, floor, "floor ready");
        bare[i] = took.frame_ms;
        bare_echo[i] = took.echo_ms;
        took = start(ground, ground->kerf, "bench");
        frame[i] = took.frame_ms;
        echo[i] = took.echo_ms;
    }
    report_print(report, &(struct figure){ "exec to first frame, p90",
                                           percentile(frame, SPAWNS, 0.9), "ms",
                                           10, percentile(bare, SPAWNS, 0.9),
                                           "bare ncurses" });
    report_print(report,
                 &(struct figure){ "the same, over the floor, p50",
                                   median(frame, SPAWNS) - median(bare, SPAWNS),
                                   "ms", 3, 0, NULL });
    report_print(report,
                 &(struct figure){ "exec to a typed key echoed, p50",
                                   median(echo, SPAWNS), "ms", 12,
                                   median(bare_echo, SPAWNS), "bare ncurses" });
}

struct runs {
    double wall[RUNS], cpu[RUNS], peak[RUNS];
};

static void add_run(struct runs *runs, size_t at, struct run run)
{
    runs->wall[at] = run.status == 0 ? run.wall_ms : NOT_MEASURED;
    runs->cpu[at] = run.status == 0 ? run.cpu_ms : NOT_MEASURED;
    runs->peak[at] = run.status == 0 ? run.peak_mib : NOT_MEASURED;
}

static void one_shot(struct ground *ground, struct report *report)
{
    char reader[4200];
    struct runs kerf, bare;

    if (!ground_serve(ground, RUN_TOKENS, 0, 0))
        return;
    snprintf(reader, sizeof(reader), "%s/reader", ground->floors);
    for (size_t i = 0; i < RUNS; i++) {
        add_run(&bare, i,
                program_run((const char *const[]){ reader, ground->port,
                                                   "bench", NULL },
                            ground->env, ground->tree, NULL));
        add_run(&kerf, i,
                program_run(
                    (const char *const[]){ ground->kerf, "run", "go", NULL },
                    ground->env, ground->tree, NULL));
    }
    report_print(report,
                 &(struct figure){ "kerf run, 500 tokens: wall, p50",
                                   median(kerf.wall, RUNS), "ms", 15,
                                   median(bare.wall, RUNS), "bare reader" });
    report_print(report,
                 &(struct figure){ "  CPU, p50", median(kerf.cpu, RUNS), "ms",
                                   10, median(bare.cpu, RUNS), "bare reader" });
    report_print(report,
                 &(struct figure){ "  peak resident, p50",
                                   median(kerf.peak, RUNS), "MiB", 15,
                                   median(bare.peak, RUNS), "bare reader" });
}

void startup_rows(struct ground *ground, struct report *report)
{
    report_head("start-up");
    if (ground_serve(ground, RUN_TOKENS, 0, 0))
        first_frame(ground, report);
    one_shot(ground, report);
    ground_unserve(ground);
}
