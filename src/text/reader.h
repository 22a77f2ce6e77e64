/* Reads one piece of Markdown text (no outermost fence) with md4c. */
#ifndef KERF_TEXT_READER_H
#define KERF_TEXT_READER_H

#include "compose.h"

/* Makes the rows of `source` (untrusted) in `c`, which stands in its
 * document. What md4c refuses, or is beyond a limit, is shown as it is. */
void reader_text(struct compose *c, struct str source);

#endif
