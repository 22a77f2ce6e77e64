/*
 * From a server message to an event. The members are walked over once without
 * a tree; the type looks up a row, which says how to go on: a delta is read
 * from its raw members, anything rarer from a parsed tree, and what has no row
 * is ignored. What the walk does not understand goes to the parser, whose
 * message says where it is wrong.
 */
#include "kerf/base/json.h"
#include "kerf/base/utf8.h"
#include "kerf/wire/event_json.h"
#include "kerf/wire/failure.h"

#include "item_json.h"
#include "members.h"

// The raw JSON of the members that matter; empty if absent.
struct members {
    struct str type, delta, output_index, item;
};

struct message {
    struct arena *arena;
    struct members raw;
    const struct json *root;
    struct event *event;
    struct error *err;
};

// A reader may set the event's kind to EVENT_KIND_COUNT: of no interest.
typedef bool (*read_fn)(struct message *m);

struct message_row {
    const char *type;
    enum event_kind kind;
    read_fn read; // NULL: a delta, read without a tree
};

static bool read_index(struct message *m)
{
    uint64_t index = 0;
    struct str raw = m->raw.output_index;

    if (raw.len > 0 && (!str_to_u64(raw, &index) || index > UINT32_MAX))
        return error_set(m->err, ERROR_INVALID, "bad output_index");
    m->event->index = (size_t)index;
    return true;
}

static bool read_delta(struct message *m)
{
    struct str raw = m->raw.delta;
    struct buf text = { 0 };
    bool good = true;

    if (raw.len > 0 && !str_is(raw, "null"))
        good = json_unescape(raw, &text) && utf8_is_valid(buf_str(&text));
    if (good)
        m->event->text = arena_copy(m->arena, buf_str(&text));
    buf_release(&text);
    if (!good)
        return error_set(m->err, ERROR_INVALID, "bad delta");
    return read_index(m);
}

// A further part of a summary is a paragraph of its own.
static bool read_paragraph(struct message *m)
{
    int64_t index;

    if (!member_count(m->root, "summary_index", &index, m->err))
        return false;
    if (index == 0)
        m->event->kind = EVENT_KIND_COUNT;
    m->event->text = STR("\n\n");
    return read_index(m);
}

static bool read_item(struct message *m)
{
    const struct json *item = json_member(m->root, "item");

    if (json_kind(item) != JSON_KIND_OBJECT)
        return error_set(m->err, ERROR_INVALID, "`item` is not an object");
    if (m->event->kind == EVENT_ITEM_DONE)
        m->event->raw = arena_copy(m->arena, m->raw.item);
    return read_index(m) && item_read(m->arena, item, m->event, m->err);
}

static bool read_response(struct message *m)
{
    const struct json *response = json_member(m->root, "response");
    struct event *event = m->event;

    return member_str(m->arena, response, "id", &event->id, m->err)
           && member_str(m->arena, response, "model", &event->name, m->err)
           && member_str(m->arena, response, "service_tier", &event->extra,
                         m->err)
           && member_usage(response, &event->usage, m->err);
}

static bool read_incomplete(struct message *m)
{
    const struct json *details =
        json_path(m->root, "response.incomplete_details");

    return read_response(m)
           && member_str(m->arena, details, "reason", &m->event->text, m->err);
}

static struct str first_str(const struct json *a, const struct json *b)
{
    struct str text = json_str(a);

    return text.len > 0 ? text : json_str(b);
}

// Where servers put the code; llama.cpp gives a number there, a status.
static struct str read_code(struct message *m, const struct json *error)
{
    struct str code =
        first_str(json_member(error, "code"), json_member(m->root, "code"));

    return code.len > 0 ? code : json_str(json_member(error, "type"));
}

// A header's value, which servers write as a string or as a number.
static struct str header_value(struct arena *arena, const struct json *value)
{
    if (json_kind(value) == JSON_KIND_NUMBER)
        return arena_printf(arena, "%lld", (long long)json_int(value, 0));
    return json_str(value);
}

// What headers that come inside the message say of a wait: "7s".
static struct str wait_in_headers(struct arena *arena,
                                  const struct json *headers)
{
    static const struct {
        const char *name, *unit;
    } waits[] = { { "retry-after-ms", "ms" },
                  { "retry-after", "s" },
                  { "Retry-After", "s" } };
    int64_t ms;

    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        const struct json *value = json_member(headers, waits[i].name);
        struct str text = arena_printf(arena, "%.*s%s",
                                       STR_ARG(header_value(arena, value)),
                                       waits[i].unit);
        if (!duration_read(text, &ms))
            continue;
        return ms % 1000 == 0
                   ? arena_printf(arena, "%llds", (long long)ms / 1000)
                   : arena_printf(arena, "%lldms", (long long)ms);
    }
    return (struct str){ 0 };
}

// A wait is put into words, where a server that knows no headers has it too.
static struct str with_wait(struct message *m, const struct json *error,
                            struct str text)
{
    struct str wait =
        wait_in_headers(m->arena, json_member(m->root, "headers"));

    if (wait.len == 0)
        wait = wait_in_headers(m->arena, json_member(error, "headers"));
    if (wait.len == 0 || str_find(text, STR("try again in ")) != SIZE_MAX)
        return text;
    return arena_printf(m->arena, "%.*s (try again in %.*s)", STR_ARG(text),
                        STR_ARG(wait));
}

static void describe(struct message *m, const struct json *error)
{
    struct event *event = m->event;
    struct str text = first_str(json_member(error, "message"),
                                json_member(m->root, "message"));

    if (text.len == 0)
        text = STR("the server gave no reason");
    event->name = arena_copy(m->arena, read_code(m, error));
    event->text = arena_copy(m->arena, with_wait(m, error, text));
    event->extra = arena_copy(
        m->arena,
        first_str(json_member(error, "param"), json_member(m->root, "param")));
    event->count = json_int(json_member(error, "resets_at"), 0);
}

static bool read_failed(struct message *m)
{
    const struct json *response = json_member(m->root, "response");

    if (!read_response(m))
        return false;
    describe(m, json_member(response, "error"));
    return true;
}

static bool read_error(struct message *m)
{
    describe(m, json_member(m->root, "error"));
    m->event->number = member_status(m->root);
    return true;
}

static bool read_steer(struct message *m)
{
    return member_str(m->arena, json_member(m->root, "steer"), "id",
                      &m->event->id, m->err);
}

static bool read_steer_accepted(struct message *m)
{
    m->event->state = STEER_ACCEPTED;
    return read_steer(m);
}

static bool read_steer_pending(struct message *m)
{
    m->event->state = STEER_PENDING;
    return read_steer(m);
}

static bool read_steer_failed(struct message *m)
{
    describe(m, json_member(m->root, "error"));
    m->event->extra = (struct str){ 0 };
    m->event->count = 0;
    m->event->state = STEER_FAILED;
    m->event->flag = true;
    return read_steer(m);
}

static const struct message_row rows[] = {
    { "response.output_text.delta", EVENT_TEXT_DELTA, NULL },
    { "response.custom_tool_call_input.delta", EVENT_CALL_DELTA, NULL },
    { "response.function_call_arguments.delta", EVENT_CALL_DELTA, NULL },
    { "response.reasoning_summary_text.delta", EVENT_REASONING_DELTA, NULL },
    { "response.reasoning_text.delta", EVENT_REASONING_DELTA, NULL },
    { "response.refusal.delta", EVENT_TEXT_DELTA, NULL },
    { "response.apply_patch_call_operation_diff.delta", EVENT_CALL_DELTA,
      NULL },
    { "response.shell_call_command.delta", EVENT_CALL_DELTA, NULL },
    { "response.created", EVENT_RESPONSE_CREATED, read_response },
    { "response.output_item.added", EVENT_ITEM_ADDED, read_item },
    { "response.output_item.done", EVENT_ITEM_DONE, read_item },
    { "response.reasoning_summary_part.added", EVENT_REASONING_DELTA,
      read_paragraph },
    { "response.completed", EVENT_RESPONSE_COMPLETED, read_response },
    { "response.incomplete", EVENT_RESPONSE_INCOMPLETE, read_incomplete },
    { "response.failed", EVENT_RESPONSE_FAILED, read_failed },
    { "error", EVENT_RESPONSE_FAILED, read_error },
    { "response.steer.accepted", EVENT_STEER, read_steer_accepted },
    { "response.steer.pending", EVENT_STEER, read_steer_pending },
    { "response.steer.failed", EVENT_STEER, read_steer_failed },
};

static const struct message_row *find_row(struct str type)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(type, rows[i].type))
            return &rows[i];
    return NULL;
}

// False if it was there before.
static bool note_member(struct members *raw, struct str key, struct str value)
{
    struct str *place = str_is(key, "type")           ? &raw->type
                        : str_is(key, "delta")        ? &raw->delta
                        : str_is(key, "output_index") ? &raw->output_index
                        : str_is(key, "item")         ? &raw->item
                                                      : NULL;

    if (!place)
        return true;
    bool is_new = place->len == 0;
    *place = value;
    return is_new;
}

// Walks over the whole message. False if it is not plain enough for that: the
// parser then decides.
static bool scan(struct str text, struct members *raw, struct str *type)
{
    struct str key, value;
    size_t at = 0;

    while (json_scan_member(text, &at, &key, &value)) {
        if (str_find_char(key, '\\') != SIZE_MAX)
            return false; // to be unescaped first
        if (!note_member(raw, key, value))
            return false;
    }
    if (at != text.len || raw->type.len < 3 || raw->type.at[0] != '"')
        return false;
    *type = (struct str){ raw->type.at + 1, raw->type.len - 2 };
    return str_find_char(*type, '\\') == SIZE_MAX;
}

static struct str dump_member(struct arena *arena, const struct json *root,
                              const char *key)
{
    const struct json *node = json_member(root, key);
    struct buf text = { 0 };

    if (!node)
        return (struct str){ 0 };
    json_dump(node, &text);
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

// The parser's idea of the members, for what the walk gave up on.
static struct members dump_members(struct arena *arena, const struct json *root)
{
    return (struct members){
        .delta = dump_member(arena, root, "delta"),
        .output_index = dump_member(arena, root, "output_index"),
        .item = dump_member(arena, root, "item"),
    };
}

static bool read_message(struct message *m, const struct message_row *row,
                         bool *known)
{
    m->event->kind = row->kind;
    if (!(row->read ? row->read(m) : read_delta(m)))
        return error_prefix(m->err, "%s", row->type);
    *known = m->event->kind != EVENT_KIND_COUNT;
    return true;
}

static bool decode_tree(struct message *m, struct str text, bool scanned,
                        bool *known)
{
    struct json *root = json_parse(text, m->err);
    bool done = true;

    if (!root)
        return false;
    m->root = root;
    struct str type = json_str(json_member(root, "type"));
    if (!scanned)
        m->raw = dump_members(m->arena, root);
    if (type.len == 0)
        done = error_set(m->err, ERROR_INVALID, "a message without a type");
    const struct message_row *row = find_row(type);
    if (done && row)
        done = read_message(m, row, known);
    json_destroy(root);
    return done;
}

bool event_decode(struct arena *arena, struct str text, struct event *event,
                  bool *known, struct error *err)
{
    struct message m = { .arena = arena, .event = event, .err = err };
    struct str type;

    *event = (struct event){ 0 };
    *known = false;
    if (str_is(str_trim(text), "[DONE]"))
        return true; // some servers end a stream so, behind its last event
    bool scanned = scan(text, &m.raw, &type);
    if (!scanned)
        return decode_tree(&m, text, false, known);
    const struct message_row *row = find_row(type);
    if (!row)
        return true;
    if (row->read)
        return decode_tree(&m, text, true, known);
    return read_message(&m, row, known);
}
