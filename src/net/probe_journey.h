/* Private: a probe under way, and what its files call of each other. */
#ifndef KERF_NET_PROBE_JOURNEY_H
#define KERF_NET_PROBE_JOURNEY_H

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/net/probe.h"
#include "kerf/net/url.h"
#include "lookup.h"
#include "probe_line.h"
#include "proxy.h"

struct journey {
    struct loop *loop;
    const struct probe_options *options;
    struct probe *probe;
    struct arena arena;
    struct url url;
    struct proxy proxy;
    bool proxied;
    struct answer answer;
    bool answered;
    struct line line;
    struct buf head; // what came behind a head belongs to the next step
};

/* Looks a name up into `answer`. False with the reason in `text`, as with all
 * that follow. */
bool probe_look_up(struct journey *journey, struct str host, char *text,
                   size_t size);

/* Sends what `out` holds, which is wiped: it may hold a key. */
bool probe_send_wiped(struct journey *journey, struct buf *out);

/* Reads a head into `head`; returns its length, 0 if none came. */
size_t probe_read_head(struct journey *journey, char *text, size_t size);

/* "HTTP/1.1 101 ..." gives 101; 0 if it is no such line. */
int probe_status_of(struct str head);

/* Writes the first line of a head, made safe. */
void probe_show_head(struct str head, char *text, size_t size);

/* "host:port" of the server, as HTTP writes it. */
struct str probe_authority(struct journey *journey);

/* The step PROBE_PROXY: asks the proxy for a way to the server. */
bool probe_pass_proxy(struct journey *journey, char *text, size_t size);

#endif
