/*
 * Measures what the transport costs between Enter and the first token. The
 * agent of kerf and the server of kerf-sim run here on one loop; the relay of
 * kerf-sim stands between them and makes round trips longer, begins each
 * connection with a small window, as TCP does, and may limit the rate. Prints
 * medians; fails on nothing, because machines differ.
 *
 * A new connection costs a round trip each for TCP, TLS 1.3 and the request,
 * and more of them while its window grows; what the resolver of names takes is
 * not in it. One process for each line: they mostly wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../net/stand.h"
#include "measure.h"

#include "kerf/model/session.h"

#define SERVER_MS 50     // what the server itself takes to the first token
#define TURNS 3          // a row of the table
#define ITEM_BYTES 500   // 1,000 such items are about 128k tokens
#define ARRIVAL_MS 250   // until an answer has come back to the client
#define OVERHEAD_GOAL 80 // per cent less than a new connection each
#define TTFT_GOAL 50
#define SERVER "--unix %s/sock --engine echo --tokens 5 --sprinkle 0 --tls"

struct bench {
    char dir[64];
    const char *sim; // the program
    FILE *out;
    char relay[128]; // where it listens: HOST:PORT
    int64_t first_ns;
    bool is_warm;
};

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
    { "a HTTPS, a new connection each", "http", "--manner close-each",
      AHEAD_NOTHING },
    { "b HTTPS, kept open", "http", "", AHEAD_NOTHING },
    { "c WebSocket, continued", "ws", "", AHEAD_NOTHING },
    { "d WebSocket, warmed up, turn 1", "ws", "", AHEAD_WARM_UP },
    { "e HTTPS, opened ahead, turn 1", "http", "", AHEAD_CONNECTION },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

struct line {
    unsigned round_trip_ms;
    const char *name;
    unsigned long rate; // bytes a second each way; 0: unlimited
};

static const struct line lines[] = {
    { 20, "unlimited", 0 },  { 20, "10 Mbit/s", 1250000 },
    { 80, "unlimited", 0 },  { 80, "10 Mbit/s", 1250000 },
    { 200, "unlimited", 0 }, { 200, "10 Mbit/s", 1250000 },
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static const size_t lengths[] = { 10, 100, 1000 };
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

// --- the relay -------------------------------------------------------------

static pid_t start_relay(struct bench *bench, const struct line *line)
{
    char to[96], delay[16], rate[24], said[256];
    const char *argv[] = { bench->sim,     "relay", "--to",       to,
                           "--rate",       rate,    "--delay-ms", delay,
                           "--slow-start", NULL };

    snprintf(to, sizeof(to), "unix:%s/sock", bench->dir);
    snprintf(delay, sizeof(delay), "%u", line->round_trip_ms);
    snprintf(rate, sizeof(rate), "%lu", line->rate);
    pid_t pid = program_start(argv, NULL, NULL, said, sizeof(said));
    const char *at = strstr(said, "127.0.0.1:");
    snprintf(bench->relay, sizeof(bench->relay), "%s", at ? at : "");
    return pid;
}

// --- a conversation --------------------------------------------------------

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct bench *bench = ctx;

    (void)stand;
    if (event->kind == EVENT_RESPONSE_COMPLETED)
        bench->is_warm = true;
    else if (event->kind == EVENT_TEXT_DELTA && bench->first_ns == 0)
        bench->first_ns = loop_now_ns();
}

static void open_way(struct bench *bench, struct stand *stand,
                     const struct way *way)
{
    char sim[256], more[192];

    snprintf(sim, sizeof(sim), SERVER " --ca-out @/ca.pem --ttft-ms %d %s",
             bench->dir, SERVER_MS, way->sim);
    snprintf(more, sizeof(more),
             "caFile=@/ca.pem context=400k url=https://%s/v1", bench->relay);
    stand_open(stand, &(struct stand_options){ .sim = sim,
                                               .transport = way->transport,
                                               .more = more,
                                               .wait_permille = 1000 });
    stand->watch = watch;
    stand->ctx = bench;
}

static void apply(struct stand *stand, struct event event)
{
    event.time_ms = 1;
    session_apply(stand->session, &event);
}

// What was said before, as after a resume: so many items, of ITEM_BYTES each.
static void fill(struct stand *stand, size_t items)
{
    char text[ITEM_BYTES + 1], raw[ITEM_BYTES + 200];
    struct str said = { text, ITEM_BYTES };

    for (size_t i = 0; i < ITEM_BYTES; i++)
        text[i] = i % 6 == 5 ? ' ' : (char)('a' + i * 7 % 26);
    text[ITEM_BYTES] = '\0';
    for (size_t i = 0; i + 1 < items; i += 2) {
        snprintf(raw, sizeof(raw),
                 "{\"type\":\"message\",\"id\":\"msg_%zu\",\"status\":"
                 "\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":"
                 "\"output_text\",\"text\":\"%s\",\"annotations\":[]}]}",
                 i, text);
        apply(stand,
              (struct event){ .kind = EVENT_USER_MESSAGE, .text = said });
        apply(stand, (struct event){ .kind = EVENT_REQUEST_SENT });
        apply(stand,
              (struct event){ .kind = EVENT_RESPONSE_CREATED, .id = STR("r") });
        apply(stand, (struct event){ .kind = EVENT_ITEM_ADDED,
                                     .state = ITEM_TEXT,
                                     .id = STR("m") });
        apply(stand, (struct event){ .kind = EVENT_ITEM_DONE,
                                     .state = ITEM_TEXT,
                                     .id = STR("m"),
                                     .text = said,
                                     .raw = str_from(raw) });
        apply(stand, (struct event){ .kind = EVENT_RESPONSE_COMPLETED,
                                     .id = STR("r") });
        apply(stand,
              (struct event){ .kind = EVENT_TURN_DONE, .state = TURN_OK });
    }
}

// --- a turn ----------------------------------------------------------------

struct cost {
    double ttft_ms, bytes;
    double warm_ms; // what it takes to warm up; 0: nothing was
};

static void see_size(const struct json *record, void *ctx)
{
    if (json_member(record, "message"))
        *(double *)ctx = (double)json_int(json_member(record, "bytes"), 0);
}

static struct cost say(struct bench *bench, struct stand *stand)
{
    struct cost turn = { NOT_MEASURED, NOT_MEASURED, 0 };

    buf_reset(&stand->records);
    bench->first_ns = 0;
    int64_t enter_ns = loop_now_ns();
    stand_say(stand, "How far is it?");
    if (bench->first_ns > 0)
        turn.ttft_ms = (double)(bench->first_ns - enter_ns) / 1e6;
    stand_each_record(stand, see_size, &turn.bytes);
    return turn;
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

// The user begins to type, and has typed when all is ready. Returns how long a
// warm-up takes.
static double get_ahead(struct bench *bench, struct stand *stand,
                        enum ahead ahead)
{
    int64_t since_ms = loop_now_ms();

    bench->is_warm = false;
    agent_connect(stand->agent);
    while (!is_ready(bench, stand, ahead))
        stand_step(stand, since_ms);
    double took_ms = (double)(loop_now_ms() - since_ms);
    since_ms = loop_now_ms();
    while (ahead == AHEAD_CONNECTION && loop_now_ms() - since_ms < ARRIVAL_MS)
        loop_step(stand->loop, 10);
    return ahead == AHEAD_WARM_UP ? took_ms : 0;
}

static void measure_first(struct bench *bench, const struct way *way,
                          size_t items, struct cost *turns)
{
    for (size_t i = 0; i < TURNS; i++) {
        struct stand stand;
        open_way(bench, &stand, way);
        fill(&stand, items);
        double warm_ms = get_ahead(bench, &stand, way->ahead);
        turns[i] = say(bench, &stand);
        turns[i].warm_ms = warm_ms;
        stand_close(&stand);
    }
}

// One follows the other at once, as when tools are called.
static void measure_later(struct bench *bench, const struct way *way,
                          size_t items, struct cost *turns)
{
    struct stand stand;

    open_way(bench, &stand, way);
    fill(&stand, items);
    say(bench, &stand);
    for (size_t i = 0; i < TURNS; i++)
        turns[i] = say(bench, &stand);
    stand_close(&stand);
}

static struct cost measure(struct bench *bench, const struct way *way,
                           size_t items)
{
    struct cost turns[TURNS];
    double times[TURNS], bytes[TURNS], warm[TURNS];

    (way->ahead ? measure_first : measure_later)(bench, way, items, turns);
    for (size_t i = 0; i < TURNS; i++) {
        times[i] = turns[i].ttft_ms;
        bytes[i] = turns[i].bytes;
        warm[i] = turns[i].warm_ms;
    }
    return (struct cost){ median(times, TURNS), median(bytes, TURNS),
                          median(warm, TURNS) };
}

// --- the table -------------------------------------------------------------

static double saved(double before, double after)
{
    return 100 * (before - after) / before;
}

// What d reached, and how long the user must have typed for it.
static void print_verdict(const struct bench *bench, const struct cost *cost,
                          double overhead, double ttft)
{
    fprintf(bench->out, "  %s, %s; ready %.0f ms after the first key",
            overhead >= OVERHEAD_GOAL ? "ok" : "missed",
            ttft >= TTFT_GOAL ? "ok" : "missed", cost->warm_ms);
}

static void print_row(const struct bench *bench, const struct line *line,
                      size_t items, const char *name, const struct cost *cost,
                      const struct cost *first)
{
    double overhead =
        saved(first->ttft_ms - SERVER_MS, cost->ttft_ms - SERVER_MS);
    double ttft = saved(first->ttft_ms, cost->ttft_ms);

    fprintf(bench->out, "%3u ms  %-9s %5zu  %-31s", line->round_trip_ms,
            line->name, items, name);
    if (isnan(cost->ttft_ms) || isnan(cost->bytes)) {
        fprintf(bench->out, " FAILED\n");
        return;
    }
    fprintf(bench->out, " %8.1f %8.1f %7.0f %% %7.0f %% %9.0f", cost->ttft_ms,
            cost->ttft_ms - SERVER_MS, overhead, ttft, cost->bytes);
    if (cost->warm_ms > 0)
        print_verdict(bench, cost, overhead, ttft);
    fprintf(bench->out, "\n");
}

static void length_rows(struct bench *bench, const struct line *line,
                        size_t items)
{
    struct cost first = { NOT_MEASURED, NOT_MEASURED, 0 };

    for (size_t i = 0; i < WAYS; i++) {
        struct cost turn = measure(bench, &ways[i], items);
        if (i == 0)
            first = turn;
        print_row(bench, line, items, ways[i].name, &turn, &first);
    }
}

// In a process of its own.
static void line_rows(struct bench *bench, const struct line *line)
{
    snprintf(bench->dir, sizeof(bench->dir), "%s", "/tmp/kerf-latency-XXXXXX");
    if (!mkdtemp(bench->dir))
        _exit(1);
    pid_t relay = start_relay(bench, line);
    for (size_t i = 0; i < LENGTHS; i++)
        length_rows(bench, line, lengths[i]);
    program_stop(relay);
    rmdir(bench->dir);
}

static void copy_out(FILE *from)
{
    char text[512];

    rewind(from);
    while (fgets(text, sizeof(text), from))
        fputs(text, stdout);
    fclose(from);
    fflush(stdout);
}

static void all_rows(const char *sim)
{
    struct bench benches[LINES];
    pid_t pids[LINES];

    fflush(stdout);
    for (size_t i = 0; i < LINES; i++) {
        benches[i] = (struct bench){ .sim = sim, .out = tmpfile() };
        pids[i] = benches[i].out ? fork() : -1;
        if (pids[i] == 0) {
            line_rows(&benches[i], &lines[i]);
            exit(fflush(benches[i].out) == 0 ? 0 : 1);
        }
    }
    for (size_t i = 0; i < LINES; i++) {
        int status = -1;
        waitpid(pids[i], &status, 0);
        copy_out(benches[i].out);
        if (status != 0)
            printf("%3u ms  FAILED\n", lines[i].round_trip_ms);
    }
}

int main(void)
{
    const char *sim = getenv("KERF_SIM");

    // Reading the certificates of the system takes longer than a handshake.
    setenv("SSL_CERT_FILE", "/dev/null", 1);
    setenv("SSL_CERT_DIR", "/dev/null", 1);
    printf("\nEnter to first token (TTFT) over a simulated line; the server "
           "takes %d ms of it, the\nrest is overhead; medians of %d turns; "
           "saved against a (goals of d: %d %% of the\noverhead, %d %% of "
           "the TTFT; without payload 3 round trips become 1: 67 %%)\n",
           SERVER_MS, TURNS, OVERHEAD_GOAL, TTFT_GOAL);
    printf("%-6s  %-9s %5s  %-31s %8s %8s %9s %9s %9s\n", "line", "rate",
           "items", "way", "TTFT ms", "overhead", "saved", "of TTFT",
           "request B");
    all_rows(sim ? sim : "build/kerf-sim");
    return 0;
}
