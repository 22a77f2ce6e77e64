/* Private: messages that wait to be sent, cut into frames. */
#ifndef KERF_NET_OUTBOX_H
#define KERF_NET_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define OUTBOX_HEADROOM 32                     // libwebsockets writes there
#define OUTBOX_FRAME_BYTES ((size_t)256 << 10) // progress is seen in these

struct out_message;

/* Zero-initialised it is empty and ready. */
struct outbox {
    struct out_message *first, *last;
    size_t bytes; // not sent
};

/* Part of the first message; OUTBOX_HEADROOM bytes before it may be written. */
struct frame {
    char *at;
    size_t len;
    bool first, last;
};

void outbox_release(struct outbox *outbox);

/* Queues a copy. ERROR_LIMIT if it, or all together, is too large. */
bool outbox_add(struct outbox *outbox, struct str text,
                struct error *err) KERF_CHECKED;

/* What to send next. False if nothing waits. */
bool outbox_peek(const struct outbox *outbox, struct frame *frame);

/* Takes away what outbox_peek gave. */
void outbox_advance(struct outbox *outbox);

bool outbox_is_empty(const struct outbox *outbox);

#endif
