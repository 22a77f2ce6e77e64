/* A relay that holds the stream back until the server pauses: the user is told
 * so, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

#define TOLD "answers come all at once"

// Between kerf and the server, on a free port, until it is ended.
static pid_t start_relay(const struct scene *scene, int *port)
{
    char line[120] = "", to[80];
    int ends[2];

    assert_int_equal(sscanf(scene->url, "http://%79[^/]", to), 1);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(kerf_sim_path(), "kerf-sim", "relay", "--to", to, "--buffer",
              (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *out = fdopen(ends[0], "r");
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof(line), out));
    fclose(out);
    const char *number = strstr(line, "127.0.0.1:");
    assert_non_null(number);
    *port = (int)strtol(number + strlen("127.0.0.1:"), NULL, 10);
    return pid;
}

static void a_stream_that_is_held_back_is_told_once(void **state)
{
    static const char *const sim[] = { "--engine", "echo", "--tokens", "260",
                                       "--tps",    "240",  NULL };
    struct scene *scene = *state;
    char url[80], end[40];
    int port = 0;

    scene_sim(scene, sim);
    pid_t relay = start_relay(scene, &port);
    snprintf(url, sizeof(url), "backend.sim.url=http://127.0.0.1:%d/v1", port);
    const char *const arguments[] = { "-c", url, NULL };
    struct terminal *terminal = scene_terminal(scene, 24, 100, arguments);
    assert_true(terminal_wait(terminal, "sim"));
    for (int i = 1; i <= 3; i++) {
        snprintf(end, sizeof(end), "hello %d\r", i);
        terminal_type(terminal, end);
        assert_true(terminal_wait(terminal, " waiting "));
        assert_true(terminal_wait_gone(terminal, " waiting "));
        assert_true(i == 3 || !terminal_shows(terminal, TOLD));
    }
    assert_true(terminal_wait(terminal, TOLD));
    terminal_end(terminal);
    kill(relay, SIGTERM);
    waitpid(relay, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_stream_that_is_held_back_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
