/*
 * What keys do in a review: the line that is typed, another look at a hunk, and
 * one handler for each action.
 */
#ifndef KERF_UI_REVIEW_ACT_H
#define KERF_UI_REVIEW_ACT_H

#include "review_move.h"

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
/* Goes to the next row of the look that matches the search, or the previous
 * one, around the ends. */
void look_search(const struct review_call *call, bool back);
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
void review_search(const struct review_call *call, enum action action);
/* Opens the file of a block if it is folded. */
void review_unfold(const struct review_call *call, size_t block);
/* Takes the key that says what of a write is taken back. */
void review_choose(const struct review_call *call, const struct key *key);

/* The key of an action, as it is on the screen: "w". */
const char *review_key_of(const struct review_call *call, enum action action);
/* Says whether this key asked before and was pressed again; else arms it. */
bool review_asked(const struct review_call *call, enum action action);
/* Says whether the review can still be changed; tells if not. */
bool review_is_open(const struct review_call *call);
/* Says whether a hunk has arrived as a whole; tells if not. */
bool review_has_arrived(const struct review_call *call, size_t index);

#endif
