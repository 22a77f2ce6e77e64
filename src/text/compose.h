/*
 * Puts blocks of running text, code and tables one below the other as rows:
 * prefixes of quotes and list items, empty rows between blocks, wrapping.
 */
#ifndef KERF_TEXT_COMPOSE_H
#define KERF_TEXT_COMPOSE_H

#include <stdbool.h>

#include "kerf/base/buf.h"
#include "kerf/text/highlight.h"
#include "kerf/text/style.h"
#include "kerf/text/wrap.h"

enum container_kind {
    CONTAINER_DOCUMENT,
    CONTAINER_QUOTE,
    CONTAINER_LIST,
    CONTAINER_ITEM,
};

struct container {
    enum container_kind kind;
    bool tight; // lists and items: no empty rows between the children
    size_t children;
    struct str marker; // items: "- "
    bool marked;       // its sign stands on a row already
    char sign;         // lists: '.' or ')' behind the number; 0: bullets
    unsigned number;   // lists: of the next item
};

/* Text with roles that is not broken into rows yet. */
struct ink {
    struct str text;
    const struct span *spans;
    size_t span_count;
};

struct compose {
    struct arena *arena; // of the rows
    struct rows *rows;
    size_t width_cells, indent;
    struct container *containers; // the document is the first
    size_t depth, container_cap;
    bool any;         // a row was made
    bool gap;         // an empty row is due before the next one
    size_t gap_depth; // containers that go on through the empty row
    size_t parts;     // code blocks that were begun
    size_t part;      // the one whose lines come now; 0: not counted
    struct buf text;  // running text of the open block ...
    struct span *spans;
    size_t span_count, span_cap;
};

/* Zero-initialise, set arena, rows, width_cells and indent, then open the
 * document. Release frees the buffer; the rows stay. */
void compose_open_document(struct compose *c);
void compose_release(struct compose *c);

/* Announces a child of the innermost container: an empty row is due if it is
 * not the first and the container is not tight. */
void compose_child(struct compose *c);

void compose_open(struct compose *c, struct container container);
struct container *compose_innermost(const struct compose *c);
void compose_close(struct compose *c);

/* Appends running text. */
void compose_text(struct compose *c, struct str text, enum role role);

/* The same, leading somewhere; `link` lives as long as the arena. */
void compose_link(struct compose *c, struct str text, enum role role,
                  struct str link);

/* Takes the running text out; it lives as long as the arena. */
struct ink compose_take(struct compose *c);

/* Makes rows of the running text, if there is any. */
void compose_paragraph(struct compose *c);

/* Makes at least one row of `ink`. `at_words` as in struct wrap. */
void compose_ink(struct compose *c, struct ink ink, bool at_words);

/* A code block begins; `counted` is false for those that nobody can ask for
 * by number. */
void compose_code(struct compose *c, bool counted);

/* Makes rows of one line of code, with its colours. */
void compose_code_line(struct compose *c, struct str line,
                       const struct language *language, unsigned *state);

/* Makes a rule across the width. */
void compose_rule(struct compose *c);

/* Cells that are left beside the prefixes. */
size_t compose_room(const struct compose *c);

#endif
