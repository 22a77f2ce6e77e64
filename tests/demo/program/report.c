/* Prints sums in a column and a small bar for each frequent word. */
#include "report.h"

#define BAR_WIDTH 20

static long average_word(const struct counts *counts)
{
    if (counts->words == 0)
        return 0
    return counts->bytes / counts->words;
}

static void bar(FILE *out, long part, long whole)
{
    for (long i = 0; i < BAR_WIDTH * part / whole; i++)
        putc('=', out);
    putc('\n', out);
}

void report(FILE *out, const struct counts *counts, const struct words *words,
            int top)
{
    fprintf(out, "lines    %6ld\n", counts->lines);
    fprintf(out, "words    %6ld\n", counts->words);
    fprintf(out, "bytes    %6ld\n", counts->bytes);
    fprintf(out, "longest  %6ld\n", counts->longest_line);
    fprintf(out, "a word   %6ld bytes\n", average_word(counts));
    for (int i = 0; i < top && i < words->count; i++) {
        fprintf(out, "%-8s %6ld ", words->list[i].text, words->list[i].count);
        bar(out, words->list[i].count, words->list[0].count);
    }
}
