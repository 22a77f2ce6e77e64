/*
 * From diagnostics to edits: which fix-its to take, and small rules where a
 * compiler says in words what it does not say in machine-readable form. Pure.
 */
#ifndef KERF_SIM_FIX_H
#define KERF_SIM_FIX_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/sim/diagnostic.h"
#include "kerf/sim/edit.h"

enum fix_kind {
    FIX_NONE,      // nothing is known that would mend it
    FIX_EDITS,     // the compiler's own fix-its
    FIX_INCLUDE,   // a header is missing
    FIX_WORD,      // a word is misspelt on that line
    FIX_SEMICOLON, // missing at the end of the line of code before
};

enum fix_state {
    FIX_WANTED, // not yet tried
    FIX_DONE,
    FIX_DUPLICATE, // another one does the same
    FIX_FAILED,    // see `why`
};

struct fix {
    enum fix_kind kind;
    enum fix_state state;
    enum severity severity; // of what it mends
    struct str file;        // from the root of the tree; empty: outside
    size_t line;            // 1-based; 0: none
    struct str message;
    const struct fixit *fixits; // FIX_EDITS
    size_t fixit_count;
    struct str word, replacement; // FIX_WORD; FIX_INCLUDE: header in `word`
    struct str what;              // once done: what was changed, in words
    const char *why;              // FIX_FAILED: static words
};

struct fix_list {
    struct fix *at;
    size_t count;
};

/* Makes one fix for each error and warning. */
struct fix_list fixes_find(struct arena *arena,
                           const struct diagnosis *diagnosis);

/*
 * Turns the wanted fixes of `file` into edits of its lines, sorted and without
 * overlaps, and marks each fix. Returns the edits; `*count` of them.
 */
struct edit *fixes_apply(struct arena *arena, struct fix_list fixes,
                         struct str file, const struct text_lines *lines,
                         size_t *count);

/* Finds `word` as a whole word at or behind byte `from`; SIZE_MAX if none. */
size_t word_find(struct str line, struct str word, size_t from);

#endif
