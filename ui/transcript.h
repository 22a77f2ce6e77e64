/*
 * The conversation as blocks of rows, one block an item of the session. Rows
 * are made when a block comes near the screen and kept by (width, version);
 * of a text that streams only the open tail is made anew.
 */
#ifndef KERF_UI_TRANSCRIPT_H
#define KERF_UI_TRANSCRIPT_H

#include "view.h"
#include "view_scroll.h"
#include "view_search.h"

struct transcript;

/* `whole` unfolds everything: for the pager. Never NULL. */
struct transcript *transcript_create(bool whole);
void transcript_destroy(struct transcript *transcript);

/* Brings the blocks up to the session and returns them as rows; valid until
 * the next call or the end of the frame. */
struct scroll_source transcript_source(struct transcript *transcript,
                                       const struct view_call *call,
                                       size_t cols);

/* Folds or unfolds the lowest block in view that can be folded; false if
 * there is none. */
bool transcript_fold(struct transcript *transcript,
                     const struct session *session);

/* Goes to the end and follows it. */
void transcript_follow(struct transcript *transcript);

/* Says whether rows lie below what was drawn last. */
bool transcript_has_more(const struct transcript *transcript);

extern const struct view_ops transcript_view;

#endif
