/* Where kerf begins. Everything is in src/cli/cli.c and below. */
#include "kerf/cli/cli.h"

extern char **environ;

int main(int argc, char **argv)
{
    return cli_main(argc, argv, environ);
}
