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

// Reads a file that may be shown to a model; says why not in `out`.
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

static struct str cut_lines(struct str text, int64_t from, int64_t to)
{
    struct str rest = text, line;
    const char *start = text.at;
    int64_t number = 0;

    while (str_split(&rest, '\n', &line)) {
        number++;
        if (number == from)
            start = line.at;
        if (number == to)
            return (struct str){ start, (size_t)(rest.at - start) };
    }
    if (number < from)
        return (struct str){ 0 };
    return (struct str){ start, (size_t)(text.at + text.len - start) };
}

static void append_bounded(struct file_call *call, struct str text)
{
    struct output output;

    output_init(&output, call->output_bytes);
    output_add(&output, text);
    output_write(&output, &call->out);
    output_release(&output);
}

static void read_file(struct file_call *call, struct tree *tree,
                      const struct json *arguments)
{
    struct str bytes = { 0 };
    int64_t from = json_int(json_member(arguments, "from_line"), 1);
    int64_t to = json_int(json_member(arguments, "to_line"), INT64_MAX);

    if (!read_shown(call, tree, json_str(json_member(arguments, "path")),
                    &bytes))
        return;
    append_bounded(call, cut_lines(bytes, from < 1 ? 1 : from, to));
    call->well = true;
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

static bool list_below(struct file_call *call, struct tree *tree,
                       struct repo_files *files)
{
    struct error err = { 0 };

    if (!repo_list(tree->repo, &call->arena, files, &err))
        return refuse(call, err.text);
    return true;
}

static void list_files(struct file_call *call, struct tree *tree,
                       const struct json *arguments)
{
    struct repo_files files = { 0 };
    struct str prefix = json_str(json_member(arguments, "prefix"));
    size_t shown = 0;

    if (!list_below(call, tree, &files))
        return;
    for (size_t i = 0; i < files.count; i++) {
        if (!is_below(files.paths[i], prefix))
            continue;
        if (++shown > LIMIT_LISTED_FILES)
            continue;
        buf_append(&call->out, files.paths[i]);
        buf_append_char(&call->out, '\n');
    }
    if (shown > LIMIT_LISTED_FILES)
        buf_printf(&call->out, "[%zu more; give a prefix]\n",
                   shown - LIMIT_LISTED_FILES);
    call->well = true;
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

static void search_text(struct file_call *call, struct search *search,
                        struct str path, struct str text)
{
    struct str rest = text, line;

    for (size_t number = 1; str_split(&rest, '\n', &line); number++) {
        if (pcre2_match(search->code, (PCRE2_SPTR)line.at, line.len, 0, 0,
                        search->match, search->limits)
            < 0)
            continue;
        if (++search->found > LIMIT_SEARCH_MATCHES)
            return;
        struct str shown = str_take(line, SEARCH_LINE_BYTES);
        buf_printf(&call->out, "%.*s:%zu:%.*s\n", STR_ARG(path), number,
                   STR_ARG(shown));
    }
}

static void search_files(struct file_call *call, struct tree *tree,
                         const struct json *arguments)
{
    struct repo_files files = { 0 };
    struct search search = { 0 };
    struct str prefix = json_str(json_member(arguments, "prefix"));
    struct str pattern = json_str(json_member(arguments, "pattern"));

    if (!list_below(call, tree, &files) || !search_open(call, &search, pattern))
        return;
    for (size_t i = 0; i < files.count && search.found <= LIMIT_SEARCH_MATCHES;
         i++) {
        struct arena arena = { 0 };
        struct preimage pre = { 0 };
        if (!is_below(files.paths[i], prefix) || secret_is_path(files.paths[i]))
            continue;
        worktree_read(tree->files, &arena, files.paths[i], &pre);
        if (pre.exists && pre.unreadable.len == 0)
            search_text(call, &search, files.paths[i], pre.bytes);
        arena_release(&arena);
    }
    if (search.found > LIMIT_SEARCH_MATCHES)
        buf_append(&call->out, STR("[more matches; narrow the pattern]\n"));
    if (search.found == 0)
        buf_append(&call->out, STR("no match\n"));
    search_close(&search);
    call->well = true;
}

void file_call_run(void *job)
{
    struct file_call *call = job;
    struct error err = { 0 };
    struct tree tree;
    struct json *arguments = json_parse(call->arguments, &err);

    if (!arguments) {
        refuse(call, err.text);
        return;
    }
    if (open_tree(call, &tree)) {
        if (call->kind == TOOL_READ_FILE)
            read_file(call, &tree, arguments);
        else if (call->kind == TOOL_LIST_FILES)
            list_files(call, &tree, arguments);
        else
            search_files(call, &tree, arguments);
        close_tree(&tree);
    }
    json_destroy(arguments);
}
