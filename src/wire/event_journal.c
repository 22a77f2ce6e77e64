/*
 * The journal's form of an event: a flat object, one row of the table a field,
 * fields that are zero left out. Bytes that are no UTF-8 (a patch in Latin-1)
 * are written in hexadecimal, so that every byte comes back.
 */
#include <stddef.h>
#include <string.h>

#include "kerf/base/json.h"
#include "kerf/base/utf8.h"
#include "kerf/wire/event_json.h"

enum field_type {
    FIELD_STR,
    FIELD_INT64,
    FIELD_INT,
    FIELD_BOOL,
    FIELD_SIZE,    // SIZE_MAX is written as -1
    FIELD_SIZES,   // of a target
    FIELD_INT64S,  // of a usage
    FIELD_DOUBLES, // of a price
};

struct field {
    const char *key;
    enum field_type type;
    size_t offset, size;
};

#define FIELD(key, type, member)                   \
    {                                              \
        key, type, offsetof(struct event, member), \
            sizeof(((struct event *)0)->member)    \
    }

static const struct field fields[] = {
    FIELD("time", FIELD_INT64, time_ms),  FIELD("id", FIELD_STR, id),
    FIELD("call_id", FIELD_STR, call_id), FIELD("name", FIELD_STR, name),
    FIELD("text", FIELD_STR, text),       FIELD("extra", FIELD_STR, extra),
    FIELD("raw", FIELD_STR, raw),         FIELD("number", FIELD_INT64, number),
    FIELD("count", FIELD_INT64, count),   FIELD("state", FIELD_INT, state),
    FIELD("flag", FIELD_BOOL, flag),      FIELD("index", FIELD_SIZE, index),
    FIELD("target", FIELD_SIZES, target), FIELD("usage", FIELD_INT64S, usage),
    FIELD("price", FIELD_DOUBLES, price),
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static const char hex_digits[] = "0123456789abcdef";

static void put_hex(struct json_writer *w, struct str bytes)
{
    struct buf hex = { 0 };

    buf_reserve(&hex, bytes.len * 2);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.at[i];
        buf_append_char(&hex, hex_digits[byte >> 4]);
        buf_append_char(&hex, hex_digits[byte & 15]);
    }
    json_begin_object(w);
    json_member_str(w, "hex", buf_str(&hex));
    json_end_object(w);
    buf_release(&hex);
}

static void put_text(struct json_writer *w, struct str text)
{
    if (utf8_is_valid(text))
        json_put_str(w, text);
    else
        put_hex(w, text);
}

static void put_size(struct json_writer *w, size_t size)
{
    json_put_int(w, size == SIZE_MAX ? -1 : (int64_t)size);
}

static void put_list(struct json_writer *w, const struct field *field,
                     const char *at)
{
    json_begin_array(w);
    for (size_t i = 0; i < field->size / sizeof(int64_t); i++) {
        if (field->type == FIELD_SIZES)
            put_size(w, ((const size_t *)(const void *)at)[i]);
        else if (field->type == FIELD_INT64S)
            json_put_int(w, ((const int64_t *)(const void *)at)[i]);
        else
            json_put_double(w, ((const double *)(const void *)at)[i]);
    }
    json_end_array(w);
}

static void put_field(struct json_writer *w, const struct field *field,
                      const void *at)
{
    json_key(w, field->key);
    switch (field->type) {
    case FIELD_STR: put_text(w, *(const struct str *)at); break;
    case FIELD_INT64: json_put_int(w, *(const int64_t *)at); break;
    case FIELD_INT: json_put_int(w, *(const int *)at); break;
    case FIELD_BOOL: json_put_bool(w, *(const bool *)at); break;
    case FIELD_SIZE: put_size(w, *(const size_t *)at); break;
    case FIELD_SIZES:
    case FIELD_INT64S:
    case FIELD_DOUBLES: put_list(w, field, at); break;
    }
}

static bool is_empty(const struct field *field, const void *at)
{
    static const char zeros[sizeof(struct usage)];

    if (field->type == FIELD_STR)
        return ((const struct str *)at)->len == 0;
    return memcmp(at, zeros, field->size) == 0;
}

void event_write(struct buf *out, const struct event *event)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_member_str(&w, "kind", str_from(event_kind_name(event->kind)));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const char *at = (const char *)event + fields[i].offset;
        if (!is_empty(&fields[i], at))
            put_field(&w, &fields[i], at);
    }
    json_end_object(&w);
}

static bool parse_int(struct str raw, int64_t *number)
{
    bool minus = raw.len > 0 && raw.at[0] == '-';
    uint64_t size;

    if (!str_to_u64(str_skip(raw, minus ? 1 : 0), &size)
        || size > (uint64_t)INT64_MAX + (minus ? 1 : 0))
        return false;
    *number = minus ? (int64_t)(0 - size) : (int64_t)size;
    return true;
}

static int hex_value(char c)
{
    const char *hit = c ? strchr(hex_digits, c) : NULL;

    return hit ? (int)(hit - hex_digits) : -1;
}

static bool parse_hex(struct arena *arena, struct str hex, struct str *out)
{
    char *bytes = arena_alloc(arena, hex.len / 2 + 1);

    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        int high = hex_value(hex.at[i]), low = hex_value(hex.at[i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (char)(high << 4 | low);
    }
    *out = (struct str){ bytes, hex.len / 2 };
    return hex.len % 2 == 0;
}

static bool parse_text(struct arena *arena, struct str raw, struct str *out)
{
    struct buf text = { 0 };
    struct str key, value;
    size_t at = 0;
    bool good;

    if (raw.len > 0 && raw.at[0] == '{')
        return json_scan_member(raw, &at, &key, &value) && value.len >= 2
               && str_is(key, "hex")
               && parse_hex(arena, str_take(str_skip(value, 1), value.len - 2),
                            out);
    good = json_unescape(raw, &text);
    if (good)
        *out = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return good;
}

static size_t size_of(int64_t number)
{
    return number < 0 ? SIZE_MAX : (size_t)number;
}

static bool parse_list(struct str raw, const struct field *field, char *at)
{
    struct error err = { 0 };
    struct json *list = json_parse(raw, &err);
    size_t count = json_count(list);
    bool good = count == field->size / sizeof(int64_t);

    for (size_t i = 0; good && i < count; i++) {
        const struct json *node = json_at(list, i);
        good = json_kind(node) == JSON_KIND_NUMBER;
        if (field->type == FIELD_SIZES)
            ((size_t *)(void *)at)[i] = size_of(json_int(node, 0));
        else if (field->type == FIELD_INT64S)
            ((int64_t *)(void *)at)[i] = json_int(node, 0);
        else
            ((double *)(void *)at)[i] = json_double(node, 0);
    }
    json_destroy(list);
    return good;
}

static bool parse_number(struct str raw, const struct field *field, void *at)
{
    int64_t number;

    if (!parse_int(raw, &number))
        return false;
    if (field->type == FIELD_SIZE)
        *(size_t *)at = size_of(number);
    else if (field->type == FIELD_INT64)
        *(int64_t *)at = number;
    else if (number < INT32_MIN || number > INT32_MAX)
        return false;
    else
        *(int *)at = (int)number;
    return true;
}

static bool parse_field(struct arena *arena, struct str raw,
                        const struct field *field, void *at)
{
    switch (field->type) {
    case FIELD_STR: return parse_text(arena, raw, at);
    case FIELD_INT64:
    case FIELD_INT:
    case FIELD_SIZE: return parse_number(raw, field, at);
    case FIELD_BOOL:
        *(bool *)at = str_is(raw, "true");
        return *(bool *)at || str_is(raw, "false");
    case FIELD_SIZES:
    case FIELD_INT64S:
    case FIELD_DOUBLES: return parse_list(raw, field, at);
    }
    return false;
}

static bool parse_kind(struct str raw, enum event_kind *kind)
{
    if (raw.len < 2)
        return false;
    *kind = event_kind_find(str_take(str_skip(raw, 1), raw.len - 2));
    return *kind != EVENT_KIND_COUNT;
}

// Members of no field are of a newer version and passed over.
static bool parse_member(struct arena *arena, struct str key, struct str raw,
                         struct event *event)
{
    if (str_is(key, "kind"))
        return parse_kind(raw, &event->kind);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (str_is(key, fields[i].key))
            return parse_field(arena, raw, &fields[i],
                               (char *)event + fields[i].offset);
    return true;
}

bool event_read(struct arena *arena, struct str json, struct event *event,
                struct error *err)
{
    struct str key, value;
    size_t at = 0;

    *event = (struct event){ .kind = EVENT_KIND_COUNT };
    while (json_scan_member(json, &at, &key, &value))
        if (!parse_member(arena, key, value, event))
            return error_set(err, ERROR_INVALID, "event: bad %.*s",
                             STR_ARG(key));
    if (at != json.len || json.len == 0)
        return error_set(err, ERROR_INVALID, "event: no JSON object");
    if (event->kind == EVENT_KIND_COUNT)
        return error_set(err, ERROR_INVALID, "event: no kind");
    return true;
}
