/* A set of words with how often each was seen. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>

#define WORD_LIMIT 32   /* bytes of a word, with its NUL; longer ones are cut */
#define WORDS_LIMIT 512 /* different words; later ones are not kept */

struct word {
    char text[WORD_LIMIT];
    long count;
};

struct words {
    struct word list[WORDS_LIMIT];
    int count;
};

/* Says whether the byte `c` belongs to a word. */
bool word_goes_on(int c);

/* Counts one more `text`, in lower case. */
void words_add(struct words *words, const char *text);

/* Puts the most frequent words first; equal ones by the alphabet. */
void words_sort(struct words *words);

#endif
