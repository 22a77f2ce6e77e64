/*
 * Panels: a few rows of figures below the conversation, one kind at a time,
 * opened and closed by the same key.
 */
#ifndef KERF_UI_PANEL_H
#define KERF_UI_PANEL_H

#include "kerf/ui/figures.h"
#include "view.h"

enum panel {
    PANEL_NONE,
    PANEL_LATENCY,
    PANEL_COST,
    PANEL_CONTEXT,
    PANEL_ROUTE,
    PANEL_VERIFY,
};

/* The panel that an action opens; PANEL_NONE if it opens none. */
enum panel panel_of(enum action action);

/* Makes its rows: a rule with a title, then the figures. */
void panel_rows(enum panel panel, const struct view_call *call,
                const struct figures *figures, size_t cols, struct rows *rows);

/* Appends a fact if it fits into `cols` as a whole: half a number is a wrong
 * number. */
void panel_fact(struct view_line *line, size_t cols, enum role role,
                const char *format, ...) KERF_PRINTF(4, 5);

/* --- drawing figures with plain characters: panel_chart.c ----------------- */

/* Appends one character a value, higher for more; `most` is the highest. */
void chart_spark(struct view_line *line, enum role role, const double *values,
                 size_t count, double most);

/* Appends `cells` characters, `share` (0 to 1) of them filled. */
void chart_bar(struct view_line *line, enum role role, double share,
               size_t cells);

/* --- one file for the longest of them: panel_context.c -------------------- */

void panel_context_rows(const struct view_call *call, size_t cols,
                        struct rows *rows);

#endif
