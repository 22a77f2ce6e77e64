/*
 * A list of messages, each with room in front for a frame's head. A message
 * goes out in frames of bounded size: a server that reads slowly is told from
 * one that reads nothing, and the library never copies more than one of them.
 */
#include "outbox.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/net/ws.h"

struct out_message {
    struct out_message *next;
    size_t len, sent;
    char bytes[]; // headroom, then the text
};

void outbox_release(struct outbox *outbox)
{
    while (outbox->first) {
        struct out_message *next = outbox->first->next;
        free(outbox->first);
        outbox->first = next;
    }
    *outbox = (struct outbox){ .bytes = 0 };
}

bool outbox_add(struct outbox *outbox, struct str text, struct error *err)
{
    if (text.len >= LIMIT_WS_QUEUE_BYTES)
        return error_set(err, ERROR_LIMIT,
                         "the message has %zu bytes; %zu are too many for a "
                         "WebSocket",
                         text.len, LIMIT_WS_QUEUE_BYTES);
    if (outbox->bytes + text.len >= LIMIT_WS_QUEUE_BYTES)
        return error_set(err, ERROR_LIMIT, "%zu bytes wait to be sent already",
                         outbox->bytes);
    struct out_message *message =
        mem_alloc(sizeof(*message) + OUTBOX_HEADROOM + text.len);
    message->len = text.len;
    if (text.len > 0)
        memcpy(message->bytes + OUTBOX_HEADROOM, text.at, text.len);
    if (outbox->first)
        outbox->last->next = message;
    else
        outbox->first = message;
    outbox->last = message;
    outbox->bytes += text.len;
    return true;
}

static size_t frame_len(const struct out_message *message)
{
    size_t left = message->len - message->sent;

    return left < OUTBOX_FRAME_BYTES ? left : OUTBOX_FRAME_BYTES;
}

bool outbox_peek(const struct outbox *outbox, struct frame *frame)
{
    struct out_message *message = outbox->first;

    if (!message)
        return false;
    frame->at = message->bytes + OUTBOX_HEADROOM + message->sent;
    frame->len = frame_len(message);
    frame->first = message->sent == 0;
    frame->last = message->sent + frame->len == message->len;
    return true;
}

void outbox_advance(struct outbox *outbox)
{
    struct out_message *message = outbox->first;
    size_t len = frame_len(message);

    message->sent += len;
    outbox->bytes -= len;
    if (message->sent < message->len)
        return;
    outbox->first = message->next;
    if (!outbox->first)
        outbox->last = NULL;
    free(message);
}

bool outbox_is_empty(const struct outbox *outbox)
{
    return !outbox->first;
}
