/*
 * What to do when something fails. The cure of each failure stands in a table
 * (wire/failure.h); here it is carried out: repairs that nobody need see
 * first, then waiting, if it is not long, then another transport or backend,
 * and only then the user is told.
 */
#include "parts.h"

#include <sys/random.h>

#include "key.h"
#include "trouble.h"

#define REPAIRS 3     // of one turn, without waiting
#define SHORT_MS 2500 // a wait that is better than another backend
#define JITTER_PERCENT 25
#define OFFLINE_TRIES 1 // without a user

static enum setback setback_of(const struct failure *failure,
                               enum remedy remedy)
{
    switch (remedy) {
    case REMEDY_OTHER_TRANSPORT: return SETBACK_TRANSPORT;
    case REMEDY_COMPACT: return SETBACK_TOO_BIG;
    case REMEDY_LIMIT:
    case REMEDY_MODELS:
    case REMEDY_REFRESH_KEY:
    case REMEDY_TELL: return SETBACK_REFUSED;
    case REMEDY_WAIT:
        if (failure->status == 429
            || str_is(failure->code, "rate_limit_exceeded"))
            return SETBACK_LIMITED;
        return failure->origin == FAILURE_SILENT ? SETBACK_SLOW : SETBACK_LOST;
    case REMEDY_RESEND_FULL:
    case REMEDY_REDIAL:
    case REMEDY_DROP_PARAMETER: break;
    }
    return SETBACK_LOST;
}

// A request that the server calls wrong is wrong everywhere.
static bool may_do_elsewhere(const struct failure *failure, enum remedy remedy)
{
    if (remedy != REMEDY_TELL)
        return true;
    return failure->status != 400 && failure->status != 422
           && failure->origin != FAILURE_EVENT;
}

static int64_t with_jitter(int64_t wait_ms)
{
    uint32_t random = 0;

    if (wait_ms <= 0 || getrandom(&random, sizeof(random), 0) != sizeof(random))
        return wait_ms;
    int64_t range = wait_ms * JITTER_PERCENT / 100;
    return wait_ms - range + (int64_t)(random % (uint32_t)(2 * range + 1));
}

// --- giving up -------------------------------------------------------------

// A sentence that goes on behind its full stop.
static struct str without_stop(struct str text)
{
    return str_ends_with(text, STR(".")) ? str_take(text, text.len - 1) : text;
}

static struct str words(struct arena *arena, const struct failure *failure,
                        const char *advice)
{
    bool named = failure->code.len > 0
                 && str_find(failure->message, failure->code) == SIZE_MAX;
    struct str message = advice ? without_stop(failure->message)
                                : failure->message;

    return arena_printf(arena, "%.*s%s%.*s%s%s", STR_ARG(failure->code),
                        named ? ": " : "", STR_ARG(message), advice ? "; " : "",
                        advice ? advice : "");
}

static bool has_open_calls(const struct session *session)
{
    return session->state == TURN_TOOLS || session->state == TURN_APPROVAL
           || session->state == TURN_REVIEW || session->state == TURN_READY;
}

// Of a key that is refused, the user can mend where it comes from; what the
// server calls it helps nobody.
static struct str refused_key(struct agent *agent, struct arena *arena,
                              const struct failure *failure)
{
    const struct backend *backend = agent->exchange.line->backend;
    struct str said = without_stop(failure->message);
    struct str why;

    if (backend->key_env.len > 0)
        why = arena_printf(arena,
                           "%.*s refuses the key in the variable %.*s: put a "
                           "valid one there",
                           STR_ARG(backend->name), STR_ARG(backend->key_env));
    else if (backend->key_command.len > 0)
        why = arena_printf(arena,
                           "%.*s refuses the key that keyCommand prints: see "
                           "to that command",
                           STR_ARG(backend->name));
    else
        why = arena_printf(arena,
                           "%.*s wants a key: name where it is with keyEnv or "
                           "keyCommand",
                           STR_ARG(backend->name));
    return said.len == 0 ? why
                         : arena_printf(arena, "%.*s (it says: %.*s)",
                                        STR_ARG(why), STR_ARG(said));
}

static struct str reason(struct agent *agent, struct arena *arena,
                         const struct failure *failure, const struct cure *cure)
{
    if (cure->remedy == REMEDY_REFRESH_KEY && agent->exchange.bearer.len == 0)
        return refused_key(agent, arena, failure);
    return words(arena, failure, cure->advice);
}

static void conclude(struct agent *agent, const struct failure *failure,
                     const struct event *event, const struct cure *cure)
{
    struct exchange *x = &agent->exchange;
    struct arena arena = { 0 };
    struct str why = reason(agent, &arena, failure, cure);

    if (event) {
        struct event failed = *event;
        agent_post(agent, &failed);
        exchange_end_request(agent, "failed");
        exchange_fail_turn(agent, why);
    } else {
        if (x->sending == SENDING_TURN)
            exchange_lose(agent, failure->message, false);
        exchange_end_request(agent, "lost");
        x->due = false;
        if (!has_open_calls(agent->session)) // else they come first
            exchange_fail_turn(agent, why);
    }
    arena_release(&arena);
}

// A refused upgrade comes as a bare status; what the server has to say about
// it is asked for once, before the turn ends. False if there is nothing to ask.
static bool ask_why(struct agent *agent, const struct failure *failure)
{
    struct exchange *x = &agent->exchange;

    if (x->explained || x->sending != SENDING_NOTHING
        || has_open_calls(agent->session)
        || !uplink_explain(x->line->link, failure))
        return false;
    x->explained = true;
    x->due = false;
    return true;
}

static void give_up(struct agent *agent, const struct failure *failure,
                    const struct event *event, const struct cure *cure)
{
    if (event || !ask_why(agent, failure))
        conclude(agent, failure, event, cure);
}

// --- trying on -------------------------------------------------------------

// Tells the reason of a wait where the link's state stands, or as a notice if
// the link is well and the transcript does not have it yet.
static void tell_why(struct agent *agent, struct str why, bool told)
{
    struct event event = { .kind = EVENT_LINK,
                           .state = LINK_LOST,
                           .text = without_stop(why) };

    if (agent->session->link == LINK_READY && !told)
        agent_notice(agent, event.text, false);
    else if (agent->session->link == LINK_FAILED)
        agent_post(agent, &event);
}

// The same request once more; nothing of the old answer counts.
static void ask_again(struct agent *agent, const struct failure *failure,
                      bool silent, int64_t wait_ms)
{
    struct exchange *x = &agent->exchange;
    bool lost = x->sending == SENDING_TURN;

    if (lost)
        exchange_lose(agent, silent ? (struct str){ 0 } : failure->message,
                      true);
    exchange_end_request(agent, silent ? "repaired" : "failed");
    lane_forget(&x->line->lane);
    if (wait_ms >= WAIT_TOLD_MS)
        tell_why(agent, failure->message, lost && !silent);
    exchange_ask_later(agent, wait_ms);
}

static bool elsewhere(struct agent *agent, const struct failure *failure,
                      enum remedy remedy)
{
    struct exchange *x = &agent->exchange;

    if (!may_do_elsewhere(failure, remedy)
        || !lines_reroute(agent, failure, setback_of(failure, remedy)))
        return false;
    ask_again(agent, failure, false, 0); // what was lost was lost here
    lines_take(agent);
    x->tried = 0;
    return true;
}

static bool repair(struct agent *agent, const struct failure *failure,
                   const struct cure *cure)
{
    struct exchange *x = &agent->exchange;

    if (x->repaired >= REPAIRS || x->tried >= cure->tries)
        return false;
    if (cure->remedy == REMEDY_DROP_PARAMETER
        && !profile_learn(&x->line->profile, failure))
        return false;
    int64_t wait_ms = cure_wait_ms(cure, failure, x->tried);
    x->repaired++;
    x->tried++;
    if (cure->remedy == REMEDY_REDIAL || cure->remedy == REMEDY_REFRESH_KEY)
        uplink_drop(x->line->link);
    ask_again(agent, failure, cure->silent, wait_ms);
    return true;
}

// Without a user nobody waits for a network that is not there.
static bool is_patient(const struct agent *agent, const struct failure *failure)
{
    bool offline = failure->origin == FAILURE_CONNECT
                   || failure->origin == FAILURE_DNS;

    return !agent->options.unattended || !offline
           || agent->exchange.tried < OFFLINE_TRIES;
}

static bool wait(struct agent *agent, const struct failure *failure,
                 const struct cure *cure, int64_t longest_ms)
{
    struct exchange *x = &agent->exchange;
    int64_t wait_ms = cure_wait_ms(cure, failure, x->tried);

    if (wait_ms < 0 || wait_ms > longest_ms || !is_patient(agent, failure))
        return false;
    x->tried++;
    if (failure->retry_after_ms < 0)
        wait_ms = with_jitter(wait_ms);
    ask_again(agent, failure, cure->silent, wait_ms);
    return true;
}

// The request did not fit: once in a turn the conversation is made smaller.
static bool make_room(struct agent *agent, const struct failure *failure)
{
    struct exchange *x = &agent->exchange;

    if (x->made_room)
        return false;
    x->made_room = true;
    if (x->sending == SENDING_TURN)
        exchange_lose(agent, failure->message, true);
    exchange_end_request(agent, "failed");
    lane_forget(&x->line->lane);
    x->due = compaction_start(agent);
    if (!x->due)
        exchange_fail_turn(agent, failure->message);
    return true;
}

static bool is_repair(enum remedy remedy)
{
    return remedy == REMEDY_RESEND_FULL || remedy == REMEDY_REDIAL
           || remedy == REMEDY_REFRESH_KEY || remedy == REMEDY_DROP_PARAMETER;
}

// Of a 429 only the words tell whether waiting helps.
static bool is_unclear(const struct failure *failure)
{
    return failure->origin == FAILURE_HANDSHAKE && failure->status == 429;
}

void failing_cure(struct agent *agent, const struct failure *failure,
                  const struct event *event)
{
    struct cure cure = failure_cure(failure, agent->exchange.way);

    enum remedy last = is_repair(cure.remedy) || cure.remedy == REMEDY_WAIT
                           ? cure.then
                           : cure.remedy;

    if (!event && is_unclear(failure) && ask_why(agent, failure))
        return;
    agent->exchange.setback = setback_of(failure, cure.remedy);
    if (is_repair(cure.remedy) && repair(agent, failure, &cure))
        return;
    if (cure.remedy == REMEDY_WAIT && wait(agent, failure, &cure, SHORT_MS))
        return;
    if (elsewhere(agent, failure, last))
        return;
    if (last == REMEDY_COMPACT && make_room(agent, failure))
        return;
    if (cure.remedy == REMEDY_WAIT
        && wait(agent, failure, &cure, LIMIT_RETRY_AFTER_MS))
        return;
    give_up(agent, failure, event, &cure);
}

void failing_explained(struct agent *agent, const struct failure *failure)
{
    struct cure cure = failure_cure(failure, agent->exchange.way);

    if (is_unclear(failure)) // nothing was tried yet
        failing_cure(agent, failure, NULL);
    else
        conclude(agent, failure, NULL, &cure);
}

bool failing_late(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct failure late =
        trouble_of_us(FAILURE_SILENT, STR("the first token is late"));
    struct line *line = x->line;

    if (!lines_reroute(agent, &late, SETBACK_SLOW))
        return false;
    ask_again(agent, &late, false, 0);
    uplink_drop(line->link); // its answer is not wanted any more
    lines_take(agent);
    return true;
}
