/* What the files of the review share. */
#ifndef KERF_UI_REVIEW_PARTS_H
#define KERF_UI_REVIEW_PARTS_H

#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"
#include "kerf/patch/stream.h"
#include "kerf/text/highlight.h"
#include "kerf/ui/composer.h"

#include "review.h"
#include "transcript_rows.h"
#include "view_scroll.h"
#include "view_search.h"

#define LIMIT_CONTEXT 50 // lines that `+` shows around a hunk
#define FOUND_LINES 20   // shown of what stands where a hunk should fit
#define TAB_CELLS 8
#define LIMIT_LEXED_BYTES ((size_t)4 << 10) // longer lines have no colours
#define TABLE_ROWS 28  // of the pane, from which files are listed on top
#define TABLE_FILES 4  // rows of that list
#define SIDES_COLS 120 // of the pane, from which `|` puts sides beside
#define WIDE_COLS 160  // and from which it is done without asking

enum row_kind {
    ROW_BLANK,
    ROW_FILE,
    ROW_PROBLEM, // about the file: why it must not be patched
    ROW_HUNK,
    ROW_AROUND, // a line of the file before or behind the hunk
    ROW_LINE,   // a line of the patch
    ROW_PAIR,   // side by side: a line before, a line after
    ROW_NOTE,   // what the user said; `line` counts the block's notes
    ROW_REASON, // why it does not fit
    ROW_FOUND_TITLE,
    ROW_FOUND, // a line of the file, where the hunk should have fitted
    ROW_VERSION_TITLE,
    ROW_VERSION, // a line of another version that is arriving
};

/* A piece of a line made fit for the screen: bytes of it as shown; `start` 0
 * begins it. */
struct piece {
    size_t line; // of the patch's hunk, or of the file; NO_INDEX: none
    size_t start, len;
};

/* One row on the screen. */
struct review_row {
    enum row_kind kind;
    struct piece piece;
    struct piece after; // ROW_PAIR, and ROW_AROUND beside itself
};

/* A file's heading (hunk NO_INDEX) or a hunk. */
struct review_block {
    size_t file, hunk;
    size_t number;         // of the hunk, from 1, over all files
    size_t added, removed; // lines
    bool crlf;             // each of its lines ends in CR LF
    long delta;            // lines that earlier hunks of the file add
    uint32_t deceptive;    // the first hiding or reordering character it adds
    size_t deceptive_line;
    size_t first_note, note_count;
    uint64_t notes, made_notes; // a hash of them: now, and as in the rows
    struct review_row *rows;
    size_t row_count, row_cap;
    size_t *partners; // of each line the other version of it; NULL: not made
    // What the rows were made from.
    bool made, complete, folded, sides;
    enum hunk_state state;
    size_t place_line, line_count, cols, context, version_lines;
    const struct patch_line *lines; // compared, never followed
    // What has been on the screen.
    size_t seen_from, seen_to; // rows
    bool seen_end;             // the last row of the complete hunk
    uint64_t content;          // a hash of what is shown
};

/* A set of hashes: the hunks whose end was on the screen. */
struct seen {
    uint64_t *at;
    size_t count, cap;
};
bool seen_has(const struct seen *seen, uint64_t hash);
void seen_add(struct seen *seen, uint64_t hash);

/* States of the lexer at the beginning of lines of a file. */
struct lexed;

/* A line that is typed at the bottom of the pane. */
enum input_kind { INPUT_NONE, INPUT_NOTE, INPUT_REASK };
struct review_input {
    enum input_kind kind;
    struct composer *composer;
    struct target target;
    size_t last_line;
    size_t cursor_row; // where the window was before
    struct buf title;
};

/* Another look at the hunk, over the list of hunks. */
enum look_kind { LOOK_NONE, LOOK_FILE, LOOK_CONFLICT };
struct review_look {
    enum look_kind kind;
    size_t file, hunk;
    bool before; // the file without the hunk
    struct arena arena;
    struct rows rows;
    size_t cols, at, top, height; // `at`: the row that matters
    unsigned version;             // of the proposal, when last looked
    uint64_t stamp;               // of what the rows were made from
    size_t found;                 // row of the last match; NO_INDEX: none
    bool placed;                  // `top` was chosen
};

struct review {
    bool only;
    size_t proposal;
    unsigned version, arriving; // of the proposal and of a version that
                                // arrives, as of the blocks
    struct review_block *blocks;
    size_t count, cap;
    struct scroll_at cursor;
    size_t cursor_row;  // of the window
    bool touched;       // the user moved the cursor
    bool dirty;         // rows are to be made anew
    struct area window; // of the rows, last drawing
    struct area table;  // of the files on top, last drawing
    size_t table_first; // file of its first row
    size_t cols;
    size_t context;
    bool lines;    // line mode
    bool in_range; // from range_row of the cursor's block
    struct scroll_at range;
    enum action armed; // asked for again, to be sure
    struct scroll_at armed_at;
    bool choosing; // whether a hunk or the whole write is taken back
    enum sides { SIDES_AUTO, SIDES_ON, SIDES_OFF } sides;
    bool *folded; // by file
    size_t folded_count;
    struct seen seen;
    struct lexed *lexed;
    struct search search;
    struct review_input input;
    struct review_look look;
    struct buf edit; // a refused edit
    struct target edit_target;
};

struct review_call {
    struct review *review;
    const struct view_call *view;
    const struct proposal *proposal;
    const struct patch *patch;
    const struct hunk *version; // another version that arrives, or NULL
    struct target version_of;   // the hunk it is a version of
    struct view_reply *reply;   // keys only
};

/* Brings the blocks up to the proposal. False if there is none. */
bool review_sync(struct review *review, const struct view_call *view,
                 size_t cols, struct review_call *call);

/* review_rows.c: makes the rows of a block if they are not fresh. */
void review_make_rows(const struct review_call *call,
                      struct review_block *block, size_t cols);
size_t review_number_cells(const struct review_call *call, size_t file);
/* The text of a piece of a row's line, fit for the screen, in the arena. */
struct str review_line_text(const struct review_call *call,
                            const struct review_block *block,
                            enum row_kind kind, size_t line);
bool review_is_placed(const struct hunk_place *place);
const struct hunk_place *review_place(const struct review_call *call,
                                      const struct review_block *block);
const struct hunk *review_hunk(const struct review_call *call,
                               const struct review_block *block);
const struct note *review_note(const struct review_call *call,
                               const struct review_block *block, size_t index);
bool review_is_folded(const struct review *review, size_t file);
/* Says whether the panes of this width show sides beside each other. */
bool review_has_sides(const struct review *review, size_t cols);
/* The cells of a half, and those of its text. */
size_t review_half_cols(size_t cols);
/* The hunk's line a row stands for, the new one of two; NO_INDEX: none. */
size_t review_row_line(const struct review_row *row);

/* review_decide.c: what was decided about the hunk of a block. */
enum decision review_decision(const struct review_call *call, size_t block);
/* review_end.c: says whether what was accepted has gone where it belongs, the
 * tree or git's index. */
bool review_has_written(const struct review_call *call);
/* Says whether a hunk was written and is still there. */
bool review_was_written(const struct review_call *call, size_t index);

#endif
