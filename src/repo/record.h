/* Write sets as files of the state folder. The ending of a file's name says
 * where its set is on its way. */
#ifndef KERF_SRC_REPO_RECORD_H
#define KERF_SRC_REPO_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "steps.h"
#include "write_set.h"

enum phase {
    PHASE_NEW,  // being written for the first time
    PHASE_DONE, // in force
    PHASE_UNDOING,
    PHASE_UNDONE,
    PHASE_REDOING,
    PHASE_COUNT,
};

struct record {
    struct str id;
    enum phase phase;
    int64_t size_bytes;
};

struct record_list {
    struct record *at; // sorted by id, oldest first
    size_t count;
};

/* Says whether an id can be the name of a file. */
bool record_id_is_safe(struct str id);

bool record_list(int folder, struct arena *arena, struct record_list *list,
                 struct error *err) KERF_CHECKED;

/* The record of `id` in the list, or NULL. */
const struct record *record_find(const struct record_list *list, struct str id);

/* Writes the set as a PHASE_NEW record and syncs it. */
bool record_save(int folder, struct steps *steps, const struct set *set,
                 struct error *err) KERF_CHECKED;

/* Reads a whole record, into `arena`. */
bool record_load(int folder, struct arena *arena, const struct record *record,
                 struct set *set, struct error *err) KERF_CHECKED;

/* Reads the head alone: no image has bytes. */
bool record_load_head(int folder, struct arena *arena,
                      const struct record *record, struct set *set,
                      struct error *err) KERF_CHECKED;

/* Renames a record to another phase, durably. */
bool record_move(int folder, struct steps *steps, struct str id,
                 enum phase from, enum phase to,
                 struct error *err) KERF_CHECKED;

bool record_remove(int folder, struct steps *steps, struct str id,
                   enum phase phase, struct error *err) KERF_CHECKED;

/* A text beside the record of `id`, in whatever phase; it goes with it. */
bool record_keep(int folder, struct str id, struct str text,
                 struct error *err) KERF_CHECKED;
/* That text, in `arena`; empty if there is none. */
struct str record_kept(int folder, struct arena *arena, struct str id);

#endif
