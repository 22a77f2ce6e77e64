/*
 * What the server remembers of a conversation: the input and output of each
 * response, linked to its parent, so that a continuation adds only what is
 * new and a fork shares what was before. Counted references; pure.
 */
#ifndef KERF_SIM_HISTORY_H
#define KERF_SIM_HISTORY_H

#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"

struct history; // one response: its request, its output, its parent

/*
 * Makes the node of a request (owned from now on; its `input` is a string or
 * an array of items) that goes on from `parent` (NULL: a new conversation;
 * held). `input_bytes` is the size of the input, for usage.
 */
struct history *history_create(struct history *parent, struct json *request,
                               size_t input_bytes);

/* Adds the output: an array of items, owned from now on. */
void history_set_output(struct history *history, struct json *output,
                        size_t output_bytes);

/* Another holder; returns `history`. */
struct history *history_hold(struct history *history);

/* One holder less; the last frees it, and so up the chain. NULL is fine. */
void history_drop(struct history *history);

/* Returns all items, oldest first, in an array in `arena`; the items live as
 * long as the history. */
const struct json **history_items(const struct history *history,
                                  struct arena *arena, size_t *count);

/* The request this node was made from. */
const struct json *history_request(const struct history *history);

/* Bytes of all inputs and outputs of the conversation up to here. */
size_t history_bytes(const struct history *history);

#endif
