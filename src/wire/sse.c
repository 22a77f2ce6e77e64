/*
 * Cuts bytes into lines, which end with LF, CR or CRLF, and lines into fields.
 * A CR ends its line at once; a LF that follows, perhaps much later, is then
 * dropped. A line that lies in one piece is read where it stands; only one
 * that is split is put together first. What an event holds is kept until the
 * next call, so that the caller may look at it.
 */
#include "kerf/wire/sse.h"

#define BOM STR("\xef\xbb\xbf")
#define FIRST_WINDOW ((size_t)256)

void sse_release(struct sse *sse)
{
    buf_release(&sse->line);
    buf_release(&sse->data);
    buf_release(&sse->name);
    buf_release(&sse->id);
    *sse = (struct sse){ .begun = false };
}

// --- lines -------------------------------------------------------------------

// Looks for LF and CR in a window that doubles: a line costs what it is long,
// whichever of the two is missing from the rest.
static size_t find_line_end(struct str bytes)
{
    for (size_t from = 0, size = FIRST_WINDOW; from < bytes.len; size *= 2) {
        struct str window = str_take(str_skip(bytes, from), size);
        size_t lf = str_find_char(window, '\n');
        size_t cr = str_find_char(str_take(window, lf), '\r');
        if (cr != SIZE_MAX || lf != SIZE_MAX)
            return from + (cr != SIZE_MAX ? cr : lf);
        from += window.len;
    }
    return SIZE_MAX;
}

static void drop_second_half_of_crlf(struct sse *sse, struct str *bytes)
{
    if (bytes->len == 0)
        return;
    if (sse->after_cr && bytes->at[0] == '\n')
        *bytes = str_skip(*bytes, 1);
    sse->after_cr = false;
}

// Takes a whole line, without its end, from `*bytes`. False: more must come.
static bool take_line(struct sse *sse, struct str *bytes, struct str *line)
{
    drop_second_half_of_crlf(sse, bytes);
    size_t end = find_line_end(*bytes);
    bool whole = end < bytes->len;

    *line = str_take(*bytes, end);
    if (sse->line.len + line->len > LIMIT_SSE_EVENT_BYTES) {
        sse->too_big = true;
        return false;
    }
    if (sse->line.len > 0 || !whole) {
        buf_append(&sse->line, *line);
        *line = buf_str(&sse->line);
    }
    if (whole)
        sse->after_cr = bytes->at[end] == '\r';
    *bytes = str_skip(*bytes, whole ? end + 1 : end);
    return whole;
}

// --- fields ------------------------------------------------------------------

static void keep_name(struct buf *to, struct str value)
{
    buf_reset(to);
    if (value.len <= LIMIT_SSE_NAME_BYTES)
        buf_append(to, value);
}

static void add_data(struct sse *sse, struct str value)
{
    if (sse->data.len + value.len + 1 > LIMIT_SSE_EVENT_BYTES) {
        sse->too_big = true;
        return;
    }
    if (sse->has_data)
        buf_append_char(&sse->data, '\n');
    buf_append(&sse->data, value);
    sse->has_data = true;
}

static void read_field(struct sse *sse, struct str line)
{
    size_t colon = str_find_char(line, ':');
    struct str name = str_take(line, colon);
    struct str value = colon < line.len ? str_skip(line, colon + 1) : STR("");

    if (str_starts_with(value, STR(" ")))
        value = str_skip(value, 1);
    if (str_is(name, "data"))
        add_data(sse, value);
    else if (str_is(name, "event"))
        keep_name(&sse->name, value);
    else if (str_is(name, "id") && str_find_char(value, '\0') == SIZE_MAX)
        keep_name(&sse->id, value);
}

// --- events ------------------------------------------------------------------

static void forget_told(struct sse *sse)
{
    if (!sse->told)
        return;
    sse->told = sse->has_data = false;
    buf_reset(&sse->data);
    buf_reset(&sse->name);
}

// An event without data is none, but ends what its lines said.
static enum sse_found end_event(struct sse *sse, struct sse_event *event)
{
    sse->told = true;
    *event = (struct sse_event){ buf_str(&sse->name), buf_str(&sse->data),
                                 buf_str(&sse->id) };
    return sse->has_data ? SSE_EVENT : SSE_MORE;
}

static enum sse_found read_line(struct sse *sse, struct str line,
                                struct sse_event *event)
{
    if (!sse->begun && str_starts_with(line, BOM))
        line = str_skip(line, BOM.len);
    sse->begun = true;
    if (line.len == 0)
        return end_event(sse, event);
    if (line.at[0] != ':') {
        read_field(sse, line);
        return sse->too_big ? SSE_TOO_BIG : SSE_MORE;
    }
    *event = (struct sse_event){ .data = str_skip(line, 1) };
    return SSE_COMMENT;
}

enum sse_found sse_next(struct sse *sse, struct str *bytes,
                        struct sse_event *event)
{
    enum sse_found found = SSE_MORE;
    struct str line;

    if (sse->too_big)
        return SSE_TOO_BIG;
    forget_told(sse);
    while (found == SSE_MORE && take_line(sse, bytes, &line)) {
        forget_told(sse);
        found = read_line(sse, line, event);
        buf_reset(&sse->line); // a comment still points to its bytes
    }
    return sse->too_big ? SSE_TOO_BIG : found;
}

enum sse_found sse_finish(struct sse *sse, struct sse_event *event)
{
    struct str end = STR("\n\n");

    if (sse->after_cr)
        end = STR("\n\n\n");
    for (;;) {
        enum sse_found found = sse_next(sse, &end, event);
        if (found != SSE_COMMENT)
            return found;
    }
}
