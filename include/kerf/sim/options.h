/* The command line of kerf-sim. Pure: nothing is opened here. */
#ifndef KERF_SIM_OPTIONS_H
#define KERF_SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/sim/manner.h"

enum engine_kind {
    ENGINE_FIXIT,
    ENGINE_SCRIPT,
    ENGINE_ECHO,
};

/* How events are put into writes of the socket. */
enum segments {
    SEGMENTS_AUTO,  // what is due together goes together
    SEGMENTS_EVENT, // each event by itself
    SEGMENTS_BURST, // all events of a response at once
};

/* What is wrong with the server's certificate. */
enum certificate {
    CERTIFICATE_GOOD,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_FUTURE,
    CERTIFICATE_WRONG_NAME,
    CERTIFICATE_SELF_SIGNED,
};

struct sim_options {
    const char *unix_path; // NULL: loopback
    uint16_t port;         // 0: any
    enum engine_kind engine;
    const char *scenario;     // path; NULL: none
    const char *record;       // path; NULL: none
    const char *record_bytes; // folder; NULL: none
    const char *replay;       // path: answers with these bytes; NULL: none
    uint64_t cut;             // of a replay: end after so many; 0: do not
    const char *model;        // id that /v1/models lists
    uint64_t tokens;          // echo: tokens an answer
    uint64_t tps;             // tokens a second; 0: as fast as it goes
    uint64_t ttft_ms;         // from in_progress to the first item
    uint64_t frame_tokens;
    uint64_t fragment_bytes; // size of a frame; 0: whole messages
    uint64_t seed;
    uint64_t max_age_s;
    uint64_t lanes;    // distinct named lanes a connection
    uint64_t sprinkle; // one event in so many is unknown; 0: none
    uint64_t manners;
    enum segments segments;
    struct fault_list faults;
    bool deflate;       // permessage-deflate is taken when offered
    bool deflate_fresh; // the same, and no message needs another
    bool no_steer;      // response.steer is not supported
    bool tls;
    enum certificate certificate;
    const char *tls_max;   // "1.0" to "1.3"; NULL: any
    const char *ca_out;    // path; NULL: none
    const char *client_ca; // path: clients need a certificate; NULL: none
    bool exit_with_stdin;
    bool help, version;
};

/*
 * Reads the arguments behind the program name (borrowed: the paths point
 * into them). False with ERROR_USAGE.
 */
bool sim_options_read(int count, const char *const *args,
                      struct sim_options *options,
                      struct error *err) KERF_CHECKED;

/* Appends the text of --help. */
void sim_options_help(struct buf *out);

#endif
