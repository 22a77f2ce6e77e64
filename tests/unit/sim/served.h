/* A server in a child process and a client with plain sockets, for tests of
 * what goes over the wire. */
#ifndef TESTS_SIM_SERVED_H
#define TESTS_SIM_SERVED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/sim/server.h"
#include "kerf/sim/ws_frame.h"

#define PATIENCE_S 10
#define LIMIT_ARGS 24

struct served {
    pid_t pid;
    uint16_t port;
    char first_line[300];
};

// What a child runs; ends the process.
typedef int (*served_fn)(int count, const char *const *args,
                         const char *scenario);

static inline void read_whole(const char *path, struct buf *got)
{
    FILE *file = fopen(path, "r");
    char room[4096];
    size_t n;

    assert_non_null(file);
    while ((n = fread(room, 1, sizeof(room), file)) > 0)
        buf_append(got, (struct str){ room, n });
    fclose(file);
}

static inline int run_models(int count, const char *const *args,
                             const char *scenario)
{
    struct sim_options options;
    struct error err = { 0 };

    if (!sim_options_read(count, args, &options, &err))
        return 2;
    struct world world = { .options = &options };
    world.engine = scenario ? engine_create_script(str_from(scenario), &err)
                            : engine_create_echo(options.tokens, options.seed);
    struct server_plan plan = { &world, "secret", true };
    struct buf replay = { 0 };
    if (options.replay)
        read_whole(options.replay, &replay);
    world.replay = buf_str(&replay);
    bool good = world.engine && server_run(&plan, &err);
    if (!good)
        fprintf(stderr, "%s\n", err.text);
    engine_destroy(world.engine);
    buf_release(&replay);
    return good ? 0 : 1;
}

// Starts `fn` and reads the line that says where it listens.
static inline void served_run(struct served *served, served_fn fn,
                              const char *scenario, const char *const *args)
{
    int out[2], count = 0;

    assert_int_equal(pipe(out), 0);
    fflush(NULL);
    while (args && args[count])
        count++;
    served->pid = fork();
    if (served->pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        exit(fn(count, args, scenario)); // so that leaks are looked for
    }
    close(out[1]);
    FILE *line = fdopen(out[0], "r");
    assert_non_null(
        fgets(served->first_line, sizeof(served->first_line), line));
    fclose(line);
    char *at = strstr(served->first_line, "127.0.0.1:");
    served->port = (uint16_t)(at ? strtoul(at + 10, NULL, 10) : 0);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define SERVE(served, scenario, ...)             \
    served_run((served), run_models, (scenario), \
               ARGS("--sprinkle", "0", __VA_ARGS__))

// Ends the child in order; it must have been well.
static inline void served_stop(struct served *served)
{
    int status = -1;

    kill(served->pid, SIGTERM);
    waitpid(served->pid, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static inline int client_dial(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { PATIENCE_S, 0 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)),
                     0);
    return fd;
}

static inline void client_send(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        assert_true(n > 0);
        bytes = str_skip(bytes, (size_t)n);
    }
}

// Reads until `mark` has come (NULL: the end); errno of the end, 0: in order.
static inline int client_read(int fd, const char *mark, struct buf *got)
{
    char room[65536];

    for (;;) {
        if (mark && str_find(buf_str(got), str_from(mark)) != SIZE_MAX)
            return 0;
        ssize_t n = recv(fd, room, sizeof(room), 0);
        if (n < 0)
            return errno;
        if (n == 0) {
            if (mark)
                fail_msg("the end came before %s: %.*s", mark,
                         STR_ARG(buf_str(got)));
            return 0;
        }
        buf_append(got, (struct str){ room, (size_t)n });
    }
}

#define HEAD "Host: localhost\r\nAuthorization: Bearer secret\r\n"

// A whole request on one connection, with `Connection: close`.
static inline void client_request(int fd, const char *line, const char *headers,
                                  const char *body)
{
    struct buf text = { 0 };

    buf_printf(&text,
               "%s HTTP/1.1\r\n" HEAD "Content-Type: application/json\r\n"
               "%sContent-Length: %zu\r\n\r\n%s",
               line, headers, strlen(body), body);
    client_send(fd, buf_str(&text));
    buf_release(&text);
}

static inline int client_status(const struct buf *got)
{
    return got->len > 12 ? (int)strtol(got->at + 9, NULL, 10) : 0;
}

static inline bool holds(const struct buf *got, const char *text)
{
    return str_find(buf_str(got), str_from(text)) != SIZE_MAX;
}

static inline size_t count_of(const struct buf *got, const char *text)
{
    struct str rest = buf_str(got);
    size_t count = 0, at;

    while ((at = str_find(rest, str_from(text))) != SIZE_MAX) {
        rest = str_skip(rest, at + strlen(text));
        count++;
    }
    return count;
}

#define POST_RESPONSES "POST /v1/responses"
#define POST_CHAT "POST /v1/chat/completions"
#define STREAM                                                           \
    "{\"model\":\"m\",\"input\":\"hi\",\"stream\":true,\"store\":false," \
    "\"stream_options\":{\"include_obfuscation\":false}}"

// Asks on a connection of its own and reads until `mark`; as client_read.
static inline int ask(const struct served *served, const char *line,
                      const char *headers, const char *body, const char *mark,
                      struct buf *got)
{
    int fd = client_dial(served->port);

    buf_reset(got);
    client_request(fd, line, headers, body);
    int ending = client_read(fd, mark, got);
    close(fd);
    return ending;
}

// --- WebSocket ---------------------------------------------------------------

#define UPGRADE                                                 \
    "GET /v1/responses HTTP/1.1\r\n" HEAD                       \
    "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" \
    "Sec-WebSocket-Version: 13\r\n"                             \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// Upgrades; what came behind the head stays in `got`.
static inline int socket_open(const struct served *served, const char *headers,
                              struct buf *got)
{
    int fd = client_dial(served->port);

    client_send(fd, STR(UPGRADE));
    client_send(fd, str_from(headers));
    client_send(fd, STR("\r\n"));
    client_read(fd, "\r\n\r\n", got);
    return fd;
}

static inline void socket_send(int fd, unsigned first, struct str payload)
{
    struct ws_frame frame = { .opcode = first & 15u,
                              .more = !(first & 128u),
                              .masked = true };
    struct buf bytes = { 0 };

    ws_write(&frame, payload, &bytes);
    client_send(fd, buf_str(&bytes));
    buf_release(&bytes);
}

#define SOCKET_CREATE \
    "{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"hi\"}"

#endif
