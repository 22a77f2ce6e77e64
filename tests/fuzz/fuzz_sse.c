/*
 * Server-sent events: the first byte says into how long pieces the rest is cut,
 * and the events must be the same as those of the rest in one piece.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/buf.h"
#include "kerf/wire/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool note(enum sse_found found, const struct sse_event *event,
                 struct buf *out)
{
    if (found == SSE_MORE || found == SSE_TOO_BIG)
        return false;
    buf_printf(out, "%d %zu %zu %zu ", (int)found, event->name.len,
               event->data.len, event->id.len);
    buf_append(out, event->name);
    buf_append(out, event->data);
    buf_append(out, event->id);
    return true;
}

static void read_all(struct str bytes, size_t piece, struct buf *out)
{
    struct sse sse = { 0 };
    struct sse_event event = { { 0 }, { 0 }, { 0 } };

    while (bytes.len > 0) {
        struct str part = str_take(bytes, piece);
        bytes = str_skip(bytes, piece);
        while (note(sse_next(&sse, &part, &event), &event, out))
            event = (struct sse_event){ { 0 }, { 0 }, { 0 } };
        if (part.len > 0)
            abort(); // SSE_MORE means that all is used up
    }
    note(sse_finish(&sse, &event), &event, out);
    sse_release(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = { 0 }, cut = { 0 };

    if (size == 0)
        return 0;
    struct str bytes = { (const char *)data + 1, size - 1 };
    read_all(bytes, SIZE_MAX, &whole);
    read_all(bytes, 1u + data[0] % 16, &cut);
    if (!str_equal(buf_str(&whole), buf_str(&cut)))
        abort();
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
