/* Reads a few members of a JSON object without building a tree. */
#ifndef KERF_SRC_WIRE_PICK_H
#define KERF_SRC_WIRE_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

struct pick {
    const char *key;
    struct str *raw; // gets the raw JSON of the value; empty if absent or null
};

/* Takes the members named. False with ERROR_INVALID if `object` is no object,
 * is malformed on this level, or names a member twice. */
bool pick_members(struct str object, const struct pick *picks, size_t count,
                  struct error *err) KERF_CHECKED;

#define PICK(object, err, ...)                      \
    pick_members(                                   \
        (object), (const struct pick[])__VA_ARGS__, \
        sizeof((const struct pick[])__VA_ARGS__) / sizeof(struct pick), (err))

/* Appends the text of a raw string; none if `raw` is empty. False with
 * ERROR_INVALID if it is another kind of value or no UTF-8. */
bool pick_text(struct str raw, const char *key, struct buf *out,
               struct error *err) KERF_CHECKED;

/* Calls `visit` with the raw JSON of each element of a raw array, its place
 * and their number. One element needs no tree. Stops at the first false. */
typedef bool (*pick_fn)(struct str raw, size_t at, size_t count, void *ctx,
                        struct error *err);
bool pick_each(struct str raw, const char *key, pick_fn visit, void *ctx,
               struct error *err) KERF_CHECKED;

#endif
