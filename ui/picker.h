/* A list over the panes that is narrowed by typing and taken from with Enter:
 * backends, sessions, the palette. */
#ifndef KERF_UI_PICKER_H
#define KERF_UI_PICKER_H

#include "kerf/ui/ui.h"
#include "view.h"

enum pick {
    PICK_ON,     // the list stays
    PICK_CLOSED, // left without a choice
    PICK_TAKEN,
};

struct picker;

/* Closed; never NULL. */
struct picker *picker_create(void);
void picker_destroy(struct picker *picker);

/* Opens with choices (copied) below a title of one word. */
void picker_open(struct picker *picker, const char *title,
                 const struct ui_choice *choices, size_t count);
void picker_close(struct picker *picker);
bool picker_is_open(const struct picker *picker);

/* Takes any key. PICK_TAKEN: `*index` is the choice; its texts live until the
 * next opening. The list is closed then. */
enum pick picker_key(struct picker *picker, const struct key *key,
                     size_t *index);
const struct ui_choice *picker_choice(const struct picker *picker,
                                      size_t index);

/* Rows it needs, and drawing; puts the cursor. */
size_t picker_rows(const struct picker *picker);
void picker_draw(struct picker *picker, struct canvas *canvas,
                 struct area area);

#endif
