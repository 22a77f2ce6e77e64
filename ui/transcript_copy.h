/* What of the conversation can be copied: always the source, as it came from
 * the model, the user or a program; never the cells of the screen. */
#ifndef KERF_UI_TRANSCRIPT_COPY_H
#define KERF_UI_TRANSCRIPT_COPY_H

#include "kerf/base/buf.h"
#include "kerf/model/session.h"

/* A place in the conversation. */
struct spot {
    size_t item; // NO_INDEX: none, such as a patch from elsewhere
    size_t turn; // NO_INDEX: before the first
    size_t part; // as in struct row: code block, or hunk of a patch
};

/* What stands there, in a word ("code block", "hunk", "answer" ...). */
const char *spot_name(const struct session *session, struct spot spot);

/* Appends what stands there; false if there is nothing. */
bool copy_spot(const struct session *session, struct spot spot,
               struct buf *out);

/* Appends a turn: what was said, run and answered, patches as diffs. */
bool copy_turn(const struct session *session, size_t turn, struct buf *out);

/* Appends all words of the newest turn with an answer, or its last code
 * block; false if there is none. */
bool copy_answer(const struct session *session, struct buf *out);
bool copy_last_code(const struct session *session, struct buf *out);

#endif
