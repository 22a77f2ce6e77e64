/* Counts what would be sent. Tokens are estimated from the bytes. */
#include "context_sums.h"

#include <stdlib.h>

#include "kerf/model/estimate.h"

enum part { PART_YOU, PART_FILES, PART_ANSWERS, PART_TOOLS };

static const char *const part_names[CONTEXT_PARTS] = {
    [PART_YOU] = "you",
    [PART_FILES] = "files and logs",
    [PART_ANSWERS] = "answers and patches",
    [PART_TOOLS] = "tool output",
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

const char *context_part_name(size_t part)
{
    return part_names[part];
}

static void count_text(struct context_sum *sum, struct str text)
{
    if (text.len == 0)
        return;
    sum->bytes += text.len;
    sum->items++;
    sum->tokens += estimate_text(text);
}

void context_count(const struct session *session,
                   struct context_sum sums[CONTEXT_PARTS])
{
    for (size_t i = 0; i < session->item_count; i++) {
        const struct item *item = &session->items[i];
        if (!estimate_counts(item))
            continue;
        count_text(&sums[part_of(item)], buf_str(&item->text));
        count_text(&sums[PART_TOOLS], buf_str(&item->output));
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

struct str context_name_of(const struct item *item)
{
    if (item->name.len > 0)
        return item->name;
    return str_from(part_names[part_of(item)]);
}

struct context_size context_size_of(const struct item *item)
{
    struct str text = buf_str(&item->text), output = buf_str(&item->output);

    return (struct context_size){
        .bytes = size_of(item),
        .tokens = estimate_text(text) + estimate_text(output),
        .hash = (unsigned)(str_hash(output, str_hash(text, 0)) >> 32),
    };
}

size_t context_biggest(struct arena *arena, const struct session *session,
                       const struct item *items[CONTEXT_BIGGEST])
{
    const struct item **all =
        arena_array(arena, session->item_count + 1, sizeof(*all));
    size_t count = 0;

    for (size_t i = 0; i < session->item_count; i++)
        if (estimate_counts(&session->items[i])
            && size_of(&session->items[i]) > 0)
            all[count++] = &session->items[i];
    qsort(all, count, sizeof(*all), by_size);
    if (count > CONTEXT_BIGGEST)
        count = CONTEXT_BIGGEST;
    for (size_t i = 0; i < count; i++)
        items[i] = all[i];
    return count;
}
