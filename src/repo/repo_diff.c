/*
 * Diffs for a review. Each kind is one call of libgit2, turned around where the
 * review goes the other way, and printed by one function that leaves out what
 * no patch can carry. A repository that the library cannot read is asked
 * through the program, with options that say the same.
 */
#include "kerf/repo/diff.h"

#include <string.h>

#include "kerf/repo/worktree.h"
#include "path.h"
#include "repo_parts.h"

#define RENAMES_LEAST 50 // per cent alike, as git

enum diff_kind diff_kind_of(struct str revisions)
{
    return str_find(revisions, STR("..")) == SIZE_MAX ? DIFF_REVISION
                                                      : DIFF_RANGE;
}

// --- revisions --------------------------------------------------------------

struct range {
    struct str from, to;
    bool from_base; // A...B
};

static struct str or_head(struct str revision)
{
    return revision.len > 0 ? revision : STR("HEAD");
}

static struct range range_of(struct str revisions)
{
    size_t at = str_find(revisions, STR(".."));
    struct str rest = str_skip(revisions, at + 2);
    bool three = str_starts_with(rest, STR("."));

    return (struct range){
        .from = or_head((struct str){ revisions.at, at }),
        .to = or_head(three ? str_skip(rest, 1) : rest),
        .from_base = three,
    };
}

static bool no_revision(struct str revision, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "there is no revision %s here",
                     path_text(revision).at);
}

// A word that begins like an option is none to git either.
static bool is_revision(struct str revision, struct error *err)
{
    if (revision.len == 0 || str_starts_with(revision, STR("-"))
        || str_find_char(revision, '\0') != SIZE_MAX)
        return no_revision(revision, err);
    return true;
}

// --- by the library ---------------------------------------------------------

struct printing {
    struct buf text, notes;
    struct buf names; // the lines "---" and "+++", until a hunk follows
    struct str noted; // the last path
    bool too_long;
};

static void note(struct printing *p, const git_diff_delta *delta,
                 const char *why)
{
    const char *path = delta->new_file.path ? delta->new_file.path
                                            : delta->old_file.path;

    if (str_is(p->noted, path))
        return;
    p->noted = str_from(path);
    buf_printf(&p->notes, "%s %s\n", path, why);
}

static bool is_submodule(const git_diff_delta *delta)
{
    return delta->old_file.mode == GIT_FILEMODE_COMMIT
           || delta->new_file.mode == GIT_FILEMODE_COMMIT;
}

static bool is_left_out(struct printing *p, const git_diff_delta *delta)
{
    if (is_submodule(delta))
        note(p, delta, "is a submodule: left out");
    else if (delta->status == GIT_DELTA_CONFLICTED)
        note(p, delta, "is unmerged: resolve it first");
    else if (delta->status == GIT_DELTA_UNTRACKED
             && delta->new_file.size > LIMIT_UNTRACKED_BYTES)
        note(p, delta, "is untracked and large: left out");
    else
        return false;
    return true;
}

// Before an empty file git has no such lines, since no hunk follows.
static void take_header(struct printing *p, struct str header)
{
    size_t names = str_find(header, STR("\n--- "));
    size_t head = names == SIZE_MAX ? header.len : names + 1;

    buf_append(&p->text, (struct str){ header.at, head });
    buf_reset(&p->names);
    buf_append(&p->names, str_skip(header, head));
}

static void take_text(struct printing *p, const git_diff_line *line)
{
    struct str text = { line->content, line->content_len };

    if (line->origin == GIT_DIFF_LINE_FILE_HDR) {
        take_header(p, text);
        return;
    }
    if (line->origin == GIT_DIFF_LINE_HUNK_HDR) {
        buf_append(&p->text, buf_str(&p->names));
        buf_reset(&p->names);
    }
    if (line->origin == GIT_DIFF_LINE_CONTEXT
        || line->origin == GIT_DIFF_LINE_ADDITION
        || line->origin == GIT_DIFF_LINE_DELETION)
        buf_append_char(&p->text, line->origin);
    buf_append(&p->text, text);
}

static int take_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                     const git_diff_line *line, void *ctx)
{
    struct printing *p = ctx;

    (void)hunk;
    if (is_left_out(p, delta))
        return 0;
    p->too_long = p->text.len + line->content_len > LIMIT_REVIEW_BYTES;
    if (p->too_long)
        return GIT_EUSER;
    take_text(p, line);
    return 0;
}

static bool is_too_long(struct error *err)
{
    return error_set(err, ERROR_LIMIT, "the diff has more than %zu MiB",
                     LIMIT_REVIEW_BYTES >> 20);
}

static bool print(git_diff *git, struct arena *arena, struct repo_diff *diff,
                  struct error *err)
{
    struct printing p = { 0 };
    int result = git_diff_print(git, GIT_DIFF_FORMAT_PATCH, take_line, &p);

    // What has no lines to print is only to be noted.
    for (size_t i = 0; result == 0 && i < git_diff_num_deltas(git); i++)
        (void)is_left_out(&p, git_diff_get_delta(git, i));
    diff->text = arena_copy(arena, buf_str(&p.text));
    diff->notes = arena_copy(arena, buf_str(&p.notes));
    buf_release(&p.text);
    buf_release(&p.notes);
    buf_release(&p.names);
    if (p.too_long)
        return is_too_long(err);
    return result == 0 || git_complaint(err, "the diff cannot be made");
}

static git_object *find_object(struct repo *repo, struct arena *arena,
                               struct str revision, git_object_t type,
                               struct error *err)
{
    git_object *found = NULL, *peeled = NULL;

    if (!is_revision(revision, err))
        return NULL;
    if (git_revparse_single(&found, repo->git, arena_cstr(arena, revision)) < 0
        || git_object_peel(&peeled, found, type) < 0)
        no_revision(revision, err);
    git_object_free(found);
    return peeled;
}

static git_tree *find_tree(struct repo *repo, struct arena *arena,
                           struct str revision, struct error *err)
{
    return (git_tree *)find_object(repo, arena, revision, GIT_OBJECT_TREE, err);
}

// The tree of the commit at which `to` left `from`.
static git_tree *base_tree(struct repo *repo, struct arena *arena,
                           const struct range *range, struct error *err)
{
    char name[GIT_OID_HEXSZ + 1];
    git_oid id;
    git_object *from =
        find_object(repo, arena, range->from, GIT_OBJECT_COMMIT, err);
    git_object *to =
        from ? find_object(repo, arena, range->to, GIT_OBJECT_COMMIT, err)
             : NULL;
    bool found = to
                 && git_merge_base(&id, repo->git, git_object_id(from),
                                   git_object_id(to))
                        == 0;

    if (to && !found)
        error_set(err, ERROR_NOT_FOUND, "%s and %s have no commit in common",
                  path_text(range->from).at, path_text(range->to).at);
    git_object_free(from);
    git_object_free(to);
    if (!found)
        return NULL;
    git_oid_tostr(name, sizeof(name), &id);
    return find_tree(repo, arena, str_from(name), err);
}

static git_diff_options usual_options(bool turned)
{
    git_diff_options options;

    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_SHOW_BINARY;
    if (turned)
        options.flags |= GIT_DIFF_REVERSE;
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;
    options.max_size = LIMIT_DIFF_FILE_BYTES;
    options.old_prefix = turned ? "b" : "a"; // it turns them too
    options.new_prefix = turned ? "a" : "b";
    return options;
}

static int diff_unstaged(struct repo *repo, git_diff **diff)
{
    git_diff_options options = usual_options(false);

    options.flags |= GIT_DIFF_INCLUDE_UNTRACKED
                     | GIT_DIFF_RECURSE_UNTRACKED_DIRS
                     | GIT_DIFF_SHOW_UNTRACKED_CONTENT;
    ignore_rules_load(repo);
    return git_diff_index_to_workdir(diff, repo->git, NULL, &options);
}

static bool diff_with_tree(struct repo *repo, git_tree *tree,
                           enum diff_kind kind, git_diff **diff,
                           struct error *err)
{
    git_diff_options options = usual_options(true);
    int result =
        kind == DIFF_STAGED
            ? git_diff_tree_to_index(diff, repo->git, tree, NULL, &options)
            : git_diff_tree_to_workdir_with_index(diff, repo->git, tree,
                                                  &options);

    return result == 0 || git_complaint(err, "the diff cannot be made");
}

// Before the first commit the index is compared with nothing.
static bool diff_staged(struct repo *repo, struct arena *arena, git_diff **diff,
                        struct error *err)
{
    bool unborn = git_repository_head_unborn(repo->git) == 1;
    git_tree *tree = unborn ? NULL : find_tree(repo, arena, STR("HEAD"), err);
    bool fine = (tree || unborn)
                && diff_with_tree(repo, tree, DIFF_STAGED, diff, err);

    git_tree_free(tree);
    return fine;
}

static bool diff_revision(struct repo *repo, struct arena *arena,
                          struct str revision, git_diff **diff,
                          struct error *err)
{
    git_tree *tree = find_tree(repo, arena, revision, err);
    bool fine = tree && diff_with_tree(repo, tree, DIFF_REVISION, diff, err);

    git_tree_free(tree);
    return fine;
}

static bool diff_trees(struct repo *repo, git_tree *from, git_tree *to,
                       git_diff **diff, struct error *err)
{
    git_diff_options options = usual_options(false);
    git_diff_find_options renames;

    git_diff_find_options_init(&renames, GIT_DIFF_FIND_OPTIONS_VERSION);
    renames.flags = GIT_DIFF_FIND_RENAMES;
    renames.rename_threshold = RENAMES_LEAST;
    return (git_diff_tree_to_tree(diff, repo->git, from, to, &options) == 0
            && git_diff_find_similar(*diff, &renames) == 0)
           || git_complaint(err, "the diff cannot be made");
}

static bool diff_range(struct repo *repo, struct arena *arena,
                       struct str revisions, git_diff **diff, struct error *err)
{
    struct range range = range_of(revisions);
    git_tree *from = range.from_base ? base_tree(repo, arena, &range, err)
                                     : find_tree(repo, arena, range.from, err);
    git_tree *to = from ? find_tree(repo, arena, range.to, err) : NULL;
    bool fine = to && diff_trees(repo, from, to, diff, err);

    git_tree_free(from);
    git_tree_free(to);
    return fine;
}

static bool diff_by_library(struct repo *repo, struct arena *arena,
                            enum diff_kind kind, struct str revisions,
                            git_diff **diff, struct error *err)
{
    switch (kind) {
    case DIFF_UNSTAGED:
        return diff_unstaged(repo, diff) == 0
               || git_complaint(err, "the diff cannot be made");
    case DIFF_STAGED: return diff_staged(repo, arena, diff, err);
    case DIFF_REVISION: return diff_revision(repo, arena, revisions, diff, err);
    case DIFF_RANGE: return diff_range(repo, arena, revisions, diff, err);
    }
    return false;
}

// --- by the program ---------------------------------------------------------

static bool diff_program(struct repo *repo, struct arena *arena,
                         const char *first, const char *second,
                         const char *third, struct str *text, struct error *err)
{
    bool turned = strcmp(first, "-R") == 0; // which turns the prefixes too
    const char *args[] = { "diff",
                           "--no-ext-diff",
                           "--no-textconv",
                           "--no-color",
                           "--binary",
                           "--full-index",
                           "--ignore-submodules=all",
                           "--diff-filter=u",
                           turned ? "--src-prefix=b/" : "--src-prefix=a/",
                           turned ? "--dst-prefix=a/" : "--dst-prefix=b/",
                           first,
                           second,
                           third,
                           "--",
                           NULL };

    if (!repo_ask_undriven(repo, arena, args, text, err))
        return false;
    return text->len <= LIMIT_REVIEW_BYTES || is_too_long(err);
}

static void add_lines(struct buf *out, struct str bytes, size_t lines)
{
    struct str line, rest = bytes;

    buf_printf(out, "@@ -0,0 +1,%zu @@\n", lines);
    while (str_split(&rest, '\n', &line)) {
        buf_append_char(out, '+');
        buf_append(out, line);
        buf_append_char(out, '\n');
    }
    if (bytes.at[bytes.len - 1] != '\n')
        buf_append(out, STR("\\ No newline at end of file\n"));
}

static size_t count_lines(struct str bytes)
{
    struct str line;
    size_t count = 0;

    while (str_split(&bytes, '\n', &line))
        count++;
    return count;
}

static void add_untracked(struct worktree *tree, struct arena *arena,
                          struct str path, struct buf *text, struct buf *notes)
{
    struct preimage pre = { 0 };

    worktree_read(tree, arena, path, &pre);
    if (!pre.exists || pre.unreadable.len > 0
        || pre.bytes.len > LIMIT_UNTRACKED_BYTES) {
        buf_printf(notes, "%.*s is untracked: left out\n", STR_ARG(path));
        return;
    }
    buf_printf(text, "diff --git a/%.*s b/%.*s\nnew file mode %s\n",
               STR_ARG(path), STR_ARG(path),
               pre.mode & 0111 ? "100755" : "100644");
    if (pre.bytes.len == 0)
        return;
    buf_printf(text, "--- /dev/null\n+++ b/%.*s\n", STR_ARG(path));
    add_lines(text, pre.bytes, count_lines(pre.bytes));
}

static bool has_plain_name(struct str path)
{
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.at[i] < ' ' || path.at[i] == '"'
            || path.at[i] == '\\')
            return false;
    return true;
}

static bool untracked_by_program(struct repo *repo, struct arena *arena,
                                 struct buf *text, struct buf *notes,
                                 struct error *err)
{
    static const char *const args[] = { "ls-files", "-o", "-z",
                                        "--exclude-standard", NULL };
    struct str names, name;
    struct worktree *tree = worktree_open(repo->root, err);
    bool fine = tree && repo_ask_undriven(repo, arena, args, &names, err);

    while (fine && str_split(&names, '\0', &name)) {
        if (!has_plain_name(name))
            buf_append(notes, STR("a file with an odd name was left out\n"));
        else if (name.len > 0)
            add_untracked(tree, arena, name, text, notes);
        fine = text->len <= LIMIT_REVIEW_BYTES || is_too_long(err);
    }
    worktree_close(tree);
    return fine;
}

static bool unmerged_by_program(struct repo *repo, struct arena *arena,
                                struct buf *notes, struct error *err)
{
    static const char *const args[] = { "diff", "--name-only",
                                        "--diff-filter=U", "-z", NULL };
    struct str names, name;

    if (!repo_ask_undriven(repo, arena, args, &names, err))
        return false;
    while (str_split(&names, '\0', &name))
        if (name.len > 0)
            buf_printf(notes, "%.*s is unmerged: resolve it first\n",
                       STR_ARG(name));
    return true;
}

static bool unstaged_by_program(struct repo *repo, struct arena *arena,
                                struct repo_diff *diff, struct error *err)
{
    struct buf text = { 0 }, notes = { 0 };
    bool fine = diff_program(repo, arena, "--no-renames", "--patch", "-0",
                             &diff->text, err)
                && unmerged_by_program(repo, arena, &notes, err);

    buf_append(&text, diff->text);
    fine = fine && untracked_by_program(repo, arena, &text, &notes, err);
    diff->text = arena_copy(arena, buf_str(&text));
    diff->notes = arena_copy(arena, buf_str(&notes));
    buf_release(&text);
    buf_release(&notes);
    return fine;
}

static bool diff_by_program(struct repo *repo, struct arena *arena,
                            enum diff_kind kind, struct str revisions,
                            struct repo_diff *diff, struct error *err)
{
    const char *what = arena_cstr(arena, revisions);

    switch (kind) {
    case DIFF_UNSTAGED: return unstaged_by_program(repo, arena, diff, err);
    case DIFF_STAGED:
        return diff_program(repo, arena, "-R", "--cached", "--no-renames",
                            &diff->text, err);
    case DIFF_REVISION:
        return is_revision(revisions, err)
               && diff_program(repo, arena, "-R", "--no-renames", what,
                               &diff->text, err);
    case DIFF_RANGE:
        return is_revision(revisions, err)
               && diff_program(repo, arena, "--patch", "--find-renames", what,
                               &diff->text, err);
    }
    return false;
}

// --- either -----------------------------------------------------------------

bool repo_diff(struct repo *repo, struct arena *arena, enum diff_kind kind,
               struct str revisions, struct repo_diff *diff, struct error *err)
{
    git_diff *git = NULL;

    *diff = (struct repo_diff){ 0 };
    if (!is_for_library(repo))
        return diff_by_program(repo, arena, kind, revisions, diff, err);
    bool fine = diff_by_library(repo, arena, kind, revisions, &git, err)
                && print(git, arena, diff, err);
    git_diff_free(git);
    return fine;
}
