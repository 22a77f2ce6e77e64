/* A full pane to read, search and copy in: the whole conversation; or the
 * help. */
#ifndef KERF_UI_PAGER_H
#define KERF_UI_PAGER_H

#include "view.h"
#include "view_scroll.h"

enum pager_kind {
    PAGER_CLOSED,
    PAGER_TRANSCRIPT,
    PAGER_HELP,
};

struct pager;

/* Closed; never NULL. */
struct pager *pager_create(void);
void pager_destroy(struct pager *pager);

/* Opens the conversation at its end, help at its beginning; or the
 * conversation at a place. */
void pager_open(struct pager *pager, enum pager_kind kind);
void pager_open_at(struct pager *pager, struct scroll_at at);
enum pager_kind pager_kind(const struct pager *pager);

/* Says whether the search line is open: then all keys go to the pager. */
bool pager_is_typing(const struct pager *pager);

/* The pattern while it is typed. */
struct str pager_pattern(const struct pager *pager);

/* What `y` would copy, as of the last drawing: "code block"; "" if nothing. */
const char *pager_spot(const struct pager *pager);

/* How often rows of the conversation were made since it was opened. */
size_t pager_made(const struct pager *pager);

extern const struct view_ops pager_view;

#endif
