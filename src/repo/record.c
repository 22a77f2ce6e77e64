/*
 * A record is written once, under the name of the phase PHASE_NEW; its
 * checksum tells whether that was finished. Later only its name changes, and
 * a rename is atomic: that is the whole commit protocol.
 */
#include "record.h"

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/base/fd.h"
#include "kerf/repo/stage.h"

#define HEAD_PIECE_BYTES ((size_t)16 << 10)
#define LIMIT_KEPT_BYTES (64 << 20)
#define LIMIT_HEAD_BYTES ((size_t)256 << 20)

static const char *const phase_names[PHASE_COUNT] = {
    [PHASE_NEW] = "new",         [PHASE_DONE] = "done",
    [PHASE_UNDOING] = "undoing", [PHASE_UNDONE] = "undone",
    [PHASE_REDOING] = "redoing",
};

struct name {
    char at[LIMIT_SET_ID_BYTES + sizeof(".redoing")];
};

static struct name name_of(struct str id, enum phase phase)
{
    struct name name;
    snprintf(name.at, sizeof(name.at), "%.*s.%s", STR_ARG(id),
             phase_names[phase]);
    return name;
}

bool record_id_is_safe(struct str id)
{
    if (id.len == 0 || id.len > LIMIT_SET_ID_BYTES || id.at[0] == '.')
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
            && !(c >= 'A' && c <= 'Z') && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

static bool read_name(struct str name, struct record *record)
{
    size_t dot = str_rfind_char(name, '.');

    if (dot == SIZE_MAX)
        return false;
    record->id = str_take(name, dot);
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        if (str_is(str_skip(name, dot + 1), phase_names[phase])) {
            record->phase = (enum phase)phase;
            return record_id_is_safe(record->id);
        }
    return false;
}

static int compare_records(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return str_compare(left->id, right->id);
}

bool record_list(int folder, struct arena *arena, struct record_list *list,
                 struct error *err)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    size_t cap = 0;
    struct dirent *found;

    *list = (struct record_list){ 0 };
    if (!stream) {
        error_errno(err, errno, "the write sets cannot be listed");
        if (fd >= 0)
            close(fd);
        return false;
    }
    while ((found = readdir(stream))) {
        struct record record = { 0 };
        struct stat st;
        if (!read_name(str_from(found->d_name), &record)
            || fstatat(folder, found->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0
            || !S_ISREG(st.st_mode))
            continue;
        record.id = arena_copy(arena, record.id);
        record.size_bytes = st.st_size;
        list->at = arena_grow(arena, list->at, &cap, list->count + 1,
                              sizeof(*list->at));
        list->at[list->count++] = record;
    }
    closedir(stream);
    if (list->count)
        qsort(list->at, list->count, sizeof(*list->at), compare_records);
    return true;
}

const struct record *record_find(const struct record_list *list, struct str id)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_equal(list->at[i].id, id))
            return &list->at[i];
    return NULL;
}

static bool write_pieces(struct steps *steps, int fd, const struct set *set,
                         struct str head)
{
    char sum[32];

    if (step_write(steps, fd, head) < 0)
        return false;
    for (size_t i = 0; i < set->count; i++)
        for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
            struct str bytes = set->entries[i].at[side].bytes;
            if (bytes.len && step_write(steps, fd, bytes) < 0)
                return false;
        }
    int len =
        snprintf(sum, sizeof(sum), "%016" PRIx64 "\n", set_checksum(set, head));
    return step_write(steps, fd, (struct str){ sum, (size_t)len }) == 0
           && step_sync(steps, fd) == 0;
}

static bool write_record(int folder, struct steps *steps, const struct set *set,
                         const char *name)
{
    struct buf head = { 0 };
    int fd = step_create(steps, folder, name, 0600);

    if (fd < 0)
        return false;
    set_write_head(set, &head);
    bool fine = fchmod(fd, 0600) == 0
                && write_pieces(steps, fd, set, buf_str(&head))
                && step_sync(steps, folder) == 0;
    int number = errno;
    close(fd);
    buf_release(&head);
    if (!fine)
        unlinkat(folder, name, 0);
    errno = number;
    return fine;
}

bool record_save(int folder, struct steps *steps, const struct set *set,
                 struct error *err)
{
    struct name name = name_of(set->id, PHASE_NEW);

    if (write_record(folder, steps, set, name.at))
        return true;
    return error_errno(err, errno, "the intent to write cannot be recorded");
}

static int open_record(int folder, const struct record *record,
                       struct error *err)
{
    struct name name = name_of(record->id, record->phase);
    int fd = openat(folder, name.at, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        error_errno(err, errno, "write set %.*s", STR_ARG(record->id));
    return fd;
}

// Reads up to `size` bytes of a record.
static bool read_record(int folder, struct arena *arena,
                        const struct record *record, size_t size,
                        struct str *bytes, struct error *err)
{
    int fd = open_record(folder, record, err);

    if (fd < 0)
        return false;
    char *at = arena_alloc(arena, size);
    ssize_t got = read_up_to(fd, at, size);
    if (got < 0)
        error_errno(err, errno, "write set %.*s", STR_ARG(record->id));
    close(fd);
    *bytes = (struct str){ at, got < 0 ? 0 : (size_t)got };
    return got >= 0;
}

bool record_load(int folder, struct arena *arena, const struct record *record,
                 struct set *set, struct error *err)
{
    struct str bytes;

    if (record->size_bytes > (int64_t)(LIMIT_SET_BYTES + LIMIT_HEAD_BYTES))
        return error_set(err, ERROR_LIMIT, "write set %.*s is too large",
                         STR_ARG(record->id));
    if (!read_record(folder, arena, record, (size_t)record->size_bytes, &bytes,
                     err))
        return false;
    if (set_read(arena, bytes, set, err) && str_equal(set->id, record->id))
        return true;
    return error_set(err, ERROR_INVALID, "write set %.*s is damaged",
                     STR_ARG(record->id));
}

bool record_load_head(int folder, struct arena *arena,
                      const struct record *record, struct set *set,
                      struct error *err)
{
    struct str bytes = { 0 };
    size_t unused;

    for (size_t size = HEAD_PIECE_BYTES; size < LIMIT_HEAD_BYTES; size *= 4) {
        if (!read_record(folder, arena, record, size, &bytes, err))
            return false;
        if (set_read_head(arena, bytes, set, &unused, err)) {
            for (size_t i = 0; i < set->count; i++)
                for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++)
                    set->entries[i].at[side].bytes = (struct str){ 0 };
            return true;
        }
        if (bytes.len < size)
            break;
    }
    return error_prefix(err, "write set %.*s", STR_ARG(record->id));
}

bool record_move(int folder, struct steps *steps, struct str id,
                 enum phase from, enum phase to, struct error *err)
{
    struct name old = name_of(id, from), fresh = name_of(id, to);

    if (step_rename(steps, folder, old.at, folder, fresh.at, 0) < 0)
        return error_errno(err, errno, "write set %.*s", STR_ARG(id));
    // Should this be lost, the next start looks at the files and repeats it.
    (void)step_sync(steps, folder);
    return true;
}

// --- a text beside a record ----------------------------------------------

static struct name kept_name(struct str id)
{
    struct name name;

    snprintf(name.at, sizeof(name.at), "%.*s.index", STR_ARG(id));
    return name;
}

bool record_keep(int folder, struct str id, struct str text, struct error *err)
{
    struct name name = kept_name(id);
    int fd = openat(folder, name.at,
                    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                    0600);
    bool fine = fd >= 0 && fd_write_all(fd, text) && fsync(fd) == 0;

    if (!fine)
        error_errno(err, errno, "what git's index held cannot be kept");
    if (fd >= 0)
        close(fd);
    return fine;
}

struct str record_kept(int folder, struct arena *arena, struct str id)
{
    struct name name = kept_name(id);
    int fd = openat(folder, name.at, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    struct str text = { 0 };

    if (fd < 0)
        return text;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
        && st.st_size <= LIMIT_KEPT_BYTES) {
        char *at = arena_alloc(arena, (size_t)st.st_size);
        ssize_t got = read_up_to(fd, at, (size_t)st.st_size);
        text = (struct str){ at, got < 0 ? 0 : (size_t)got };
    }
    close(fd);
    return text;
}

bool record_remove(int folder, struct steps *steps, struct str id,
                   enum phase phase, struct error *err)
{
    struct name name = name_of(id, phase);

    if (step_unlink(steps, folder, name.at, 0) < 0 && errno != ENOENT)
        return error_errno(err, errno, "write set %.*s", STR_ARG(id));
    unlinkat(folder, kept_name(id).at, 0);
    (void)step_sync(steps, folder);
    return true;
}
