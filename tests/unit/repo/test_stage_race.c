/*
 * Somebody else is at work in the tree at the same time: nothing outside is
 * written, no edit is lost.
 */
#include "stage_helper.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define ROUNDS 400

// Swaps tree/dir for a link to outside and back, until it is killed.
static pid_t swap_in_a_loop(struct sandbox *box)
{
    const char *dir = sandbox_path(box, "tree/dir");
    const char *real = sandbox_path(box, "tree/real");
    const char *link = sandbox_path(box, "tree/link");
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    for (;;) {
        // dir is the folder, link the link; then the other way round
        (void)!rename(dir, real);
        (void)!rename(link, dir);
        (void)!rename(dir, link);
        (void)!rename(real, dir);
    }
}

static void stop(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_folder_swapped_for_a_link_lets_nothing_out(void **state)
{
    struct sandbox *box = *state;
    char id[16];
    sandbox_mkdir(box, "tree/dir");
    sandbox_put(box, "outside/a", "outside");
    assert_int_equal(symlink("../outside", sandbox_path(box, "tree/link")), 0);
    struct str outside = snapshot(box, "outside");
    struct desk desk = desk_open(box);
    pid_t pid = swap_in_a_loop(box);

    for (int i = 0; i < ROUNDS; i++) {
        struct file_result add = write_of("dir/a", NULL, "inside", 0);
        struct file_result edit = write_of("dir/a", "outside", "inside", 0);
        struct file_result gone = delete_of("dir/a", "outside");
        snprintf(id, sizeof(id), "%05d", i);
        (void)!desk_write(&desk, id,
                          i % 3 == 0   ? &add
                          : i % 3 == 1 ? &edit
                                       : &gone,
                          1);
        if (i % 3 == 0)
            (void)!desk_undo(&desk, id);
    }

    stop(pid);
    desk_close(&desk);
    assert_same(snapshot(box, "outside"), outside);
}

// Saves the file by rename, as editors do, and publishes how often.
static pid_t edit_in_a_loop(struct sandbox *box, atomic_uint *saved)
{
    const char *name = sandbox_path(box, "tree/a");
    const char *fresh = sandbox_path(box, "tree/a~");
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    for (unsigned i = 1;; i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "edit %u\n", i);
        int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (fd >= 0 && write(fd, text, (size_t)len) == len
            && rename(fresh, name) == 0)
            atomic_store(saved, i);
        close(fd);
    }
}

// The file must not hold an edit older than the newest that was saved.
static void assert_newest(struct sandbox *box, atomic_uint *saved)
{
    unsigned newest = atomic_load(saved), now;
    const char *text = sandbox_get(box, "tree/a");

    assert_non_null(text);
    if (sscanf(text, "edit %u", &now) == 1 && now < newest)
        fail_msg("edit %u was lost, %u came back", newest, now);
}

static void an_edit_between_the_look_and_the_write_survives(void **state)
{
    struct sandbox *box = *state;
    char id[16];
    size_t written = 0, refused = 0;
    atomic_uint *saved = mmap(NULL, sizeof(*saved), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sandbox_put(box, "tree/a", "start\n");
    struct desk desk = desk_open(box);
    pid_t pid = edit_in_a_loop(box, saved);

    for (int i = 0; i < ROUNDS; i++) {
        const char *seen = sandbox_get(box, "tree/a");
        struct file_result edit = write_of("a", seen, "kerf\n", 0);
        snprintf(id, sizeof(id), "%05d", i);
        if (desk_write(&desk, id, &edit, 1)) {
            written++;
            continue;
        }
        refused++;
        assert_int_equal(desk.err.kind, ERROR_CONFLICT);
        assert_newest(box, saved);
    }

    stop(pid);
    (void)desk_recover(&desk);
    desk_close(&desk);
    struct str now = snapshot(box, "tree");
    assert_int_equal(str_find(now, STR(".kerf-")), SIZE_MAX);
    assert_int_equal(written + refused, ROUNDS);
    munmap(saved, sizeof(*saved));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FAST_SANDBOX(a_folder_swapped_for_a_link_lets_nothing_out),
        IN_FAST_SANDBOX(an_edit_between_the_look_and_the_write_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
