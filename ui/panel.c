/*
 * Each panel is a function from session and figures to rows. People look at
 * them rather than read: a spark or a bar first, the number behind it.
 */
#include "panel.h"

#include <stdarg.h>
#include <stdio.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"
#include "kerf/text/wrap.h"

#define NAME_CELLS 14
#define SPARK_COL 16
#define MONEY_COL 19
#define BAR_COL 29
#define BAR_CELLS 30
#define LIMIT_CELLS 14 // beside the bar: its brackets, and " of $2.000 !"
#define COMMANDS_SHOWN 6
#define COMMAND_BYTES 400 // of each

void panel_fact(struct view_line *line, size_t cols, enum role role,
                const char *format, ...)
{
    char text[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (line_cells(line) + width_of(str_from(text)) <= cols)
        line_add(line, role, str_from(text));
}

// --- latency ---------------------------------------------------------------

enum column {
    COLUMN_P50,
    COLUMN_P95,
    COLUMN_P99,
    COLUMN_TARGET,
    COLUMN_SPEED,
    COLUMN_ASKED,
    COLUMN_LOST,
    COLUMN_COUNT,
};

static const struct {
    const char *title;
    size_t cells;
    size_t from_cols; // the panel's width from which there is room for it
} columns[COLUMN_COUNT] = {
    [COLUMN_P50] = { "p50", 9, 23 },
    [COLUMN_P95] = { "p95", 9, 32 },
    [COLUMN_P99] = { "p99", 9, 61 },
    [COLUMN_TARGET] = { "target   ", 12, 44 },
    [COLUMN_SPEED] = { "tok/s", 8, 52 },
    [COLUMN_ASKED] = { "asked", 7, 75 },
    [COLUMN_LOST] = { "lost", 7, 75 },
};

static struct str time_text(struct arena *arena, int64_t ms)
{
    return ms < 0 ? STR("-") : arena_printf(arena, "%s", number_time(ms).at);
}

static bool has_target(const struct backend_figures *b)
{
    return b->ttft_target > 0 && b->ttft_p95 >= 0;
}

// A target that is missed is marked by a character too, not by colour alone.
static struct str target_text(struct arena *arena,
                              const struct backend_figures *b)
{
    if (!has_target(b))
        return STR("-   ");
    return arena_printf(arena, "%s %s", number_time(b->ttft_target).at,
                        b->ttft_p95 > b->ttft_target ? "! " : "ok");
}

static struct str column_text(struct arena *arena,
                              const struct backend_figures *b,
                              enum column column)
{
    switch (column) {
    case COLUMN_P50: return time_text(arena, b->ttft_p50);
    case COLUMN_P95: return time_text(arena, b->ttft_p95);
    case COLUMN_P99: return time_text(arena, b->ttft_p99);
    case COLUMN_TARGET: return target_text(arena, b);
    case COLUMN_SPEED: return arena_printf(arena, "%.0f", b->speed_p50);
    case COLUMN_ASKED: return arena_printf(arena, "%zu", b->asked);
    case COLUMN_LOST: return arena_printf(arena, "%zu", b->failed);
    case COLUMN_COUNT: break;
    }
    return STR("");
}

static enum role column_role(const struct backend_figures *b,
                             enum column column)
{
    if (column == COLUMN_ASKED || column == COLUMN_LOST)
        return ROLE_DIM;
    if (column != COLUMN_TARGET)
        return ROLE_TEXT;
    return !has_target(b)                 ? ROLE_DIM
           : b->ttft_p95 > b->ttft_target ? ROLE_WARNING
                                          : ROLE_OK;
}

// A row of the table: of a backend, or the titles if there is none.
static void put_columns(const struct view_call *call,
                        const struct backend_figures *b, size_t cols,
                        struct view_line *line)
{
    for (enum column i = 0; i < COLUMN_COUNT; i++) {
        struct str text = b ? column_text(call->arena, b, i)
                            : str_from(columns[i].title);
        if (cols >= columns[i].from_cols)
            line_printf(line, b ? column_role(b, i) : ROLE_DIM, "%*.*s",
                        (int)columns[i].cells, STR_ARG(text));
    }
}

static void put_latency(const struct view_call *call,
                        const struct backend_figures *b, size_t cols,
                        struct rows *rows)
{
    struct view_line line = { .arena = call->arena };

    line_add(&line, ROLE_STRONG, STR("  "));
    line_foreign(&line, ROLE_STRONG, str_take(b->name, NAME_CELLS - 2));
    line_pad(&line, NAME_CELLS);
    put_columns(call, b, cols, &line);
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
                         const struct figures *figures, size_t cols,
                         struct rows *rows)
{
    struct view_line head = { .arena = call->arena };

    line_pad(&head, NAME_CELLS);
    put_columns(call, NULL, cols, &head);
    rows_add(call->arena, rows, line_row(&head));
    for (size_t i = 0; i < figures->backend_count; i++) {
        put_latency(call, &figures->backends[i], cols, rows);
        put_sparks(call, &figures->backends[i], rows);
    }
    if (figures->backend_count == 0)
        rows_add_text(call->arena, rows, STR("  nothing is measured yet"),
                      ROLE_DIM);
}

// --- cost ------------------------------------------------------------------

// Cells for a bar behind `before` and before `behind` other cells.
static size_t bar_cells(size_t cols, size_t before, size_t behind)
{
    size_t room = cols > before + behind ? cols - before - behind : 0;

    return room < BAR_CELLS ? room : BAR_CELLS;
}

static void put_money(const struct view_call *call, const char *name,
                      double usd, double limit, size_t cols, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    size_t bar = bar_cells(cols, BAR_COL, LIMIT_CELLS);

    line_printf(&line, ROLE_TEXT, "  %s", name);
    line_pad(&line, MONEY_COL);
    line_printf(&line, ROLE_STRONG, "%9s ", number_money(usd).at);
    if (limit > 0 && bar > 0)
        chart_bar(&line, usd > limit ? ROLE_WARNING : ROLE_TEXT, usd / limit,
                  bar);
    if (limit > 0)
        panel_fact(&line, cols, ROLE_DIM, " of %s%s", number_money(limit).at,
                   usd > limit ? " !" : "");
    rows_add(call->arena, rows, line_row(&line));
}

static void put_rate(const struct view_call *call,
                     const struct figures *figures, size_t cols,
                     struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    int64_t tokens = figures->input + figures->output;

    if (tokens <= 0 || figures->input <= 0)
        return;
    panel_fact(&line, cols, ROLE_DIM, "  %s for a million tokens",
               number_money(figures->project_usd * 1e6 / (double)tokens).at);
    panel_fact(&line, cols, ROLE_DIM,
               ", all in all; %lld%% of the input was "
               "cached",
               (long long)(figures->cached * 100 / figures->input));
    rows_add(call->arena, rows, line_row(&line));
}

static void cost_rows(const struct view_call *call,
                      const struct figures *figures, size_t cols,
                      struct rows *rows)
{
    double session = call->session->cost_usd;
    struct str project =
        arena_printf(call->arena, "project, %u days", figures->project_days);

    put_money(call, "session", session, figures->budget_usd, cols, rows);
    put_money(call, "today", figures->today_usd + session,
              figures->day_budget_usd, cols, rows);
    put_money(call, project.at, figures->project_usd + session, 0, cols, rows);
    put_rate(call, figures, cols, rows);
}

// --- route -----------------------------------------------------------------

static void route_rows(const struct view_call *call,
                       const struct figures *figures, size_t cols,
                       struct rows *rows)
{
    struct wrap wrap = { .width_cells = cols > 0 ? cols : 1,
                         .first = STR("  "),
                         .rest = STR("    "),
                         .at_words = true };

    for (size_t i = 0; i < figures->route_count; i++) {
        struct str line = utf8_sanitised(call->arena, figures->route[i], false);
        struct span span = { .len = line.len, .role = ROLE_TEXT };
        wrap_text(call->arena, rows, line, &span, line.len > 0, &wrap);
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
        line_printf(&line, ROLE_DIM, "%s  exit %-3d  ",
                    number_clock(item->time_ms).at, item->exit_status);
        line_foreign(&line, ROLE_TEXT, str_take(item->command, COMMAND_BYTES));
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
    const char *title, *more; // if there is room
} panels[] = {
    { ACTION_PANEL_LATENCY, PANEL_LATENCY, "latency, the last two weeks",
      "; charts of the newest requests" },
    { ACTION_PANEL_COST, PANEL_COST, "cost", "" },
    { ACTION_PANEL_CONTEXT, PANEL_CONTEXT, "context: what is sent", "" },
    { ACTION_PANEL_ROUTE, PANEL_ROUTE, "route: which backend, and why", "" },
    { ACTION_PANEL_VERIFY, PANEL_VERIFY, "verify: commands that ran", "" },
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
        if (panels[i].panel == panel) {
            line_printf(&line, ROLE_HEADING, "%s", panels[i].title);
            panel_fact(&line, cols, ROLE_HEADING, "%s", panels[i].more);
            line_add(&line, ROLE_HEADING, STR(" "));
        }
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
    case PANEL_LATENCY: latency_rows(call, figures, cols, rows); break;
    case PANEL_COST: cost_rows(call, figures, cols, rows); break;
    case PANEL_CONTEXT: panel_context_rows(call, cols, rows); break;
    case PANEL_ROUTE: route_rows(call, figures, cols, rows); break;
    case PANEL_VERIFY: verify_rows(call, rows); break;
    }
}
