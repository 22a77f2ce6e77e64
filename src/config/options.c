/*
 * The option table. What an option is called, which values it takes, where it
 * is kept and what it is for stands here once; reading, messages, manual and
 * `kerf config` go by it.
 */
#include "options.h"

#include <assert.h>

#include "suggest.h"

#define IN_CONFIG(member) .offset = offsetof(struct config, member)
#define IN_BACKEND(member) .offset = offsetof(struct backend, member)

static const struct option_info options[] = {
    { .section = "kerf",
      .name = "backend",
      .values = "NAME",
      .help = "the backend to prefer; else the first one",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_CONFIG(backend) },

    { .section = SECTION_BACKEND,
      .name = "protocol",
      .values = "responses | chat",
      .help = "the API that the server speaks",
      .fallback = "responses",
      .kind = OPTION_CHOICE,
      .guarded = true,
      IN_BACKEND(protocol) },
    { .section = SECTION_BACKEND,
      .name = "transport",
      .values = "auto | ws | http",
      .help = "WebSocket, or server-sent events; auto tries ws first",
      .fallback = "auto",
      .kind = OPTION_CHOICE,
      .guarded = true,
      IN_BACKEND(transport) },
    { .section = SECTION_BACKEND,
      .name = "url",
      .values = "https://HOST/v1 | unix:PATH",
      .help = "where the server is",
      .fallback = "",
      .kind = OPTION_URL,
      .guarded = true,
      IN_BACKEND(url) },
    { .section = SECTION_BACKEND,
      .name = "model",
      .values = "NAME",
      .help = "the model to ask for",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(model) },
    { .section = SECTION_BACKEND,
      .name = "tier",
      .values = "NAME",
      .help = "the service tier to ask for",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(tier) },
    { .section = SECTION_BACKEND,
      .name = "effort",
      .values = "NAME",
      .help = "how much the model reasons: low, medium, high ...",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(effort) },
    { .section = SECTION_BACKEND,
      .name = "verbosity",
      .values = "low | medium | high",
      .help = "how much the model says",
      .fallback = "",
      .kind = OPTION_CHOICE,
      .guarded = true,
      IN_BACKEND(verbosity) },
    { .section = SECTION_BACKEND,
      .name = "keyEnv",
      .values = "VARIABLE",
      .help = "the environment variable that holds the key",
      .fallback = "",
      .kind = OPTION_ENV,
      .guarded = true,
      IN_BACKEND(key_env) },
    { .section = SECTION_BACKEND,
      .name = "keyCommand",
      .values = "COMMAND",
      .help = "a command that prints the key",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(key_command) },
    { .section = SECTION_BACKEND,
      .name = "class",
      .values = "wafer | gpu | local",
      .help = "what kind of machine it is",
      .fallback = "gpu",
      .kind = OPTION_CLASS,
      .guarded = true,
      IN_BACKEND(backend_class) },
    { .section = SECTION_BACKEND,
      .name = "context",
      .values = "TOKENS",
      .help = "the context window",
      .fallback = "",
      .kind = OPTION_TOKENS,
      .guarded = true,
      .low = 1000,
      .high = 100000000,
      IN_BACKEND(context) },
    { .section = SECTION_BACKEND,
      .name = "price",
      .values = "INPUT CACHED OUTPUT",
      .help = "US dollars per million tokens",
      .fallback = "",
      .kind = OPTION_PRICE,
      .guarded = true,
      IN_BACKEND(price) },
    { .section = SECTION_BACKEND,
      .name = "region",
      .values = "NAME",
      .help = "where the data goes, for display and policy",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(region) },
    { .section = SECTION_BACKEND,
      .name = "caFile",
      .values = "PATH",
      .help = "certificates to trust beside the system's",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(ca_file) },
    { .section = SECTION_BACKEND,
      .name = "beta",
      .values = "NAME",
      .help = "the value of the OpenAI-Beta header",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_BACKEND(beta) },
    { .section = SECTION_BACKEND,
      .name = "ttftTarget",
      .values = "MILLISECONDS",
      .help = "the first token should come within this time",
      .fallback = "",
      .kind = OPTION_MS,
      .guarded = true,
      .low = 1,
      .high = 600000,
      IN_BACKEND(ttft_target_ms) },
    { .section = SECTION_BACKEND,
      .name = "speedTarget",
      .values = "NUMBER",
      .help = "tokens should come at this rate a second",
      .fallback = "",
      .kind = OPTION_COUNT,
      .guarded = true,
      .low = 1,
      .high = 1000000,
      IN_BACKEND(speed_target) },
    { .section = SECTION_BACKEND,
      .name = "tokensPerMinute",
      .values = "TOKENS",
      .help = "the account's limit, where the server does not tell it",
      .fallback = "",
      .kind = OPTION_TOKENS,
      .guarded = true,
      .low = 1,
      .high = 1000000000,
      IN_BACKEND(tokens_per_minute) },
    { .section = SECTION_BACKEND,
      .name = "lanes",
      .values = "true | false",
      .help = "whether requests may run side by side on one WebSocket",
      .fallback = "false",
      .kind = OPTION_BOOL,
      .guarded = true,
      IN_BACKEND(lanes) },
    { .section = SECTION_BACKEND,
      .name = "steer",
      .values = "true | false",
      .help = "whether words may be sent into a running response",
      .fallback = "false",
      .kind = OPTION_BOOL,
      .guarded = true,
      IN_BACKEND(steer) },

    { .section = "route",
      .name = "ttftDeadline",
      .values = "MILLISECONDS",
      .help = "longest wait for a first token, if nothing was measured",
      .fallback = "20s",
      .kind = OPTION_MS,
      .guarded = true,
      .low = 100,
      .high = 600000,
      IN_CONFIG(route.ttft_deadline_ms) },
    { .section = "route",
      .name = "probe",
      .values = "SECONDS",
      .help = "first wait before a failed backend is tried again",
      .fallback = "30",
      .kind = OPTION_SECONDS,
      .guarded = true,
      .low = 1,
      .high = 3600,
      IN_CONFIG(route.probe_s) },
    { .section = "route",
      .name = "probeMost",
      .values = "SECONDS",
      .help = "longest such wait; it doubles with each failure",
      .fallback = "10m",
      .kind = OPTION_SECONDS,
      .guarded = true,
      .low = 1,
      .high = 86400,
      IN_CONFIG(route.probe_most_s) },
    { .section = "route",
      .name = "sticky",
      .values = "PERCENT",
      .help = "time a switch must save, as the prompt cache is lost",
      .fallback = "30",
      .kind = OPTION_COUNT,
      .guarded = true,
      .low = 0,
      .high = 100,
      IN_CONFIG(route.sticky_percent) },
    { .section = "route",
      .name = "canary",
      .values = "NAME",
      .help = "the backend that gets a share of the conversations",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_CONFIG(route.canary) },
    { .section = "route",
      .name = "canaryShare",
      .values = "PERCENT",
      .help = "how many of a hundred conversations that is",
      .fallback = "0",
      .kind = OPTION_COUNT,
      .guarded = true,
      .low = 0,
      .high = 100,
      IN_CONFIG(route.canary_percent) },
    { .section = "route",
      .name = "budget",
      .values = "DOLLARS",
      .help = "what a session may cost",
      .fallback = "",
      .kind = OPTION_USD,
      .guarded = true,
      IN_CONFIG(route.budget_usd) },
    { .section = "route",
      .name = "dayBudget",
      .values = "DOLLARS",
      .help = "what a day may cost",
      .fallback = "",
      .kind = OPTION_USD,
      .guarded = true,
      IN_CONFIG(route.day_budget_usd) },

    { .section = "ui",
      .name = "theme",
      .values = "NAME",
      .help = "the colours; if empty, the terminal decides",
      .fallback = "",
      .kind = OPTION_TEXT,
      IN_CONFIG(theme) },
    { .section = "ui",
      .name = "editor",
      .values = "COMMAND",
      .help = "the editor; if empty, $VISUAL or $EDITOR",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_CONFIG(editor) },
    { .section = "ui",
      .name = "mouse",
      .values = "true | false",
      .help = "whether kerf takes the mouse from the terminal",
      .fallback = "false",
      .kind = OPTION_BOOL,
      IN_CONFIG(mouse) },

    { .section = "tools",
      .name = "shellTimeout",
      .values = "SECONDS",
      .help = "how long a command of the model may run",
      .fallback = "120",
      .kind = OPTION_SECONDS,
      .low = 1,
      .high = 86400,
      IN_CONFIG(shell_timeout_s) },
    { .section = "tools",
      .name = "outputLimit",
      .values = "BYTES",
      .help = "how much of a command's output is kept",
      .fallback = "64k",
      .kind = OPTION_BYTES,
      .low = 1024,
      .high = 16 << 20,
      IN_CONFIG(output_bytes) },

    { .section = "verify",
      .name = "command",
      .values = "COMMAND",
      .help = "proves a change: what is built and tested",
      .fallback = "",
      .kind = OPTION_TEXT,
      .guarded = true,
      IN_CONFIG(verify) },
};

#define OPTION_COUNT_ALL (sizeof(options) / sizeof(options[0]))

const struct option_info *config_options(size_t *count)
{
    *count = OPTION_COUNT_ALL;
    return options;
}

const struct option_info *option_find(const char *section, struct str name)
{
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++)
        if (str_is(str_from(section), options[i].section)
            && same_letters(name, str_from(options[i].name)))
            return &options[i];
    return NULL;
}

const char *option_section(struct str name)
{
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++)
        if (same_letters(name, str_from(options[i].section)))
            return options[i].section;
    return NULL;
}

bool section_is_backend(const char *section)
{
    return str_is(str_from(section), SECTION_BACKEND);
}

void option_defaults(const char *section, void *base)
{
    struct arena none = { 0 };
    struct error err = { 0 };

    for (size_t i = 0; i < OPTION_COUNT_ALL; i++) {
        if (!str_is(str_from(section), options[i].section))
            continue;
        bool stored = option_store(&none, &options[i], base,
                                   str_from(options[i].fallback), &err);
        assert(stored); // else the table is wrong
        (void)stored;
    }
}

struct config config_defaults(void)
{
    struct config config = { 0 };

    for (size_t i = 0; i < OPTION_COUNT_ALL; i++)
        if (!section_is_backend(options[i].section)
            && (i == 0
                || !str_is(str_from(options[i].section),
                           options[i - 1].section)))
            option_defaults(options[i].section, &config);
    return config;
}
