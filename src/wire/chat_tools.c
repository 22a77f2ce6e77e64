/*
 * This API knows functions only, and no grammar: so the language of a freeform
 * tool is told in words. Models that were not trained on the patch language
 * need an example more than rules.
 */
#include "chat_tools.h"

static const char input_schema[] =
    "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\","
    "\"description\":\"the whole text, in the language described\"}},"
    "\"required\":[\"input\"],\"additionalProperties\":false}";

static const char patch_language[] =
    "\n\nPut the patch into `input`, in this language:\n"
    "*** Begin Patch\n"
    "*** Update File: src/a.c\n"
    "@@ int main(void)\n"
    " an unchanged line, with one blank before it\n"
    "-a line to remove\n"
    "+a line to add\n"
    " an unchanged line\n"
    "*** Add File: notes.txt\n"
    "+each line of a new file\n"
    "*** Delete File: old.c\n"
    "*** End Patch\n"
    "Paths are relative. Give three unchanged lines before and after each "
    "change, exactly as they stand in the file; `@@` and a line of the file "
    "(a function, a class) tells places apart. `*** Move to: PATH` behind "
    "`*** Update File:` renames.";

static void put_text(struct json_writer *w, const struct json *tool,
                     const char *key)
{
    struct str text = json_str(json_member(tool, key));

    if (text.len > 0)
        json_member_str(w, key, text);
}

static void put_node(struct json_writer *w, const struct json *tool,
                     const char *key)
{
    const struct json *node = json_member(tool, key);
    struct buf text = { 0 };

    if (json_kind(node) <= JSON_KIND_NULL)
        return;
    json_dump(node, &text);
    json_key(w, key);
    json_put_raw(w, buf_str(&text));
    buf_release(&text);
}

static void write_function(struct json_writer *w, const struct json *tool)
{
    put_text(w, tool, "name");
    put_text(w, tool, "description");
    put_node(w, tool, "parameters");
    put_node(w, tool, "strict");
}

static void write_custom(struct json_writer *w, const struct json *tool)
{
    struct str name = json_str(json_member(tool, "name"));
    struct buf text = { 0 };

    buf_append(&text, json_str(json_member(tool, "description")));
    if (str_is(name, "apply_patch"))
        buf_append(&text, STR(patch_language));
    json_member_str(w, "name", name);
    json_member_str(w, "description", buf_str(&text));
    json_key(w, "parameters");
    json_put_raw(w, STR(input_schema));
    buf_release(&text);
}

static const struct {
    const char *type;
    void (*write)(struct json_writer *w, const struct json *tool);
} kinds[] = {
    { "function", write_function },
    { "custom", write_custom },
};

static void write_tool(struct json_writer *w, const struct json *tool,
                       bool *any)
{
    struct str type = json_str(json_member(tool, "type"));

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!str_is(type, kinds[i].type))
            continue;
        json_begin_object(w);
        json_member_str(w, "type", STR("function"));
        json_key(w, "function");
        json_begin_object(w);
        kinds[i].write(w, tool);
        json_end_object(w);
        json_end_object(w);
        *any = true;
    }
}

bool chat_tools_write(struct json_writer *w, struct str tools, bool *any,
                      struct error *err)
{
    struct json *list = json_parse(tools, err);
    bool good = json_kind(list) == JSON_KIND_ARRAY;

    if (list && !good)
        error_set(err, ERROR_INVALID, "the tools are no array");
    json_begin_array(w);
    for (size_t i = 0; good && i < json_count(list); i++)
        write_tool(w, json_at(list, i), any);
    json_end_array(w);
    json_destroy(list);
    return good;
}
