/* The options of the server: a table, and the two that are lists. */
#include "kerf/sim/options.h"

#include "args.h"

#define FIELD(name) offsetof(struct sim_options, name)

// Words in the order of their enums; NULL behind the last.
static const char *const engine_names[] = { "fixit", "script", "echo", NULL };
static const char *const segment_names[] = { "auto", "event", "burst", NULL };
static const char *const certificate_names[] = { "good",        "expired",
                                                 "future",      "wrong-name",
                                                 "self-signed", NULL };

static bool add_fault(struct str value, void *options, struct error *err)
{
    return fault_add(&((struct sim_options *)options)->faults, value, err);
}

static bool add_manners(struct str value, void *options, struct error *err)
{
    struct wishes wishes = { 0 };

    if (!wishes_read(value, &wishes, err))
        return false;
    if (wishes.faults.count > 0)
        return error_set(err, ERROR_USAGE, "--manner: \"%.*s\" is a fault",
                         STR_ARG(value));
    ((struct sim_options *)options)->manners |= wishes.manners;
    return true;
}

static const struct arg_row option_rows[] = {
    { "--unix", "PATH", TAKE_TEXT, FIELD(unix_path), 0, 0,
      "listen on a unix socket (mode 0600)", NULL, NULL },
    { "--port", "N", TAKE_PORT, FIELD(port), 0, 65535,
      "listen on 127.0.0.1, port N; 0, the default: any", NULL, NULL },
    { "--engine", "NAME", TAKE_WORD, FIELD(engine), 0, 0,
      "fixit (default), script or echo", engine_names, NULL },
    { "--scenario", "FILE", TAKE_TEXT, FIELD(scenario), 0, 0,
      "what the script engine plays", NULL, NULL },
    { "--model", "ID", TAKE_TEXT, FIELD(model), 0, 0,
      "the model id that is listed (default kerf-sim)", NULL, NULL },
    { "--tokens", "N", TAKE_NUMBER, FIELD(tokens), 5, 10000000,
      "echo: tokens of an answer (default 400)", NULL, NULL },
    { "--tps", "N", TAKE_NUMBER, FIELD(tps), 0, 1000000,
      "tokens a second; 0, the default: as fast as it goes", NULL, NULL },
    { "--ttft-ms", "N", TAKE_NUMBER, FIELD(ttft_ms), 0, 600000,
      "wait before the first token (default 0)", NULL, NULL },
    { "--frame-tokens", "N", TAKE_NUMBER, FIELD(frame_tokens), 1, 1000000,
      "tokens of one delta event (default 1)", NULL, NULL },
    { "--fragment", "N", TAKE_NUMBER, FIELD(fragment_bytes), 0, 16777216,
      "cut messages into frames of N bytes; 0: whole", NULL, NULL },
    { "--seed", "N", TAKE_NUMBER, FIELD(seed), 0, UINT64_MAX,
      "seed of texts, padding and ids (default 1)", NULL, NULL },
    { "--max-age", "S", TAKE_NUMBER, FIELD(max_age_s), 1, 86400,
      "age limit of a connection in seconds (default 3600)", NULL, NULL },
    { "--lanes", "N", TAKE_NUMBER, FIELD(lanes), 0, 1024,
      "named lanes of a connection (default 32)", NULL, NULL },
    { "--sprinkle", "N", TAKE_NUMBER, FIELD(sprinkle), 0, 1000000,
      "one event in N is unknown (default 61); 0: none", NULL, NULL },
    { "--segments", "HOW", TAKE_WORD, FIELD(segments), 0, 0,
      "auto (default), event: one a write, burst: all at once", segment_names,
      NULL },
    { "--manner", "NAME,...", TAKE_CALL, 0, 0, 0,
      "see below; may be given again", NULL, add_manners },
    { "--deflate", NULL, TAKE_FLAG, FIELD(deflate), 0, 0,
      "take permessage-deflate when it is offered", NULL, NULL },
    { "--deflate-fresh", NULL, TAKE_FLAG, FIELD(deflate_fresh), 0, 0,
      "the same, without context takeover", NULL, NULL },
    { "--no-steer", NULL, TAKE_FLAG, FIELD(no_steer), 0, 0,
      "refuse response.steer", NULL, NULL },
    { "--tls", NULL, TAKE_FLAG, FIELD(tls), 0, 0,
      "speak TLS, with an authority made at start", NULL, NULL },
    { "--ca-out", "FILE", TAKE_TEXT, FIELD(ca_out), 0, 0,
      "write the authority's certificate there", NULL, NULL },
    { "--certificate", "HOW", TAKE_WORD, FIELD(certificate), 0, 0,
      "good, expired, future, wrong-name or self-signed", certificate_names,
      NULL },
    { "--tls-max", "V", TAKE_TEXT, FIELD(tls_max), 0, 0,
      "newest version of TLS: 1.0, 1.1, 1.2 or 1.3", NULL, NULL },
    { "--client-ca", "FILE", TAKE_TEXT, FIELD(client_ca), 0, 0,
      "clients need a certificate of this authority", NULL, NULL },
    { "--fault-seed", "N", TAKE_NUMBER, FIELD(faults.seed), 0, UINT64_MAX,
      "seed of the random schedule of faults", NULL, NULL },
    { "--fault-rate", "P", TAKE_NUMBER, FIELD(faults.rate), 0, 100,
      "faults by chance: percent of what is counted", NULL, NULL },
    { "--fault", "NAME[:N|:A-B|@N]", TAKE_CALL, 0, 0, 0,
      "a fault, see below; may be given again", NULL, add_fault },
    { "--record", "FILE", TAKE_TEXT, FIELD(record), 0, 0,
      "append a JSON line for each request", NULL, NULL },
    { "--record-bytes", "DIR", TAKE_TEXT, FIELD(record_bytes), 0, 0,
      "put the raw bytes of each answer into a file there", NULL, NULL },
    { "--replay", "FILE", TAKE_TEXT, FIELD(replay), 0, 0,
      "answer every request with these raw bytes", NULL, NULL },
    { "--cut", "N", TAKE_NUMBER, FIELD(cut), 0, UINT64_MAX,
      "of a replay: reset after N bytes; 0, the default: do not", NULL, NULL },
    { "--exit-with-stdin", NULL, TAKE_FLAG, FIELD(exit_with_stdin), 0, 0,
      "end when standard input ends", NULL, NULL },
    { "--help", NULL, TAKE_FLAG, FIELD(help), 0, 0, "print this", NULL, NULL },
    { "--version", NULL, TAKE_FLAG, FIELD(version), 0, 0, "print the version",
      NULL, NULL },
};

static const struct arg_table option_table = {
    option_rows, sizeof(option_rows) / sizeof(*option_rows)
};

bool sim_options_read(int count, const char *const *args,
                      struct sim_options *options, struct error *err)
{
    *options = (struct sim_options){
        .model = "kerf-sim",
        .tokens = 400,
        .frame_tokens = 1,
        .seed = 1,
        .max_age_s = 3600,
        .lanes = 32,
        .sprinkle = 61,
    };
    if (!args_read(&option_table, count, args, options, err))
        return false;
    if (options->unix_path && options->port)
        return error_set(err, ERROR_USAGE,
                         "--unix and --port exclude each "
                         "other");
    if (options->engine == ENGINE_SCRIPT && !options->scenario && !options->help
        && !options->version)
        return error_set(err, ERROR_USAGE, "--engine script needs --scenario");
    return true;
}

void sim_options_help(struct buf *out)
{
    buf_append(out, STR("usage: kerf-sim [OPTION]...\n"
                        "       kerf-sim proxy [OPTION]...\n"
                        "       kerf-sim relay --to ADDRESS [OPTION]...\n"
                        "A model server on this machine for kerf, its tests "
                        "and benchmarks.\n\n"));
    args_help(&option_table, out);
    buf_append(out, STR("\nThe bearer token is taken from KERF_SIM_TOKEN; "
                        "without it one is made and printed.\n\nFaults:\n"));
    fault_help(out);
    buf_append(out, STR("\nManners:\n"));
    manner_help(out);
}
