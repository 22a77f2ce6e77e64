/* The result as text. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "count.h"
#include "words.h"

/* Prints the sums and the `top` most frequent words; `words` is sorted. */
void report(FILE *out, const struct counts *counts, const struct words *words,
            int top);

#endif
