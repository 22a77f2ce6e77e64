/* A plain list is fast enough for the few hundred words it may hold. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

bool word_goes_on(int c)
{
    return isalpha(c) || c == '\'';
}

static void to_lower(char *to, const char *from)
{
    int i = 0;

    for (; from[i] && i < WORD_LIMIT - 1; i++)
        to[i] = (char)tolower((unsigned char)from[i]);
    to[i] = '\0';
}

void words_add(struct words *words, const char *text)
{
    char lower[WORD_LIMIT];

    to_lower(lower, text);
    for (int i = 0; i < words->count; i++) {
        if (strcmp(words->list[i].text, lower) == 0) {
            words->list[i].count++;
            return;
        }
    }
    if (words->count < WORDS_LIMIT) {
        struct word *word = &words->list[words->count++];
        memcpy(word->text, lower, sizeof(lower));
        word->count = 1;
    }
}

static int compare(const void *a, const void *b)
{
    const struct word *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

void words_sort(struct words *words)
{
    qsort(words->list, (size_t)words->count, sizeof(words->list[0]), compare);
}
