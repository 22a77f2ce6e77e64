/*
 * How long things took: a histogram with logarithmic buckets in fixed memory
 * (after HdrHistogram, Tene 2012). A percentile is at most 5 % off, whatever
 * the values; adding costs a few instructions.
 */
#ifndef KERF_MODEL_HISTOGRAM_H
#define KERF_MODEL_HISTOGRAM_H

#include <stdint.h>

/* Values up to 31 have a bucket each; above, 16 buckets share each power of
 * two, so that one is at most a sixteenth of its lower bound wide and its
 * middle at most 1/32 (3.2 %) off. */
#define HISTOGRAM_BUCKETS (32 + 16 * 35)
#define HISTOGRAM_MOST (((int64_t)1 << 40) - 1) // larger values count as this

/* Zero-initialised it is empty and ready. The unit is the caller's. */
struct histogram {
    uint32_t counts[HISTOGRAM_BUCKETS];
    uint64_t count;
    double sum;          // of the values as they count
    int64_t least, most; // exact
};

/* Adds a value; negative ones count as 0. */
void histogram_add(struct histogram *histogram, int64_t value);

/* The value that `percent` (0 to 100) of all values do not exceed, at most 5 %
 * off and never outside of [least, most]; 0 if there are none. */
int64_t histogram_percentile(const struct histogram *histogram, double percent);

#endif
