/* What the files of the review share. */
#ifndef KERF_UI_REVIEW_PARTS_H
#define KERF_UI_REVIEW_PARTS_H

#include "kerf/patch/stream.h"
#include "kerf/text/highlight.h"

#include "review.h"
#include "transcript_rows.h"
#include "view_scroll.h"
#include "view_search.h"

#define LIMIT_CONTEXT 50 // lines that `+` shows around a hunk
#define FOUND_LINES 20   // shown of what stands where a hunk should fit
#define TAB_CELLS 8
#define TABLE_ROWS 28 // of the pane, from which files are listed on top

enum row_kind {
    ROW_BLANK,
    ROW_FILE,
    ROW_NOTE, // about the file: why it must not be patched
    ROW_HUNK,
    ROW_AROUND, // a line of the file before or behind the hunk
    ROW_LINE,   // a line of the patch
    ROW_REASON, // why it does not fit
    ROW_FOUND_TITLE,
    ROW_FOUND, // a line of the file, where the hunk should have fitted
};

/* One row on the screen: a piece of a line made fit for the screen. */
struct review_row {
    enum row_kind kind;
    size_t line;       // of the patch's hunk, or of the file
    size_t start, len; // bytes of the line as shown; start 0 begins it
};

/* A file's heading (hunk NO_INDEX) or a hunk. Blocks are only appended. */
struct review_block {
    size_t file, hunk;
    size_t number; // of the hunk, from 1, over all files
    size_t added, removed;
    long delta;     // lines that earlier hunks of the file add
    bool deceptive; // adds characters that hide or reorder
    struct review_row *rows;
    size_t row_count, row_cap;
    // What the rows were made from.
    bool made, complete;
    enum hunk_state state;
    size_t place_line, line_count, cols, context;
    const struct patch_line *lines; // compared, never followed
    // What has been on the screen.
    size_t seen_from, seen_to; // rows
    bool seen_end;             // the last row of the complete hunk
};

struct review {
    bool only;
    size_t proposal;
    unsigned version; // of the proposal, as of the blocks
    struct review_block *blocks;
    size_t count, cap;
    struct scroll_at cursor;
    size_t cursor_row; // of the window
    bool touched;      // the user moved the cursor
    size_t rows, cols; // of the window, last drawing
    size_t context, made_context;
    bool lines;    // line mode
    bool in_range; // from range_row of the cursor's block
    struct scroll_at range;
    enum action armed; // asked for again, to be sure
    struct scroll_at armed_at;
    struct search search;
};

struct review_call {
    struct review *review;
    const struct view_call *view;
    const struct proposal *proposal;
    const struct patch *patch;
    struct view_reply *reply; // keys only
};

/* Brings the blocks up to the proposal. False if there is none. */
bool review_sync(struct review *review, const struct view_call *view,
                 size_t cols, struct review_call *call);

/* review_rows.c: makes the rows of a block if they are not fresh. */
void review_make_rows(const struct review_call *call,
                      struct review_block *block, size_t cols);
size_t review_number_cells(const struct review_call *call, size_t file);
/* The text of a row's line, fit for the screen, in the frame's arena. */
struct str review_line_text(const struct review_call *call,
                            const struct review_block *block,
                            const struct review_row *row);
bool review_is_placed(const struct hunk_place *place);
const struct hunk_place *review_place(const struct review_call *call,
                                      const struct review_block *block);
const struct hunk *review_hunk(const struct review_call *call,
                               const struct review_block *block);

/* review_draw.c and review_head.c */
void review_draw_rows(const struct review_call *call, struct canvas *canvas,
                      struct area area);
size_t review_draw_head(const struct review_call *call, struct canvas *canvas,
                        struct area area);
void review_draw_file(const struct review_call *call,
                      const struct review_block *block, struct view_line *line);

/* review_move.c */
struct scroll_source review_source(struct review *review);
void review_move_by(struct review *review, long by);
void review_go(struct review *review, struct scroll_at at);
void review_show_block(struct review *review, size_t block);
void review_show_end(struct review *review, size_t block);
struct scroll_at review_top(struct review *review);
/* The block of the hunk under the cursor, or NO_INDEX. */
size_t review_selected(const struct review *review);
/* The next hunk block behind `from` (before it if `back`), or NO_INDEX. */
size_t review_neighbour(const struct review *review, size_t from, bool back);
size_t review_undecided(const struct review_call *call, size_t from, bool back);

/* review_decide.c and review_end.c: handlers of actions. */
typedef void (*review_fn)(const struct review_call *call, enum action action);
void review_decide(const struct review_call *call, enum action action);
void review_decide_file(const struct review_call *call, enum action action);
void review_decide_all(const struct review_call *call, enum action action);
void review_toggle(const struct review_call *call, enum action action);
void review_history(const struct review_call *call, enum action action);
void review_write(const struct review_call *call, enum action action);
void review_end(const struct review_call *call, enum action action);
void review_back(const struct review_call *call, enum action action);
void review_copy(const struct review_call *call, enum action action);

/* Says whether this key asked before and was pressed again; else arms it. */
bool review_asked(const struct review_call *call, enum action action);
enum decision review_decision(const struct review_call *call, size_t block);

#endif
