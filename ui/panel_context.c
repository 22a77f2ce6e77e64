/*
 * What the next request holds: by kind as bars, then the biggest items one by
 * one, each with its size and a hash, so that two requests can be compared.
 */
#include "panel.h"

#include <stdlib.h>

#include "kerf/model/estimate.h"

#define BIGGEST_ITEMS 8
#define BAR_CELLS 20
#define NAME_COL 24
#define TOKEN_CELLS 19 // beside the bar: its brackets and "  35.1k of 128.0k"

enum part { PART_YOU, PART_FILES, PART_ANSWERS, PART_TOOLS, PART_COUNT };

static const char *const part_names[PART_COUNT] = {
    [PART_YOU] = "you",
    [PART_FILES] = "files and logs",
    [PART_ANSWERS] = "answers and patches",
    [PART_TOOLS] = "tool output",
};

struct sum {
    size_t bytes, items;
    double tokens;
};

static enum part part_of(const struct item *item)
{
    switch (item->kind) {
    case ITEM_USER: return PART_YOU;
    case ITEM_CONTEXT: return PART_FILES;
    case ITEM_TEXT:
    case ITEM_REASONING:
    case ITEM_CALL:
    case ITEM_PATCH:
    case ITEM_NOTICE:
    case ITEM_OTHER: break;
    }
    return PART_ANSWERS;
}

static bool is_sent(const struct item *item)
{
    return item->kind != ITEM_NOTICE && !item->superseded
           && item->compacted == 0;
}

static void count_text(struct sum *sum, struct str text)
{
    if (text.len == 0)
        return;
    sum->bytes += text.len;
    sum->items++;
    sum->tokens += estimate_text(text);
}

static void count_items(const struct session *session, struct sum *sums)
{
    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (!is_sent(item))
            continue;
        count_text(&sums[part_of(item)], buf_str(&item->text));
        count_text(&sums[PART_TOOLS], buf_str(&item->output));
    }
}

static size_t bar_cells(size_t cols)
{
    size_t most = NAME_COL + TOKEN_CELLS + BAR_CELLS;

    return cols >= most                    ? BAR_CELLS
           : cols > NAME_COL + TOKEN_CELLS ? cols - NAME_COL - TOKEN_CELLS
                                           : 1;
}

static void put_parts(const struct view_call *call, const struct sum *sums,
                      size_t cols, struct rows *rows)
{
    double all = 0;

    for (size_t i = 0; i < PART_COUNT; i++)
        all += sums[i].tokens;
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct view_line line = { .arena = call->arena };
        line_printf(&line, ROLE_TEXT, "  %s", part_names[i]);
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

static size_t size_of(const struct item *item)
{
    return item->text.len + item->output.len;
}

static int by_size(const void *a, const void *b)
{
    size_t x = size_of(*(const struct item *const *)a);
    size_t y = size_of(*(const struct item *const *)b);

    return x < y ? 1 : x > y ? -1 : 0;
}

static struct str name_of(const struct item *item)
{
    if (item->name.len > 0)
        return item->name;
    return str_from(part_names[part_of(item)]);
}

static void put_item(const struct view_call *call, const struct item *item,
                     size_t cols, struct rows *rows)
{
    struct view_line line = { .arena = call->arena };
    uint64_t hash =
        str_hash(buf_str(&item->output), str_hash(buf_str(&item->text), 0));

    line_add(&line, ROLE_TEXT, STR("  "));
    line_foreign(&line, ROLE_TEXT, str_take(name_of(item), NAME_COL - 4));
    line_pad(&line, NAME_COL);
    double tokens = estimate_text(buf_str(&item->text))
                    + estimate_text(buf_str(&item->output));
    panel_fact(&line, cols, ROLE_TEXT, "%9s", number_bytes(size_of(item)).at);
    panel_fact(&line, cols, ROLE_TEXT, "  about %s tokens",
               number_short((int64_t)tokens).at);
    panel_fact(&line, cols, ROLE_DIM, "  %08x", (unsigned)(hash >> 32));
    rows_add(call->arena, rows, line_row(&line));
}

static void put_biggest(const struct view_call *call, size_t cols,
                        struct rows *rows)
{
    const struct session *session = call->session;
    const struct item **items =
        arena_alloc(call->arena, (session->item_count + 1) * sizeof(*items));
    size_t count = 0;

    for (size_t i = 0; i < session->item_count; i++)
        if (is_sent(&session->items[i]) && size_of(&session->items[i]) > 0)
            items[count++] = &session->items[i];
    qsort(items, count, sizeof(*items), by_size);
    for (size_t i = 0; i < count && i < BIGGEST_ITEMS; i++)
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
    struct sum sums[PART_COUNT] = { 0 };

    put_window(call, cols, rows);
    count_items(call->session, sums);
    put_parts(call, sums, cols, rows);
    put_biggest(call, cols, rows);
}
