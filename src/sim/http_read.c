/*
 * Two layers: phases that cut the stream into head, body and chunks, and the
 * reading of a whole head. The body is gathered in one buffer; its limit is
 * tested before a byte of it is kept. What smuggling attacks live on is
 * refused: two lengths, a length beside chunks, folded lines, bare CR.
 */
#include "kerf/sim/http_read.h"

#include <string.h>

#define LIMIT_HEX_DIGITS 15

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool http_word_is(struct str a, const char *b)
{
    size_t i = 0;

    while (i < a.len && b[i] && lower(a.at[i]) == lower(b[i]))
        i++;
    return i == a.len && !b[i];
}

struct str http_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (http_word_is(request->headers[i].name, name))
            return request->headers[i].value;
    return STR("");
}

bool http_header_has(const struct http_request *request, const char *name,
                     const char *word)
{
    for (size_t i = 0; i < request->header_count; i++) {
        struct str rest = request->headers[i].value, piece;
        if (!http_word_is(request->headers[i].name, name))
            continue;
        while (str_split(&rest, ',', &piece))
            if (http_word_is(str_trim(piece), word))
                return true;
    }
    return false;
}

static enum http_step wrong(struct http_reader *reader, int status,
                            const char *problem)
{
    reader->status = status;
    reader->problem = problem;
    return HTTP_WRONG;
}

// --- a head ------------------------------------------------------------------

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z')
           || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_char(s.at[i]))
            return false;
    return s.len > 0;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

// Cuts the next line, which must end in CRLF.
static bool cut_line(struct str *rest, struct str *line)
{
    if (!str_split(rest, '\n', line) || !str_ends_with(*line, STR("\r")))
        return false;
    *line = str_take(*line, line->len - 1);
    return true;
}

static bool read_request_line(struct str line, struct http_request *request)
{
    size_t first = str_find_char(line, ' '), last = str_rfind_char(line, ' ');

    if (first == SIZE_MAX || last == first)
        return false;
    struct str version = str_skip(line, last + 1);
    request->method = str_take(line, first);
    request->target = str_take(str_skip(line, first + 1), last - first - 1);
    request->path =
        str_take(request->target, str_find_char(request->target, '?'));
    request->keep_alive = str_is(version, "HTTP/1.1");
    return is_token(request->method) && request->target.len > 0
           && str_find_char(request->target, ' ') == SIZE_MAX
           && !has_control(request->target)
           && (request->keep_alive || str_is(version, "HTTP/1.0"));
}

static bool read_header_line(struct str line, struct http_request *request)
{
    size_t colon = str_find_char(line, ':');

    if (colon == SIZE_MAX || has_control(line))
        return false;
    struct http_header header = { str_take(line, colon),
                                  str_trim(str_skip(line, colon + 1)) };
    if (!is_token(header.name))
        return false;
    request->headers[request->header_count++] = header;
    return true;
}

static size_t count_headers(const struct http_request *request,
                            const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += http_word_is(request->headers[i].name, name);
    return count;
}

// Finds out how the body is framed.
static enum http_step frame_body(struct http_reader *reader,
                                 struct http_request *request)
{
    size_t lengths = count_headers(request, "content-length");
    struct str coding = http_header(request, "transfer-encoding");
    bool is_chunked = http_word_is(coding, "chunked");
    uint64_t length = 0;

    if (coding.len > 0 && !is_chunked)
        return wrong(reader, 501, "Only the transfer coding chunked is known.");
    if (lengths > 1 || (lengths > 0 && is_chunked)
        || count_headers(request, "transfer-encoding") > 1)
        return wrong(reader, 400, "The length of the body is given twice.");
    if (lengths > 0
        && !str_to_u64(http_header(request, "content-length"), &length))
        return wrong(reader, 400, "Content-Length is no number.");
    if (length > LIMIT_BODY_BYTES)
        return wrong(reader, 413, "The body is too large.");
    reader->left = length;
    reader->phase = is_chunked ? HTTP_PHASE_CHUNK_LINE : HTTP_PHASE_BODY;
    return HTTP_HEAD;
}

static enum http_step check_head(struct http_reader *reader,
                                 struct http_request *request)
{
    size_t hosts = count_headers(request, "host");

    if (hosts > 1 || (request->keep_alive && hosts == 0))
        return wrong(reader, 400, "There must be one Host header.");
    if (http_header_has(request, "connection", "close"))
        request->keep_alive = false;
    request->wants_continue =
        http_header_has(request, "expect", "100-continue");
    return frame_body(reader, request);
}

static enum http_step read_head(struct http_reader *reader,
                                struct http_request *request)
{
    struct str rest = buf_str(&reader->head), line;

    *request = (struct http_request){ 0 };
    if (!cut_line(&rest, &line) || !read_request_line(line, request))
        return wrong(reader, 400, "The request line is malformed.");
    while (rest.len > 2) {
        if (request->header_count == LIMIT_HEADERS)
            return wrong(reader, 431, "There are too many header lines.");
        if (!cut_line(&rest, &line) || !read_header_line(line, request))
            return wrong(reader, 400, "A header line is malformed.");
    }
    return check_head(reader, request);
}

// --- phases ------------------------------------------------------------------

// Finds the end of the blank line that ends a head; SIZE_MAX: not there yet.
static size_t head_end(const struct http_reader *reader)
{
    size_t from = reader->scanned > 3 ? reader->scanned - 3 : 0;
    size_t at =
        str_find(str_skip(buf_str(&reader->head), from), STR("\r\n\r\n"));

    return at == SIZE_MAX ? at : from + at + 4;
}

static enum http_step take_head(struct http_reader *reader, struct str *bytes,
                                struct http_request *request)
{
    size_t before = reader->head.len;
    struct str piece = str_take(*bytes, LIMIT_HEAD_BYTES - before);

    buf_append(&reader->head, piece);
    size_t end = head_end(reader);
    if (end != SIZE_MAX) {
        reader->head.len = end;
        *bytes = str_skip(*bytes, end - before);
        return read_head(reader, request);
    }
    reader->scanned = reader->head.len;
    *bytes = str_skip(*bytes, piece.len);
    return reader->head.len < LIMIT_HEAD_BYTES
               ? HTTP_MORE
               : wrong(reader, 431, "The head is too large.");
}

static void take_body(struct http_reader *reader, struct str *bytes)
{
    size_t take = bytes->len < reader->left ? bytes->len : (size_t)reader->left;

    buf_append(&reader->body, str_take(*bytes, take));
    reader->left -= take;
    *bytes = str_skip(*bytes, take);
}

// Gathers a line up to its LF; false if it is not whole yet. What is too long
// is cut, and then is no legal line.
static bool take_line(struct http_reader *reader, struct str *bytes)
{
    size_t newline = str_find_char(*bytes, '\n');
    size_t take = newline == SIZE_MAX ? bytes->len : newline + 1;
    size_t room = LIMIT_CHUNK_LINE_BYTES - reader->line.len;

    buf_append(&reader->line, str_take(*bytes, take < room ? take : room));
    *bytes = str_skip(*bytes, take);
    return newline != SIZE_MAX || take >= room;
}

static bool read_hex(struct str s, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = lower(s.at[i]);
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && !(c >= 'a' && c <= 'f'))
            return false;
        *number = *number << 4 | (uint64_t)(is_digit ? c - '0' : c - 'a' + 10);
    }
    return s.len > 0 && s.len <= LIMIT_HEX_DIGITS;
}

static enum http_step start_chunk(struct http_reader *reader)
{
    struct str line = buf_str(&reader->line);
    bool whole = str_ends_with(line, STR("\r\n"));
    struct str size = str_take(line, whole ? line.len - 2 : 0);

    size = str_trim_end(str_take(size, str_find_char(size, ';')));
    if (!read_hex(size, &reader->left))
        return wrong(reader, 400, "The size of a chunk is malformed.");
    if (reader->left > LIMIT_BODY_BYTES - reader->body.len)
        return wrong(reader, 413, "The body is too large.");
    reader->phase = reader->left > 0 ? HTTP_PHASE_CHUNK : HTTP_PHASE_TRAILER;
    return HTTP_MORE;
}

static enum http_step end_chunk(struct http_reader *reader)
{
    reader->phase = HTTP_PHASE_CHUNK_LINE;
    return str_is(buf_str(&reader->line), "\r\n")
               ? HTTP_MORE
               : wrong(reader, 400, "A chunk does not end in CRLF.");
}

// Trailers are read over.
static enum http_step end_trailer(struct http_reader *reader)
{
    if (!str_ends_with(buf_str(&reader->line), STR("\r\n"))
        || ++reader->trailers > LIMIT_HEADERS)
        return wrong(reader, 400, "The trailer is malformed.");
    if (str_is(buf_str(&reader->line), "\r\n"))
        reader->phase = HTTP_PHASE_OVER;
    return HTTP_MORE;
}

static enum http_step end_line(struct http_reader *reader)
{
    enum http_step step = reader->phase == HTTP_PHASE_CHUNK_LINE
                              ? start_chunk(reader)
                          : reader->phase == HTTP_PHASE_CHUNK_END
                              ? end_chunk(reader)
                              : end_trailer(reader);

    buf_reset(&reader->line);
    return step;
}

// One step of the phase; HTTP_MORE: go on.
static enum http_step take(struct http_reader *reader, struct str *bytes,
                           struct http_request *request)
{
    switch (reader->phase) {
    case HTTP_PHASE_HEAD: return take_head(reader, bytes, request);
    case HTTP_PHASE_BODY:
    case HTTP_PHASE_CHUNK:
        take_body(reader, bytes);
        if (reader->left == 0)
            reader->phase = reader->phase == HTTP_PHASE_BODY
                                ? HTTP_PHASE_OVER
                                : HTTP_PHASE_CHUNK_END;
        return HTTP_MORE;
    case HTTP_PHASE_CHUNK_LINE:
    case HTTP_PHASE_CHUNK_END:
    case HTTP_PHASE_TRAILER:
        return take_line(reader, bytes) ? end_line(reader) : HTTP_MORE;
    case HTTP_PHASE_OVER: return HTTP_READY;
    }
    return HTTP_MORE;
}

enum http_step http_read(struct http_reader *reader, struct str *bytes,
                         struct http_request *request)
{
    // A blank line before a request is forgiven (RFC 9112 2.2).
    while (reader->phase == HTTP_PHASE_HEAD && reader->head.len == 0
           && bytes->len > 0 && (bytes->at[0] == '\r' || bytes->at[0] == '\n'))
        *bytes = str_skip(*bytes, 1);
    do {
        enum http_step step = take(reader, bytes, request);
        if (step == HTTP_READY)
            request->body = buf_str(&reader->body);
        if (step != HTTP_MORE)
            return step;
    } while (bytes->len > 0 || reader->phase == HTTP_PHASE_OVER);
    return HTTP_MORE;
}

void http_reset(struct http_reader *reader)
{
    buf_reset(&reader->head);
    buf_reset(&reader->body);
    buf_reset(&reader->line);
    reader->phase = HTTP_PHASE_HEAD;
    reader->scanned = reader->trailers = 0;
    reader->left = 0;
}

void http_release(struct http_reader *reader)
{
    buf_release(&reader->head);
    buf_release(&reader->body);
    buf_release(&reader->line);
    *reader = (struct http_reader){ 0 };
}
