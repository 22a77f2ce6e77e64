/*
 * Markdown (CommonMark with tables and strikethrough, read by md4c) as rows:
 * headings, lists, quotes, tables, rules, links, code with colours. Raw HTML is
 * shown as text.
 */
#ifndef KERF_TEXT_MARKDOWN_H
#define KERF_TEXT_MARKDOWN_H

#include <stdbool.h>

#include "kerf/text/style.h"

/* Appends the rows of `source` (untrusted; sanitised here), at most
 * `width_cells` wide, each beginning with `indent` blanks. */
void markdown_rows(struct arena *arena, struct rows *rows, struct str source,
                   size_t width_cells, size_t indent);

/*
 * Returns how many bytes at the start of a growing text are finished blocks:
 * whatever is appended later, their rows stay the same, and the rows of the
 * rest can be made from the rest alone. 0 if nothing is certain.
 */
size_t markdown_settled(struct str source);

/*
 * Finds the fenced code block number `index` (from 0) in document order;
 * returns false if there are fewer. Language and code are views of `source`.
 */
bool markdown_code_block(struct str source, size_t index, struct str *language,
                         struct str *code);

#endif
