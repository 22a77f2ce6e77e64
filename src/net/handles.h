/* Private: finds the libuv handles that a library put on our loop. */
#ifndef KERF_NET_HANDLES_H
#define KERF_NET_HANDLES_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#define MOST_HANDLES 8

struct handles {
    size_t skip, count;
    uv_handle_t *at[MOST_HANDLES];
};

/* How many handles are on the loop. */
size_t handles_count(uv_loop_t *loop);

/* Those that came since handles_count() gave `before`, oldest first. Nothing
 * may have gone in between: the loop has not turned. */
struct handles handles_since(uv_loop_t *loop, size_t before);

/* Says whether one of them is still on the loop. */
bool handles_remain(uv_loop_t *loop, const struct handles *handles);

/* The first poll handle among them, or NULL; its descriptor, or -1. */
uv_handle_t *handles_poll(const struct handles *handles);
int handles_poll_fd(const struct handles *handles);

/* The timers and the idle handles among them. */
struct handles handles_timers_and_idles(const struct handles *handles);

/* Gives the number of a descriptor that was closed to /dev/null, so that who
 * closes it a second time does not hit another one. */
void handles_hold_fd(int fd);

#endif
