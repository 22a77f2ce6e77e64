/* Grows a patch in an arena, under the limits of patch.h. */
#ifndef KERF_SRC_PATCH_BUILD_H
#define KERF_SRC_PATCH_BUILD_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/patch/patch.h"

struct builder {
    struct arena arena;
    struct patch patch;
    size_t hunk_total, line_total;
    size_t source_line; // 1-based number of the line being read
    char *room;         // where the next texts go, packed
    size_t room_left;
};

void builder_release(struct builder *b);

/* Copies a text into the builder's arena without padding. */
struct str build_text(struct builder *b, struct str s);

/* Begins a file; the one before is complete. Copies `path`. */
bool build_file(struct builder *b, enum file_action action, struct str path,
                struct error *err) KERF_CHECKED;

/* Sets the name the last file moves to. */
bool build_move(struct builder *b, struct str path,
                struct error *err) KERF_CHECKED;

/* Begins a hunk of the last file; the one before is complete. */
bool build_hunk(struct builder *b, struct error *err) KERF_CHECKED;

/* Adds a line to the last hunk, an anchor to it. Copies `text`. */
bool build_line(struct builder *b, enum line_kind kind, struct str text,
                struct error *err) KERF_CHECKED;
void build_anchor(struct builder *b, struct str text);

/* The file being read and its last hunk; NULL if there is none. */
struct file_patch *build_last_file(const struct builder *b);
struct hunk *build_last_hunk(const struct builder *b);

/* Marks the last file and its hunks complete; a file without a hunk gets its
 * lineless one. */
bool build_close_file(struct builder *b, struct error *err) KERF_CHECKED;

/* Fills `err` with "line N: <formatted>". Returns false. */
bool build_error(const struct builder *b, struct error *err, const char *format,
                 ...) KERF_PRINTF(3, 4);

#endif
