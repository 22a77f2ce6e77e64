/*
 * What the next request holds: by kind as bars, then the biggest items one by
 * one, each with its size and a hash, so that two requests can be compared.
 */
#include "context_sums.h"
#include "panel.h"

#define BAR_CELLS 20
#define NAME_COL 24
#define TOKEN_CELLS 19 // beside the bar: its brackets and "  35.1k of 128.0k"

static size_t bar_cells(size_t cols)
{
    size_t most = NAME_COL + TOKEN_CELLS + BAR_CELLS;

    return cols >= most                    ? BAR_CELLS
           : cols > NAME_COL + TOKEN_CELLS ? cols - NAME_COL - TOKEN_CELLS
                                           : 1;
}

static void put_parts(const struct view_call *call,
                      const struct context_sum *sums, size_t cols,
                      struct rows *rows)
{
    double all = 0;

    for (size_t i = 0; i < CONTEXT_PARTS; i++)
        all += sums[i].tokens;
    for (size_t i = 0; i < CONTEXT_PARTS; i++) {
        struct view_line line = { .arena = call->arena };
        line_printf(&line, ROLE_TEXT, "  %s", context_part_name(i));
        line_pad(&line, NAME_COL);
        chart_bar(&line, ROLE_TEXT, all > 0 ? sums[i].tokens / all : 0,
                  bar_cells(cols));
        panel_fact(&line, cols, ROLE_TEXT, " %6s tokens",
                   number_short((int64_t)sums[i].tokens).at);
        panel_fact(&line, cols, ROLE_DIM, "  %zu item%s  %s", sums[i].items,
                   sums[i].items == 1 ? "" : "s",
                   number_bytes(sums[i].bytes).at);
        rows_add(call->arena, rows, line_row(&line));
    }
}

static void put_item(const struct view_call *call, const struct item *item,
                     size_t cols, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    struct context_size size = context_size_of(item);

    line_add(&line, ROLE_TEXT, STR("  "));
    line_foreign(&line, ROLE_TEXT,
                 str_take(context_name_of(item), NAME_COL - 4));
    line_pad(&line, NAME_COL);
    panel_fact(&line, cols, ROLE_TEXT, "%9s", number_bytes(size.bytes).at);
    panel_fact(&line, cols, ROLE_TEXT, "  about %s tokens",
               number_short((int64_t)size.tokens).at);
    panel_fact(&line, cols, ROLE_DIM, "  %08x", size.hash);
    rows_add(call->arena, rows, line_row(&line));
}

static void put_biggest(const struct view_call *call, size_t cols,
                        struct rows *rows)
{
    const struct item *items[CONTEXT_BIGGEST];
    size_t count = context_biggest(call->arena, call->session, items);

    for (size_t i = 0; i < count; i++)
        put_item(call, items[i], cols, rows);
}

static void put_window(const struct view_call *call, size_t cols,
                       struct rows *rows)
{
    const struct session *session = call->session;
    struct view_line line = { .arena = call->arena };

    if (session->window <= 0)
        return;
    line_add(&line, ROLE_STRONG, STR("  window"));
    line_pad(&line, NAME_COL);
    chart_bar(&line, ROLE_STRONG,
              (double)session->context_tokens / (double)session->window,
              bar_cells(cols));
    panel_fact(&line, cols, ROLE_STRONG, " %6s",
               number_short(session->context_tokens).at);
    panel_fact(&line, cols, ROLE_STRONG, " of %s",
               number_short(session->window).at);
    panel_fact(&line, cols, ROLE_STRONG, ", as the server counted");
    rows_add(call->arena, rows, line_row(&line));
}

void panel_context_rows(const struct view_call *call, size_t cols,
                        struct rows *rows)
{
    struct context_sum sums[CONTEXT_PARTS] = { 0 };

    put_window(call, cols, rows);
    context_count(call->session, sums);
    put_parts(call, sums, cols, rows);
    put_biggest(call, cols, rows);
}
