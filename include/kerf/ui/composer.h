/*
 * The line editor for messages: several lines, emacs keys, kill and yank,
 * undo, history, big pastes folded to a placeholder. Holds text; draws itself.
 */
#ifndef KERF_UI_COMPOSER_H
#define KERF_UI_COMPOSER_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/keys.h"

#define COMPOSER_FOLD_LINES 12 // longer pastes are shown as a placeholder
#define COMPOSER_TOLD_BYTES 2000

/* Starts with an empty draft and no history. NULL may be destroyed. */
struct composer;
struct composer *composer_create(void);
void composer_destroy(struct composer *composer);

enum composer_result {
    COMPOSER_IGNORED, // not a key for the composer (Enter, Tab, Esc, ^C ...)
    COMPOSER_MOVED,
    COMPOSER_EDITED,
};

/*
 * Takes a key: text, motion (arrows, ^A ^E, M-b M-f, Home End), newline (^J,
 * M-Enter, and Enter behind a backslash), delete (^D DEL ^W ^U ^K M-d), yank
 * (^Y), undo (^_), history (^P ^N and Up Down at the edge), paste. Plain Enter
 * is ignored unless a backslash stands before the caret.
 */
enum composer_result composer_key(struct composer *composer,
                                  const struct key *key);

/* Edits as vi does from now on; a new draft begins in insert mode, where all
 * the keys above work. Normal mode ignores Enter, and Esc unless a command is
 * half typed. */
void composer_use_vi(struct composer *composer);

enum composer_mode {
    COMPOSER_EMACS, // the only one without vi
    COMPOSER_INSERT,
    COMPOSER_REPLACE, // the same, but over what is there
    COMPOSER_NORMAL,
    COMPOSER_VISUAL, // something is selected
    COMPOSER_VISUAL_LINES,
};
enum composer_mode composer_mode(const struct composer *composer);

/* Says whether a key is the composer's before it means anything else: while the
 * history is searched or a command of vi is half typed, and the Esc that leaves
 * insert mode. */
bool composer_claims(const struct composer *composer, const struct key *key);

/* The draft with folded pastes in full; valid until the next change. */
struct str composer_text(struct composer *composer);
bool composer_is_empty(const struct composer *composer);

/* What sending would send, folded pastes in full. */
struct composer_size {
    size_t bytes, lines;
    bool folded; // some of it is not on the screen
};
struct composer_size composer_size(const struct composer *composer);

/* Appends " to send: 214 lines, 1.8 kB " if the draft holds a folded paste or
 * is longer than COMPOSER_TOLD_BYTES; else nothing. */
void composer_describe(const struct composer *composer, struct buf *out);

/* Unfolds in place the paste the caret stands on (or just behind), or folds
 * again the one it stands in; undo takes either back. */
enum composer_fold {
    COMPOSER_NO_PASTE, // there is none at the caret
    COMPOSER_FOLDED,
    COMPOSER_UNFOLDED,
    COMPOSER_TOO_LONG, // to be unfolded here: an editor shows it
};
enum composer_fold composer_fold(struct composer *composer);

/* Replaces the draft; the caret goes to the end. */
void composer_set(struct composer *composer, struct str text);
void composer_clear(struct composer *composer);

/* Adds to the history (also from earlier sessions), newest last; a repetition
 * of the newest is not added. */
void composer_remember(struct composer *composer, struct str text);

/* Starts or continues the incremental history search (^R). */
bool composer_is_searching(const struct composer *composer);

/* The `@word` or `/word` at the caret, for finders: where it begins in the
 * draft (bytes), and its text without the mark. `@"` begins a word with blanks;
 * its text has the quote. False if there is none. */
bool composer_word(struct composer *composer, char mark, size_t *start,
                   struct str *word);

/* The draft up to the caret; a folded paste is one FF and two more bytes. */
struct str composer_head(const struct composer *composer);

/* Replaces the draft from `start` to the caret by `text`. */
void composer_complete(struct composer *composer, size_t start,
                       struct str text);

/* Rows it needs at this width, at most `max_rows`. */
size_t composer_rows(struct composer *composer, size_t cols, size_t max_rows);

/* Draws prompt and text; if `focused` puts the canvas' cursor at the caret. */
void composer_draw(struct composer *composer, struct canvas *canvas,
                   struct area area, bool focused);

#endif
