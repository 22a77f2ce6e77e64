/* A list of nodes from the newest to the oldest, shared by reference count. */
#include "kerf/sim/history.h"

#include <stdlib.h>

struct history {
    struct history *parent;
    unsigned holders;
    struct json *request;
    struct json *text_input; // if the input was a mere string: as an item
    struct json *output;     // NULL until the response has completed
    size_t bytes;            // of this node
};

// A string stands for one user message.
static struct json *as_items(struct str text)
{
    struct buf buf = { 0 };
    struct json_writer w = { &buf, false };
    struct error err;

    json_begin_array(&w);
    json_begin_object(&w);
    json_member_str(&w, "type", STR("message"));
    json_member_str(&w, "role", STR("user"));
    json_member_str(&w, "content", text);
    json_end_object(&w);
    json_end_array(&w);
    struct json *items = json_parse(buf_str(&buf), &err);
    buf_release(&buf);
    return items;
}

struct history *history_create(struct history *parent, struct json *request,
                               size_t input_bytes)
{
    struct history *history = mem_alloc(sizeof(*history));
    const struct json *input = json_member(request, "input");

    history->parent = parent ? history_hold(parent) : NULL;
    history->holders = 1;
    history->request = request;
    history->bytes = input_bytes;
    if (json_kind(input) == JSON_KIND_STRING)
        history->text_input = as_items(json_str(input));
    return history;
}

void history_set_output(struct history *history, struct json *output,
                        size_t output_bytes)
{
    json_destroy(history->output);
    history->output = output;
    history->bytes += output_bytes;
}

struct history *history_hold(struct history *history)
{
    history->holders++;
    return history;
}

void history_drop(struct history *history)
{
    while (history && --history->holders == 0) {
        struct history *parent = history->parent;
        json_destroy(history->request);
        json_destroy(history->text_input);
        json_destroy(history->output);
        free(history);
        history = parent;
    }
}

static const struct json *input_of(const struct history *history)
{
    return history->text_input ? history->text_input
                               : json_member(history->request, "input");
}

static size_t count_items(const struct history *history)
{
    size_t count = 0;
    for (; history; history = history->parent)
        count += json_count(input_of(history)) + json_count(history->output);
    return count;
}

// Copies an array of items so that it ends before `items[end]`.
static size_t put_before(const struct json **items, size_t end,
                         const struct json *array)
{
    for (size_t i = json_count(array); i-- > 0;)
        items[--end] = json_at(array, i);
    return end;
}

const struct json **history_items(const struct history *history,
                                  struct arena *arena, size_t *count)
{
    *count = count_items(history);
    const struct json **items = arena_array(arena, *count + 1, sizeof(*items));
    size_t end = *count;

    for (; history; history = history->parent) {
        end = put_before(items, end, history->output);
        end = put_before(items, end, input_of(history));
    }
    return items;
}

const struct json *history_request(const struct history *history)
{
    return history->request;
}

size_t history_bytes(const struct history *history)
{
    size_t bytes = 0;
    for (; history; history = history->parent)
        bytes += history->bytes;
    return bytes;
}
