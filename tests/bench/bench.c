/*
 * Measures kerf from outside, each figure beside its goal and beside a floor
 * that is taken in the same run: what the machine, its libraries and its tools
 * need for the same without kerf. A goal that is missed fails nothing, because
 * machines differ; a figure that could not be taken does.
 *
 *   bench [GROUP]...
 */
#include <string.h>

#include "groups.h"

static const struct {
    const char *name;
    void (*rows)(struct ground *ground, struct report *report);
} groups[] = {
    { "startup", startup_rows }, { "stream", stream_rows },
    { "resting", resting_rows }, { "typing", typing_rows },
    { "review", review_rows },   { "size", size_rows },
};

// All groups, or those that were named.
static bool is_wanted(const char *name, int argc, char **argv)
{
    bool wanted = argc == 1;

    for (int i = 1; i < argc; i++)
        wanted = wanted || strcmp(argv[i], name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    struct ground ground;
    struct report report = { 0 };

    ground_open(&ground, argv[0]);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (is_wanted(groups[i].name, argc, argv))
            groups[i].rows(&ground, &report);
    ground_close(&ground);
    return report_end(&report);
}
