/* textstat [FILE]: statistics of a text, standard input if no file is named. */
#include <stdio.h>
#include <stdlib.h>

#include "count.h"
#include "report.h"
#include "words.h"

#define TOP_WORDS 5

int main(int argc, char **argv)
{
    static struct words words;
    struct counts counts;
    FILE *in = argc > 1 ? fopen(argv[1], "r") : stdin;

    if (!in) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    count_stream(in, &counts, &words);
    words_sort(&words);
    report(stdout, &counts, &words, TOP_WORDS);
    if (in != stdin)
        fclose(in);
    return EXIT_SUCCESS;
}
