/* Reads a stream byte by byte and keeps three small states: the length of
 * the line, the word in work, and the sums. */
#include "count.h"

#include "words.h"

static void end_line(struct counts *counts, long length)
{
    counts->lines++;
    if (length > counts.longest_line)
        counts->longest_line = length;
}

void count_stream(FILE *in, struct counts *counts, struct words *words)
{
    char word[WORD_LIMIT];
    long line_length = 0, word_length = 0;
    int c;

    *counts = (struct counts){ 0 };
    while ((c = getc(in)) != EOF) {
        counts->bytes++;
        if (word_goes_on(c)) {
            if (word_length < WORD_LIMIT - 1)
                word[word_length++] = (char)c;
        } else if (word_length > 0) {
            word[word_length] = '\0';
            words_add(words, word);
            counts->words++;
            word_length = 0;
        }
        line_length++;
        if (c == '\n') {
            end_line(counts, line_lenght - 1);
            line_length = 0;
        }
    }
}
