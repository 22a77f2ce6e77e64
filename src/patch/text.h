/* A preimage cut into lines, with an index per looseness for finding hunks. */
#ifndef KERF_SRC_PATCH_TEXT_H
#define KERF_SRC_PATCH_TEXT_H

#include <stdint.h>

#include "fit.h"
#include "kerf/base/arena.h"
#include "kerf/patch/locate.h"

/* Lines by hash: those of bucket k are order[start[k]] .. order[start[k+1]],
 * ascending. */
struct line_index {
    uint32_t *hash;  // of each line; NULL until the index is built
    uint32_t *start; // of each bucket, and one more
    uint32_t *order;
    uint32_t mask;
};

struct text {
    struct arena arena;
    struct str bytes;
    struct lines lines; // without a byte order mark and without endings
    bool bom;
    struct line_index index[FIT_PUNCTUATION + 1];
    size_t work;     // lines compared in all searches
    uint16_t *votes; // scratch of text_nearest(), zero between calls
};

/* Copies `bytes` and cuts them into lines. */
void text_init(struct text *text, struct str bytes);
void text_release(struct text *text);

/* The line with its ending; the ending alone: LF, CR LF or nothing. */
struct str text_whole_line(const struct text *text, size_t line);
struct str text_ending(const struct text *text, size_t line);

/* Says whether bytes follow the last newline. */
bool text_is_cut(const struct text *text);

/* What is sought: `want` (not empty) in lines [from, until). */
struct query {
    struct lines want;
    enum fit fit;
    size_t from, until;
    size_t hint;
    size_t most; // places, at most FOUND_MAX
};

/* Finds it; `scratch` holds hashes for the call. */
struct found text_find(struct text *text, struct arena *scratch,
                       const struct query *query);

/* Says whether so much was compared that searches find nothing any more. */
bool text_is_exhausted(const struct text *text);

/* The lines that may equal `line`: those of its bucket, ascending. */
struct bucket {
    const uint32_t *lines;
    size_t count;
};
struct bucket text_bucket(struct text *text, struct str line, enum fit fit);

/* As patch_nearest(), through the index: lines that stand everywhere in the
 * file do not count. */
size_t text_nearest(struct text *text, struct arena *scratch, struct lines want,
                    size_t hint, size_t *same);

#endif
