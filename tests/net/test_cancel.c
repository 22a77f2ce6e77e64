/*
 * A stop in every state of a turn (reliability.md N62), each by name: the turn
 * is over before the call returns, nothing of it comes later, no descriptor,
 * process or thread is left, and the next turn works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "kerf/sim/fault.h"
#include "stand.h"

#define ECHO "--engine echo --tokens 12 "
#define SCRIPT "--engine script --scenario - "
#define BIG_BYTES ((size_t)12 << 20) // more than sockets hold
#define SILENT_HOST "silent.test"
#define LIMIT_CALLERS 8
#define ROUNDS 5 // of the loop, until both sides have noticed

// --- a name server that does not answer ------------------------------------

static struct {
    atomic_bool silent;
    int fds[2]; // who asks waits here
} names = { .fds = { -1, -1 } };

typedef int (*getaddrinfo_fn)(const char *, const char *,
                              const struct addrinfo *, struct addrinfo **);

// In place of the system's, for the one name.
int getaddrinfo(const char *name, const char *service,
                const struct addrinfo *hints, struct addrinfo **list)
{
    getaddrinfo_fn real = (getaddrinfo_fn)dlsym(RTLD_NEXT, "getaddrinfo");
    char byte;

    if (strcmp(name, SILENT_HOST) != 0)
        return real(name, service, hints, list);
    if (!atomic_load(&names.silent))
        return real("127.0.0.1", service, hints, list);
    return read(names.fds[0], &byte, 1) == 1 ? EAI_AGAIN : EAI_FAIL;
}

// --- a server that only listens --------------------------------------------

struct dumb {
    int listener, callers[LIMIT_CALLERS];
    size_t caller_count;
    struct buf heard;
};

static struct sockaddr_in loopback(uint64_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int open_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    return fd;
}

// Takes the place of the server.
static void dumb_open(struct dumb *dumb, struct stand *stand, int backlog)
{
    struct sockaddr_in address = loopback(stand->sim.port);
    int on = 1;

    stand_hang_up(stand);
    *dumb = (struct dumb){ .listener = open_socket() };
    setsockopt(dumb->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    assert_int_equal(
        bind(dumb->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(dumb->listener, backlog), 0);
}

// From now on the system drops what asks for a connection.
static void dumb_fill(struct dumb *dumb, const struct stand *stand)
{
    struct sockaddr_in address = loopback(stand->sim.port);

    while (dumb->caller_count < LIMIT_CALLERS) {
        int fd = open_socket();
        int status = connect(fd, (struct sockaddr *)&address, sizeof(address));
        (void)status; // under way, or dropped
        dumb->callers[dumb->caller_count++] = fd;
    }
}

static void dumb_listen(struct dumb *dumb)
{
    char bytes[4096];
    int fd = accept4(dumb->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0 && dumb->caller_count < LIMIT_CALLERS)
        dumb->callers[dumb->caller_count++] = fd;
    for (size_t i = 0; i < dumb->caller_count; i++) {
        ssize_t n = recv(dumb->callers[i], bytes, sizeof(bytes), 0);
        if (n > 0)
            buf_append(&dumb->heard, (struct str){ bytes, (size_t)n });
    }
}

static void dumb_close(struct dumb *dumb)
{
    for (size_t i = 0; i < dumb->caller_count; i++)
        close(dumb->callers[i]);
    if (dumb->listener > 0)
        close(dumb->listener);
    buf_release(&dumb->heard);
    *dumb = (struct dumb){ 0 };
}

// --- a trial ---------------------------------------------------------------

struct trial {
    struct stand stand;
    struct dumb dumb;
    struct holdings before;
    enum event_kind last[2]; // the newest event is the second
    unsigned rounds;
    size_t requests; // before that of a compaction; 0: there is none
    bool stopped;
    const char *late; // an event of an answer after the stop
};

struct row {
    const char *state, *transport;
    const char *sim, *scenario, *more, *host;
    void (*prepare)(struct trial *trial); // NULL: nothing to do
    bool (*reached)(struct trial *trial);
    void (*heal)(struct trial *trial); // NULL: nothing to do
    int wait_permille;
};

static void set_fault(struct trial *trial, const char *name)
{
    struct fault_list *list = &trial->stand.sim.faults;
    struct error err = { 0 };

    list->count = 1;
    assert_true(fault_read(str_from(name), &list->at[0], &err));
}

static bool is_told(const struct trial *trial, const char *words)
{
    return str_find(buf_str(&trial->stand.told), str_from(words)) != SIZE_MAX;
}

// Who is asked to make room takes the request and does not answer.
static void silence_compaction(struct trial *trial)
{
    if (trial->requests > 0 || !is_told(trial, "making room"))
        return;
    set_fault(trial, "slow-head-60000");
    trial->requests = stand_count(&trial->stand).requests;
}

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct trial *trial = ctx;

    (void)stand;
    trial->last[0] = trial->last[1];
    trial->last[1] = event->kind;
    silence_compaction(trial);
    switch (event->kind) {
    case EVENT_USER_MESSAGE: trial->stopped = false; return;
    case EVENT_CANCELLED: trial->stopped = true; return;
    case EVENT_ITEM_ADDED:
    case EVENT_TEXT_DELTA:
    case EVENT_CALL_DELTA:
    case EVENT_ITEM_DONE:
    case EVENT_TOOL_OUTPUT:
    case EVENT_RESPONSE_LOST:
    case EVENT_NOTICE:
        if (trial->stopped)
            trial->late = event_kind_name(event->kind);
        return;
    default: return;
    }
}

// --- the states ------------------------------------------------------------

static void ask(struct trial *trial)
{
    agent_send(trial->stand.agent, STR("hello"));
}

static void ask_at_length(struct trial *trial)
{
    char *text = mem_alloc(BIG_BYTES);

    memset(text, 'x', BIG_BYTES);
    agent_send(trial->stand.agent, (struct str){ text, BIG_BYTES });
    free(text);
}

static bool fetches_the_key(struct trial *trial)
{
    return holdings_count().children > trial->before.children;
}

static void use_a_key_that_is_there(struct trial *trial)
{
    trial->stand.config.backends[0].key_env = STR("STAND_KEY");
}

static void silence_names(struct trial *trial)
{
    assert_int_equal(pipe(names.fds), 0);
    atomic_store(&names.silent, true);
    ask(trial);
}

// The thread that asks the resolver is there.
static bool resolves(struct trial *trial)
{
    return holdings_count().threads > trial->before.threads;
}

static void answer_names(struct trial *trial)
{
    int64_t since_ms = loop_now_ms();

    atomic_store(&names.silent, false);
    assert_int_equal(write(names.fds[1], "x", 1), 1);
    while (holdings_count().threads > trial->before.threads)
        stand_step(&trial->stand, since_ms);
    close(names.fds[0]);
    close(names.fds[1]);
}

static void drop_connections(struct trial *trial)
{
    dumb_open(&trial->dumb, &trial->stand, 0);
    dumb_fill(&trial->dumb, &trial->stand);
    trial->before = holdings_count();
    ask(trial);
}

// Its socket is there, beside those that were.
static bool connects(struct trial *trial)
{
    if (holdings_count().descriptors > trial->before.descriptors)
        trial->rounds++;
    return trial->rounds > ROUNDS;
}

static void take_and_say_nothing(struct trial *trial)
{
    dumb_open(&trial->dumb, &trial->stand, 8);
    ask(trial);
}

// Its first bytes are on their way to a server that neither reads nor writes.
static bool shakes_hands(struct trial *trial)
{
    if (stand_count(&trial->stand).connections > 0)
        trial->rounds++;
    return trial->rounds > ROUNDS;
}

// The whole head was heard, and nothing is answered.
static bool waits_for_a_head(struct trial *trial)
{
    dumb_listen(&trial->dumb);
    return str_find(buf_str(&trial->dumb.heard), STR("\r\n\r\n")) != SIZE_MAX;
}

static void serve_again(struct trial *trial)
{
    dumb_close(&trial->dumb);
    stand_listen(&trial->stand);
}

static bool sends(struct trial *trial)
{
    return trial->last[1] == EVENT_REQUEST_SENT;
}

static void have_no_faults(struct trial *trial)
{
    trial->stand.sim.faults.count = 0;
    trial->stand.sim.tps = 0;
}

static bool streams(struct trial *trial)
{
    return trial->last[1] == EVENT_TEXT_DELTA;
}

static bool asks_for_leave(struct trial *trial)
{
    return trial->stand.session->state == TURN_APPROVAL;
}

static bool runs_a_tool(struct trial *trial)
{
    if (session_asking(trial->stand.session) != NO_INDEX)
        agent_answer(trial->stand.agent, APPROVAL_ONCE, (struct str){ 0 });
    return holdings_count().children > trial->before.children;
}

static bool is_under_review(struct trial *trial)
{
    return trial->stand.session->state == TURN_REVIEW;
}

static bool waits_to_ask_again(struct trial *trial)
{
    return is_told(trial, "asks again in");
}

static void fill_the_window(struct trial *trial)
{
    stand_say(&trial->stand, "one");
    stand_say(&trial->stand, "two");
    set_fault(trial, "failed-context_length_exceeded");
    ask(trial);
}

static bool compacts(struct trial *trial)
{
    return trial->requests > 0
           && stand_count(&trial->stand).requests > trial->requests;
}

#define SHELL                                                           \
    "{\"turns\":[{\"function_call\":{\"name\":\"shell\",\"arguments\":" \
    "{\"command\":\"sleep 60\"}}},{\"text\":\"And on.\"}]}"
#define PATCH                                                             \
    "{\"turns\":[{\"custom_tool_call\":{\"name\":\"apply_patch\","        \
    "\"input\":\"*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n" \
    "-two\\n+three\\n*** End Patch\\n\"}},{\"text\":\"And on.\"}]}"
#define TLS ECHO "--fault silent:1 --tls --ca-out @/ca.pem "

static const struct row rows[] = {
    { "key", "ws", ECHO, NULL, "keyEnv= keyCommand=sleep\t60", NULL, ask,
      fetches_the_key, use_a_key_that_is_there, 0 },
    { "key", "http", ECHO, NULL, "keyEnv= keyCommand=sleep\t60", NULL, ask,
      fetches_the_key, use_a_key_that_is_there, 0 },
    { "resolve", "ws", ECHO, NULL, NULL, SILENT_HOST, silence_names, resolves,
      answer_names, 0 },
    { "resolve", "http", ECHO, NULL, NULL, SILENT_HOST, silence_names, resolves,
      answer_names, 0 },
    { "connect", "ws", ECHO, NULL, NULL, NULL, drop_connections, connects,
      serve_again, 1000 },
    { "connect", "http", ECHO, NULL, NULL, NULL, drop_connections, connects,
      serve_again, 1000 },
    { "TLS", "ws", TLS, NULL, "caFile=@/ca.pem", NULL, ask, shakes_hands,
      have_no_faults, 0 },
    { "TLS", "http", TLS, NULL, "caFile=@/ca.pem", NULL, ask, shakes_hands,
      have_no_faults, 0 },
    { "upgrade", "ws", ECHO, NULL, NULL, NULL, take_and_say_nothing,
      waits_for_a_head, serve_again, 0 },
    { "head", "http", ECHO, NULL, NULL, NULL, take_and_say_nothing,
      waits_for_a_head, serve_again, 0 },
    { "send", "ws", ECHO "--fault never-reads", NULL, "context=100m", NULL,
      ask_at_length, sends, have_no_faults, 1000 },
    { "stream", "ws", ECHO "--tps 5", NULL, NULL, NULL, ask, streams,
      have_no_faults, 1000 },
    { "stream", "http", ECHO "--tps 5", NULL, NULL, NULL, ask, streams,
      have_no_faults, 1000 },
    { "approval", "ws", SCRIPT, SHELL, NULL, NULL, ask, asks_for_leave, NULL,
      0 },
    { "tool", "ws", SCRIPT, SHELL, NULL, NULL, ask, runs_a_tool, NULL, 0 },
    { "tool", "http", SCRIPT, SHELL, NULL, NULL, ask, runs_a_tool, NULL, 0 },
    { "review", "ws", SCRIPT, PATCH, NULL, NULL, ask, is_under_review, NULL,
      0 },
    { "back-off", "ws", ECHO "--fault retry-after-8", NULL, NULL, NULL, ask,
      waits_to_ask_again, have_no_faults, 1000 },
    { "back-off", "http", ECHO "--fault retry-after-8", NULL, NULL, NULL, ask,
      waits_to_ask_again, have_no_faults, 1000 },
    { "compaction", "ws", ECHO, NULL, NULL, NULL, fill_the_window, compacts,
      have_no_faults, 0 },
    { "compaction", "http", ECHO, NULL, NULL, NULL, fill_the_window, compacts,
      have_no_faults, 0 },
};

// --- what must hold --------------------------------------------------------

static enum turn_outcome outcome(const struct trial *trial)
{
    const struct session *session = trial->stand.session;
    return session->turns[session->turn_count - 1].outcome;
}

static void reach(struct trial *trial, const struct row *row)
{
    int64_t since_ms = loop_now_ms();

    row->prepare(trial);
    while (!row->reached(trial)) {
        stand_step(&trial->stand, since_ms);
        if (!agent_is_working(trial->stand.agent))
            fail_msg("%s over %s: the turn ends before: %.*s", row->state,
                     row->transport, STR_ARG(buf_str(&trial->stand.told)));
    }
}

// All of it is done when the call returns.
static void stop(struct trial *trial)
{
    agent_interrupt(trial->stand.agent);
    assert_int_equal(trial->stand.session->state, TURN_IDLE);
    assert_int_equal(trial->last[0], EVENT_CANCELLED);
    assert_int_equal(trial->last[1], EVENT_TURN_DONE);
    assert_int_equal(outcome(trial), TURN_CANCELLED);
}

static void play(const struct row *row)
{
    struct trial trial = { .late = NULL };
    struct stand_options options = {
        .sim = row->sim,
        .scenario = row->scenario ? str_from(row->scenario) : (struct str){ 0 },
        .transport = row->transport,
        .more = row->more,
        .host = row->host,
        .wait_permille = row->wait_permille,
    };

    stand_open(&trial.stand, &options);
    trial.stand.watch = watch;
    trial.stand.ctx = &trial;
    trial.before = holdings_count();
    reach(&trial, row);
    stop(&trial);
    if (row->heal)
        row->heal(&trial);
    stand_say(&trial.stand, "and now?");
    if (trial.late)
        fail_msg("%s over %s: %s after the stop", row->state, row->transport,
                 trial.late);
    if (outcome(&trial) != TURN_OK)
        fail_msg("%s over %s: the next turn fails: %.*s", row->state,
                 row->transport, STR_ARG(buf_str(&trial.stand.told)));
    stand_close(&trial.stand);
}

static void a_stop_in_each_state_is_the_end_of_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct holdings before = holdings_count();
        play(&rows[i]);
        struct holdings after = holdings_count();
        if (memcmp(&before, &after, sizeof(before)) != 0)
            fail_msg("%s over %s leaves %zu of %zu descriptors, %zu of %zu "
                     "children, %zu of %zu threads",
                     rows[i].state, rows[i].transport, after.descriptors,
                     before.descriptors, after.children, before.children,
                     after.threads, before.threads);
    }
}

// Descriptors and threads that libraries keep are there after the first turn.
static int warm_up(void **state)
{
    static const char *const transports[] = { "ws", "http" };
    struct stand stand;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        stand_open(&stand, &(struct stand_options){
                               .sim = ECHO "--tls --ca-out @/ca.pem",
                               .more = "caFile=@/ca.pem",
                               .transport = transports[i],
                           });
        stand_say(&stand, "hello");
        stand_close(&stand);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_in_each_state_is_the_end_of_it),
    };

    return cmocka_run_group_tests(tests, warm_up, NULL);
}
