/* The groups of figures, a file each. */
#ifndef KERF_BENCH_GROUPS_H
#define KERF_BENCH_GROUPS_H

#include "ground.h"

void startup_rows(struct ground *ground, struct report *report);
void stream_rows(struct ground *ground, struct report *report);
void resting_rows(struct ground *ground, struct report *report);
void typing_rows(struct ground *ground, struct report *report);
void review_rows(struct ground *ground, struct report *report);
void size_rows(struct ground *ground, struct report *report);

#endif
