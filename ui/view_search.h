/* The `/` line of pager and review: a pattern typed at the bottom, then
 * looked for as plain text; without a capital in it case does not count. */
#ifndef KERF_UI_VIEW_SEARCH_H
#define KERF_UI_VIEW_SEARCH_H

#include <stdbool.h>

#include "kerf/base/buf.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/keys.h"

#define LIMIT_SEARCH_BYTES 256

struct search {
    struct buf pattern;
    bool typing; // the line is open and takes all keys
};

enum search_result {
    SEARCH_TYPED, // the pattern changed or nothing happened
    SEARCH_DONE,  // Enter: look for it
    SEARCH_LEFT,  // Esc: forget it
};

void search_open(struct search *search);
enum search_result search_key(struct search *search, const struct key *key);

/* Says whether the text holds the pattern; never for an empty pattern. */
bool search_matches(const struct search *search, struct str text);

/* Where the pattern stands at or behind byte `from`; SIZE_MAX: nowhere. */
size_t search_in(const struct search *search, struct str text, size_t from);

/* Marks each place of a drawn row's text that matches, at or behind byte
 * `from`: in reverse, or the other way round where the row is. */
void search_mark(const struct search *search, struct canvas *canvas,
                 struct area area, size_t row, struct str text, size_t from,
                 bool reverse);

void search_release(struct search *search);

#endif
