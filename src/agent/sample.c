/* What is kept of a request for statistics, router and panels. */
#include "parts.h"

#define SPEED_LEAST_MS 20 // a shorter answer tells nothing about speed

int64_t attempt_ttft_ms(const struct attempt *attempt)
{
    return attempt->first_ms > 0 ? attempt->first_ms - attempt->sent_ms : -1;
}

// Of the answer as it came: the server's count if it gave one, else deltas.
double attempt_speed(const struct attempt *attempt)
{
    int64_t tokens = attempt->usage.output > 0 ? attempt->usage.output
                                               : attempt->deltas;
    int64_t ms = attempt->last_ms - attempt->first_ms;

    return ms < SPEED_LEAST_MS ? 0 : (double)tokens * 1000 / (double)ms;
}

// Whoever reads an answer that came all at once wonders why.
static void judge_stream(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    const struct arrival arrival = {
        .sent_ms = x->attempt.sent_ms,
        .heard_ms = x->attempt.heard_ms,
        .first_ms = x->attempt.first_ms,
        .last_ms = x->attempt.last_ms,
        .bytes = x->attempt.bytes,
    };

    if (!held_note(&x->held, &arrival, x->network))
        return;
    agent_notice(agent,
                 STR("answers come all at once after a long silence: "
                     "something on the way, such as a proxy, holds the stream "
                     "back until its end; its buffering can be switched off "
                     "there, or another transport (ws, http) may pass"),
                 true);
}

void sample_keep(struct agent *agent, const struct sample *sample)
{
    if (agent->options.sampled)
        agent->options.sampled(sample, agent->options.ctx);
    if (agent->options.journal)
        journal_sample(agent->options.journal, sample);
}

void exchange_sample(struct agent *agent, const char *outcome)
{
    struct exchange *x = &agent->exchange;
    const struct attempt *attempt = &x->attempt;

    struct sample sample = {
        .session_id = agent->session->id,
        .backend = x->line->backend->name,
        .model = agent->session->model,
        .outcome = str_from(outcome),
        .time_ms = loop_wall_ms(),
        .dial_ms = uplink_dial_ms(x->line->link),
        .ttft_ms = attempt_ttft_ms(attempt),
        .total_ms = loop_now_ms() - attempt->sent_ms,
        .tokens_per_second = attempt_speed(attempt),
        .cost_usd = usage_cost(attempt->usage, x->line->backend->price),
        .usage = attempt->usage,
        .request_bytes = (int64_t)x->request.json.len,
        .is_delta = x->request.is_delta,
        .transport = x->way == TRANSPORT_WS ? STR("ws") : STR("http"),
        .failure = str_from(
            x->setback == SETBACK_COUNT ? "" : setback_name(x->setback)),
        .why = str_from(x->route.why),
        .attempts = x->attempts,
        .network = x->network,
    };
    sample_keep(agent, &sample);
    judge_stream(agent);
}
