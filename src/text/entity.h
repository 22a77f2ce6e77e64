/* Character references of HTML, as Markdown allows them in running text. */
#ifndef KERF_TEXT_ENTITY_H
#define KERF_TEXT_ENTITY_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends what "&amp;", "&#8364;" or "&#x20ac;" stands for, made safe for a
 * row; an unknown name is appended as it is. */
void entity_append(struct buf *out, struct str entity);

#endif
