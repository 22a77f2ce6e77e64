/*
 * A write set goes through phases, and each way from one side to the other is
 * the same: record (or rename the record), change the tree, rename the record.
 * A record found in a phase between is a change that a crash cut:
 *
 *     phase    goes to  arrived: becomes  given up: becomes
 *     new      after    done              (removed)
 *     undoing  before   undone            done
 *     redoing  after    done              undone
 *
 * If all files have arrived, only the record's name is missing and is
 * supplied; otherwise what has moved goes back.
 */
#include "kerf/repo/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "kerf/base/private_folder.h"
#include "kerf/base/utf8.h"
#include "path.h"
#include "record.h"
#include "set_build.h"

#define CHANGED_SINCE_WRITTEN "is no longer what kerf left there"
#define LIMIT_NOTE_BYTES 200

struct stage {
    struct worktree *tree;
    int folder, lock;
    struct arena arena;
    struct str note; // of the next write
    struct steps steps;
};

struct way {
    bool under_way;
    enum side side;
    enum phase arrived, given_up;
};

// PHASE_NEW given up is PHASE_NEW: the record goes.
static const struct way ways[PHASE_COUNT] = {
    [PHASE_NEW] = { true, SIDE_AFTER, PHASE_DONE, PHASE_NEW },
    [PHASE_UNDOING] = { true, SIDE_BEFORE, PHASE_UNDONE, PHASE_DONE },
    [PHASE_REDOING] = { true, SIDE_AFTER, PHASE_DONE, PHASE_UNDONE },
};

struct stage *stage_open(struct worktree *tree, struct str state_dir,
                         struct error *err)
{
    int folder = private_folder_open(state_dir, err);
    if (folder < 0)
        return NULL;
    int lock =
        openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock < 0 || fchmod(lock, 0600) < 0) {
        error_errno(err, errno, "%s/lock", path_text(state_dir).at);
        if (lock >= 0)
            close(lock);
        close(folder);
        return NULL;
    }
    struct stage *stage = mem_alloc(sizeof(*stage));
    *stage = (struct stage){ .tree = tree, .folder = folder, .lock = lock };
    return stage;
}

void stage_close(struct stage *stage)
{
    if (!stage)
        return;
    close(stage->lock);
    close(stage->folder);
    arena_release(&stage->arena);
    free(stage);
}

void stage_describe(struct stage *stage, struct str note)
{
    struct buf line = { 0 };

    utf8_sanitise(&line, note, false);
    stage->note =
        arena_copy(&stage->arena, str_take(buf_str(&line), LIMIT_NOTE_BYTES));
    stage->note.len -= utf8_incomplete_tail(stage->note);
    buf_release(&line);
}

// The system drops the lock of a process that dies.
static bool take_lock(struct stage *stage, struct error *err)
{
    while (flock(stage->lock, LOCK_EX | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            return error_set(err, ERROR_CONFLICT,
                             "another kerf is writing in this tree");
        if (errno != EINTR)
            return error_errno(err, errno, "the lock cannot be taken");
    }
    return true;
}

static void drop_lock(struct stage *stage)
{
    flock(stage->lock, LOCK_UN);
}

static struct change change_of(struct stage *stage, struct arena *arena,
                               struct set *set)
{
    return (struct change){ stage->tree, &stage->steps, set, arena };
}

static bool name_phase(struct stage *stage, struct str id, enum phase from,
                       enum phase to, struct error *err)
{
    if (to == PHASE_NEW)
        return record_remove(stage->folder, &stage->steps, id, from, err);
    return record_move(stage->folder, &stage->steps, id, from, to, err);
}

// Goes back after a failure whose reason stands in `err`.
static void give_up(struct stage *stage, struct change *change,
                    enum phase phase, struct error *err)
{
    struct error why;
    size_t strange;

    if (change_settle(change, other_side(ways[phase].side), &strange, &why)
        && name_phase(stage, change->set->id, phase, ways[phase].given_up,
                      &why))
        return;
    struct error cause = *err;
    error_set(err, cause.kind,
              "%s; not all could be put back (%s), which "
              "the next start tries again",
              cause.text, why.text);
}

// The set is recorded in a phase under way: changes the tree.
static bool go(struct stage *stage, struct change *change, enum phase phase,
               struct error *err)
{
    if (change_go(change, ways[phase].side, err)
        && name_phase(stage, change->set->id, phase, ways[phase].arrived, err))
        return true;
    give_up(stage, change, phase, err);
    return false;
}

// --- what a crash left -------------------------------------------------------

static void tell(struct buf *report, const struct set *set, bool arrived,
                 size_t strange)
{
    if (report->len)
        buf_append(report, STR("; "));
    buf_printf(report, "an unfinished write was %s (",
               arrived ? "completed" : "taken back");
    for (size_t i = 0; i < set->count && i < 3; i++)
        buf_printf(report, "%s%s", i ? ", " : "",
                   path_text(set->entries[i].path).at);
    if (set->count > 3)
        buf_printf(report, " and %zu more", set->count - 3);
    buf_append(report, STR(")"));
    if (strange)
        buf_printf(report, ", %zu changed since and left alone", strange);
}

static bool settle(struct stage *stage, struct arena *arena,
                   const struct record *record, bool at_start,
                   struct buf *report, struct error *err)
{
    const struct way *way = &ways[record->phase];
    struct set set;
    size_t strange = 0;

    if (!record_load(stage->folder, arena, record, &set, err)) {
        // Torn while it was recorded: the tree had not been touched.
        if (err->kind == ERROR_INVALID && record->phase == PHASE_NEW)
            return record_remove(stage->folder, &stage->steps, record->id,
                                 PHASE_NEW, err);
        return false;
    }
    struct change change = change_of(stage, arena, &set);
    bool arrived = change_has_arrived(&change, way->side);
    enum side side = arrived ? way->side : other_side(way->side);
    if (!change_settle(&change, side, &strange, err)
        && (!at_start || err->kind != ERROR_POLICY))
        return false;
    tell(report, &set, arrived, strange);
    return name_phase(stage, record->id, record->phase,
                      arrived ? way->arrived : way->given_up, err);
}

// `at_start`: files that have become links since are given up.
static bool settle_all(struct stage *stage, struct arena *arena, bool at_start,
                       struct buf *report, struct error *err)
{
    struct record_list list;

    if (!record_list(stage->folder, arena, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (ways[list.at[i].phase].under_way
            && !settle(stage, arena, &list.at[i], at_start, report, err))
            return error_prefix(err, "an unfinished write");
    return true;
}

bool stage_recover(struct stage *stage, struct arena *arena, struct str *report,
                   struct error *err)
{
    struct arena scratch = { 0 };
    struct buf text = { 0 };

    *report = (struct str){ 0 };
    if (!take_lock(stage, err))
        return false;
    bool fine = settle_all(stage, &scratch, true, &text, err);
    drop_lock(stage);
    if (fine && text.len)
        *report = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    arena_release(&scratch);
    return fine;
}

// --- writing -----------------------------------------------------------------

// Forgets the oldest finished sets beyond the limits.
static void forget_old(struct stage *stage, struct arena *arena)
{
    struct record_list list;
    struct error unused;
    int64_t bytes = 0;

    if (!record_list(stage->folder, arena, &list, &unused))
        return;
    for (size_t i = list.count; i-- > 0;) {
        const struct record *record = &list.at[i];
        bytes += record->size_bytes;
        bool is_newest = i + 1 == list.count;
        if (!is_newest && !ways[record->phase].under_way
            && (list.count - i > LIMIT_UNDO_SETS || bytes > LIMIT_UNDO_BYTES))
            (void)!record_remove(stage->folder, &stage->steps, record->id,
                                 record->phase, &unused);
    }
}

static bool id_is_free(struct stage *stage, struct arena *arena, struct str id,
                       struct error *err)
{
    struct record_list list;

    if (!record_id_is_safe(id))
        return error_set(err, ERROR_INVALID, "\"%s\" is no write set id",
                         path_text(id).at);
    if (!record_list(stage->folder, arena, &list, err))
        return false;
    if (record_find(&list, id))
        return error_set(err, ERROR_INVALID, "write set %.*s exists",
                         STR_ARG(id));
    return true;
}

static bool write_locked(struct stage *stage, struct arena *scratch,
                         const struct file_result *results, size_t count,
                         struct set *set, struct error *err)
{
    struct buf unused = { 0 };
    bool settled = settle_all(stage, scratch, false, &unused, err);

    buf_release(&unused);
    if (!settled || !id_is_free(stage, scratch, set->id, err)
        || !set_build(stage->tree, scratch, results, count, set, err))
        return false;
    if (set->count == 0)
        return true;
    if (!record_save(stage->folder, &stage->steps, set, err))
        return false;
    struct change change = change_of(stage, scratch, set);
    if (!go(stage, &change, PHASE_NEW, err))
        return false;
    forget_old(stage, scratch);
    return true;
}

bool stage_write(struct stage *stage, struct arena *arena,
                 const struct file_result *results, size_t count, struct str id,
                 int64_t time_ms, struct str *files, struct error *err)
{
    struct arena scratch = { 0 };
    struct set set = { .id = id, .time_ms = time_ms, .note = stage->note };

    *files = (struct str){ 0 };
    if (!take_lock(stage, err))
        return false;
    bool fine = write_locked(stage, &scratch, results, count, &set, err);
    drop_lock(stage);
    if (fine)
        *files = set_files(&set, SIDE_AFTER, arena);
    arena_release(&scratch);
    return fine;
}

// --- undo --------------------------------------------------------------------

static bool find_finished(struct stage *stage, struct arena *arena,
                          struct str id, struct record *record,
                          struct error *err)
{
    struct record_list list;

    if (!record_list(stage->folder, arena, &list, err))
        return false;
    const struct record *found = record_find(&list, id);
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, "there is no write set \"%s\"",
                         path_text(id).at);
    *record = *found;
    return true;
}

static bool undo_locked(struct stage *stage, struct arena *scratch,
                        struct str id, struct set *set, enum side *side,
                        struct error *err)
{
    struct buf unused = { 0 };
    struct record record;
    bool settled = settle_all(stage, scratch, false, &unused, err);

    buf_release(&unused);
    if (!settled || !find_finished(stage, scratch, id, &record, err)
        || !record_load(stage->folder, scratch, &record, set, err))
        return false;
    enum phase phase = record.phase == PHASE_DONE ? PHASE_UNDOING
                                                  : PHASE_REDOING;
    *side = ways[phase].side;
    struct change change = change_of(stage, scratch, set);
    if (!change_is_at(&change, other_side(*side), CHANGED_SINCE_WRITTEN, err)
        || !record_move(stage->folder, &stage->steps, id, record.phase, phase,
                        err))
        return false;
    return go(stage, &change, phase, err);
}

bool stage_undo(struct stage *stage, struct arena *arena, struct str id,
                struct str *files, struct error *err)
{
    struct arena scratch = { 0 };
    struct set set;
    enum side side;

    *files = (struct str){ 0 };
    if (!take_lock(stage, err))
        return false;
    bool fine = undo_locked(stage, &scratch, id, &set, &side, err);
    drop_lock(stage);
    if (fine)
        *files = set_files(&set, side, arena);
    arena_release(&scratch);
    return fine;
}

// --- listing -----------------------------------------------------------------

bool stage_list(struct stage *stage, struct arena *arena,
                struct write_set **sets, size_t *count, struct error *err)
{
    struct arena scratch = { 0 };
    struct record_list list;
    struct error unused;

    *sets = NULL;
    *count = 0;
    bool fine = record_list(stage->folder, &scratch, &list, err);
    if (fine)
        *sets = arena_array(arena, list.count + 1, sizeof(**sets));
    for (size_t i = fine ? list.count : 0; i-- > 0;) {
        const struct record *record = &list.at[i];
        struct set set;
        if (ways[record->phase].under_way
            || !record_load_head(stage->folder, &scratch, record, &set,
                                 &unused))
            continue; // settled by stage_recover(); or damaged
        (*sets)[(*count)++] = (struct write_set){
            .id = arena_copy(arena, record->id),
            .time_ms = set.time_ms,
            .note = arena_copy(arena, set.note),
            .files = set_files(&set, SIDE_AFTER, arena),
            .undone = record->phase == PHASE_UNDONE,
        };
    }
    arena_release(&scratch);
    return fine;
}

static struct preimage preimage_of(const struct image *image,
                                   struct arena *arena)
{
    return (struct preimage){ .exists = image->exists,
                              .mode = image->mode,
                              .bytes = arena_copy(arena, image->bytes) };
}

bool stage_images(struct stage *stage, struct arena *arena, struct str id,
                  struct write_images **files, size_t *count, struct error *err)
{
    struct arena scratch = { 0 };
    struct record record;
    struct set set;

    *count = 0;
    bool fine = find_finished(stage, &scratch, id, &record, err)
                && record_load(stage->folder, &scratch, &record, &set, err);
    if (fine)
        *files = arena_array(arena, set.count + 1, sizeof(**files));
    for (size_t i = 0; fine && i < set.count; i++) {
        const struct entry *entry = &set.entries[i];
        (*files)[(*count)++] = (struct write_images){
            .path = arena_copy(arena, entry->path),
            .before = preimage_of(&entry->at[SIDE_BEFORE], arena),
            .after = preimage_of(&entry->at[SIDE_AFTER], arena),
        };
    }
    arena_release(&scratch);
    return fine;
}

void stage_tell_links(struct worktree *tree, const struct file_result *results,
                      size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (results[i].kind != RESULT_WRITE || results[i].remove.len > 0)
            continue;
        size_t links = worktree_links(tree, results[i].path);
        if (links > 1)
            buf_printf(out,
                       "%s: one of %zu hard links: it becomes a file of its "
                       "own, the others keep the old content\n",
                       path_text(results[i].path).at, links);
    }
}

bool stage_keep(struct stage *stage, struct str id, struct str text,
                struct error *err)
{
    if (!record_id_is_safe(id) || text.len == 0)
        return text.len == 0
               || error_set(err, ERROR_INVALID, "no write set id");
    return record_keep(stage->folder, id, text, err);
}

struct str stage_kept(struct stage *stage, struct arena *arena, struct str id)
{
    return record_id_is_safe(id) ? record_kept(stage->folder, arena, id)
                                 : (struct str){ 0 };
}

size_t stage_steps(const struct stage *stage)
{
    return stage->steps.count;
}

void stage_set_fault(struct stage *stage, size_t step, int number, bool lasting)
{
    stage->steps.fault_at = step ? stage->steps.count + step : 0;
    stage->steps.fault = number;
    stage->steps.lasting = lasting;
}

void stage_watch(struct stage *stage, stage_watch_fn fn, void *ctx)
{
    stage->steps.watch = fn;
    stage->steps.watch_ctx = ctx;
}
