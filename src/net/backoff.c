/* Doubling from one second up to a limit; jitter so that many do not come at
 * once. */
#include "kerf/net/backoff.h"

#define FIRST_MS 1000
#define MOST_MS 30000

int64_t backoff_delay_ms(unsigned attempt, uint32_t random)
{
    int64_t base = FIRST_MS;

    if (attempt == 0)
        return 0;
    for (unsigned i = 1; i < attempt && base < MOST_MS; i++)
        base *= 2;
    if (base > MOST_MS)
        base = MOST_MS;
    // from -1/4 to +1/4 of the base
    return base - base / 4 + (base / 2 * (int64_t)random >> 32);
}
