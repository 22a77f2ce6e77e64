/*
 * What went wrong: a kind that the program decides on and a text that a
 * person reads. See style.md 4: `bool` or pointer, `struct error *err` last.
 */
#ifndef KERF_BASE_ERROR_H
#define KERF_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#if defined(__GNUC__)
#define KERF_CHECKED __attribute__((warn_unused_result))
#define KERF_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define KERF_CHECKED
#define KERF_PRINTF(text, first)
#endif

enum error_kind {
    ERROR_NONE,
    ERROR_FAILED,      // the world said no, and none of the kinds below fits
    ERROR_USAGE,       // the command line or a config file is wrong
    ERROR_NOT_FOUND,   // a file, a tree, a session is not there
    ERROR_DENIED,      // the system refused: permission, read-only
    ERROR_INVALID,     // foreign bytes that cannot be read as what they claim
    ERROR_LIMIT,       // larger than a named limit
    ERROR_CONFLICT,    // a patch does not fit, or a file changed underneath
    ERROR_POLICY,      // refused by policy or by the safety rules
    ERROR_UNREACHABLE, // the backend cannot be reached
    ERROR_CANCELLED,   // the user or the program gave up
    ERROR_UNSUPPORTED, // known, but not done here
};

struct error {
    enum error_kind kind;
    char text[240]; // UTF-8, one line, no final stop needed
};

/* Fills `err`. Returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    KERF_PRINTF(3, 4);

/* Puts "<formatted>: " before the text of a filled `err`. Returns false. */
bool error_prefix(struct error *err, const char *format, ...) KERF_PRINTF(2, 3);

/* Fills `err` from errno value `number`: kind and ": <strerror>". False. */
bool error_errno(struct error *err, int number, const char *format, ...)
    KERF_PRINTF(3, 4);

#endif
