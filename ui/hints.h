/* The keys that the last lines tell: which ones depends on what the keys would
 * do now, not only on the place. */
#ifndef KERF_UI_HINTS_H
#define KERF_UI_HINTS_H

#include "view.h"

enum hint_set {
    HINTS_TALK,
    HINTS_REVIEW,
    HINTS_ALONE,  // a review without a model or a composer
    HINTS_LINES,  // of a review: single lines are decided
    HINTS_LOOK,   // another look at a hunk is open
    HINTS_ENDED,  // nothing can be decided any more
    HINTS_CHOICE, // it is asked what of a write is taken back
    HINTS_NOTE,   // a note is typed
    HINTS_WISH,   // what another version should be like
    HINTS_SEARCH, // a pattern
    HINTS_APPROVAL,
    HINTS_UNREAD, // the end of the command was not on the screen yet
    HINTS_REASON, // of a no, being typed
    HINTS_OTHER,  // a command that is to run instead, being typed
    HINTS_PAGER,
};

/* Draws as many as fit, the most useful first. `where` is the place whose keys
 * they are. */
void hints_draw(enum hint_set set, unsigned where, const struct view_call *call,
                struct canvas *canvas, struct area area);

#endif
