/*
 * A write set as data: for each path what it holds before and after, and how
 * that is kept in one file of the state folder.
 */
#ifndef KERF_SRC_REPO_WRITE_SET_H
#define KERF_SRC_REPO_WRITE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"

#define LIMIT_SET_BYTES ((size_t)512 << 20)
#define LIMIT_SET_ENTRIES 20000
#define TEMP_NAME_BYTES sizeof(".kerf-01234567.tmp")

enum side {
    SIDE_BEFORE,
    SIDE_AFTER,
};

struct image {
    bool exists;
    unsigned mode;
    struct str bytes;
};

struct entry {
    struct str path;
    struct str donor;   // whose owner and attributes a new file takes over: the
                        // other name of a move; empty if its own
    struct image at[2]; // by enum side
    char temp[TEMP_NAME_BYTES]; // name of its temporary file
    size_t temp_depth; // bytes of `path` that name the temporary file's
                       // folder; NO_TEMP if there is none. Not kept.
};

#define NO_TEMP SIZE_MAX

struct set {
    struct str id;
    int64_t time_ms;
    struct str note;       // what the write was for; may be empty
    struct entry *entries; // sorted by path, no path twice
    size_t count;
    struct str *folders; // that the write makes, parents first
    size_t folder_count;
};

static inline enum side other_side(enum side side)
{
    return side == SIDE_BEFORE ? SIDE_AFTER : SIDE_BEFORE;
}

bool image_equal(const struct image *a, const struct image *b);

/* The entry of `path`, or NULL. */
struct entry *set_find(const struct set *set, struct str path);

/* Says whether an entry lies below the folder `path`. */
bool set_has_below(const struct set *set, struct str path);

/* Says whether an entry's path or a folder of the set is `path`. */
bool set_names(const struct set *set, struct str path);

/* "M path\n" lines of going to `side`. */
struct str set_files(const struct set *set, enum side side,
                     struct arena *arena);

/* Appends the head: all but the images. */
void set_write_head(const struct set *set, struct buf *out);

/* The checksum over head and images, chained piece by piece. */
uint64_t set_checksum(const struct set *set, struct str head);

/*
 * Reads a head back, texts in `arena`. `*len` is its length; the images follow
 * in the order of the entries, before and after. False with ERROR_INVALID.
 */
bool set_read_head(struct arena *arena, struct str bytes, struct set *set,
                   size_t *len, struct error *err) KERF_CHECKED;

/* Reads a whole file: head, images, checksum. Images are views of `bytes`. */
bool set_read(struct arena *arena, struct str bytes, struct set *set,
              struct error *err) KERF_CHECKED;

#endif
