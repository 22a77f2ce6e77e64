/*
 * kerf apply: a patch without questions. All of it fits and is written, or
 * nothing is; how a hunk was placed is said if it is not where it claims.
 */
#include "parts.h"

#include <stdio.h>
#include <sys/random.h>

#include "kerf/loop/loop.h"
#include "kerf/patch/explain.h"
#include "kerf/patch/parse.h"
#include "kerf/repo/stage.h"
#include "kerf/repo/worktree.h"

struct application {
    struct invocation *call;
    struct setup *setup;
    struct worktree *tree;
    struct stage *stage;
    const struct patch *patch;
    struct selection *selection;
    size_t refused, done_before;
    bool fuzzy; // take hunks that need a person's consent
};

static void read_preimages(struct application *app)
{
    for (size_t i = 0; i < app->patch->file_count; i++) {
        const struct file_patch *file = &app->patch->files[i];
        struct preimage pre = { 0 }, there = { 0 };
        if (!selection_wants_preimage(app->selection, i))
            continue; // a later part of a file that was read already
        worktree_read(app->tree, &app->call->arena, file->path, &pre);
        if (file->move_to.len > 0)
            worktree_read(app->tree, &app->call->arena, file->move_to, &there);
        selection_set_preimage(app->selection, i, &pre,
                               there.exists || there.unreadable.len > 0);
    }
    selection_refresh(app->selection);
}

static void say(const struct file_patch *file, size_t hunk, const char *format,
                ...) KERF_PRINTF(3, 4);

static void say(const struct file_patch *file, size_t hunk, const char *format,
                ...)
{
    char text[600];
    va_list args;
    struct error line = { 0 };

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    error_set(&line, ERROR_CONFLICT, "%.*s: hunk %zu: %s", STR_ARG(file->path),
              hunk + 1, text);
    complain(&line);
}

// Blanks and punctuation may be forgiven silently; what has a reason beside it
// (an existing file to be replaced, no context at all) needs consent.
static void judge_fuzzy(struct application *app, const struct file_patch *file,
                        size_t hunk, const struct hunk_place *place)
{
    if (place->reason.len == 0) {
        say(file, hunk,
            "fits at line %zu if blanks or punctuation are forgiven",
            place->line + 1);
    } else if (app->fuzzy) {
        say(file, hunk, "taken: %.*s", STR_ARG(place->reason));
    } else {
        app->refused++;
        say(file, hunk, "%.*s (--fuzzy takes it)", STR_ARG(place->reason));
    }
}

// What the hunk wants beside what the file has.
static void show_difference(const struct application *app, size_t file,
                            size_t hunk)
{
    struct buf out = { 0 };

    selection_explain(app->selection, file, hunk, &out);
    fwrite(out.at, 1, out.len, stderr);
    buf_release(&out);
}

static void judge_hunk(struct application *app, size_t i, size_t hunk)
{
    const struct file_patch *file = &app->patch->files[i];
    const struct hunk_place *place = selection_place(app->selection, i, hunk);

    switch (place->state) {
    case HUNK_OK: break;
    case HUNK_APPLIED:
        app->done_before++;
        say(file, hunk, "is applied already");
        break;
    case HUNK_MERGED:
        say(file, hunk, "merged at line %zu", place->line + 1);
        break;
    case HUNK_MOVED: say(file, hunk, "moved by %+ld", place->moved_by); break;
    case HUNK_FUZZY: judge_fuzzy(app, file, hunk, place); break;
    case HUNK_ARRIVING:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_STALE:
        app->refused++;
        say(file, hunk, "%.*s", STR_ARG(place->reason));
        show_difference(app, i, hunk);
        break;
    }
}

static bool accept_all(struct application *app, struct error *err)
{
    struct target target = { 0, SELECT_ALL, SELECT_ALL };

    for (; target.file < app->patch->file_count; target.file++)
        if (!selection_decide(app->selection, target, DECISION_YES, err))
            return false;
    return true;
}

static bool judge(struct application *app, struct error *err)
{
    size_t hunks = 0;

    for (size_t i = 0; i < app->patch->file_count; i++)
        for (size_t h = 0; h < app->patch->files[i].hunk_count; h++, hunks++)
            judge_hunk(app, i, h);
    if (app->refused > 0)
        return error_set(err, ERROR_CONFLICT,
                         "%zu of %zu hunks do not apply: nothing was changed",
                         app->refused, hunks);
    return app->done_before == hunks || accept_all(app, err);
}

static bool write_results(struct application *app,
                          const struct file_result *results, size_t count,
                          struct error *err)
{
    struct arena *arena = &app->call->arena;
    struct str files = { 0 };
    int64_t now = loop_wall_ms();
    bool done = stage_write(app->stage, arena, results, count,
                            arena_printf(arena, "%013lld-00", (long long)now),
                            now, &files, err);

    print_safe(files);
    return done;
}

// A write that a crash cut is mended before anything is judged.
static bool open_tree(struct application *app, bool check, struct error *err)
{
    struct setup *setup = app->setup;
    struct str report = { 0 };

    app->tree = worktree_open(setup->root, err);
    if (!app->tree)
        return false;
    if (setup->state_problem.len > 0) // before-images have no place
        return check
               || error_set(err, ERROR_FAILED, "%.*s",
                            STR_ARG(setup->state_problem));
    app->stage = stage_open(app->tree, setup->tree_dir, err);
    return app->stage
           && stage_recover(app->stage, &app->call->arena, &report, err);
}

static bool apply(struct application *app, bool check, struct error *err)
{
    struct file_result *results;
    size_t count = 0;

    if (!open_tree(app, check, err))
        return false;
    app->selection = selection_create(app->patch);
    app->patch = selection_patch(app->selection);
    read_preimages(app);
    return judge(app, err)
           && selection_results(app->selection, &app->call->arena, &results,
                                &count, err)
           && (check || count == 0 || write_results(app, results, count, err));
}

int cli_apply(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct str text, label;
    bool check = take_flag(call, "--check");
    bool fuzzy = take_flag(call, "--fuzzy");

    if (!words_are_at_most(call, 1))
        return EXIT_USAGE;
    const char *name = call->count > 0 ? call->args[0] : "-";
    int status = load(call, &setup, true);
    struct application app = { .call = call, .setup = &setup, .fuzzy = fuzzy };
    if (status == EXIT_DONE) {
        bool read = read_input(&call->arena, name, LIMIT_PATCH_BYTES, &text,
                               &label, &err);
        if (read)
            app.patch = patch_parse(&call->arena, text, PATCH_UNKNOWN, &err);
        if (read && !app.patch) {
            error_prefix(&err, "%.*s", STR_ARG(label));
            err.kind = ERROR_CONFLICT; // a patch that cannot be read
        }
        if (!app.patch || !apply(&app, check, &err))
            status = complain(&err);
    }
    selection_destroy(app.selection);
    stage_close(app.stage);
    worktree_close(app.tree);
    setup_release(&setup);
    return status;
}
