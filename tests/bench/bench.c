/*
 * Measures kerf from outside, on a pty, with a floor in the same run: start-up
 * against a bare ncurses program with the same libraries, a stream of 20,000
 * tokens through kerf-sim, keys typed while it runs. Prints medians and
 * ratios; fails on nothing, because machines differ.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../e2e/terminal.h"

#include "kerf/base/str.h"

#define SPAWNS 40
#define TOKENS 20000
#define PROBES 60
#define ROWS 40
#define COLS 120

struct bench {
    char dir[64];
    char kerf[4096], sim[4096], floor[4096];
    char home[128], state[128];
    pid_t sim_pid;
};

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *values, size_t count, double share)
{
    if (count == 0)
        return 0;
    qsort(values, count, sizeof(*values), compare);
    size_t at = (size_t)((double)(count - 1) * share + 0.5);
    return values[at];
}

// CPU milliseconds of a process so far: utime and stime of /proc/PID/stat.
static double cpu_ms(pid_t pid)
{
    char path[64], text[1024];
    unsigned long user = 0, system_time = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    char *after = strrchr(text, ')');
    if (after)
        sscanf(after + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &system_time);
    return (double)(user + system_time) * 1000.0 / (double)sysconf(_SC_CLK_TCK);
}

static long memory_kb(pid_t pid, const char *field)
{
    char path[64], line[256];
    long kb = 0;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, field, strlen(field)) == 0)
            sscanf(line + strlen(field), " %ld", &kb);
    if (file)
        fclose(file);
    return kb;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file) {
        fputs(text, file);
        fclose(file);
    }
}

static struct terminal *start(const struct bench *bench, const char *program)
{
    const char *argv[] = { program, NULL };
    const char *env[] = { bench->home,           bench->state,
                          "TERM=xterm-256color", "LC_ALL=C.UTF-8",
                          "BENCH_TOKEN=bench",   NULL };
    struct terminal_options options = {
        .rows = ROWS, .cols = COLS, .dir = bench->dir, .argv = argv, .env = env
    };

    return terminal_start(&options);
}

// Returns the median, for ratios.
static double startup_row(const struct bench *bench, const char *name,
                          const char *program, const char *ready)
{
    double times[SPAWNS];

    for (size_t i = 0; i < SPAWNS; i++) {
        double from = now_ms();
        struct terminal *terminal = start(bench, program);
        size_t size = 0;
        while (size == 0 && terminal_read(terminal, 5))
            terminal_bytes(terminal, &size);
        times[i] = now_ms() - from;
        if (!terminal_wait(terminal, ready))
            printf("%s did not show \"%s\"\n", name, ready);
        terminal_end(terminal);
    }
    double p50 = percentile(times, SPAWNS, 0.5);
    printf("  %-28s p50 %6.1f ms   p90 %6.1f ms\n", name, p50,
           percentile(times, SPAWNS, 0.9));
    return p50;
}

// --- the model server --------------------------------------------------------

static bool start_sim(struct bench *bench, const char *tps)
{
    char count[16], line[512], config[1024], path[256];
    int out[2];

    snprintf(count, sizeof(count), "%d", TOKENS);
    if (pipe(out) != 0)
        return false;
    bench->sim_pid = fork();
    if (bench->sim_pid == 0) {
        dup2(out[1], 1);
        setenv("KERF_SIM_TOKEN", "bench", 1);
        execl(bench->sim, "kerf-sim", "--port", "0", "--engine", "echo",
              "--tokens", count, "--tps", tps, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    ssize_t n = read(out[0], line, sizeof(line) - 1);
    close(out[0]);
    line[n > 0 ? n : 0] = '\0';
    char *url = strstr(line, "http://");
    if (!url)
        return false;
    url[strcspn(url, " \n")] = '\0';
    snprintf(config, sizeof(config),
             "[backend \"bench\"]\nprotocol = responses\ntransport = ws\n"
             "url = %s\nmodel = echo\nkeyEnv = BENCH_TOKEN\n",
             url);
    snprintf(path, sizeof(path), "%s/home/.config/kerf/config", bench->dir);
    write_file(path, config);
    return true;
}

static void stop_sim(struct bench *bench)
{
    kill(bench->sim_pid, SIGTERM);
    waitpid(bench->sim_pid, NULL, 0);
}

// Longer than a test may wait: 20,000 tokens at 1,000 a second.
static bool wait_for_end(struct terminal *terminal)
{
    double until = now_ms() + 60000;

    while (!terminal_shows(terminal, "ZQEND"))
        if (now_ms() > until || !terminal_read(terminal, 100))
            return false;
    return true;
}

static void stream_row(struct bench *bench, const char *tps)
{
    if (!start_sim(bench, tps)) {
        printf("  kerf-sim did not start\n");
        return;
    }
    struct terminal *terminal = start(bench, bench->kerf);
    size_t before = 0, after = 0;

    terminal_wait(terminal, "bench");
    terminal_type(terminal, "go");
    terminal_wait(terminal, "go");
    terminal_bytes(terminal, &before);
    double cpu = cpu_ms(terminal_pid(terminal)), from = now_ms();
    terminal_type(terminal, "\r");
    bool came = wait_for_end(terminal);
    double wall = now_ms() - from;
    cpu = cpu_ms(terminal_pid(terminal)) - cpu;
    terminal_bytes(terminal, &after);
    printf("  %-9s tok/s %s  wall %7.0f ms  cpu %6.0f ms  to the terminal "
           "%7zu bytes  PSS %ld kB\n",
           strcmp(tps, "0") == 0 ? "unlimited" : tps, came ? "" : "INCOMPLETE",
           wall, cpu, after - before,
           memory_kb(terminal_pid(terminal), "Pss:"));
    terminal_end(terminal);
    stop_sim(bench);
}

// --- keys -------------------------------------------------------------------

// Milliseconds from a typed `^` to its first appearance in the output.
static double probe(struct terminal *terminal)
{
    size_t before, size;
    double from = now_ms();

    terminal_bytes(terminal, &before);
    terminal_type(terminal, "^");
    for (;;) {
        if (!terminal_read(terminal, 50) || now_ms() - from > 2000)
            return 2000;
        const char *bytes = terminal_bytes(terminal, &size);
        if (memchr(bytes + before, '^', size - before))
            return now_ms() - from;
    }
}

static void key_row(struct bench *bench, const char *name, const char *tps,
                    bool streaming)
{
    double times[PROBES];

    if (!start_sim(bench, tps))
        return;
    struct terminal *terminal = start(bench, bench->kerf);
    terminal_wait(terminal, "bench");
    if (streaming) {
        terminal_type(terminal, "go\r");
        terminal_wait(terminal, "ZQSTART");
    }
    for (size_t i = 0; i < PROBES; i++) {
        times[i] = probe(terminal);
        terminal_type(terminal, "\177");
        double until = now_ms() + 40 + (double)(i * 7 % 30);
        while (now_ms() < until)
            terminal_read(terminal, (int)(until - now_ms()));
    }
    double p50 = percentile(times, PROBES, 0.5);
    printf("  %-28s p50 %6.2f ms   p99 %6.2f ms\n", name, p50,
           percentile(times, PROBES, 0.99));
    terminal_end(terminal);
    stop_sim(bench);
}

// --- a paste ----------------------------------------------------------------

#define PASTE_BYTES ((size_t)5 << 20)

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

// Bracketed, of short lines; what comes after it is echoed when it is taken in.
static void paste_row(struct bench *bench)
{
    char *bytes = malloc(PASTE_BYTES);

    if (!bytes || !start_sim(bench, "0"))
        return;
    for (size_t i = 0; i < PASTE_BYTES; i++)
        bytes[i] = i % 64 == 63 ? '\r' : (char)('a' + i % 26);
    struct terminal *terminal = start(bench, bench->kerf);
    terminal_wait(terminal, "bench");
    double from = now_ms();
    terminal_type(terminal, "\033[200~");
    type_all(terminal, bytes, PASTE_BYTES);
    terminal_type(terminal, "\033[201~");
    double shown = probe(terminal);
    printf("  5 MB pasted, next key echoed    %7.1f ms%s\n", now_ms() - from,
           shown >= 2000 ? "  (no echo)" : "");
    terminal_end(terminal);
    free(bytes);
    stop_sim(bench);
}

// --- idle and one-shot ------------------------------------------------------

static void idle_row(struct bench *bench)
{
    start_sim(bench, "0");
    struct terminal *terminal = start(bench, bench->kerf);
    pid_t pid = terminal_pid(terminal);

    terminal_wait(terminal, "bench");
    double until = now_ms() + 1000;
    while (now_ms() < until)
        terminal_read(terminal, 100);
    double cpu = cpu_ms(pid);
    until = now_ms() + 5000;
    while (now_ms() < until)
        terminal_read(terminal, 100);
    printf("  PSS %ld kB, private %ld kB, CPU in 5 s %.0f ms\n",
           memory_kb(pid, "Pss:"), memory_kb(pid, "Private_Dirty:"),
           cpu_ms(pid) - cpu);
    terminal_end(terminal);
    stop_sim(bench);
}

static void find_beside(char *path, size_t size, const char *variable,
                        const char *fallback)
{
    const char *value = getenv(variable);
    char *real = realpath(value ? value : fallback, NULL);

    snprintf(path, size, "%s", real ? real : fallback);
    free(real);
}

static void prepare(struct bench *bench, const char *program)
{
    char command_path[256];
    const char *dirs[] = { "home", "home/.config", "home/.config/kerf",
                           "state" };

    find_beside(bench->kerf, sizeof(bench->kerf), "KERF", "build/kerf");
    find_beside(bench->sim, sizeof(bench->sim), "KERF_SIM", "build/kerf-sim");
    char *real = realpath(program, NULL);
    snprintf(bench->floor, sizeof(bench->floor), "%.*s/floor/floor",
             (int)(strrchr(real, '/') - real), real);
    free(real);
    snprintf(bench->dir, sizeof(bench->dir), "/tmp/kerf-bench-XXXXXX");
    if (!mkdtemp(bench->dir))
        abort();
    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        snprintf(command_path, sizeof(command_path), "%s/%s", bench->dir,
                 dirs[i]);
        mkdir(command_path, 0700);
    }
    snprintf(bench->home, sizeof(bench->home), "HOME=%s/home", bench->dir);
    snprintf(bench->state, sizeof(bench->state), "XDG_STATE_HOME=%s/state",
             bench->dir);
    if (fork() == 0) {
        execlp("git", "git", "init", "-q", bench->dir, (char *)NULL);
        _exit(127);
    }
    wait(NULL);
}

static void clean_up(const struct bench *bench)
{
    if (fork() == 0) {
        execlp("rm", "rm", "-rf", bench->dir, (char *)NULL);
        _exit(127);
    }
    wait(NULL);
}

int main(int argc, char **argv)
{
    struct bench bench = { 0 };

    (void)argc;
    prepare(&bench, argv[0]);
    printf("start-up, exec to first byte on the terminal, %d spawns\n", SPAWNS);
    double floor =
        startup_row(&bench, "floor: bare ncurses", bench.floor, "floor ready");
    double kerf = startup_row(&bench, "kerf", bench.kerf, "kerf");
    printf("  kerf to floor                %.2f times\n", kerf / floor);
    printf("stream, %d tokens, Enter to last token on the screen\n", TOKENS);
    stream_row(&bench, "1000");
    stream_row(&bench, "3000");
    stream_row(&bench, "0");
    printf("keys, typed to echoed, %d probes\n", PROBES);
    key_row(&bench, "idle", "0", false);
    key_row(&bench, "while 3,000 tok/s stream", "3000", true);
    printf("paste\n");
    paste_row(&bench);
    printf("idle\n");
    idle_row(&bench);
    clean_up(&bench);
    return 0;
}
