/*
 * One table says what each option is called, what it takes and where its
 * value goes; the reader and the help are made from it.
 */
#include "kerf/sim/options.h"

#include <stddef.h>
#include <stdio.h>

enum take {
    TAKE_FLAG,
    TAKE_TEXT,
    TAKE_NUMBER,
    TAKE_PORT,
    TAKE_ENGINE,
    TAKE_FAULT,
    TAKE_MANNERS,
    TAKE_SEGMENTS,
    TAKE_CERTIFICATE,
};

struct option_row {
    const char *name;
    const char *value; // as --help shows it; NULL for a flag
    enum take take;
    size_t offset;
    uint64_t low, high;
    const char *help;
};

#define FIELD(name) offsetof(struct sim_options, name)

static const struct option_row option_table[] = {
    { "--unix", "PATH", TAKE_TEXT, FIELD(unix_path), 0, 0,
      "listen on a unix socket (mode 0600)" },
    { "--port", "N", TAKE_PORT, FIELD(port), 0, 65535,
      "listen on 127.0.0.1, port N; 0, the default: any" },
    { "--engine", "NAME", TAKE_ENGINE, FIELD(engine), 0, 0,
      "fixit (default), script or echo" },
    { "--scenario", "FILE", TAKE_TEXT, FIELD(scenario), 0, 0,
      "what the script engine plays" },
    { "--model", "ID", TAKE_TEXT, FIELD(model), 0, 0,
      "the model id that is listed (default kerf-sim)" },
    { "--tokens", "N", TAKE_NUMBER, FIELD(tokens), 5, 10000000,
      "echo: tokens of an answer (default 400)" },
    { "--tps", "N", TAKE_NUMBER, FIELD(tps), 0, 1000000,
      "tokens a second; 0, the default: as fast as it goes" },
    { "--ttft-ms", "N", TAKE_NUMBER, FIELD(ttft_ms), 0, 600000,
      "wait before the first token (default 0)" },
    { "--frame-tokens", "N", TAKE_NUMBER, FIELD(frame_tokens), 1, 1000000,
      "tokens of one delta event (default 1)" },
    { "--fragment", "N", TAKE_NUMBER, FIELD(fragment_bytes), 0, 16777216,
      "cut messages into frames of N bytes; 0: whole" },
    { "--seed", "N", TAKE_NUMBER, FIELD(seed), 0, UINT64_MAX,
      "seed of texts, padding and ids (default 1)" },
    { "--max-age", "S", TAKE_NUMBER, FIELD(max_age_s), 1, 86400,
      "age limit of a connection in seconds (default 3600)" },
    { "--lanes", "N", TAKE_NUMBER, FIELD(lanes), 0, 1024,
      "named lanes of a connection (default 32)" },
    { "--sprinkle", "N", TAKE_NUMBER, FIELD(sprinkle), 0, 1000000,
      "one event in N is unknown (default 61); 0: none" },
    { "--segments", "HOW", TAKE_SEGMENTS, FIELD(segments), 0, 0,
      "auto (default), event: one a write, burst: all at once" },
    { "--manner", "NAME,...", TAKE_MANNERS, FIELD(manners), 0, 0,
      "see below; may be given again" },
    { "--deflate", NULL, TAKE_FLAG, FIELD(deflate), 0, 0,
      "take permessage-deflate when it is offered" },
    { "--no-steer", NULL, TAKE_FLAG, FIELD(no_steer), 0, 0,
      "refuse response.steer" },
    { "--tls", NULL, TAKE_FLAG, FIELD(tls), 0, 0,
      "speak TLS, with an authority made at start" },
    { "--ca-out", "FILE", TAKE_TEXT, FIELD(ca_out), 0, 0,
      "write the authority's certificate there" },
    { "--certificate", "HOW", TAKE_CERTIFICATE, FIELD(certificate), 0, 0,
      "good, expired, future, wrong-name or self-signed" },
    { "--tls-max", "V", TAKE_TEXT, FIELD(tls_max), 0, 0,
      "newest version of TLS: 1.0, 1.1, 1.2 or 1.3" },
    { "--client-ca", "FILE", TAKE_TEXT, FIELD(client_ca), 0, 0,
      "clients need a certificate of this authority" },
    { "--fault-seed", "N", TAKE_NUMBER, FIELD(faults.seed), 0, UINT64_MAX,
      "seed of the random schedule of faults" },
    { "--fault-rate", "P", TAKE_NUMBER, FIELD(faults.rate), 0, 100,
      "faults by chance: percent of what is counted" },
    { "--fault", "NAME[:N|:A-B|@N]", TAKE_FAULT, 0, 0, 0,
      "a fault, see below; may be given again" },
    { "--record", "FILE", TAKE_TEXT, FIELD(record), 0, 0,
      "append a JSON line for each request" },
    { "--exit-with-stdin", NULL, TAKE_FLAG, FIELD(exit_with_stdin), 0, 0,
      "end when standard input ends" },
    { "--help", NULL, TAKE_FLAG, FIELD(help), 0, 0, "print this" },
    { "--version", NULL, TAKE_FLAG, FIELD(version), 0, 0, "print the version" },
};

#define OPTION_COUNT (sizeof(option_table) / sizeof(*option_table))

// Words in the order of their enums; NULL behind the last.
static const char *const engine_names[] = { "fixit", "script", "echo", NULL };
static const char *const segment_names[] = { "auto", "event", "burst", NULL };
static const char *const certificate_names[] = { "good",        "expired",
                                                 "future",      "wrong-name",
                                                 "self-signed", NULL };

static bool read_word(const struct option_row *row, const char *value,
                      const char *const *names, int *number, struct error *err)
{
    for (int i = 0; names[i]; i++) {
        if (!str_is(str_from(value), names[i]))
            continue;
        *number = i;
        return true;
    }
    struct buf list = { 0 };
    for (int i = 0; names[i]; i++)
        buf_printf(&list, "%s%s",
                   i == 0         ? ""
                   : names[i + 1] ? ", "
                                  : " or ",
                   names[i]);
    error_set(err, ERROR_USAGE, "%s: \"%s\" is not %s", row->name, value,
              buf_cstr(&list));
    buf_release(&list);
    return false;
}

static bool read_number(const struct option_row *row, const char *value,
                        uint64_t *number, struct error *err)
{
    if (str_to_u64(str_from(value), number) && *number >= row->low
        && *number <= row->high)
        return true;
    return error_set(err, ERROR_USAGE,
                     "%s: \"%s\" is not a number from %llu to %llu", row->name,
                     value, (unsigned long long)row->low,
                     (unsigned long long)row->high);
}

static bool add_fault(struct str value, struct fault_list *list,
                      struct error *err)
{
    if (list->count == LIMIT_FAULTS)
        return error_set(err, ERROR_USAGE, "more than %d faults", LIMIT_FAULTS);
    return fault_read(value, &list->at[list->count], err) && ++list->count > 0;
}

static bool store(const struct option_row *row, const char *value,
                  struct sim_options *options, struct error *err)
{
    char *place = (char *)options + row->offset;
    struct wishes wishes = { 0 };
    uint64_t number;
    int word = 0;
    bool good;

    switch (row->take) {
    case TAKE_FLAG: *(bool *)place = true; return true;
    case TAKE_TEXT: *(const char **)place = value; return true;
    case TAKE_NUMBER: return read_number(row, value, (uint64_t *)place, err);
    case TAKE_PORT:
        if (!read_number(row, value, &number, err))
            return false;
        options->port = (uint16_t)number;
        return true;
    case TAKE_ENGINE:
        good = read_word(row, value, engine_names, &word, err);
        options->engine = (enum engine_kind)word;
        return good;
    case TAKE_SEGMENTS:
        good = read_word(row, value, segment_names, &word, err);
        options->segments = (enum segments)word;
        return good;
    case TAKE_CERTIFICATE:
        good = read_word(row, value, certificate_names, &word, err);
        options->certificate = (enum certificate)word;
        return good;
    case TAKE_MANNERS:
        good = wishes_read(str_from(value), &wishes, err);
        if (good && wishes.faults.count > 0)
            return error_set(err, ERROR_USAGE, "--manner: a fault");
        options->manners |= wishes.manners;
        return good;
    case TAKE_FAULT: return add_fault(str_from(value), &options->faults, err);
    }
    return false;
}

static const struct option_row *row_for(struct str name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (str_is(name, option_table[i].name))
            return &option_table[i];
    return NULL;
}

// Reads the option at args[*at] and its value; moves *at behind them.
static bool read_one(int count, const char *const *args, int *at,
                     struct sim_options *options, struct error *err)
{
    struct str text = str_from(args[(*at)++]);
    size_t equals = str_find_char(text, '=');
    const struct option_row *row = row_for(str_take(text, equals));
    const char *value = NULL;

    if (!row)
        return error_set(err, ERROR_USAGE, "unknown option \"%.*s\"",
                         STR_ARG(text));
    if (equals != SIZE_MAX)
        value = text.at + equals + 1;
    if (!row->value && value)
        return error_set(err, ERROR_USAGE, "%s takes no value", row->name);
    if (row->value && !value && *at < count)
        value = args[(*at)++];
    if (row->value && (!value || !*value))
        return error_set(err, ERROR_USAGE, "%s needs a value", row->name);
    return store(row, value, options, err);
}

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
    for (int at = 0; at < count;)
        if (!read_one(count, args, &at, options, err))
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
                        "A model server on this machine for kerf, its tests "
                        "and benchmarks.\n\n"));
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_table[i];
        char name[40];
        snprintf(name, sizeof(name), "%s %s", row->name,
                 row->value ? row->value : "");
        buf_printf(out, "  %-28s %s\n", name, row->help);
    }
    buf_append(out, STR("\nThe bearer token is taken from KERF_SIM_TOKEN; "
                        "without it one is made and printed.\n\nFaults:\n"));
    fault_help(out);
    buf_append(out, STR("\nManners:\n"));
    manner_help(out);
}
