/* Private to the composer: its parts, shared by keys and drawing. */
#ifndef KERF_UI_COMPOSER_PARTS_H
#define KERF_UI_COMPOSER_PARTS_H

#include "composer_draft.h"
#include "composer_kills.h"
#include "composer_rows.h"
#include "composer_vi_parts.h"
#include "history.h"
#include "kerf/ui/composer.h"

enum last_key {
    LAST_OTHER,
    LAST_KILL,     // a further kill joins
    LAST_YANK,     // M-y may replace it
    LAST_VERTICAL, // a further one keeps the column
};

struct composer_search {
    bool on;
    struct buf pattern;
    size_t found; // into the history; SIZE_MAX: nothing
};

struct composer {
    struct draft draft;
    struct draft_rows rows;
    struct kills kills;
    struct history history;
    size_t browsing;  // entry of the history shown; its count: none
    struct buf stash; // the draft that was left for the history
    struct composer_search search;
    struct vi vi;
    struct buf full;         // what composer_text returned last
    enum last_key last, now; // of the key before, of this one
    size_t goal_col;
    size_t yank_start, yank_back;
    size_t width; // cells of a row, as drawn last
    size_t top;   // first row drawn last
};

/* Breaks the draft for the width drawn last. */
const struct draft_rows *composer_layout(struct composer *composer);

/* Keys of the history search (composer_search.c). */
enum composer_result composer_search_begin(struct composer *composer);

/* Takes a key while searching. False: the search has ended with what was found
 * and the key is still to be done. */
bool composer_search_key(struct composer *composer, const struct key *key,
                         enum composer_result *result);

/* Types, pastes, or does what the table of keys has for a key. */
enum composer_result composer_edit_key(struct composer *composer,
                                       const struct key *key);

/* Goes one row of the screen up (-1) or down; false at the edge. */
bool composer_move_row(struct composer *composer, int by);

/* Shows the entry of the history before this one (-1) or behind it. */
enum composer_result composer_recall_by(struct composer *composer, int by);

/* Shows entry `index` of the history in place of the draft. */
void composer_recall(struct composer *composer, size_t index);

#endif
