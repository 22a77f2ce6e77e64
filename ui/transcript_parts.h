/* The state of a transcript; what its files share. */
#ifndef KERF_UI_TRANSCRIPT_PARTS_H
#define KERF_UI_TRANSCRIPT_PARTS_H

#include "kerf/text/markdown.h"
#include "transcript.h"
#include "transcript_rows.h"

struct block {
    bool made;
    bool flipped; // the user folded or unfolded it
    bool open;    // as of the rows, as the next ones
    size_t cols;
    unsigned version, proposal_version;
    struct markdown_stream *stream; // of a text; its rows are the stream's
    const struct rows *rows;
    struct arena arena; // of all other items
    struct rows made_rows;
    int64_t began_ms, ended_ms; // a call, as seen here; 0: not seen
};

struct transcript {
    bool whole;    // everything is unfolded
    bool thinking; // reasoning is unfolded
    struct block *blocks;
    size_t count, cap;
    size_t made;      // blocks that have rows
    size_t made_ever; // how often rows were made
    struct scroll scroll;
    size_t height, cols;   // of the last drawing
    bool more;             // rows lie below it
    size_t lowest;         // block at the end of the last drawing
    size_t touched;        // block folded last; NO_INDEX
    struct scroll_at seen; // behind the last row when the user scrolled away
    size_t fresh;          // rows that came since
    // Of the frame:
    const struct view_call *call;
    struct view_call frame;
    struct rows footer;
    struct row lead;
};

/* Rows around a block that are made at every frame. */
struct leading {
    bool blank, heading, ending;
};
struct leading leading_of(const struct session *session, size_t index);

/* Makes the rows of what has no item: proposals from elsewhere, the answer
 * that is waited for, the queue. */
void footer_make(struct transcript *transcript);

#endif
