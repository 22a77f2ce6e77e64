/* One row a tool: name, what it is for, its parameters as JSON Schema. */
#include "kerf/agent/tools.h"

#include "kerf/base/json.h"

struct tool {
    const char *name;
    enum tool_kind kind;
    const char *help;
    const char *parameters; // NULL: a freeform tool with a grammar
};

// The apply_patch language of protocol.md 5.3.
static const char patch_grammar[] =
    "start: head section+ tail\n"
    "head: \"*** Begin Patch\" LF\n"
    "tail: \"*** End Patch\" LF?\n"
    "section: add | del | upd\n"
    "add: \"*** Add File: \" path LF plus+\n"
    "del: \"*** Delete File: \" path LF\n"
    "upd: \"*** Update File: \" path LF move? body?\n"
    "move: \"*** Move to: \" path LF\n"
    "body: (anchor | edit)+ eof?\n"
    "anchor: (\"@@\" | \"@@ \" /(.+)/) LF\n"
    "edit: (\"+\" | \"-\" | \" \") /(.*)/ LF\n"
    "eof: \"*** End of File\" LF\n"
    "plus: \"+\" /(.*)/ LF\n"
    "path: /(.+)/\n"
    "%import common.LF\n";

static const struct tool tools[] = {
    { "shell", TOOL_SHELL,
      "Runs one command line with `sh -c` in the root of the tree. The user "
      "sees it whole and must allow it. Output keeps head and tail. Give "
      "timeout_ms for commands that take longer than usual.",
      "{\"type\":\"object\",\"properties\":{\"command\":{\"type\":\"string\"},"
      "\"timeout_ms\":{\"type\":\"integer\"}},\"required\":[\"command\"]}" },
    { "read_file", TOOL_READ_FILE,
      "Returns the text of a file of the tree, or of its lines from_line to "
      "to_line (1-based, inclusive).",
      "{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"},"
      "\"from_line\":{\"type\":\"integer\"},\"to_line\":{\"type\":\"integer\"}"
      "},\"required\":[\"path\"]}" },
    { "list_files", TOOL_LIST_FILES,
      "Lists the files of the tree that git does not ignore, one a line. With "
      "prefix only those below that folder.",
      "{\"type\":\"object\",\"properties\":{\"prefix\":{\"type\":\"string\"}}"
      "}" },
    { "search", TOOL_SEARCH,
      "Searches the files of the tree for a Perl-compatible regular "
      "expression; returns path:line:text. With prefix only below a folder.",
      "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\"},"
      "\"prefix\":{\"type\":\"string\"}},\"required\":[\"pattern\"]}" },
    { "apply_patch", TOOL_APPLY_PATCH,
      "Proposes changes to files in the patch language below (not JSON). The "
      "user reviews every hunk; the output says what was written.",
      NULL },
};

#define TOOL_COUNT (sizeof(tools) / sizeof(tools[0]))

enum tool_kind tool_find(struct str name)
{
    for (size_t i = 0; i < TOOL_COUNT; i++)
        if (str_is(name, tools[i].name))
            return tools[i].kind;
    return TOOL_NONE;
}

static void declare_function(struct json_writer *w, const struct tool *tool)
{
    json_member_str(w, "type", STR("function"));
    json_member_str(w, "name", str_from(tool->name));
    json_member_str(w, "description", str_from(tool->help));
    json_member_bool(w, "strict", false);
    json_key(w, "parameters");
    json_put_raw(w, str_from(tool->parameters));
}

static void declare_freeform(struct json_writer *w, const struct tool *tool)
{
    json_member_str(w, "type", STR("custom"));
    json_member_str(w, "name", str_from(tool->name));
    json_member_str(w, "description", str_from(tool->help));
    json_key(w, "format");
    json_begin_object(w);
    json_member_str(w, "type", STR("grammar"));
    json_member_str(w, "syntax", STR("lark"));
    json_member_str(w, "definition", STR(patch_grammar));
    json_end_object(w);
}

void tools_declare(struct buf *out)
{
    struct json_writer w = { .out = out };

    json_begin_array(&w);
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        json_begin_object(&w);
        if (tools[i].parameters)
            declare_function(&w, &tools[i]);
        else
            declare_freeform(&w, &tools[i]);
        json_end_object(&w);
    }
    json_end_array(&w);
}
