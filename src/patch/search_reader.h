/* Reads SEARCH/REPLACE blocks and whole-file answers, line by line. */
#ifndef KERF_SRC_PATCH_SEARCH_READER_H
#define KERF_SRC_PATCH_SEARCH_READER_H

#include "build.h"
#include "caption.h"
#include "kerf/base/buf.h"

/* --- SEARCH/REPLACE ------------------------------------------------------- */

enum search_state {
    SEARCH_OUTSIDE,
    SEARCH_BLOCK, // between the first and the last marker
};

struct search_reader {
    enum search_state state;
    struct captions captions;
    struct buf lines; // of the block, each with its newline
    size_t line_count;
    size_t source_line; // of the marker that opened the block
    size_t count;       // of its letters
    char mark;
    bool labelled; // it said SEARCH, so its end must be labelled too
    bool crlf;
    bool blank; // no line of the block holds anything
    bool begun; // the hunk of the block is in the patch
    struct str path;
};

void search_reader_release(struct search_reader *r);

/* Says whether `line` opens a block, `forced` or as far as it is unmistakable
 * behind what was read. */
bool search_opens(const struct search_reader *r, struct str line, bool forced);

/* Says whether `line` is an opening marker with its word. */
bool search_is_labelled(struct str line);

/* Takes a line outside a block as long as the language is not known. */
void search_watch(struct search_reader *r, struct str line);

/* `cut`: no newline ends the line. */
bool search_line(struct search_reader *r, struct builder *b, struct str line,
                 bool cut, struct error *err) KERF_CHECKED;
bool search_finish(struct search_reader *r, struct builder *b,
                   struct error *err) KERF_CHECKED;

/*
 * Says whether `line` of the file `path` stands for lines that a model left
 * out: "...", "// ... existing code ...". Where `...` is of the language
 * (Python, YAML) or mere text, that alone says nothing.
 */
bool line_is_elision(struct str line, struct str path);

/* --- whole files ---------------------------------------------------------- */

struct whole_reader {
    struct captions captions;
    struct fence fence; // of the block being read
    bool inside;
    bool skipped; // the block has no file name: it is no answer
    bool crlf;
};

void whole_release(struct whole_reader *r);

bool whole_line(struct whole_reader *r, struct builder *b, struct str line,
                struct error *err) KERF_CHECKED;
bool whole_finish(struct whole_reader *r, struct builder *b,
                  struct error *err) KERF_CHECKED;

/* Watches whether a text is nothing but file names, each with a closed fenced
 * block behind it. */
struct whole_probe {
    struct fence fence; // the open block
    bool named;         // a file name waits for its block
    bool found;         // one block at least
    bool failed;
    struct buf text; // to be read again; empty if failed
};

void whole_probe_release(struct whole_probe *probe);
void whole_probe_line(struct whole_probe *probe, struct str line);
bool whole_probe_holds(const struct whole_probe *probe);

#endif
