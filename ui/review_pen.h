/*
 * Lines of a review with their numbers, marks and colours, as pieces of rows.
 */
#ifndef KERF_UI_REVIEW_PEN_H
#define KERF_UI_REVIEW_PEN_H

#include "review_parts.h"

/* Passes the lines of one block from above to below. */
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

/* States of the lexer; what is above a hunk decides how it begins. */
struct lexed *lexed_create(void);
void lexed_destroy(struct lexed *lexed);
/* The state at a 0-based line of a file as it is now. */
unsigned lexed_state(struct lexed *lexed, const struct review_call *call,
                     size_t file, size_t line);

/* The rows in the window, what stays on top of them, and headings. */
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

#endif
