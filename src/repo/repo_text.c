/*
 * Diff and log. libgit2 prints the same patch text as git does; a repository
 * it cannot read is asked through the program.
 */
#include "kerf/repo/text.h"

#include <stdio.h>
#include <time.h>

#include "repo_parts.h"

#define SHORT_ID_CHARS 7

// --- diff, by the library ----------------------------------------------------

// The tree of HEAD; NULL if there is no commit yet.
static bool head_tree(struct repo *repo, git_tree **tree, struct error *err)
{
    git_object *object = NULL;
    int result = git_revparse_single(&object, repo->git, "HEAD^{tree}");

    *tree = (git_tree *)object;
    if (result == 0 || result == GIT_ENOTFOUND || result == GIT_EUNBORNBRANCH)
        return true;
    return git_complaint(err, "HEAD cannot be read");
}

// What comes is a line without its sign, or header text as it is.
static int take_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                     const git_diff_line *line, void *ctx)
{
    struct buf *text = ctx;

    (void)delta;
    (void)hunk;
    if (text->len + line->content_len > LIMIT_DIFF_BYTES)
        return GIT_EUSER;
    if (line->origin == GIT_DIFF_LINE_CONTEXT
        || line->origin == GIT_DIFF_LINE_ADDITION
        || line->origin == GIT_DIFF_LINE_DELETION)
        buf_append_char(text, line->origin);
    buf_append(text, (struct str){ line->content, line->content_len });
    return 0;
}

static bool is_too_long(struct error *err)
{
    return error_set(err, ERROR_LIMIT, "the diff is longer than %zu bytes",
                     LIMIT_DIFF_BYTES);
}

static bool print_diff(git_diff *diff, struct arena *arena, struct str *text,
                       struct error *err)
{
    struct buf out = { 0 };
    int result = git_diff_print(diff, GIT_DIFF_FORMAT_PATCH, take_line, &out);

    if (result == 0)
        *text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    if (result == GIT_EUSER)
        return is_too_long(err);
    return result == 0 || git_complaint(err, "the diff cannot be made");
}

static bool diff_by_library(struct repo *repo, struct arena *arena, bool staged,
                            struct str *text, struct error *err)
{
    git_diff_options options;
    git_tree *tree = NULL;
    git_diff *diff = NULL;

    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;
    if (!head_tree(repo, &tree, err))
        return false;
    int result =
        staged ? git_diff_tree_to_index(&diff, repo->git, tree, NULL, &options)
               : git_diff_tree_to_workdir_with_index(&diff, repo->git, tree,
                                                     &options);
    bool fine = result == 0 ? print_diff(diff, arena, text, err)
                            : git_complaint(err, "the diff cannot be made");
    git_diff_free(diff);
    git_tree_free(tree);
    return fine;
}

// --- log, by the library -----------------------------------------------------

static bool describe(struct repo *repo, const git_oid *id, struct buf *out)
{
    git_commit *commit = NULL;
    char name[SHORT_ID_CHARS + 1], day[16];
    struct tm date;

    if (git_commit_lookup(&commit, repo->git, id) < 0)
        return false;
    const git_signature *author = git_commit_author(commit);
    const char *subject = git_commit_summary(commit);
    time_t when = (time_t)(author->when.time + author->when.offset * 60);
    git_oid_tostr(name, sizeof(name), id);
    if (!gmtime_r(&when, &date)
        || !strftime(day, sizeof(day), "%Y-%m-%d", &date))
        snprintf(day, sizeof(day), "-");
    buf_printf(out, "%s %s %s: %s\n", name, day, author->name,
               subject ? subject : "");
    git_commit_free(commit);
    return true;
}

static bool log_by_library(struct repo *repo, struct arena *arena, size_t count,
                           struct str *text, struct error *err)
{
    git_revwalk *walk = NULL;
    struct buf out = { 0 };
    git_oid id;
    bool fine = git_revwalk_new(&walk, repo->git) == 0;

    if (fine && git_revwalk_push_head(walk) == 0) {
        for (size_t i = 0; fine && i < count; i++) {
            if (git_revwalk_next(&id, walk) != 0)
                break;
            fine = describe(repo, &id, &out);
        }
    }
    git_revwalk_free(walk);
    *text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return fine || git_complaint(err, "the commits cannot be read");
}

// --- by the program ----------------------------------------------------------

static bool diff_by_program(struct repo *repo, struct arena *arena, bool staged,
                            struct str *text, struct error *err)
{
    const char *const args[] = { "diff",
                                 "--no-ext-diff",
                                 "--no-textconv",
                                 "--no-color",
                                 "--ignore-submodules=dirty",
                                 staged ? "--cached" : "HEAD",
                                 "--",
                                 NULL };

    if (!repo_ask_undriven(repo, arena, args, text, err))
        return false;
    return text->len <= LIMIT_DIFF_BYTES || is_too_long(err);
}

static bool log_by_program(struct repo *repo, struct arena *arena, size_t count,
                           struct str *text, struct error *err)
{
    const char *const args[] = {
        "log",        "--no-color",
        "--abbrev=7", "--format=%h %as %an: %s",
        "-n",         arena_printf(arena, "%zu", count).at,
        NULL,
    };

    return repo_ask_undriven(repo, arena, args, text, err);
}

// --- either ------------------------------------------------------------------

bool repo_diff_text(struct repo *repo, struct arena *arena, bool staged,
                    struct str *text, struct error *err)
{
    *text = (struct str){ 0 };
    return is_for_library(repo)
               ? diff_by_library(repo, arena, staged, text, err)
               : diff_by_program(repo, arena, staged, text, err);
}

bool repo_log_text(struct repo *repo, struct arena *arena, size_t count,
                   struct str *text, struct error *err)
{
    *text = (struct str){ 0 };
    bool fine = repo->git ? log_by_library(repo, arena, count, text, err)
                          : log_by_program(repo, arena, count, text, err);

    if (fine && text->len == 0)
        return error_set(err, ERROR_NOT_FOUND, "there is no commit yet");
    return fine;
}
