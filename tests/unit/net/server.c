/* Forks; the child accepts one client after another and plays the script. */
#include "server.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define LONGEST_S 60 // then the child gives up, whatever the test does

struct talk {
    int fd;
    SSL *ssl; // or NULL
    int heard_fd;
};

static ssize_t talk_read(struct talk *talk, char *bytes, size_t size)
{
    ssize_t got = talk->ssl ? SSL_read(talk->ssl, bytes, (int)size)
                            : recv(talk->fd, bytes, size, 0);

    if (got > 0 && write(talk->heard_fd, bytes, (size_t)got) != got)
        _exit(1);
    return got;
}

static void talk_write(struct talk *talk, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = talk->ssl ? SSL_write(talk->ssl, bytes, (int)len)
                                 : send(talk->fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the client had enough
        bytes += sent;
        len -= (size_t)sent;
    }
}

static void hear_out(struct talk *talk)
{
    char bytes[4096];

    while (talk_read(talk, bytes, sizeof(bytes)) > 0)
        continue;
}

static void read_head(struct talk *talk, char *head, size_t size)
{
    size_t len = 0;

    while (len < size - 1 && talk_read(talk, head + len, 1) == 1) {
        head[++len] = '\0';
        if (len >= 4 && strcmp(head + len - 4, "\r\n\r\n") == 0)
            return;
    }
}

static void upgrade(struct talk *talk)
{
    char head[16384], seed[128], answer[256];
    unsigned char sum[SHA_DIGEST_LENGTH], accept[64];

    head[0] = '\0';
    read_head(talk, head, sizeof(head));
    const char *key = strstr(head, "Sec-WebSocket-Key: ");
    if (!key)
        _exit(1);
    snprintf(seed, sizeof(seed), "%.24s" GUID, key + 19);
    SHA1((unsigned char *)seed, strlen(seed), sum);
    EVP_EncodeBlock(accept, sum, sizeof(sum));
    snprintf(answer, sizeof(answer),
             UPGRADED "Sec-WebSocket-Accept: %s\r\n\r\n", (char *)accept);
    talk_write(talk, answer, strlen(answer));
}

static void fill(struct talk *talk, size_t count)
{
    char bytes[65536];

    memset(bytes, 'x', sizeof(bytes));
    for (; count > sizeof(bytes); count -= sizeof(bytes))
        talk_write(talk, bytes, sizeof(bytes));
    talk_write(talk, bytes, count);
}

// --- echo --------------------------------------------------------------------

static void read_exactly(struct talk *talk, char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t got = talk_read(talk, bytes, len);
        if (got <= 0)
            _exit(0);
        bytes += got;
        len -= (size_t)got;
    }
}

static size_t read_number(struct talk *talk, size_t bytes)
{
    unsigned char raw[8];
    size_t number = 0;

    read_exactly(talk, (char *)raw, bytes);
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | raw[i];
    return number;
}

static void send_text(struct talk *talk, const struct buf *text)
{
    unsigned char head[10] = { 0x81, 127 };

    for (int i = 0; i < 8; i++)
        head[2 + i] = (unsigned char)(text->len >> (56 - 8 * i));
    talk_write(talk, (char *)head, sizeof(head));
    talk_write(talk, text->at, text->len);
}

static void send_pong(struct talk *talk, const char *payload, size_t len)
{
    char head[2] = { (char)0x8a, (char)len };

    talk_write(talk, head, sizeof(head));
    talk_write(talk, payload, len);
}

static void echo(struct talk *talk)
{
    struct buf text = { .at = NULL };

    for (;;) {
        size_t first = read_number(talk, 1), len = read_number(talk, 1) & 127;
        if (len > 125)
            len = read_number(talk, len == 126 ? 2 : 8);
        char mask[4];
        read_exactly(talk, mask, sizeof(mask));
        buf_reserve(&text, len);
        char *at = text.at + text.len;
        read_exactly(talk, at, len);
        for (size_t i = 0; i < len; i++)
            at[i] ^= mask[i & 3];
        if ((first & 15) == 9) {
            send_pong(talk, at, len);
            continue;
        }
        if ((first & 15) > 2)
            return; // another control frame: the end
        text.len += len;
        if (first & 128) {
            send_text(talk, &text);
            text.len = 0;
        }
    }
}

static void hear(struct talk *talk, size_t count)
{
    char bytes[4096];

    for (; count > sizeof(bytes); count -= sizeof(bytes))
        read_exactly(talk, bytes, sizeof(bytes));
    read_exactly(talk, bytes, count);
}

// --- the child ---------------------------------------------------------------

static void reset(struct talk *talk)
{
    struct linger now = { 1, 0 };

    setsockopt(talk->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

// Certificate and key are those of the outer one.
static int go_within(struct talk *talk)
{
    SSL *inner = SSL_new(SSL_get_SSL_CTX(talk->ssl));
    BIO *bio = BIO_new(BIO_f_ssl());

    BIO_set_ssl(bio, talk->ssl, BIO_CLOSE);
    SSL_set_bio(inner, bio, bio);
    talk->ssl = inner;
    return SSL_accept(inner) == 1;
}

// Returns false if the talk is over.
static int play_step(struct talk *talk, const struct step *step)
{
    char head[16384];

    switch (step->act) {
    case ACT_NONE: hear_out(talk); return 0;
    case ACT_HEAD: read_head(talk, head, sizeof(head)); break;
    case ACT_HEAR: hear(talk, step->count); break;
    case ACT_UPGRADE: upgrade(talk); break;
    case ACT_TELL: talk_write(talk, step->bytes, step->len); break;
    case ACT_TRICKLE:
        for (size_t i = 0; i < step->len; i++)
            talk_write(talk, step->bytes + i, 1);
        break;
    case ACT_FILL: fill(talk, step->count); break;
    case ACT_REPEAT:
        for (size_t i = 0; i < step->count; i++)
            talk_write(talk, step->bytes, step->len);
        break;
    case ACT_ECHO: echo(talk); break;
    case ACT_CLOSE: return 0;
    case ACT_RESET: reset(talk); return 0;
    case ACT_INNER: return go_within(talk);
    case ACT_DEAF: pause(); return 0;
    }
    return 1;
}

// With bytes unread close() would be a reset, which overtakes the alert.
static void hear_out_after_refusal(int fd)
{
    char bytes[4096];

    shutdown(fd, SHUT_WR);
    while (recv(fd, bytes, sizeof(bytes), 0) > 0)
        continue;
}

static void serve(int fd, int heard_fd, const struct server_options *options)
{
    struct talk talk = { fd, NULL, heard_fd };
    const struct step *step = options->steps;
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (options->tls) {
        talk.ssl = SSL_new(options->tls);
        SSL_set_fd(talk.ssl, fd);
        if (SSL_accept(talk.ssl) != 1) {
            hear_out_after_refusal(fd);
            close(fd);
            return;
        }
    }
    while (play_step(&talk, step))
        step++;
    if (talk.ssl)
        SSL_shutdown(talk.ssl);
    close(fd);
}

static _Noreturn void run(int listener, int heard_fd,
                          const struct server_options *options)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    alarm(LONGEST_S);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            _exit(1);
        serve(fd, heard_fd, options);
    }
}

// --- the test's side ---------------------------------------------------------

static int listen_on_port(int *port)
{
    struct sockaddr_in any = { .sin_family = AF_INET };
    socklen_t size = sizeof(any);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int bad = bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 16)
              || getsockname(fd, (struct sockaddr *)&any, &size);
    assert(!bad);
    (void)bad;
    *port = ntohs(any.sin_port);
    return fd;
}

static int listen_on_path(const char *path)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
    int bad = bind(fd, (struct sockaddr *)&name, sizeof(name))
              || listen(fd, 16);
    assert(!bad);
    (void)bad;
    return fd;
}

struct server server_start(const struct server_options *options)
{
    struct server server = { .port = 0 };
    int listener = options->unix_path ? listen_on_path(options->unix_path)
                                      : listen_on_port(&server.port);

    server.heard_fd = memfd_create("heard", MFD_CLOEXEC); // read at the end
    assert(server.heard_fd >= 0);
    server.pid = fork();
    assert(server.pid >= 0);
    if (server.pid == 0)
        run(listener, server.heard_fd, options);
    close(listener);
    return server;
}

void server_stop(struct server *server, struct buf *heard)
{
    char bytes[4096];
    ssize_t got;

    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    lseek(server->heard_fd, 0, SEEK_SET);
    while (heard && (got = read(server->heard_fd, bytes, sizeof(bytes))) > 0)
        buf_append(heard, (struct str){ bytes, (size_t)got });
    close(server->heard_fd);
}
