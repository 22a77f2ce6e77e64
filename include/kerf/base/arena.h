/*
 * Memory with one lifetime: many small allocations, one release. Running out
 * of memory aborts, so callers check sizes of foreign data first.
 */
#ifndef KERF_BASE_ARENA_H
#define KERF_BASE_ARENA_H

#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

struct arena_block;

/* Zero-initialised it is empty and ready; no init call is needed. */
struct arena {
    struct arena_block *head;
    size_t size_bytes; // what was handed out, for tests and limits
};

/* Frees everything; the arena is empty and ready again. */
void arena_release(struct arena *arena);

/* Forgets everything but keeps the newest block for reuse. */
void arena_reset(struct arena *arena);

/* Returns `size` zeroed bytes, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* Returns `count * size` zeroed bytes; aborts on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies the bytes; the copy is followed by a NUL that is not counted. */
struct str arena_copy(struct arena *arena, struct str s);

/* Returns a NUL-terminated copy for library borders. */
char *arena_cstr(struct arena *arena, struct str s);

/* Formats as printf into the arena. */
struct str arena_printf(struct arena *arena, const char *format, ...)
    KERF_PRINTF(2, 3);

/*
 * Grows an array that lives in the arena: returns `items` with room for at
 * least `need` elements of `size` bytes, `*cap` updated (the old copy stays
 * behind until the arena goes; growth is geometric).
 */
void *arena_grow(struct arena *arena, void *items, size_t *cap, size_t need,
                 size_t size);

/* Heap memory for `create` functions: zeroed, never NULL, free with free(). */
void *mem_alloc(size_t size);
void *mem_realloc(void *old, size_t size);

#endif
