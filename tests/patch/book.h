/*
 * A book of cases: one text file with many small ones, to be read as a whole.
 *
 *     %% case a line is changed
 *     %% file [crlf] src/a.c
 *     one
 *     two
 *     %% patch
 *     --- a/src/a.c
 *     ...
 *     %% want [crlf] src/a.c
 *     one
 *     TWO
 *
 * A case says what it wants of files that change (`want`, `gone`), all others
 * stay; or `refused` and some words of the reason, and then all stay. `args`
 * are more arguments for kerf. `link PATH TARGET`, `dir PATH` and `fifo PATH`
 * are for cases that are played on a disk. The marks in brackets:
 *
 *     nonl   without its last newline      crlf, cr   other line endings
 *     bom    with a byte order mark        exec       executable
 *     esc    \r \t \0 \\ \xHH are bytes, in the name too
 */
#ifndef KERF_TESTS_PATCH_BOOK_H
#define KERF_TESTS_PATCH_BOOK_H

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"

enum item_kind {
    ITEM_FILE,
    ITEM_WANT,
    ITEM_GONE,
    ITEM_LINK,
    ITEM_DIR,
    ITEM_FIFO,
    ITEM_PATCH,
    ITEM_REFUSED,
    ITEM_ARGS,
    ITEM_KINDS
};

struct item {
    enum item_kind kind;
    struct str name;  // what stands behind the kind
    struct str bytes; // what stands below it
    bool executable;
};

#define CASE_ITEMS 24

struct book_case {
    const char *name;
    struct item items[CASE_ITEMS];
    size_t count;
};

struct book {
    struct book_case *cases;
    size_t count, cap;
};

/* Reads a book; ends the program with a message if it is not well written. */
struct book book_read(struct arena *arena, const char *path);

/* The first item of a kind, NULL if there is none. */
const struct item *case_item(const struct book_case *one, enum item_kind kind);

/* What the case wants of the file that was or is at `path`: its item, the
 * file's own if nothing is said, NULL if it is not to be there. */
const struct item *case_wants(const struct book_case *one, struct str path);

#endif
