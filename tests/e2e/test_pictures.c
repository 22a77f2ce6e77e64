/* The screens in README.md and kerf(1) are what the program draws. The demo is
 * played as `make demo` has it, in 80 columns for the one and in 72 for the
 * other, whose margin takes some. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "picture.h"
#include "scene.h"

struct format {
    enum picture_file file;
    int rows, cols;
};

static const struct format for_readme = { PICTURE_README, 24, 80 };
static const struct format for_manual = { PICTURE_MANUAL, 24, 72 };

#define REDRAW "\014" // takes the last notice off the keys' row
#define QUIET_MS 350  // longer than a question guards its answer
#define PANEL_ROWS 17
#define SIDES_ROWS 22
#define SIDES_COLS 120

// Reads until nothing more is drawn: keys that come before are no answer.
static void settle(struct terminal *terminal)
{
    size_t before, after = 0;

    do {
        before = after;
        assert_true(terminal_read(terminal, QUIET_MS));
        terminal_bytes(terminal, &after);
    } while (after != before);
}

static void assert_picture(const struct format *format, const char *name,
                           struct terminal *terminal)
{
    settle(terminal);
    assert_true(picture_shows(format->file, name, terminal_text(terminal)));
}

static void press(struct terminal *terminal, const char *keys,
                  const char *then_shows)
{
    terminal_type(terminal, keys);
    assert_true(terminal_wait(terminal, then_shows));
}

static void leave(struct terminal *terminal)
{
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

// --- the demo ---------------------------------------------------------------

// A tree of the name that the pictures show.
static void prepare_demo(struct scene *scene)
{
    char command[512], cwd[256];

    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(scene->tree, sizeof(scene->tree), "%s/textstat", scene->dir);
    assert_int_equal(mkdir(scene->tree, 0700), 0);
    snprintf(command, sizeof(command),
             "cp %s/tests/demo/program/* . && git init -q -b main && "
             "printf '*.o\\ntextstat\\n' >.gitignore && git add . && "
             "git -c user.name=t -c user.email=t@example.org "
             "commit -q -m start",
             cwd);
    scene_shell(scene, command);
}

static struct terminal *demo_review(struct scene *scene,
                                    const struct format *format)
{
    prepare_demo(scene);
    struct terminal *terminal =
        scene_terminal(scene, format->rows, format->cols,
                       (const char *const[]){ "fix", "--", "make", NULL });

    assert_true(terminal_wait(terminal, "y once"));
    settle(terminal);
    press(terminal, "y", "undecided 4");
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "y", "accepted 1");
    assert_true(terminal_wait(terminal, "> h2"));
    return terminal;
}

static void accept_the_rest(struct terminal *terminal)
{
    press(terminal, "y", "accepted 2");
    press(terminal, "y", "accepted 3");
    press(terminal, "y", "accepted 4");
    press(terminal, "w", "passes now");
    press(terminal, REDRAW, "Enter send  Tab review");
}

// Side by side for a while, where the file has the room.
static void draw_sides(struct terminal *terminal)
{
    terminal_resize(terminal, SIDES_ROWS, SIDES_COLS);
    assert_true(terminal_wait(terminal, "q back"));
    press(terminal, "|", "│  34 +");
    press(terminal, REDRAW, "y/n decide");
    assert_picture(&for_readme, "side-by-side", terminal);
    terminal_resize(terminal, for_readme.rows, for_readme.cols);
    press(terminal, "|", "> h2");
    assert_true(terminal_wait_gone(terminal, "│  34 +"));
}

static void play_demo(struct scene *scene, const struct format *format)
{
    struct terminal *terminal = demo_review(scene, format);

    assert_picture(format, "review", terminal);
    if (format == &for_readme)
        draw_sides(terminal);
    accept_the_rest(terminal);
    assert_picture(format, "conversation", terminal);
    leave(terminal);
}

static void the_demo_in_the_readme_is_what_is_drawn(void **state)
{
    play_demo(*state, &for_readme);
}

static void the_demo_in_the_manual_is_what_is_drawn(void **state)
{
    play_demo(*state, &for_manual);
}

// --- panels -----------------------------------------------------------------

static const char answers[] =
    "{\"turns\":[[{\"text\":\"It counts words in a table of chains, and sorts "
    "them: those that come often stand above all.\"}],"
    "[{\"text\":\"No. It grows with the words of the input, and nothing is "
    "freed before the program ends; `words_free` is missing, and would have "
    "to be called at the end.\"}]]}";

static void ask(struct terminal *terminal, const char *question,
                const char *answer)
{
    press(terminal, question, answer);
    assert_true(terminal_wait(terminal, "Enter send"));
}

// The answers come slowly enough to be no burst on a machine that is busy: of
// such no speed is told.
static void the_latency_panel_is_what_is_drawn(void **state)
{
    struct scene *scene = *state;
    char path[96];
    const char *sim[] = { "--engine", "script", "--scenario", path, "--ttft-ms",
                          "40",       "--tps",  "200",        NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", answers);
    scene_sim(scene, sim);
    struct terminal *terminal =
        scene_terminal(scene, PANEL_ROWS, for_readme.cols, NULL);
    assert_true(terminal_wait(terminal, " ok "));
    ask(terminal, "what does words.c do?\r", "above all.");
    ask(terminal, "is the table ever emptied?\r", "at the end.");
    press(terminal, "\030l", "first token");
    assert_picture(&for_readme, "latency", terminal);
    leave(terminal);
}

static void no_picture_is_left_out_here(void **state)
{
    (void)state;
    assert_int_equal(picture_count(PICTURE_README), 4);
    assert_int_equal(picture_count(PICTURE_MANUAL), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_demo_in_the_readme_is_what_is_drawn),
        SCENE_TEST(the_demo_in_the_manual_is_what_is_drawn),
        SCENE_TEST(the_latency_panel_is_what_is_drawn),
        cmocka_unit_test(no_picture_is_left_out_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
