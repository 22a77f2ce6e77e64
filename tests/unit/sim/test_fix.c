/* From diagnostics to edits, from edits to the text of a patch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/patch/parse.h"
#include "kerf/sim/fix.h"

struct work {
    struct arena arena;
    struct diagnosis d;
    struct fix_list fixes;
    struct text_lines lines;
    struct edit *edits;
    size_t count;
};

// Applies what `log` says to the text of a.c.
static void apply(struct work *work, const char *log, const char *text)
{
    *work = (struct work){ 0 };
    diagnosis_read(&work->arena, str_from(log), &work->d);
    work->fixes = fixes_find(&work->arena, &work->d);
    work->lines = lines_cut(&work->arena, str_from(text), 0);
    work->edits = fixes_apply(&work->arena, work->fixes, STR("a.c"),
                              &work->lines, &work->count);
}

static void assert_patch(struct work *work, const char *expected)
{
    struct buf out = { 0 };
    struct error err;

    edits_write(&work->arena, STR("a.c"), &work->lines, work->edits,
                work->count, &out);
    assert_string_equal(buf_cstr(&out), expected);
    struct str whole = arena_printf(&work->arena,
                                    "*** Begin Patch\n%.*s*** End Patch\n",
                                    STR_ARG(buf_str(&out)));
    assert_non_null(patch_parse(&work->arena, whole, PATCH_APPLY, &err));
    buf_release(&out);
    arena_release(&work->arena);
}

#define HEADER "*** Update File: a.c\n@@\n"

static void a_fixit_becomes_a_hunk_with_three_lines_of_context(void **state)
{
    struct work work;

    (void)state;
    apply(&work, "a.c:5:1: error: x\nfix-it:\"a.c\":{5:3-5:4}:\"->\"\n",
          "1\n2\n3\n4\np=q.r\n6\n7\n8\n9\n");
    assert_int_equal(work.fixes.at[0].state, FIX_DONE);
    assert_true(str_is(work.fixes.at[0].what, "replace `q` by `->`"));
    assert_patch(&work, HEADER " 2\n 3\n 4\n-p=q.r\n+p=->.r\n 6\n 7\n 8\n");
}

static void fixits_of_one_line_become_one_change(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:1:1: error: x\nfix-it:\"a.c\":{1:1-1:1}:\"(\"\n"
          "fix-it:\"a.c\":{1:4-1:4}:\")\"\n",
          "abc\n");
    assert_patch(&work, HEADER "-abc\n+(abc)\n");
}

static void an_inserted_line_removes_nothing(void **state)
{
    struct work work;

    (void)state;
    apply(&work, "a.c:2:1: error: x\nfix-it:\"a.c\":{2:1-2:1}:\"new\\n\"\n",
          "one\ntwo\n");
    assert_patch(&work, HEADER " one\n+new\n two\n");
}

static void distant_changes_get_hunks_of_their_own(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:1:1: error: x\nfix-it:\"a.c\":{1:1-1:2}:\"A\"\n"
          "a.c:9:1: error: x\nfix-it:\"a.c\":{9:1-9:2}:\"I\"\n",
          "a\nb\nc\nd\ne\nf\ng\nh\ni\n");
    assert_patch(&work, HEADER "-a\n+A\n b\n c\n d\n@@\n f\n g\n h\n-i\n+I\n");
}

static void a_hunk_grows_until_it_fits_one_place_only(void **state)
{
    struct work work;

    (void)state;
    apply(&work, "a.c:9:1: error: x\nfix-it:\"a.c\":{9:1-9:2}:\"X\"\n",
          "{\n}\n{\n}\n{\n}\n{\n}\n{\n}\nend\n");
    assert_patch(&work, HEADER " }\n {\n }\n-{\n+X\n }\n end\n");
}

static void crlf_lines_are_written_without_the_cr(void **state)
{
    struct work work;

    (void)state;
    apply(&work, "a.c:1:1: error: x\nfix-it:\"a.c\":{1:2-1:2}:\";\"\n",
          "a\r\nb\r\n");
    assert_patch(&work, HEADER "-a\n+a;\n b\n");
}

static void a_header_goes_to_its_place_in_the_order(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:5:1: warning: implicit declaration of function 'puts'\n"
          "a.c:1:1: note: include '<stdio.h>' or provide a declaration\n"
          "fix-it:\"a.c\":{1:1-1:1}:\"#include <stdio.h>\\n\"\n",
          "#include \"a.h\"\n\n#include <errno.h>\n#include <string.h>\nint x;"
          "\n");
    assert_patch(&work, HEADER " #include \"a.h\"\n \n #include <errno.h>\n"
                               "+#include <stdio.h>\n #include <string.h>\n"
                               " int x;\n");
}

static void a_header_goes_below_an_opening_comment(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:4:1: error: use of undeclared identifier 'INT_MAX'\n"
          "a.c:4:1: error: use of undeclared identifier 'INT_MIN'\n",
          "/* About\n   this. */\n\nint x;\n");
    assert_int_equal(work.fixes.at[1].state, FIX_DUPLICATE);
    assert_patch(&work, HEADER " /* About\n    this. */\n \n"
                               "+#include <limits.h>\n int x;\n");
}

static void several_headers_stand_in_order(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:2:1: warning: x\na.c:2:1: note: include the header <string.h>\n"
          "a.c:2:1: warning: y\na.c:2:1: note: include the header <ctype.h>\n",
          "int a;\nint b;\n");
    assert_patch(&work, HEADER "+#include <ctype.h>\n+#include <string.h>\n"
                               " int a;\n int b;\n");
}

static void a_misspelt_word_is_replaced_where_it_stands_once(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:1:9: error: \xe2\x80\x98totl\xe2\x80\x99 undeclared (first use "
          "in this function); did you mean \xe2\x80\x98total\xe2\x80\x99?\n",
          "\treturn totl + totl_sum;\n");
    assert_patch(&work, HEADER "-\treturn totl + totl_sum;\n"
                               "+\treturn total + totl_sum;\n");
}

static void a_missing_semicolon_ends_the_line_before(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:3:2: error: expected \xe2\x80\x98,\xe2\x80\x99 or "
          "\xe2\x80\x98;\xe2\x80\x99 before \xe2\x80\x98total\xe2\x80\x99\n",
          "\tint total = 0\n\n\ttotal += 1;\n");
    assert_patch(&work, HEADER "-\tint total = 0\n+\tint total = 0;\n \n"
                               " \ttotal += 1;\n");
}

static void of_alternatives_the_first_is_taken(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:1:7: warning: assignment as a condition\n"
          "a.c:1:7: note: place parentheses\n"
          "fix-it:\"a.c\":{1:5-1:5}:\"(\"\nfix-it:\"a.c\":{1:10-1:10}:\")\"\n"
          "a.c:1:7: note: use '=='\nfix-it:\"a.c\":{1:7-1:8}:\"==\"\n",
          "if (a = b)\n");
    assert_patch(&work, HEADER "-if (a = b)\n+if ((a = b))\n");
}

static void what_does_not_fit_is_told_and_left_alone(void **state)
{
    static const struct {
        const char *log;
        const char *why;
    } rows[] = {
        { "a.c:1:1: error: strange\n", "the compiler proposes nothing" },
        { "a.c:9:1: error: x\nfix-it:\"a.c\":{9:1-9:1}:\"x\"\n",
          "the file could not be read that far" },
        { "a.c:1:1: error: x\nfix-it:\"a.c\":{1:99-1:99}:\"x\"\n",
          "the place is not in the file" },
        { "a.c:1:1: error: undeclared 'x'; did you mean 'y'?\n",
          "the word is on that line more than once" },
        { "a.c:1:1: error: undeclared 'q'; did you mean 'y'?\n",
          "the word is not on that line" },
        { "a.c:1:1: error: expected ';' before 'x'\n",
          "it is not clear where the semicolon belongs" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct work work;
        apply(&work, rows[i].log, "x = x\n");
        assert_int_equal(work.count, 0);
        assert_int_equal(work.fixes.at[0].state, FIX_FAILED);
        assert_string_equal(work.fixes.at[0].why, rows[i].why);
        arena_release(&work.arena);
    }
}

static void a_fix_that_meets_another_waits(void **state)
{
    struct work work;

    (void)state;
    apply(&work,
          "a.c:1:1: error: x\nfix-it:\"a.c\":{1:1-1:4}:\"one\"\n"
          "a.c:1:2: error: y\nfix-it:\"a.c\":{1:2-1:3}:\"two\"\n",
          "abcdef\n");
    assert_int_equal(work.fixes.at[1].state, FIX_FAILED);
    assert_patch(&work, HEADER "-abcdef\n+onedef\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixit_becomes_a_hunk_with_three_lines_of_context),
        cmocka_unit_test(fixits_of_one_line_become_one_change),
        cmocka_unit_test(an_inserted_line_removes_nothing),
        cmocka_unit_test(distant_changes_get_hunks_of_their_own),
        cmocka_unit_test(a_hunk_grows_until_it_fits_one_place_only),
        cmocka_unit_test(crlf_lines_are_written_without_the_cr),
        cmocka_unit_test(a_header_goes_to_its_place_in_the_order),
        cmocka_unit_test(a_header_goes_below_an_opening_comment),
        cmocka_unit_test(several_headers_stand_in_order),
        cmocka_unit_test(a_misspelt_word_is_replaced_where_it_stands_once),
        cmocka_unit_test(a_missing_semicolon_ends_the_line_before),
        cmocka_unit_test(of_alternatives_the_first_is_taken),
        cmocka_unit_test(what_does_not_fit_is_told_and_left_alone),
        cmocka_unit_test(a_fix_that_meets_another_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
