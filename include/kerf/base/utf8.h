/*
 * UTF-8 as Unicode 15 table 3-7 defines it: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */
#ifndef KERF_BASE_UTF8_H
#define KERF_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define UTF8_INVALID UINT32_MAX

/*
 * Decodes the code point at the start of `s` into `*code`. Returns its length
 * in bytes, 0 if `s` is empty. A malformed byte gives UTF8_INVALID and 1.
 */
size_t utf8_decode(struct str s, uint32_t *code);

/* Appends the code point; UTF8_INVALID and surrogates append U+FFFD. */
void utf8_encode(struct buf *buf, uint32_t code);

/* Returns how many bytes at the start of `s` are ASCII. */
size_t utf8_ascii_run(struct str s);

/* Says whether all of `s` is well-formed. */
bool utf8_is_valid(struct str s);

/*
 * Returns how many bytes at the end of `s` begin a character that is not
 * complete yet (0 to 3): what a stream keeps back until more arrives.
 */
size_t utf8_incomplete_tail(struct str s);

/* Says whether a code point changes the order or hides: bidirectional
 * controls, zero-width (not ZWJ, not variation selectors), tag characters. */
bool utf8_is_deceptive(uint32_t code);

/*
 * Appends `s` as text that is safe on a terminal and still tells what it was:
 * C0, DEL and C1 controls become visible pictures (U+2400 row, <9b> for C1),
 * malformed bytes become <hh>, deceptive characters and noncharacters become
 * <U+202E>. Newline and tab are kept if `keep_layout`, otherwise shown too.
 */
void utf8_sanitise(struct buf *out, struct str s, bool keep_layout);

/* The same, into an arena. */
struct str utf8_sanitised(struct arena *arena, struct str s, bool keep_layout);

#endif
