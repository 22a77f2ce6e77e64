/* What was measured, in earlier sessions and in this one: kept for the router
 * (past.c) and shown in the panels (figures.c). */
#ifndef KERF_APP_PAST_H
#define KERF_APP_PAST_H

#include "kerf/base/arena.h"
#include "kerf/store/journal.h"
#include "kerf/ui/figures.h"

struct app;

/* Requests of earlier sessions, oldest first: past.c. */
struct past {
    struct arena arena;
    struct sample *samples;
    size_t count, cap;
    size_t jobs;
};

/* What the panels were given; the ui borrows it. */
struct shown_figures {
    struct arena arena;
    struct figures figures;
};

/* Reads what earlier sessions measured, for router and panels. */
void past_load(struct app *app);
void past_release(struct app *app);
/* Tells a new router of the agent, and the agent what the day has cost. */
void past_teach(struct router *router, void *ctx);
/* Adds a request of this session. */
void past_keep(struct past *past, const struct sample *sample);

/* Gives the panels the newest figures: figures.c. */
void figures_renew(struct app *app);

/* Fills the composer's history with what was typed in this tree before, by a
 * worker; and with what this session holds. */
void recall_load(struct app *app);
void recall_own(struct app *app);

/* safekeep.c: keeps the draft for the case that kerf is killed: soon after a
 * key, and at the end. */
void safekeep_touch(struct app *app);
void safekeep_draft(struct app *app);
void safekeep_release(struct app *app);

#endif
