/*
 * Reading goes through jansson: `struct json` is its node under our name, so
 * that jansson.h stays in this file. Writing and scanning are ours: the writer
 * because its bytes must be the same every time, the scanner because a delta
 * arrives thousands of times a second (a tree costs some 30 times as much).
 */
#include "kerf/base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kerf/base/utf8.h"

static const json_t *node_of(const struct json *node)
{
    return (const json_t *)node;
}

struct json *json_parse(struct str text, struct error *err)
{
    json_error_t why;

    if (text.len > LIMIT_JSON_BYTES) {
        error_set(err, ERROR_LIMIT, "JSON of %zu bytes, the limit is %u",
                  text.len, LIMIT_JSON_BYTES);
        return NULL;
    }
    json_t *root = json_loadb(
        text.at ? text.at : "", text.len,
        JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &why);
    if (!root) {
        struct buf why_text = { 0 }; // it quotes what was read
        utf8_sanitise(&why_text, str_from(why.text), false);
        error_set(err, ERROR_INVALID, "JSON line %d column %d: %s", why.line,
                  why.column, buf_cstr(&why_text));
        buf_release(&why_text);
        return NULL;
    }
    return (struct json *)root;
}

void json_destroy(struct json *root)
{
    json_decref((json_t *)root);
}

enum json_kind json_kind(const struct json *node)
{
    if (!node)
        return JSON_KIND_NONE;
    switch (json_typeof(node_of(node))) {
    case JSON_OBJECT: return JSON_KIND_OBJECT;
    case JSON_ARRAY: return JSON_KIND_ARRAY;
    case JSON_STRING: return JSON_KIND_STRING;
    case JSON_INTEGER:
    case JSON_REAL: return JSON_KIND_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE: return JSON_KIND_BOOL;
    case JSON_NULL: return JSON_KIND_NULL;
    }
    return JSON_KIND_NONE;
}

const struct json *json_member(const struct json *node, const char *key)
{
    if (json_kind(node) != JSON_KIND_OBJECT)
        return NULL;
    return (const struct json *)json_object_get(node_of(node), key);
}

const struct json *json_path(const struct json *node, const char *path)
{
    struct str rest = str_from(path), piece;

    while (node && str_split(&rest, '.', &piece)) {
        if (json_kind(node) != JSON_KIND_OBJECT)
            return NULL;
        node = (const struct json *)json_object_getn(node_of(node), piece.at,
                                                     piece.len);
    }
    return node;
}

size_t json_count(const struct json *node)
{
    switch (json_kind(node)) {
    case JSON_KIND_ARRAY: return json_array_size(node_of(node));
    case JSON_KIND_OBJECT: return json_object_size(node_of(node));
    case JSON_KIND_NONE:
    case JSON_KIND_NULL:
    case JSON_KIND_BOOL:
    case JSON_KIND_NUMBER:
    case JSON_KIND_STRING: return 0;
    }
    return 0;
}

const struct json *json_at(const struct json *node, size_t index)
{
    if (json_kind(node) != JSON_KIND_ARRAY)
        return NULL;
    return (const struct json *)json_array_get(node_of(node), index);
}

struct str json_str(const struct json *node)
{
    if (json_kind(node) != JSON_KIND_STRING)
        return (struct str){ 0 };
    return (struct str){ json_string_value(node_of(node)),
                         json_string_length(node_of(node)) };
}

int64_t json_int(const struct json *node, int64_t fallback)
{
    if (json_kind(node) != JSON_KIND_NUMBER)
        return fallback;
    if (json_is_integer(node_of(node)))
        return json_integer_value(node_of(node));
    double real = json_real_value(node_of(node));
    return real > -9e18 && real < 9e18 ? (int64_t)real : fallback;
}

double json_double(const struct json *node, double fallback)
{
    if (json_kind(node) != JSON_KIND_NUMBER)
        return fallback;
    return json_number_value(node_of(node));
}

bool json_bool(const struct json *node, bool fallback)
{
    if (json_kind(node) != JSON_KIND_BOOL)
        return fallback;
    return json_is_true(node_of(node));
}

void json_each(const struct json *node, json_visit_fn visit, void *ctx)
{
    const char *key;
    json_t *value;

    if (json_kind(node) != JSON_KIND_OBJECT)
        return;
    json_object_foreach((json_t *)node_of(node), key, value)
        visit(str_from(key), (const struct json *)value, ctx);
}

static int dump_piece(const char *bytes, size_t size, void *ctx)
{
    buf_append(ctx, (struct str){ bytes, size });
    return 0;
}

void json_dump(const struct json *node, struct buf *out)
{
    json_dump_callback(node_of(node), dump_piece, out,
                       JSON_COMPACT | JSON_ENCODE_ANY);
}

// Writes the comma that stands before the next value, if one is due.
static void separate(struct json_writer *w)
{
    if (w->need_comma)
        buf_append_char(w->out, ',');
    w->need_comma = true;
}

static void begin(struct json_writer *w, char bracket)
{
    separate(w);
    buf_append_char(w->out, bracket);
    w->need_comma = false;
}

static void end(struct json_writer *w, char bracket)
{
    buf_append_char(w->out, bracket);
    w->need_comma = true;
}

void json_begin_object(struct json_writer *w)
{
    begin(w, '{');
}

void json_end_object(struct json_writer *w)
{
    end(w, '}');
}

void json_begin_array(struct json_writer *w)
{
    begin(w, '[');
}

void json_end_array(struct json_writer *w)
{
    end(w, ']');
}

static void put_escaped(struct buf *out, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letter[] = "\"\\bfnrt";
    const char *hit = c ? strchr(plain, c) : NULL;

    if (hit)
        buf_printf(out, "\\%c", letter[hit - plain]);
    else
        buf_printf(out, "\\u%04x", (unsigned char)c);
}

static void put_quoted(struct buf *out, struct str s)
{
    buf_append_char(out, '"');
    while (s.len > 0) {
        size_t run = 0;
        uint32_t code = 0;
        size_t n = 0;
        while (run < s.len) { // copies the longest stretch that needs nothing
            code = (unsigned char)s.at[run];
            if (code >= 0x20 && code < 0x80 && code != '"' && code != '\\') {
                run++;
                continue;
            }
            n = utf8_decode(str_skip(s, run), &code);
            if (code == UTF8_INVALID || code < 0x20 || code == '"'
                || code == '\\')
                break;
            run += n;
        }
        buf_append(out, str_take(s, run));
        s = str_skip(s, run);
        if (s.len == 0)
            break;
        if (code == UTF8_INVALID)
            utf8_encode(out, 0xfffd);
        else
            put_escaped(out, s.at[0]);
        s = str_skip(s, 1);
    }
    buf_append_char(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
    separate(w);
    put_quoted(w->out, str_from(key));
    buf_append_char(w->out, ':');
    w->need_comma = false;
}

void json_put_str(struct json_writer *w, struct str s)
{
    separate(w);
    put_quoted(w->out, s);
}

void json_put_int(struct json_writer *w, int64_t number)
{
    separate(w);
    buf_printf(w->out, "%lld", (long long)number);
}

void json_put_double(struct json_writer *w, double number)
{
    char text[32];

    separate(w);
    snprintf(text, sizeof(text), "%.17g", number);
    char *comma = strchr(text, ','); // the locale's decimal sign
    if (comma)
        *comma = '.';
    buf_append(w->out, isfinite(number) ? str_from(text) : STR("null"));
}

void json_put_bool(struct json_writer *w, bool value)
{
    separate(w);
    buf_append(w->out, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w)
{
    separate(w);
    buf_append(w->out, STR("null"));
}

void json_put_raw(struct json_writer *w, struct str json)
{
    separate(w);
    buf_append(w->out, json);
}

void json_member_str(struct json_writer *w, const char *key, struct str s)
{
    json_key(w, key);
    json_put_str(w, s);
}

void json_member_int(struct json_writer *w, const char *key, int64_t number)
{
    json_key(w, key);
    json_put_int(w, number);
}

void json_member_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_put_bool(w, value);
}
