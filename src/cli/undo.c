/* kerf undo: takes back a write set, the newest one that is in force by
 * default; undoing an undone set by its ID writes it again. */
#include "parts.h"

#include <stdio.h>
#include <time.h>

#include "kerf/repo/stage.h"

struct undo {
    struct worktree *tree;
    struct stage *stage;
    struct write_set *sets;
    size_t count;
};

static void close_undo(struct undo *undo)
{
    stage_close(undo->stage);
    worktree_close(undo->tree);
}

static bool open_undo(struct undo *undo, struct invocation *call,
                      struct setup *setup, struct error *err)
{
    struct str report = { 0 };

    if (setup->state_problem.len > 0)
        return error_set(err, ERROR_FAILED, "%.*s",
                         STR_ARG(setup->state_problem));
    undo->tree = worktree_open(setup->root, err);
    if (!undo->tree)
        return false;
    undo->stage = stage_open(undo->tree, setup->tree_dir, err);
    return undo->stage && stage_recover(undo->stage, &call->arena, &report, err)
           && stage_list(undo->stage, &call->arena, &undo->sets, &undo->count,
                         err);
}

static void print_set(const struct write_set *set)
{
    time_t seconds = (time_t)(set->time_ms / 1000);
    struct tm when;
    char text[32] = "";
    struct str rest = set->files, line;

    if (localtime_r(&seconds, &when))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &when);
    printf("%.*s  %s%s\n", STR_ARG(set->id), text,
           set->undone ? "  taken back" : "");
    while (str_split(&rest, '\n', &line)) {
        printf("    ");
        print_safe(line);
        putchar('\n');
    }
}

static bool choose(const struct undo *undo, struct invocation *call,
                   struct str *id, struct error *err)
{
    for (size_t i = 0; i < undo->count; i++) {
        const struct write_set *set = &undo->sets[i];
        if (call->count > 0 ? str_is(set->id, call->args[0]) : !set->undone) {
            *id = set->id;
            return true;
        }
    }
    if (call->count > 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no write %s; see kerf undo --list",
                         call->args[0]);
    return error_set(err, ERROR_NOT_FOUND,
                     "nothing that kerf wrote here is left to take back");
}

static bool undo_one(const struct undo *undo, struct invocation *call,
                     struct error *err)
{
    struct str id, files;

    if (!choose(undo, call, &id, err)
        || !stage_undo(undo->stage, &call->arena, id, &files, err))
        return false;
    print_safe(files);
    return true;
}

int cli_undo(struct invocation *call)
{
    struct setup setup;
    struct undo undo = { 0 };
    struct error err = { 0 };
    bool list = take_flag(call, "--list");

    if (!words_are_at_most(call, list ? 0 : 1))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE) {
        if (!open_undo(&undo, call, &setup, &err))
            status = complain(&err);
        else if (!list && !undo_one(&undo, call, &err))
            status = complain(&err);
        for (size_t i = 0; list && i < undo.count; i++)
            print_set(&undo.sets[i]);
        close_undo(&undo);
    }
    setup_release(&setup);
    return status;
}
