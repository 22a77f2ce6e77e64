/*
 * The file: a head of text lines (paths hold no control characters, so tabs
 * and newlines can separate), the images one after another, a checksum.
 *
 *     kerf write set 1
 *     id 20260101-1
 *     time 1767225600000
 *     note apply fix.patch
 *     folder src/new
 *     file .kerf-0a1b2c3d.tmp 1 644 120 1 644 131<tab>src/a.c<tab>
 *     end
 */
#include "write_set.h"

#include <inttypes.h>
#include <string.h>

#include "kerf/repo/worktree.h"

#define MAGIC "kerf write set 1"
#define CHECKSUM_BYTES 17 // 16 digits and a newline

bool image_equal(const struct image *a, const struct image *b)
{
    if (a->exists != b->exists)
        return false;
    return !a->exists || (a->mode == b->mode && str_equal(a->bytes, b->bytes));
}

// Index of the first entry whose path is not below `path` in order.
static size_t lower_bound(const struct set *set, struct str path)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(set->entries[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct entry *set_find(const struct set *set, struct str path)
{
    size_t at = lower_bound(set, path);

    if (at < set->count && str_equal(set->entries[at].path, path))
        return &set->entries[at];
    return NULL;
}

bool set_has_below(const struct set *set, struct str path)
{
    // "a-b" sorts between "a" and "a/b": look at all that begin with "a".
    for (size_t i = lower_bound(set, path); i < set->count; i++) {
        struct str other = set->entries[i].path;
        if (!str_starts_with(other, path))
            return false;
        if (other.len > path.len && other.at[path.len] == '/')
            return true;
    }
    return false;
}

bool set_names(const struct set *set, struct str path)
{
    for (size_t i = 0; i < set->folder_count; i++)
        if (str_equal(set->folders[i], path))
            return true;
    return set_find(set, path) != NULL;
}

struct str set_files(const struct set *set, enum side side, struct arena *arena)
{
    struct buf lines = { 0 };

    for (size_t i = 0; i < set->count; i++) {
        const struct entry *entry = &set->entries[i];
        bool was = entry->at[other_side(side)].exists;
        bool is = entry->at[side].exists;
        buf_printf(&lines, "%c %.*s\n",
                   was && is ? 'M'
                   : is      ? 'A'
                             : 'D',
                   STR_ARG(entry->path));
    }
    struct str copy = arena_copy(arena, buf_str(&lines));
    buf_release(&lines);
    return copy;
}

static void write_entry(const struct entry *entry, struct buf *out)
{
    buf_printf(out, "file %s", entry->temp);
    for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
        const struct image *image = &entry->at[side];
        buf_printf(out, " %d %o %zu", image->exists, image->mode,
                   image->bytes.len);
    }
    buf_printf(out, "\t%.*s\t%.*s\n", STR_ARG(entry->path),
               STR_ARG(entry->donor));
}

void set_write_head(const struct set *set, struct buf *out)
{
    buf_printf(out, MAGIC "\nid %.*s\ntime %" PRId64 "\n", STR_ARG(set->id),
               set->time_ms);
    if (set->note.len > 0)
        buf_printf(out, "note %.*s\n", STR_ARG(set->note));
    for (size_t i = 0; i < set->folder_count; i++)
        buf_printf(out, "folder %.*s\n", STR_ARG(set->folders[i]));
    for (size_t i = 0; i < set->count; i++)
        write_entry(&set->entries[i], out);
    buf_append(out, STR("end\n"));
}

uint64_t set_checksum(const struct set *set, struct str head)
{
    uint64_t sum = str_hash(head, 0);

    for (size_t i = 0; i < set->count; i++)
        for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++)
            sum = str_hash(set->entries[i].at[side].bytes, sum);
    return sum;
}

static bool damaged(struct error *err)
{
    return error_set(err, ERROR_INVALID, "the record is damaged");
}

static bool read_octal(struct str digits, unsigned *mode)
{
    *mode = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '7' || *mode > 07777)
            return false;
        *mode = *mode * 8 + (unsigned)(digits.at[i] - '0');
    }
    return digits.len > 0 && *mode <= 07777;
}

static bool read_image(struct str *line, struct image *image)
{
    struct str exists, mode, size;
    uint64_t len;

    if (!str_split(line, ' ', &exists) || !str_split(line, ' ', &mode)
        || !str_split(line, ' ', &size) || !str_to_u64(size, &len)
        || len > LIMIT_SET_BYTES || !read_octal(mode, &image->mode))
        return false;
    image->exists = str_is(exists, "1");
    image->bytes.len = (size_t)len; // where it lies is not known yet
    return true;
}

static bool read_entry(struct str line, struct entry *entry)
{
    struct error unused;
    struct str numbers, temp;

    if (!str_split(&line, '\t', &numbers) || !str_split(&numbers, ' ', &temp)
        || temp.len >= sizeof(entry->temp)
        || str_find_char(temp, '/') != SIZE_MAX
        || !read_image(&numbers, &entry->at[SIDE_BEFORE])
        || !read_image(&numbers, &entry->at[SIDE_AFTER])
        || !str_split(&line, '\t', &entry->path))
        return false;
    memcpy(entry->temp, temp.at, temp.len);
    entry->donor = line;
    entry->temp_depth = NO_TEMP;
    return worktree_path_is_safe(entry->path, &unused)
           && (line.len == 0 || worktree_path_is_safe(line, &unused));
}

struct reader {
    struct arena *arena;
    struct set *set;
    size_t entry_cap, folder_cap;
};

static bool read_line(struct reader *reader, struct str line)
{
    struct set *set = reader->set;
    struct error unused;
    uint64_t number;

    if (str_cut_prefix(&line, STR("id "))) {
        set->id = line;
    } else if (str_cut_prefix(&line, STR("note "))) {
        set->note = line;
    } else if (str_cut_prefix(&line, STR("time "))) {
        if (!str_to_u64(line, &number) || number > INT64_MAX)
            return false;
        set->time_ms = (int64_t)number;
    } else if (str_cut_prefix(&line, STR("folder "))) {
        set->folders = arena_grow(reader->arena, set->folders,
                                  &reader->folder_cap, set->folder_count + 1,
                                  sizeof(*set->folders));
        set->folders[set->folder_count++] = line;
        return worktree_path_is_safe(line, &unused);
    } else if (str_cut_prefix(&line, STR("file "))) {
        if (set->count == LIMIT_SET_ENTRIES)
            return false;
        set->entries = arena_grow(reader->arena, set->entries,
                                  &reader->entry_cap, set->count + 1,
                                  sizeof(*set->entries));
        return read_entry(line, &set->entries[set->count++]);
    }
    return true;
}

bool set_read_head(struct arena *arena, struct str bytes, struct set *set,
                   size_t *len, struct error *err)
{
    struct reader reader = { .arena = arena, .set = set };
    struct str rest = bytes, line;

    *set = (struct set){ 0 };
    if (!str_split(&rest, '\n', &line) || !str_is(line, MAGIC))
        return damaged(err);
    while (str_split(&rest, '\n', &line)) {
        if (str_is(line, "end") && line.at + 3 < bytes.at + bytes.len) {
            *len = bytes.len - rest.len;
            return set->id.len > 0 || damaged(err);
        }
        if (!read_line(&reader, line))
            return damaged(err);
    }
    return damaged(err);
}

// Gives each image its place in the file. Returns false if one lies outside.
static bool place_images(struct set *set, struct str rest)
{
    for (size_t i = 0; i < set->count; i++)
        for (int side = SIDE_BEFORE; side <= SIDE_AFTER; side++) {
            struct str *bytes = &set->entries[i].at[side].bytes;
            if (bytes->len > rest.len)
                return false;
            *bytes = str_take(rest, bytes->len);
            rest = str_skip(rest, bytes->len);
        }
    return rest.len == CHECKSUM_BYTES;
}

bool set_read(struct arena *arena, struct str bytes, struct set *set,
              struct error *err)
{
    size_t head;

    if (!set_read_head(arena, bytes, set, &head, err))
        return false;
    if (!place_images(set, str_skip(bytes, head)))
        return damaged(err);
    struct str sum = arena_printf(arena, "%016" PRIx64 "\n",
                                  set_checksum(set, str_take(bytes, head)));
    return str_ends_with(bytes, sum) || damaged(err);
}
