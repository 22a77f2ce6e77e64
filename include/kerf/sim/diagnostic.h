/*
 * Reads what compilers wrote into a build log: diagnostics of gcc and clang as
 * text, gcc's as JSON, machine-readable fix-its, the compile commands and the
 * folders that make entered. Lenient: what is not understood is passed over.
 * Pure.
 */
#ifndef KERF_SIM_DIAGNOSTIC_H
#define KERF_SIM_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define LIMIT_DIAGNOSTICS 2000

/* Marks the line by which a probe tells the root of the tree. */
#define ROOT_MARK "kerf-root: "

enum severity {
    SEVERITY_ERROR,
    SEVERITY_WARNING,
    SEVERITY_NOTE, // belongs to the last error or warning before it
};

struct diagnostic {
    enum severity severity;
    struct str file; // empty: of no file (the linker's)
    size_t line;     // 1-based; 0: none
    struct str message;
};

/* Lines and byte columns count from 1; the end is behind the last byte. */
struct fixit {
    size_t owner; // index of the diagnostic it was printed with
    struct str file;
    size_t line, col, end_line, end_col;
    struct str text;
};

struct compile {
    struct str command;   // as it was printed, without `cd X &&`
    struct str directory; // where it ran; empty: where the build began
    struct str source;    // the first source file it names
};

struct diagnosis {
    struct diagnostic *diagnostics;
    size_t diagnostic_count, diagnostic_cap;
    struct fixit *fixits;
    size_t fixit_count, fixit_cap;
    struct compile *compiles;
    size_t compile_count, compile_cap;
    struct str root;    // of the tree, if a probe told it
    bool has_far_paths; // absolute ones, or in folders that were entered
};

/* Adds what `log` says. Views point into `arena`. */
void diagnosis_read(struct arena *arena, struct str log,
                    struct diagnosis *diagnosis);

/*
 * Returns the path as it is called from the root of the tree: without "./",
 * without the root. A path outside of it, and a far one while the root is not
 * known, gives the empty view.
 */
struct str diagnosis_path(const struct diagnosis *diagnosis, struct str path);

/*
 * Appends the command line that runs those compile lines of `log` again that
 * had something to say, or the compiler on the named files if the log shows
 * no compile line, without output and with machine-readable fix-its. Nothing
 * is appended if there is nothing to run.
 */
void diagnosis_probe(const struct diagnosis *diagnosis, struct str log,
                     struct buf *out);

#endif
