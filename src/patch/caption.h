/* How models say in Markdown which file a block of code is for. Pure views:
 * what is found points into what was given. */
#ifndef KERF_SRC_PATCH_CAPTION_H
#define KERF_SRC_PATCH_CAPTION_H

#include <stdbool.h>

#include "fence.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

enum caption {
    CAPTION_NONE,
    CAPTION_WORD, // one word that may be a name, such as "runner"
    CAPTION_PATH, // surely a file name: it has a slash, a suffix ...
};

/* Reads a line like "### `src/a.c`:", "**src/a.c**" or "// src/a.c": nothing
 * but a name and its decorations. `*name` is left alone if it is none. */
enum caption caption_read(struct str line, struct str *name);

/* Finds a file name behind a fence: "c src/a.c", "c:src/a.c",
 * "c title="src/a.c"", "src/a.c". */
bool caption_in_info(struct str info, struct str *name);

/* What the lines above a block say about the name of its file. */
struct captions {
    enum caption kind;
    struct buf name;
    struct fence fence; // the open one; its info is not kept
};

void captions_release(struct captions *captions);

/* Takes a line outside blocks. A path counts until another comes; a mere word
 * only if it stands right above. */
void captions_line(struct captions *captions, struct str line);

/* Forgets the name: it has been used, or something else came between. */
void captions_clear(struct captions *captions);

#endif
