/* The line mode on a terminal: the whole way from a failing build to a written
 * file and back, and what happens when things go wrong. No control byte is in
 * any of it. */
#include <fcntl.h>
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

#include "kerf/base/buf.h"
#include "scene.h"

static const char two_hunks[] = "--- a/a.txt\n+++ b/a.txt\n"
                                "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
                                "@@ -8,3 +8,3 @@\n eight\n-nine\n+NINE\n ten\n";
static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

// --- a talk: what is printed is only added to --------------------------------

struct talk {
    struct terminal *terminal;
    size_t seen; // bytes that were expected so far
};

// Waits for a text behind the one before.
static void expect(struct talk *talk, const char *text)
{
    for (int i = 0; i < WAIT_MS / 20; i++) {
        size_t size;
        const char *bytes = terminal_bytes(talk->terminal, &size);
        const char *at = size > talk->seen
                             ? memmem(bytes + talk->seen, size - talk->seen,
                                      text, strlen(text))
                             : NULL;
        if (at) {
            talk->seen = (size_t)(at - bytes) + strlen(text);
            return;
        }
        terminal_read(talk->terminal, 20);
    }
    fail_msg("\"%s\" does not come; the screen:\n%s", text,
             terminal_text(talk->terminal));
}

static void type(struct talk *talk, const char *line)
{
    terminal_type(talk->terminal, line);
    terminal_type(talk->terminal, "\r");
}

// The carriage return is the terminal's own.
static void assert_plain(const struct terminal *terminal)
{
    size_t size = 0;
    const char *bytes = terminal_bytes(terminal, &size);

    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n'
            && bytes[i] != '\t'
            && (bytes[i] != '\r' || i + 1 == size
                || (bytes[i + 1] != '\n' && bytes[i + 1] != '\r')))
            fail_msg("byte %d is printed", bytes[i]);
        assert_int_not_equal(bytes[i], 0x7f);
    }
}

static void end(struct talk *talk, int status)
{
    assert_int_equal(terminal_wait_exit(talk->terminal), status);
    assert_plain(talk->terminal);
    assert_true(terminal_is_restored(talk->terminal));
    terminal_end(talk->terminal);
}

static struct talk begin(struct scene *scene, const char *const *arguments)
{
    return (
        struct talk){ .terminal = scene_terminal(scene, 40, 100, arguments) };
}

#define BEGIN(scene, ...) \
    begin(scene, (const char *const[]){ __VA_ARGS__, NULL })

static void play(struct scene *scene, const char *scenario,
                 const char *const *more)
{
    char path[128];
    const char *arguments[16] = { "--engine", "script", "--scenario", path };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    for (size_t i = 0; more && more[i]; i++)
        arguments[4 + i] = more[i];
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, arguments);
}

// --- a patch from elsewhere --------------------------------------------------

static struct talk review(struct scene *scene)
{
    scene_write(scene, "tree/a.txt", numbers);
    scene_write(scene, "tree/p.diff", two_hunks);
    struct talk talk = BEGIN(scene, "review", "p.diff", "--inline");
    expect(&talk, "hunk 1 of 2, fits at line 1.");
    expect(&talk, "accept this hunk [");
    return talk;
}

static void what_is_accepted_is_written(void **state)
{
    struct scene *scene = *state;
    struct talk talk = review(scene);

    type(&talk, "y");
    expect(&talk, "hunk 2 of 2, fits at line 8.");
    expect(&talk, "accept this hunk [");
    type(&talk, "n");
    expect(&talk, "write 1 hunk in 1 file [");
    type(&talk, "y");
    expect(&talk, "written: M a.txt");
    end(&talk, 0);
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
}

static void an_interrupt_twice_leaves_all_as_it_is(void **state)
{
    struct scene *scene = *state;
    struct talk talk = review(scene);

    type(&talk, "a");
    expect(&talk, "write 2 hunks in 1 file [");
    terminal_type(talk.terminal, "\003");
    expect(&talk, "Ctrl-C again leaves.");
    terminal_type(talk.terminal, "\003");
    end(&talk, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
}

// A shell takes the first line, the others wait in the terminal.
static struct talk begin_in_shell(struct scene *scene, const char *command)
{
    const char *argv[] = { "/bin/sh", "-c", command, NULL };
    struct terminal_options options = {
        .rows = 40,
        .cols = 100,
        .dir = scene->tree,
        .argv = argv,
        .env = (const char *const *)scene->env,
    };

    scene_write(scene, "tree/a.txt", numbers);
    scene_write(scene, "tree/p.diff", two_hunks);
    return (struct talk){ .terminal = terminal_start(&options) };
}

static void what_is_typed_ahead_is_no_answer(void **state)
{
    struct scene *scene = *state;
    char command[300];

    snprintf(command, sizeof(command),
             "read go; exec %s review p.diff --inline", kerf_path());
    struct talk talk = begin_in_shell(scene, command);
    terminal_type(talk.terminal, "go\ry\ry\ry\r");
    expect(&talk, "too early, not taken: y");
    expect(&talk, "hunk 1 of 2");
    expect(&talk, "accept this hunk [");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
}

// --- the whole way -----------------------------------------------------------

#define EDITOR "#!/bin/sh\nsed -i s/NINE/neun/ \"$1\"\n"
#define HEAD                                                           \
    "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"*** " \
    "Begin Patch\\n*** Update File: a.txt\\n"
#define CHANGES                                                   \
    "@@\\n one\\n-two\\n+TWO\\n three\\n-four\\n+FOUR\\n five\\n" \
    "@@\\n eight\\n-nine\\n+NINE\\n ten\\n"
#define TAIL "*** End Patch\\n\"}}"

// Split, refuse one, comment, edit, accept: then write, and take it back.
static void a_patch_is_split_refused_edited_written_and_taken_back(void **state)
{
    struct scene *scene = *state;
    char editor[128];

    scene_write(scene, "tree/a.txt", numbers);
    scene_write(scene, "editor", EDITOR);
    scene_shell(scene, "chmod +x ../editor");
    snprintf(editor, sizeof(editor), "EDITOR=%s/editor", scene->dir);
    scene_set_env(scene, editor);
    scene_set_env(scene, "TERM=dumb");
    play(scene,
         "{\"turns\":[[{\"text\":\"Like this:\\n\"}," HEAD CHANGES TAIL
         "],[{\"text\":\"That was all.\"}]]}",
         NULL);
    struct talk talk = BEGIN(scene, "-m", "change it");
    expect(&talk, "Like this:");
    expect(&talk, "hunk 1 of 2");
    expect(&talk, "accept this hunk [");
    type(&talk, "s");
    expect(&talk, "hunk 1 of 3");
    expect(&talk, "accept this hunk [");
    type(&talk, "c leave that");
    expect(&talk, "noted.");
    expect(&talk, "accept this hunk [");
    type(&talk, "n");
    expect(&talk, "hunk 2 of 3");
    expect(&talk, "accept this hunk [");
    type(&talk, "y");
    expect(&talk, "hunk 3 of 3");
    expect(&talk, "accept this hunk [");
    type(&talk, "e");
    expect(&talk, "+neun");
    expect(&talk, "accept this hunk [");
    type(&talk, "y");
    expect(&talk, "write 2 hunks in 1 file [");
    type(&talk, "y");
    expect(&talk, "written: M a.txt");
    expect(&talk, "That was all.");
    expect(&talk, "answer complete");
    expect(&talk, "> ");
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\ntwo\nthree\nFOUR\nfive\nsix\nseven\neight\nneun\nten\n");
    assert_non_null(strstr(scene_read(scene, "record"), "leave that"));
    type(&talk, "/undo");
    expect(&talk, "taken back: M a.txt");
    expect(&talk, "> ");
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void a_broken_program_is_mended_in_lines(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.c", "int main(void)\n{\n    return 0\n}\n");
    struct talk talk = BEGIN(scene, "fix", "--inline", "--", "cc", "-c", "a.c");
    expect(&talk, "running: cc -c a.c");
    expect(&talk, "cc -c a.c: exit 1");
    expect(&talk, "$ ");
    expect(&talk, "run it [y,a,n,e,?]? ");
    type(&talk, "y");
    expect(&talk, "+    return 0;");
    expect(&talk, "accept this hunk [");
    type(&talk, "y");
    expect(&talk, "write 1 hunk in 1 file [");
    type(&talk, "y");
    expect(&talk, "written: M a.c");
    expect(&talk, "exit 0");
    expect(&talk, "answer complete");
    terminal_type(talk.terminal, "\004");
    expect(&talk, "written: M a.c");
    end(&talk, 0);
}

// --- a conversation ----------------------------------------------------------

static void a_conversation_is_sentences(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"text\":\"Hello \\u001b[31mthere\\u0007\"}]]}",
         NULL);
    scene_set_env(scene, "ACCESSIBLE=1");
    struct talk talk = begin(scene, NULL);
    expect(&talk, "model test.");
    type(&talk, "hi");
    expect(&talk, "[31mthere");
    expect(&talk, "answer complete");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

#define ANSWER_LINES 10000
#define LINE_BYTES 12 // "line 00001\r\n"

static const char *numbered(char *line, size_t size, int number,
                            const char *end)
{
    snprintf(line, size, "line %05d%s", number, end);
    return line;
}

static void play_many_lines(struct scene *scene)
{
    struct buf scenario = { 0 };
    char line[32];

    buf_append(&scenario, STR("{\"turns\":[[{\"text\":\""));
    for (int i = 0; i < ANSWER_LINES; i++)
        buf_append(&scenario, str_from(numbered(line, sizeof(line), i, "\\n")));
    buf_append(&scenario, STR("\"}]]}"));
    play(scene, buf_cstr(&scenario),
         (const char *const[]){ "--frame-tokens", "50", NULL });
    buf_release(&scenario);
}

// Every line once, in order.
static void an_answer_of_ten_thousand_lines_is_printed_whole(void **state)
{
    struct scene *scene = *state;
    size_t size = 0;
    char line[32];

    play_many_lines(scene);
    struct talk talk = BEGIN(scene, "--inline", "-m", "count");
    expect(&talk, "answer complete");
    const char *bytes = terminal_bytes(talk.terminal, &size);
    const char *at = memmem(bytes, size, "line 00000", 10);
    assert_non_null(at);
    assert_true(size - (size_t)(at - bytes) > ANSWER_LINES * LINE_BYTES);
    for (int i = 0; i < ANSWER_LINES; i++, at += LINE_BYTES)
        assert_memory_equal(at, numbered(line, sizeof(line), i, "\r\n"),
                            LINE_BYTES);
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void a_big_paste_is_sent_whole(void **state)
{
    struct scene *scene = *state;
    struct buf paste = { 0 };

    play(scene, "{\"turns\":[[{\"text\":\"Thank you.\"}]]}", NULL);
    struct talk talk = BEGIN(scene, "--inline");
    expect(&talk, "model test.");
    for (int i = 0; i < 2000; i++)
        buf_printf(&paste, "pasted line number %05d\r", i);
    terminal_type(talk.terminal, buf_cstr(&paste));
    buf_release(&paste);
    type(&talk, "."); // the kernel may leave out the echo of some lines
    expect(&talk, "2,000 lines, 50.0 kB.");
    expect(&talk, "Thank you.");
    const char *record = scene_read(scene, "record");
    assert_non_null(strstr(record, "pasted line number 00000\\\\npasted"));
    assert_non_null(strstr(record, "01998\\\\npasted line number 01999"));
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static bool was_sent(struct scene *scene, const char *text)
{
    return strstr(scene_read(scene, "record"), text) != NULL;
}

static void commands_figures_and_files_are_the_same_as_on_the_screen(
    void **state)
{
    struct scene *scene = *state;

    scene_shell(scene, "mkdir -p ../home/.config/kerf/commands");
    scene_write(scene, "home/.config/kerf/commands/tidy.md",
                "# Tidy up\nLook at <$ARGUMENTS>.\n");
    play(scene, "{\"turns\":[[{\"text\":\"One.\"}],[{\"text\":\"Two.\"}]]}",
         NULL);
    struct talk talk = BEGIN(scene, "--inline", "-m", "see @nope.c");
    expect(&talk, "One.");
    expect(&talk, "answer complete");
    type(&talk, "see @nope.h");
    expect(&talk, "an empty line sends: see @nope.h");
    expect(&talk, "not sent: nope.h: no such file");
    assert_false(was_sent(scene, "nope.h"));
    type(&talk, "/latency");
    expect(&talk, "sim: 1 asked, 0 failed; first token p50 ");
    type(&talk, "/tidy a.c");
    expect(&talk, "Two.");
    assert_true(was_sent(scene, "Look at <a.c>."));
    expect(&talk, "answer complete");
    type(&talk, "!echo its output");
    expect(&talk, "echo its output: exit 0, 1 line:");
    expect(&talk, "  its output");
    type(&talk, "/history @nope");
    expect(&talk, "1 - see @nope.h");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

// --- what goes wrong ---------------------------------------------------------

static const char *const endless[] = { "--engine", "echo", "--tokens", "90000",
                                       "--tps",    "200",  NULL };

static void an_interrupt_holds_the_queue_for_an_empty_line(void **state)
{
    struct scene *scene = *state;

    scene_sim(scene, endless);
    struct talk talk = BEGIN(scene, "--inline", "-m", "go");
    expect(&talk, "you: go");
    expect(&talk, "\n"); // and more
    type(&talk, "and then?");
    expect(&talk, "queued, 1 waits.");
    terminal_type(talk.terminal, "\003");
    expect(&talk, "stopped");
    expect(&talk, "1 queued: an empty line sends them.");
    expect(&talk, "> ");
    type(&talk, "/queue");
    expect(&talk, "1 - and then?");
    type(&talk, "");
    expect(&talk, "you: and then?");
    terminal_type(talk.terminal, "\003");
    expect(&talk, "stopped");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void a_cut_answer_is_told_and_asked_again_once(void **state)
{
    struct scene *scene = *state;
    static const char *const fault[] = { "--fault", "mid-delta-1006:1", NULL };

    scene_write(scene, "tree/a.txt", numbers);
    play(scene,
         "{\"turns\":[[" HEAD CHANGES TAIL "],[" HEAD CHANGES TAIL
         "],[{\"text\":\"That was all.\"}]]}",
         fault);
    struct talk talk = BEGIN(scene, "--inline", "-m", "change it");
    expect(&talk, "cut, asking again from the start");
    expect(&talk, "hunk 1 of 2");
    expect(&talk, "accept this hunk [");
    type(&talk, "a");
    expect(&talk, "write 2 hunks in 1 file [");
    type(&talk, "y");
    expect(&talk, "That was all.");
    expect(&talk, "answer complete");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void a_draft_comes_back_with_the_session(void **state)
{
    struct scene *scene = *state;

    play(scene,
         "{\"turns\":[[{\"text\":\"Answer one.\"}],"
         "[{\"text\":\"Answer two.\"}]]}",
         NULL);
    struct talk talk = BEGIN(scene, "--inline", "-m", "begin");
    expect(&talk, "answer complete");
    type(&talk, "half a \\");
    expect(&talk, ". ");
    type(&talk, "thought \\");
    expect(&talk, ". ");
    kill(terminal_pid(talk.terminal), SIGHUP);
    end(&talk, 128 + SIGHUP);
    talk = BEGIN(scene, "resume", "--inline");
    expect(&talk, "taken up again, 1 turn; the last:");
    expect(&talk, "you: begin");
    expect(&talk, "Answer one.");
    expect(&talk, "an empty line sends: half a , and 1 more line");
    expect(&talk, "> ");
    type(&talk, "");
    expect(&talk, "Answer two.");
    assert_non_null(strstr(scene_read(scene, "record"), "half a \\\\nthought"));
    expect(&talk, "answer complete");
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void it_stops_and_goes_on_with_the_same_question(void **state)
{
    struct talk talk = review(*state);
    siginfo_t info;

    kill(terminal_pid(talk.terminal), SIGTSTP);
    assert_int_equal(
        waitid(P_PID, (id_t)terminal_pid(talk.terminal), &info, WSTOPPED), 0);
    assert_true(terminal_is_restored(talk.terminal));
    kill(terminal_pid(talk.terminal), SIGCONT);
    type(&talk, "y");
    expect(&talk, "hunk 2 of 2");
    terminal_hang_up(talk.terminal);
    terminal_wait_exit(talk.terminal);
    terminal_end(talk.terminal);
}

// --- streams that are no terminal --------------------------------------------

static void standard_input_goes_along_and_keys_come_from_the_terminal(
    void **state)
{
    struct scene *scene = *state;
    char input[128];
    const char *argv[] = { kerf_path(), "--inline", NULL };

    play(scene, "{\"turns\":[[{\"text\":\"I see.\"}]]}", NULL);
    snprintf(input, sizeof(input), "%s/log", scene->dir);
    scene_write(scene, "log", "a.c:1: error\n");
    struct terminal_options options = {
        .rows = 40,
        .cols = 100,
        .dir = scene->tree,
        .argv = argv,
        .env = (const char *const *)scene->env,
        .stdin_file = input,
    };
    struct talk talk = { .terminal = terminal_start(&options) };
    expect(&talk, "added: standard input, 1 line.");
    type(&talk, "what is it?");
    expect(&talk, "I see.");
    assert_non_null(strstr(scene_read(scene, "record"), "a.c:1: error"));
    terminal_type(talk.terminal, "\004");
    end(&talk, 0);
}

static void standard_output_can_be_a_file_of_plain_lines(void **state)
{
    struct scene *scene = *state;
    char command[300];

    snprintf(command, sizeof(command),
             "%s review p.diff --inline >../out; echo status $?", kerf_path());
    struct talk talk = begin_in_shell(scene, command);
    const char *out = NULL;
    for (int i = 0; i < WAIT_MS / 20; i++) {
        out = scene_read(scene, "out");
        if (out && strstr(out, "accept this hunk ["))
            break;
        terminal_read(talk.terminal, 20);
    }
    assert_non_null(out);
    terminal_type(talk.terminal, "\004");
    expect(&talk, "status 0");
    out = scene_read(scene, "out");
    assert_null(strchr(out, '\r'));
    assert_null(strchr(out, '\033'));
    assert_int_equal(out[strlen(out) - 1], '\n');
    terminal_end(talk.terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(what_is_accepted_is_written),
        SCENE_TEST(an_interrupt_twice_leaves_all_as_it_is),
        SCENE_TEST(what_is_typed_ahead_is_no_answer),
        SCENE_TEST(a_patch_is_split_refused_edited_written_and_taken_back),
        SCENE_TEST(a_broken_program_is_mended_in_lines),
        SCENE_TEST(a_conversation_is_sentences),
        SCENE_TEST(an_answer_of_ten_thousand_lines_is_printed_whole),
        SCENE_TEST(a_big_paste_is_sent_whole),
        SCENE_TEST(commands_figures_and_files_are_the_same_as_on_the_screen),
        SCENE_TEST(an_interrupt_holds_the_queue_for_an_empty_line),
        SCENE_TEST(a_cut_answer_is_told_and_asked_again_once),
        SCENE_TEST(a_draft_comes_back_with_the_session),
        SCENE_TEST(it_stops_and_goes_on_with_the_same_question),
        SCENE_TEST(standard_input_goes_along_and_keys_come_from_the_terminal),
        SCENE_TEST(standard_output_can_be_a_file_of_plain_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
