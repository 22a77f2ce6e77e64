/* Private to sim: compile lines of a build log. */
#ifndef SIM_COMPILE_H
#define SIM_COMPILE_H

#include "kerf/sim/diagnostic.h"

/* Reads a line that runs a compiler on a source file and nothing else: no
 * pipe, no redirection, no expansion. */
bool compile_read(struct str line, struct str directory,
                  struct compile *compile);

/* Appends the command with its outputs taken away and fix-its asked for. */
void compile_write_probe(struct str command, struct buf *out);

#endif
