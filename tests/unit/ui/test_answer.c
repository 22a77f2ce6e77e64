/* What terminals say about themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/ui/answer.h"

static void answers_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum answer_kind kind;
        bool yes;
    } cases[] = {
        { "[0n", ANSWER_READY, true },
        { "[3n", ANSWER_OTHER, false },
        { "[?1;2c", ANSWER_DEVICE, true },
        { "[?65;1;9c", ANSWER_DEVICE, true },
        { "[>41;370;0c", ANSWER_OTHER, false },
        { "[?2026;2$y", ANSWER_SYNC, true },
        { "[?2026;1$y", ANSWER_SYNC, true },
        { "[?2026;0$y", ANSWER_SYNC, false },
        { "[?2026;4$y", ANSWER_SYNC, false },
        { "[?2026;22$y", ANSWER_SYNC, false },
        { "[?2004;1$y", ANSWER_OTHER, false },
        { "]11;rgb:0000/0000/0000", ANSWER_PAPER, false },
        { "]11;rgb:ffff/ffff/ffff", ANSWER_PAPER, true },
        { "]11;rgb:fd/f6/e3", ANSWER_PAPER, true },
        { "]11;rgb:0/2/3", ANSWER_PAPER, false },
        { "]11;rgba:ffff/ffff/ffff/8000", ANSWER_PAPER, true },
        { "]11;rgb:ffff/ffff/0000", ANSWER_PAPER, true },
        { "]11;rgb:0000/0000/ffff", ANSWER_PAPER, false },
        { "]10;rgb:ffff/ffff/ffff", ANSWER_OTHER, false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct answer answer = answer_read(str_from(cases[i].text));
        assert_int_equal(answer.kind, cases[i].kind);
        assert_int_equal(answer.yes, cases[i].yes);
    }
}

static void a_broken_colour_is_no_answer(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "]",
        "]11;",
        "]11;?",
        "]11;rgb:",
        "]11;rgb:ff",
        "]11;rgb:ff/ff",
        "]11;rgb:ff//ff",
        "]11;rgb:ff/fg/ff",
        "]11;rgb:fffff/ffff/ffff",
        "]11;#ffffff",
        "]11;white",
        "[?",
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        assert_int_equal(answer_read(str_from(broken[i])).kind, ANSWER_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_told_apart),
        cmocka_unit_test(a_broken_colour_is_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
