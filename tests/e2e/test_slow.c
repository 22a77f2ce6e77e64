/* A slow line: what a key waits for is bounded, and what a terminal does not
 * take holds nothing up. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define FULL_LOOKS 20

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

// Reads at most `step` bytes each hundredth of a second.
static void read_slowly(struct terminal *terminal, size_t step)
{
    terminal_read_some(terminal, 10, step);
    poll(NULL, 0, 10);
}

static bool wait_slowly(struct terminal *terminal, size_t step,
                        const char *text)
{
    for (int i = 0; i < 2000 && !terminal_shows(terminal, text); i++)
        read_slowly(terminal, step);
    return terminal_shows(terminal, text);
}

// How many bytes come before the echo of a key.
static size_t bytes_before_echo(struct terminal *terminal, size_t step,
                                const char *key)
{
    size_t from, size;

    terminal_bytes(terminal, &from);
    terminal_type(terminal, key);
    do {
        read_slowly(terminal, step);
        terminal_bytes(terminal, &size);
    } while (!wrote(terminal, from, key) && size - from < 100000);
    return size - from;
}

// The same, while an endless answer streams to somebody who reads so slowly and
// has done so for `first` bytes. Some keys are pressed until it is less than
// `most`: what else runs on the machine makes the line seem another.
static size_t bytes_of_a_stream(struct scene *scene, size_t step, size_t first,
                                size_t most)
{
    static const char *const keys[] = { "^", "~", "&" };
    struct terminal *terminal = START(scene, 24, 80);
    size_t bytes = most, size;

    assert_true(wait_slowly(terminal, step, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(wait_slowly(terminal, step, "streaming"));
    do {
        read_slowly(terminal, step);
        terminal_bytes(terminal, &size);
    } while (size < first);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && bytes >= most; i++)
        bytes = bytes_before_echo(terminal, step, keys[i]);
    terminal_end(terminal);
    return bytes;
}

static const char *const endless[] = { "--engine", "echo", "--tokens", "90000",
                                       "--tps",    "3000", NULL };

static void a_key_is_echoed_soon_on_a_slow_line(void **state)
{
    static const struct {
        size_t step, first, most; // bytes
    } lines[] = { { 20, 4000, 6500 }, { 200, 9000, 8000 } };
    struct scene *scene = *state;

    scene_sim(scene, endless);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t bytes = bytes_of_a_stream(scene, lines[i].step, lines[i].first,
                                         lines[i].most);
        print_message("%zu kB/s: %zu bytes before the echo\n",
                      lines[i].step / 10, bytes);
        assert_true(bytes < lines[i].most);
    }
}

static bool was_sent(struct scene *scene, const char *text)
{
    const char *record = scene_read(scene, "record");

    return record && strstr(record, text);
}

// By repaints, which nobody reads. A line that is being written to just now
// looks full as well, therefore it has to be full at many looks in a row.
static bool wait_until_full(struct terminal *terminal)
{
    int looks = 0;

    for (int i = 0; i < WAIT_MS / 5 && looks < FULL_LOOKS; i++) {
        looks = terminal_is_full(terminal) ? looks + 1 : 0;
        if (looks == 0)
            terminal_type(terminal, "\014");
        poll(NULL, 0, 5);
    }
    return looks == FULL_LOOKS;
}

// Nobody reads: whatever kerf does for keys and answers, it does beside a
// terminal that takes nothing. The stop and the next request show it.
static void a_terminal_that_takes_nothing_holds_nothing_up(void **state)
{
    struct scene *scene = *state;

    scene_sim(scene, endless);
    struct terminal *terminal = START(scene, 50, 200);
    terminal_mute(terminal);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "streaming"));
    assert_true(wait_until_full(terminal));
    terminal_type(terminal, "next words\r\033");
    for (int i = 0; i < WAIT_MS / 20 && !was_sent(scene, "next words"); i++) {
        poll(NULL, 0, 20);
        if (i % 5 == 4)
            terminal_type(terminal, "\r"); // what waits is sent
    }
    assert_true(was_sent(scene, "next words"));
    assert_true(wait_until_full(terminal));
    assert_true(terminal_wait(terminal, "next words"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_key_is_echoed_soon_on_a_slow_line),
        SCENE_TEST(a_terminal_that_takes_nothing_holds_nothing_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
