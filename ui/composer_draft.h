/*
 * Private to the composer: the text being written, its caret, undo, and pastes
 * folded to one unit. The text is valid UTF-8 but for the marks of folded
 * pastes: FF and two bytes with the number, which no UTF-8 can contain.
 */
#ifndef KERF_UI_COMPOSER_DRAFT_H
#define KERF_UI_COMPOSER_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#include "composer_paste.h"
#include "kerf/ui/composer.h"

struct draft_edit; // what one step of undo takes back

struct draft_edits {
    struct draft_edit *at;
    size_t count, cap;
};

/* What one step of undo is. */
enum draft_step {
    UNIT_EACH,    // an edit, or a word as it is typed
    UNIT_BEGINS,  // all edits from the next one on ...
    UNIT_GOES_ON, // ... up to the end of the unit
};

struct draft_range {
    size_t start, end; // bytes
};

/* Zero-initialised it is empty and ready. */
struct draft {
    struct buf text;
    size_t caret;     // bytes
    uint64_t version; // grows with every change
    struct draft_paste *pastes;
    size_t paste_count, paste_cap;
    struct draft_edits done, undone;
    enum draft_step unit;
    struct draft_range *open; // pastes that were unfolded
    size_t open_count, open_cap;
    bool joins; // the next typed character may join the last edit
};

void draft_release(struct draft *draft);

/* Forgets the text, its pastes and its undo. */
void draft_clear(struct draft *draft);

/* Replaces bytes [from, to), which may be undone. `text` is in the form above;
 * the caret goes behind it. */
void draft_replace(struct draft *draft, size_t from, size_t to,
                   struct str text);

/* Inserts one typed character at the caret; a word is one step of undo. */
void draft_type(struct draft *draft, uint32_t code);

/* Puts foreign text in place of the bytes from `from` to the caret: line ends
 * made LF, malformed UTF-8 made U+FFFD; folded if it has more than `fold_lines`
 * lines or is very large. */
void draft_insert(struct draft *draft, size_t from, struct str text,
                  size_t fold_lines);

/* Takes back the last edit; false if there is none. The caret goes to where it
 * was before. */
bool draft_undo(struct draft *draft);

/* Does again what was undone last; false if there is none, or something was
 * changed since. The caret goes to the change. */
bool draft_redo(struct draft *draft);

/* What is edited between is one step of undo. A begun unit ends at the next
 * beginning too. */
void draft_unit_begin(struct draft *draft);
void draft_unit_end(struct draft *draft);

/* Appends bytes [from, to) with folded pastes in full. */
void draft_expand(const struct draft *draft, size_t from, size_t to,
                  struct buf *out);

/* What would be sent: folded pastes count in full. */
struct composer_size draft_size(const struct draft *draft);

/* Unfolds the paste at the caret, or folds the one it was unfolded from. */
enum composer_fold draft_fold(struct draft *draft);

/* Bytes of the unit at `at`: a cluster, a newline or a folded paste. */
size_t draft_unit(const struct draft *draft, size_t at);

/* Appends what stands for the unit at `at` on the screen, in column `col` of
 * the text (tabs). A newline shows as nothing. */
void draft_show(const struct draft *draft, size_t at, size_t col,
                struct buf *out);

/* Where the next unit, the one before, the line begins or ends. */
size_t draft_next(const struct draft *draft, size_t at);
size_t draft_previous(const struct draft *draft, size_t at);
size_t draft_line_start(const struct draft *draft, size_t at);
size_t draft_line_end(const struct draft *draft, size_t at);

#endif
