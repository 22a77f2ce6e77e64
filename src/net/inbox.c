/*
 * One growing buffer: each message stands behind its length, which is written
 * when the message is complete. So a piece is copied once, and a message is a
 * view. Size is checked against what the frame announces, before growing.
 */
#include "inbox.h"

#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/net/ws.h"

#define KEEP_BYTES ((size_t)1 << 20) // more is freed when empty
#define HEAD_BYTES sizeof(size_t)

void inbox_release(struct inbox *inbox)
{
    buf_release(&inbox->bytes);
    *inbox = (struct inbox){ .head = 0 };
}

static size_t message_len(const struct inbox *inbox)
{
    return inbox->bytes.len - inbox->whole_end - HEAD_BYTES;
}

static void begin(struct inbox *inbox)
{
    size_t unknown = 0;

    inbox->bytes.len = inbox->whole_end; // of an unfinished one nothing stays
    buf_append(&inbox->bytes,
               (struct str){ (const char *)&unknown, HEAD_BYTES });
    inbox->fragments = 0;
    inbox->under_way = true;
}

static bool is_too_big(const struct inbox *inbox, const struct piece *piece)
{
    size_t room = LIMIT_WS_MESSAGE_BYTES - message_len(inbox);

    return piece->bytes.len > room || piece->to_come > room - piece->bytes.len;
}

static enum inbox_fault finish(struct inbox *inbox)
{
    size_t len = message_len(inbox);
    char *head = inbox->bytes.at + inbox->whole_end;

    if (!utf8_is_valid((struct str){ head + HEAD_BYTES, len }))
        return INBOX_NOT_UTF8;
    memcpy(head, &len, HEAD_BYTES);
    inbox->whole_end = inbox->bytes.len;
    inbox->under_way = false;
    return INBOX_FINE;
}

static enum inbox_fault add(struct inbox *inbox, const struct piece *piece)
{
    if (piece->binary)
        return INBOX_BINARY;
    if (piece->first || !inbox->under_way)
        begin(inbox);
    if (is_too_big(inbox, piece))
        return INBOX_TOO_BIG;
    if (piece->to_come == 0 && ++inbox->fragments > LIMIT_INBOX_FRAGMENTS)
        return INBOX_TOO_MANY;
    buf_append(&inbox->bytes, piece->bytes);
    return piece->last ? finish(inbox) : INBOX_FINE;
}

enum inbox_fault inbox_add(struct inbox *inbox, const struct piece *piece)
{
    enum inbox_fault fault = add(inbox, piece);

    if (fault != INBOX_FINE) {
        inbox->bytes.len = inbox->whole_end;
        inbox->under_way = false;
    }
    return fault;
}

bool inbox_take(struct inbox *inbox, struct str *message)
{
    const char *head = inbox->bytes.at + inbox->head;

    if (inbox->head == inbox->whole_end)
        return false;
    memcpy(&message->len, head, HEAD_BYTES);
    message->at = head + HEAD_BYTES;
    inbox->head += HEAD_BYTES + message->len;
    return true;
}

void inbox_trim(struct inbox *inbox)
{
    bool empty = inbox->head == inbox->bytes.len;

    if (inbox->head == 0 || (!empty && inbox->head < inbox->bytes.len / 2))
        return; // moving the rest costs more than it gives
    buf_consume(&inbox->bytes, inbox->head);
    inbox->whole_end -= inbox->head;
    inbox->head = 0;
    if (empty && inbox->bytes.cap > KEEP_BYTES)
        buf_release(&inbox->bytes);
}

size_t inbox_waiting_bytes(const struct inbox *inbox)
{
    return inbox->whole_end - inbox->head;
}
