/* The named actions and where their keys stand; kerf/ui/bindings.h is the part
 * that others see. */
#ifndef KERF_UI_KEYMAP_H
#define KERF_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/ui/bindings.h"
#include "kerf/ui/keys.h"
#include "kerf/ui/ui.h"

enum action {
    ACTION_NONE,
    ACTION_CHORD, // the first key of a chord: the next one tells
    // Composer and everywhere.
    ACTION_SEND,
    ACTION_TAB,
    ACTION_ESCAPE,
    ACTION_CLEAR,
    ACTION_LEAVE,
    ACTION_EDITOR,
    ACTION_SUSPEND,
    ACTION_REPAINT,
    ACTION_FOLD,
    ACTION_FOLD_ABOVE,
    ACTION_THINKING,
    ACTION_COPY_ANSWER,
    ACTION_UNQUEUE,
    ACTION_QUEUE,
    ACTION_STASH,
    ACTION_TRANSCRIPT,
    ACTION_HELP,
    // Lists.
    ACTION_CHORDS,
    ACTION_PALETTE,
    ACTION_BACKENDS,
    ACTION_SESSIONS,
    ACTION_PANEL_LATENCY,
    ACTION_PANEL_COST,
    ACTION_PANEL_CONTEXT,
    ACTION_PANEL_ROUTE,
    ACTION_PANEL_VERIFY,
    // Moving.
    ACTION_LINE_DOWN,
    ACTION_LINE_UP,
    ACTION_PAGE_DOWN,
    ACTION_PAGE_UP,
    ACTION_HALF_DOWN,
    ACTION_HALF_UP,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_PREVIOUS,
    ACTION_BACK,
    // Pager.
    ACTION_COPY,
    ACTION_COPY_TURN,
    ACTION_NEXT_TURN,
    ACTION_PREVIOUS_TURN,
    ACTION_NEXT_PART,
    ACTION_PREVIOUS_PART,
    // Review.
    ACTION_ACCEPT,
    ACTION_REFUSE,
    ACTION_ACCEPT_FILE,
    ACTION_REFUSE_FILE,
    ACTION_ACCEPT_ALL,
    ACTION_REFUSE_ALL,
    ACTION_TOGGLE,
    ACTION_LINE_MODE,
    ACTION_NEXT_HUNK,
    ACTION_PREVIOUS_HUNK,
    ACTION_NEXT_FILE,
    ACTION_PREVIOUS_FILE,
    ACTION_NEXT_UNDECIDED,
    ACTION_PREVIOUS_UNDECIDED,
    ACTION_UNDO_DECISION,
    ACTION_REDO_DECISION,
    ACTION_SPLIT,
    ACTION_EDIT_HUNK,
    ACTION_EDIT_FILE,
    ACTION_NOTE,
    ACTION_NOTE_FILE,
    ACTION_SEND_NOTES,
    ACTION_REASK,
    ACTION_NEXT_VERSION,
    ACTION_PREVIOUS_VERSION,
    ACTION_INSPECT,
    ACTION_WHOLE_FILE,
    ACTION_FOLD_FILE,
    ACTION_SIDES,
    ACTION_WRITE,
    ACTION_WRITE_STAGE,
    ACTION_UNDO_WRITE,
    ACTION_REDO_WRITE,
    ACTION_END_REVIEW,
    ACTION_COPY_PATCH,
    ACTION_MORE_CONTEXT,
    ACTION_LESS_CONTEXT,
    // Approval.
    ACTION_APPROVE,
    ACTION_APPROVE_SESSION,
    ACTION_EDIT_COMMAND,
    ACTION_DENY,
    ACTION_DENY_AND_STOP,
    ACTION_COUNT,
};

/* The first key of an open chord; empty: none is open. */
struct chord {
    char first[KEY_NAME_BYTES];
};

/*
 * Finds the action of a key in a place (one bit of key_binding.where).
 * `chord` carries an open chord from key to key; zero to begin with. A key
 * that ends no chord gives ACTION_NONE and closes it.
 */
enum action keymap_find(const struct keymap *keymap, unsigned where,
                        const struct key *key, struct chord *chord);

/* What is left of a chord behind its first key: "^E" of "^X ^E"; NULL if it
 * does not begin with that key. */
const char *chord_rest(const char *keys, const char *first);

/* The keys of the first row for this action: "y"; "" if none. */
const char *keymap_keys(const struct keymap *keymap, unsigned where,
                        enum action action);

#endif
