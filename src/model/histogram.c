/*
 * A bucket is found from the highest bit of a value and the four bits below
 * it. Values below 32 are exact.
 */
#include "kerf/model/histogram.h"

#include <stddef.h>

#define EXACT 32 // values with a bucket of their own
#define PER_OCTAVE 16
#define FIRST_OCTAVE 5 // 2^5 is the first value that shares

static unsigned highest_bit(uint64_t value)
{
    unsigned bit = 0;

    while (value >>= 1)
        bit++;
    return bit;
}

static size_t bucket_of(int64_t value)
{
    if (value < EXACT)
        return (size_t)value;
    unsigned octave = highest_bit((uint64_t)value);
    size_t part = (size_t)(value >> (octave - 4)) & (PER_OCTAVE - 1);
    return EXACT + (octave - FIRST_OCTAVE) * PER_OCTAVE + part;
}

// The middle of a bucket.
static int64_t value_of(size_t bucket)
{
    if (bucket < EXACT)
        return (int64_t)bucket;
    unsigned octave = FIRST_OCTAVE + (unsigned)((bucket - EXACT) / PER_OCTAVE);
    int64_t part = (int64_t)((bucket - EXACT) % PER_OCTAVE);
    int64_t width = (int64_t)1 << (octave - 4);
    return (PER_OCTAVE + part) * width + width / 2;
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

void histogram_add(struct histogram *h, int64_t value)
{
    value = clamp(value, 0, HISTOGRAM_MOST);
    h->counts[bucket_of(value)]++;
    h->least = h->count == 0 || value < h->least ? value : h->least;
    h->most = value > h->most ? value : h->most;
    h->sum += (double)value;
    h->count++;
}

// How many values are needed to make up so many percent: one at least.
static uint64_t rank_of(uint64_t count, double percent)
{
    double exact = percent / 100 * (double)count;
    uint64_t rank = exact > 0 ? (uint64_t)exact : 0;

    rank += (double)rank < exact;
    return rank < 1 ? 1 : rank > count ? count : rank;
}

int64_t histogram_percentile(const struct histogram *h, double percent)
{
    uint64_t rank = rank_of(h->count, percent), seen = 0;

    if (rank <= 1 || rank == h->count)
        return rank <= 1 ? h->least : h->most;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen >= rank)
            return clamp(value_of(i), h->least, h->most);
    }
    return h->most;
}
