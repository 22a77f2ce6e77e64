/* libuv keeps its handles in order of birth, and walks them so. */
#include "handles.h"

#include <fcntl.h>
#include <unistd.h>

static void count_one(uv_handle_t *handle, void *ctx)
{
    (void)handle;
    ++*(size_t *)ctx;
}

size_t handles_count(uv_loop_t *loop)
{
    size_t count = 0;

    uv_walk(loop, count_one, &count);
    return count;
}

static void note_one(uv_handle_t *handle, void *ctx)
{
    struct handles *handles = ctx;

    if (handles->skip > 0)
        handles->skip--;
    else if (handles->count < MOST_HANDLES)
        handles->at[handles->count++] = handle;
}

struct handles handles_since(uv_loop_t *loop, size_t before)
{
    struct handles handles = { .skip = before };

    uv_walk(loop, note_one, &handles);
    return handles;
}

struct search {
    const struct handles *wanted;
    bool found;
};

static void search_one(uv_handle_t *handle, void *ctx)
{
    struct search *search = ctx;

    for (size_t i = 0; i < search->wanted->count; i++)
        if (search->wanted->at[i] == handle)
            search->found = true;
}

bool handles_remain(uv_loop_t *loop, const struct handles *handles)
{
    struct search search = { handles, false };

    uv_walk(loop, search_one, &search);
    return search.found;
}

uv_handle_t *handles_poll(const struct handles *handles)
{
    for (size_t i = 0; i < handles->count; i++)
        if (uv_handle_get_type(handles->at[i]) == UV_POLL)
            return handles->at[i];
    return NULL;
}

int handles_poll_fd(const struct handles *handles)
{
    uv_handle_t *poll = handles_poll(handles);
    uv_os_fd_t fd;

    return poll && uv_fileno(poll, &fd) == 0 ? fd : -1;
}

struct handles handles_timers_and_idles(const struct handles *handles)
{
    struct handles found = { .count = 0 };

    for (size_t i = 0; i < handles->count; i++) {
        uv_handle_type type = uv_handle_get_type(handles->at[i]);
        if (type == UV_TIMER || type == UV_IDLE)
            found.at[found.count++] = handles->at[i];
    }
    return found;
}

void handles_hold_fd(int fd)
{
    int null_fd = fd < 0 ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null_fd < 0 || null_fd == fd)
        return;
    dup3(null_fd, fd, O_CLOEXEC);
    close(null_fd);
}
