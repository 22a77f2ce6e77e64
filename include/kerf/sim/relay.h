/*
 * `kerf-sim relay` and `kerf-sim proxy`: what stands between a client and a
 * server. Both listen and connect on this machine only.
 */
#ifndef KERF_SIM_RELAY_H
#define KERF_SIM_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/buf.h"

/* What is done to the bytes of a tunnel. 0 means: not at all. */
struct tunnel_rules {
    uint64_t delay_ms;     // of a round trip: half of it each way
    uint64_t rate;         // bytes a second, each way
    bool slow_start;       // a new connection begins with a small window
    uint64_t cut_after;    // bytes to the client, then both sides are reset
    uint64_t freeze_after; // bytes to the client, then nothing passes
    uint64_t idle_s;       // seconds without a byte, then both sides end
    bool buffers;          // what the server says is held until it pauses
};

struct relay_options {
    const char *unix_path; // listens there; NULL: on 127.0.0.1
    uint16_t port;         // 0: any
    const char *to;        // HOST:PORT or unix:PATH
    struct tunnel_rules rules;
    bool exit_with_stdin, help;
};

/* What a proxy does instead of its work. */
enum proxy_fault {
    PROXY_WORKS,
    PROXY_403,
    PROXY_407, // whatever the client sends
    PROXY_502,
    PROXY_SILENT, // takes the request and never answers
    PROXY_CLOSE,  // takes the request and closes
    PROXY_BODY,   // 200 with a body, which belongs to no tunnel
};

struct proxy_options {
    const char *unix_path;
    uint16_t port;
    const char *to;   // where every tunnel leads; NULL: where it wants to
    const char *user; // NAME:PASSWORD that clients must send; NULL: none
    const char *record;
    unsigned fault; // enum proxy_fault
    struct tunnel_rules rules;
    bool exit_with_stdin, help;
};

/* Read the arguments behind the first word. False with ERROR_USAGE. */
bool relay_options_read(int count, const char *const *args,
                        struct relay_options *options,
                        struct error *err) KERF_CHECKED;
bool proxy_options_read(int count, const char *const *args,
                        struct proxy_options *options,
                        struct error *err) KERF_CHECKED;

/* Append the text of --help. */
void relay_help(struct buf *out);
void proxy_help(struct buf *out);

/*
 * Listen, print the one line that says where, and serve until SIGTERM, SIGINT
 * or the end of standard input. False with an error if that cannot be.
 */
bool relay_run(const struct relay_options *options,
               struct error *err) KERF_CHECKED;
bool proxy_run(const struct proxy_options *options,
               struct error *err) KERF_CHECKED;

#endif
