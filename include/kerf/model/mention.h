/*
 * What a message names with `@`: files of the tree, lines of them, and what
 * git knows. Read here once, for the list above the composer and for the
 * agent alike. Pure.
 */
#ifndef KERF_MODEL_MENTION_H
#define KERF_MODEL_MENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define MENTION_LOG_COMMITS 10 // of a plain @log
#define LIMIT_LOG_COMMITS 1000

enum mention_kind {
    MENTION_FILE,   // @path, @path:10, @path:10-40, @"a path with blanks":10
    MENTION_DIFF,   // @diff: the working tree against HEAD
    MENTION_STAGED, // @diff:staged: the index against HEAD
    MENTION_LOG,    // @log, @log:20: the newest commits
};

struct mention {
    enum mention_kind kind;
    struct str path;    // MENTION_FILE
    size_t first, last; // lines of it, from 1; 0: the whole file
    size_t commits;     // MENTION_LOG
    bool sure;          // looks like nothing but a file, if it is one
    bool confirmed;     // @!path: sent although it looks secret
    size_t start, end;  // bytes of the message, with the mark
};

/*
 * Finds the first mention at or behind byte `from` of the message. A mention
 * follows a blank or the start; closing punctuation does not belong to it. A
 * bare word (`@param`) may be a file or not: `sure` is false. False at the
 * end of the message.
 */
bool mention_find(struct str message, size_t from, struct mention *mention);

/* Appends the name under which its content is sent: "src/a.c:10-40". */
void mention_label(const struct mention *mention, struct buf *out);

/* Appends what names this file, with its mark, quoted if it has to be. */
void mention_write(struct buf *out, struct str path);

/* Lines `first` to `last` (from 1) of a text; `*count` says how many lines
 * the text has. Empty if it has none of them. */
struct str mention_lines(struct str text, size_t first, size_t last,
                         size_t *count);

/* The words that are no files: "diff", "diff:staged", "log", with a phrase
 * each; ends with a NULL name. */
struct mention_word {
    const char *name, *help;
    enum mention_kind kind;
};
const struct mention_word *mention_words(void);

#endif
