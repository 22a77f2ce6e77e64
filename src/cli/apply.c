/*
 * kerf apply: a patch without questions. All of it fits and is written, or
 * nothing is; how a hunk was placed is said if it is not where it claims.
 */
#include "apply.h"

#include <stdio.h>

#include "kerf/loop/loop.h"
#include "kerf/patch/print.h"
#include "kerf/patch/rewrite.h"
#include "kerf/repo/unstage.h"

#define LIMIT_STRIP 4096

// Hunks that are applied already are left as they are.
static bool accept_file(struct application *app, size_t file, struct error *err)
{
    size_t count = app->patch->files[file].hunk_count, open = 0;
    struct target target = { file, SELECT_ALL, SELECT_ALL };

    for (size_t h = 0; h < count; h++)
        open += selection_place(app->selection, file, h)->state != HUNK_APPLIED;
    return open == 0
           || selection_decide(app->selection, target, DECISION_YES, err);
}

static bool judge(struct application *app, struct error *err)
{
    apply_report(app);
    if (app->refused > 0)
        return error_set(err, app->forbidden ? ERROR_POLICY : ERROR_CONFLICT,
                         "%zu of %zu hunks %s: nothing was changed",
                         app->refused, app->hunks,
                         app->forbidden ? "are refused" : "do not apply");
    for (size_t i = 0; i < app->patch->file_count; i++)
        if (!accept_file(app, i, err))
            return false;
    return true;
}

static void say_nothing_to_do(const struct application *app)
{
    remark("nothing to do: %s applied already",
           app->hunks == 1 ? "the hunk is" : "all hunks are");
}

// --- writing -----------------------------------------------------------------

static void describe(struct application *app)
{
    const char *name = app->call->count == 1 ? app->call->args[0] : "";

    stage_describe(app->stage, arena_printf(&app->call->arena, "apply%s%s%s",
                                            app->options.reverse ? " -R" : "",
                                            *name ? " " : "", name));
}

static void tell_links(struct application *app,
                       const struct file_result *results, size_t count)
{
    struct buf lines = { 0 };
    struct str rest, line;

    stage_tell_links(app->tree, results, count, &lines);
    rest = buf_str(&lines);
    while (str_split(&rest, '\n', &line))
        remark("%.*s", STR_ARG(line));
    buf_release(&lines);
}

static void tell_whole(struct str whole)
{
    struct str path;

    while (str_split(&whole, '\n', &path))
        remark("%.*s: staged with all of its changes: the index has other "
               "lines there",
               STR_ARG(path));
}

static bool stage_results(struct application *app, struct str id,
                          const struct file_result *results, size_t count,
                          struct error *err)
{
    struct repo *repo = repo_open(app->setup->root, err);
    struct error unused = { 0 }; // undo says then that the index stays
    struct staged staged;
    bool fine = repo
                && repo_stage_noted(repo, &app->call->arena, results, count,
                                    &staged, err);

    if (fine) {
        (void)!stage_keep(app->stage, id, staged.note, &unused);
        tell_whole(staged.whole);
    }
    repo_close(repo);
    if (!fine && err->kind == ERROR_CONFLICT)
        err->kind = ERROR_FAILED; // the files are written
    return fine || error_prefix(err, "written, but not staged");
}

static bool write_results(struct application *app,
                          const struct file_result *results, size_t count,
                          struct error *err)
{
    struct arena *arena = &app->call->arena;
    struct str files = { 0 }, id = setup_session_id(app->setup);
    int64_t now = loop_wall_ms();

    describe(app);
    if (!stage_write(app->stage, arena, results, count, id, now, &files, err))
        return false;
    if (!app->options.json && !app->options.diff)
        print_safe(files);
    return !app->options.stage || stage_results(app, id, results, count, err);
}

static bool print_diff(const struct application *app, struct error *err)
{
    struct target all = { SELECT_ALL, SELECT_ALL, SELECT_ALL };
    struct buf diff = { 0 };
    bool fine =
        selection_print(app->selection, PRINT_ACCEPTED, all, &diff, err);

    if (fine && diff.len > 0)
        fwrite(diff.at, 1, diff.len, stdout);
    buf_release(&diff);
    return fine;
}

// A write that a crash cut is mended before anything is judged; but to check
// is to write nothing at all.
static bool open_tree(struct application *app, struct error *err)
{
    app->tree = worktree_open(app->setup->root, err);
    if (!app->tree || app->options.check)
        return app->tree != NULL;
    app->stage = open_stage(app->call, app->tree, app->setup, err);
    return app->stage != NULL;
}

static bool prepare(struct application *app, struct error *err)
{
    app->patch = apply_read(app, err);
    if (!app->patch || !open_tree(app, err) || !apply_names(app, err))
        return false;
    if (app->options.reverse)
        app->patch = patch_reverse(&app->call->arena, app->patch, err);
    return app->patch != NULL;
}

static bool apply(struct application *app, struct error *err)
{
    struct file_result *results;
    size_t count = 0;

    if (!prepare(app, err))
        return false;
    app->selection = selection_create(app->patch);
    app->patch = selection_patch(app->selection);
    apply_files(app);
    if (!judge(app, err)
        || !selection_results(app->selection, &app->call->arena, &results,
                              &count, err))
        return false;
    if (app->done_before == app->hunks)
        say_nothing_to_do(app);
    if (count == 0)
        return true;
    tell_links(app, results, count);
    return (!app->options.diff || print_diff(app, err))
           && (app->options.check || write_results(app, results, count, err));
}

// --- the command line --------------------------------------------------------

static const struct {
    const char *name;
    enum patch_format format;
} formats[] = {
    { "auto", PATCH_UNKNOWN },    { "apply_patch", PATCH_APPLY },
    { "unified", PATCH_UNIFIED }, { "search-replace", PATCH_SEARCH },
    { "whole", PATCH_WHOLE },
};

static bool take_format(struct invocation *call, enum patch_format *format)
{
    struct str name = STR("auto");

    if (take_value(call, "--format", &name) < 0)
        return false;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (str_is(name, formats[i].name)) {
            *format = formats[i].format;
            return true;
        }
    complain_usage(call,
                   "--format wants auto, apply_patch, unified, search-replace "
                   "or whole");
    return false;
}

static bool take_strip(struct invocation *call, size_t *strip)
{
    int64_t number = -1;

    if (!take_number(call, "--strip", 0, LIMIT_STRIP, &number)
        || !take_number(call, "-p", 0, LIMIT_STRIP, &number))
        return false;
    *strip = number < 0 ? STRIP_NONE : (size_t)number;
    return true;
}

static bool take_directory(struct invocation *call, struct str *directory)
{
    if (take_value(call, "--directory", directory) < 0)
        return false;
    while (str_ends_with(*directory, STR("/")))
        directory->len--;
    return true;
}

static bool take_options(struct invocation *call, struct apply_options *options)
{
    bool short_reverse = take_flag(call, "-R");

    options->check = take_flag(call, "--check");
    options->diff = take_flag(call, "--diff");
    options->json = take_flag(call, "--json");
    options->fuzzy = take_flag(call, "--fuzzy");
    options->stage = take_flag(call, "--index");
    options->reverse = take_flag(call, "--reverse") || short_reverse;
    if (!take_format(call, &options->format)
        || !take_strip(call, &options->strip)
        || !take_directory(call, &options->directory)
        || !words_are_at_most(call, SIZE_MAX))
        return false;
    if (options->diff && options->json)
        complain_usage(call, "--diff and --json both want standard output");
    return !options->diff || !options->json;
}

int cli_apply(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct application app = { .call = call, .setup = &setup };

    if (!take_options(call, &app.options))
        return EXIT_USAGE;
    int status = load_anywhere(call, &setup);
    if (status == EXIT_DONE && !apply(&app, &err))
        status = complain(&err);
    selection_destroy(app.selection);
    repo_close(app.repo);
    stage_close(app.stage);
    worktree_close(app.tree);
    setup_release(&setup);
    return status;
}
