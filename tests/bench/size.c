/* What an installation takes on the disk. */
#include <stdio.h>
#include <stdlib.h>

#include "groups.h"

static double bytes_below(const char *path)
{
    char command[512];
    const char *argv[] = { "/bin/sh", "-c", command, NULL };
    char line[64];

    snprintf(command, sizeof(command),
             "find '%s' -type f -printf '%%s\\n' | awk '{ n += $1 } END "
             "{ print n }'",
             path);
    pid_t pid = program_start(argv, NULL, NULL, line, sizeof(line));
    program_stop(pid);
    double bytes = strtod(line, NULL);
    return bytes > 0 ? bytes : NOT_MEASURED;
}

void size_rows(struct ground *ground, struct report *report)
{
    const char *where = getenv("KERF_INSTALLED");

    (void)ground;
    report_head("on the disk");
    report_print(report, &(struct figure){
                             "installed: programs, themes, manual",
                             where ? bytes_below(where) / 1e6 : NOT_MEASURED,
                             "MB", 3, 0, NULL });
}
