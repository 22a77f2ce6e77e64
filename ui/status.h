/* The title line and the lines at the bottom: where am I, how fast is it, and
 * which keys work here. */
#ifndef KERF_UI_STATUS_H
#define KERF_UI_STATUS_H

#include "hints.h"
#include "view.h"

struct status {
    unsigned where;     // bit of the place that has the keys
    const char *focus;  // its word: "COMPOSE", "REVIEW" ...
    const char *mode;   // of the composer: "normal"; "": there are none
    struct str message; // instead of the keys; empty: none
    bool warning;
    bool searching; // `message` is a pattern being typed
    bool guarded;   // keys are no answer to the question yet
    enum hint_set hints;
    size_t rows;       // for the bottom lines, at least 2
    const char *chord; // the first key of a chord: what may follow is listed
};

void status_title(const struct status *status, const struct view_call *call,
                  struct canvas *canvas, struct area area);
void status_bottom(const struct status *status, const struct view_call *call,
                   struct canvas *canvas, struct area area);

/* Rows for the list of what may follow the first key of a chord. */
size_t status_chord_rows(const struct view_call *call, unsigned where,
                         const char *first, size_t cols);

/* "decided 2 (y1 n1), 4 to go" for the proposal under review. False: none. */
bool status_patch(const struct view_call *call, struct row *row);

#endif
