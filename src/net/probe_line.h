/* Private: one connection of a probe, plain or over TLS, with a deadline. */
#ifndef KERF_NET_PROBE_LINE_H
#define KERF_NET_PROBE_LINE_H

#include "kerf/net/probe.h"
#include "tls.h"

/* Zero-initialised with fd -1 it is closed. */
struct line {
    int fd;
    void *tls, *context;             // of OpenSSL
    void *outer_tls, *outer_context; // to an https:// proxy, below the other
    int64_t deadline_ms;             // loop_now_ms()
    char fault[160];                 // what is wrong with the certificate
};

/* Waits until the descriptor is ready for `events` of poll(); false at the
 * deadline. */
bool line_wait(struct line *line, short events);

/* Makes TLS of it, of one that is TLS already another within; `name` is what
 * the certificate must be for. Fills chain and text of the probe's step, also
 * if the certificate is refused. */
bool line_secure(struct line *line, const char *name,
                 const struct tls_files *files, struct probe *probe,
                 enum probe_step step);

bool line_write(struct line *line, struct str bytes);

/* Reads some bytes; 0 at the end, -1 if it broke or the deadline passed. */
int line_read(struct line *line, char *bytes, size_t size);

void line_close(struct line *line);

/* The answer that a WebSocket key must get (RFC 6455, 4.2.2). */
void line_accept_of(const char *key, char answer[32]);

#endif
