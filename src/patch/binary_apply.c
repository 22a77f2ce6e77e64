/*
 * Carries out git's binary patches. A delta is the sizes of preimage and
 * result, then instructions: copy a range of the preimage, or insert bytes
 * (gitformat-pack(5)). All are checked before one is carried out.
 */
#include "kerf/patch/binary.h"

#include <string.h>

#define COPY_BIT 0x80
#define COPY_OFFSET_BYTES 4
#define COPY_SIZE_BYTES 3
#define COPY_SIZE_OF_ZERO 0x10000

struct delta {
    struct str rest; // the instructions still to read
    size_t source_bytes, result_bytes;
};

struct step {
    bool copies;
    size_t offset; // into the preimage, of a copy
    size_t size;
    struct str inserted;
};

static bool take_byte(struct str *rest, unsigned char *byte)
{
    if (rest->len == 0)
        return false;
    *byte = (unsigned char)rest->at[0];
    *rest = str_skip(*rest, 1);
    return true;
}

// Sizes come seven bits at a time, the lowest first.
static bool take_size(struct str *rest, size_t *size)
{
    unsigned char byte;
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 49; shift += 7) {
        if (!take_byte(rest, &byte))
            return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *size = (size_t)value;
            return true;
        }
    }
    return false;
}

// Bit i of `which` says that byte i of the number is there.
static bool take_bits(struct str *rest, unsigned which, unsigned count,
                      size_t *number)
{
    unsigned char byte;

    *number = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!(which >> i & 1))
            continue;
        if (!take_byte(rest, &byte))
            return false;
        *number |= (size_t)byte << 8 * i;
    }
    return true;
}

static bool take_step(struct str *rest, struct step *step)
{
    unsigned char code;

    *step = (struct step){ .inserted = STR("") };
    if (!take_byte(rest, &code) || code == 0)
        return false;
    step->copies = code & COPY_BIT;
    if (!step->copies) {
        step->size = code;
        step->inserted = str_take(*rest, code);
        *rest = str_skip(*rest, code);
        return step->inserted.len == code;
    }
    if (!take_bits(rest, code, COPY_OFFSET_BYTES, &step->offset)
        || !take_bits(rest, code >> COPY_OFFSET_BYTES & 7, COPY_SIZE_BYTES,
                      &step->size))
        return false;
    if (step->size == 0)
        step->size = COPY_SIZE_OF_ZERO;
    return true;
}

static bool malformed(struct error *err)
{
    return error_set(err, ERROR_INVALID, "the binary delta is malformed");
}

static bool open_delta(struct str bytes, struct delta *delta, struct error *err)
{
    *delta = (struct delta){ .rest = bytes };
    if (!take_size(&delta->rest, &delta->source_bytes)
        || !take_size(&delta->rest, &delta->result_bytes))
        return malformed(err);
    if (delta->result_bytes > LIMIT_BINARY_BYTES)
        return error_set(err, ERROR_LIMIT, "a binary file of %zu bytes",
                         delta->result_bytes);
    return true;
}

bool binary_check_delta(struct str bytes, size_t *result_bytes,
                        struct error *err)
{
    struct delta delta;
    struct step step;
    size_t sum = 0;

    if (!open_delta(bytes, &delta, err))
        return false;
    while (delta.rest.len > 0) {
        if (!take_step(&delta.rest, &step)
            || step.size > delta.result_bytes - sum
            || (step.copies
                && (step.offset > delta.source_bytes
                    || step.size > delta.source_bytes - step.offset)))
            return malformed(err);
        sum += step.size;
    }
    *result_bytes = delta.result_bytes;
    return sum == delta.result_bytes || malformed(err);
}

static bool other_preimage(struct error *err)
{
    return error_set(err, ERROR_CONFLICT,
                     "the binary patch was made for another content");
}

static bool apply_delta(struct arena *arena, struct str bytes,
                        struct str preimage, struct str *result,
                        struct error *err)
{
    struct delta delta;
    struct step step;
    size_t size, at = 0;

    if (!binary_check_delta(bytes, &size, err)
        || !open_delta(bytes, &delta, err))
        return false;
    if (delta.source_bytes != preimage.len)
        return other_preimage(err);
    char *out = arena_alloc(arena, size + 1);
    while (delta.rest.len > 0 && take_step(&delta.rest, &step)) {
        const char *from = step.copies ? preimage.at + step.offset
                                       : step.inserted.at;
        memcpy(out + at, from, step.size);
        at += step.size;
    }
    *result = (struct str){ out, at };
    return true;
}

static bool apply_data(struct arena *arena, const struct binary_data *data,
                       struct str preimage, struct str *result,
                       struct error *err)
{
    switch (data->kind) {
    case BINARY_LITERAL: *result = arena_copy(arena, data->bytes); return true;
    case BINARY_DELTA:
        return apply_delta(arena, data->bytes, preimage, result, err);
    }
    return false;
}

// The way back from the result must lead to the preimage.
static bool leads_back(const struct binary_patch *patch, struct str preimage,
                       struct str result, struct error *err)
{
    struct arena scratch = { 0 };
    struct str back;
    bool fine = apply_data(&scratch, &patch->reverse, result, &back, err)
                && (str_equal(back, preimage) || other_preimage(err));

    arena_release(&scratch);
    return fine;
}

bool binary_apply(struct arena *arena, const struct binary_patch *patch,
                  struct str preimage, struct str *result, struct error *err)
{
    struct str made;

    if (!apply_data(arena, &patch->forward, preimage, &made, err))
        return false;
    if (patch->has_reverse && !leads_back(patch, preimage, made, err))
        return false;
    *result = made;
    return true;
}
