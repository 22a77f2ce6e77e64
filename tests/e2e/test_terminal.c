/* What kerf leaves behind on a terminal, however it ends, stops or is resized;
 * and how it uses what the terminal answers. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

#define START(scene, rows, cols, ...) \
    scene_terminal(scene, rows, cols, \
                   (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

// --- what is left behind ----------------------------------------------------

#define MODES 4096

// Follows `CSI ? n ; n h` and `l`: true in `on` for what is switched on.
static void follow_modes(const char *bytes, size_t size, bool on[MODES])
{
    for (size_t i = 0; i + 3 < size; i++) {
        if (memcmp(bytes + i, "\033[?", 3) != 0)
            continue;
        size_t end = i + 3 + strspn(bytes + i + 3, "0123456789;");
        char *at = (char *)bytes + i + 3;
        while ((bytes[end] == 'h' || bytes[end] == 'l') && at < bytes + end) {
            unsigned long mode = strtoul(at, &at, 10);
            assert_true(mode < MODES);
            on[mode] = bytes[end] == 'h';
            at += *at == ';';
        }
    }
}

// Line discipline, second screen, every private mode: as before. The cursor
// (25) and wrapping (7) are on in every terminal from the start.
static void assert_left_clean(struct terminal *terminal)
{
    bool on[MODES] = { [7] = true, [25] = true };
    size_t size;
    const char *bytes = terminal_bytes(terminal, &size);

    assert_true(terminal_is_restored(terminal));
    follow_modes(bytes, size, on);
    assert_true(on[25] && on[7]);
    for (size_t mode = 0; mode < MODES; mode++)
        if (on[mode] && mode != 7 && mode != 25)
            fail_msg("mode %zu is still on", mode);
}

// Each start of kerf gets the same answer: the script has it often enough.
static void play(struct scene *scene, const char *turn)
{
    char path[128], text[8192] = "{\"turns\":[";
    const char *const arguments[] = { "--engine", "script", "--scenario", path,
                                      "--tps",    "200",    NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    for (size_t i = 0; i < 12; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof(text) - at, "%s[%s]", i ? "," : "", turn);
    }
    size_t end = strlen(text);
    snprintf(text + end, sizeof(text) - end, "]}");
    scene_write(scene, "scenario.json", text);
    scene_sim(scene, arguments);
}

struct moment {
    const char *name;
    const char *turn;  // what the model answers; NULL: nobody asks
    const char *shown; // when it has come to that
};

static const struct moment moments[] = {
    { "idle", NULL, "kerf" },
    { "streaming",
      "{\"text\":\"one two three four five six seven eight nine ten one two "
      "three four five six seven eight nine ten one two three four five\"}",
      "three" },
    { "review",
      "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"*** Begin "
      "Patch\\n*** Add File: b.txt\\n+fresh\\n*** End Patch\\n\"}}",
      "undecided 1" },
    { "approval",
      "{\"function_call\":{\"name\":\"shell\",\"arguments\":{\"command\":"
      "\"true\"}}}",
      "run this command?" },
};
#define MOMENTS (sizeof(moments) / sizeof(moments[0]))

static struct terminal *come_to(struct scene *scene,
                                const struct moment *moment)
{
    struct terminal *terminal = START(scene, 24, 80);

    if (moment->turn) {
        assert_true(terminal_wait(terminal, "sim ws ok"));
        terminal_type(terminal, "go\r");
    }
    assert_true(terminal_wait(terminal, moment->shown));
    return terminal;
}

static const int endings[] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT,
                               SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,
                               SIGILL,  SIGALRM, SIGUSR1, SIGXCPU };
#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

// Each signal while nothing runs, and in one of the other states.
static void every_deadly_signal_leaves_the_terminal_clean(void **state)
{
    struct scene *scene = *state;

    for (size_t m = 0; m < MOMENTS; m++) {
        if (moments[m].turn)
            play(scene, moments[m].turn);
        for (size_t i = 0; i < ENDINGS; i++) {
            if (m > 0 && i % (MOMENTS - 1) != m - 1)
                continue;
            struct terminal *terminal = come_to(scene, &moments[m]);
            kill(terminal_pid(terminal), endings[i]);
            int status = terminal_wait_exit(terminal);
            if (status != (endings[i] == SIGINT ? 130 : 128 + endings[i]))
                fail_msg("%s, signal %d: status %d", moments[m].name,
                         endings[i], status);
            assert_left_clean(terminal);
            terminal_end(terminal);
        }
        scene_stop_sim(scene);
    }
}

static void a_broken_pipe_is_no_reason_to_end(void **state)
{
    struct terminal *terminal = come_to(*state, &moments[0]);

    kill(terminal_pid(terminal), SIGPIPE);
    terminal_type(terminal, "still here");
    assert_true(terminal_wait(terminal, "still here"));
    terminal_type(terminal, "\025\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_left_clean(terminal);
    terminal_end(terminal);
}

// Waits for the program itself: nothing can be read any more.
static int exit_of(struct terminal *terminal)
{
    int status = -1;

    assert_int_equal(waitpid(terminal_pid(terminal), &status, 0),
                     terminal_pid(terminal));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void a_lost_line_ends_it_even_without_a_signal(void **state)
{
    sigset_t hang_up, before;

    sigemptyset(&hang_up);
    sigaddset(&hang_up, SIGHUP);
    sigprocmask(SIG_BLOCK, &hang_up, &before);
    struct terminal *terminal = come_to(*state, &moments[0]);
    sigprocmask(SIG_SETMASK, &before, NULL);
    terminal_hang_up(terminal);
    assert_int_equal(exit_of(terminal), 1);
    terminal_end(terminal);
}

// --- stopped and continued --------------------------------------------------

static void wait_stopped(struct terminal *terminal)
{
    siginfo_t info;

    assert_int_equal(
        waitid(P_PID, (id_t)terminal_pid(terminal), &info, WSTOPPED), 0);
}

static void it_stops_on_a_clean_terminal_and_comes_back(void **state)
{
    struct terminal *terminal = come_to(*state, &moments[0]);

    terminal_type(terminal, "my draft");
    assert_true(terminal_wait(terminal, "my draft"));
    for (int i = 0; i < 2; i++) {
        kill(terminal_pid(terminal), SIGTSTP);
        wait_stopped(terminal);
        assert_true(terminal_wait_gone(terminal, "my draft"));
        assert_left_clean(terminal);
        kill(terminal_pid(terminal), SIGCONT);
        assert_true(terminal_wait(terminal, "my draft"));
        assert_false(terminal_is_restored(terminal));
    }
    terminal_type(terminal, "\025\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_left_clean(terminal);
    terminal_end(terminal);
}

// A stop that cannot be caught: a shell takes the terminal and gives it back
// with any modes and any text.
static void after_a_hard_stop_modes_and_screen_come_back(void **state)
{
    struct terminal *terminal = come_to(*state, &moments[0]);

    terminal_type(terminal, "my draft");
    assert_true(terminal_wait(terminal, "my draft"));
    kill(terminal_pid(terminal), SIGSTOP);
    wait_stopped(terminal);
    terminal_show(terminal, "\033[?1049l\033[?2004l\033[2J\033[Hshell$ ");
    terminal_restore(terminal);
    kill(terminal_pid(terminal), SIGCONT);
    assert_true(terminal_wait(terminal, "my draft"));
    assert_false(terminal_shows(terminal, "shell$"));
    assert_false(terminal_is_restored(terminal));
    terminal_type(terminal, "\025\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_left_clean(terminal);
    terminal_end(terminal);
}

// --- killed -----------------------------------------------------------------

// A shell on the terminal that runs `script` with kerf as $0.
static struct terminal *start_shell(struct scene *scene, const char *script)
{
    const char *argv[] = { "/bin/sh", "-c", script, kerf_path(), NULL };
    struct terminal_options options = {
        .rows = 24,
        .cols = 80,
        .dir = scene->tree,
        .argv = argv,
        .env = (const char *const *)scene->env,
    };

    return terminal_start(&options);
}

static void kill_child(struct terminal *terminal)
{
    char path[64];
    int child = 0, pid = terminal_pid(terminal);

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &child), 1);
    fclose(file);
    kill(child, SIGKILL);
}

static void after_a_kill_reset_puts_the_terminal_back(void **state)
{
    struct terminal *terminal =
        start_shell(*state, "\"$0\"; \"$0\" --reset; echo status $?");

    assert_true(terminal_wait(terminal, "kerf"));
    kill_child(terminal);
    assert_true(terminal_wait(terminal, "status 0"));
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_left_clean(terminal);
    terminal_end(terminal);
}

static void the_next_start_does_not_keep_what_a_kill_left(void **state)
{
    struct terminal *terminal =
        start_shell(*state, "\"$0\"; echo killed; \"$0\"");

    assert_true(terminal_wait(terminal, "kerf"));
    kill_child(terminal);
    assert_true(terminal_wait_gone(terminal, "killed"));
    assert_true(terminal_wait(terminal, "kerf"));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_left_clean(terminal);
    terminal_end(terminal);
}

static void without_a_terminal_there_is_nothing_to_reset(void **state)
{
    static struct outcome outcome;
    const char *argv[] = { kerf_path(), "--reset", NULL };

    scene_run(*state, argv, NULL, &outcome);
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.err, "kerf: no terminal to reset\n");
}

// --- sizes ------------------------------------------------------------------

// A repaint of everything must change nothing: `x` comes after all frames
// before it, and so does `y` after the repaint.
static void assert_as_fresh(struct terminal *terminal)
{
    terminal_type(terminal, "x");
    assert_true(terminal_wait(terminal, "> x"));
    char *before = strdup(terminal_text(terminal));
    terminal_type(terminal, "\014y");
    assert_true(terminal_wait(terminal, "> xy"));
    terminal_type(terminal, "\177");
    assert_true(terminal_wait_gone(terminal, "> xy"));
    assert_string_equal(terminal_text(terminal), before);
    free(before);
}

static void a_storm_of_sizes_during_a_stream_ends_as_a_fresh_draw(void **state)
{
    static const char *const stream[] = { "--engine", "echo",  "--tokens",
                                          "1500",     "--tps", "2000",
                                          NULL };
    struct scene *scene = *state;
    uint32_t seed = 4711;

    scene_sim(scene, stream);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "ZQSTART"));
    for (int i = 0; i < 200; i++) {
        seed = seed * 1664525 + 1013904223;
        int rows = 1 + (int)(seed >> 16) % 60;
        int cols = 1 + (int)(seed >> 8) % 200;
        terminal_resize(terminal, rows, cols);
        terminal_read(terminal, i % 7);
    }
    terminal_resize(terminal, 30, 100);
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait_gone(terminal, "streaming"));
    assert_as_fresh(terminal);
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_deadly_signal_leaves_the_terminal_clean),
        SCENE_TEST(a_broken_pipe_is_no_reason_to_end),
        SCENE_TEST(a_lost_line_ends_it_even_without_a_signal),
        SCENE_TEST(it_stops_on_a_clean_terminal_and_comes_back),
        SCENE_TEST(after_a_hard_stop_modes_and_screen_come_back),
        SCENE_TEST(after_a_kill_reset_puts_the_terminal_back),
        SCENE_TEST(the_next_start_does_not_keep_what_a_kill_left),
        SCENE_TEST(without_a_terminal_there_is_nothing_to_reset),
        SCENE_TEST(a_storm_of_sizes_during_a_stream_ends_as_a_fresh_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
