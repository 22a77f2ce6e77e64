/*
 * Between the comparison with what was judged and the rename, somebody may
 * save the file. So the old and the new file change places in one system call
 * (RENAME_EXCHANGE), and the comparison is done once more on the old file,
 * which nobody reaches by name any more; if it differs they change back. A
 * deleted file is moved aside first for the same reason, and a new one never
 * replaces (RENAME_NOREPLACE). Where a file system cannot do that, a look
 * just before a plain rename has to do.
 *
 * The order (removals, emptied folders, new folders, new files) lets a file
 * become a folder and a folder a file.
 */
#include "change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "path.h"

#define LIMIT_EXCHANGES 100 // saves in the time of as many renames
#define MKDIR_ATTEMPTS 4096 // more components than a path can have

static bool is_below_entry(const struct set *set, struct str path)
{
    for (struct str up = path_folder(path); up.len; up = path_folder(up))
        if (set_find(set, up))
            return true;
    return false;
}

static bool counts_as_absent(const struct change *change, struct str path,
                             const struct error *why)
{
    return why->kind == ERROR_NOT_FOUND
           || (why->kind == ERROR_POLICY
               && (set_has_below(change->set, path)
                   || is_below_entry(change->set, path)));
}

bool change_look(struct change *change, struct str path, struct image *now,
                 struct error *err)
{
    struct error why;
    int fd = file_open(change->tree, path, &why);

    *now = (struct image){ 0 };
    if (fd < 0) {
        if (counts_as_absent(change, path, &why))
            return true;
        *err = why;
        return false;
    }
    now->exists = file_read(fd, change->arena, &now->bytes, &now->mode, err);
    close(fd);
    if (!now->exists)
        error_prefix(err, "%s", path_text(path).at);
    return now->exists;
}

bool change_is_at(struct change *change, enum side side, const char *complaint,
                  struct error *err)
{
    for (size_t i = 0; i < change->set->count; i++) {
        const struct entry *entry = &change->set->entries[i];
        struct image now;
        if (!change_look(change, entry->path, &now, err))
            return false;
        if (!image_equal(&now, &entry->at[side]))
            return error_set(err, ERROR_CONFLICT, "%s %s",
                             path_text(entry->path).at, complaint);
    }
    return true;
}

// The two folders and the leaf name that a move of an entry needs.
struct ends {
    int folder, temp;
    char leaf[LIMIT_NAME_BYTES + 1];
};

static void ends_close(struct ends *ends)
{
    if (ends->folder >= 0)
        close(ends->folder);
    if (ends->temp >= 0)
        close(ends->temp);
}

static bool ends_open(struct change *change, struct entry *entry,
                      struct ends *ends, struct error *err)
{
    struct str leaf = path_leaf(entry->path);

    *ends = (struct ends){ .folder = -1, .temp = -1 };
    memcpy(ends->leaf, leaf.at, leaf.len); // judged: at most LIMIT_NAME_BYTES
    ends->folder = folder_open(change->tree, path_folder(entry->path), err);
    if (ends->folder >= 0)
        ends->temp = temp_folder(change, entry, err);
    if (ends->temp >= 0)
        return true;
    ends_close(ends);
    return false;
}

static bool is_unsupported(int number)
{
    return number == EINVAL || number == ENOSYS || number == ENOTSUP;
}

// A rename that never replaces, also where the system has none.
static int rename_new(struct steps *steps, int from, const char *old, int to,
                      const char *name)
{
    struct stat st;

    if (step_rename(steps, from, old, to, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (!is_unsupported(errno))
        return -1;
    if (fstatat(to, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return step_rename(steps, from, old, to, name, 0);
}

static bool changed(const struct entry *entry, struct error *err)
{
    return error_set(err, ERROR_CONFLICT, "%s changed while it was written",
                     path_text(entry->path).at);
}

static bool cannot_replace(const struct entry *entry, struct error *err)
{
    int number = errno;

    if (number == EEXIST || number == ENOENT || number == ENOTEMPTY)
        return changed(entry, err);
    return error_errno(err, number, "%s cannot be replaced",
                       path_text(entry->path).at);
}

// What was moved to the temporary name is compared with the side it had.
static bool is_judged(struct change *change, struct entry *entry,
                      enum side side)
{
    struct image old = temp_look(change, entry);
    return image_equal(&old, &entry->at[other_side(side)]);
}

// Drops what lies under the temporary name and is no longer wanted.
static bool drop_old(struct change *change, struct entry *entry,
                     const struct ends *ends)
{
    if (step_unlink(change->steps, ends->temp, entry->temp, 0) < 0
        && errno != ENOENT)
        return false;
    entry->temp_depth = NO_TEMP;
    return true;
}

static ino_t inode_of(int folder, const char *name)
{
    struct stat st;
    return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

/*
 * Somebody's edit was exchanged for our file `placed`: it gets its place
 * back. Should
 * yet another edit have come in meanwhile, that one is the newest and has to
 * stand there in the end: so the two change places until what comes out is
 * what was put there last.
 */
static bool give_back(struct change *change, struct entry *entry,
                      const struct ends *ends, ino_t placed)
{
    for (int i = 0; i < LIMIT_EXCHANGES; i++) {
        ino_t next = inode_of(ends->temp, entry->temp);
        if (step_rename(change->steps, ends->temp, entry->temp, ends->folder,
                        ends->leaf, RENAME_EXCHANGE)
            < 0)
            return false;
        if (inode_of(ends->temp, entry->temp) == placed)
            return drop_old(change, entry, ends);
        placed = next;
    }
    errno = EAGAIN;
    return false;
}

// A file moved aside was not the judged one. If its name is taken again, then
// by a later edit.
static bool move_back(struct change *change, struct entry *entry,
                      const struct ends *ends)
{
    if (rename_new(change->steps, ends->temp, entry->temp, ends->folder,
                   ends->leaf)
        == 0) {
        entry->temp_depth = NO_TEMP;
        return true;
    }
    return errno == EEXIST && drop_old(change, entry, ends);
}

static bool take_away(struct change *change, struct entry *entry,
                      enum side side, struct error *err)
{
    struct ends ends;

    if (!temp_drop(change, entry, err) || !ends_open(change, entry, &ends, err))
        return false;
    bool fine = true;
    if (rename_new(change->steps, ends.folder, ends.leaf, ends.temp,
                   entry->temp)
        < 0) {
        fine = cannot_replace(entry, err);
        entry->temp_depth = NO_TEMP;
    } else if (!is_judged(change, entry, side)) {
        fine = move_back(change, entry, &ends) ? changed(entry, err)
                                               : cannot_replace(entry, err);
    }
    ends_close(&ends);
    return fine;
}

static bool put_new(struct change *change, struct entry *entry,
                    const struct ends *ends, struct error *err)
{
    if (rename_new(change->steps, ends->temp, entry->temp, ends->folder,
                   ends->leaf)
        < 0)
        return cannot_replace(entry, err);
    entry->temp_depth = NO_TEMP;
    return true;
}

// Where files cannot change places: look, then rename.
static bool put_over_plainly(struct change *change, struct entry *entry,
                             enum side side, const struct ends *ends,
                             struct error *err)
{
    struct image now;

    if (!change_look(change, entry->path, &now, err))
        return false;
    if (!image_equal(&now, &entry->at[other_side(side)]))
        return changed(entry, err);
    if (step_rename(change->steps, ends->temp, entry->temp, ends->folder,
                    ends->leaf, 0)
        < 0)
        return cannot_replace(entry, err);
    entry->temp_depth = NO_TEMP;
    return true;
}

static bool put_over(struct change *change, struct entry *entry, enum side side,
                     const struct ends *ends, struct error *err)
{
    ino_t placed = inode_of(ends->temp, entry->temp);

    if (step_rename(change->steps, ends->temp, entry->temp, ends->folder,
                    ends->leaf, RENAME_EXCHANGE)
        < 0) {
        if (is_unsupported(errno))
            return put_over_plainly(change, entry, side, ends, err);
        return cannot_replace(entry, err);
    }
    if (is_judged(change, entry, side))
        return true;
    return give_back(change, entry, ends, placed) ? changed(entry, err)
                                                  : cannot_replace(entry, err);
}

static bool put(struct change *change, struct entry *entry, enum side side,
                struct error *err)
{
    struct ends ends;

    if (!ends_open(change, entry, &ends, err))
        return false;
    bool fine = entry->at[other_side(side)].exists
                    ? put_over(change, entry, side, &ends, err)
                    : put_new(change, entry, &ends, err);
    ends_close(&ends);
    return fine;
}

static bool remove_folder(struct change *change, struct str path,
                          struct error *err)
{
    struct error unused;
    char leaf[LIMIT_NAME_BYTES + 1] = "";
    int parent = folder_open(change->tree, path_folder(path), &unused);

    if (parent < 0)
        return true; // gone already
    memcpy(leaf, path_leaf(path).at, path_leaf(path).len);
    bool fine =
        step_unlink(change->steps, parent, leaf, AT_REMOVEDIR) == 0
        || errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT
        || errno == ENOTDIR
        || error_errno(err, errno, "%s cannot be removed", path_text(path).at);
    close(parent);
    return fine;
}

// Folders that are empty now and whose place a file takes.
static bool clear_way(struct change *change, const struct entry *entry,
                      struct error *err)
{
    struct set *set = change->set;

    for (size_t i = (size_t)(entry - set->entries) + 1; i < set->count; i++) {
        struct str path = set->entries[i].path;
        if (!str_starts_with(path, entry->path))
            return true;
        if (path.at[entry->path.len] != '/')
            continue;
        for (path = path_folder(path); path.len >= entry->path.len;
             path = path_folder(path))
            if (!remove_folder(change, path, err))
                return false;
    }
    return true;
}

static bool remove_folders(struct change *change, enum side side,
                           struct error *err)
{
    struct set *set = change->set;

    if (side == SIDE_BEFORE)
        for (size_t i = set->folder_count; i-- > 0;)
            if (!remove_folder(change, set->folders[i], err))
                return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->entries[i].at[side].exists
            && !clear_way(change, &set->entries[i], err))
            return false;
    return true;
}

// Makes the first missing folder on the way to `path`. `*done` if none was.
static bool make_next_folder(struct change *change, struct str path, bool *done,
                             struct error *err)
{
    char name[LIMIT_NAME_BYTES + 1] = "";
    size_t depth;
    int fd = folder_open_deepest(change->tree, path, &depth, err);

    if (fd < 0)
        return false;
    *done = depth == path.len;
    bool fine = true;
    if (!*done) {
        struct str rest = str_skip(path, depth ? depth + 1 : 0), next;
        fine = str_split(&rest, '/', &next);
        memcpy(name, next.at, next.len);
        if (step_mkdir(change->steps, fd, name) < 0 && errno != EEXIST)
            fine = error_errno(err, errno, "%s cannot be made",
                               path_text(path).at);
    }
    close(fd);
    return fine;
}

static bool make_folders(struct change *change, struct str path,
                         struct error *err)
{
    bool done = false;

    for (int i = 0; i < MKDIR_ATTEMPTS && !done; i++)
        if (!make_next_folder(change, path, &done, err))
            return false;
    return done
           || error_set(err, ERROR_CONFLICT, "%s comes and goes",
                        path_text(path).at);
}

static int compare_paths(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool sync_folder(struct change *change, struct str path,
                        struct error *err)
{
    struct error why;
    int fd = folder_open(change->tree, path, &why);

    if (fd < 0 && why.kind == ERROR_NOT_FOUND)
        return true; // removed, and its parent is synced
    if (fd < 0) {
        *err = why;
        return counts_as_absent(change, path, &why);
    }
    bool fine =
        step_sync(change->steps, fd) == 0
        || error_errno(err, errno, "%s cannot be synced", path_text(path).at);
    close(fd);
    return fine;
}

static bool sync_folders(struct change *change, struct error *err)
{
    struct set *set = change->set;
    size_t count = 0;
    struct str *paths = arena_array(
        change->arena, 2 * set->count + set->folder_count, sizeof(*paths));

    for (size_t i = 0; i < set->count; i++) {
        struct str parent = path_folder(set->entries[i].path);
        paths[count++] = parent;
        paths[count++] = path_folder(parent);
    }
    for (size_t i = 0; i < set->folder_count; i++)
        paths[count++] = path_folder(set->folders[i]);
    qsort(paths, count, sizeof(*paths), compare_paths);
    for (size_t i = 0; i < count; i++)
        if ((i == 0 || !str_equal(paths[i], paths[i - 1]))
            && !sync_folder(change, paths[i], err))
            return false;
    return true;
}

typedef bool (*entry_fn)(struct change *change, struct entry *entry,
                         enum side side, struct error *err);

// Calls `fn` for the entries that exist (or do not) at `side`.
static bool each(struct change *change, enum side side, bool exists,
                 entry_fn fn, struct error *err)
{
    for (size_t i = 0; i < change->set->count; i++) {
        struct entry *entry = &change->set->entries[i];
        if (entry->at[side].exists == exists && !fn(change, entry, side, err))
            return false;
    }
    return true;
}

static bool make_parents(struct change *change, struct entry *entry,
                         enum side side, struct error *err)
{
    (void)side;
    return make_folders(change, path_folder(entry->path), err);
}

static bool drop_temps(struct change *change, struct error *err)
{
    for (size_t i = 0; i < change->set->count; i++)
        if (!temp_drop(change, &change->set->entries[i], err))
            return false;
    return true;
}

bool change_go(struct change *change, enum side side, struct error *err)
{
    return each(change, side, true, temp_make, err)
           && each(change, side, false, take_away, err)
           && remove_folders(change, side, err)
           && each(change, side, true, make_parents, err)
           && each(change, side, true, put, err) && drop_temps(change, err)
           && sync_folders(change, err);
}

// What kerf wrote into a temporary file, whole or torn.
static bool is_own(const struct entry *entry, const struct image *temp)
{
    return str_starts_with(entry->at[SIDE_BEFORE].bytes, temp->bytes)
           || str_starts_with(entry->at[SIDE_AFTER].bytes, temp->bytes);
}

static bool is_known(const struct entry *entry, const struct image *now)
{
    return image_equal(now, &entry->at[SIDE_BEFORE])
           || image_equal(now, &entry->at[SIDE_AFTER]);
}

// A crash between the exchange and the comparison may have left somebody's
// edit under the temporary name: it gets its place back. If that is taken by
// yet another edit, both stay where they are.
static bool swap_back(struct change *change, struct entry *entry,
                      struct error *err)
{
    struct ends ends;
    struct image now;

    if (!ends_open(change, entry, &ends, err))
        return false;
    ino_t placed = inode_of(ends.folder, ends.leaf);
    bool fine = change_look(change, entry->path, &now, err);
    if (fine && !is_known(entry, &now))
        entry->temp_depth = NO_TEMP;
    else if (fine)
        fine = (now.exists ? give_back(change, entry, &ends, placed)
                           : move_back(change, entry, &ends))
               || cannot_replace(entry, err);
    ends_close(&ends);
    return fine;
}

static bool rescue(struct change *change, struct entry *entry, enum side side,
                   struct error *err)
{
    (void)side;
    temp_find(change, entry);
    struct image temp = temp_look(change, entry);
    return entry->temp_depth == NO_TEMP || (temp.exists && is_own(entry, &temp))
           || swap_back(change, entry, err);
}

// Makes sure that the temporary file holds the image of `side`; the old file
// itself, moved there before, is the best that can be had.
static bool ready_temp(struct change *change, struct entry *entry,
                       enum side side, struct error *err)
{
    struct image temp = temp_look(change, entry);

    if (image_equal(&temp, &entry->at[side]))
        return true;
    return temp_drop(change, entry, err) && temp_make(change, entry, side, err);
}

static bool settle_away(struct change *change, struct entry *entry,
                        enum side side, struct error *err)
{
    struct image now;

    if (!change_look(change, entry->path, &now, err))
        return false;
    return !image_equal(&now, &entry->at[other_side(side)])
           || take_away(change, entry, side, err);
}

static bool settle_back(struct change *change, struct entry *entry,
                        enum side side, struct error *err)
{
    struct image now;

    if (!change_look(change, entry->path, &now, err))
        return false;
    return !image_equal(&now, &entry->at[other_side(side)])
           || (make_parents(change, entry, side, err)
               && ready_temp(change, entry, side, err)
               && put(change, entry, side, err));
}

// As each(), but what fails does not keep the others from being put right.
static bool each_anyway(struct change *change, enum side side, bool exists,
                        entry_fn fn, struct error *err)
{
    bool fine = true;

    for (size_t i = 0; i < change->set->count; i++) {
        struct entry *entry = &change->set->entries[i];
        if (entry->at[side].exists == exists)
            fine = fn(change, entry, side, err) && fine;
    }
    return fine;
}

bool change_has_arrived(struct change *change, enum side side)
{
    struct error unused;

    return each_anyway(change, side, true, rescue, &unused)
           && each_anyway(change, side, false, rescue, &unused)
           && change_is_at(change, side, "", &unused);
}

static size_t count_strange(struct change *change, enum side side)
{
    size_t count = 0;

    for (size_t i = 0; i < change->set->count; i++) {
        const struct entry *entry = &change->set->entries[i];
        struct error unused;
        struct image now;
        count += !change_look(change, entry->path, &now, &unused)
                 || !image_equal(&now, &entry->at[side]);
    }
    return count;
}

bool change_settle(struct change *change, enum side side, size_t *strange,
                   struct error *err)
{
    bool fine = each_anyway(change, side, true, rescue, err);

    fine = each_anyway(change, side, false, rescue, err) && fine;
    fine = each_anyway(change, side, false, settle_away, err) && fine;
    fine = remove_folders(change, side, err) && fine;
    fine = each_anyway(change, side, true, settle_back, err) && fine;
    fine = drop_temps(change, err) && fine;
    fine = remove_folders(change, side, err) && fine;
    *strange = count_strange(change, side);
    return sync_folders(change, err) && fine;
}
