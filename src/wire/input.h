/* The logical input of a request: which items are sent back, in which order,
 * and what stands for them (protocol.md 4.3). */
#ifndef KERF_SRC_WIRE_INPUT_H
#define KERF_SRC_WIRE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/json.h"
#include "kerf/model/session.h"

enum entry_kind {
    ENTRY_SERVER, // an item of the server, passed back
    ENTRY_OUTPUT, // the output of a call
    ENTRY_LOCAL,  // a message or a context of the user
};

struct entry {
    enum entry_kind kind;
    size_t item;   // index into the session's items
    uint64_t hash; // of everything that is written for it
};

struct input {
    struct entry *entries;
    size_t count;
};

/* Which reasoning goes back: what the API needs to make use of it. */
enum reasoning_form {
    REASONING_BLOBS, // with its encrypted content: Responses
    REASONING_WORDS, // as text: Chat Completions
    REASONING_NEVER,
};

/* Lists what is sent to `model`, of the first `upto` items (0: of all).
 * Release it with free(input.entries). */
struct input input_list(const struct session *session, struct str model,
                        enum reasoning_form form, size_t upto);

/* Appends what the user or a program said: an ENTRY_LOCAL. */
void input_words(struct buf *out, const struct item *item);

/* What a call gave; a call that never ran "aborted". */
struct str input_output(const struct item *item);

/* Writes a message of one part. */
void message_write(struct json_writer *w, const char *role, const char *part,
                   struct str text);

/* Writes an entry as one input item. */
void entry_write(struct json_writer *w, const struct session *session,
                 const struct entry *entry);

/* Says that a request would have `limit_bytes` or more: ERROR_LIMIT. */
bool input_too_big(size_t limit_bytes, struct error *err) KERF_CHECKED;

/* At least so many bytes will be written. */
size_t entry_size(const struct session *session, const struct entry *entry);

#endif
