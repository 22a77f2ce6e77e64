/* What a key costs: its echo, Enter, a paste, the finder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"

#define PROBES 60
#define QUESTIONS 15
#define TTFT_MS 100
#define RATE 3000
#define PASTE_BYTES ((size_t)5 << 20)
#define PASTES 3
#define FILES 80000
#define FINDS 5
#define SETTLE_MS 1500
#define PATIENCE_MS 10000

// Apart from each other by times that no clock of kerf shares.
static void probe(struct terminal *terminal, double *times)
{
    for (size_t i = 0; i < PROBES; i++) {
        times[i] = ground_probe(terminal);
        ground_rest(terminal, 40 + (double)(i * 7 % 30));
    }
}

static void probe_bare(struct ground *ground, double *times)
{
    char floor[4200];

    snprintf(floor, sizeof(floor), "%s/floor", ground->floors);
    struct terminal *terminal =
        ground_terminal(ground, (const char *const[]){ floor, NULL });
    terminal_wait(terminal, "floor ready");
    probe(terminal, times);
    terminal_end(terminal);
}

static void echo(struct ground *ground, struct report *report)
{
    double bare[PROBES], idle[PROBES], busy[PROBES];
    struct terminal *terminal = ground_kerf(ground);

    if (!terminal)
        return;
    probe_bare(ground, bare);
    probe(terminal, idle);
    terminal_type(terminal, "go\r");
    terminal_wait(terminal, "ZQSTART");
    probe(terminal, busy);
    bool streams = !terminal_shows(terminal, "ZQEND");
    terminal_end(terminal);
    report_print(report,
                 &(struct figure){ "key to echo at rest, p50",
                                   median(idle, PROBES), "ms", NO_GOAL,
                                   median(bare, PROBES), "bare ncurses" });
    report_print(report, &(struct figure){
                             "  while 3,000 tok/s come, p50",
                             streams ? median(busy, PROBES) : NOT_MEASURED,
                             "ms", 1, median(bare, PROBES), "bare ncurses" });
    report_print(report,
                 &(struct figure){
                     "  p99",
                     streams ? percentile(busy, PROBES, 0.99) : NOT_MEASURED,
                     "ms", 4, percentile(bare, PROBES, 0.99), "bare ncurses" });
}

static void questions(struct ground *ground, struct report *report)
{
    double wire[QUESTIONS], delta[QUESTIONS];
    struct terminal *terminal = ground_kerf(ground);

    if (!terminal)
        return;
    for (size_t i = 0; i < QUESTIONS; i++) {
        terminal_type(terminal, "go");
        ground_rest(terminal, 100);
        size_t before = ground_bytes(terminal);
        double from = now_ms();
        terminal_type(terminal, "\r");
        double shown = ground_await(terminal, before, "ZQSTART", PATIENCE_MS);
        double received = ground_recorded_ms(ground, "received_ns", from);
        wire[i] = received - from;
        delta[i] = shown - received - TTFT_MS;
        ground_rest(terminal, 50);
    }
    terminal_end(terminal);
    report_print(report,
                 &(struct figure){ "Enter to the server has it, p50",
                                   median(wire, QUESTIONS), "ms", 1, 0, NULL });
    report_print(report, &(struct figure){ "first delta to screen, p50",
                                           median(delta, QUESTIONS), "ms", 5, 0,
                                           NULL });
}

// --- a paste -----------------------------------------------------------------

static void type_all(struct terminal *terminal, const char *bytes, size_t size)
{
    char piece[4096];

    for (size_t at = 0; at < size; at += sizeof(piece) - 1) {
        size_t n = size - at < sizeof(piece) - 1 ? size - at
                                                 : sizeof(piece) - 1;
        memcpy(piece, bytes + at, n);
        piece[n] = '\0';
        terminal_type(terminal, piece);
        terminal_read(terminal, 0);
    }
}

// Bracketed, of short lines; what is typed behind it is echoed when it is in.
static double paste_once(struct ground *ground, const char *bytes)
{
    struct terminal *terminal = ground_kerf(ground);

    if (!terminal)
        return NOT_MEASURED;
    ground_rest(terminal, SETTLE_MS);
    double from = now_ms();
    terminal_type(terminal, "\033[200~");
    type_all(terminal, bytes, PASTE_BYTES);
    terminal_type(terminal, "\033[201~");
    double took = now_ms() - from;
    took += ground_probe(terminal);
    terminal_end(terminal);
    return took;
}

// The same bytes through a terminal in raw mode, read and thrown away.
static double paste_bare(struct ground *ground, const char *bytes)
{
    static const char script[] =
        "stty raw -echo; printf ready; head -c 5242880 >/dev/null; printf '^'";
    struct terminal *terminal = ground_terminal(
        ground, (const char *const[]){ "/bin/sh", "-c", script, NULL });

    terminal_wait(terminal, "ready");
    double from = now_ms();
    type_all(terminal, bytes, PASTE_BYTES);
    double took = ground_await(terminal, 0, "^", PATIENCE_MS) - from;
    terminal_end(terminal);
    return took;
}

static void paste(struct ground *ground, struct report *report)
{
    double times[PASTES], bare[PASTES];
    char *bytes = malloc(PASTE_BYTES);

    if (!bytes)
        return;
    for (size_t i = 0; i < PASTE_BYTES; i++)
        bytes[i] = i % 64 == 63 ? '\r' : (char)('a' + i % 26);
    for (size_t i = 0; i < PASTES; i++) {
        bare[i] = paste_bare(ground, bytes);
        times[i] = paste_once(ground, bytes);
    }
    free(bytes);
    report_print(report,
                 &(struct figure){ "5 MB pasted, next key echoed, p50",
                                   median(times, PASTES), "ms", 200,
                                   median(bare, PASTES), "head on a raw pty" });
}

// --- the finder --------------------------------------------------------------

static bool make_files(const struct ground *ground)
{
    static const char script[] =
        "seq 0 399 | sed 's,^,many/d,' | xargs mkdir -p &&"
        "for d in many/*; do (cd $d && seq -f 'file%03g.c' 0 199 |"
        "xargs touch); done &&"
        "git add -A && git -c user.name=b -c user.email=b@b commit -qm many";

    return ground_run(ground,
                      (const char *const[]){ "/bin/sh", "-c", script, NULL });
}

// With the names at hand, or with those still to be read from the tree.
static double find(struct ground *ground, double rest_ms)
{
    struct terminal *terminal = ground_kerf(ground);

    if (!terminal)
        return NOT_MEASURED;
    ground_rest(terminal, rest_ms);
    size_t before = ground_bytes(terminal);
    double from = now_ms();
    terminal_type(terminal, "@file123");
    double took = ground_await(terminal, before, "file123.c", PATIENCE_MS)
                  - from;
    terminal_end(terminal);
    return took;
}

static void finder(struct ground *ground, struct report *report)
{
    double times[FINDS], cold[FINDS], bare[FINDS];
    bool made = make_files(ground);

    for (size_t i = 0; i < FINDS; i++) {
        struct run run =
            program_run((const char *const[]){ "git", "ls-files", NULL }, NULL,
                        ground->tree, NULL);
        bare[i] = run.status == 0 ? run.wall_ms : NOT_MEASURED;
        times[i] = made ? find(ground, SETTLE_MS) : NOT_MEASURED;
        cold[i] = made ? find(ground, 0) : NOT_MEASURED;
    }
    ground_run(ground, (const char *const[]){ "/bin/sh", "-c",
                                              "rm -rf many .git && git init -q",
                                              NULL });
    report_print(report,
                 &(struct figure){ "@ over 80,000 files: results, p50",
                                   median(times, FINDS), "ms", 20,
                                   median(bare, FINDS), "git ls-files" });
    report_print(report,
                 &(struct figure){ "  behind the first frame, names unread",
                                   median(cold, FINDS), "ms", NO_GOAL,
                                   median(bare, FINDS), "git ls-files" });
}

void typing_rows(struct ground *ground, struct report *report)
{
    report_head("keys");
    if (ground_serve(ground, GROUND_TOKENS, RATE, 0))
        echo(ground, report);
    if (ground_serve(ground, 40, 0, TTFT_MS))
        questions(ground, report);
    paste(ground, report);
    finder(ground, report);
    ground_unserve(ground);
}
