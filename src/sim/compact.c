/* Compaction keeps what users said, word for word, and hides the rest. */
#include "compact.h"

#include <stdio.h>

#define TOKEN_BYTES 4

static bool is_user_message(const struct json *item)
{
    return str_is(json_str(json_member(item, "role")), "user");
}

static void put_raw(struct json_writer *w, const struct json *value)
{
    struct buf raw = { 0 };

    json_dump(value, &raw);
    json_put_raw(w, buf_str(&raw));
    buf_release(&raw);
}

static void put_text_message(struct json_writer *w, struct str text)
{
    json_begin_object(w);
    json_member_str(w, "type", STR("message"));
    json_member_str(w, "role", STR("user"));
    json_member_str(w, "content", text);
    json_end_object(w);
}

static void put_compaction(struct json_writer *w, uint64_t number)
{
    char text[64];

    json_begin_object(w);
    json_member_str(w, "type", STR("compaction"));
    snprintf(text, sizeof(text), "cmp_sim%llu", (unsigned long long)number);
    json_member_str(w, "id", str_from(text));
    snprintf(text, sizeof(text), "gAAAAcmp%016llx", (unsigned long long)number);
    json_member_str(w, "encrypted_content", str_from(text));
    json_end_object(w);
}

static void put_output(struct json_writer *w, const struct json *input,
                       uint64_t number)
{
    json_key(w, "output");
    json_begin_array(w);
    if (json_kind(input) == JSON_KIND_STRING)
        put_text_message(w, json_str(input));
    for (size_t i = 0; i < json_count(input); i++)
        if (is_user_message(json_at(input, i)))
            put_raw(w, json_at(input, i));
    put_compaction(w, number);
    json_end_array(w);
}

static int64_t input_tokens(const struct create *create)
{
    return (int64_t)(create->input_bytes / TOKEN_BYTES);
}

void compact_write(const struct create *create, uint64_t number,
                   int64_t created_s, struct buf *out)
{
    struct json_writer w = { out, false };
    char id[64];

    snprintf(id, sizeof(id), "resp_cmp%llu", (unsigned long long)number);
    json_begin_object(&w);
    json_member_str(&w, "id", str_from(id));
    json_member_str(&w, "object", STR("response.compaction"));
    json_member_int(&w, "created_at", created_s);
    put_output(&w, json_member(create->root, "input"), number);
    json_key(&w, "usage");
    json_begin_object(&w);
    json_member_int(&w, "input_tokens", input_tokens(create));
    json_member_int(&w, "output_tokens", 16);
    json_member_int(&w, "total_tokens", input_tokens(create) + 16);
    json_end_object(&w);
    json_end_object(&w);
    buf_append_char(out, '\n');
}

void count_write(const struct create *create, struct buf *out)
{
    buf_printf(out,
               "{\"object\":\"response.input_tokens\",\"input_tokens\":%lld}\n",
               (long long)input_tokens(create));
}
