/*
 * Pastes of terminals that do not bracket them. A paste comes as one burst of
 * bytes, which no finger types; taken as keys, its line ends would send and
 * its letters would decide.
 */
#ifndef KERF_UI_BURST_H
#define KERF_UI_BURST_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/ui/keys.h"

#define BURST_BYTES 64 // of one read; fewer may be typed ahead

/* Zero-initialised it is ready. */
struct burst {
    struct buf text;
    bool open;    // what follows at once belongs to it
    bool useless; // this terminal brackets its pastes
};

/* Frees an open burst; it is empty then. */
void burst_release(struct burst *burst);

/*
 * Takes the bytes of one read and returns how many of the first are a paste;
 * the rest are keys. A burst begins with at least BURST_BYTES of text in which
 * a line ends and another begins; it goes on over further reads until
 * burst_end(), which is due when nothing has come for 25 ms (60 ms over SSH)
 * or before keys are taken. Once the terminal has bracketed a paste, nothing
 * is a burst any more. Give it nothing while a key decoder waits.
 */
size_t burst_feed(struct burst *burst, struct str bytes);

/* Gives an open burst out as one KEYCODE_PASTE. */
void burst_end(struct burst *burst, key_fn fn, void *ctx);

#endif
