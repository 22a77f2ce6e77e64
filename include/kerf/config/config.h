/*
 * Settings: git-config-like INI text in, values out. Pure: who reads the files,
 * and in which order, is the caller. Every option stands once in the table;
 * the manual kerf-config(5) is checked against it.
 */
#ifndef KERF_CONFIG_CONFIG_H
#define KERF_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/config/price.h"

#define LIMIT_CONFIG_BYTES ((size_t)1 << 20)
#define LIMIT_BACKENDS 64

enum backend_class {
    CLASS_WAFER,
    CLASS_GPU,
    CLASS_LOCAL,
};

/* A `[backend "NAME"]` section; empty texts and 0 mean "not set". */
struct backend {
    struct str name;
    struct str protocol;  // responses | chat
    struct str transport; // auto | ws | http
    struct str url;       // HTTP base URL such as https://host/v1, or
                          // unix:PATH for a local server
    struct str model, tier, effort, verbosity;
    struct str key_env, key_command;
    enum backend_class backend_class;
    int64_t context;         // window in tokens
    int64_t max_output;      // tokens of one answer; Chat Completions
    struct str output_field; // max_completion_tokens | max_tokens
    struct price price;
    struct str region, ca_file, client_cert, client_key, proxy, beta;
    int64_t ttft_target_ms, speed_target;
    int64_t tokens_per_minute;
    int64_t rotate_s;  // age at which a WebSocket is replaced
    int64_t silence_s; // after which an answer is given up; 0: the default
    bool lanes, steer, deflate;
};

/* The [route] section: how a backend is chosen. */
struct route_config {
    int64_t ttft_deadline_ms;
    int64_t probe_s, probe_most_s;
    int64_t sticky_percent;
    struct str canary;
    int64_t canary_percent;
    double budget_usd, day_budget_usd; // 0: no limit
};

struct config {
    struct backend *backends;
    size_t backend_count;
    struct str backend;      // [kerf] backend: the preferred one
    struct str theme;        // [ui] theme
    struct str editor;       // [ui] editor; empty: $VISUAL, $EDITOR
    struct str keys;         // [ui] keys: the preset
    struct str edit_mode;    // [ui] editMode: emacs | vi
    bool mouse;              // [ui] mouse
    struct str links;        // [ui] links: auto | on | off
    struct str line_mode;    // [ui] inline: auto, true or false
    int64_t shell_timeout_s; // [tools] shellTimeout
    int64_t output_bytes;    // [tools] outputLimit: kept of a command
    struct str verify;       // [verify] command
    struct route_config route;
};

/* What a value must look like. */
enum option_kind {
    OPTION_TEXT,
    OPTION_CHOICE,  // one of the words in `values`
    OPTION_CLASS,   // the same, kept as enum backend_class
    OPTION_BOOL,    // true on yes 1, false off no 0
    OPTION_COUNT,   // a number
    OPTION_TOKENS,  // 128k is 128,000
    OPTION_BYTES,   // 64k is 65,536
    OPTION_MS,      // 200, 200ms, 2s
    OPTION_SECONDS, // 120, 120s, 2m, 1h
    OPTION_PRICE,   // three numbers
    OPTION_USD,     // 2.50
    OPTION_URL,
    OPTION_ENV, // the name of an environment variable
};

/* One entry of the option table, for manual, help and messages. */
struct option_info {
    const char *section; // "kerf", "backend", "ui" ...
    const char *name;    // "keyEnv"
    const char *values;  // "NAME", "wafer | gpu | local", "true | false" ...
    const char *help;
    const char *fallback;  // default as text
    enum option_kind kind; // how the value is read
    bool guarded;          // of endpoints, keys and commands: not from a clone
    int64_t low, high;     // numbers: the range
    size_t offset;         // in struct config, or in struct backend
};
const struct option_info *config_options(size_t *count);

/* Returns the defaults. */
struct config config_defaults(void);

/*
 * Reads one file's text over `config`: later values win, an empty value goes
 * back to the default. `name` is the file's name for messages. `trusted` false
 * (a file that may have come with a clone) refuses endpoints, keys and
 * commands with ERROR_POLICY. ERROR_USAGE: `FILE:12: [backend "x"] context:
 * "12q" is no number of tokens; try 128k`. A value that may be a key is never
 * repeated in a message. On an error `config` holds what came before it.
 */
bool config_read(struct arena *arena, struct config *config, struct str text,
                 struct str name, bool trusted, struct error *err) KERF_CHECKED;

/* Sets one value as `-c section.name=value` or `backend.NAME.key=value`. */
bool config_set(struct arena *arena, struct config *config, struct str setting,
                struct error *err) KERF_CHECKED;

/* Checks what only the whole shows (a preferred backend that is not there, a
 * backend without url or model). ERROR_USAGE. */
bool config_check(const struct config *config, struct error *err) KERF_CHECKED;

/* Finds a backend by name; NULL if there is none. */
const struct backend *config_backend(const struct config *config,
                                     struct str name);

/* The backend to use: the preferred one, else the first; NULL if none. */
const struct backend *config_choose(const struct config *config);

#endif
