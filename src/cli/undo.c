/*
 * kerf undo: takes back what kerf wrote: the newest write that is in force, a
 * number of them, one by its ID, or a single hunk of one. Undoing an undone
 * write by its ID writes it again; a hunk taken back is a write of its own,
 * and can be undone like any other.
 */
#include "parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kerf/base/json.h"
#include "kerf/loop/loop.h"
#include "kerf/patch/diff.h"
#include "kerf/patch/parse.h"
#include "kerf/patch/print.h"
#include "kerf/repo/stage.h"
#include "kerf/repo/unstage.h"

#define DIFF_CONTEXT 3

struct undo {
    struct invocation *call;
    struct setup *setup;
    struct worktree *tree;
    struct stage *stage;
    struct write_set *sets;
    size_t count;
    struct str hunk; // "FILE:N"; empty: all of the write
    bool list, show, json;
};

static void close_undo(struct undo *undo)
{
    stage_close(undo->stage);
    worktree_close(undo->tree);
}

static bool open_undo(struct undo *undo, struct error *err)
{
    undo->tree = worktree_open(undo->setup->root, err);
    if (undo->tree)
        undo->stage = open_stage(undo->call, undo->tree, undo->setup, err);
    return undo->stage
           && stage_list(undo->stage, &undo->call->arena, &undo->sets,
                         &undo->count, err);
}

// --- the list ----------------------------------------------------------------

static void print_set(const struct write_set *set)
{
    time_t seconds = (time_t)(set->time_ms / 1000);
    struct tm when;
    char text[32] = "";
    struct str rest = set->files, line;

    if (localtime_r(&seconds, &when))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &when);
    printf("%.*s  %s  %-10s  ", STR_ARG(set->id), text,
           set->undone ? "taken back" : "in force");
    print_safe(set->note);
    putchar('\n');
    while (str_split(&rest, '\n', &line)) {
        printf("    ");
        print_safe(line);
        putchar('\n');
    }
}

// "M path": what was done to a file, and its name.
static void put_file(struct json_writer *w, struct str line)
{
    json_begin_object(w);
    json_member_str(w, "kind", str_take(line, 1));
    json_member_str(w, "file", str_skip(line, 2));
    json_end_object(w);
}

static void put_set(struct json_writer *w, const struct write_set *set)
{
    struct str rest = set->files, line;

    json_begin_object(w);
    json_member_str(w, "id", set->id);
    json_member_int(w, "time_ms", set->time_ms);
    json_member_bool(w, "in_force", !set->undone);
    json_member_str(w, "note", set->note);
    json_key(w, "files");
    json_begin_array(w);
    while (str_split(&rest, '\n', &line))
        put_file(w, line);
    json_end_array(w);
    json_end_object(w);
}

static void print_list(const struct undo *undo)
{
    struct buf json = { 0 };
    struct json_writer w = { .out = &json };

    json_begin_array(&w);
    for (size_t i = 0; i < undo->count; i++) {
        if (undo->json)
            put_set(&w, &undo->sets[i]);
        else
            print_set(&undo->sets[i]);
    }
    json_end_array(&w);
    if (undo->json)
        print_json(&json);
    buf_release(&json);
}

// --- which write -------------------------------------------------------------

static bool choose(const struct undo *undo, struct str *id, struct error *err)
{
    const struct invocation *call = undo->call;

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

// --- a write as a patch ------------------------------------------------------

// One file of a write: its change as a patch, accepted, on what was before.
struct change {
    struct arena arena;
    const struct patch *patch;
    struct selection *selection;
};

static void change_release(struct change *change)
{
    selection_destroy(change->selection);
    arena_release(&change->arena);
}

static const struct patch *parse_change(struct change *change,
                                        const struct write_images *file,
                                        struct error *err)
{
    struct buf diff = { 0 };
    struct file_result result = {
        .kind = file->after.exists ? RESULT_WRITE : RESULT_DELETE,
        .path = file->path,
        .bytes = file->after.bytes,
        .mode = file->after.mode,
        .existed = file->before.exists,
        .preimage = file->before.bytes,
    };

    diff_print_result(&diff, &result, file->before.mode, DIFF_CONTEXT);
    const struct patch *patch =
        patch_parse(&change->arena, buf_str(&diff), PATCH_UNIFIED, err);
    buf_release(&diff);
    return patch ? patch
                 : (error_prefix(err, "%.*s", STR_ARG(file->path)), NULL);
}

static bool change_open(struct change *change, const struct write_images *file,
                        struct error *err)
{
    struct target all = { 0, SELECT_ALL, SELECT_ALL };

    *change = (struct change){ 0 };
    change->patch = parse_change(change, file, err);
    if (!change->patch)
        return false;
    change->selection = selection_create(change->patch);
    selection_set_preimage(change->selection, 0, &file->before, false);
    return selection_decide(change->selection, all, DECISION_YES, err);
}

static void show_file(const struct write_images *file)
{
    struct change change;
    struct error err = { 0 };
    struct buf text = { 0 };

    if (change_open(&change, file, &err)) {
        for (size_t h = 0; h < change.patch->files[0].hunk_count; h++) {
            buf_printf(&text, "%.*s:%zu\n", STR_ARG(file->path), h + 1);
            selection_hunk_patch(change.selection, 0, h, &text);
        }
    } else {
        buf_printf(&text, "%.*s: binary, or its mode alone\n",
                   STR_ARG(file->path));
    }
    print_safe(buf_str(&text));
    buf_release(&text);
    change_release(&change);
}

static bool show(const struct undo *undo, struct error *err)
{
    struct write_images *files;
    struct str id;
    size_t count;

    if (!choose(undo, &id, err)
        || !stage_images(undo->stage, &undo->call->arena, id, &files, &count,
                         err))
        return false;
    for (size_t i = 0; i < count; i++)
        show_file(&files[i]);
    return true;
}

// --- a single hunk -----------------------------------------------------------

static bool read_hunk_name(struct str name, struct str *path, size_t *hunk,
                           struct error *err)
{
    size_t colon = str_rfind_char(name, ':');
    uint64_t number = 0;

    if (colon == SIZE_MAX || !str_to_u64(str_skip(name, colon + 1), &number)
        || number == 0)
        return error_set(err, ERROR_USAGE,
                         "--hunk wants FILE:N, such as src/a.c:2");
    *path = str_take(name, colon);
    *hunk = (size_t)number - 1;
    return true;
}

static bool find_file(const struct undo *undo, struct str id, struct str path,
                      const struct write_images **found, struct error *err)
{
    struct write_images *files;
    size_t count;

    if (!stage_images(undo->stage, &undo->call->arena, id, &files, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (str_equal(files[i].path, path)) {
            *found = &files[i];
            return (files[i].before.exists && files[i].after.exists)
                   || error_set(err, ERROR_UNSUPPORTED,
                                "%.*s was made or deleted: take the whole "
                                "write back",
                                STR_ARG(path));
        }
    return error_set(err, ERROR_NOT_FOUND, "%.*s is not in write %.*s",
                     STR_ARG(path), STR_ARG(id));
}

static bool revert(struct undo *undo, const struct change *change, size_t hunk,
                   const struct write_images *file, struct file_result *result,
                   struct error *err)
{
    struct preimage now;

    if (hunk >= change->patch->files[0].hunk_count)
        return error_set(
            err, ERROR_NOT_FOUND, "the write has %zu hunks in %.*s",
            change->patch->files[0].hunk_count, STR_ARG(file->path));
    worktree_read(undo->tree, &undo->call->arena, file->path, &now);
    if (!now.exists || now.unreadable.len > 0)
        return error_set(
            err, ERROR_CONFLICT, "%.*s: %.*s", STR_ARG(file->path),
            STR_ARG(now.exists ? now.unreadable : STR("no such file")));
    if (!selection_revert_hunk(change->selection, 0, hunk, now.bytes,
                               &undo->call->arena, result, err))
        return false;
    result->path = file->path;
    return true;
}

static bool write_revert(struct undo *undo, const struct file_result *result,
                         struct str id, struct error *err)
{
    struct arena *arena = &undo->call->arena;
    struct str files;

    stage_describe(undo->stage, arena_printf(arena, "undo --hunk %.*s of %.*s",
                                             STR_ARG(undo->hunk), STR_ARG(id)));
    if (!stage_write(undo->stage, arena, result, 1,
                     setup_session_id(undo->setup), loop_wall_ms(), &files,
                     err))
        return false;
    print_safe(files);
    return true;
}

static bool undo_hunk(struct undo *undo, struct error *err)
{
    const struct write_images *file = NULL;
    struct change change = { 0 };
    struct file_result result;
    struct str id, path;
    size_t hunk = 0;

    if (!read_hunk_name(undo->hunk, &path, &hunk, err)
        || !choose(undo, &id, err) || !find_file(undo, id, path, &file, err))
        return false;
    bool fine = change_open(&change, file, err)
                && revert(undo, &change, hunk, file, &result, err)
                && write_revert(undo, &result, id, err);
    change_release(&change);
    return fine;
}

// --- whole writes ------------------------------------------------------------

// What the write staged goes the same way as the files; what does not is told.
static void turn_index(const struct undo *undo, struct str id, bool back)
{
    struct arena *arena = &undo->call->arena;
    struct str note = stage_kept(undo->stage, arena, id), left, path;
    struct error err = { 0 };

    if (note.len == 0)
        return;
    struct repo *repo = repo_open(undo->setup->root, &err);
    bool done = repo && repo_turn_index(repo, arena, note, back, &left, &err);
    repo_close(repo);
    if (!done) {
        error_prefix(&err, "git's index stays as it is");
        complain(&err);
        return;
    }
    while (str_split(&left, '\n', &path))
        remark("%.*s: staged since, stays in git's index", STR_ARG(path));
}

static bool is_undone(const struct undo *undo, struct str id)
{
    for (size_t i = 0; i < undo->count; i++)
        if (str_equal(undo->sets[i].id, id))
            return undo->sets[i].undone;
    return false;
}

static bool undo_one(const struct undo *undo, struct str id, struct error *err)
{
    struct str files;

    if (!stage_undo(undo->stage, &undo->call->arena, id, &files, err))
        return false;
    print_safe(files);
    turn_index(undo, id, !is_undone(undo, id));
    return true;
}

// A short number is how many of the newest to take back; IDs are longer.
static bool is_count(const struct undo *undo, uint64_t *count)
{
    const struct invocation *call = undo->call;

    return call->count > 0 && str_to_u64(str_from(call->args[0]), count)
           && *count > 0 && *count <= LIMIT_UNDO_SETS;
}

static bool undo_newest(const struct undo *undo, uint64_t count,
                        struct error *err)
{
    uint64_t done = 0;

    for (size_t i = 0; i < undo->count && done < count; i++) {
        if (undo->sets[i].undone)
            continue;
        if (!undo_one(undo, undo->sets[i].id, err))
            return error_prefix(err, "after %" PRIu64 " of %" PRIu64, done,
                                count);
        done++;
    }
    return done == count
           || error_set(err, ERROR_NOT_FOUND,
                        "only %" PRIu64 " writes were left to take back", done);
}

static bool do_undo(struct undo *undo, struct error *err)
{
    uint64_t count;
    struct str id;

    if (undo->list) {
        print_list(undo);
        return true;
    }
    if (undo->show)
        return show(undo, err);
    if (undo->hunk.len > 0)
        return undo_hunk(undo, err);
    if (is_count(undo, &count))
        return undo_newest(undo, count, err);
    return choose(undo, &id, err) && undo_one(undo, id, err);
}

static bool take_options(struct invocation *call, struct undo *undo)
{
    undo->list = take_flag(call, "--list");
    undo->show = take_flag(call, "--show");
    undo->json = take_flag(call, "--json");
    if (take_value(call, "--hunk", &undo->hunk) < 0
        || !words_are_at_most(call, undo->list ? 0 : 1))
        return false;
    if (undo->list + undo->show + (undo->hunk.len > 0) > 1)
        complain_usage(call, "--list, --show and --hunk exclude each other");
    else if (undo->json && !undo->list)
        complain_usage(call, "--json goes with --list");
    else
        return true;
    return false;
}

int cli_undo(struct invocation *call)
{
    struct setup setup;
    struct undo undo = { .call = call, .setup = &setup };
    struct error err = { 0 };

    if (!take_options(call, &undo))
        return EXIT_USAGE;
    int status = load_anywhere(call, &setup);
    if (status == EXIT_DONE) {
        if (!open_undo(&undo, &err) || !do_undo(&undo, &err))
            status = complain(&err);
        close_undo(&undo);
    }
    setup_release(&setup);
    return status;
}
