/*
 * read_file, list_files and search. All paths go through the worktree, which
 * opens them component by component; files that hold secrets or that git
 * ignores are not read, because what is read is sent.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "file_tools.h"

#include <pcre2.h>

#include "kerf/agent/output.h"
#include "kerf/agent/secret.h"
#include "kerf/base/error.h"
#include "kerf/base/json.h"
#include "kerf/model/mention.h"
#include "kerf/repo/repo.h"
#include "kerf/repo/worktree.h"

#define SEARCH_MATCH_LIMIT 1000000 // steps of the matcher for one line
#define SEARCH_LINE_BYTES 400      // shown of a long line

struct tree {
    struct worktree *files;
    struct repo *repo;
};

static bool refuse(struct file_call *call, const char *why)
{
    buf_reset(&call->out);
    buf_append(&call->out, str_from(why));
    call->well = false;
    return false;
}

static bool open_tree(struct file_call *call, struct tree *tree)
{
    struct error err = { 0 };

    tree->files = worktree_open(call->root, &err);
    if (!tree->files)
        return refuse(call, err.text);
    tree->repo = repo_open(call->root, &err);
    if (!tree->repo) {
        worktree_close(tree->files);
        return refuse(call, err.text);
    }
    return true;
}

static void close_tree(struct tree *tree)
{
    repo_close(tree->repo);
    worktree_close(tree->files);
}

// Reads a file that may be shown to a model; tells it why not.
static bool read_shown(struct file_call *call, struct tree *tree,
                       struct str path, struct str *bytes)
{
    struct error err = { 0 };
    struct preimage pre = { 0 };

    if (!worktree_path_is_safe(path, &err))
        return refuse(call, err.text);
    if (secret_is_path(path) || repo_is_ignored(tree->repo, path))
        return refuse(call, "not shown: the file is ignored by git or looks "
                            "like one that holds secrets; ask the user");
    worktree_read(tree->files, &call->arena, path, &pre);
    if (pre.unreadable.len > 0)
        return refuse(call, arena_cstr(&call->arena, pre.unreadable));
    if (!pre.exists)
        return refuse(call, "no such file");
    *bytes = pre.bytes;
    return true;
}

static size_t line_number(const struct json *arguments, const char *key,
                          size_t fallback)
{
    int64_t number = json_int(json_member(arguments, key), 0);

    return number > 0 ? (size_t)number : fallback;
}

static bool read_file(struct file_call *call, struct tree *tree,
                      const struct json *arguments, struct output *out)
{
    struct str bytes = { 0 };
    size_t from = line_number(arguments, "from_line", 1), count;
    size_t to = line_number(arguments, "to_line", SIZE_MAX);

    if (!read_shown(call, tree, json_str(json_member(arguments, "path")),
                    &bytes))
        return false;
    struct str lines = mention_lines(bytes, from, to, &count);
    if (lines.len == 0 && bytes.len > 0)
        return refuse(
            call,
            arena_printf(&call->arena, "no such lines: the file has %zu", count)
                .at);
    output_add(out, lines);
    return true;
}

static bool is_below(struct str path, struct str prefix)
{
    while (prefix.len > 0 && prefix.at[prefix.len - 1] == '/')
        prefix.len--;
    if (prefix.len == 0 || str_is(prefix, "."))
        return true;
    return str_starts_with(path, prefix)
           && (path.len == prefix.len || path.at[prefix.len] == '/');
}

static bool list_files(struct file_call *call, struct tree *tree,
                       const struct json *arguments, struct output *out)
{
    struct error err = { 0 };
    struct repo_files files = { 0 };
    struct str prefix = json_str(json_member(arguments, "prefix"));

    if (!repo_list(tree->repo, &call->arena, &files, &err))
        return refuse(call, err.text);
    for (size_t i = 0; i < files.count; i++) {
        if (!is_below(files.paths[i], prefix))
            continue;
        output_add(out, files.paths[i]);
        output_add(out, STR("\n"));
    }
    return true;
}

struct search {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
    size_t found;
};

static bool search_open(struct file_call *call, struct search *search,
                        struct str pattern)
{
    int number;
    PCRE2_SIZE offset;
    char why[120];

    search->code = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.len,
                                 PCRE2_NO_AUTO_CAPTURE, &number, &offset, NULL);
    if (!search->code) {
        pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof(why));
        return refuse(call, why);
    }
    pcre2_jit_compile(search->code, PCRE2_JIT_COMPLETE);
    search->match = pcre2_match_data_create_from_pattern(search->code, NULL);
    search->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(search->limits, SEARCH_MATCH_LIMIT);
    return true;
}

static void search_close(struct search *search)
{
    pcre2_match_context_free(search->limits);
    pcre2_match_data_free(search->match);
    pcre2_code_free(search->code);
}

static void search_text(struct search *search, struct str path, struct str text,
                        struct output *out)
{
    struct str rest = text, line;
    struct arena arena = { 0 };

    for (size_t number = 1;
         search->found <= LIMIT_SEARCH_MATCHES && str_split(&rest, '\n', &line);
         number++) {
        if (pcre2_match(search->code, (PCRE2_SPTR)line.at, line.len, 0, 0,
                        search->match, search->limits)
                < 0
            || ++search->found > LIMIT_SEARCH_MATCHES)
            continue;
        struct str shown = str_take(line, SEARCH_LINE_BYTES);
        output_add(out, arena_printf(&arena, "%.*s:%zu:%.*s\n", STR_ARG(path),
                                     number, STR_ARG(shown)));
        arena_reset(&arena);
    }
    arena_release(&arena);
}

static void search_file(struct tree *tree, struct search *search,
                        struct str path, struct output *out)
{
    struct arena arena = { 0 };
    struct preimage pre = { 0 };

    worktree_read(tree->files, &arena, path, &pre);
    if (pre.exists && pre.unreadable.len == 0)
        search_text(search, path, pre.bytes, out);
    arena_release(&arena);
}

static bool search_files(struct file_call *call, struct tree *tree,
                         const struct json *arguments, struct output *out)
{
    struct error err = { 0 };
    struct repo_files files = { 0 };
    struct search search = { 0 };
    struct str prefix = json_str(json_member(arguments, "prefix"));
    struct str pattern = json_str(json_member(arguments, "pattern"));

    if (!repo_list(tree->repo, &call->arena, &files, &err))
        return refuse(call, err.text);
    if (!search_open(call, &search, pattern))
        return false;
    for (size_t i = 0; i < files.count && search.found <= LIMIT_SEARCH_MATCHES;
         i++)
        if (is_below(files.paths[i], prefix) && !secret_is_path(files.paths[i]))
            search_file(tree, &search, files.paths[i], out);
    if (search.found > LIMIT_SEARCH_MATCHES)
        output_add(out, STR("[more matches; narrow the pattern]\n"));
    if (search.found == 0)
        output_add(out, STR("no match\n"));
    search_close(&search);
    return true;
}

static bool run_in(struct file_call *call, struct tree *tree,
                   const struct json *arguments, struct output *out)
{
    switch (call->kind) {
    case TOOL_READ_FILE: return read_file(call, tree, arguments, out);
    case TOOL_LIST_FILES: return list_files(call, tree, arguments, out);
    case TOOL_SEARCH: return search_files(call, tree, arguments, out);
    case TOOL_NONE:
    case TOOL_SHELL:
    case TOOL_APPLY_PATCH: break; // no tools of this kind
    }
    return false;
}

void file_call_run(struct file_call *call)
{
    struct error err = { 0 };
    struct tree tree;
    struct output out;
    struct json *arguments = json_parse(call->arguments, &err);

    if (!arguments) {
        refuse(call, err.text);
        return;
    }
    output_init(&out, call->output_bytes);
    if (open_tree(call, &tree)) {
        call->well = run_in(call, &tree, arguments, &out);
        close_tree(&tree);
    }
    if (call->well)
        output_write(&out, &call->out);
    output_release(&out);
    json_destroy(arguments);
}
