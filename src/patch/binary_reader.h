/* Reads the data of one `GIT binary patch`, line by line. */
#ifndef KERF_SRC_PATCH_BINARY_READER_H
#define KERF_SRC_PATCH_BINARY_READER_H

#include "build.h"
#include "kerf/base/buf.h"
#include "kerf/patch/binary.h"

enum binary_state {
    BINARY_OUTSIDE,
    BINARY_ANNOUNCED, // `literal N` or `delta N` must come
    BINARY_DATA,
    BINARY_BETWEEN, // the way there is read; the way back may follow
    BINARY_DONE,
};

struct binary_reader {
    enum binary_state state;
    struct binary_patch *patch; // in the builder's arena
    enum binary_kind kind;      // of the data being read
    size_t size_bytes;          // announced, inflated
    struct buf deflated;
    size_t total_bytes; // in all files so far
};

void binary_reader_release(struct binary_reader *r);

/* Begins the data of the builder's last file. */
void binary_begin(struct binary_reader *r, struct builder *b);

/* Takes a line without CR. `*taken` is false if it is behind the data. */
bool binary_line(struct binary_reader *r, struct builder *b, struct str line,
                 bool *taken, struct error *err) KERF_CHECKED;

/* Says that no more lines come. */
bool binary_finish(struct binary_reader *r, struct builder *b,
                   struct error *err) KERF_CHECKED;

#endif
