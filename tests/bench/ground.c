/* Everything below one fresh folder in /tmp, which goes in the end. */
#include "ground.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATHS 4
#define LOOK_MS 250  // how often the screen is looked at, not only the bytes
#define ECHO_MS 2000 // then there is no echo
#define LIMIT_RECORD_BYTES ((long)64 << 20)

static void find_program(char *path, size_t size, const char *variable,
                         const char *fallback)
{
    const char *value = getenv(variable);
    char *real = realpath(value ? value : fallback, NULL);

    snprintf(path, size, "%s", real ? real : fallback);
    free(real);
}

static void find_floors(struct ground *ground, const char *program)
{
    char *real = realpath(program, NULL);
    const char *slash = real ? strrchr(real, '/') : NULL;

    snprintf(ground->floors, sizeof(ground->floors), "%.*s/floor",
             slash ? (int)(slash - real) : 1, slash ? real : ".");
    free(real);
}

const char *ground_path(const struct ground *ground, const char *name)
{
    static char paths[PATHS][256];
    static unsigned next;
    char *path = paths[next++ % PATHS];

    snprintf(path, sizeof(paths[0]), "%s/%s", ground->dir, name);
    return path;
}

void ground_write(const struct ground *ground, const char *name,
                  const char *text)
{
    FILE *file = fopen(ground_path(ground, name), "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        printf("  cannot write %s\n", name);
}

bool ground_run(const struct ground *ground, const char *const *argv)
{
    struct run run =
        program_run(argv, NULL, ground->tree, ground_path(ground, "out"));

    if (run.status != 0)
        printf("  %s %s failed: %d\n", argv[0], argv[1] ? argv[1] : "",
               run.status);
    return run.status == 0;
}

static void set_environment(struct ground *ground)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    static char locale[] = "LC_ALL=C.UTF-8", token[] = "BENCH_TOKEN=bench";
    static char term[] = "TERM=xterm-256color";
    char *const env[] = { ground->home, ground->state, path, locale,
                          token,        term,          NULL };

    snprintf(ground->home, sizeof(ground->home), "HOME=%s/home", ground->dir);
    snprintf(ground->state, sizeof(ground->state), "XDG_STATE_HOME=%s/state",
             ground->dir);
    memcpy(ground->env, env, sizeof(env));
    setenv("KERF_SIM_TOKEN", "bench", 1);
}

void ground_open(struct ground *ground, const char *program)
{
    static const char *const dirs[] = { "home", "home/.config",
                                        "home/.config/kerf", "state", "tree" };

    *ground = (struct ground){ .dir = "/tmp/kerf-bench-XXXXXX" };
    find_program(ground->kerf, sizeof(ground->kerf), "KERF", "build/kerf");
    find_program(ground->sim, sizeof(ground->sim), "KERF_SIM",
                 "build/kerf-sim");
    find_floors(ground, program);
    if (!mkdtemp(ground->dir))
        abort();
    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
        mkdir(ground_path(ground, dirs[i]), 0700);
    snprintf(ground->tree, sizeof(ground->tree), "%s/tree", ground->dir);
    snprintf(ground->record, sizeof(ground->record), "%s/record", ground->dir);
    set_environment(ground);
    ground_run(ground, (const char *const[]){ "git", "init", "-q", NULL });
}

void ground_close(struct ground *ground)
{
    ground_unserve(ground);
    program_run((const char *const[]){ "rm", "-rf", ground->dir, NULL }, NULL,
                "/", NULL);
}

// --- the server --------------------------------------------------------------

static bool configure(struct ground *ground, const char *line)
{
    char config[512];
    const char *url = strstr(line, "http://127.0.0.1:");

    if (!url)
        return false;
    snprintf(ground->port, sizeof(ground->port), "%.*s",
             (int)strcspn(url + 17, "/"), url + 17);
    snprintf(config, sizeof(config),
             "[backend \"bench\"]\nprotocol = responses\ntransport = ws\n"
             "url = http://127.0.0.1:%s/v1\nmodel = echo\n"
             "keyEnv = BENCH_TOKEN\ncontext = 400k\n",
             ground->port);
    ground_write(ground, "home/.config/kerf/config", config);
    return true;
}

bool ground_serve(struct ground *ground, int tokens, int rate, int ttft_ms)
{
    char count[16], speed[16], wait[16], line[512];
    const char *argv[] = { ground->sim, "--engine", "echo",         "--tokens",
                           count,       "--tps",    speed,          "--ttft-ms",
                           wait,        "--record", ground->record, NULL };

    ground_unserve(ground);
    unlink(ground->record);
    snprintf(count, sizeof(count), "%d", tokens);
    snprintf(speed, sizeof(speed), "%d", rate);
    snprintf(wait, sizeof(wait), "%d", ttft_ms);
    ground->sim_pid = program_start(argv, NULL, NULL, line, sizeof(line));
    if (configure(ground, line))
        return true;
    printf("  kerf-sim did not start\n");
    return false;
}

void ground_unserve(struct ground *ground)
{
    program_stop(ground->sim_pid);
    ground->sim_pid = 0;
}

static char *read_record(const struct ground *ground)
{
    FILE *file = fopen(ground->record, "r");
    char *text = NULL;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        if (size > 0 && size < LIMIT_RECORD_BYTES
            && (text = malloc((size_t)size + 1)))
            text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    fclose(file);
    return text;
}

static double last_recorded_ms(const struct ground *ground, const char *name)
{
    char key[64];
    char *text = read_record(ground), *at = text;
    double ms = 0;

    snprintf(key, sizeof(key), "\"%s\":", name);
    while (at && (at = strstr(at, key))) {
        at += strlen(key);
        ms = strtod(at, NULL) / 1e6;
    }
    free(text);
    return ms;
}

double ground_recorded_ms(const struct ground *ground, const char *name,
                          double from_ms)
{
    double until = now_ms() + ECHO_MS;

    while (now_ms() < until) {
        double ms = last_recorded_ms(ground, name);
        if (ms >= from_ms)
            return ms;
        usleep(1000);
    }
    return NOT_MEASURED;
}

// --- the terminal ------------------------------------------------------------

struct terminal *ground_terminal(const struct ground *ground,
                                 const char *const *argv)
{
    return terminal_start(
        &(struct terminal_options){ .rows = GROUND_ROWS,
                                    .cols = GROUND_COLS,
                                    .dir = ground->tree,
                                    .argv = argv,
                                    .env = (const char *const *)ground->env });
}

struct terminal *ground_kerf(const struct ground *ground)
{
    struct terminal *terminal =
        ground_terminal(ground, (const char *const[]){ ground->kerf, NULL });

    if (terminal_wait(terminal, "bench"))
        return terminal;
    printf("  kerf showed no first frame\n");
    terminal_end(terminal);
    return NULL;
}

size_t ground_bytes(const struct terminal *terminal)
{
    size_t size;

    terminal_bytes(terminal, &size);
    return size;
}

double ground_await(struct terminal *terminal, size_t from, const char *text,
                    double patience_ms)
{
    double start = now_ms(), looked = start;
    size_t length = strlen(text);

    for (;;) {
        size_t size;
        const char *bytes = terminal_bytes(terminal, &size);
        double now = now_ms();
        if (size > from && memmem(bytes + from, size - from, text, length))
            return now;
        if (size > from + length)
            from = size - length;
        if (now - looked > LOOK_MS) {
            looked = now;
            if (terminal_shows(terminal, text))
                return now;
        }
        if (now - start > patience_ms || !terminal_read(terminal, 50))
            return NOT_MEASURED;
    }
}

void ground_rest(struct terminal *terminal, double ms)
{
    double until = now_ms() + ms, left;

    while ((left = until - now_ms()) > 0 && terminal_read(terminal, (int)left))
        if (left < 1)
            return;
}

double ground_probe(struct terminal *terminal)
{
    size_t before = ground_bytes(terminal);
    double from = now_ms();

    terminal_type(terminal, "^");
    double shown = ground_await(terminal, before, "^", ECHO_MS);
    terminal_type(terminal, "\177");
    return shown - from;
}
