/* The command lines of relay and proxy; they share the rules of tunnels. */
#include "args.h"
#include "kerf/sim/relay.h"

#define LIMIT_MS 600000
#define LIMIT_S 86400

#define RULES(type)                                                   \
    { "--delay-ms",                                                   \
      "D",                                                            \
      TAKE_NUMBER,                                                    \
      offsetof(struct type, rules.delay_ms),                          \
      0,                                                              \
      LIMIT_MS,                                                       \
      "a round trip takes D ms more: half each way",                  \
      NULL,                                                           \
      NULL },                                                         \
        { "--rate",                                                   \
          "N",                                                        \
          TAKE_NUMBER,                                                \
          offsetof(struct type, rules.rate),                          \
          0,                                                          \
          UINT32_MAX,                                                 \
          "bytes a second each way; 0: unlimited",                    \
          NULL,                                                       \
          NULL },                                                     \
        { "--slow-start",                                             \
          NULL,                                                       \
          TAKE_FLAG,                                                  \
          offsetof(struct type, rules.slow_start),                    \
          0,                                                          \
          0,                                                          \
          "ten segments in the first round trip, then doubling",      \
          NULL,                                                       \
          NULL },                                                     \
        { "--cut-after",                                              \
          "N",                                                        \
          TAKE_NUMBER,                                                \
          offsetof(struct type, rules.cut_after),                     \
          0,                                                          \
          UINT64_MAX,                                                 \
          "reset both sides after N bytes to the client",             \
          NULL,                                                       \
          NULL },                                                     \
        { "--freeze-after",                                           \
          "N",                                                        \
          TAKE_NUMBER,                                                \
          offsetof(struct type, rules.freeze_after),                  \
          0,                                                          \
          UINT64_MAX,                                                 \
          "pass nothing more after N bytes to the client",            \
          NULL,                                                       \
          NULL },                                                     \
        { "--idle-cut",                                               \
          "S",                                                        \
          TAKE_NUMBER,                                                \
          offsetof(struct type, rules.idle_s),                        \
          0,                                                          \
          LIMIT_S,                                                    \
          "end both sides after S seconds without a byte",            \
          NULL,                                                       \
          NULL },                                                     \
        { "--buffer",                                                 \
          NULL,                                                       \
          TAKE_FLAG,                                                  \
          offsetof(struct type, rules.buffers),                       \
          0,                                                          \
          0,                                                          \
          "hold what the server says until it pauses or ends",        \
          NULL,                                                       \
          NULL },                                                     \
        { "--unix",                                                   \
          "PATH",                                                     \
          TAKE_TEXT,                                                  \
          offsetof(struct type, unix_path),                           \
          0,                                                          \
          0,                                                          \
          "listen on a unix socket (mode 0600)",                      \
          NULL,                                                       \
          NULL },                                                     \
        { "--port",                                                   \
          "N",                                                        \
          TAKE_PORT,                                                  \
          offsetof(struct type, port),                                \
          0,                                                          \
          65535,                                                      \
          "listen on 127.0.0.1, port N; 0, the default: any",         \
          NULL,                                                       \
          NULL },                                                     \
        { "--exit-with-stdin",                                        \
          NULL,                                                       \
          TAKE_FLAG,                                                  \
          offsetof(struct type, exit_with_stdin),                     \
          0,                                                          \
          0,                                                          \
          "end when standard input ends",                             \
          NULL,                                                       \
          NULL },                                                     \
    {                                                                 \
        "--help", NULL, TAKE_FLAG, offsetof(struct type, help), 0, 0, \
            "print this", NULL, NULL                                  \
    }

static const char *const fault_names[] = { "none",   "403",   "407",  "502",
                                           "silent", "close", "body", NULL };

static const struct arg_row relay_rows[] = {
    { "--to", "ADDRESS", TAKE_TEXT, offsetof(struct relay_options, to), 0, 0,
      "HOST:PORT on this machine, or unix:PATH", NULL, NULL },
    RULES(relay_options),
};

static const struct arg_row proxy_rows[] = {
    { "--to", "ADDRESS", TAKE_TEXT, offsetof(struct proxy_options, to), 0, 0,
      "where every tunnel leads, whatever is asked for", NULL, NULL },
    { "--user", "NAME:PASSWORD", TAKE_TEXT,
      offsetof(struct proxy_options, user), 0, 0,
      "clients must send these (basic, or SOCKS5)", NULL, NULL },
    { "--fault", "NAME", TAKE_WORD, offsetof(struct proxy_options, fault), 0, 0,
      "403, 407, 502, silent, close or body", fault_names, NULL },
    { "--record", "FILE", TAKE_TEXT, offsetof(struct proxy_options, record), 0,
      0, "append a JSON line for each request", NULL, NULL },
    RULES(proxy_options),
};

static const struct arg_table relay_table = {
    relay_rows, sizeof(relay_rows) / sizeof(*relay_rows)
};
static const struct arg_table proxy_table = {
    proxy_rows, sizeof(proxy_rows) / sizeof(*proxy_rows)
};

bool relay_options_read(int count, const char *const *args,
                        struct relay_options *options, struct error *err)
{
    *options = (struct relay_options){ 0 };
    if (!args_read(&relay_table, count, args, options, err))
        return false;
    return options->to || options->help
           || error_set(err, ERROR_USAGE, "relay needs --to");
}

bool proxy_options_read(int count, const char *const *args,
                        struct proxy_options *options, struct error *err)
{
    *options = (struct proxy_options){ 0 };
    return args_read(&proxy_table, count, args, options, err);
}

void relay_help(struct buf *out)
{
    buf_append(out, STR("usage: kerf-sim relay --to ADDRESS [OPTION]...\n"
                        "Passes bytes on, late and slowly.\n\n"));
    args_help(&relay_table, out);
}

void proxy_help(struct buf *out)
{
    buf_append(out, STR("usage: kerf-sim proxy [OPTION]...\n"
                        "A proxy of this machine: HTTP CONNECT and SOCKS5 on "
                        "one port.\n\n"));
    args_help(&proxy_table, out);
}
