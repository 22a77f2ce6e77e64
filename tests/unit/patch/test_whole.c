/* Whole-file answers: when they are ones, and what they hold. */
#include "dump.h"

#define FENCED "```c\na\n\n b\n```\n"
#define ALL "@\n+a\n+\n+ b\n"

static void a_name_and_a_block_are_a_whole_file(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "src/a.c\n" FENCED, "R src/a.c\n" ALL },
        { "**src/a.c**\n\n" FENCED "\n`b.c`:\n~~~\n```\n~~~\n",
          "R src/a.c\n" ALL "R b.c\n@\n+```\n" },
        { "```c src/a.c\na\n```\n", "R src/a.c\n@\n+a\n" },
        { "README.md\n````\n```\nx\n```\n````\n",
          "R README.md\n@\n+```\n+x\n+```\n" },
        { "f.c\r\n```\r\na\r\n```\r\n", "R f.c\n@\n+a\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
    ASSERT_DUMPS(PATCH_WHOLE, cases);
}

static void a_text_with_prose_is_an_answer_only_if_asked_for(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "Look:\n\nsrc/a.c\n" FENCED, "R src/a.c\n" ALL },
        { "src/a.c\n" FENCED "That is all.\n", "R src/a.c\n" ALL },
        { "src/a.c\n" FENCED "```sh\nmake\n```\n", "R src/a.c\n" ALL },
    };
    ASSERT_DUMPS(PATCH_WHOLE, cases);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_dump(cases[i].source, PATCH_UNKNOWN, "! no patch was found");
}

static void a_snippet_without_a_name_is_no_patch(void **state)
{
    (void)state;
    static const char *const sources[] = {
        FENCED,
        "src/a.c\nthe loop:\n" FENCED,
        "In src/a.c:\n" FENCED,
        "runner\n" FENCED,
        "src/a.c\n",
    };

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        assert_dump(sources[i], PATCH_UNKNOWN, "! no patch was found");
        assert_dump(sources[i], PATCH_WHOLE,
                    "! no fenced block has a file name above it");
    }
}

static void an_unsure_end_is_refused(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.c\n```\na\n", "! line 3: the answer was cut: no closing fence" },
        { "f.md\n```\na\n```sh\nb\n```\n",
          "! line 4: a fence inside a fenced file: where it ends cannot be "
          "told" },
        { "f.c\n```\n```\n", "! line 3: an empty block for f.c" },
        { "f.c\n```\na\n// ... rest of the code\n```\n",
          "! line 4: a line that stands for lines left out" },
    };
    ASSERT_DUMPS(PATCH_WHOLE, cases);
}

static void a_diff_in_a_named_block_is_a_diff(void **state)
{
    (void)state;
    assert_dump("f.c\n```diff\n--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-a\n+b\n"
                "```\n",
                PATCH_UNKNOWN, "U f.c\n@0\n-a\n+b\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_and_a_block_are_a_whole_file),
        cmocka_unit_test(a_text_with_prose_is_an_answer_only_if_asked_for),
        cmocka_unit_test(a_snippet_without_a_name_is_no_patch),
        cmocka_unit_test(an_unsure_end_is_refused),
        cmocka_unit_test(a_diff_in_a_named_block_is_a_diff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
