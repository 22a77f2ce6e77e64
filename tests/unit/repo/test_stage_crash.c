/*
 * A write that dies or fails at any of its steps: afterwards the tree is all
 * old or all new, and nothing strays about.
 */
#include "stage_helper.h"

#include <signal.h>

#define MAX_STEPS 500

// A tree in which a write does everything a write can do.
static void make_tree(struct sandbox *box)
{
    sandbox_put(box, "tree/edit", "old\r\n");
    sandbox_put(box, "tree/mode", "same");
    sandbox_put(box, "tree/gone", "bye\n");
    sandbox_put(box, "tree/from", "move\n");
    sandbox_put(box, "tree/f", "file\n");
    sandbox_mkdir(box, "tree/g");
    sandbox_put(box, "tree/g/y", "y\n");
    chmod(sandbox_path(box, "tree/edit"), 0640);
}

static bool write_all_kinds(struct desk *desk)
{
    struct file_result results[] = {
        write_of("edit", "old\r\n", "new\r\n", 0),
        write_of("mode", "same", "same", 0755),
        delete_of("gone", "bye\n"),
        move_of("from", "p/q/to", "move\n", "moved\n"),
        write_of("p/add", NULL, "added\n", 0),
        delete_of("f", "file\n"),
        write_of("f/x", NULL, "x\n", 0),
        delete_of("g/y", "y\n"),
        write_of("g", NULL, "g\n", 0),
    };
    return desk_write(desk, "w1", results, sizeof(results) / sizeof(*results));
}

#define MANY 20
#define MANY_STRIDE 5 // no multiple of the steps that a file takes

// Twenty files in two folders, every third one new.
static bool write_many(struct desk *desk)
{
    struct file_result results[MANY];

    for (int i = 0; i < MANY; i++) {
        struct str path =
            arena_printf(&desk->box->arena, "many%d/%02d", i % 2, i);
        results[i] = write_of(path.at, i % 3 ? "old\n" : NULL, "new\n", 0);
    }
    return desk_write(desk, "w1", results, MANY);
}

static void make_many(struct sandbox *box)
{
    sandbox_mkdir(box, "tree/many0");
    sandbox_mkdir(box, "tree/many1");
    for (int i = 0; i < MANY; i++) {
        struct str path =
            arena_printf(&box->arena, "tree/many%d/%02d", i % 2, i);
        if (i % 3)
            sandbox_put(box, path.at, "old\n");
    }
}

static bool undo_it(struct desk *desk)
{
    return desk_undo(desk, "w1");
}

typedef bool (*deed_fn)(struct desk *desk);

// What the tree looks like before and after, and in how many steps it goes.
struct story {
    deed_fn deed;
    size_t undos; // how often the written set was undone before
    struct str old, new;
    size_t steps;
    size_t stride; // with many files alike, not each step is tried
};

static void prepare(struct sandbox *box, const struct story *story)
{
    umask(022);
    sandbox_clear(box, "tree");
    sandbox_clear(box, "state");
    sandbox_mkdir(box, "tree");
    if (story->deed == write_many)
        make_many(box);
    else
        make_tree(box);
    if (story->deed != undo_it)
        return;
    struct desk desk = desk_open(box);
    assert_true(write_all_kinds(&desk));
    for (size_t i = 0; i < story->undos; i++)
        assert_true(undo_it(&desk));
    desk_close(&desk);
}

static struct story learn(struct sandbox *box, deed_fn deed, size_t undos)
{
    struct story story = { .deed = deed, .undos = undos, .stride = 1 };

    prepare(box, &story);
    story.old = snapshot(box, "tree");
    struct desk desk = desk_open(box);
    assert_true(deed(&desk));
    story.steps = stage_steps(desk.stage);
    desk_close(&desk);
    story.new = snapshot(box, "tree");
    assert_in_range(story.steps, 20, MAX_STEPS);
    if (deed == write_many)
        story.stride = MANY_STRIDE;
    assert_false(str_equal(story.old, story.new));
    return story;
}

static void assert_old_or_new(struct sandbox *box, const struct story *story,
                              size_t step)
{
    struct str now = snapshot(box, "tree");

    if (!str_equal(now, story->old) && !str_equal(now, story->new))
        fail_msg("step %zu left:\n%.*s", step, STR_ARG(now));
}

// Runs the deed in a child that is killed at `step`.
static void die_at(struct sandbox *box, const struct story *story, size_t step)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        struct desk desk = desk_open(box);
        stage_set_fault(desk.stage, step, 0, false);
        (void)!story->deed(&desk);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void survive_kills(struct sandbox *box, deed_fn deed, size_t undos)
{
    struct story story = learn(box, deed, undos);
    bool saw_old = false, saw_new = false;

    for (size_t step = 1; step <= story.steps; step += story.stride) {
        prepare(box, &story);
        die_at(box, &story, step);
        struct desk desk = desk_open(box);
        (void)desk_recover(&desk);
        assert_old_or_new(box, &story, step);
        saw_old |= str_equal(snapshot(box, "tree"), story.old);
        saw_new |= str_equal(snapshot(box, "tree"), story.new);
        assert_int_equal(desk_recover(&desk).len, 0);
        desk_close(&desk);
    }
    assert_true(saw_old);
    assert_true(saw_new);
}

static void a_write_killed_anywhere_is_all_or_nothing(void **state)
{
    survive_kills(*state, write_all_kinds, 0);
}

static void twenty_files_killed_anywhere_are_all_or_nothing(void **state)
{
    survive_kills(*state, write_many, 0);
}

static void an_undo_killed_anywhere_is_all_or_nothing(void **state)
{
    survive_kills(*state, undo_it, 0);
}

static void a_redo_killed_anywhere_is_all_or_nothing(void **state)
{
    survive_kills(*state, undo_it, 1);
}

// After a kill the recovery itself is killed, at each of its steps.
static void a_recovery_killed_anywhere_can_be_repeated(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);

    for (size_t step = story.steps / 4; step <= story.steps; step += 5) {
        for (size_t again = 1; again < MAX_STEPS; again += 3) {
            int status = 0;
            prepare(box, &story);
            die_at(box, &story, step);
            pid_t pid = fork();
            if (pid == 0) {
                struct desk desk = desk_open(box);
                stage_set_fault(desk.stage, again, 0, false);
                (void)desk_recover(&desk);
                _exit(0);
            }
            assert_int_equal(waitpid(pid, &status, 0), pid);
            struct desk desk = desk_open(box);
            (void)desk_recover(&desk);
            desk_close(&desk);
            assert_old_or_new(box, &story, step);
            if (WIFEXITED(status))
                break;
        }
    }
}

// A fault that strikes once: the write says so and everything is as before,
// or the step was one that a write can do without.
static void fail_each_step(struct sandbox *box, deed_fn deed, int number)
{
    struct story story = learn(box, deed, 0);
    size_t failed = 0;

    for (size_t step = 1; step <= story.steps; step += story.stride) {
        prepare(box, &story);
        struct desk desk = desk_open(box);
        stage_set_fault(desk.stage, step, number, false);
        bool fine = deed(&desk);
        failed += !fine;
        assert_same(snapshot(box, "tree"), fine ? story.new : story.old);
        stage_set_fault(desk.stage, 0, 0, false);
        assert_int_equal(desk_recover(&desk).len, 0);
        assert_same(snapshot(box, "tree"), fine ? story.new : story.old);
        desk_close(&desk);
    }
    assert_true(failed > story.steps / story.stride / 2);
}

static void a_full_disk_at_any_step_changes_nothing(void **state)
{
    fail_each_step(*state, write_all_kinds, ENOSPC);
}

static void an_io_error_at_any_step_changes_nothing(void **state)
{
    fail_each_step(*state, write_all_kinds, EIO);
}

static void a_quota_at_any_step_of_twenty_files_changes_nothing(void **state)
{
    fail_each_step(*state, write_many, EDQUOT);
}

static void an_undo_that_fails_at_any_step_changes_nothing(void **state)
{
    fail_each_step(*state, undo_it, EIO);
}

// Nothing works any more from some step on; the next start finds a disk
// that works again.
static void a_lasting_fault_is_settled_by_the_next_start(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);

    for (size_t step = 1; step <= story.steps; step++) {
        prepare(box, &story);
        struct desk desk = desk_open(box);
        stage_set_fault(desk.stage, step, EROFS, true);
        (void)!write_all_kinds(&desk);
        desk_close(&desk);
        desk = desk_open(box);
        (void)desk_recover(&desk);
        desk_close(&desk);
        assert_old_or_new(box, &story, step);
    }
}

static void a_file_system_without_exchange_is_good_enough(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);

    for (size_t step = 1; step <= story.steps; step++) {
        prepare(box, &story);
        struct desk desk = desk_open(box);
        stage_set_fault(desk.stage, step, EINVAL, false);
        bool fine = write_all_kinds(&desk);
        assert_same(snapshot(box, "tree"), fine ? story.new : story.old);
        desk_close(&desk);
    }
}

static void an_edit_after_the_crash_is_left_alone(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);
    bool left_alone = false;

    for (size_t step = 1; step <= story.steps; step += 2) {
        prepare(box, &story);
        die_at(box, &story, step);
        sandbox_put(box, "tree/edit", "by hand\n");
        struct desk desk = desk_open(box);
        struct str report = desk_recover(&desk);
        desk_close(&desk);
        assert_string_equal(sandbox_get(box, "tree/edit"), "by hand\n");
        left_alone |= str_find(report, STR("left alone")) != SIZE_MAX;
    }
    assert_true(left_alone);
}

static void a_write_cut_before_its_first_file_is_taken_back(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);
    bool taken_back = false;

    for (size_t step = 1; step <= story.steps; step++) {
        prepare(box, &story);
        die_at(box, &story, step);
        struct desk desk = desk_open(box);
        struct str report = desk_recover(&desk);
        desk_close(&desk);
        if (str_find(report, STR("taken back")) == SIZE_MAX)
            continue;
        taken_back = true;
        assert_same(snapshot(box, "tree"), story.old);
    }
    assert_true(taken_back);
}

static void the_report_names_the_files(void **state)
{
    struct sandbox *box = *state;
    struct story story = learn(box, write_all_kinds, 0);

    prepare(box, &story);
    die_at(box, &story, story.steps - 1);
    struct desk desk = desk_open(box);
    struct str report = desk_recover(&desk);

    assert_true(str_starts_with(
        report, STR("an unfinished write was completed (edit, f, f/x and ")));
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FAST_SANDBOX(a_write_killed_anywhere_is_all_or_nothing),
        IN_FAST_SANDBOX(twenty_files_killed_anywhere_are_all_or_nothing),
        IN_FAST_SANDBOX(a_quota_at_any_step_of_twenty_files_changes_nothing),
        IN_FAST_SANDBOX(an_undo_killed_anywhere_is_all_or_nothing),
        IN_FAST_SANDBOX(a_redo_killed_anywhere_is_all_or_nothing),
        IN_FAST_SANDBOX(a_recovery_killed_anywhere_can_be_repeated),
        IN_FAST_SANDBOX(a_full_disk_at_any_step_changes_nothing),
        IN_FAST_SANDBOX(an_io_error_at_any_step_changes_nothing),
        IN_FAST_SANDBOX(an_undo_that_fails_at_any_step_changes_nothing),
        IN_FAST_SANDBOX(a_lasting_fault_is_settled_by_the_next_start),
        IN_FAST_SANDBOX(a_file_system_without_exchange_is_good_enough),
        IN_FAST_SANDBOX(an_edit_after_the_crash_is_left_alone),
        IN_FAST_SANDBOX(a_write_cut_before_its_first_file_is_taken_back),
        IN_FAST_SANDBOX(the_report_names_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
