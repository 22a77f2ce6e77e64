/* The program on a screen, or in lines: wires terminal, ui, session, agent and
 * journal. */
#ifndef KERF_APP_APP_H
#define KERF_APP_APP_H

#include "kerf/app/setup.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/model/event.h"

struct app_options {
    struct str message;      // to send at once; empty: none
    struct str fix_command;  // kerf fix: a shell command to run first
    struct str resume_id;    // session to take up again
    struct str patch_label;  // kerf review: where the patch comes from
    struct str patch;        // its text; the program is only a review then
    struct str review_notes; // lines about what is not in it
    enum review_kind review_kind;
    bool review_only;
    bool line_mode;  // sentences instead of the full screen
    bool read_stdin; // standard input is context
};

/* Runs until the user leaves. Returns the exit status (design.md 1); `err` is
 * filled if it could not start. */
int app_run(struct setup *setup, const struct app_options *options,
            struct error *err);

#endif
