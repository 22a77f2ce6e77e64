/* An answer of 20,000 tokens, one a message, at several rates. The floor reads
 * and parses the same messages and shows nothing; that of the terminal is `cat`
 * of the same text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"

#define BURSTS 5
#define PATIENCE_MS 60000
#define RATE_SLOW 1000
#define RATE_FAST 3000

// Brackets of a frame, for terminals that say they know them.
#define FRAME_BEGINS "\033[?2026h"
#define FRAME_ENDS "\033[?2026l"
#define KNOWS_FRAMES "\033[?2026;2$y"

struct streamed {
    double cpu_ms, wall_ms, last_ms; // the last byte sent to the last token
    double bytes, frames;
};

static double count_frames(const char *bytes, size_t size)
{
    double count = 0;
    size_t length = strlen(FRAME_BEGINS);
    const char *end = bytes + size;

    while (
        (bytes = memmem(bytes, (size_t)(end - bytes), FRAME_BEGINS, length))) {
        count++;
        bytes += length;
    }
    return count;
}

static struct streamed measure(struct ground *ground, struct terminal *terminal)
{
    size_t size, before;
    pid_t pid = terminal_pid(terminal);
    struct streamed s;

    terminal_type(terminal, KNOWS_FRAMES "go");
    ground_rest(terminal, 100);
    before = ground_bytes(terminal);
    double cpu = cpu_ms(pid), from = now_ms();
    terminal_type(terminal, "\r");
    double shown = ground_await(terminal, before, "ZQEND", PATIENCE_MS);
    s.wall_ms = shown - from;
    ground_rest(terminal, 100);
    s.cpu_ms = cpu_ms(pid) - cpu;
    s.last_ms = shown - ground_recorded_ms(ground, "last_byte_ns", from);
    const char *bytes = terminal_bytes(terminal, &size);
    s.frames = count_frames(bytes + before, size - before);
    // The brackets that are counted here are not sent to every terminal.
    s.bytes = (double)(size - before)
              - s.frames * (double)strlen(FRAME_BEGINS FRAME_ENDS);
    return s;
}

static struct streamed stream(struct ground *ground, int rate)
{
    struct streamed s = { NOT_MEASURED, NOT_MEASURED, NOT_MEASURED,
                          NOT_MEASURED, NOT_MEASURED };
    struct terminal *terminal = ground_serve(ground, GROUND_TOKENS, rate, 0)
                                    ? ground_kerf(ground)
                                    : NULL;

    if (terminal)
        s = measure(ground, terminal);
    terminal_end(terminal);
    return s;
}

// CPU milliseconds of the bare reader for the same messages.
static double read_bare(struct ground *ground, int rate)
{
    char reader[4200], line[128];
    double count, wall, cpu;

    snprintf(reader, sizeof(reader), "%s/reader", ground->floors);
    if (!ground_serve(ground, GROUND_TOKENS, rate, 0))
        return NOT_MEASURED;
    pid_t pid = program_start(
        (const char *const[]){ reader, ground->port, "bench", NULL },
        ground->env, NULL, line, sizeof(line));
    program_stop(pid);
    return sscanf(line, "%lf %lf %lf", &count, &wall, &cpu) == 3 ? cpu
                                                                 : NOT_MEASURED;
}

static void at_rate(struct ground *ground, struct report *report, int rate,
                    double cpu_goal, double bytes_goal, double last_goal)
{
    char name[64];
    double bare = read_bare(ground, rate);
    struct streamed s = stream(ground, rate);

    snprintf(name, sizeof(name), "%d tok/s: CPU", rate);
    report_print(report, &(struct figure){ name, s.cpu_ms, "ms", cpu_goal, bare,
                                           "bare reader" });
    report_print(report, &(struct figure){ "  of a core above the floor",
                                           100 * (s.cpu_ms - bare) / s.wall_ms,
                                           "%", 3, 0, NULL });
    report_print(report,
                 &(struct figure){ "  last byte to last token", s.last_ms, "ms",
                                   last_goal, 0, NULL });
    report_print(report,
                 &(struct figure){ "  bytes to the terminal", s.bytes / 1000,
                                   "KB", bytes_goal, 0, NULL });
    report_print(report,
                 &(struct figure){ "  bytes for a frame", s.bytes / s.frames,
                                   "B", NO_GOAL, 0, NULL });
    report_print(report,
                 &(struct figure){ "  CPU for a frame", s.cpu_ms / s.frames,
                                   "ms", NO_GOAL, 0, NULL });
}

// Milliseconds from the exec of `cat` to the last token on the screen.
static double show_bare(struct ground *ground)
{
    struct terminal *terminal = ground_terminal(
        ground,
        (const char *const[]){ "/bin/cat", ground_path(ground, "text"), NULL });
    double from = now_ms();
    double took = ground_await(terminal, 0, "ZQEND", PATIENCE_MS) - from;

    terminal_end(terminal);
    return took;
}

static void at_once(struct ground *ground, struct report *report)
{
    double last[BURSTS], cpu[BURSTS], cat[BURSTS], bare[BURSTS];

    for (size_t i = 0; i < BURSTS; i++) {
        struct streamed s = stream(ground, 0);
        last[i] = s.last_ms;
        cpu[i] = s.cpu_ms;
        bare[i] = read_bare(ground, 0);
    }
    struct run run =
        program_run((const char *const[]){ ground->kerf, "run", "go", NULL },
                    ground->env, ground->tree, ground_path(ground, "text"));
    for (size_t i = 0; i < BURSTS; i++)
        cat[i] = run.status == 0 ? show_bare(ground) : NOT_MEASURED;
    report_print(report,
                 &(struct figure){ "at once: last byte to last token, p50",
                                   median(last, BURSTS), "ms", 60,
                                   median(cat, BURSTS), "cat" });
    report_print(report, &(struct figure){ "  CPU, p50", median(cpu, BURSTS),
                                           "ms", NO_GOAL, median(bare, BURSTS),
                                           "bare reader" });
}

void stream_rows(struct ground *ground, struct report *report)
{
    report_head("20,000 tokens, one a message");
    at_rate(ground, report, RATE_SLOW, 400, 300, 17);
    at_rate(ground, report, RATE_FAST, 250, 120, 17);
    at_once(ground, report);
    ground_unserve(ground);
}
