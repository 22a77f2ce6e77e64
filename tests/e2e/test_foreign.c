/* No byte of a model, a file, a program or a repository reaches the terminal as
 * a control: hostile text in each of them, and an oracle that reads all that
 * kerf wrote. The same in a locale that has only ASCII. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../unit/ui/oracle.h"
#include "kerf/base/buf.h"
#include "scene.h"

// As a JSON string has it; what the shell's printf makes of the same.
#define EVIL_JSON                                                       \
    "\\u001b]0;owned\\u0007 \\u001b]52;c;QQ==\\u0007 \\u001b[2J "       \
    "\\u009b31m \\u009d0;owned\\u009c \\u202eevil \\u001b]8;;http://e/" \
    "\\u0007link \\u001bP1$r0m\\u001b\\\\ \\u0085 \\u0007\\b\\r \\u007f"
#define EVIL_SHELL                                           \
    "\\033]0;owned\\007 \\033]52;c;QQ==\\007 \\033[2J \\233" \
    "31m \\302\\233"                                         \
    "31m \\033P1$r0m\\033\\\\ \\302\\205 \\007\\010\\r \\177\\342\\200\\256"

static void play(struct scene *scene, const char *turns)
{
    char path[128], text[8192];
    const char *const arguments[] = { "--engine", "script", "--scenario", path,
                                      NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    snprintf(text, sizeof(text), "{\"turns\":[%s]}", turns);
    scene_write(scene, "scenario.json", text);
    scene_sim(scene, arguments);
}

static struct terminal *start(struct scene *scene, int rows, int cols)
{
    return scene_terminal(scene, rows, cols, (const char *const[]){ NULL });
}

// What kerf itself asks a terminal and switches, as a whole and no piece less.
static const char *const own[] = {
    "\033[?2026$p", "\033]11;?\033\\", "\033[c", "\033[5n",
    "\033[22;0;0t", // terminfo's smcup of xterm
};

static void drop_own(const char *bytes, size_t size, struct buf *out)
{
    struct str rest = { bytes, size };

    while (rest.len > 0) {
        size_t len = 0;
        for (size_t i = 0; i < sizeof(own) / sizeof(own[0]) && len == 0; i++)
            len = str_starts_with(rest, str_from(own[i])) ? strlen(own[i]) : 0;
        if (len == 0)
            buf_append_char(out, rest.at[0]);
        rest = str_skip(rest, len ? len : 1);
    }
}

static void assert_no_leak(struct terminal *terminal, const char *where)
{
    struct buf rest = { 0 };
    size_t size;
    const char *bytes = terminal_bytes(terminal, &size);

    drop_own(bytes, size, &rest);
    // What was read may end within a sequence.
    size_t last = str_rfind_char(buf_str(&rest), '\033');
    if (last != SIZE_MAX && rest.len - last < 40)
        rest.len = last;
    size_t leak = oracle_leak(buf_str(&rest));
    if (leak != SIZE_MAX)
        fail_msg("%s: byte %zu: %.*s", where, leak,
                 STR_ARG(str_take(str_skip(buf_str(&rest), leak), 30)));
    buf_release(&rest);
}

static void wait_a_little(struct terminal *terminal)
{
    poll(NULL, 0, 20);
    terminal_read(terminal, 0);
}

// --- the sources ------------------------------------------------------------

static void words_and_thoughts_of_a_model(void **state)
{
    struct scene *scene = *state;

    play(scene, "[{\"reasoning\":\"" EVIL_JSON "\"},{\"text\":\"" EVIL_JSON
                " [l](http://h/" EVIL_JSON ") `" EVIL_JSON
                "`\\n```c\\n" EVIL_JSON "\\n```\\nend-of-it\"}]");
    struct terminal *terminal = start(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "end-of-it"));
    terminal_type(terminal, "\030o\030t\024");
    assert_true(terminal_wait(terminal, "TRANSCRIPT"));
    assert_no_leak(terminal, "model");
    terminal_end(terminal);
}

static void names_and_lines_of_a_patch(void **state)
{
    struct scene *scene = *state;

    play(scene, "[{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":"
                "\"*** Begin Patch\\n*** Add File: a" EVIL_JSON
                ".c\\n+" EVIL_JSON "\\n*** Update File: " EVIL_JSON
                "\\n@@ " EVIL_JSON "\\n-" EVIL_JSON "\\n+x\\n*** End "
                "Patch\\n\"}}]");
    struct terminal *terminal = start(scene, 45, 140);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "REVIEW"));
    terminal_type(terminal, "]i|jjj|");
    assert_true(terminal_wait(terminal, "owned"));
    assert_no_leak(terminal, "patch");
    terminal_end(terminal);
}

static void a_command_and_what_it_prints(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/evil.sh",
                "printf 'done-it " EVIL_SHELL "\\n'; exit 3\n");
    play(scene, "[{\"function_call\":{\"name\":\"shell\",\"arguments\":{"
                "\"command\":\"sh evil.sh # " EVIL_JSON "\"}}}],"
                "[{\"text\":\"Over.\"}]");
    struct terminal *terminal = start(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "once"));
    // Keys before the question was looked at are no answer.
    assert_true(terminal_wait(terminal, "y once"));
    for (int i = 0; i < 20 && !terminal_shows(terminal, "Over."); i++) {
        terminal_type(terminal, "y");
        for (int n = 0; n < 25 && !terminal_shows(terminal, "Over."); n++)
            wait_a_little(terminal);
    }
    assert_true(terminal_wait(terminal, "Over."));
    terminal_type(terminal, "\025");
    terminal_type(terminal, "!sh evil.sh\r");
    assert_true(terminal_wait(terminal, "done-it"));
    assert_no_leak(terminal, "command");
    terminal_end(terminal);
}

// git takes no controls into a branch's name, but marks that turn text around.
static void names_of_a_repository(void **state)
{
    struct scene *scene = *state;

    scene_shell(scene, "git checkout -q -b \"$(printf 'b\\342\\200\\256evil"
                       "\\302\\233')\" 2>/dev/null || true");
    scene_shell(scene,
                "touch \"$(printf 'name" EVIL_SHELL "x')\" && "
                "git -c user.name=\"$(printf 'me\\033]0;owned\\007')\" "
                "commit -q --allow-empty -m \"$(printf 'fix\\033[2J')\"");
    play(scene, "[{\"text\":\"Over.\"}]");
    struct terminal *terminal = start(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "see @nam");
    assert_true(terminal_wait(terminal, "]0;owned"));
    terminal_type(terminal, "\t @log \r");
    assert_true(terminal_wait(terminal, "Over."));
    terminal_type(terminal, "\024");
    assert_true(terminal_wait(terminal, "TRANSCRIPT"));
    assert_no_leak(terminal, "repository");
    terminal_end(terminal);
}

static void errors_of_a_server(void **state)
{
    struct scene *scene = *state;

    // The server's complaint repeats what it missed.
    play(scene,
         "[{\"expect\":{\"input_contains\":\"refused " EVIL_JSON "\"}}]");
    struct terminal *terminal = start(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "refused"));
    assert_no_leak(terminal, "error");
    terminal_end(terminal);
}

static void what_a_user_pastes_and_said_before(void **state)
{
    struct scene *scene = *state;

    play(scene, "[{\"text\":\"Over.\"}]");
    struct terminal *terminal = start(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "\033[200~paste \033]0;owned\007 \302\233"
                            "31m \342\200\256\033[2J\033[201~\r");
    assert_true(terminal_wait(terminal, "Over."));
    terminal_type(terminal, "\022past");
    assert_true(terminal_wait(terminal, "(search) past"));
    assert_no_leak(terminal, "paste");
    terminal_end(terminal);
}

// --- only ASCII -------------------------------------------------------------

static void in_an_ascii_locale_all_bytes_are_ascii(void **state)
{
    struct scene *scene = *state;
    size_t size;

    scene_set_env(scene, "LC_ALL=C");
    play(scene, "[{\"text\":\"quotes \\u201cso\\u201d, \\u2013 a dash, "
                "\\u00e4 \\u6f22 \\ud83d\\ude00 \\u2502 " EVIL_JSON
                " end-of-it\"},{\"custom_tool_call\":{\"name\":"
                "\"apply_patch\",\"input\":\"*** Begin Patch\\n*** Add File: "
                "b.txt\\n+\\u00fcber\\n*** End Patch\\n\"}}]");
    struct terminal *terminal = start(scene, 45, 140);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "end-of-it"));
    assert_true(terminal_wait(terminal, "+?ber"));
    assert_true(terminal_shows(terminal, "quotes \"so\", - a dash, ?"));
    assert_true(terminal_shows(terminal, "------------+-----------"));
    assert_true(terminal_shows(terminal, "   |"));
    const char *bytes = terminal_bytes(terminal, &size);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            fail_msg("byte %zu is %02x", i, (unsigned char)bytes[i]);
    assert_no_leak(terminal, "ascii");
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(words_and_thoughts_of_a_model),
        SCENE_TEST(names_and_lines_of_a_patch),
        SCENE_TEST(a_command_and_what_it_prints),
        SCENE_TEST(names_of_a_repository),
        SCENE_TEST(errors_of_a_server),
        SCENE_TEST(what_a_user_pastes_and_said_before),
        SCENE_TEST(in_an_ascii_locale_all_bytes_are_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
