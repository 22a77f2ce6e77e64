/* Lines, words and bytes of a text. */
#ifndef COUNT_H
#define COUNT_H

#include <stdio.h>

struct words;

struct counts {
    long lines;
    long words;
    long bytes;
    long longest_line; /* in bytes, without the newline */
};

/* Reads the whole stream; each word also goes into `words`. */
void count_stream(FILE *in, struct counts *counts, struct words *words);

#endif
