/*
 * Measures what kerf adds to a conversation with its server, without a line
 * between them: Enter to the server, the server's first byte to the session,
 * and the CPU that a burst of messages takes. The floor is a reader of
 * libwebsockets and jansson with nothing around them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../net/stand.h"
#include "measure.h"

#define TURNS 40
#define BURST_TOKENS 20000
#define BURSTS 5

struct bench {
    char reader[4096];
    const char *sim; // the program
    int64_t opened_ns, done_ns;
    size_t deltas;
};

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct bench *bench = ctx;

    (void)stand;
    if (event->kind == EVENT_RESPONSE_CREATED)
        bench->opened_ns = loop_now_ns();
    else if (event->kind == EVENT_TURN_DONE)
        bench->done_ns = loop_now_ns();
    else if (event->kind == EVENT_TEXT_DELTA)
        bench->deltas++;
}

static void open_stand(struct bench *bench, struct stand *stand,
                       const struct stand_options *options)
{
    stand_open(stand, options);
    stand->watch = watch;
    stand->ctx = bench;
}

// Returns when Enter was pressed, in nanoseconds.
static int64_t say(struct bench *bench, struct stand *stand)
{
    int64_t enter_ns = loop_now_ns();

    bench->deltas = 0;
    stand_say(stand, "How far is it?");
    return enter_ns;
}

// --- one turn ----------------------------------------------------------------

struct moments {
    int64_t received_ns, first_byte_ns;
};

static void see_moment(const struct json *record, void *ctx)
{
    struct moments *moments = ctx;

    if (json_member(record, "message"))
        moments->received_ns = json_int(json_member(record, "received_ns"), 0);
    else if (str_is(json_str(json_member(record, "event")), "answer"))
        moments->first_byte_ns =
            json_int(json_member(record, "first_byte_ns"), 0);
}

static void client_row(struct bench *bench, const char *transport)
{
    double sent[TURNS], taken[TURNS];
    struct stand stand;

    open_stand(bench, &stand,
               &(struct stand_options){ .sim = "--engine echo --tokens 5",
                                        .transport = transport });
    say(bench, &stand);
    for (size_t i = 0; i < TURNS; i++) {
        struct moments moments = { 0 };
        buf_reset(&stand.records);
        int64_t enter_ns = say(bench, &stand);
        stand_each_record(&stand, see_moment, &moments);
        sent[i] = (double)(moments.received_ns - enter_ns) / 1e6;
        taken[i] = (double)(bench->opened_ns - moments.first_byte_ns) / 1e6;
    }
    stand_close(&stand);
    printf("  %-4s  Enter to the server has it %.2f ms   its first byte to "
           "the event %.2f ms\n",
           transport, median(sent, TURNS), median(taken, TURNS));
}

// --- a burst ---------------------------------------------------------------

static void print_burst(const char *name, double messages, double *wall_ms,
                        double *cpu)
{
    printf("  %-28s %8.0f messages a second, %.2f us of CPU for one\n", name,
           messages / median(wall_ms, BURSTS) * 1e3,
           median(cpu, BURSTS) / messages * 1e3);
}

static void reader_burst(const struct bench *bench, const char *port)
{
    double wall[BURSTS], cpu[BURSTS], messages = 0;
    const char *argv[] = { bench->reader, port, STAND_TOKEN, NULL };
    char line[256];

    for (size_t i = 0; i < BURSTS; i++) {
        pid_t pid = program_start(argv, NULL, NULL, line, sizeof(line));
        waitpid(pid, NULL, 0);
        if (sscanf(line, "%lf %lf %lf", &messages, &wall[i], &cpu[i]) != 3) {
            printf("  the bare reader failed: %s\n", line);
            return;
        }
    }
    print_burst("bare libwebsockets + jansson", messages, wall, cpu);
}

static void agent_burst(struct bench *bench, const char *port)
{
    double wall[BURSTS], cpu[BURSTS];
    char more[64];
    struct stand stand;

    snprintf(more, sizeof(more), "url=http://127.0.0.1:%s/v1", port);
    open_stand(bench, &stand,
               &(struct stand_options){ .sim = "", .more = more });
    say(bench, &stand);
    for (size_t i = 0; i < BURSTS; i++) {
        double before = own_cpu_ms();
        int64_t enter_ns = say(bench, &stand);
        wall[i] = (double)(bench->done_ns - enter_ns) / 1e6;
        cpu[i] = own_cpu_ms() - before;
    }
    print_burst("kerf, into its session", (double)bench->deltas, wall, cpu);
    stand_close(&stand);
}

// The server is a process of its own here, the same for both.
static void burst_rows(struct bench *bench)
{
    char tokens[16], line[256];
    const char *argv[] = { bench->sim, "--engine", "echo", "--tokens",
                           tokens,     "--seed",   "1",    "--sprinkle",
                           "0",        NULL };

    snprintf(tokens, sizeof(tokens), "%d", BURST_TOKENS);
    pid_t sim = program_start(argv, NULL, NULL, line, sizeof(line));
    char *port = strstr(line, "127.0.0.1:");
    if (port) {
        port += strlen("127.0.0.1:");
        port[strcspn(port, "/")] = '\0';
        reader_burst(bench, port);
        agent_burst(bench, port);
    }
    program_stop(sim);
}

int main(int argc, char **argv)
{
    const char *sim = getenv("KERF_SIM");
    const char *slash = strrchr(argv[0], '/');
    struct bench bench = { .sim = sim ? sim : "build/kerf-sim" };

    (void)argc;
    setenv("KERF_SIM_TOKEN", STAND_TOKEN, 1);
    snprintf(bench.reader, sizeof(bench.reader), "%.*s/floor/reader",
             slash ? (int)(slash - argv[0]) : 1, slash ? argv[0] : ".");
    printf("\nwhat kerf adds to a turn, medians of %d\n", TURNS);
    client_row(&bench, "ws");
    client_row(&bench, "http");
    printf("\na burst of %d tokens, one a message, medians of %d\n",
           BURST_TOKENS, BURSTS);
    burst_rows(&bench);
    return 0;
}
