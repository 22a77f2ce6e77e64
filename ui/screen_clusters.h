/*
 * Private to screen.c: clusters that terminals draw in more or fewer cells than
 * the C library says (emoji that are joined, styled, coloured, flags, syllables
 * of some scripts), drawn so that all behind them stands where it should.
 */
#ifndef KERF_UI_SCREEN_CLUSTERS_H
#define KERF_UI_SCREEN_CLUSTERS_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/ui/canvas.h"

#define CLUSTER_CODES 24 // of one cluster; more are dropped
#define CLUSTER_FILL 0xf0000u
#define CLUSTER_FIRST 0xf0001u
#define LIMIT_CLUSTERS 4096

struct cluster {
    uint32_t code[CLUSTER_CODES]; // 0 ends
    size_t cells;
};

struct clusters {
    struct cluster *list; // that of the mark CLUSTER_FIRST first
    size_t count, cap;
};

void clusters_release(struct clusters *clusters);

/* The mark that stands in ncurses' window for the cluster whose first of `left`
 * cells is `cell`, CLUSTER_FILL for each cell behind it; `*cells` tells how
 * many it takes. 0: all terminals agree about it, or there is no room. */
uint32_t clusters_mark(struct clusters *clusters, const struct cell *cell,
                       size_t left, size_t *cells);

/* Appends a frame with the marks made clusters. */
void clusters_write(const struct clusters *clusters, struct str frame,
                    struct buf *out);

#endif
