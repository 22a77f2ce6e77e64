/*
 * What counts as one token here: a short word with the blank before it, up to
 * three digits, a run of newlines with its indent, two punctuation marks. Near
 * enough to a real tokenizer (some 3.4 bytes a token of prose and code) to pace
 * a stream by. Pure.
 */
#ifndef KERF_SIM_TOKEN_H
#define KERF_SIM_TOKEN_H

#include <stddef.h>

#include "kerf/base/str.h"

/* Returns the bytes of the first token of `s`, never cutting a character;
 * 0 only if `s` is empty. */
size_t token_length(struct str s);

/* Returns the bytes of the first `count` tokens of `s`. */
size_t token_span(struct str s, size_t count);

/* Counts the tokens of `s`. */
size_t token_count(struct str s);

#endif
