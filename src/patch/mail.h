/* The layers around a patch: a mail's transfer encoding (RFC 2045), and a
 * margin, which is the indentation of a list or the `> ` of a quote. */
#ifndef KERF_SRC_PATCH_MAIL_H
#define KERF_SRC_PATCH_MAIL_H

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

enum mail_encoding {
    MAIL_PLAIN,
    MAIL_QUOTED, // quoted-printable
    MAIL_BASE64,
    MAIL_SKIPPED, // base64, and not text: an attached picture
};

struct mail {
    bool begun;   // the text's first line has been seen
    bool headers; // reading the header of a mail or of a part
    bool picture; // its Content-Type is not text
    enum mail_encoding next, now;
    struct buf boundary; // of a mail in parts
    unsigned bits;       // base64 digits that wait for more
    unsigned bit_count;
};

void mail_release(struct mail *mail);

/*
 * Takes a line; `last` says that no newline ends it. If the line is encoded,
 * appends what it stands for to `out`, newlines included, and sets `*decoded`.
 * Returns false with ERROR_INVALID if it is not in the encoding announced.
 */
bool mail_line(struct mail *mail, struct str line, bool last, struct buf *out,
               bool *decoded, struct error *err) KERF_CHECKED;

struct margin {
    struct buf text;
    bool log; // the text is a log or a mail, where indentation is prose
};

void margin_release(struct margin *margin);

/* Returns the line without the margin that was found before, or is found now:
 * only outside of hunks, in front of a line that begins a patch or a block. */
struct str margin_strip(struct margin *margin, struct str line, bool inside);

#endif
