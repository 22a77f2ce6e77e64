/* A moment by two clocks, to find out whether the machine slept since. Private
 * to the agent. */
#ifndef KERF_AGENT_MOMENT_H
#define KERF_AGENT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define LIMIT_SLEEP_MS 30000 // few connections live through a longer one

/* Both in ms; the monotonic clock stands still while the machine sleeps. */
struct moment {
    int64_t clock_ms, wall_ms;
};

/* `wall` gives the wall clock in ms; NULL: the machine's. */
struct moment moment_now(int64_t (*wall)(void));

/* Says whether the wall clock went on by itself between the two moments. */
bool moment_slept(struct moment then, struct moment now);

#endif
