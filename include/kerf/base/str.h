/*
 * A view of bytes: pointer and length, no NUL promised, never owning.
 * Everything that kerf reads travels as a `struct str`; C strings appear
 * only at library borders.
 */
#ifndef KERF_BASE_STR_H
#define KERF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t len;
};

/* A `struct str` over a string literal. */
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

/* For printf: `printf("%.*s", STR_ARG(s))`. Lengths beyond INT_MAX are cut. */
#define STR_ARG(s) \
    (int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), (s).at ? (s).at : ""

/* Returns a view of the NUL-terminated `text`; NULL gives the empty view. */
struct str str_from(const char *text);

/* Says whether both views hold the same bytes. */
bool str_equal(struct str a, struct str b);

/* Says whether the view holds exactly the bytes of the C string `text`. */
bool str_is(struct str a, const char *text);

/* Orders bytewise like strcmp: negative, zero or positive. */
int str_compare(struct str a, struct str b);

/* Say whether `s` begins or ends with the other bytes. */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);

/* Takes `prefix` off the begin of `*s`. Returns false, leaving it alone, if it
 * does not begin so. */
bool str_cut_prefix(struct str *s, struct str prefix);

/* Returns the 0-based index of the first `needle` in `s`, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle);

/* Returns the 0-based index of the first byte `c` in `s`, or SIZE_MAX. */
size_t str_find_char(struct str s, char c);

/* Returns the 0-based index of the last byte `c` in `s`, or SIZE_MAX. */
size_t str_rfind_char(struct str s, char c);

/* Returns `s` without its first `count` bytes (all of them at most). */
struct str str_skip(struct str s, size_t count);

/* Returns the first `count` bytes of `s` (all of them at most). */
struct str str_take(struct str s, size_t count);

/* Drops blanks (space, tab, CR, LF, VT, FF) at both ends, or one end. */
struct str str_trim(struct str s);
struct str str_trim_start(struct str s);
struct str str_trim_end(struct str s);

/*
 * Cuts the next piece of `*rest` before `separator` into `*piece` and moves
 * `*rest` behind it. Returns false when nothing is left. "a,b" gives "a" and
 * "b"; "a," gives "a"; "" gives nothing: as lines of a file are counted.
 */
bool str_split(struct str *rest, char separator, struct str *piece);

/*
 * Reads a whole decimal number without sign into `*number`. Returns false,
 * leaving it alone, if `s` is empty, holds another byte or does not fit.
 */
bool str_to_u64(struct str s, uint64_t *number);

/* A 64-bit hash (FNV-1a, finished by a mixer) of the bytes, from `seed`. */
uint64_t str_hash(struct str s, uint64_t seed);

#endif
