/* A plain list: it is read newest first and seldom longer than a page. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"

static void drop_oldest(struct history *history)
{
    history->bytes -= history->at[0].len;
    free((char *)history->at[0].at);
    history->count--;
    memmove(history->at, history->at + 1,
            history->count * sizeof(history->at[0]));
}

void history_release(struct history *history)
{
    while (history->count > 0)
        drop_oldest(history);
    free(history->at);
    *history = (struct history){ 0 };
}

void history_add(struct history *history, struct str text)
{
    if (text.len == 0 || text.len > LIMIT_HISTORY_BYTES)
        return;
    if (history->count > 0 && str_equal(history->at[history->count - 1], text))
        return;
    while (history->count >= LIMIT_HISTORY
           || (history->count > 0
               && history->bytes + text.len > LIMIT_HISTORY_BYTES))
        drop_oldest(history);
    if (history->count == history->cap) {
        history->cap = history->cap ? history->cap * 2 : 16;
        history->at =
            mem_realloc(history->at, history->cap * sizeof(history->at[0]));
    }
    char *copy = mem_alloc(text.len);
    memcpy(copy, text.at, text.len);
    history->at[history->count++] = (struct str){ copy, text.len };
    history->bytes += text.len;
}

size_t history_search(const struct history *history, struct str text,
                      size_t before)
{
    if (before > history->count)
        before = history->count;
    while (before-- > 0)
        if (str_find(history->at[before], text) != SIZE_MAX)
            return before;
    return SIZE_MAX;
}
