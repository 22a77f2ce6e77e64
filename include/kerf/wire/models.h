/* The answer to GET <base>/models: which models there are, with what some
 * servers tell beside the name (protocol.md 6.8). */
#ifndef KERF_WIRE_MODELS_H
#define KERF_WIRE_MODELS_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_MODELS 5000

struct model_info {
    struct str id;
    struct str owner;
    int64_t created;     // Unix seconds; 0: untold
    int64_t window;      // tokens; 0: untold
    int64_t max_output;  // tokens; 0: untold
    struct str shutdown; // "2026-12-31"; empty: none is announced
    bool deprecated;
};

struct model_list {
    struct model_info *models; // sorted by id
    size_t count;
};

/* Reads the list, texts in `arena`. Entries without an id are left out, an id
 * that comes twice is taken once. ERROR_INVALID if it is no list, ERROR_LIMIT
 * above LIMIT_MODELS. */
bool models_read(struct arena *arena, struct str json, struct model_list *list,
                 struct error *err) KERF_CHECKED;

/* Finds a model; NULL if it is not in the list. */
const struct model_info *models_find(const struct model_list *list,
                                     struct str id);

/* The model whose name is most like `id`, for "did you mean"; NULL if none
 * has so much as the first letters in common. */
const struct model_info *models_nearest(const struct model_list *list,
                                        struct str id);

#endif
