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

/* Lists what is sent to `model`. Release it with free(input.entries). */
struct input input_list(const struct session *session, struct str model);

/* Writes an entry as one input item. */
void entry_write(struct json_writer *w, const struct session *session,
                 const struct entry *entry);

/* At least so many bytes will be written. */
size_t entry_size(const struct session *session, const struct entry *entry);

#endif
