/* Unified diffs as they come: every dialect, and every way to be damaged. */
#include "dump.h"

#define N "--- a/f\n+++ b/f\n"
#define H "@@ -1,3 +1,3 @@\n"
#define B " a\n-b\n+c\n d\n"
#define U "U f\n@0\n a\n-b\n+c\n d\n"

static void every_dialect_names_its_files(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "diff --git a/f b/f\nindex 12ab..34cd 100644\n" N H B, U },
        { "diff --git i/f w/f\n--- i/f\n+++ w/f\n" H B, U },
        { "diff --git c/f o/f\n--- c/f\n+++ o/f\n" H B, U },
        { "diff --git f f\n--- f\n+++ f\n" H B, U },
        { "--- f\n+++ f\n" H B, U },
        { "--- f.orig\n+++ f\n" H B, U },
        { "--- old/f\n+++ new/f\n" H B, U },
        { "--- x-1.0/f\n+++ x-1.1/f\n" H B, U },
        { "--- f\t2024-01-01 00:00:00.000000000 +0000\n"
          "+++ f\t2024-01-02 00:00:00.000000000 +0000\n" H B,
          U },
        { "--- f   2024-01-01 00:00:00.000000000 +0000\n"
          "+++ f   2024-01-02 00:00:00.000000000 +0000\n" H B,
          U },
        { "--- f Mon Jan  1 00:00:00 2024\n+++ f Tue Jan  2 00:00:00 2024\n" H
              B,
          U },
        { "diff -ru old/f new/f\n--- old/f\t2024-01-01 00:00:00 +0000\n"
          "+++ new/f\t2024-01-02 00:00:00 +0000\n" H B,
          U },
        { "diff -ruN old/f new/f\n--- old/f\t1970-01-01 00:00:00 +0000\n"
          "+++ new/f\t2024-01-02 00:00:00 +0000\n@@ -0,0 +1 @@\n+a\n",
          "A f\n@0\n+a\n" },
        { "Only in old: x\ndiff -r old/f new/f\n--- old/f\n+++ new/f\n" H B
          "Only in new: y\n",
          U },
        { "Index: f\n=====================================================\n"
          "--- f\t(revision 3)\n+++ f\t(working copy)\n" H B,
          U },
        { "Index: f\n=====================================================\n"
          "--- f   (revision 3)\n+++ f   (working copy)\n" H B,
          U },
        { "Index: f\n=====================================================\n"
          "--- f (revision 3)\n+++ f (working copy)\n" H B
          "\nProperty changes on: f\n__________\nAdded: svn:eol-style\n",
          U },
        { "Index: n\n=====================================================\n"
          "--- n\t(nonexistent)\n+++ n\t(revision 3)\n@@ -0,0 +1 @@\n+a\n",
          "A n\n@0\n+a\n" },
        { "# HG changeset patch\n# User a\ndiff -r 12ab34cd -r 34cd56ef f\n"
          "--- a/f\tThu Jan 01 00:00:00 2024 +0000\n"
          "+++ b/f\tThu Jan 01 00:00:00 2024 +0000\n" H B,
          U },
        { "diff -r 12ab34cd n\n--- /dev/null\tThu Jan 01 00:00:00 1970 +0000\n"
          "+++ b/n\tThu Jan 01 00:00:00 2024 +0000\n@@ -0,0 +1 @@\n+a\n",
          "A n\n@0\n+a\n" },
        { "--- \"a/caf\\303\\251\"\n+++ \"b/caf\\303\\251\"\n" H B,
          "U caf\xc3\xa9\n@0\n a\n-b\n+c\n d\n" },
        { "diff --git \"a/t\\tb\" \"b/t\\tb\"\nold mode 100644\n"
          "new mode 100755\n",
          "U t\tb 100755\n@\n" },
        { "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n" H B,
          "U a b\n@0\n a\n-b\n+c\n d\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void renames_may_swap_two_names(void **state)
{
    (void)state;
    assert_dump("diff --git a/x b/y\nsimilarity index 100%\nrename from x\n"
                "rename to y\ndiff --git a/y b/x\nsimilarity index 100%\n"
                "rename from y\nrename to x\n",
                PATCH_UNKNOWN, "U x > y\n@\nU y > x\n@\n");
}

static void the_lines_overrule_the_counts(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { N "@@ -1,9 +1,9 @@\n" B "@@ -20 +20 @@\n-x\n+y\n",
          U "@19\n-x\n+y\n" },
        { N "@@ -1 +1 @@\n" B, U },
        { N "@@\n" B, "U f\n@\n a\n-b\n+c\n d\n" },
        { N "@@ ... @@\n" B, "U f\n@\n a\n-b\n+c\n d\n" },
        { N "@@ -1,3 +1,3\n" B, U },
        { "```\n" N "@@ -1,9 +1,9 @@\n" B "```\n", U },
        { N "@@ -1,9 +1,9 @@\n" B "```\n",
          "! line 8: the hunk is shorter than its header says" },
        { N "@@ -1,9 +1,9 @@\n" B "-- \n2.39.5\n", U },
        { N "@@ -1,9 +1,9 @@\n" B "diff --git a/g b/g\n--- a/g\n+++ b/g\n"
            "@@ -1 +1 @@\n-x\n+y\n",
          U "U g\n@0\n-x\n+y\n" },
        { "```diff\n" N "@@ -1,9 +1,9 @@\n" B "```", U },
        { N "@@ -1,9 +1,9 @@\n" B,
          "! line 7: the hunk is shorter than its header says" },
        { N "@@ -1,9 +1,9 @@\n" B "\n",
          "! line 8: the hunk is shorter than its header says" },
        { N "@@ -1,9 +1,9 @@\n" B "That is it.\n",
          "! line 8: the hunk is shorter than its header says" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void an_insertion_stands_behind_the_line_its_header_names(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { N "@@ -2,0 +3 @@\n+x\n", "U f\n@2\n+x\n" },
        { N "@@ -0,0 +1,2 @@\n+x\n+y\n", "U f\n@0\n+x\n+y\n" },
        { N "@@ -3 +2,0 @@\n-x\n", "U f\n@2\n-x\n" },
        { "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n", "A f\n@0\n+x\n" },
        { "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "D f\n@0\n-x\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void lost_blanks_and_line_ends_are_forgiven(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { N H "\n-b\n+c\n d\n", "U f\n@0\n \n-b\n+c\n d\n" },
        { N H " a\n-b\n+c\n\n", "U f\n@0\n a\n-b\n+c\n \n" },
        { "--- a/f\r\n+++ b/f\r\n@@ -1,3 +1,3 @@\r\n a\r\n-b\r\n+c\r\n d\r\n",
          U },
        { N "@@ -1,3 +1,3 @@\n a\r\n-b\r\n+c\r\n d\r\n",
          "U f\n@0\n a\r\n-b\r\n+c\r\n d\r\n" },
        { N H "a\n-b\n+c\nd\n", U },
        { N H " a\n-b\n+c\nd\n", U },
        { N "@@ -1,4 +1,4 @@\n int f(void)\n{\n-b\n+c\n}\n",
          "U f\n@0\n int f(void)\n {\n-b\n+c\n }\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void a_missing_newline_is_told_in_any_language(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { N "@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch am Dateiende.\n+b\n",
          "U f\n@0$\n-a\\\n+b\n" },
        { N "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file",
          "U f\n@0\n-a\n+b\\\n" },
        { N "@@ -1 +1 @@\n-a\n\\\n+b\n\\\n", "U f\n@0$\n-a\\\n+b\\\n" },
        { N "@@ -1 +1 @@\n\\ No newline\n",
          "! line 4: '\\ No newline' without a line before" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void what_cannot_be_applied_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "diff --cc f\n", "! line 1: a combined diff, which has two sides" },
        { "*** f\t2024-01-01\n--- f\t2024-01-02\n***************\n"
          "*** 1,3 ****\n",
          "! line 3: a context diff; kerf reads unified ones (diff -u)" },
        { "diff f.old f\n2c2\n< b\n---\n> c\n",
          "! line 3: a diff without context; kerf reads unified ones "
          "(diff -u)" },
        { "diff -e f.old f\n2c\nc\n.\n",
          "! line 2: an ed script; kerf reads unified diffs (diff -u)" },
        { "--- a/f\n+++ b/f\n",
          "! line 2: the patch was cut: a file header, no hunk" },
        { "@@ -1 +1 @@\n-a\n+b\n", "! line 1: a hunk without a file name" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void prose_fences_lists_and_quotes_are_passed_over(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "First:\n```diff\n" N H B
          "```\nThen:\n```diff\n--- a/g\n+++ b/g\n" H B "```\nDone.\n",
          U "U g\n@0\n a\n-b\n+c\n d\n" },
        { "1. So:\n\n   ```diff\n   --- a/f\n   +++ b/f\n"
          "   @@ -1,3 +1,3 @@\n    a\n   -b\n   +c\n    d\n   ```\n",
          U },
        { "    --- a/f\n    +++ b/f\n    @@ -1,3 +1,3 @@\n     a\n    -b\n"
          "    +c\n     d\n",
          U },
        { "\t--- a/f\n\t+++ b/f\n\t@@ -1,3 +1,3 @@\n\t a\n\t-b\n\t+c\n\t d\n",
          U },
        { "He wrote:\n> --- a/f\n> +++ b/f\n> @@ -1,4 +1,4 @@\n>  a\n>\n> -b\n"
          "> +c\n>  d\n\nYes.\n",
          "U f\n@0\n a\n \n-b\n+c\n d\n" },
        { "commit 12ab\n    like this:\n    --- a/x\n    +++ b/x\n"
          "    @@ -1 +1 @@\n    -a\n    +b\n\n" N H B,
          U },
        { "```diff\n" N H B "@@ -9 +9 @@\n-x\n+y\n```\n", U "@8\n-x\n+y\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void encoded_mails_are_decoded(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "From 12ab Mon Sep 17 00:00:00 2001\nSubject: x\n"
          "Content-Transfer-Encoding: quoted-printable\n\ntext\n"
          "---\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a =3D "
          "b;=20\n-caf=C3=\n=A9\n"
          "+x\n--=20\n2.39\n",
          "U f\n@0\n a = b; \n-caf\xc3\xa9\n+x\n" },
        { "Subject: x\r\nContent-Transfer-Encoding: Base64\r\n\r\n"
          "LS0tIGEvZgorKysgYi9mCkBAIC0x\r\nLDMgKzEsMyBAQAogYQotYgorYwogZAo="
          "\r\n",
          U },
        { "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"=-1\"\n\n"
          "--=-1\nContent-Type: image/png\n"
          "Content-Transfer-Encoding: base64\n\nAAAA\n--=-1\n"
          "Content-Type: text/x-patch\n"
          "Content-Transfer-Encoding: quoted-printable\n\n" N
          "@@ -1 +1 @@\n-=61\n+=62\n--=-1--\n",
          "U f\n@0\n-a\n+b\n" },
        { "Subject: x\nContent-Transfer-Encoding: base64\n\n*\n",
          "! line 4: malformed base64 in a mail" },
        { N "@@ -1 +1 @@\n-=3D\n+=20\n", "U f\n@0\n-=3D\n+=20\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect_names_its_files),
        cmocka_unit_test(renames_may_swap_two_names),
        cmocka_unit_test(the_lines_overrule_the_counts),
        cmocka_unit_test(an_insertion_stands_behind_the_line_its_header_names),
        cmocka_unit_test(lost_blanks_and_line_ends_are_forgiven),
        cmocka_unit_test(a_missing_newline_is_told_in_any_language),
        cmocka_unit_test(what_cannot_be_applied_is_refused_with_a_reason),
        cmocka_unit_test(prose_fences_lists_and_quotes_are_passed_over),
        cmocka_unit_test(encoded_mails_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
