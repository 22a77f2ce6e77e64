/*
 * Each panel is a function from session and figures to rows. People look at
 * them rather than read: a spark or a bar first, the number behind it.
 */
#include "panel.h"

#define NAME_CELLS 14
#define SPARK_COL 16
#define BAR_CELLS 30
#define COMMANDS_SHOWN 6

// --- latency ---------------------------------------------------------------

static void put_number(struct view_line *line, int64_t ms)
{
    if (ms < 0)
        line_printf(line, ROLE_DIM, "%9s", "-");
    else
        line_printf(line, ROLE_TEXT, "%9s", number_time(ms).at);
}

// A target that is missed is marked by a character too, not by colour alone.
static void put_target(struct view_line *line, const struct backend_figures *b)
{
    bool missed = b->ttft_p95 > b->ttft_target;

    if (b->ttft_target <= 0 || b->ttft_p95 < 0)
        line_printf(line, ROLE_DIM, "%9s   ", "-");
    else
        line_printf(line, missed ? ROLE_WARNING : ROLE_OK, "%9s %s",
                    number_time(b->ttft_target).at, missed ? "! " : "ok");
}

static void put_latency(const struct view_call *call,
                        const struct backend_figures *b, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };

    line_add(&line, ROLE_STRONG, STR("  "));
    line_foreign(&line, ROLE_STRONG, str_take(b->name, NAME_CELLS - 2));
    line_pad(&line, NAME_CELLS);
    put_number(&line, b->ttft_p50);
    put_number(&line, b->ttft_p95);
    put_number(&line, b->ttft_p99);
    put_target(&line, b);
    line_printf(&line, ROLE_TEXT, "%8.0f", b->speed_p50);
    line_printf(&line, ROLE_DIM, "%7zu%7zu", b->asked, b->failed);
    rows_add(call->arena, rows, line_row(&line));
}

static double highest(const double *values, size_t count)
{
    double most = 0;

    for (size_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

static void put_spark(const struct view_call *call, const char *name,
                      const double *values, size_t count, const char *unit,
                      struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    double most = highest(values, count);

    if (count == 0)
        return;
    line_printf(&line, ROLE_DIM, "    %s", name);
    line_pad(&line, SPARK_COL);
    chart_spark(&line, ROLE_TEXT, values, count, most);
    line_printf(&line, ROLE_DIM, "  at most %.0f %s", most, unit);
    rows_add(call->arena, rows, line_row(&line));
}

static void put_sparks(const struct view_call *call,
                       const struct backend_figures *b, struct rows *rows)
{
    double waits[FIGURES_RECENT];

    for (size_t i = 0; i < b->recent_count; i++)
        waits[i] = b->recent_ttft[i] > 0 ? (double)b->recent_ttft[i] : 0;
    put_spark(call, "first token", waits, b->recent_count, "ms", rows);
    put_spark(call, "speed", b->recent_speed, b->recent_count, "tok/s", rows);
}

static void latency_rows(const struct view_call *call,
                         const struct figures *figures, struct rows *rows)
{
    struct view_line head = { .arena = call->arena };

    line_pad(&head, NAME_CELLS);
    line_printf(&head, ROLE_DIM, "%9s%9s%9s%9s   %8s%7s%7s", "p50", "p95",
                "p99", "target", "tok/s", "asked", "lost");
    rows_add(call->arena, rows, line_row(&head));
    for (size_t i = 0; i < figures->backend_count; i++) {
        put_latency(call, &figures->backends[i], rows);
        put_sparks(call, &figures->backends[i], rows);
    }
    if (figures->backend_count == 0)
        rows_add_text(call->arena, rows, STR("  nothing is measured yet"),
                      ROLE_DIM);
}

// --- cost ------------------------------------------------------------------

static void put_money(const struct view_call *call, const char *name,
                      double usd, double limit, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };

    line_printf(&line, ROLE_TEXT, "  %s", name);
    line_pad(&line, NAME_CELLS + 4);
    line_printf(&line, ROLE_STRONG, "%9s ", number_money(usd).at);
    if (limit > 0) {
        chart_bar(&line, usd > limit ? ROLE_WARNING : ROLE_TEXT, usd / limit,
                  BAR_CELLS);
        line_printf(&line, ROLE_DIM, " of %s%s", number_money(limit).at,
                    usd > limit ? " !" : "");
    }
    rows_add(call->arena, rows, line_row(&line));
}

static void put_rate(const struct view_call *call,
                     const struct figures *figures, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    int64_t tokens = figures->input + figures->output;

    if (tokens <= 0 || figures->input <= 0)
        return;
    line_printf(&line, ROLE_DIM,
                "  %s for a million tokens, all in all; %lld%% of the input "
                "was cached",
                number_money(figures->project_usd * 1e6 / (double)tokens).at,
                (long long)(figures->cached * 100 / figures->input));
    rows_add(call->arena, rows, line_row(&line));
}

static void cost_rows(const struct view_call *call,
                      const struct figures *figures, struct rows *rows)
{
    double session = call->session->cost_usd;
    struct str project =
        arena_printf(call->arena, "project, %u days", figures->project_days);

    put_money(call, "session", session, figures->budget_usd, rows);
    put_money(call, "today", figures->today_usd + session,
              figures->day_budget_usd, rows);
    put_money(call, project.at, figures->project_usd + session, 0, rows);
    put_rate(call, figures, rows);
}

// --- route -----------------------------------------------------------------

static void route_rows(const struct view_call *call,
                       const struct figures *figures, struct rows *rows)
{
    for (size_t i = 0; i < figures->route_count; i++) {
        struct view_line line = { .arena = call->arena };
        line_add(&line, ROLE_TEXT, STR("  "));
        line_foreign(&line, ROLE_TEXT, figures->route[i]);
        rows_add(call->arena, rows, line_row(&line));
    }
    if (figures->route_count == 0)
        rows_add_text(call->arena, rows,
                      STR("  the built-in engine is all there is"), ROLE_DIM);
}

// --- verify ----------------------------------------------------------------

// Until kerf verifies by itself: the commands that ran, newest first.
static void verify_rows(const struct view_call *call, struct rows *rows)
{
    const struct session *session = call->session;
    size_t shown = 0;

    for (size_t i = session->item_count; i-- > 0 && shown < COMMANDS_SHOWN;) {
        const struct item *item = &session->items[i];
        struct view_line line = { .arena = call->arena };
        if (item->command.len == 0 || item->call != CALL_DONE)
            continue;
        line_printf(&line, item->well ? ROLE_OK : ROLE_WARNING, "  %s  ",
                    item->well ? "PASS" : "FAIL");
        line_foreign(&line, ROLE_TEXT, str_take(item->command, 60));
        line_printf(&line, ROLE_DIM, "  exit %d  %s", item->exit_status,
                    number_clock(item->time_ms).at);
        rows_add(call->arena, rows, line_row(&line));
        shown++;
    }
    if (shown == 0)
        rows_add_text(call->arena, rows,
                      STR("  no command has run in this session"), ROLE_DIM);
}

// --- all of them -----------------------------------------------------------

static const struct {
    enum action action;
    enum panel panel;
    const char *title;
} panels[] = {
    { ACTION_PANEL_LATENCY, PANEL_LATENCY,
      "latency, the last two weeks; charts of the newest requests" },
    { ACTION_PANEL_COST, PANEL_COST, "cost" },
    { ACTION_PANEL_CONTEXT, PANEL_CONTEXT, "context: what is sent" },
    { ACTION_PANEL_ROUTE, PANEL_ROUTE, "route: which backend, and why" },
    { ACTION_PANEL_VERIFY, PANEL_VERIFY, "verify: commands that ran" },
};

#define PANEL_COUNT (sizeof(panels) / sizeof(panels[0]))

enum panel panel_of(enum action action)
{
    for (size_t i = 0; i < PANEL_COUNT; i++)
        if (panels[i].action == action)
            return panels[i].panel;
    return PANEL_NONE;
}

static void put_title(enum panel panel, const struct view_call *call,
                      size_t cols, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };

    line_add(&line, ROLE_RULE, STR("-- "));
    for (size_t i = 0; i < PANEL_COUNT; i++)
        if (panels[i].panel == panel)
            line_printf(&line, ROLE_HEADING, "%s ", panels[i].title);
    while (line_cells(&line) < cols)
        line_add(&line, ROLE_RULE, STR("-"));
    rows_add(call->arena, rows, line_row(&line));
}

void panel_rows(enum panel panel, const struct view_call *call,
                const struct figures *figures, size_t cols, struct rows *rows)
{
    put_title(panel, call, cols, rows);
    switch (panel) {
    case PANEL_NONE: break;
    case PANEL_LATENCY: latency_rows(call, figures, rows); break;
    case PANEL_COST: cost_rows(call, figures, rows); break;
    case PANEL_CONTEXT: panel_context_rows(call, cols, rows); break;
    case PANEL_ROUTE: route_rows(call, figures, rows); break;
    case PANEL_VERIFY: verify_rows(call, rows); break;
    }
}
