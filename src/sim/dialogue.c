/*
 * The task is the last run of user messages; what follows it are our own calls
 * and their outputs, matched by call_id.
 */
#include "dialogue.h"

#include <stdlib.h>

struct tool_row {
    const char *name;
    enum step_kind kind;
    const char *subject; // member of the arguments
};

static const struct tool_row tool_table[] = {
    { "shell", STEP_SHELL, "command" },
    { "read_file", STEP_READ, "path" },
    { "search", STEP_SEARCH, "pattern" },
};

static bool type_is(const struct json *item, const char *type)
{
    return str_is(json_str(json_member(item, "type")), type);
}

static bool is_user(const struct json *item)
{
    return str_is(json_str(json_member(item, "role")), "user");
}

// A string, or parts whose texts are joined.
static struct str text_of(struct arena *arena, const struct json *content)
{
    struct buf out = { 0 };

    if (json_kind(content) == JSON_KIND_STRING)
        return json_str(content);
    for (size_t i = 0; i < json_count(content); i++)
        buf_append(&out, json_str(json_member(json_at(content, i), "text")));
    struct str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

// --- contexts ----------------------------------------------------------------

// Cuts " (exit status N)" off the name.
static void cut_exit(struct context *context)
{
    static const struct str mark = { " (exit status ", 14 };
    size_t at = str_find(context->name, mark);
    uint64_t number;

    if (at == SIZE_MAX || !str_ends_with(context->name, STR(")")))
        return;
    struct str digits = str_skip(context->name, at + mark.len);
    if (!str_to_u64(str_take(digits, digits.len - 1), &number))
        return;
    context->has_exit = true;
    context->exit_status = (int)number;
    context->name = str_take(context->name, at);
}

static bool read_context(struct str text, struct context *context)
{
    struct str name = STR("");

    if (!str_starts_with(text, STR("Context:")))
        return false;
    text = str_skip(text, 8);
    str_split(&text, '\n', &name);
    *context = (struct context){ .name = str_trim(name) };
    if (str_starts_with(text, STR("\n")))
        text = str_skip(text, 1);
    context->text = text;
    cut_exit(context);
    return true;
}

static void add_message(struct arena *arena, struct dialogue *d,
                        const struct json *item, bool is_new)
{
    struct str text = text_of(arena, json_member(item, "content"));
    struct context context;

    if (read_context(text, &context)) {
        d->contexts = arena_grow(arena, d->contexts, &d->context_cap,
                                 d->context_count + 1, sizeof(*d->contexts));
        d->contexts[d->context_count++] = context;
        d->new_contexts += is_new;
    } else if (is_new && d->task.len == 0) {
        d->task = text;
    } else if (is_new) {
        d->task =
            arena_printf(arena, "%.*s\n%.*s", STR_ARG(d->task), STR_ARG(text));
    }
}

// --- steps -------------------------------------------------------------------

static void read_arguments(struct arena *arena, struct step *step,
                           const char *subject, struct str arguments)
{
    struct error err;
    struct json *root = json_parse(arguments, &err);

    step->subject = arena_copy(arena, json_str(json_member(root, subject)));
    step->from_line = (size_t)json_int(json_member(root, "from_line"), 0);
    json_destroy(root);
}

static void read_call(struct arena *arena, const struct json *item,
                      struct step *step)
{
    struct str name = json_str(json_member(item, "name"));

    *step = (struct step){ .kind = STEP_OTHER };
    if (str_is(name, "apply_patch")) {
        step->kind = STEP_PATCH;
        step->subject = arena_copy(arena, json_str(json_member(item, "input")));
    }
    for (size_t i = 0; i < sizeof(tool_table) / sizeof(*tool_table); i++) {
        if (!str_is(name, tool_table[i].name))
            continue;
        step->kind = tool_table[i].kind;
        read_arguments(arena, step, tool_table[i].subject,
                       json_str(json_member(item, "arguments")));
    }
}

// "Exit code: N", other lines, "Output:", then what the command wrote.
static void read_exit(struct step *step)
{
    struct str rest = step->output, line;
    uint64_t number;

    if (!str_split(&rest, '\n', &line)
        || !str_starts_with(line, STR("Exit code:")))
        return;
    line = str_trim(str_skip(line, 10));
    step->has_exit = true;
    step->exit_status = str_to_u64(line, &number) ? (int)number : -1;
    while (str_split(&rest, '\n', &line))
        if (str_is(str_trim(line), "Output:"))
            break;
    step->output = rest;
}

static struct str output_of(struct arena *arena,
                            const struct engine_input *input, size_t from,
                            struct str call_id)
{
    for (size_t i = from; i < input->count; i++) {
        const struct json *item = input->items[i];
        if ((type_is(item, "function_call_output")
             || type_is(item, "custom_tool_call_output"))
            && str_equal(json_str(json_member(item, "call_id")), call_id))
            return text_of(arena, json_member(item, "output"));
    }
    return STR("");
}

static void add_step(struct arena *arena, const struct engine_input *input,
                     size_t index, struct dialogue *d)
{
    const struct json *item = input->items[index];
    struct step step;

    if (!type_is(item, "function_call") && !type_is(item, "custom_tool_call"))
        return;
    read_call(arena, item, &step);
    step.output =
        output_of(arena, input, index, json_str(json_member(item, "call_id")));
    if (step.kind == STEP_SHELL)
        read_exit(&step);
    d->steps = arena_grow(arena, d->steps, &d->step_cap, d->step_count + 1,
                          sizeof(*d->steps));
    d->steps[d->step_count++] = step;
}

// --- tools -------------------------------------------------------------------

static bool offers(const struct json *request, const char *name)
{
    const struct json *tools = json_member(request, "tools");

    if (str_is(json_str(json_member(request, "tool_choice")), "none"))
        return false;
    for (size_t i = 0; i < json_count(tools); i++)
        if (str_is(json_str(json_member(json_at(tools, i), "name")), name))
            return true;
    return false;
}

void dialogue_read(struct arena *arena, const struct engine_input *input,
                   struct dialogue *d)
{
    size_t end = input->count, begin;

    *d = (struct dialogue){ 0 };
    while (end > 0 && !is_user(input->items[end - 1]))
        end--;
    for (begin = end; begin > 0 && is_user(input->items[begin - 1]);)
        begin--;
    for (size_t i = 0; i < end; i++)
        if (is_user(input->items[i]))
            add_message(arena, d, input->items[i], i >= begin);
    for (size_t i = end; i < input->count; i++)
        add_step(arena, input, i, d);
    d->has_shell = offers(input->request, "shell");
    d->has_read = offers(input->request, "read_file");
    d->has_search = offers(input->request, "search");
    d->has_patch = offers(input->request, "apply_patch");
    d->one_call_only =
        !json_bool(json_member(input->request, "parallel_tool_calls"), true);
}
