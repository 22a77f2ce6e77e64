/*
 * A change that is known: each file as an edit script, from which the text
 * before and the text after follow. Damage done to the script (lines put
 * above, other line endings) changes both alike, so that the right result for
 * a damaged file is known too.
 */
#ifndef KERF_TESTS_PATCH_TRUTH_H
#define KERF_TESTS_PATCH_TRUTH_H

#include "../unit/patch/tree.h"
#include "dice.h"
#include "source.h"

enum side { BEFORE, AFTER };

enum script_kind {
    SCRIPT_KEEP,
    SCRIPT_OLD, // stands before only
    SCRIPT_NEW, // stands after only
};

struct script_line {
    enum script_kind kind;
    struct str text;  // with its line ending, if it has one
    struct str other; // if set: what may stand in the result instead
    size_t number;    // where it stood before any damage, from 1; 0: nowhere
};

struct change {
    enum source_kind kind;
    struct str path, old_path; // old_path is empty if the file did not move
    unsigned old_mode, new_mode;
    bool is_new, is_gone, tabs;
    bool bom; // the file begins with one, before and after
    struct script_line *lines;
    size_t count, cap;
};

#define TRUTH_FILES 4

struct truth {
    struct arena *arena;
    struct change files[TRUTH_FILES];
    size_t count;
};

/* What a truth may hold beside edited lines. */
struct truth_traits {
    bool moves, modes, deletes; // renames, executable bits, deleted files
    bool adds;                  // new files
    bool no_newline;            // files that do not end in a newline
    size_t lines;               // most lines of a file
};

/* Makes up files and edits; `truth` is filled and lives in `arena`. */
void truth_make(struct truth *truth, struct arena *arena,
                struct truth_traits traits, struct dice *dice);

/* Returns one side of a file. */
struct str change_text(struct arena *arena, const struct change *change,
                       enum side side);

/* Puts a line before the script line `at`. */
void change_insert(struct arena *arena, struct change *change, size_t at,
                   struct script_line line);

/* Says whether all lines from `from` up to `to`, both cut to the script, are
 * kept ones. */
bool change_is_quiet(const struct change *change, size_t from, size_t to);

/* Fills a tree with one side of all files. */
void truth_tree(const struct truth *truth, struct tree *tree, enum side side);

/* Says whether `tree` is as it is to be after the change. */
bool truth_holds(const struct truth *truth, struct tree *tree);

#endif
