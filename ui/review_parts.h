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
    unsigned version;             // of the proposal, as of the rows
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

/* review_pen.c: lines with numbers, marks and colours. */
struct pen {
    const struct review_call *call;
    struct review_block *block;
    const struct language *language;
    size_t cells; // of a line number
    // The two texts are passed each for itself: before and after.
    struct pen_side {
        size_t line;    // of the hunk, the next to be passed
        size_t number;  // 0-based, of that line
        bool numbered;  // it is known
        unsigned state; // of the lexer
        // The last line that was made, for rows that continue it.
        struct pen_line {
            bool made;
            enum row_kind kind;
            size_t line, number;
            struct str text;
            const struct span *spans;
            size_t span_count;
        } kept;
    } side[2];
};
enum { PEN_OLD, PEN_NEW };
void pen_begin(struct pen *pen, const struct review_call *call,
               struct review_block *block);
void pen_line_row(struct pen *pen, struct view_line *line,
                  const struct review_row *row);
void pen_pair_row(struct pen *pen, struct view_line *line,
                  const struct review_row *row);
void pen_around_row(struct pen *pen, struct view_line *line,
                    const struct review_row *row);
void pen_plain_row(struct pen *pen, struct view_line *line,
                   const struct review_row *row);

/* review_lexed.c: the state of the lexer at a line of a file as it is now. */
struct lexed *lexed_create(void);
void lexed_destroy(struct lexed *lexed);
unsigned lexed_state(struct lexed *lexed, const struct review_call *call,
                     size_t file, size_t line);

/* review_draw.c, review_head.c and review_heading.c */
void review_draw_rows(const struct review_call *call, struct canvas *canvas,
                      struct area area);
size_t review_draw_head(const struct review_call *call, struct canvas *canvas,
                        struct area area);
void review_file_heading(const struct review_call *call,
                         const struct review_block *block,
                         struct view_line *line);
void review_hunk_heading(const struct review_call *call, size_t index,
                         struct view_line *line);
/* "12 lines", "1 note": the count and the word, with an s if it needs one. */
void line_counted(struct view_line *line, enum role role, size_t count,
                  const char *word);

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
/* The row under the cursor; NULL if there is none. */
const struct review_row *review_row(const struct review *review);
/* The rows the cursor or the range covers, [*from, *to] of its block. */
void review_row_range(const struct review *review, size_t *from, size_t *to);

/* review_input.c */
void input_open(const struct review_call *call, enum input_kind kind,
                struct target target, size_t last_line, struct str text);
void input_key(const struct review_call *call, const struct key *key);
/* Draws it at the bottom of the area and takes its rows off. */
void input_draw(struct review *review, struct canvas *canvas, struct area *area,
                bool focused);
void input_close(struct review *review);

/* review_look.c */
void look_close(struct review *review);
void look_draw(const struct review_call *call, struct canvas *canvas,
               struct area area);
/* Takes a key while a look is open. False: the key is for the list. */
bool look_key(const struct review_call *call, enum action action);
/* Fills the rows of a look; review_look_file.c and review_look_conflict.c */
void look_file_rows(const struct review_call *call, struct review_look *look);
void look_conflict_rows(const struct review_call *call,
                        struct review_look *look);

/* review_keys.c: the view's key function. */
bool review_key(void *self, const struct view_call *view,
                const struct view_key *key, struct view_reply *reply);

/* Handlers of actions. */
typedef void (*review_fn)(const struct review_call *call, enum action action);
void review_decide(const struct review_call *call, enum action action);
void review_decide_file(const struct review_call *call, enum action action);
void review_decide_all(const struct review_call *call, enum action action);
void review_toggle(const struct review_call *call, enum action action);
void review_history(const struct review_call *call, enum action action);
void review_undo_write(const struct review_call *call, enum action action);
void review_write(const struct review_call *call, enum action action);
void review_end(const struct review_call *call, enum action action);
void review_send(const struct review_call *call, enum action action);
void review_back(const struct review_call *call, enum action action);
void review_copy(const struct review_call *call, enum action action);
void review_split(const struct review_call *call, enum action action);
void review_edit(const struct review_call *call, enum action action);
void review_edit_file(const struct review_call *call, enum action action);
void review_version(const struct review_call *call, enum action action);
void review_reask(const struct review_call *call, enum action action);
void review_add_note(const struct review_call *call, enum action action);
void review_open_look(const struct review_call *call, enum action action);
void review_go_hunk(const struct review_call *call, enum action action);
void review_go_file(const struct review_call *call, enum action action);
void review_go_undecided(const struct review_call *call, enum action action);
void review_fold(const struct review_call *call, enum action action);
void review_lay_out(const struct review_call *call, enum action action);
void review_search(const struct review_call *call, enum action action);
/* Takes the key that says what of a write is taken back. */
void review_choose(const struct review_call *call, const struct key *key);

/* The key of an action, as it is on the screen: "w". */
const char *review_key_of(const struct review_call *call, enum action action);
/* Says whether this key asked before and was pressed again; else arms it. */
bool review_asked(const struct review_call *call, enum action action);
enum decision review_decision(const struct review_call *call, size_t block);
/* Says whether the review can still be changed; tells if not. */
bool review_is_open(const struct review_call *call);
/* Says whether a hunk has arrived as a whole; tells if not. */
bool review_has_arrived(const struct review_call *call, size_t index);
/* Says whether a hunk was written and is still there. */
bool review_was_written(const struct review_call *call, size_t index);

#endif
