/* Children: what they say, what they get, how they end. */
#include "kerf/loop/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/buf.h"

struct show {
    struct loop *loop;
    struct child *child;
    struct buf output;
    struct child_end end;
    int ends;
    bool destroy_on_output, destroy_on_end, kill_on_output;
};

static void on_output(struct str bytes, void *ctx)
{
    struct show *show = ctx;

    assert_int_equal(show->ends, 0); // all output comes before the end
    buf_append(&show->output, bytes);
    if (show->kill_on_output)
        child_kill(show->child);
    if (show->destroy_on_output) {
        child_destroy(show->child);
        show->child = NULL;
    }
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct show *show = ctx;

    show->end = *end;
    show->ends++;
    if (show->destroy_on_end) {
        child_destroy(show->child);
        show->child = NULL;
    }
}

static const char *const plain_env[] = { "PATH=/usr/bin:/bin", "MARK=1", NULL };

static struct child_options shell(const char **argv, const char *script)
{
    argv[0] = "/bin/sh";
    argv[1] = "-c";
    argv[2] = script;
    argv[3] = NULL;
    return (struct child_options){ .argv = argv, .env = plain_env, .dir = "/" };
}

static void play(struct show *show, const struct child_options *options)
{
    struct error err;

    show->loop = loop_create();
    show->child =
        child_start(show->loop, options, on_output, on_end, show, &err);
    assert_non_null(show->child);
    assert_int_equal(show->output.len, 0);
    loop_run(show->loop);
}

static void play_shell(struct show *show, const char *script)
{
    const char *argv[4];
    struct child_options options = shell(argv, script);

    play(show, &options);
}

static void sweep(struct show *show)
{
    child_destroy(show->child);
    loop_destroy(show->loop);
    buf_release(&show->output);
}

static void both_streams_arrive_and_then_the_end(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "echo out; echo err >&2; exit 7");

    assert_string_equal(buf_cstr(&show.output), "out\nerr\n");
    assert_int_equal(show.ends, 1);
    assert_int_equal(show.end.exit_status, 7);
    assert_false(show.end.killed);
    assert_false(show.end.timed_out);
    sweep(&show);
}

static void a_signal_is_128_and_its_number(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "kill -SEGV $$");

    assert_int_equal(show.end.exit_status, 128 + SIGSEGV);
    sweep(&show);
}

static void much_output_arrives_whole(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "head -c 3000000 /dev/zero");

    assert_int_equal(show.output.len, 3000000);
    sweep(&show);
}

static void the_environment_is_the_whole_one(void **state)
{
    struct show show = { .ends = 0 };
    const char *argv[] = { "/usr/bin/env", NULL };
    struct child_options options = { .argv = argv,
                                     .env = plain_env,
                                     .dir = "/" };

    (void)state;
    setenv("KERF_TEST_SECRET", "x", 1);
    play(&show, &options);

    assert_string_equal(buf_cstr(&show.output), "PATH=/usr/bin:/bin\nMARK=1\n");
    sweep(&show);
}

static void it_runs_in_the_folder_given(void **state)
{
    struct show show = { .ends = 0 };
    const char *argv[4];
    struct child_options options = shell(argv, "pwd");

    (void)state;
    options.dir = "/usr";
    play(&show, &options);

    assert_string_equal(buf_cstr(&show.output), "/usr\n");
    sweep(&show);
}

static void input_is_written_and_closed(void **state)
{
    static char large[500000];
    struct show show = { .ends = 0 };
    const char *argv[4];
    struct child_options options = shell(argv, "cat");

    (void)state;
    memset(large, 'x', sizeof(large)); // more than a pipe holds
    options.input = (struct str){ large, sizeof(large) };
    play(&show, &options);

    assert_int_equal(show.output.len, sizeof(large));
    assert_memory_equal(show.output.at, large, sizeof(large));
    sweep(&show);
}

static void without_input_stdin_is_at_its_end(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "cat; echo over");

    assert_string_equal(buf_cstr(&show.output), "over\n");
    sweep(&show);
}

static void a_child_that_reads_nothing_does_no_harm(void **state)
{
    static char large[500000];
    struct show show = { .ends = 0 };
    const char *argv[4];
    struct child_options options = shell(argv, "exec <&-; echo deaf");

    (void)state;
    options.input = (struct str){ large, sizeof(large) };
    play(&show, &options);

    assert_string_equal(buf_cstr(&show.output), "deaf\n");
    sweep(&show);
}

static void a_kept_stdin_is_open_and_gives_nothing(void **state)
{
    struct show show = { .ends = 0 };
    const char *argv[4]; // at the end of a file dd would do well
    struct child_options options =
        shell(argv, "exec dd iflag=nonblock count=1 2>/dev/null");

    (void)state;
    options.keep_stdin = true;
    play(&show, &options);
    assert_int_equal(show.end.exit_status, 1);
    sweep(&show);
}

static void a_pty_is_a_terminal_of_the_size_given(void **state)
{
    struct show show = { .ends = 0 };
    const char *argv[4];
    struct child_options options =
        shell(argv, "test -t 1 && test -t 2 && stty size <&1; exit 3");

    (void)state;
    options.pty = true;
    options.rows = 24;
    options.cols = 99;
    play(&show, &options);

    assert_string_equal(buf_cstr(&show.output), "24 99\n");
    assert_int_equal(show.end.exit_status, 3);
    sweep(&show);
}

static void it_leads_a_session_of_its_own_without_our_terminal(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "(: </dev/tty) 2>/dev/null && echo reached;"
                      "test $(cut -d' ' -f6 </proc/$$/stat) = $$ && echo own");

    assert_string_equal(buf_cstr(&show.output), "own\n");
    sweep(&show);
}

static void signals_and_descriptors_are_reset(void **state)
{
    struct show show = { .ends = 0 };
    sigset_t usr1;
    int fd = open("/dev/null", O_RDONLY); // without close-on-exec

    (void)state;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    signal(SIGUSR2, SIG_IGN);
    // The last seven digits: signals 1 to 28. glibc keeps 32 and 33 to itself.
    play_shell(&show, "grep -E 'Sig(Blk|Ign)' /proc/self/status |"
                      "grep -o '.......$'; ls /proc/self/fd | wc -l");
    sigprocmask(SIG_UNBLOCK, &usr1, NULL);

    // 0, 1, 2 and the one that ls opens
    assert_string_equal(buf_cstr(&show.output), "0000000\n0000000\n4\n");
    close(fd);
    sweep(&show);
}

static void a_time_limit_ends_it(void **state)
{
    struct show show = { .ends = 0 };
    const char *argv[4];
    struct child_options options = shell(argv, "sleep 600");

    (void)state;
    options.timeout_ms = 1;
    play(&show, &options);

    assert_true(show.end.timed_out);
    assert_false(show.end.killed);
    assert_int_equal(show.end.exit_status, 128 + SIGTERM);
    sweep(&show);
}

static void a_kill_takes_the_whole_group(void **state)
{
    struct show show = { .kill_on_output = true };

    (void)state;
    // The pipe would stay open if the inner sleep lived on.
    play_shell(&show, "sleep 600 | sleep 600 & echo up; wait");

    assert_true(show.end.killed);
    assert_int_equal(show.ends, 1);
    sweep(&show);
}

// Not alive: gone, or waiting for whoever inherits it.
static bool is_alive(pid_t pid)
{
    char path[64], text[64] = "";
    size_t size = 0;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "r");
    if (file) {
        size = fread(text, 1, sizeof(text), file);
        fclose(file);
    }
    return size > 0;
}

static void what_it_leaves_behind_is_killed(void **state)
{
    struct show show = { .ends = 0 };

    (void)state;
    play_shell(&show, "sleep 600 & echo $!");

    pid_t stray = (pid_t)strtol(buf_cstr(&show.output), NULL, 10);
    assert_true(stray > 0);
    assert_int_equal(show.end.exit_status, 0);
    for (int tries = 0; is_alive(stray); tries++) {
        assert_true(tries < 5000); // the kernel may take a moment
        poll(NULL, 0, 1);
    }
    sweep(&show);
}

static void a_program_that_is_not_there_is_named(void **state)
{
    struct loop *loop = loop_create();
    const char *argv[] = { "/nowhere/prog", NULL };
    struct child_options options = { .argv = argv,
                                     .env = plain_env,
                                     .dir = "/" };
    struct error err;

    (void)state;
    assert_null(child_start(loop, &options, on_output, on_end, NULL, &err));

    assert_int_equal(err.kind, ERROR_NOT_FOUND);
    assert_string_equal(err.text, "/nowhere/prog: No such file or directory");
    loop_destroy(loop);
}

static void it_may_be_destroyed_by_its_output(void **state)
{
    struct show show = { .destroy_on_output = true };

    (void)state;
    play_shell(&show, "echo up; sleep 600");

    assert_int_equal(show.ends, 0);
    sweep(&show);
}

static void it_may_be_destroyed_by_its_last_output(void **state)
{
    struct show show = { .destroy_on_output = true };

    (void)state;
    play_shell(&show, "echo last");

    assert_int_equal(show.ends, 0);
    sweep(&show);
}

static void it_may_be_destroyed_by_its_end(void **state)
{
    struct show show = { .destroy_on_end = true };

    (void)state;
    play_shell(&show, "exit 0");

    assert_int_equal(show.ends, 1);
    sweep(&show);
}

static void destroying_a_running_one_kills_and_reaps_it(void **state)
{
    struct loop *loop = loop_create();
    const char *argv[4];
    struct child_options options = shell(argv, "trap '' TERM; sleep 600");
    struct error err;
    struct child *child =
        child_start(loop, &options, on_output, on_end, NULL, &err);

    (void)state;
    assert_non_null(child);
    int pid = child_pid(child);
    child_destroy(child);

    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    loop_destroy(loop);
}

static void many_children_end_each_with_its_own_status(void **state)
{
    struct loop *loop = loop_create();
    struct show shows[8] = { { .ends = 0 } };
    char scripts[8][24];
    struct error err;

    (void)state;
    for (int i = 0; i < 8; i++) {
        const char *argv[4];
        struct child_options options = shell(argv, scripts[i]);
        snprintf(scripts[i], sizeof(scripts[i]), "exit %d", i);
        shows[i].child =
            child_start(loop, &options, on_output, on_end, &shows[i], &err);
        assert_non_null(shows[i].child);
    }
    loop_run(loop);

    for (int i = 0; i < 8; i++) {
        assert_int_equal(shows[i].ends, 1);
        assert_int_equal(shows[i].end.exit_status, i);
        child_destroy(shows[i].child);
    }
    loop_destroy(loop);
}

// --- child_find --------------------------------------------------------------

static void make_program(const char *folder, const char *name, char *path)
{
    snprintf(path, PATH_MAX, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
}

static void a_program_of_the_tree_is_never_found(void **state)
{
    char folder[] = "/tmp/kerf-find-XXXXXX";
    char program[PATH_MAX], found[PATH_MAX], path[PATH_MAX + 32];

    (void)state;
    assert_non_null(mkdtemp(folder));
    make_program(folder, "sh", program);
    snprintf(path, sizeof(path), ":.:%s:bin:/usr/bin:/bin", folder);
    setenv("PATH", path, 1);

    assert_true(child_find("sh", NULL, found, sizeof(found)));
    assert_string_equal(found, program);
    assert_true(child_find("sh", folder, found, sizeof(found)));
    assert_string_not_equal(found, program);
    unlink(program);
    rmdir(folder);
}

static void empty_and_relative_entries_are_skipped(void **state)
{
    char found[PATH_MAX];

    (void)state;
    assert_int_equal(chdir("/bin"), 0);
    setenv("PATH", ":.:../bin::", 1);

    assert_false(child_find("sh", NULL, found, sizeof(found)));
}

static void a_name_with_a_slash_is_no_name(void **state)
{
    char found[PATH_MAX];

    (void)state;
    setenv("PATH", "/usr/bin:/", 1);

    assert_false(child_find("bin/sh", NULL, found, sizeof(found)));
    assert_false(child_find("", NULL, found, sizeof(found)));
}

static void a_path_longer_than_the_buffer_is_not_found(void **state)
{
    char found[5];

    (void)state;
    setenv("PATH", "/bin", 1);

    assert_false(child_find("sh", NULL, found, sizeof(found)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_streams_arrive_and_then_the_end),
        cmocka_unit_test(a_signal_is_128_and_its_number),
        cmocka_unit_test(much_output_arrives_whole),
        cmocka_unit_test(the_environment_is_the_whole_one),
        cmocka_unit_test(it_runs_in_the_folder_given),
        cmocka_unit_test(input_is_written_and_closed),
        cmocka_unit_test(without_input_stdin_is_at_its_end),
        cmocka_unit_test(a_child_that_reads_nothing_does_no_harm),
        cmocka_unit_test(a_kept_stdin_is_open_and_gives_nothing),
        cmocka_unit_test(a_pty_is_a_terminal_of_the_size_given),
        cmocka_unit_test(it_leads_a_session_of_its_own_without_our_terminal),
        cmocka_unit_test(signals_and_descriptors_are_reset),
        cmocka_unit_test(a_time_limit_ends_it),
        cmocka_unit_test(a_kill_takes_the_whole_group),
        cmocka_unit_test(what_it_leaves_behind_is_killed),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
        cmocka_unit_test(it_may_be_destroyed_by_its_output),
        cmocka_unit_test(it_may_be_destroyed_by_its_last_output),
        cmocka_unit_test(it_may_be_destroyed_by_its_end),
        cmocka_unit_test(destroying_a_running_one_kills_and_reaps_it),
        cmocka_unit_test(many_children_end_each_with_its_own_status),
        cmocka_unit_test(a_program_of_the_tree_is_never_found),
        cmocka_unit_test(empty_and_relative_entries_are_skipped),
        cmocka_unit_test(a_name_with_a_slash_is_no_name),
        cmocka_unit_test(a_path_longer_than_the_buffer_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
