/* Columns in tmux, as tmux itself counts them: the cursor is moved back to a
 * mark behind a cluster, and tmux is asked what stands at its cursor. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

#define TMUX "/usr/bin/tmux"
#define MAN "\xf0\x9f\x91\xa8"
#define WOMAN "\xf0\x9f\x91\xa9"
#define BOY "\xf0\x9f\x91\xa6"
#define ZWJ "\xe2\x80\x8d"
#define VS15 "\xef\xb8\x8e"
#define VS16 "\xef\xb8\x8f"
#define SKIN "\xf0\x9f\x8f\xbd"

static const char *const clusters[] = {
    "a",
    "\xe6\xbc\xa2", // CJK
    "\xea\xb0\x80", // Hangul
    "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",
    "e\xcc\x81",
    "e\xcc\x81\xcc\x82\xcc\x83",
    "\xe2\x9d\xa4" VS16,
    "\xe2\x9d\xa4" VS15,
    "\xe2\x9c\x88" VS16,
    "1" VS16 "\xe2\x83\xa3",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7",
    "\xf0\x9f\x91\x8d" SKIN,
    MAN ZWJ WOMAN,
    MAN ZWJ WOMAN ZWJ BOY,
    WOMAN SKIN ZWJ "\xf0\x9f\x94\xac",
    "\xf0\x9f\x8f\xb4" ZWJ "\xe2\x98\xa0" VS16,
    "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf",
    "\xf0\x9f\xab\xa8", // Unicode 15
    "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf",
    "\xe0\xb8\x81\xe0\xb8\xb3", // Thai
    "\xd8\xa7\xd9\x84",         // Arabic
    "\xc2\xb1\xc2\xa7\xce\xb1", // ambiguous
    "\xe2\x94\x80\xe2\x97\x8f",
    "\xef\xbc\xa1", // fullwidth
    "\xef\xbd\xb1", // halfwidth
    "\xc2\xad"
    "x", // soft hyphen
};

// Runs tmux on the scene's own server; what it says, blanks at the end cut.
static const char *tmux(struct scene *scene, const char *command)
{
    static struct outcome outcome;
    char text[512];
    const char *argv[] = { "/bin/sh", "-c", text, NULL };

    snprintf(text, sizeof(text), "TMUX_TMPDIR=%s " TMUX " -L kerf %s",
             scene->dir, command);
    scene_run(scene, argv, NULL, &outcome);
    outcome.out[strcspn(outcome.out, "\n")] = '\0';
    return outcome.out;
}

static bool wait_for(struct scene *scene, const char *command,
                     const char *wanted)
{
    for (int i = 0; i < WAIT_MS / 10; i++) {
        if (strstr(tmux(scene, command), wanted))
            return true;
        poll(NULL, 0, 10);
    }
    fprintf(stderr, "tmux %s: \"%s\" instead of \"%s\"\n", command,
            tmux(scene, command), wanted);
    return false;
}

// The terminal that tmux itself is on does not matter: it has none.
static void start(struct scene *scene)
{
    char command[300];

    snprintf(command, sizeof(command),
             "-u -f /dev/null new-session -d -x 80 -y 24 '%s'", kerf_path());
    tmux(scene, command);
    assert_true(wait_for(scene, "capture-pane -p", "COMPOSE"));
}

static void type(struct scene *scene, const char *keys)
{
    char command[300];

    snprintf(command, sizeof(command), "send-keys %s", keys);
    tmux(scene, command);
}

// Each mark is a letter of its own, so that no earlier one is taken for it. The
// repaint makes kerf place the cursor by its column, not by steps from where
// the cluster ended.
static bool is_in_place(struct scene *scene, size_t number)
{
    char keys[200], mark[2] = { (char)('A' + number % 26), '\0' };

    snprintf(keys, sizeof(keys), "-l '<%s%s>'", clusters[number], mark);
    type(scene, keys);
    type(scene, "Left Left C-l");
    if (!wait_for(scene, "display-message -p '#{cursor_character}'", mark))
        return false;
    type(scene, "C-u C-k");
    return wait_for(scene, "display-message -p '#{cursor_x}'", "2");
}

static void each_cluster_has_the_cells_that_tmux_gives_it(void **state)
{
    struct scene *scene = *state;
    size_t count = sizeof(clusters) / sizeof(clusters[0]), i = 0;

    if (access(TMUX, X_OK) != 0) {
        print_message("skipped: no tmux\n");
        skip();
    }
    start(scene);
    while (i < count && is_in_place(scene, i))
        i++;
    tmux(scene, "kill-server");
    if (i < count)
        fail_msg("cluster %zu: %s", i, clusters[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(each_cluster_has_the_cells_that_tmux_gives_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
