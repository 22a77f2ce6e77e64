/*
 * The table of remedies. A row fits if its origin, code, status and words do;
 * the first that fits counts, so the telling ones stand above. Over HTTP there
 * is no connection to redial and no parent to drop: the same request is sent
 * again.
 */
#include "kerf/wire/failure.h"

#define EVENT (1u << FAILURE_EVENT)
#define HTTP (1u << FAILURE_HTTP)
#define SHAKE (1u << FAILURE_HANDSHAKE)
#define CLOSE (1u << FAILURE_CLOSE)
#define PROXY (1u << FAILURE_PROXY)
#define CUT (1u << FAILURE_CUT)
#define TLS (1u << FAILURE_TLS)
#define DNS (1u << FAILURE_DNS)
#define CONNECT (1u << FAILURE_CONNECT)
#define SILENT (1u << FAILURE_SILENT)
#define FOREIGN (1u << FAILURE_FOREIGN)
#define ANSWER (EVENT | HTTP | SHAKE)
#define NO_END 1000000u // as long as the user stays
// A server that restarts is left alone for 5 to 30 s, with the jitter of 25 %.
#define BUSY_MS 7000
#define BUSY_MOST_MS 24000

struct rule {
    unsigned origins;
    const char *code, *words; // NULL: any; words: somewhere in the message
    int from, to;             // status; 0, 0: any
    struct cure cure;
};

#define TELL(why)                                                   \
    {                                                               \
        .remedy = REMEDY_TELL, .then = REMEDY_TELL, .advice = (why) \
    }
#define LIMIT_REACHED                                 \
    {                                                 \
        .remedy = REMEDY_LIMIT, .then = REMEDY_LIMIT, \
        .advice = "the plan or the credit is used up" \
    }
#define ONCE(what, quiet, after)                                         \
    {                                                                    \
        .remedy = (what), .tries = 1, .then = (after), .silent = (quiet) \
    }
#define TRY(what, count, first_ms, most_ms, after)                 \
    {                                                              \
        .remedy = (what), .tries = (count), .wait_ms = (first_ms), \
        .wait_most_ms = (most_ms), .then = (after)                 \
    }
#define WAIT(count, first_ms, most_ms) \
    TRY(REMEDY_WAIT, count, first_ms, most_ms, REMEDY_TELL)
#define COMPACT ONCE(REMEDY_COMPACT, false, REMEDY_TELL)
#define MODELS                                                  \
    {                                                           \
        .remedy = REMEDY_MODELS, .then = REMEDY_MODELS,         \
        .advice = "this key has no such model: see kerf models" \
    }
#define OTHER ONCE(REMEDY_OTHER_TRANSPORT, false, REMEDY_TELL)
#define KEY                                                            \
    {                                                                  \
        .remedy = REMEDY_REFRESH_KEY, .tries = 1, .then = REMEDY_TELL, \
        .advice = "the key was not accepted"                           \
    }
#define DROP                                                              \
    {                                                                     \
        .remedy = REMEDY_DROP_PARAMETER, .tries = 4, .then = REMEDY_TELL, \
        .silent = true                                                    \
    }

static const struct rule rules[] = {
    // What a code says, wherever it stands: protocol.md 3.5, 3.6.
    { ANSWER, "previous_response_not_found", NULL, 0, 0,
      ONCE(REMEDY_RESEND_FULL, true, REMEDY_TELL) },
    { ANSWER, "websocket_connection_limit_reached", NULL, 0, 0,
      ONCE(REMEDY_REDIAL, true, REMEDY_TELL) },
    { ANSWER, "websocket_stream_limit_reached", NULL, 0, 0,
      ONCE(REMEDY_REDIAL, true, REMEDY_TELL) },
    { ANSWER, "invalid_stream_id", NULL, 0, 0, TELL("a mistake of kerf's") },
    { ANSWER, "unsupported_parameter", NULL, 0, 0, DROP },
    { ANSWER, "unknown_parameter", NULL, 0, 0, DROP },
    { ANSWER, "unsupported_value", NULL, 0, 0, DROP },
    { ANSWER, "context_length_exceeded", NULL, 0, 0, COMPACT },
    { ANSWER, "exceed_context_size_error", NULL, 0, 0, COMPACT },
    { ANSWER, "model_not_found", NULL, 0, 0, MODELS },
    { ANSWER, NULL, "model is not supported when", 0, 0, MODELS },
    { ANSWER, "usage_limit_reached", NULL, 0, 0, LIMIT_REACHED },
    { ANSWER, "insufficient_quota", NULL, 0, 0, LIMIT_REACHED },
    { ANSWER, "usage_not_included", NULL, 0, 0, LIMIT_REACHED },
    { ANSWER, "billing_hard_limit_reached", NULL, 0, 0, LIMIT_REACHED },
    { ANSWER, "rate_limit_exceeded", NULL, 0, 0, WAIT(5, 1000, 30000) },
    { ANSWER, "server_is_overloaded", NULL, 0, 0, WAIT(3, 4000, 30000) },
    { ANSWER, "overloaded_error", NULL, 0, 0, WAIT(3, 4000, 30000) },
    { ANSWER, "slow_down", NULL, 0, 0, WAIT(3, 4000, 30000) },
    { ANSWER, "server_error", NULL, 0, 0, WAIT(5, 1000, 30000) },
    { ANSWER, "invalid_api_key", NULL, 0, 0, KEY },
    { ANSWER, "token_expired", NULL, 0, 0, KEY },
    { ANSWER, "cyber_policy", NULL, 0, 0, TELL("refused by the provider") },
    { ANSWER, "bio_policy", NULL, 0, 0, TELL("refused by the provider") },
    { ANSWER, "data_residency_mismatch", NULL, 0, 0,
      TELL("the key is bound to another region") },
    { ANSWER, "invalid_prompt", NULL, 0, 0, TELL(NULL) },

    // The upgrade to a WebSocket: protocol.md 1.3.
    { SHAKE, NULL, NULL, 400, 400, OTHER }, // of those that know no upgrade
    { SHAKE, NULL, NULL, 404, 405, OTHER },
    { SHAKE, NULL, NULL, 426, 426, OTHER },
    { SHAKE, NULL, NULL, 501, 501, OTHER },
    { SHAKE, NULL, NULL, 500, 599,
      TRY(REMEDY_WAIT, 2, 500, 5000, REMEDY_OTHER_TRANSPORT) },
    { SHAKE, NULL, NULL, 200, 299, OTHER },

    // What only the words of a 400, 404 or 429 tell.
    { ANSWER, NULL, "context length", 400, 400, COMPACT },
    { ANSWER, NULL, "context window", 400, 400, COMPACT },
    { ANSWER, NULL, "context size", 400, 400, COMPACT },
    { ANSWER, NULL, "Loading model", 503, 503, WAIT(120, 1000, 5000) },
    { ANSWER, NULL, "quota", 429, 429, LIMIT_REACHED },
    { ANSWER, NULL, "usage limit", 429, 429, LIMIT_REACHED },
    { ANSWER, NULL, "billing", 429, 429, LIMIT_REACHED },
    { ANSWER, NULL, "model", 404, 404, MODELS },

    // A status alone: reliability.md N10 to N20.
    { ANSWER, NULL, NULL, 300, 399,
      TELL("kerf follows no redirect with the key") },
    { ANSWER, NULL, NULL, 401, 401, KEY },
    { ANSWER, NULL, NULL, 402, 402, LIMIT_REACHED },
    { ANSWER, NULL, NULL, 403, 403,
      TELL("not allowed: policy, region or a blocking proxy") },
    { ANSWER, NULL, NULL, 404, 404,
      TELL("there is no such path: is the url right?") },
    { ANSWER | PROXY, NULL, NULL, 407, 407,
      TELL("the proxy wants a name and a password") },
    { ANSWER, NULL, NULL, 408, 409, WAIT(4, 1000, 30000) },
    { ANSWER, NULL, NULL, 413, 413, COMPACT },
    { ANSWER, NULL, NULL, 425, 425, WAIT(4, 1000, 30000) },
    { ANSWER, NULL, NULL, 429, 429, WAIT(5, 1000, 30000) },
    { ANSWER, NULL, NULL, 503, 503, WAIT(3, 4000, 30000) },
    { ANSWER, NULL, NULL, 500, 500, WAIT(5, 1000, 30000) },
    { ANSWER | PROXY, NULL, NULL, 502, 504, WAIT(5, 1000, 30000) },
    { ANSWER, NULL, NULL, 520, 529, WAIT(5, 1000, 30000) },
    { ANSWER, NULL, NULL, 0, 0, TELL(NULL) },
    { PROXY, NULL, NULL, 0, 0, TELL("the proxy refuses") },
    { FOREIGN, NULL, NULL, 0, 0,
      TELL("is there a captive portal, or is the url wrong?") },

    // Close frames: protocol.md 1.8, reliability.md N22 to N29.
    { CLOSE, NULL, NULL, 1000, 1001,
      TRY(REMEDY_REDIAL, 3, 200, 5000, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1005, 1006,
      TRY(REMEDY_REDIAL, 2, 200, 5000, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1002, 1002, // mostly 1012 or 1013: see ws_end.c
      TRY(REMEDY_WAIT, 1, BUSY_MS, BUSY_MOST_MS, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1003, 1003,
      ONCE(REMEDY_REDIAL, false, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1007, 1007,
      ONCE(REMEDY_REDIAL, false, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1008, 1008, TELL("refused by a rule of the server") },
    { CLOSE, NULL, NULL, 1009, 1009,
      ONCE(REMEDY_OTHER_TRANSPORT, true, REMEDY_COMPACT) },
    { CLOSE, NULL, NULL, 1011, 1011,
      TRY(REMEDY_WAIT, 5, 1000, 30000, REMEDY_OTHER_TRANSPORT) },
    { CLOSE, NULL, NULL, 1012, 1014,
      TRY(REMEDY_WAIT, 5, BUSY_MS, BUSY_MOST_MS, REMEDY_OTHER_TRANSPORT) },
    { CLOSE,
      NULL,
      NULL,
      1015,
      1015,
      { .remedy = REMEDY_REDIAL,
        .tries = 1,
        .then = REMEDY_TELL,
        .advice = "TLS failed: is a certificate missing (caFile)?" } },
    { CLOSE, NULL, NULL, 0, 0, ONCE(REMEDY_REDIAL, false, REMEDY_TELL) },

    // No words at all.
    { CUT, NULL, NULL, 0, 0,
      TRY(REMEDY_REDIAL, 2, 200, 5000, REMEDY_OTHER_TRANSPORT) },
    { TLS, NULL, NULL, 0, 0,
      TELL("TLS failed: is a certificate missing (caFile)?") },
    { DNS, NULL, NULL, 0, 0, WAIT(NO_END, 30000, 30000) },
    { CONNECT,
      NULL,
      "no TLS handshake", // reliability.md N7; an old version too
      0,
      0,
      { .remedy = REMEDY_WAIT,
        .tries = 2,
        .wait_ms = 1000,
        .wait_most_ms = 5000,
        .then = REMEDY_TELL,
        .advice = "does the server speak TLS 1.2 or newer here?" } },
    { CONNECT, NULL, NULL, 0, 0, WAIT(NO_END, 1000, 60000) },
    { SILENT, NULL, NULL, 0, 0, ONCE(REMEDY_REDIAL, false, REMEDY_TELL) },
};

static bool fits(const struct rule *rule, const struct failure *failure)
{
    return (rule->origins >> failure->origin & 1)
           && (!rule->code || str_is(failure->code, rule->code))
           && (!rule->words
               || str_find(failure->message, str_from(rule->words)) != SIZE_MAX)
           && (rule->from == 0
               || (failure->status >= rule->from
                   && failure->status <= rule->to));
}

// A wait beyond what anybody sits through is a limit of the plan.
static bool is_usage_limit(const struct failure *failure)
{
    return failure->retry_after_ms > LIMIT_RETRY_AFTER_MS;
}

static struct cure without_websocket(struct cure cure)
{
    if (cure.then == REMEDY_OTHER_TRANSPORT)
        cure.then = REMEDY_TELL;
    if (cure.remedy == REMEDY_REDIAL || cure.remedy == REMEDY_RESEND_FULL)
        cure.remedy = REMEDY_WAIT;
    if (cure.remedy == REMEDY_OTHER_TRANSPORT)
        cure = (struct cure){ .remedy = cure.then, .then = cure.then };
    return cure;
}

static struct cure find(const struct failure *failure)
{
    static const struct cure limit = LIMIT_REACHED, tell = TELL(NULL);

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct cure *cure = &rules[i].cure;
        if (!fits(&rules[i], failure))
            continue;
        if (cure->remedy == REMEDY_DROP_PARAMETER && failure->param.len == 0)
            return tell;
        if (cure->remedy == REMEDY_WAIT && is_usage_limit(failure))
            return limit;
        return *cure;
    }
    return tell;
}

struct cure failure_cure(const struct failure *failure,
                         enum transport transport)
{
    struct cure cure = find(failure);

    return transport == TRANSPORT_HTTP ? without_websocket(cure) : cure;
}

int64_t cure_wait_ms(const struct cure *cure, const struct failure *failure,
                     unsigned tried)
{
    int64_t wait_ms = cure->wait_ms;

    if (tried >= cure->tries)
        return -1;
    if (failure->retry_after_ms >= 0)
        return failure->retry_after_ms < LIMIT_RETRY_AFTER_MS
                   ? failure->retry_after_ms
                   : LIMIT_RETRY_AFTER_MS;
    for (unsigned i = 0; i < tried && wait_ms < cure->wait_most_ms; i++)
        wait_ms *= 2;
    return wait_ms < cure->wait_most_ms ? wait_ms : cure->wait_most_ms;
}

const char *remedy_name(enum remedy remedy)
{
    switch (remedy) {
    case REMEDY_TELL: return "tell";
    case REMEDY_RESEND_FULL: return "resend full";
    case REMEDY_REDIAL: return "redial";
    case REMEDY_WAIT: return "wait";
    case REMEDY_OTHER_TRANSPORT: return "other transport";
    case REMEDY_REFRESH_KEY: return "refresh key";
    case REMEDY_DROP_PARAMETER: return "drop parameter";
    case REMEDY_COMPACT: return "compact";
    case REMEDY_LIMIT: return "limit";
    case REMEDY_MODELS: return "models";
    }
    return "";
}
