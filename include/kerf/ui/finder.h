/* A list that narrows while one types: files after `@`, commands after `/`. */
#ifndef KERF_UI_FINDER_H
#define KERF_UI_FINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"
#include "kerf/ui/canvas.h"

#define FINDER_ROWS 8

/* Starts without candidates. NULL may be destroyed. */
struct finder;
struct finder *finder_create(void);
void finder_destroy(struct finder *finder);

/* Gives the candidates: borrowed until replaced. `notes` (may be NULL) are
 * shown dim behind them. */
void finder_set(struct finder *finder, const struct str *candidates,
                const struct str *notes, size_t count);

/* Gives candidates that stand before the others as long as the pattern begins
 * them; with notes; both borrowed until finder_set(). */
void finder_lead(struct finder *finder, const struct str *candidates,
                 const struct str *notes, size_t count);

/* Narrows to what matches (copied); keeps the selection at the top. The search
 * itself is made when the result is asked for. */
void finder_search(struct finder *finder, struct str pattern);
void finder_move(struct finder *finder, int by);

/* The selected candidate; false if nothing matches. */
bool finder_selected(struct finder *finder, struct str *candidate);
bool finder_leads(struct finder *finder);   // it is one of finder_lead()
size_t finder_count(struct finder *finder); // shown, <= FINDER_ROWS
void finder_draw(struct finder *finder, struct canvas *canvas,
                 struct area area);

#endif
