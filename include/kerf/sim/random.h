/* Small deterministic random numbers (splitmix64, Steele 2014): the same seed
 * gives the same run. Nothing secret may depend on them. */
#ifndef KERF_SIM_RANDOM_H
#define KERF_SIM_RANDOM_H

#include <stdint.h>

/* Moves `*state` on and returns 64 bits. */
uint64_t random_next(uint64_t *state);

/* A number from 0 to below - 1; `below` is at least 1. */
uint64_t random_below(uint64_t *state, uint64_t below);

#endif
