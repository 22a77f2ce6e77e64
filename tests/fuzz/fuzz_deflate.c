/*
 * permessage-deflate of kerf-sim: the first line is an offer, the rest is a
 * message. What is agreed on can be read back; the message comes back whole;
 * and as something to inflate it does no harm.
 */
#include <assert.h>
#include <stdint.h>

#include "kerf/sim/deflate.h"

#define LIMIT_BYTES ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const struct deflate_terms *terms)
{
    struct buf answer = { 0 };

    deflate_write_terms(terms, &answer);
    struct deflate_terms again = deflate_agree(buf_str(&answer));
    assert(again.agreed && again.fresh_out == terms->fresh_out);
    assert(again.fresh_in == terms->fresh_in);
    assert(again.bits_out == terms->bits_out);
    (void)again;
    buf_release(&answer);
}

static void there_and_back(const struct deflate_terms *terms, struct str text)
{
    struct deflate_terms other = { true, terms->fresh_in, terms->fresh_out, 0 };
    struct deflater *from = deflater_create(terms);
    struct deflater *to = deflater_create(&other);
    struct buf small = { 0 }, large = { 0 };

    if (deflater_shrink(from, text, &small)) {
        bool good = deflater_grow(to, buf_str(&small), text.len, &large);
        assert(good && str_equal(buf_str(&large), text));
        (void)good;
    }
    deflater_destroy(from);
    deflater_destroy(to);
    buf_release(&small);
    buf_release(&large);
}

static void inflate_it(const struct deflate_terms *terms, struct str bytes)
{
    struct deflater *deflater = deflater_create(terms);
    struct buf out = { 0 };

    if (deflater_grow(deflater, bytes, LIMIT_BYTES, &out))
        assert(out.len <= LIMIT_BYTES);
    deflater_destroy(deflater);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size }, offer;

    if (!str_split(&rest, '\n', &offer))
        return 0;
    struct deflate_terms terms = deflate_agree(offer);
    if (terms.agreed)
        read_back(&terms);
    there_and_back(&terms, rest);
    inflate_it(&terms, rest);
    return 0;
}
