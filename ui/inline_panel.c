/* The panels of the full screen as sentences: the same figures, no charts. */
#include "context_sums.h"
#include "inline_parts.h"
#include "view.h"

#define COMMANDS_SHOWN 6

// --- latency -----------------------------------------------------------------

static void put_time(struct buf *out, const char *name, int64_t ms)
{
    if (ms < 0)
        buf_printf(out, "%s unknown", name);
    else
        buf_printf(out, "%s %s", name, number_time(ms).at);
}

static void tell_backend(struct inline_ui *ui, const struct backend_figures *b)
{
    struct buf *out = inline_line_of(ui);

    buf_printf(out, "%.*s: %zu asked, %zu failed; first token",
               STR_ARG(inline_safe(ui, b->name)), b->asked, b->failed);
    put_time(out, " p50", b->ttft_p50);
    put_time(out, ", p95", b->ttft_p95);
    put_time(out, ", p99", b->ttft_p99);
    if (b->ttft_target > 0 && b->ttft_p95 >= 0)
        buf_printf(out, ", target %s %s", number_time(b->ttft_target).at,
                   b->ttft_p95 > b->ttft_target ? "missed" : "met");
    buf_printf(out, "; %.0f tokens a second", b->speed_p50);
    if (b->speed_target > 0 && b->speed_p50 > 0)
        buf_printf(out, ", target %.0f %s", b->speed_target,
                   b->speed_p50 < b->speed_target ? "missed" : "met");
    buf_append(out, STR(".\n"));
}

void inline_tell_latency(struct inline_ui *ui, const struct session *session,
                         struct str argument)
{
    (void)session;
    (void)argument;
    for (size_t i = 0; i < ui->figures.backend_count; i++)
        tell_backend(ui, &ui->figures.backends[i]);
    if (ui->figures.backend_count == 0)
        inline_say(ui, "nothing is measured yet.");
}

// --- cost --------------------------------------------------------------------

static void tell_money(struct inline_ui *ui, const char *name, double usd,
                       double limit)
{
    struct buf *out = inline_line_of(ui);

    buf_printf(out, "%s: %s", name, number_money(usd).at);
    if (limit > 0)
        buf_printf(out, " of %s%s", number_money(limit).at,
                   usd > limit ? ", over the budget" : "");
    buf_append(out, STR(".\n"));
}

void inline_tell_cost(struct inline_ui *ui, const struct session *session,
                      struct str argument)
{
    const struct figures *f = &ui->figures;
    int64_t tokens = f->input + f->output;
    struct str project =
        arena_printf(&ui->scratch, "this project, %u days", f->project_days);

    (void)argument;
    tell_money(ui, "this session", session->cost_usd, f->budget_usd);
    tell_money(ui, "today", f->today_usd + session->cost_usd,
               f->day_budget_usd);
    if (f->project_days > 0)
        tell_money(ui, project.at, f->project_usd + session->cost_usd, 0);
    if (f->input > 0)
        inline_say(ui, "%s for a million tokens, %lld%% of the input cached.",
                   number_money(f->project_usd * 1e6 / (double)tokens).at,
                   (long long)(f->cached * 100 / f->input));
}

// --- context -----------------------------------------------------------------

static void tell_item(struct inline_ui *ui, const struct item *item)
{
    struct context_size size = context_size_of(item);

    inline_say(ui, "%.*s: %s, about %s tokens, hash %08x.",
               STR_ARG(inline_safe(ui, context_name_of(item))),
               number_bytes(size.bytes).at,
               number_short((int64_t)size.tokens).at, size.hash);
}

void inline_tell_context(struct inline_ui *ui, const struct session *session,
                         struct str argument)
{
    struct context_sum sums[CONTEXT_PARTS] = { 0 };
    const struct item *biggest[CONTEXT_BIGGEST];
    size_t count = context_biggest(&ui->scratch, session, biggest);

    (void)argument;
    if (session->window > 0)
        inline_say(ui, "window: %s of %s tokens, as the server counted.",
                   number_short(session->context_tokens).at,
                   number_short(session->window).at);
    context_count(session, sums);
    for (size_t i = 0; i < CONTEXT_PARTS; i++)
        inline_say(ui, "%s: %s tokens in %zu item%s, %s.", context_part_name(i),
                   number_short((int64_t)sums[i].tokens).at, sums[i].items,
                   sums[i].items == 1 ? "" : "s",
                   number_bytes(sums[i].bytes).at);
    if (count > 0)
        inline_say(ui, "the biggest:");
    for (size_t i = 0; i < count; i++)
        tell_item(ui, biggest[i]);
}

// --- route and verify --------------------------------------------------------

void inline_tell_route(struct inline_ui *ui, const struct session *session,
                       struct str argument)
{
    (void)session;
    (void)argument;
    for (size_t i = 0; i < ui->figures.route_count; i++)
        inline_say(ui, "%.*s", STR_ARG(inline_safe(ui, ui->figures.route[i])));
    if (ui->figures.route_count == 0)
        inline_say(ui, "the built-in engine is all there is.");
}

void inline_tell_verify(struct inline_ui *ui, const struct session *session,
                        struct str argument)
{
    size_t shown = 0;

    (void)argument;
    for (size_t i = session->item_count; i-- > 0 && shown < COMMANDS_SHOWN;) {
        const struct item *item = &session->items[i];
        if (item->command.len == 0 || item->call != CALL_DONE)
            continue;
        inline_say(ui, "%s, exit %d, at %s: %.*s",
                   item->well ? "passed" : "failed", item->exit_status,
                   number_clock(item->time_ms).at,
                   STR_ARG(inline_first_line(ui, item->command)));
        shown++;
    }
    if (shown == 0)
        inline_say(ui, "no command has run in this session.");
}
