/* Private: puts fragments together and keeps whole messages until they are
 * taken. */
#ifndef KERF_NET_INBOX_H
#define KERF_NET_INBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define LIMIT_INBOX_FRAGMENTS ((size_t)1 << 17) // of one message

/* A piece as the socket hands it over: part of a frame of a message. */
struct piece {
    struct str bytes;
    size_t to_come; // bytes of this frame that are not here yet
    bool binary;
    bool first; // begins a message
    bool last;  // ends it
};

enum inbox_fault {
    INBOX_FINE,
    INBOX_BINARY,
    INBOX_TOO_BIG,
    INBOX_TOO_MANY, // fragments
    INBOX_NOT_UTF8,
};

/* Zero-initialised it is empty and ready. */
struct inbox {
    struct buf bytes; // messages, each behind its length
    size_t head;      // where the next message to take begins
    size_t whole_end; // behind the last whole message
    size_t fragments; // of the message under way
    bool under_way;
};

void inbox_release(struct inbox *inbox);

/* Takes a piece in. After a fault only whole messages remain. */
enum inbox_fault inbox_add(struct inbox *inbox, const struct piece *piece);

/* Takes the next whole message out; the view lives until inbox_add or
 * inbox_trim. False if there is none. */
bool inbox_take(struct inbox *inbox, struct str *message);

/* Gives the memory of taken messages back. */
void inbox_trim(struct inbox *inbox);

/* Bytes of whole messages that were not taken. */
size_t inbox_waiting_bytes(const struct inbox *inbox);

#endif
