/* The apply_patch language: its leniencies, and where they end. */
#include "dump.h"

#define BEGIN "*** Begin Patch\n"
#define END "*** End Patch\n"
#define UPDATE "*** Update File: f\n"
#define F "U f\n@\n-a\n+b\n"

static void the_envelope_varies(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { BEGIN UPDATE "-a\n+b\n" END, F },
        { "  " BEGIN UPDATE "-a\n+b\n  " END, F },
        { BEGIN UPDATE "-a\n+b\n*** End Patch", F },
        { "```\n" BEGIN UPDATE "-a\n+b\n" END "```\n", F },
        { "```patch\n" BEGIN UPDATE "-a\n+b\n" END "```", F },
        { "Here it is.\n\n" BEGIN UPDATE "-a\n+b\n" END "\nDone.\n", F },
        { "<<'EOF'\n" BEGIN UPDATE "-a\n+b\n" END "EOF\n", F },
        { "cd x && apply_patch <<\"EOF\"\n" BEGIN UPDATE "-a\n+b\n" END "EOF",
          F },
        { BEGIN "*** Environment ID: abc\n" UPDATE "-a\n+b\n" END, F },
        { BEGIN "\n" UPDATE "-a\n+b\n" END "\n", F },
        { "*** Begin Patch\r\n*** Update File: f\r\n-a\r\n+b\r\n"
          "*** End Patch\r\n",
          F },
        { "1. This:\n\n   ```\n   " BEGIN "   " UPDATE "   @@\n   -a\n   +b\n"
          "   " END "   ```\n",
          F },
        { "> " BEGIN "> " UPDATE "> -a\n> +b\n> " END, F },
        { BEGIN UPDATE "-a\n+b\n" END BEGIN "*** Delete File: g\n" END,
          F "D g\n@\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void headers_vary(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { BEGIN "*** Update File:f\n-a\n+b\n" END, F },
        { BEGIN "*** Add File:n\n+x\n" END, "A n\n@\n+x\n" },
        { BEGIN "  *** Add File: n  \n+x\n" END, "A n\n@\n+x\n" },
        { BEGIN "*** Add File: n\n" END, "A n\n@\n" },
        { BEGIN "*** Add File: `n`\n+x\n" END, "A `n`\n@\n+x\n" },
        { BEGIN "*** Delete File: d\n" END, "D d\n@\n" },
        { BEGIN "*** Delete File: d\n\n*** Add File: d\n+x\n" END,
          "D d\n@\nA d\n@\n+x\n" },
        { BEGIN UPDATE "*** Move to: g\n" END, "U f > g\n@\n" },
        { BEGIN UPDATE "*** Move to:g\n-a\n+b\n" END, "U f > g\n@\n-a\n+b\n" },
        { BEGIN UPDATE "\n*** Move to: g\n-a\n+b\n" END,
          "U f > g\n@\n-a\n+b\n" },
        { BEGIN "*** Update File: x\n*** Move to: y\n"
                "*** Update File: y\n*** Move to: x\n" END,
          "U x > y\n@\nU y > x\n@\n" },
    };
    ASSERT_DUMPS(PATCH_APPLY, cases);
}

static void anchors_vary(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { BEGIN UPDATE "@@\n-a\n+b\n" END, F },
        { BEGIN UPDATE "@@ class A\n@@ def f():\n-a\n+b\n" END,
          "U f\n@ [class A] [def f():]\n-a\n+b\n" },
        { BEGIN UPDATE "@@ class A @@\n-a\n+b\n" END,
          "U f\n@ [class A]\n-a\n+b\n" },
        { BEGIN UPDATE "@@ -1,3 +1,4 @@\n-a\n+b\n" END, F },
        { BEGIN UPDATE "@@ -1,3 +1,4 @@ int f(void)\n-a\n+b\n" END,
          "U f\n@ [int f(void)]\n-a\n+b\n" },
        { BEGIN UPDATE "@@ ... @@\n-a\n+b\n" END, F },
        { BEGIN UPDATE "-a\n+b\n@@\n-c\n+d\n" END, F "@\n-c\n+d\n" },
        { BEGIN UPDATE "-a\n+b\n*** End of File\n" END, "U f\n@$\n-a\n+b\n" },
        { BEGIN UPDATE "-a\n+b\n*** End of File\n\n@@\n-c\n" END,
          "U f\n@$\n-a\n+b\n@\n-c\n" },
        { BEGIN UPDATE "\n-a\n+b\n\n" END, "U f\n@\n \n-a\n+b\n \n" },
        { BEGIN UPDATE " x\n\n-a\n+b\n" END, "U f\n@\n x\n \n-a\n+b\n" },
    };
    ASSERT_DUMPS(PATCH_APPLY, cases);
}

static void what_is_cut_or_unclear_is_refused(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "", "! no '*** Begin Patch' line" },
        { UPDATE "-a\n" END,
          "! line 1: '*** Begin Patch' is missing before this" },
        { BEGIN END, "! the patch names no files" },
        { BEGIN UPDATE "-a\n+b\n",
          "! line 4: the patch was cut: no '*** End Patch'" },
        { BEGIN UPDATE "-a\n+b\n*** End Pat",
          "! line 5: a line of a hunk begins with ' ', '+' or '-', this one "
          "does not" },
        { BEGIN UPDATE END, "! line 3: the update of f holds no change" },
        { BEGIN UPDATE "@@\n" END, "! line 4: a hunk of f holds no lines" },
        { BEGIN UPDATE "*** End of File\n" END,
          "! line 3: '*** End of File' without lines before" },
        { BEGIN UPDATE "-a\n*** End of File\n+b\n" END,
          "! line 5: a line behind '*** End of File'" },
        { BEGIN UPDATE "-a\n*** Move to: g\n" END,
          "! line 4: '*** Move to:' must follow its header" },
        { BEGIN UPDATE "a\n" END,
          "! line 3: a line of a hunk begins with ' ', '+' or '-', this one "
          "does not" },
        { BEGIN "*** Add File: n\nx\n" END,
          "! line 3: neither a file header nor '*** End Patch'" },
        { BEGIN "*** Delete File: d\n-x\n" END,
          "! line 3: neither a file header nor '*** End Patch'" },
        { BEGIN "*** Add File:\n+x\n" END, "! line 2: a file name is missing" },
        { BEGIN "*** Environment ID:\n" UPDATE "-a\n" END,
          "! line 2: neither a file header nor '*** End Patch'" },
        { BEGIN UPDATE "-a\n+b\n" END UPDATE "-a\n",
          "! line 6: '*** Begin Patch' is missing before this" },
        { BEGIN UPDATE "-a\n+b\n" BEGIN UPDATE "-a\n" END,
          "! line 5: a line of a hunk begins with ' ', '+' or '-', this one "
          "does not" },
    };
    ASSERT_DUMPS(PATCH_APPLY, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_envelope_varies),
        cmocka_unit_test(headers_vary),
        cmocka_unit_test(anchors_vary),
        cmocka_unit_test(what_is_cut_or_unclear_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
