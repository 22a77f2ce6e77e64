/*
 * Somebody else is at work in the tree at the same time: nothing outside is
 * written, no edit is lost.
 */
#include "stage_helper.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define ROUNDS 400
#define EDIT_ROUNDS 1000

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

    for (int i = 0; i < EDIT_ROUNDS; i++) {
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
    assert_int_equal(written + refused, EDIT_ROUNDS);
    munmap(saved, sizeof(*saved));
}

// Somebody who saves a file, by rename, before steps of a write.
struct editor {
    struct sandbox *box;
    size_t from, to; // steps at which he saves
    unsigned saved;
};

static void save(size_t step, void *ctx)
{
    struct editor *editor = ctx;
    char text[32];

    if (step < editor->from || step > editor->to)
        return;
    snprintf(text, sizeof(text), "by hand %u\n", ++editor->saved);
    sandbox_put(editor->box, "tree/a~", text);
    assert_int_equal(rename(sandbox_path(editor->box, "tree/a~"),
                            sandbox_path(editor->box, "tree/a")),
                     0);
}

// Writes two files while the editor is at work; what he saved last has to
// stand there in the end, and the other file is all old or all new.
static bool write_beside(struct sandbox *box, size_t from, size_t to,
                         const struct file_result *result)
{
    struct editor editor = { .box = box, .from = from, .to = to };
    char want[32];
    sandbox_clear(box, "tree");
    sandbox_clear(box, "state");
    sandbox_mkdir(box, "tree");
    if (result->existed)
        sandbox_put(box, "tree/a", "old\n");
    sandbox_put(box, "tree/b", "old\n");
    struct desk desk = desk_open(box);
    struct file_result results[] = { *result,
                                     write_of("b", "old\n", "kerf\n", 0) };

    stage_watch(desk.stage, save, &editor);
    bool fine = desk_write(&desk, "1", results, 2);
    stage_watch(desk.stage, NULL, NULL);
    (void)desk_recover(&desk);
    desk_close(&desk);

    assert_string_equal(sandbox_get(box, "tree/b"), fine ? "kerf\n" : "old\n");
    if (editor.saved) {
        snprintf(want, sizeof(want), "by hand %u\n", editor.saved);
        assert_string_equal(sandbox_get(box, "tree/a"), want);
    }
    assert_int_equal(str_find(snapshot(box, "tree"), STR(".kerf-")), SIZE_MAX);
    return editor.saved > 0;
}

static void meet_an_editor(struct sandbox *box, struct file_result result)
{
    for (size_t from = 1;; from++) {
        if (!write_beside(box, from, from, &result))
            return; // the write has fewer steps
        for (size_t more = 1; more <= 3; more++)
            (void)write_beside(box, from, from + more, &result);
        (void)write_beside(box, from, from + 20, &result);
    }
}

static void an_edit_at_any_step_of_a_write_survives(void **state)
{
    meet_an_editor(*state, write_of("a", "old\n", "kerf\n", 0));
}

static void an_edit_at_any_step_of_a_removal_survives(void **state)
{
    meet_an_editor(*state, delete_of("a", "old\n"));
}

static void an_edit_at_any_step_of_a_move_survives(void **state)
{
    meet_an_editor(*state, move_of("a", "c", "old\n", "kerf\n"));
}

static void a_file_made_at_any_step_of_an_addition_survives(void **state)
{
    meet_an_editor(*state, write_of("a", NULL, "kerf\n", 0));
}

// An edit comes in at `step`, and `later` steps after it kerf is killed.
// Returns false if the write has fewer steps.
static bool die_after_an_edit(struct sandbox *box, size_t step, size_t later)
{
    int status = 0;
    sandbox_clear(box, "tree");
    sandbox_clear(box, "state");
    sandbox_mkdir(box, "tree");
    sandbox_put(box, "tree/a", "old\n");
    sandbox_put(box, "tree/b", "old\n");
    pid_t pid = fork();

    if (pid == 0) {
        struct editor editor = { .box = box, .from = step, .to = step };
        struct desk desk = desk_open(box);
        struct file_result results[] = {
            write_of("a", "old\n", "kerf\n", 0),
            write_of("b", "old\n", "kerf\n", 0),
        };
        stage_watch(desk.stage, save, &editor);
        stage_set_fault(desk.stage, step + later, 0, false);
        (void)!desk_write(&desk, "1", results, 2);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status);
}

static void an_edit_survives_a_kill_right_after_it(void **state)
{
    struct sandbox *box = *state;

    for (size_t later = 1; later <= 3; later++)
        for (size_t step = 1; die_after_an_edit(box, step, later); step++) {
            struct desk desk = desk_open(box);
            (void)desk_recover(&desk);
            desk_close(&desk);
            assert_string_equal(sandbox_get(box, "tree/a"), "by hand 1\n");
            struct str now = snapshot(box, "tree");
            assert_int_equal(str_find(now, STR(".kerf-")), SIZE_MAX);
        }
}

static void the_newest_edit_before_a_recovery_stands(void **state)
{
    struct sandbox *box = *state;

    for (size_t later = 1; later <= 3; later++)
        for (size_t step = 1; die_after_an_edit(box, step, later); step++) {
            sandbox_put(box, "tree/a", "after the crash\n");
            struct desk desk = desk_open(box);
            (void)desk_recover(&desk);
            desk_close(&desk);
            assert_string_equal(sandbox_get(box, "tree/a"),
                                "after the crash\n");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FAST_SANDBOX(a_folder_swapped_for_a_link_lets_nothing_out),
        IN_FAST_SANDBOX(an_edit_between_the_look_and_the_write_survives),
        IN_FAST_SANDBOX(an_edit_at_any_step_of_a_write_survives),
        IN_FAST_SANDBOX(an_edit_at_any_step_of_a_removal_survives),
        IN_FAST_SANDBOX(an_edit_at_any_step_of_a_move_survives),
        IN_FAST_SANDBOX(a_file_made_at_any_step_of_an_addition_survives),
        IN_FAST_SANDBOX(an_edit_survives_a_kill_right_after_it),
        IN_FAST_SANDBOX(the_newest_edit_before_a_recovery_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
