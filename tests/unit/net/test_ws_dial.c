/*
 * Names with many addresses and resolvers that misbehave. This program has a
 * getaddrinfo of its own, which the code under test then uses; names that do
 * not end in ".test" go to the real one.
 */
#include "kerf/net/ws.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE

static const struct step echoing[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                                 DO(ACT_CLOSE) };

// --- the resolver ------------------------------------------------------------

// What the resolver says; a thread reads it while the test waits.
static struct {
    const char *addresses[20]; // up to NULL
    int status;
    int wait_fd; // silent until something can be read here; -1: not silent
} names = { .wait_fd = -1 };

static struct addrinfo *one_address(const char *text)
{
    struct addrinfo *info = calloc(1, sizeof(*info));
    struct sockaddr_in6 *v6 = calloc(1, sizeof(*v6));
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)v6;

    info->ai_addr = (struct sockaddr *)v6;
    info->ai_socktype = SOCK_STREAM;
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        info->ai_family = v6->sin6_family = AF_INET6;
        info->ai_addrlen = sizeof(*v6);
    } else if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        info->ai_family = v4->sin_family = AF_INET;
        info->ai_addrlen = sizeof(*v4);
    }
    return info;
}

static int fake_answer(struct addrinfo **list)
{
    char byte;

    if (names.wait_fd >= 0 && read(names.wait_fd, &byte, 1) < 0)
        return EAI_SYSTEM;
    for (size_t i = 0; names.status == 0 && names.addresses[i]; i++) {
        *list = one_address(names.addresses[i]);
        list = &(*list)->ai_next;
    }
    return names.status;
}

typedef int (*getaddrinfo_fn)(const char *, const char *,
                              const struct addrinfo *, struct addrinfo **);
typedef void (*freeaddrinfo_fn)(struct addrinfo *);

int getaddrinfo(const char *host, const char *service,
                const struct addrinfo *hints, struct addrinfo **list)
{
    size_t len = strlen(host);

    if (len > 5 && strcmp(host + len - 5, ".test") == 0)
        return fake_answer(list);
    getaddrinfo_fn real = (getaddrinfo_fn)dlsym(RTLD_NEXT, "getaddrinfo");
    int status = real(host, service, hints, list);
    return status;
}

// The C library frees both kinds: each node and its address by free().
static void free_fake(struct addrinfo *list)
{
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list->ai_addr);
        free(list);
        list = next;
    }
}

void freeaddrinfo(struct addrinfo *list)
{
    // Of the real ones ai_addr points into the node.
    if (list && (char *)list->ai_addr == (char *)(list + 1))
        ((freeaddrinfo_fn)dlsym(RTLD_NEXT, "freeaddrinfo"))(list);
    else
        free_fake(list);
}

// --- a connection that is reset at the worst moment --------------------------

typedef int (*getsockopt_fn)(int, int, int, void *, socklen_t *);

static bool reset_when_asked;

int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    if (reset_when_asked && level == SOL_SOCKET && name == SO_ERROR) {
        *(int *)value = ECONNRESET;
        return 0;
    }
    getsockopt_fn real = (getsockopt_fn)dlsym(RTLD_NEXT, "getsockopt");
    return real(fd, level, name, value, size);
}

#define RESOLVE(...)                                           \
    memcpy(names.addresses, (const char *[20]){ __VA_ARGS__ }, \
           sizeof(names.addresses))

static void dial_name(struct client *client, const struct server *server)
{
    char url[64];

    snprintf(url, sizeof(url), "ws://many.test:%d/v1",
             server ? server->port : 1);
    client_dial(client, server, url);
}

static void expect_echo(void)
{
    struct server_options options = { .steps = echoing };
    struct server server = server_start(&options);
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    dial_name(&client, &server);
    client_run(&client);

    assert_string_equal(buf_cstr(&client.text), "x|");
    client_sweep(&client);
    server_stop(&server, NULL);
}

// --- tests -------------------------------------------------------------------

static void after_a_refused_address_comes_the_next(void **state)
{
    (void)state;
    RESOLVE("127.0.0.2", "127.0.0.3", "127.0.0.1");
    expect_echo();
}

static void after_an_unreachable_address_comes_the_next(void **state)
{
    (void)state;
    RESOLVE("2001:db8::1", "255.255.255.255", "127.0.0.1");
    expect_echo();
}

// A listener whose queue is full drops what comes: it neither takes nor
// refuses.
static int full_listener(int port, int fillers[3])
{
    struct sockaddr_in name = { .sin_family = AF_INET,
                                .sin_port = htons((in_port_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    inet_pton(AF_INET, "127.0.0.9", &name.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
    assert_int_equal(listen(fd, 0), 0);
    for (int i = 0; i < 3; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fillers[i], (struct sockaddr *)&name, sizeof(name)) != 0)
            assert_int_equal(errno, EINPROGRESS);
    }
    return fd;
}

static void beside_a_silent_address_the_next_is_tried(void **state)
{
    struct server_options options = { .steps = echoing };
    struct server server = server_start(&options);
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };
    int fillers[3], fd = full_listener(server.port, fillers);

    (void)state;
    RESOLVE("127.0.0.9", "127.0.0.1");
    dial_name(&client, &server);
    client_run(&client);

    assert_string_equal(buf_cstr(&client.text), "x|");
    client_sweep(&client);
    server_stop(&server, NULL);
    for (int i = 0; i < 3; i++)
        close(fillers[i]);
    close(fd);
}

static void when_no_address_works_the_last_reason_is_told(void **state)
{
    struct client client = { .ends = 0 };

    (void)state;
    RESOLVE("127.0.0.2", "127.0.0.3");
    dial_name(&client, NULL);
    client_run(&client);

    assert_int_equal(client.end.end_class, NET_END_LOST);
    assert_string_equal(client.end.text,
                        "many.test:1: cannot connect: Connection refused");
    client_sweep(&client);
}

static void more_addresses_than_fit_are_left_out(void **state)
{
    (void)state;
    RESOLVE("127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
            "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
            "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
            "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2");
    expect_echo();
}

static void what_the_resolver_says_is_told(void **state)
{
    struct client client = { .ends = 0 };

    (void)state;
    names.status = EAI_NONAME;
    dial_name(&client, NULL);
    client_run(&client);
    names.status = 0;

    assert_int_equal(client.end.end_class, NET_END_LOST);
    assert_string_equal(client.end.text,
                        "many.test:1: Name or service not known");
    client_sweep(&client);
}

static void a_silent_resolver_holds_nothing_up(void **state)
{
    struct client client = { .ends = 0 };
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    names.wait_fd = fds[0];
    dial_name(&client, NULL);
    loop_step(client.loop, 5);
    assert_int_equal(client.ends, 0);
    ws_close(client.ws);
    client_run(&client);
    assert_int_equal(client.end.end_class, NET_END_CLOSED_BY_US);
    client_sweep(&client); // the loop is over; the thread still asks

    names.wait_fd = -1;
    close(fds[1]);
}

// It is up when the loop says so, and down when the library looks.
static void a_reset_between_event_and_question_leaves_nothing(void **state)
{
    struct server_options options = { .steps = echoing };
    struct server server = server_start(&options);
    struct client client = { .ends = 0 };

    (void)state;
    reset_when_asked = true;
    client_play(&client, &server, NULL);
    reset_when_asked = false;

    assert_int_equal(client.end.end_class, NET_END_LOST);
    assert_non_null(strstr(client.end.text, "cannot connect"));
    client_sweep(&client); // asserts that the loop is empty
    server_stop(&server, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_refused_address_comes_the_next),
        cmocka_unit_test(after_an_unreachable_address_comes_the_next),
        cmocka_unit_test(beside_a_silent_address_the_next_is_tried),
        cmocka_unit_test(when_no_address_works_the_last_reason_is_told),
        cmocka_unit_test(more_addresses_than_fit_are_left_out),
        cmocka_unit_test(what_the_resolver_says_is_told),
        cmocka_unit_test(a_silent_resolver_holds_nothing_up),
        cmocka_unit_test(a_reset_between_event_and_question_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
