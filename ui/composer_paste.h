/* Private to the composer: a paste that is folded to one line. */
#ifndef KERF_UI_COMPOSER_PASTE_H
#define KERF_UI_COMPOSER_PASTE_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

struct draft_paste {
    struct buf text;
    size_t lines;
    uint32_t crc; // of the text: what arrived can be compared with the source
};

/* Takes the text over; `*text` is empty then. */
struct draft_paste paste_of(struct buf *text);

/* Appends "[paste #2: 214 lines, 1.8 kB, crc 0a1b2c3d]". */
void paste_show(const struct draft_paste *paste, size_t number,
                struct buf *out);

/* Lines of a text; what stands behind the last newline counts as one. */
size_t paste_lines(struct str text);

/* Appends "94 B", "1.8 kB", "5.0 MB". */
void paste_show_bytes(struct buf *out, size_t bytes);

#endif
