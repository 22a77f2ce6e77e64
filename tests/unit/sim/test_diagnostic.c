/* What is read from a build log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/sim/diagnostic.h"

struct log {
    struct arena arena;
    struct diagnosis d;
};

static void read_log(struct log *log, const char *text)
{
    *log = (struct log){ 0 };
    diagnosis_read(&log->arena, str_from(text), &log->d);
}

static void close_log(struct log *log)
{
    arena_release(&log->arena);
}

static void diagnostics_have_file_line_and_message(void **state)
{
    static const struct {
        const char *line;
        enum severity severity;
        const char *file;
        size_t number;
        const char *message;
    } rows[] = {
        { "a.c:3:7: error: no", SEVERITY_ERROR, "a.c", 3, "no" },
        { "a.c:3: error: no", SEVERITY_ERROR, "a.c", 3, "no" },
        { "./s/a.c:3:7: warning: hm [-Wx]", SEVERITY_WARNING, "s/a.c", 3,
          "hm [-Wx]" },
        { "a.c:1:9: fatal error: x.h: No such file", SEVERITY_ERROR, "a.c", 1,
          "x.h: No such file" },
        { "a.c:9:1: note: declared here", SEVERITY_NOTE, "a.c", 9,
          "declared here" },
        { "\033[01ma.c:3:7:\033[m \033[31merror: \033[mred\033[K",
          SEVERITY_ERROR, "a.c", 3, "red" },
        { "main.c:(.text+0x5): undefined reference to `f'", SEVERITY_ERROR, "",
          0, "undefined reference to `f'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct log log;
        read_log(&log, rows[i].line);
        assert_int_equal(log.d.diagnostic_count, 1);
        const struct diagnostic *one = &log.d.diagnostics[0];
        assert_int_equal(one->severity, rows[i].severity);
        assert_true(str_is(one->file, rows[i].file));
        assert_int_equal(one->line, rows[i].number);
        assert_true(str_is(one->message, rows[i].message));
        close_log(&log);
    }
}

static void other_lines_are_passed_over(void **state)
{
    struct log log;

    (void)state;
    read_log(&log, "make: *** [Makefile:3: a.o] Error 1\n"
                   "In file included from a.c:3:\n"
                   "error: alone\n : error: nothing\n"
                   "fix-it:\"a.c\":{1:1-1:1}:\"x\"\nfix-it:broken\n[{\"a\"\n");
    assert_int_equal(log.d.diagnostic_count, 0);
    assert_int_equal(log.d.fixit_count, 0);
    close_log(&log);
}

static void fixits_belong_to_the_diagnostic_before(void **state)
{
    struct log log;

    (void)state;
    read_log(&log, "a.c:1:1: error: one\na.c:2:1: error: two\n"
                   "fix-it:\"a.c\":{2:3-2:5}:\"\\\"\\t\\\\\\n\\303\\244\"\n");
    assert_int_equal(log.d.fixit_count, 1);
    const struct fixit *fixit = &log.d.fixits[0];
    assert_int_equal(fixit->owner, 1);
    assert_int_equal(fixit->line, 2);
    assert_int_equal(fixit->end_col, 5);
    assert_true(str_is(fixit->text, "\"\t\\\n\xc3\xa4"));
    close_log(&log);
}

static void json_of_gcc_is_read(void **state)
{
    struct log log;

    (void)state;
    read_log(
        &log,
        "[{\"kind\": \"error\", \"children\": [{\"kind\": \"note\", "
        "\"locations\": [{\"caret\": {\"line\": 4, \"file\": \"a.c\"}}], "
        "\"message\": \"here\"}], \"fixits\": [{\"next\": {\"byte-column\": "
        "13, \"line\": 6, \"file\": \"a.c\"}, \"string\": \"total\", "
        "\"start\": {\"byte-column\": 9, \"line\": 6, \"file\": \"a.c\"}}], "
        "\"locations\": [{\"caret\": {\"line\": 6, \"file\": \"a.c\"}}], "
        "\"message\": \"undeclared\"}]\n");
    assert_int_equal(log.d.diagnostic_count, 2);
    assert_int_equal(log.d.diagnostics[1].severity, SEVERITY_NOTE);
    assert_int_equal(log.d.fixit_count, 1);
    assert_int_equal(log.d.fixits[0].owner, 0);
    assert_int_equal(log.d.fixits[0].col, 9);
    assert_int_equal(log.d.fixits[0].end_col, 13);
    close_log(&log);
}

static void compile_lines_are_known_by_their_words(void **state)
{
    static const struct {
        const char *line;
        const char *source; // NULL: no compile line
    } rows[] = {
        { "cc -c a.c", "a.c" },
        { "/usr/bin/gcc-12 -O2 -o x src/a.c -lm", "src/a.c" },
        { "CC=x ccache clang -c b.cc", "b.cc" },
        { "x86_64-linux-gnu-gcc -c a.c", "a.c" },
        { "gcc -DV='\"1 2\"' -c a.c", "a.c" },
        { "cd build && cc -c ../a.c", "../a.c" },
        { "gcc -o prog a.o b.o", NULL },
        { "echo cc -c a.c", NULL },
        { "gcc -c a.c; rm -rf x", NULL },
        { "gcc -c `cat list` a.c", NULL },
        { "gcc -DX=$(id) -c a.c", NULL },
        { "gcc -DX=\"$HOME\" -c a.c", NULL },
        { "gcc -c a.c > log", NULL },
        { "gcc -DX='open -c a.c", NULL },
        { "mygcc -c a.c", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct log log;
        read_log(&log, rows[i].line);
        assert_int_equal(log.d.compile_count, rows[i].source != NULL);
        if (rows[i].source)
            assert_true(str_is(log.d.compiles[0].source, rows[i].source));
        close_log(&log);
    }
}

static void assert_probe(const char *text, const char *expected)
{
    struct log log;
    struct buf out = { 0 };

    read_log(&log, text);
    diagnosis_probe(&log.d, str_from(text), &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
    close_log(&log);
}

static void the_probe_repeats_what_failed_without_outputs(void **state)
{
    (void)state;
    assert_probe("cc -Wall -MMD -MF a.d -c -o a.o a.c\n"
                 "a.c:1:1: error: no\ncc -c b.c -ob.o\n",
                 "cc -Wall a.c -fsyntax-only -fdiagnostics-parseable-fixits");
}

static void the_probe_names_the_files_if_no_command_is_shown(void **state)
{
    (void)state;
    assert_probe("a.c:1:1: error: no\na.c:2:1: error: no\nb.c:1:1: error: x\n",
                 "${CC:-cc} -I. -Iinclude -Wall -fsyntax-only "
                 "-fdiagnostics-parseable-fixits 'a.c' 'b.c'");
}

static void there_is_no_probe_without_anything_to_run(void **state)
{
    (void)state;
    assert_probe("tests failed\n", "");
}

static void the_probe_enters_the_folders_of_the_build(void **state)
{
    (void)state;
    assert_probe(
        "make[1]: Entering directory '/w/s'\ncc -c a.c\na.c:1:1: error: no\n",
        "echo \"kerf-root: $PWD\"; (cd '/w/s' && echo \"Entering directory "
        "'$PWD'\" && cc a.c -fsyntax-only -fdiagnostics-parseable-fixits); "
        "echo \"Leaving directory \"");
}

static void paths_are_told_from_the_root(void **state)
{
    struct log log;

    (void)state;
    read_log(&log, "kerf-root: /w\nmake: Entering directory '/w'\n"
                   "make[1]: Entering directory '/w/s'\na.c:1:1: error: in s\n"
                   "make[1]: Leaving directory '/w/s'\nb.c:1:1: error: in w\n"
                   "/usr/include/x.h:1:1: error: far\n"
                   "/wide/x.c:1:1: error: not below\n");
    static const char *const paths[] = { "s/a.c", "b.c", "", "" };
    for (size_t i = 0; i < 4; i++)
        assert_true(str_is(diagnosis_path(&log.d, log.d.diagnostics[i].file),
                           paths[i]));
    assert_true(log.d.has_far_paths);
    close_log(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diagnostics_have_file_line_and_message),
        cmocka_unit_test(other_lines_are_passed_over),
        cmocka_unit_test(fixits_belong_to_the_diagnostic_before),
        cmocka_unit_test(json_of_gcc_is_read),
        cmocka_unit_test(compile_lines_are_known_by_their_words),
        cmocka_unit_test(the_probe_repeats_what_failed_without_outputs),
        cmocka_unit_test(the_probe_names_the_files_if_no_command_is_shown),
        cmocka_unit_test(there_is_no_probe_without_anything_to_run),
        cmocka_unit_test(the_probe_enters_the_folders_of_the_build),
        cmocka_unit_test(paths_are_told_from_the_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
