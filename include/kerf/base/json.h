/*
 * JSON, RFC 8259. Reading: a parsed tree whose nodes are borrowed. Writing: a
 * writer that appends to a buffer, keeps the order it is given and so makes
 * the same bytes from the same values. Strings are UTF-8.
 */
#ifndef KERF_BASE_JSON_H
#define KERF_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_JSON_BYTES (64u << 20)

struct json; // a node; the tree belongs to its root

enum json_kind {
    JSON_KIND_NONE, // no such node: a missing member
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

/*
 * Parses one JSON value. Returns the root, to be destroyed by the caller, or
 * NULL with ERROR_INVALID (line and column in the text) or ERROR_LIMIT. An
 * object with the same key twice is invalid: readers differ in which counts.
 */
struct json *json_parse(struct str text, struct error *err) KERF_CHECKED;
void json_destroy(struct json *root);

/* Tells what a node is; NULL is JSON_KIND_NONE. */
enum json_kind json_kind(const struct json *node);

/* Returns the member `key` of an object, or NULL. All getters take NULL. */
const struct json *json_member(const struct json *node, const char *key);

/* Returns the member at the end of a path such as "error.code", or NULL. */
const struct json *json_path(const struct json *node, const char *path);

/* Number of elements of an array or members of an object; else 0. */
size_t json_count(const struct json *node);
const struct json *json_at(const struct json *node, size_t index);

/* The value, or a fallback if the node is absent or of another kind. */
struct str json_str(const struct json *node); // fallback: empty
int64_t json_int(const struct json *node, int64_t fallback);
double json_double(const struct json *node, double fallback);
bool json_bool(const struct json *node, bool fallback);

/* Calls `visit` for each member of an object, in file order. */
typedef void (*json_visit_fn)(struct str key, const struct json *value,
                              void *ctx);
void json_each(const struct json *node, json_visit_fn visit, void *ctx);

/* Appends the node as compact JSON, members in the order they were read. */
void json_dump(const struct json *node, struct buf *out);

/* Writes values; commas and colons come by themselves. */
struct json_writer {
    struct buf *out;
    bool need_comma;
};

/* Open and close objects and arrays; json_key() stands before each member. */
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
/* Malformed UTF-8 in `s` is written as U+FFFD. */
void json_put_str(struct json_writer *w, struct str s);
void json_put_int(struct json_writer *w, int64_t number);
void json_put_double(struct json_writer *w, double number);
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
/* Puts JSON text that is already correct. */
void json_put_raw(struct json_writer *w, struct str json);

/* Key and value in one call. */
void json_member_str(struct json_writer *w, const char *key, struct str s);
void json_member_int(struct json_writer *w, const char *key, int64_t number);
void json_member_bool(struct json_writer *w, const char *key, bool value);

/*
 * The fast way for small flat messages: walks the members of the object in
 * `text` without building a tree. `*at` starts at 0. Returns false at the end
 * or at the first malformed byte; `*at` is text.len only if the whole object
 * was well-formed. `*value` is the raw JSON of the value.
 */
bool json_scan_member(struct str text, size_t *at, struct str *key,
                      struct str *value);

/* Appends the text of a raw JSON string (with its quotes), escapes undone.
 * Returns false if it is not a well-formed string. */
bool json_unescape(struct str raw, struct buf *out);

#endif
