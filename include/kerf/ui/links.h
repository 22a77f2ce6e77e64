/* Which terminals take links (OSC 8): by the names they give themselves. */
#ifndef KERF_UI_LINKS_H
#define KERF_UI_LINKS_H

#include <stdbool.h>

#include "kerf/base/str.h"

/* Values of environment variables; empty: not set. */
struct terminal_names {
    struct str term, program, program_version; // TERM, TERM_PROGRAM...
    struct str vte_version, konsole_version;   // VTE_VERSION, KONSOLE_VERSION
    struct str windows_session;                // WT_SESSION
};

/*
 * Says whether links are sent, by `[ui] links` (auto, on, off) and the names.
 * auto: only to terminals known to take them; inside a multiplexer only its
 * own name counts. A terminal that would show the bytes (linux, vt100, dumb)
 * never gets any, whatever is asked for.
 */
bool links_wanted(struct str choice, const struct terminal_names *names);

#endif
