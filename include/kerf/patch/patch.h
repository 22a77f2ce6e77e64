/*
 * A patch as data, whatever language it was written in: files, hunks, lines.
 * The arrays grow while a stream arrives, so hold indices, not pointers.
 */
#ifndef KERF_PATCH_PATCH_H
#define KERF_PATCH_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"

#define LIMIT_PATCH_BYTES ((size_t)64 << 20)
#define LIMIT_PATCH_FILES 10000
#define LIMIT_PATCH_HUNKS 200000            // in all files together
#define LIMIT_PATCH_LINES ((size_t)4 << 20) // in all hunks together
#define LIMIT_PATCH_PATH_BYTES 4096

#define HUNK_NO_HINT SIZE_MAX

enum patch_format {
    PATCH_UNKNOWN,
    PATCH_APPLY,   // the apply_patch language
    PATCH_UNIFIED, // diff -u, git diff, format-patch mails
    PATCH_SEARCH,  // SEARCH/REPLACE blocks under a file name
    PATCH_WHOLE,   // fenced blocks under a file name: whole new contents
};

enum file_action {
    FILE_UPDATE,  // edits a file that exists; may move it too
    FILE_ADD,     // one hunk of added lines is the whole new content
    FILE_DELETE,  // one hunk; its removed lines may be missing (apply_patch)
    FILE_REPLACE, // one hunk of added lines is the whole new content, whether
                  // or not the file exists
};

enum line_kind {
    LINE_CONTEXT,
    LINE_REMOVED,
    LINE_ADDED,
};

struct patch_line {
    enum line_kind kind;
    bool no_newline; // the last line of its file, and no newline ends it
    struct str text; // without the leading mark and without the newline; a
                     // CR at its end is content, the patch said so itself
};

struct hunk {
    struct str *anchors; // apply_patch `@@ text`, stacked ones in order
    size_t anchor_count;
    size_t hint;        // 0-based line in the preimage, or HUNK_NO_HINT
    size_t new_hint;    // the same line by the numbers of the new side, where
                        // they say another one; else HUNK_NO_HINT
    struct str section; // a diff's words behind the second `@@`: the line that
                        // opens the function around the hunk, maybe cut
    struct patch_line *lines;
    size_t line_count, line_cap;
    bool at_end;   // the preimage lines end the file
    bool complete; // its last line has arrived
    bool split;    // a part: short context does not mean an edge
    bool edited;   // its lines are not those of the patch text
    bool cut;      // the text ends in its last line, without a newline
    // Lines that its header promises and the end of the text lacks, on one
    // side only. The file must show that the header is wrong.
    size_t old_short, new_short;
    size_t lost;        // context lines that its header promises and it lacks
    size_t source_line; // 1-based line of the patch text where it begins
};

struct binary_patch; // kerf/patch/binary.h

/*
 * Every file has at least one hunk: where there is nothing to edit (a delete
 * without lines, a mere rename or mode change, an empty new file, a binary
 * patch) the hunk has no lines and stands for the action itself.
 */
struct file_patch {
    enum file_action action;
    struct str path;    // as written, unescaped; `/` separated; not yet judged
    struct str move_to; // empty if the file stays where it is
    // The same names with what a diff puts before them (a/, b/), for `-p N`;
    // empty if the language has no such prefixes.
    struct str full_path, full_move_to;
    bool is_copy;              // `path` stays too (git "copy from")
    unsigned mode;             // new file mode such as 0100755; 0 if not given
    struct str old_id, new_id; // git's blob ids (`index a..b`), hex, maybe
                               // short; empty if the patch has none
    const struct binary_patch *binary; // new content as bytes, or NULL
    bool complete;
    struct hunk *hunks;
    size_t hunk_count, hunk_cap;
};

struct patch {
    enum patch_format format;
    struct file_patch *files;
    size_t file_count, file_cap;
};

/* Counts the added and removed lines of a file so far. */
void patch_file_counts(const struct file_patch *file, size_t *added,
                       size_t *removed);

#endif
