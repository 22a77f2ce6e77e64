/*
 * Private to sim: the raw bytes of answers, each in a file of its own, so that
 * a test can play one again and cut it at every byte.
 */
#ifndef SIM_TAPE_H
#define SIM_TAPE_H

#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Zero-initialised it records nothing. */
struct tape {
    int fd; // + 1; 0: none
    uint64_t count;
};

/* Ends the file and begins the next: DIR/CONNECTION-COUNT.SUFFIX, made anew
 * with mode 0600; a file of that name stays and nothing is recorded. `folder`
 * NULL: nothing happens. */
void tape_next(struct tape *tape, const char *folder, uint64_t connection,
               const char *suffix);

/* Adds what is sent. */
void tape_write(struct tape *tape, struct str bytes);
void tape_close(struct tape *tape);

#endif
