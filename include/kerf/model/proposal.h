/* A patch under review: read as it arrives, placed, decided, written. */
#ifndef KERF_MODEL_PROPOSAL_H
#define KERF_MODEL_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"
#include "kerf/model/event.h"
#include "kerf/patch/select.h"
#include "kerf/patch/stream.h"

/* What one write changed; `text` has "M path\n" lines. */
struct session_write {
    struct str id, text;
    bool of_hunk; // it took back one hunk, `target`
    struct target target;
};

/* A write that was taken back, and of which proposal it was. */
struct session_undone {
    size_t proposal;
    struct session_write write;
};

struct proposal {
    struct str call_id;
    struct str label;
    enum review_kind kind;
    size_t item;   // whose call waits for the verdict, or has its output;
                   // NO_INDEX for a patch from elsewhere
    size_t joined; // it became a version of a hunk of this proposal; NO_INDEX
    struct patch_stream *stream;
    struct unwrap *unwrap; // of a wrapped patch: reads the arguments
    struct selection *selection;
    bool complete;      // all of it arrived and was read
    bool ended;         // the verdict was given
    bool revise;        // and a new version asked for
    bool reasked;       // for a hunk; a call has its output, the review goes on
    struct str problem; // why the patch could not be read; empty if fine
    struct str write_id;          // newest write set; empty if none is in force
    struct str written, staged;   // "M path\n" lines of it; in git's index
    struct session_write *writes; // all that are in force, oldest first
    size_t write_count, write_cap;
    unsigned version;
};

#endif
