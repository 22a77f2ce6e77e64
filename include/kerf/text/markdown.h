/*
 * Markdown (CommonMark with tables and strikethrough, read by md4c) as rows:
 * headings, lists, quotes, tables, rules, links, code with colours. Raw HTML
 * and link reference definitions are shown as text.
 */
#ifndef KERF_TEXT_MARKDOWN_H
#define KERF_TEXT_MARKDOWN_H

#include <stdbool.h>

#include "kerf/text/style.h"

/*
 * Appends the rows of `source` (untrusted; sanitised here), at most
 * `width_cells` wide, each beginning with `indent` blanks. A source that ends
 * with an empty line gives an empty row at its end, so that the rows of two
 * parts cut by markdown_settled add up; empty lines in front give none.
 */
void markdown_rows(struct arena *arena, struct rows *rows, struct str source,
                   size_t width_cells, size_t indent);

/*
 * Returns how many bytes at the start of a growing text are finished blocks:
 * whatever is appended later, their rows stay the same, and the rows of the
 * rest can be made from the rest alone. 0 if nothing is certain.
 */
size_t markdown_settled(struct str source);

/*
 * The rows of a text that grows, for a screen that follows a stream: what is
 * finished is read once (of a code block each complete line), and each update
 * costs no more than the open rest. Other width or other text: a new stream.
 */
struct markdown_stream;
struct markdown_stream *markdown_stream_create(size_t width_cells,
                                               size_t indent);
void markdown_stream_destroy(struct markdown_stream *stream);

/*
 * Returns the rows of `source`, which begins with what it was at the update
 * before; the same as markdown_rows makes, but for the empty row at the end.
 * They are the stream's and good until the next update.
 */
const struct rows *markdown_stream_update(struct markdown_stream *stream,
                                          struct str source);

/* How many rows at the start will never change again. */
size_t markdown_stream_kept(const struct markdown_stream *stream);

/*
 * Finds the fenced code block number `index` (from 0) in document order;
 * returns false if there are fewer. Language and code are views of `source`:
 * code inside a list keeps its indentation, code inside quotes does not count.
 */
bool markdown_code_block(struct str source, size_t index, struct str *language,
                         struct str *code);

/* How many of them there are. */
size_t markdown_code_count(struct str source);

#endif
