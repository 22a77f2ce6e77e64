/* Plausible source texts at random: what a patch is tried on. */
#ifndef KERF_TESTS_PATCH_SOURCE_H
#define KERF_TESTS_PATCH_SOURCE_H

#include "kerf/base/buf.h"

#include "dice.h"

enum source_kind {
    SOURCE_C,
    SOURCE_PYTHON,
    SOURCE_MARKDOWN,
    SOURCE_JSON,
    SOURCE_KINDS
};

/* The ending of a file name, with its dot. */
const char *source_suffix(enum source_kind kind);

/* Appends about `lines` lines, LF at the end of each. Blocks come again, word
 * for word or nearly, as they do in real code. `tabs` indents with tabs. */
void source_write(struct buf *out, enum source_kind kind, size_t lines,
                  bool tabs, struct dice *dice);

/* Appends one line of the kind, without a line ending; it may be empty. */
void source_line(struct buf *out, enum source_kind kind, bool tabs,
                 struct dice *dice);

#endif
