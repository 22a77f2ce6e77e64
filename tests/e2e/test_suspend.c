/* Stopped by ^Z or by a signal, in every place that has keys of its own: the
 * shell gets a clean terminal, and what was on the screen comes back. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scene.h"

struct place {
    const char *name;
    const char *turn;  // what the model answers; NULL: nobody asks
    const char *first; // what is on the screen then
    const char *keys;  // that lead to the place
    const char *shown; // what is on the screen there
};

#define PATCH                                                          \
    "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"*** " \
    "Begin Patch\\n*** Add File: b.txt\\n+fresh\\n*** End Patch\\n\"}}"

static const struct place places[] = {
    { "composer", NULL, "COMPOSE", "my draft", "> my draft" },
    { "list", NULL, "COMPOSE", "/und", "take back the last write" },
    { "pager", NULL, "COMPOSE", "\024", "TRANSCRIPT" },
    { "help", NULL, "COMPOSE", "?", "Writing a message" },
    { "review", PATCH, "undecided 1", "", "undecided 1" },
    { "note", PATCH, "undecided 1", "cbecause", "> because" },
    { "approval",
      "{\"function_call\":{\"name\":\"shell\",\"arguments\":{\"command\":"
      "\"true\"}}}",
      "run this command?", "", "run this command?" },
};

static void play(struct scene *scene, const char *turn)
{
    char path[128], text[1024];
    const char *const arguments[] = { "--engine", "script", "--scenario", path,
                                      NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    snprintf(text, sizeof(text), "{\"turns\":[[%s],[%s]]}", turn, turn);
    scene_write(scene, "scenario.json", text);
    scene_sim(scene, arguments);
}

static struct terminal *come_to(struct scene *scene, const struct place *place)
{
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });

    if (place->turn) {
        assert_true(terminal_wait(terminal, "sim ws ok"));
        terminal_type(terminal, "go\r");
    }
    assert_true(terminal_wait(terminal, place->first));
    // Keys that come with a question or a review are no answer to it.
    while (terminal_shows(terminal, "keys count in a moment"))
        terminal_read(terminal, 20);
    terminal_type(terminal, place->keys);
    assert_true(terminal_wait(terminal, place->shown));
    return terminal;
}

static void stop_and_go_on(struct terminal *terminal, const struct place *place,
                           bool by_key)
{
    siginfo_t info;
    size_t size;

    if (by_key)
        terminal_type(terminal, "\032");
    else
        kill(terminal_pid(terminal), SIGTSTP);
    for (int i = 0; i < WAIT_MS / 20; i++) {
        memset(&info, 0, sizeof(info));
        waitid(P_PID, (id_t)terminal_pid(terminal), &info, WSTOPPED | WNOHANG);
        if (info.si_pid != 0)
            break;
        terminal_read(terminal, 20);
    }
    if (info.si_pid == 0)
        fail_msg("%s: it did not stop", place->name);
    assert_true(terminal_wait_gone(terminal, place->shown));
    assert_true(terminal_is_restored(terminal));
    const char *bytes = terminal_bytes(terminal, &size);
    assert_non_null(memmem(bytes, size, "\033[?1049l", 8));
    kill(terminal_pid(terminal), SIGCONT);
    assert_true(terminal_wait(terminal, place->shown));
    assert_false(terminal_is_restored(terminal));
}

static void it_stops_and_comes_back_in_every_place(void **state)
{
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i].turn)
            play(scene, places[i].turn);
        struct terminal *terminal = come_to(scene, &places[i]);
        stop_and_go_on(terminal, &places[i], true);
        stop_and_go_on(terminal, &places[i], false);
        terminal_end(terminal);
        scene_stop_sim(scene);
    }
}

// A turn goes on in the server while kerf is stopped; nothing of it is lost.
static void what_came_meanwhile_is_there_afterwards(void **state)
{
    static const char *const stream[] = { "--engine", "echo", "--tokens", "900",
                                          "--tps",    "1000", NULL };
    static const struct place place = { .name = "stream", .shown = "COMPOSE" };
    struct scene *scene = *state;

    scene_sim(scene, stream);
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "ZQSTART"));
    stop_and_go_on(terminal, &place, true);
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait_gone(terminal, "streaming"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(it_stops_and_comes_back_in_every_place),
        SCENE_TEST(what_came_meanwhile_is_there_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
