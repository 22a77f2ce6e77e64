/* Lines of an event, each with the end that the stream's manners ask for. */
#include "kerf/sim/sse_write.h"

#include "kerf/sim/manner.h"

#define COMMENT_EVERY 3

static void put_end(struct sse_writer *sse, struct buf *out)
{
    static const struct str ends[] = { { "\n", 1 },
                                       { "\r\n", 2 },
                                       { "\r", 1 } };
    size_t which = has_manner(sse->manners, MANNER_CRLF) ? 1
                   : has_manner(sse->manners, MANNER_CR) ? 2
                                                         : 0;

    // A CR before a line that ends in LF would be one end with it.
    if (has_manner(sse->manners, MANNER_MIXED_ENDS))
        which = (size_t)(sse->lines++ / 2 % 3);
    buf_append(out, ends[which]);
}

static void put_line(struct sse_writer *sse, const char *name, struct str value,
                     struct buf *out)
{
    buf_append(out, str_from(name));
    buf_append(out, value);
    put_end(sse, out);
}

// The type is the first member of every message that has one.
static struct str type_of(struct str message)
{
    static const struct str mark = { "{\"type\":\"", 9 };
    struct str rest = str_skip(message, mark.len);

    return str_starts_with(message, mark)
               ? str_take(rest, str_find_char(rest, '"'))
               : STR("");
}

// JSON may be cut behind its first brace and before its last.
static void put_data(struct sse_writer *sse, struct str message,
                     struct buf *out)
{
    bool is_object = message.len > 2 && message.at[0] == '{';

    if (!is_object || !has_manner(sse->manners, MANNER_MULTI_LINE)) {
        put_line(sse, "data: ", message, out);
        return;
    }
    put_line(sse, "data: ", STR("{"), out);
    put_line(sse, "data:", str_take(str_skip(message, 1), message.len - 2),
             out);
    put_line(sse, "data: ", STR("}"), out);
}

void sse_write(struct sse_writer *sse, struct str message, struct buf *out)
{
    struct str type = type_of(message);

    if (sse->count == 0 && has_manner(sse->manners, MANNER_BOM))
        buf_append(out, STR("\xef\xbb\xbf"));
    if (has_manner(sse->manners, MANNER_COMMENTS)
        && sse->count % COMMENT_EVERY == 0) {
        put_line(sse, ": ", STR("keep-alive"), out);
        put_end(sse, out);
    }
    if (sse->names && type.len > 0
        && !has_manner(sse->manners, MANNER_NO_EVENT_NAMES))
        put_line(sse, "event: ", type, out);
    put_data(sse, message, out);
    put_end(sse, out);
    sse->count++;
}
