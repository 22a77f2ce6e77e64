/* kerf review: a patch from anywhere, changes of git, or one's own ones. What
 * cannot be read is told before the screen opens. */
#include "parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kerf/app/app.h"
#include "kerf/patch/parse.h"
#include "kerf/repo/diff.h"

static bool read_patch(struct invocation *call, const char *name,
                       struct app_options *options, struct error *err)
{
    if (!read_input(&call->arena, name, LIMIT_PATCH_BYTES, &options->patch,
                    &options->patch_label, err))
        return false;
    if (!patch_parse(&call->arena, options->patch, PATCH_UNKNOWN, err))
        return error_prefix(err, "%.*s", STR_ARG(options->patch_label));
    return true;
}

static struct str label_of(struct arena *arena, enum diff_kind kind,
                           struct str revisions)
{
    switch (kind) {
    case DIFF_UNSTAGED: return STR("the changes of the tree");
    case DIFF_STAGED: return STR("what is staged");
    case DIFF_REVISION:
    case DIFF_RANGE: return arena_copy(arena, revisions);
    }
    return (struct str){ 0 };
}

static enum review_kind review_kind_of(enum diff_kind kind)
{
    switch (kind) {
    case DIFF_UNSTAGED: return REVIEW_UNSTAGED;
    case DIFF_STAGED: return REVIEW_STAGED;
    case DIFF_REVISION:
    case DIFF_RANGE: return REVIEW_PATCH;
    }
    return REVIEW_PATCH;
}

static bool is_reviewable(struct invocation *call, enum diff_kind kind,
                          struct str revisions, struct app_options *options,
                          struct error *err)
{
    options->review_kind = review_kind_of(kind);
    options->patch_label = label_of(&call->arena, kind, revisions);
    if (options->patch.len == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "nothing to review: no changes in %.*s",
                         STR_ARG(options->patch_label));
    if (!patch_parse(&call->arena, options->patch, PATCH_UNKNOWN, err))
        return error_prefix(err, "%.*s", STR_ARG(options->patch_label));
    return true;
}

static bool read_changes(struct invocation *call, const struct setup *setup,
                         enum diff_kind kind, struct str revisions,
                         struct app_options *options, struct error *err)
{
    struct repo_diff diff = { 0 };
    struct repo *repo = repo_open(setup->root, err);
    bool fine = repo
                && repo_diff(repo, &call->arena, kind, revisions, &diff, err);

    repo_close(repo);
    options->patch = diff.text;
    options->review_notes = diff.notes;
    return fine && is_reviewable(call, kind, revisions, options, err);
}

// A file goes before a revision of the same name: `./` and `REV..` tell apart.
static bool is_patch(const char *name)
{
    return strcmp(name, "-") == 0 || access(name, F_OK) == 0;
}

static bool read_what(struct invocation *call, const struct setup *setup,
                      bool staged, struct app_options *options,
                      struct error *err)
{
    const char *name = call->count > 0 ? call->args[0] : NULL;

    if (staged)
        return read_changes(call, setup, DIFF_STAGED, STR(""), options, err);
    if (!name && isatty(STDIN_FILENO))
        return read_changes(call, setup, DIFF_UNSTAGED, STR(""), options, err);
    if (!name || is_patch(name))
        return read_patch(call, name ? name : "-", options, err);
    if (read_changes(call, setup, diff_kind_of(str_from(name)), str_from(name),
                     options, err))
        return true;
    return err->kind == ERROR_NOT_FOUND && options->patch_label.len == 0
               ? error_prefix(err, "there is no file %s", name)
               : false;
}

int cli_review(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct app_options options = { .review_only = true };
    bool staged = take_flag(call, "--staged");

    call->line_mode |= take_flag(call, "--inline");
    if (!words_are_at_most(call, staged ? 0 : 1))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE
        && !read_what(call, &setup, staged, &options, &err)) {
        print_safe(options.review_notes);
        status = complain(&err);
    } else if (status == EXIT_DONE) {
        status = open_screen(call, &setup, &options);
    }
    setup_release(&setup);
    return status;
}
