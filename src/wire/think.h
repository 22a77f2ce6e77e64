/* Some servers leave a model's thinking in its words, between tags: this tells
 * them apart, wherever the stream is cut. */
#ifndef KERF_SRC_WIRE_THINK_H
#define KERF_SRC_WIRE_THINK_H

#include <stdbool.h>

#include "kerf/base/buf.h"

enum think_state {
    THINK_BEFORE, // at the start, or behind a closing tag
    THINK_INSIDE,
    THINK_OUTSIDE, // words came: a tag from here on is one of them
};

/* Zero-initialised it is at the start. */
struct think {
    enum think_state state;
    bool was_inside; // blanks behind a closing tag belong to nobody
    struct buf held; // may be the beginning of a tag
};

void think_release(struct think *think);

/* Takes the next bytes and calls `piece` for what is certain; `inside` if it
 * is thinking. think_flush() gives out what is still held. */
typedef bool (*think_fn)(struct str text, bool inside, void *ctx,
                         struct error *err);
bool think_feed(struct think *think, struct str text, think_fn piece, void *ctx,
                struct error *err) KERF_CHECKED;
bool think_flush(struct think *think, think_fn piece, void *ctx,
                 struct error *err) KERF_CHECKED;

#endif
