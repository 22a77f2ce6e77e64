/*
 * Keeps the head and the tail of a long output and counts what lies between.
 * The tail is never dropped: that is where builds say what went wrong.
 */
#ifndef KERF_AGENT_OUTPUT_H
#define KERF_AGENT_OUTPUT_H

#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

struct output {
    size_t limit_bytes; // of head and tail together
    struct buf head, tail;
    size_t dropped_bytes, dropped_lines;
};

/* Starts empty, releases, and takes the next bytes. */
void output_init(struct output *output, size_t limit_bytes);
void output_release(struct output *output);
void output_add(struct output *output, struct str bytes);

/* Appends head, a line "[... 1234 lines, 56789 bytes left out ...]" if any
 * were, and tail, cut at line ends; malformed UTF-8 becomes U+FFFD. */
void output_write(const struct output *output, struct buf *out);

#endif
