/*
 * One reader per type of item. Items of built-in tools are told as the calls
 * they stand for: a shell call becomes the JSON arguments of the tool `shell`,
 * a file operation becomes a patch in the apply_patch language.
 */
#include "item_json.h"

#include "kerf/base/buf.h"
#include "kerf/base/shell.h"

#include "members.h"

struct item_reader {
    struct arena *arena;
    const struct json *item;
    struct event *event;
    struct error *err;
};

struct item_row {
    const char *type;
    enum item_kind kind;
    const char *name; // of the tool that a built-in one stands for
    bool (*read)(struct item_reader *r);
};

static bool read_member(struct item_reader *r, const char *key, struct str *out)
{
    return member_str(r->arena, r->item, key, out, r->err);
}

static bool take(struct item_reader *r, struct buf *text)
{
    r->event->text = arena_copy(r->arena, buf_str(text));
    buf_release(text);
    return true;
}

static bool read_message(struct item_reader *r)
{
    const struct json *content = json_member(r->item, "content");
    struct buf text = { 0 };

    for (size_t i = 0; i < json_count(content); i++) {
        const struct json *part = json_at(content, i);
        struct str type = json_str(json_member(part, "type"));
        if (str_is(type, "output_text"))
            buf_append(&text, json_str(json_member(part, "text")));
        else if (str_is(type, "refusal"))
            buf_append(&text, json_str(json_member(part, "refusal")));
    }
    return take(r, &text);
}

// Joins the `text` of all parts, an empty line between them.
static void join_parts(const struct json *parts, struct buf *text)
{
    for (size_t i = 0; i < json_count(parts); i++) {
        if (i > 0)
            buf_append(text, STR("\n\n"));
        buf_append(text, json_str(json_member(json_at(parts, i), "text")));
    }
}

static bool read_reasoning(struct item_reader *r)
{
    struct buf text = { 0 };

    join_parts(json_member(r->item, "summary"), &text);
    if (text.len == 0)
        join_parts(json_member(r->item, "content"), &text);
    return take(r, &text);
}

static bool read_function_call(struct item_reader *r)
{
    return read_member(r, "name", &r->event->name)
           && read_member(r, "arguments", &r->event->text);
}

static bool read_custom_call(struct item_reader *r)
{
    if (!read_member(r, "name", &r->event->name)
        || !read_member(r, "input", &r->event->text))
        return false;
    if (str_is(r->event->name, "apply_patch"))
        r->event->state = ITEM_PATCH;
    return true;
}

// One command a line.
static bool join_commands(struct buf *out, const struct json *commands)
{
    for (size_t i = 0; i < json_count(commands); i++) {
        if (json_kind(json_at(commands, i)) != JSON_KIND_STRING)
            return false;
        if (i > 0)
            buf_append_char(out, '\n');
        buf_append(out, json_str(json_at(commands, i)));
    }
    return json_kind(commands) == JSON_KIND_ARRAY;
}

typedef bool (*join_fn)(struct buf *out, const struct json *list);

static bool write_shell(struct item_reader *r, const char *member, join_fn join)
{
    const struct json *action = json_member(r->item, "action");
    struct buf command = { 0 }, text = { 0 };
    struct json_writer w = { .out = &text };
    int64_t timeout_ms = 0;
    struct str folder;

    if (r->event->kind == EVENT_ITEM_ADDED)
        return true;
    if (!member_count(action, "timeout_ms", &timeout_ms, r->err)
        || !member_str(r->arena, action, "working_directory", &folder, r->err))
        return false;
    if (!join(&command, json_member(action, member))) {
        buf_release(&command);
        return error_set(r->err, ERROR_INVALID, "`%s` is no list of strings",
                         member);
    }
    json_begin_object(&w);
    json_member_str(&w, "command", buf_str(&command));
    if (timeout_ms > 0)
        json_member_int(&w, "timeout_ms", timeout_ms);
    if (folder.len > 0)
        json_member_str(&w, "workdir", folder);
    json_end_object(&w);
    buf_release(&command);
    return take(r, &text);
}

static bool read_local_shell(struct item_reader *r)
{
    return write_shell(r, "command", shell_join);
}

static bool read_shell(struct item_reader *r)
{
    return write_shell(r, "commands", join_commands);
}

static const struct {
    const char *type, *header;
} operations[] = {
    { "create_file", "*** Add File: " },
    { "update_file", "*** Update File: " },
    { "delete_file", "*** Delete File: " },
};

static const char *operation_header(struct str type)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (str_is(type, operations[i].type))
            return operations[i].header;
    return NULL;
}

static void append_diff(struct buf *text, struct str diff)
{
    buf_append(text, diff);
    if (diff.len > 0 && diff.at[diff.len - 1] != '\n')
        buf_append_char(text, '\n');
    buf_append(text, STR("*** End Patch\n"));
}

// The diff follows as deltas after ITEM_ADDED, which gives the head alone.
static bool read_operation(struct item_reader *r)
{
    const struct json *operation = json_member(r->item, "operation");
    struct buf text = { 0 };
    struct str type, path, diff;

    if (!member_str(r->arena, operation, "type", &type, r->err)
        || !member_str(r->arena, operation, "path", &path, r->err)
        || !member_str(r->arena, operation, "diff", &diff, r->err))
        return false;
    const char *header = operation_header(type);
    if (!header || path.len == 0 || str_find_char(path, '\n') != SIZE_MAX)
        return r->event->kind == EVENT_ITEM_ADDED
               || error_set(r->err, ERROR_INVALID,
                            "no such file operation: %.*s on \"%.*s\"",
                            STR_ARG(type), STR_ARG(path));
    buf_printf(&text, "*** Begin Patch\n%s", header);
    buf_append(&text, path);
    buf_append_char(&text, '\n');
    if (r->event->kind == EVENT_ITEM_DONE)
        append_diff(&text, diff);
    return take(r, &text);
}

static const struct item_row rows[] = {
    { "message", ITEM_TEXT, NULL, read_message },
    { "reasoning", ITEM_REASONING, NULL, read_reasoning },
    { "function_call", ITEM_CALL, NULL, read_function_call },
    { "custom_tool_call", ITEM_CALL, NULL, read_custom_call },
    { "local_shell_call", ITEM_CALL, "shell", read_local_shell },
    { "shell_call", ITEM_CALL, "shell", read_shell },
    { "apply_patch_call", ITEM_PATCH, "apply_patch", read_operation },
};

static const struct item_row *find_row(struct str type)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_is(type, rows[i].type))
            return &rows[i];
    return NULL;
}

// Texts come whole with ITEM_DONE and as deltas before it.
static bool begins_empty(const struct item_row *row)
{
    return row->read != read_operation;
}

bool item_read(struct arena *arena, const struct json *item,
               struct event *event, struct error *err)
{
    struct item_reader r = { arena, item, event, err };
    struct str type;

    if (!member_str(arena, item, "type", &type, err)
        || !member_str(arena, item, "id", &event->id, err)
        || !member_str(arena, item, "call_id", &event->call_id, err))
        return false;
    if (type.len == 0)
        return error_set(err, ERROR_INVALID, "an item without a type");
    const struct item_row *row = find_row(type);
    event->state = row ? (int)row->kind : ITEM_OTHER;
    event->name = row ? str_from(row->name) : type;
    if (row && (row->kind == ITEM_CALL || row->kind == ITEM_PATCH)
        && event->call_id.len == 0)
        event->call_id = event->id;
    if (row && !row->read(&r))
        return error_prefix(err, "%.*s", STR_ARG(type));
    if (row && event->kind == EVENT_ITEM_ADDED && begins_empty(row))
        event->text = (struct str){ 0 };
    return true;
}
