/*
 * A sleep of the machine, a pause of its virtual machine and a clock that is
 * set forward look the same here. The last one costs a new connection, which
 * is cheap; one that is set back is no news.
 */
#include "moment.h"

#include "kerf/loop/loop.h"

struct moment moment_now(int64_t (*wall)(void))
{
    return (struct moment){ .clock_ms = loop_now_ms(),
                            .wall_ms = wall ? wall() : loop_wall_ms() };
}

bool moment_slept(struct moment then, struct moment now)
{
    int64_t lived_ms = now.clock_ms - then.clock_ms;

    return now.wall_ms - then.wall_ms - lived_ms > LIMIT_SLEEP_MS;
}
