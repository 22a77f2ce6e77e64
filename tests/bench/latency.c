/*
 * Measures what the transport costs between Enter and the first token. The
 * agent of kerf and the server of kerf-sim run here on one loop, the relay of
 * kerf-sim stands between them and makes round trips longer. Prints medians;
 * fails on nothing, because machines differ.
 *
 * A new connection costs a round trip each for TCP, TLS 1.3 and the request;
 * what the resolver of names takes is not in it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../net/stand.h"

#include "kerf/model/session.h"

#define SERVER_MS 50 // what the server itself takes to the first token
#define TURNS 7      // a row of the table
#define CLIENT_TURNS 40
#define ARRIVAL_MS 250 // until an answer has come back to the client
#define BURST_TOKENS 20000
#define BURSTS 5
#define SERVER "--unix %s/sock --engine echo --tokens 5 --sprinkle 0"

struct bench {
    char dir[64], reader[4096];
    const char *sim; // the program
    char relay[128]; // where it listens: HOST:PORT
    int64_t opened_ns, first_ns, done_ns;
    size_t deltas;
    bool is_warm;
};

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

// --- programs beside this one ----------------------------------------------

// Starts a program and reads the line that it prints first.
static pid_t start(const char *const *argv, char *line, size_t size)
{
    int out[2];
    size_t used = 0;
    pid_t pid = pipe(out) == 0 ? fork() : -1;

    if (pid == 0) {
        dup2(out[1], 1);
        setenv("KERF_SIM_TOKEN", STAND_TOKEN, 1);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    while (used + 1 < size && read(out[0], line + used, 1) == 1
           && line[used] != '\n')
        used++;
    line[used] = '\0';
    close(out[0]);
    return pid;
}

static void stop(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

static pid_t start_relay(struct bench *bench, unsigned round_trip_ms)
{
    char to[96], delay[16], line[256];
    const char *argv[] = { bench->sim,   "relay", "--to", to,
                           "--delay-ms", delay,   NULL };

    snprintf(to, sizeof(to), "unix:%s/sock", bench->dir);
    snprintf(delay, sizeof(delay), "%u", round_trip_ms);
    pid_t pid = start(argv, line, sizeof(line));
    const char *at = strstr(line, "127.0.0.1:");
    snprintf(bench->relay, sizeof(bench->relay), "%s", at ? at : "");
    return pid;
}

// --- a turn ----------------------------------------------------------------

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct bench *bench = ctx;

    (void)stand;
    switch (event->kind) {
    case EVENT_RESPONSE_CREATED: bench->opened_ns = loop_now_ns(); break;
    case EVENT_RESPONSE_COMPLETED: bench->is_warm = true; break;
    case EVENT_TURN_DONE: bench->done_ns = loop_now_ns(); break;
    case EVENT_TEXT_DELTA:
        if (bench->deltas++ == 0)
            bench->first_ns = loop_now_ns();
        break;
    default: break;
    }
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

static double ttft_ms(struct bench *bench, struct stand *stand)
{
    int64_t enter_ns = say(bench, stand);

    return (double)(bench->first_ns - enter_ns) / 1e6;
}

// --- round trips -----------------------------------------------------------

// How the user's first keys prepare the turn that is measured.
enum ahead {
    AHEAD_NOTHING, // a later turn
    AHEAD_CONNECTION,
    AHEAD_WARM_UP,
};

struct way {
    const char *name, *transport, *sim;
    enum ahead ahead;
};

static const struct way ways[] = {
    { "HTTPS, a new connection each", "http",
      "--tls --ca-out @/ca.pem --manner close-each", AHEAD_NOTHING },
    { "HTTPS, kept open", "http", "--tls --ca-out @/ca.pem", AHEAD_NOTHING },
    { "HTTPS, opened ahead, turn 1", "http", "--tls --ca-out @/ca.pem",
      AHEAD_CONNECTION },
    { "WebSocket, continued", "ws", "--tls --ca-out @/ca.pem", AHEAD_NOTHING },
    { "WebSocket, warmed up, turn 1", "ws", "--tls --ca-out @/ca.pem",
      AHEAD_WARM_UP },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void open_way(struct bench *bench, struct stand *stand,
                     const struct way *way)
{
    char sim[256], more[192];

    snprintf(sim, sizeof(sim), SERVER " --ttft-ms %d %s", bench->dir, SERVER_MS,
             way->sim);
    snprintf(more, sizeof(more), "caFile=@/ca.pem url=https://%s/v1",
             bench->relay);
    open_stand(bench, stand,
               &(struct stand_options){ .sim = sim,
                                        .transport = way->transport,
                                        .more = more,
                                        .wait_permille = 1000 });
}

static void see_answer(const struct json *record, void *ctx)
{
    bool *answered = ctx;

    *answered |= str_is(json_str(json_member(record, "event")), "answer");
}

static bool is_ready(const struct bench *bench, const struct stand *stand,
                     enum ahead ahead)
{
    bool answered = false;

    stand_each_record(stand, see_answer, &answered);
    return ahead == AHEAD_WARM_UP ? bench->is_warm : answered;
}

// The user begins to type, and has typed when all is ready.
static void get_ahead(struct bench *bench, struct stand *stand,
                      enum ahead ahead)
{
    int64_t since_ms = loop_now_ms();

    bench->is_warm = false;
    agent_connect(stand->agent);
    while (!is_ready(bench, stand, ahead))
        stand_step(stand, since_ms);
    since_ms = loop_now_ms();
    while (ahead == AHEAD_CONNECTION && loop_now_ms() - since_ms < ARRIVAL_MS)
        loop_step(stand->loop, 10);
}

static void measure_first(struct bench *bench, const struct way *way,
                          double *times)
{
    for (size_t i = 0; i < TURNS; i++) {
        struct stand stand;
        open_way(bench, &stand, way);
        get_ahead(bench, &stand, way->ahead);
        times[i] = ttft_ms(bench, &stand);
        stand_close(&stand);
    }
}

static void measure_later(struct bench *bench, const struct way *way,
                          double *times)
{
    struct stand stand;

    open_way(bench, &stand, way);
    ttft_ms(bench, &stand);
    for (size_t i = 0; i < TURNS; i++)
        times[i] = ttft_ms(bench, &stand);
    stand_close(&stand);
}

static double saved(double before, double after)
{
    return 100 * (before - after) / before;
}

static void round_trip_rows(struct bench *bench, unsigned round_trip_ms)
{
    pid_t relay = start_relay(bench, round_trip_ms);
    double medians[WAYS], times[TURNS];

    for (size_t i = 0; i < WAYS; i++) {
        (ways[i].ahead ? measure_first : measure_later)(bench, &ways[i], times);
        medians[i] = median(times, TURNS);
        printf("  %3u ms  %-30s %7.1f ms, of it transport %7.1f ms\n",
               round_trip_ms, ways[i].name, medians[i], medians[i] - SERVER_MS);
        fflush(stdout);
    }
    double first = medians[0], last = medians[WAYS - 1];
    printf("          the last saves %.0f %% of the first's transport (goal "
           "80), %.0f %% of its time to the first token (goal 50)\n",
           saved(first - SERVER_MS, last - SERVER_MS), saved(first, last));
    stop(relay);
}

// --- bytes -----------------------------------------------------------------

struct sizes {
    int64_t items, bytes; // of the newest request
};

static void see_size(const struct json *record, void *ctx)
{
    struct sizes *sizes = ctx;

    if (json_member(record, "message")) {
        sizes->items = json_int(json_member(record, "items"), 0);
        sizes->bytes = json_int(json_member(record, "bytes"), 0);
    }
}

static const size_t lengths[] = { 10, 100, 1000 };
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

// Bytes of the request that is sent when the conversation has so many items.
static void measure_bytes(struct bench *bench, const char *transport,
                          int64_t *bytes)
{
    struct stand stand;

    open_stand(bench, &stand,
               &(struct stand_options){ .sim = "--engine echo --tokens 20",
                                        .transport = transport });
    for (size_t i = 0, items = 0; i < LENGTHS; items += 2) {
        struct sizes sizes = { 0 };
        buf_reset(&stand.records);
        say(bench, &stand);
        stand_each_record(&stand, see_size, &sizes);
        if (items >= lengths[i])
            bytes[i++] = sizes.bytes;
    }
    stand_close(&stand);
}

static void byte_rows(struct bench *bench)
{
    int64_t full[LENGTHS], delta[LENGTHS];

    measure_bytes(bench, "http", full);
    measure_bytes(bench, "ws", delta);
    for (size_t i = 0; i < LENGTHS; i++)
        printf("  %5zu items  all again %8lld   continued %6lld   saved "
               "%.1f %%\n",
               lengths[i], (long long)full[i], (long long)delta[i],
               saved((double)full[i], (double)delta[i]));
}

// --- what the client adds --------------------------------------------------

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
    double sent[CLIENT_TURNS], taken[CLIENT_TURNS];
    struct stand stand;

    open_stand(bench, &stand,
               &(struct stand_options){ .sim = "--engine echo --tokens 5",
                                        .transport = transport });
    say(bench, &stand);
    for (size_t i = 0; i < CLIENT_TURNS; i++) {
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
           transport, median(sent, CLIENT_TURNS), median(taken, CLIENT_TURNS));
}

// --- a burst ---------------------------------------------------------------

static double cpu_ms(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

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
        pid_t pid = start(argv, line, sizeof(line));
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
        double before = cpu_ms();
        int64_t enter_ns = say(bench, &stand);
        wall[i] = (double)(bench->done_ns - enter_ns) / 1e6;
        cpu[i] = cpu_ms() - before;
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
    pid_t sim = start(argv, line, sizeof(line));
    char *port = strstr(line, "127.0.0.1:");
    if (port) {
        port += strlen("127.0.0.1:");
        port[strcspn(port, "/")] = '\0';
        reader_burst(bench, port);
        agent_burst(bench, port);
    }
    stop(sim);
}

int main(int argc, char **argv)
{
    static const unsigned round_trips_ms[] = { 20, 80, 200 };
    const char *sim = getenv("KERF_SIM");
    struct bench bench = { .sim = sim ? sim : "build/kerf-sim",
                           .dir = "/tmp/kerf-latency-XXXXXX" };
    const char *slash = strrchr(argv[0], '/');

    (void)argc;
    // Reading the certificates of the system takes longer than a handshake.
    setenv("SSL_CERT_FILE", "/dev/null", 1);
    setenv("SSL_CERT_DIR", "/dev/null", 1);
    if (!mkdtemp(bench.dir))
        abort();
    snprintf(bench.reader, sizeof(bench.reader), "%.*s/floor/reader",
             slash ? (int)(slash - argv[0]) : 1, slash ? argv[0] : ".");
    printf("Enter to first token, simulated round trips on loopback, server "
           "takes %d ms, medians of %d turns\n",
           SERVER_MS, TURNS);
    for (size_t i = 0; i < sizeof(round_trips_ms) / sizeof(unsigned); i++)
        round_trip_rows(&bench, round_trips_ms[i]);
    printf("bytes of a request\n");
    byte_rows(&bench);
    printf("what the client adds, without a relay, medians of %d turns\n",
           CLIENT_TURNS);
    client_row(&bench, "ws");
    client_row(&bench, "http");
    printf("a burst of %d tokens, one a message\n", BURST_TOKENS);
    burst_rows(&bench);
    rmdir(bench.dir);
    return 0;
}
