/* What is between kerf and the eye: a terminal that answers questions or does
 * not, and tmux. */
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

#define START(scene, rows, cols, ...) \
    scene_terminal(scene, rows, cols, \
                   (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

// Whether `what` is among the bytes behind the first `from`.
static bool wrote(struct terminal *terminal, size_t from, const char *what)
{
    size_t size;
    const char *bytes = terminal_bytes(terminal, &size);

    return memmem(bytes + from, size - from, what, strlen(what)) != NULL;
}

static bool wait_for_bytes(struct terminal *terminal, const char *what)
{
    for (int i = 0; i < WAIT_MS / 20 && !wrote(terminal, 0, what); i++)
        terminal_read(terminal, 20);
    return wrote(terminal, 0, what);
}

// --- answers ----------------------------------------------------------------

static void frames_are_wrapped_once_the_terminal_says_it_can(void **state)
{
    struct terminal *terminal = START(*state, 24, 80);

    assert_true(terminal_wait(terminal, "kerf"));
    terminal_type(terminal, "one");
    assert_true(terminal_wait(terminal, "> one"));
    assert_true(wait_for_bytes(terminal, "\033[?2026$p"));
    assert_false(wrote(terminal, 0, "\033[?2026h"));
    terminal_type(terminal, "\033[?2026;2$y two");
    assert_true(terminal_wait(terminal, "> one two"));
    assert_true(wrote(terminal, 0, "\033[?2026h"));
    terminal_end(terminal);
}

static void a_console_is_asked_nothing_it_would_show(void **state)
{
    static const char *const terms[] = { "TERM=linux", "TERM=vt100" };
    static const char *const questions[] = { "\033]", "$p", "\033[c",
                                             "\033[5n" };
    struct scene *scene = *state;

    for (size_t i = 0; i < 2; i++) {
        scene_set_env(scene, terms[i]);
        struct terminal *terminal = START(scene, 24, 80);
        terminal_type(terminal, "x");
        assert_true(terminal_wait(terminal, "> x"));
        for (size_t q = 0; q < 4; q++)
            assert_false(wrote(terminal, 0, questions[q]));
        terminal_end(terminal);
    }
}

static void answers_late_cut_or_broken_never_become_text(void **state)
{
    static const char *const pieces[] = {
        "\033]11;rg", "b:12/34/5",    "6\033",  "\\",     "\033[?20",
        "26;",        "0$y\033[?6",   "2;22",   "c",      "\033]11;rgb:zz/",
        "q\a",        "\033[?2026;9", "99999$", "y\033[", "0n",
    };
    struct terminal *terminal = START(*state, 24, 80);

    terminal_mute(terminal);
    assert_true(terminal_wait(terminal, "kerf"));
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        terminal_type(terminal, pieces[i]);
        terminal_read(terminal, 5);
    }
    terminal_type(terminal, "typed");
    assert_true(terminal_wait(terminal, "> typed"));
    terminal_end(terminal);
}

static bool has_themes(void)
{
    char path[4200];

    snprintf(path, sizeof(path), "%.*s/../themes/light.ini",
             (int)(strrchr(kerf_path(), '/') - kerf_path()), kerf_path());
    return access(path, R_OK) == 0;
}

// The light theme's title stands on #dadada, the dark one's on #303030.
static void the_theme_follows_the_background(void **state)
{
    static const struct {
        const char *answer, *title;
    } cases[] = {
        { "\033]11;rgb:ffff/ffff/ffff\033\\", "48;5;253" },
        { "\033]11;rgb:0000/0000/0000\a", "48;5;236" },
    };
    struct scene *scene = *state;

    if (!has_themes()) {
        print_message("skipped: no themes beside kerf\n");
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        struct terminal *terminal = START(scene, 24, 80);
        terminal_type(terminal, cases[i].answer);
        assert_true(wait_for_bytes(terminal, cases[i].title));
        terminal_end(terminal);
    }
    scene_set_env(scene, "TERM=xterm");
    struct terminal *terminal = START(scene, 24, 80);
    terminal_type(terminal, cases[0].answer);
    terminal_type(terminal, "x");
    assert_true(terminal_wait(terminal, "> x"));
    assert_false(wrote(terminal, 0, ";5;"));
    terminal_end(terminal);
}

// --- tmux -------------------------------------------------------------------

// Not those with a joiner: tmux joins them, libvterm below it does not; what
// tmux draws there is out of place by itself.
static const char *const clusters[] = {
    "\xe2\x9d\xa4\xef\xb8\x8f",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
    "1\xef\xb8\x8f\xe2\x83\xa3",
    "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf",
    "\xe6\xbc\xa2",
    "e\xcc\x81",
};

static struct terminal *start_in_tmux(struct scene *scene)
{
    char dir[128];
    const char *argv[] = { "/usr/bin/tmux", "-L",          "kerf",      "-f",
                           "/dev/null",     "new-session", kerf_path(), NULL };
    struct terminal_options options = {
        .rows = 24,
        .cols = 80,
        .dir = scene->tree,
        .argv = argv,
        .env = (const char *const *)scene->env,
    };

    snprintf(dir, sizeof(dir), "TMUX_TMPDIR=%s", scene->dir);
    scene_set_env(scene, dir); // its place is enough
    return terminal_start(&options);
}

// The cursor may come a little later than the text.
static bool wait_for_cursor_behind_bar(struct terminal *terminal)
{
    int row = 0, col = 0;

    for (int i = 0; i < 100; i++) {
        terminal_cursor(terminal, &row, &col);
        if (terminal_char_at(terminal, row, col - 1) == '|')
            return true;
        terminal_read(terminal, 20);
    }
    fprintf(stderr, "cursor in column %d:\n%s\n", col, terminal_text(terminal));
    return false;
}

// The bar behind a cluster stands where kerf puts the cursor.
static void clusters_keep_their_columns_in_tmux(void **state)
{
    struct scene *scene = *state;
    char text[64], stop[200];

    if (access("/usr/bin/tmux", X_OK) != 0) {
        print_message("skipped: no tmux\n");
        skip();
    }
    struct terminal *terminal = start_in_tmux(scene);
    assert_true(terminal_wait(terminal, "COMPOSE"));
    for (size_t i = 0; i < sizeof(clusters) / sizeof(clusters[0]); i++) {
        snprintf(text, sizeof(text), "%s|%zu|", clusters[i], i);
        terminal_type(terminal, text);
        snprintf(text, sizeof(text), "|%zu|", i);
        assert_true(terminal_wait(terminal, text));
        assert_true(wait_for_cursor_behind_bar(terminal));
        terminal_type(terminal, "\025");
        assert_true(terminal_wait_gone(terminal, text));
    }
    snprintf(stop, sizeof(stop),
             "TMUX_TMPDIR=%s tmux -L kerf kill-server 2>/dev/null || true",
             scene->dir);
    scene_shell(scene, stop);
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(frames_are_wrapped_once_the_terminal_says_it_can),
        SCENE_TEST(a_console_is_asked_nothing_it_would_show),
        SCENE_TEST(answers_late_cut_or_broken_never_become_text),
        SCENE_TEST(the_theme_follows_the_background),
        SCENE_TEST(clusters_keep_their_columns_in_tmux),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
