/* A round trip begins with the first byte behind the one before; what finds no
 * room in it waits for the next. */
#include "kerf/sim/window.h"

#define LEAST_PATIENCE_US 200000 // and a round trip: a retransmission is due

struct window window_open(int64_t at_us)
{
    return (struct window){ .bytes = WINDOW_FIRST_BYTES,
                            .round_us = at_us,
                            .newest_us = at_us };
}

static void begin_round(struct window *window, int64_t at_us)
{
    if (window->bytes < 2 * window->sent)
        window->bytes = 2 * window->sent;
    window->sent = 0;
    window->round_us = at_us;
}

static void rest(struct window *window, int64_t rested_us, int64_t patience_us)
{
    for (; rested_us > patience_us && window->bytes > WINDOW_FIRST_BYTES;
         rested_us -= patience_us)
        window->bytes /= 2;
    if (window->bytes < WINDOW_FIRST_BYTES)
        window->bytes = WINDOW_FIRST_BYTES;
}

int64_t window_leave_us(struct window *window, size_t length, int64_t at_us,
                        int64_t round_trip_us)
{
    if (at_us >= window->round_us + round_trip_us)
        begin_round(window, at_us);
    rest(window, at_us - window->newest_us, round_trip_us + LEAST_PATIENCE_US);
    if (window->sent + length > window->bytes)
        begin_round(window, window->round_us + round_trip_us);
    window->sent += length;
    window->newest_us = at_us > window->round_us ? at_us : window->round_us;
    return window->newest_us;
}
