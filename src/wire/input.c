/*
 * The server has seen its own items before it sees what we answer: so of each
 * request first come the items that its response brought, then one output per
 * call in call order, then what the user added meanwhile. That makes the input
 * of a request a prefix of the next one's, whatever came in which order.
 *
 * An entry is hashed by what it is written from, so that what the server has
 * seen already need not be written to be compared.
 */
#include "input.h"

#include <stdlib.h>

#include "kerf/base/arena.h"

// Returns the raw value of a member of the server's JSON, or empty.
static struct str raw_member(struct str raw, const char *key)
{
    struct str name, value;
    size_t at = 0;

    while (json_scan_member(raw, &at, &name, &value))
        if (str_is(name, key))
            return value;
    return (struct str){ 0 };
}

static bool has_blob(const struct item *item)
{
    struct str blob = raw_member(item->raw, "encrypted_content");

    return blob.len > 2 && blob.at[0] == '"';
}

// For whom and in which form the input is.
struct reader {
    struct str model;
    enum reasoning_form form;
};

// Reasoning is tied to the model that made it.
static bool reasoning_is_usable(const struct item *item, struct reader to)
{
    if (item->model.len > 0 && !str_equal(item->model, to.model))
        return false;
    switch (to.form) {
    case REASONING_BLOBS: return has_blob(item);
    case REASONING_WORDS: return item->text.len > 0;
    case REASONING_NEVER: return false;
    }
    return false;
}

// What stands for others is a summary, or the server's own, for its model.
static bool base_is_usable(const struct item *item, struct reader to)
{
    return item->raw.len == 0
           || (to.form == REASONING_BLOBS && str_equal(item->model, to.model));
}

// Says whether the reader gets something else for the item.
static bool is_stood_for(const struct session *session, const struct item *item,
                         struct reader to)
{
    return item->compacted > 0
           && (item->base
               || base_is_usable(&session->items[item->compacted - 1], to));
}

// `led` says whether a sent item of the same response stands behind it.
static bool server_item_is_sent(const struct item *item, struct reader to,
                                bool led)
{
    if (item->superseded || !item->done)
        return false;
    switch (item->kind) {
    case ITEM_TEXT: return item->raw.len > 0 || item->text.len > 0;
    case ITEM_REASONING: return led && reasoning_is_usable(item, to);
    case ITEM_CALL:
    case ITEM_PATCH: return true;
    case ITEM_OTHER: return item->raw.len > 0;
    case ITEM_USER:
    case ITEM_CONTEXT:
    case ITEM_NOTICE: return false;
    }
    return false;
}

static bool local_item_is_sent(const struct item *item)
{
    return item->done && !item->superseded && !item->aside
           && (item->kind == ITEM_USER || item->kind == ITEM_CONTEXT);
}

// Walks backwards, so that reasoning knows what it led to.
static void mark_sent(const struct session *session, struct reader to,
                      size_t count, bool *sent)
{
    bool led = false;

    for (size_t i = count; i-- > 0;) {
        const struct item *item = &session->items[i];
        if (is_stood_for(session, item, to))
            continue;
        if (item->base) {
            sent[i] = base_is_usable(item, to);
            continue;
        }
        if (i + 1 < count && item->request != session->items[i + 1].request)
            led = false;
        if (!item_is_from_server(item)) {
            sent[i] = local_item_is_sent(item);
            continue;
        }
        sent[i] = server_item_is_sent(item, to, led);
        led = led || (sent[i] && item->raw.len > 0);
    }
}

static uint64_t hash_int(int64_t number, uint64_t seed)
{
    return str_hash((struct str){ (const char *)&number, sizeof(number) },
                    seed);
}

struct str input_output(const struct item *item)
{
    return item->call == CALL_DONE ? buf_str(&item->output) : STR("aborted");
}

static uint64_t entry_hash(const struct item *item, enum entry_kind kind)
{
    uint64_t hash = (uint64_t)kind + 1;

    if (kind == ENTRY_SERVER && item->raw.len > 0)
        return str_hash(item->raw, hash);
    hash = hash_int(item->kind, hash);
    hash = str_hash(item->call_id, hash);
    hash = str_hash(item->name, hash);
    if (kind != ENTRY_OUTPUT)
        return hash_int(item->exit_status,
                        str_hash(buf_str(&item->text), hash));
    hash = hash_int(item->exit_status, hash_int(item->well, hash));
    return str_hash(input_output(item), hash);
}

static bool belongs(const struct item *item, enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_SERVER: return item_is_from_server(item) && !item->base;
    case ENTRY_OUTPUT: return item_is_call(item);
    case ENTRY_LOCAL: return !item_is_from_server(item);
    }
    return false;
}

// Appends the entries of one kind among the items [from, to).
static void list_kind(struct input *input, const struct session *session,
                      const bool *sent, size_t from, size_t to,
                      enum entry_kind kind)
{
    for (size_t i = from; i < to; i++) {
        const struct item *item = &session->items[i];
        if (sent[i] && belongs(item, kind))
            input->entries[input->count++] =
                (struct entry){ kind, i, entry_hash(item, kind) };
    }
}

// What stands for the beginning comes first, wherever it was made.
static void list_bases(struct input *input, const struct session *session,
                       const bool *sent, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct item *item = &session->items[i];
        enum entry_kind kind = item->raw.len > 0 ? ENTRY_SERVER : ENTRY_LOCAL;
        if (sent[i] && item->base)
            input->entries[input->count++] =
                (struct entry){ kind, i, entry_hash(item, kind) };
    }
}

struct input input_list(const struct session *session, struct str model,
                        enum reasoning_form form, size_t upto)
{
    struct reader reader = { model, form };
    size_t all = session->item_count, to;
    size_t count = upto > 0 && upto < all ? upto : all;
    bool *sent = mem_alloc(count * sizeof(*sent));
    struct input input = {
        .entries = mem_alloc(2 * count * sizeof(*input.entries)),
    };

    mark_sent(session, reader, count, sent);
    list_bases(&input, session, sent, count);
    for (size_t from = 0; from < count; from = to) {
        to = from + 1;
        while (to < count
               && session->items[to].request == session->items[from].request)
            to++;
        list_kind(&input, session, sent, from, to, ENTRY_SERVER);
        list_kind(&input, session, sent, from, to, ENTRY_OUTPUT);
        list_kind(&input, session, sent, from, to, ENTRY_LOCAL);
    }
    free(sent);
    return input;
}

void message_write(struct json_writer *w, const char *role, const char *part,
                   struct str text)
{
    json_begin_object(w);
    json_member_str(w, "type", STR("message"));
    json_member_str(w, "role", str_from(role));
    json_key(w, "content");
    json_begin_array(w);
    json_begin_object(w);
    json_member_str(w, "type", str_from(part));
    json_member_str(w, "text", text);
    json_end_object(w);
    json_end_array(w);
    json_end_object(w);
}

void input_words(struct buf *out, const struct item *item)
{
    if (item->kind == ITEM_CONTEXT) {
        buf_printf(out, "Context: %.*s", STR_ARG(item->name));
        if (item->exit_status != 0)
            buf_printf(out, " (exit status %d)", item->exit_status);
        buf_append(out, STR("\n\n"));
    }
    if (item->base)
        buf_append(out, STR("Summary of the conversation so far:\n\n"));
    buf_append(out, buf_str(&item->text));
}

static void write_local(struct json_writer *w, const struct item *item)
{
    struct buf text = { 0 };

    input_words(&text, item);
    message_write(w, "user", "input_text", buf_str(&text));
    buf_release(&text);
}

// A call without JSON of its own came from a server of another kind.
static void write_call(struct json_writer *w, const struct item *item)
{
    bool custom = item->kind == ITEM_PATCH && !item->wrapped;
    struct buf arguments = { 0 };
    struct json_writer inner = { .out = &arguments };

    json_begin_object(w);
    json_member_str(w, "type",
                    custom ? STR("custom_tool_call") : STR("function_call"));
    json_member_str(w, "call_id", item->call_id);
    json_member_str(w, "name", item->name);
    if (item->wrapped) {
        json_begin_object(&inner);
        json_member_str(&inner, "input", buf_str(&item->text));
        json_end_object(&inner);
    }
    json_member_str(w, custom ? "input" : "arguments",
                    item->wrapped ? buf_str(&arguments) : buf_str(&item->text));
    json_end_object(w);
    buf_release(&arguments);
}

static void write_server(struct json_writer *w, const struct item *item)
{
    if (item->raw.len > 0)
        json_put_raw(w, item->raw);
    else if (item_is_call(item))
        write_call(w, item);
    else
        message_write(w, "assistant", "output_text", buf_str(&item->text));
}

static void write_plain_output(struct json_writer *w, const struct item *item)
{
    json_member_str(w, "call_id", item->call_id);
    json_member_str(w, "output", input_output(item));
}

static void write_status_output(struct json_writer *w, const struct item *item)
{
    write_plain_output(w, item);
    json_member_str(w, "status", item->well ? STR("completed") : STR("failed"));
}

// The legacy tool is answered by `id`, which holds the call's name.
static void write_local_shell_output(struct json_writer *w,
                                     const struct item *item)
{
    json_member_str(w, "id", item->call_id);
    json_member_str(w, "output", input_output(item));
    json_member_str(w, "status",
                    item->call == CALL_DONE ? STR("completed")
                                            : STR("incomplete"));
}

static void write_shell_output(struct json_writer *w, const struct item *item)
{
    struct str action = raw_member(item->raw, "action");
    struct str limit = raw_member(action, "max_output_length");
    bool has_status = item->call == CALL_DONE && item->exit_status >= 0;

    json_member_str(w, "call_id", item->call_id);
    if (limit.len > 0) {
        json_key(w, "max_output_length");
        json_put_raw(w, limit);
    }
    json_key(w, "output");
    json_begin_array(w);
    json_begin_object(w);
    json_member_str(w, "stdout", input_output(item));
    json_member_str(w, "stderr", STR(""));
    json_key(w, "outcome");
    json_begin_object(w);
    json_member_str(w, "type", STR("exit"));
    json_member_int(w, "exit_code", has_status ? item->exit_status : 1);
    json_end_object(w);
    json_end_object(w);
    json_end_array(w);
}

struct output_row {
    const char *call; // type of the call, in quotes as it stands in the JSON
    const char *type;
    void (*write)(struct json_writer *w, const struct item *item);
};

static const struct output_row outputs[] = {
    { "\"function_call\"", "function_call_output", write_plain_output },
    { "\"custom_tool_call\"", "custom_tool_call_output", write_plain_output },
    { "\"local_shell_call\"", "local_shell_call_output",
      write_local_shell_output },
    { "\"shell_call\"", "shell_call_output", write_shell_output },
    { "\"apply_patch_call\"", "apply_patch_call_output", write_status_output },
};

static const struct output_row *output_row(const struct item *item)
{
    struct str type = raw_member(item->raw, "type");
    bool custom = item->kind == ITEM_PATCH && !item->wrapped;

    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
        if (str_is(type, outputs[i].call))
            return &outputs[i];
    return &outputs[custom ? 1 : 0];
}

static void write_output(struct json_writer *w, const struct item *item)
{
    const struct output_row *row = output_row(item);

    json_begin_object(w);
    json_member_str(w, "type", str_from(row->type));
    row->write(w, item);
    json_end_object(w);
}

void entry_write(struct json_writer *w, const struct session *session,
                 const struct entry *entry)
{
    const struct item *item = &session->items[entry->item];

    switch (entry->kind) {
    case ENTRY_SERVER: write_server(w, item); break;
    case ENTRY_OUTPUT: write_output(w, item); break;
    case ENTRY_LOCAL: write_local(w, item); break;
    }
}

bool input_too_big(size_t limit_bytes, struct error *err)
{
    return error_set(err, ERROR_LIMIT,
                     "the conversation is %zu MiB or more: too much for one "
                     "request",
                     limit_bytes >> 20);
}

size_t entry_size(const struct session *session, const struct entry *entry)
{
    const struct item *item = &session->items[entry->item];

    if (entry->kind == ENTRY_OUTPUT)
        return input_output(item).len;
    return item->raw.len > 0 ? item->raw.len : item->text.len;
}
