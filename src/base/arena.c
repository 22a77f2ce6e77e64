/* Blocks in a list, newest first; big requests get a block of their own. */
#include "kerf/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)16 << 10)

struct arena_block {
    struct arena_block *next;
    size_t used, cap;
    _Alignas(16) char bytes[];
};

static void out_of_memory(size_t size)
{
    fprintf(stderr, "kerf: out of memory (%zu bytes asked for)\n", size);
    abort();
}

void *mem_alloc(size_t size)
{
    void *fresh = calloc(1, size ? size : 1);
    if (!fresh)
        out_of_memory(size);
    return fresh;
}

void *mem_realloc(void *old, size_t size)
{
    void *fresh = realloc(old, size ? size : 1);
    if (!fresh)
        out_of_memory(size);
    return fresh;
}

void arena_release(struct arena *arena)
{
    struct arena_block *block = arena->head;

    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena){ 0 };
}

void arena_reset(struct arena *arena)
{
    struct arena_block *keep = arena->head;

    if (!keep)
        return;
    arena->head = keep->next;
    arena_release(arena);
    keep->next = NULL;
    keep->used = 0;
    arena->head = keep;
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    size_t cap = size > BLOCK_BYTES / 4 ? size : BLOCK_BYTES;
    struct arena_block *block = malloc(sizeof(*block) + cap);

    if (!block)
        out_of_memory(size);
    block->used = 0;
    block->cap = cap;
    if (arena->head && cap == size) { // keep filling the block before
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    size_t rounded = (size + 15) & ~(size_t)15;
    struct arena_block *block = arena->head;

    if (!block || block->cap - block->used < rounded)
        block = add_block(arena, rounded);
    void *fresh = block->bytes + block->used;
    block->used += rounded;
    arena->size_bytes += rounded;
    return memset(fresh, 0, rounded);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, count * size);
}

struct str arena_copy(struct arena *arena, struct str s)
{
    return (struct str){ arena_cstr(arena, s), s.len };
}

char *arena_cstr(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.at, s.len);
    return copy;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (struct str){ text, (size_t)(len < 0 ? 0 : len) };
}

void *arena_grow(struct arena *arena, void *items, size_t *cap, size_t need,
                 size_t size)
{
    if (need <= *cap)
        return items;
    size_t wanted = *cap ? *cap * 2 : 8;
    if (wanted < need)
        wanted = need;
    void *fresh = arena_array(arena, wanted, size);
    if (*cap)
        memcpy(fresh, items, *cap * size);
    *cap = wanted;
    return fresh;
}
