/* Random numbers that can be repeated: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef KERF_TESTS_PATCH_DICE_H
#define KERF_TESTS_PATCH_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A number from 0 to `count` - 1; 0 if `count` is 0. */
static inline size_t dice_below(struct dice *dice, size_t count)
{
    return count ? (size_t)(dice_roll(dice) % count) : 0;
}

/* True once in `count` times. */
static inline bool dice_once_in(struct dice *dice, size_t count)
{
    return dice_below(dice, count) == 0;
}

#endif
