/* The line readers behind the stream, one a language. Each takes whole lines,
 * without the newline, and grows the patch of a builder. */
#ifndef KERF_SRC_PATCH_READER_H
#define KERF_SRC_PATCH_READER_H

#include "binary_reader.h"
#include "build.h"
#include "fence.h"
#include "search_reader.h"

/* The numbers of a unified hunk header. */
struct range {
    bool numbered; // the old side's numbers could be read
    size_t old_start, old_count;
    size_t new_start, new_count;
    struct str section; // what follows the second `@@`, trimmed
};

/* Reads `@@ -1,3 +1,4 @@ section`. Returns false if `line` does not begin
 * with `@@`; a header without numbers is read, but not `numbered`. */
bool range_read(struct str line, struct range *range);

/* --- apply_patch ---------------------------------------------------------- */

enum apply_state {
    APPLY_BEFORE, // prose in front of `*** Begin Patch`
    APPLY_STARTED,
    APPLY_ADD,
    APPLY_DELETE,
    APPLY_UPDATE,
    APPLY_ENDED,
};

struct apply_reader {
    enum apply_state state;
    bool environment; // `*** Environment ID:` was seen
    bool end_held;    // an indented end line: context, or the end?
    size_t blanks;    // empty lines held back until the next line explains them
};

/* Says whether the line opens a patch of this language. */
bool apply_opens(struct str line);

bool apply_line(struct apply_reader *r, struct builder *b, struct str line,
                struct error *err) KERF_CHECKED;
bool apply_finish(struct apply_reader *r, struct builder *b,
                  struct error *err) KERF_CHECKED;

/* --- unified -------------------------------------------------------------- */

/* What the header of a file said, until its first hunk proves it. */
struct unified_head {
    bool git;    // `diff --git` was seen
    bool named;  // `---` and `+++` were seen
    bool awaits; // and nothing but blank lines since: a hunk must follow
    bool begun;  // the file is in the patch
    bool added, deleted, renamed, copied;
    bool indexed, empty_blob; // an index line; it names the empty blob
    bool dissimilar;          // a similarity index below 100%
    bool crlf; // the header lines end in CR LF: the patch was converted
    unsigned mode;
    struct str old_id, new_id;     // of an index line
    struct str git_names;          // behind `diff --git `
    struct str old_name, new_name; // as in `---` and `+++`, unquoted
    struct str from, to;           // rename or copy
    bool old_absent, new_absent;   // /dev/null or the epoch
};

#define UNIFIED_HELD 3

/* The line before, as far as it tells of a diff of another kind. */
enum unified_before {
    BEFORE_NOTHING,
    BEFORE_DIFF,    // "diff a b"
    BEFORE_COMMAND, // "2c3"
};

struct unified_reader {
    struct unified_head head;
    struct binary_reader binary;
    bool in_hunk;
    bool counted;            // the header gave numbers
    long old_left, new_left; // lines still promised; negative: exceeded
    size_t old_start, new_start;
    long grown;          // lines that earlier hunks of the file add
    struct fence fence;  // the open one around the patch; its info is not kept
    bool fence_in_doubt; // it closed where a hunk still lacked lines
    bool counts_lie;     // an earlier hunk proved them wrong
    bool cut;            // no newline ends the line just read
    bool cut_added;      // and it is an added line: nothing vouches for it
    struct str held[UNIFIED_HELD]; // `--- x`, maybe an empty line, `+++ y`; or
                                   // `-- ` inside a hunk
    size_t held_count;
    size_t blanks;    // empty lines after a hunk that seems complete
    struct str minus; // `--- x` outside a hunk; empty if none
    enum unified_before before;
};

void unified_release(struct unified_reader *r);

/* Says whether the next line may be of a hunk or of binary data. */
bool unified_is_inside(const struct unified_reader *r);

/* Says whether the hunk still lacks lines, so that the next one is of it. */
bool unified_expects(const struct unified_reader *r);

/* Says whether nothing that was read looks like the begin of a diff. */
bool unified_is_untouched(const struct unified_reader *r);

/* `cut`: no newline ends the line. */
bool unified_line(struct unified_reader *r, struct builder *b, struct str line,
                  bool cut, struct error *err) KERF_CHECKED;
bool unified_finish(struct unified_reader *r, struct builder *b,
                    struct error *err) KERF_CHECKED;

/* Begins the hunk of a `@@` line. */
bool unified_begin_hunk(struct unified_reader *r, struct builder *b,
                        struct str line, struct error *err) KERF_CHECKED;

/* Header lines outside hunks (unified_head.c). */
bool unified_head_line(struct unified_reader *r, struct builder *b,
                       struct str line, bool crlf,
                       struct error *err) KERF_CHECKED;

/* Puts the file of the header into the patch; `hunk` says that one follows. */
bool unified_begin_file(struct unified_reader *r, struct builder *b, bool hunk,
                        struct error *err) KERF_CHECKED;

/* --- names (unified_names.c) ---------------------------------------------- */

/* Undoes git's C-style quoting. Returns false if it is malformed; `*used` is
 * the length with quotes. */
bool name_unquote(struct builder *b, struct str quoted, struct str *name,
                  size_t *used);

/* Cuts `a/x b/x` behind `diff --git ` in two. False if that is ambiguous. */
bool name_split_git(struct builder *b, struct str names, struct str *old_name,
                    struct str *new_name);

/* Cuts what follows the name in `---` and `+++`: behind a tab, or, unless git
 * wrote it, a time or "(revision 3)" behind blanks. */
struct str name_cut_stamp(struct str text, bool git, struct str *stamp);

/* Says whether a stamp means that the file is not there: the epoch of diff -N
 * or svn's "(nonexistent)". */
bool stamp_says_absent(struct str stamp);

/* Strips the prefixes that diffs put before names, from both alike. */
void name_strip(struct str *old_name, struct str *new_name, bool git);

/* What `diff --git` puts before the names of a rename or copy. */
struct str name_prefix(struct str git_names, struct str from, struct str to);

/* `prefix` (maybe empty) and `name`, in the builder's arena. */
struct str name_join(struct builder *b, struct str prefix, struct str name);

#endif
