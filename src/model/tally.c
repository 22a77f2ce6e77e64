/*
 * The words of an item that is done do not change any more, but for the output
 * that a call gets at its end. So a weight holds as long as the number of
 * bytes does; whether the item counts is looked up every time.
 */
#include "kerf/model/estimate.h"

#include <stdlib.h>

#include "parts.h"

#define MESSAGE_TOKENS 4 // around each item

struct tally_entry {
    size_t bytes; // that were weighed; 0: none yet
    double weight;
};

bool estimate_counts(const struct item *item)
{
    return item->done && !item->superseded && !item->aside
           && item->compacted == 0 && item->kind != ITEM_NOTICE;
}

static double weigh(const struct item *item)
{
    return estimate_text(item->name) + estimate_text(buf_str(&item->text))
           + estimate_text(buf_str(&item->output));
}

double estimate_item(const struct item *item)
{
    return estimate_counts(item) ? MESSAGE_TOKENS + weigh(item) : 0;
}

static double keep_up(struct tally_entry *entry, const struct item *item)
{
    size_t bytes = item->name.len + item->text.len + item->output.len;

    if (entry->bytes != bytes)
        *entry = (struct tally_entry){ bytes, weigh(item) };
    return MESSAGE_TOKENS + entry->weight;
}

static void make_room(struct tally *tally, size_t count)
{
    tally->entries =
        grow(tally->entries, &tally->cap, count, sizeof(*tally->entries));
    while (tally->count < count)
        tally->entries[tally->count++] = (struct tally_entry){ 0 };
}

double tally_session(struct tally *tally, const struct session *session)
{
    double sum = 0;

    make_room(tally, session->item_count);
    for (size_t i = 0; i < session->item_count; i++)
        if (estimate_counts(&session->items[i]))
            sum += keep_up(&tally->entries[i], &session->items[i]);
    return sum;
}

void tally_release(struct tally *tally)
{
    free(tally->entries);
    *tally = (struct tally){ .entries = NULL };
}
