/* Inserted lines in the indentation of the file. */
#ifndef KERF_SRC_PATCH_INDENT_H
#define KERF_SRC_PATCH_INDENT_H

#include "kerf/base/buf.h"
#include "text.h"

struct slot;

/* How the blanks in front of a patch's lines become those of the file. */
struct indent {
    bool shifts;           // by the same blanks everywhere
    struct str more, less; // blanks to put in front, to take away
    const struct hunk *hunk;
    const struct text *text;
    size_t line; // preimage line of the hunk's first old line
};

/* Compares the old lines of a placed hunk with the file. */
struct indent indent_of(const struct text *text, const struct hunk *hunk,
                        const struct slot *slot);

/* How the blanks of a placed hunk's old lines differ from the file's. */
enum indent_step {
    STEP_NONE,   // not by one blank, or by nothing
    STEP_MARKS,  // context lines lack one, and removed lines are as they are:
                 // they lost the blank that marks them
    STEP_SINGLE, // all lines by one: that is no indentation
};
enum indent_step indent_step(const struct text *text, const struct hunk *hunk,
                             size_t line);

/* Appends an inserted line with its blanks changed. */
void indent_append(const struct indent *indent, struct str line,
                   struct buf *out);

#endif
