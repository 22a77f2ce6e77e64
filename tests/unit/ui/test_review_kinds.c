/* Every kind of change as it stands on the screen: what has no lines is told
 * in words, what is long or odd is shown whole. */
#include <locale.h>

#include "scene.h"

// Eight characters of two cells each.
#define KANJI_2 "\xe6\xbc\xa2\xe5\xad\x97"
#define KANJI_8 KANJI_2 KANJI_2 KANJI_2 KANJI_2

struct kind {
    const char *what;
    const char *patch;
    const char *file; // as it is; NULL: it is not there
    unsigned mode;
    const char *rows; // of the review, from the file's heading on
};

static const struct kind kinds[] = {
    { "a mode alone", "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
      "a\n", 0644,
      "  x   +0 -0   y0 n0 ?1   executable\n"
      "> h1 ?  ok          the mode alone: executable\n" },
    { "a mode taken back",
      "diff --git a/x b/x\nold mode 100755\nnew mode 100644\n", "a\n", 0755,
      "  x   +0 -0   y0 n0 ?1   no longer executable\n"
      "> h1 ?  ok          the mode alone: no longer executable\n" },
    { "a rename alone",
      "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to "
      "y\n",
      "a\n", 0644,
      "  x   +0 -0   y0 n0 ?1   moved to y\n"
      "> h1 ?  ok          no line changes\n" },
    { "an empty file",
      "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n",
      NULL, 0,
      "  x   +0 -0   y0 n0 ?1   new file\n"
      "> h1 ?  ok          an empty file\n" },
    { "a deleted file",
      "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n"
      "@@ -1,2 +0,0 @@\n-a\n-b\n",
      "a\nb\n", 0644,
      "  x   +0 -2   y0 n0 ?1   deleted\n"
      "> h1 ?  ok          @@ 1,2 +0,0 @@\n"
      "    1     -a\n"
      "    2     -b\n" },
    { "CR LF everywhere",
      "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n", "a\r\nb\r\n",
      0644,
      "  x   +1 -1   y0 n0 ?1\n"
      "> h1 ?  ok          CRLF @@ 1,2 +1,2 @@\n"
      "    1   1  a\n"
      "    2     -b\n"
      "        2 +c\n" },
    { "an end of line that changes",
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\r\n+b\n", "b\r\n", 0644,
      "  x   +1 -1   y0 n0 ?1\n"
      "> h1 ?  ok          @@ 1,1 +1,1 @@\n"
      "    1     -b\xe2\x90\x8d\n"
      "        1 +b\n" },
    { "no newline at the end",
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
      "a", 0644,
      "  x   +1 -1   y0 n0 ?1\n"
      "> h1 ?  ok          @@ 1,1 +1,1 @@\n"
      "    1     -a  (no newline)\n"
      "        1 +a\n" },
    { "tabs", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\ta\n+a\tb\n", "\ta\n", 0644,
      "  x   +1 -1   y0 n0 ?1\n"
      "> h1 ?  ok          @@ 1,1 +1,1 @@\n"
      "    1     -        a\n"
      "        1 +a       b\n" },
    { "a long line of wide characters",
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+" KANJI_8 KANJI_8 KANJI_8 KANJI_8
      "\n",
      "a\n", 0644,
      "  x   +1 -1   y0 n0 ?1\n"
      "> h1 ?  ok          @@ 1,1 +1,1 @@\n"
      "    1     -a\n"
      "        1 +" KANJI_8 KANJI_8 KANJI_8 "\n"
      "         \\+" KANJI_8 "\n" },
};

static struct scene scene_of(const struct kind *kind)
{
    struct scene scene =
        scene_with(16, 60, (struct ui_options){ .review_only = true });

    scene_patch(&scene, kind->patch);
    scene_apply(&scene,
                (struct event){ .kind = EVENT_PREIMAGE,
                                .call_id = STR("p1"),
                                .text = str_from(kind->file ? kind->file : ""),
                                .number = kind->mode,
                                .flag = kind->file != NULL });
    return scene;
}

static void every_kind_of_change_is_shown_for_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct scene scene = scene_of(&kinds[i]);
        struct str rest = str_from(kinds[i].rows), line;
        for (size_t row = 4; str_split(&rest, '\n', &line); row++)
            if (line.len > 0 && !str_equal(scene_row(&scene, row), line))
                fail_msg("%s: row %zu is not \"%.*s\" on\n%s", kinds[i].what,
                         row, STR_ARG(line), scene_text(&scene));
        scene_destroy(&scene);
    }
}

static void numbers_of_four_digits_stay_apart(void **state)
{
    (void)state;
    struct buf file = { 0 };
    for (int i = 1; i <= 2000; i++)
        buf_printf(&file, "%d\n", i);
    struct scene scene =
        scene_with(16, 60, (struct ui_options){ .review_only = true });
    scene_patch(&scene,
                "--- a/x\n+++ b/x\n@@ -1500,2 +1500,2 @@\n 1500\n-1501\n"
                "+new\n");
    scene_file(&scene, "p1", 0, buf_cstr(&file));

    assert_shows(&scene, "  1500 1500  1500");
    assert_shows(&scene, "  1501      -1501");
    buf_release(&file);
    scene_destroy(&scene);
}

static void the_heading_of_the_first_file_is_in_view(void **state)
{
    (void)state;
    struct scene scene =
        scene_with(16, 60, (struct ui_options){ .review_only = true });
    scene_patch(&scene, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
    scene_draw(&scene);

    // What is wrong with the file is learnt once it has been read.
    scene_apply(&scene,
                (struct event){ .kind = EVENT_PREIMAGE,
                                .call_id = STR("p1"),
                                .flag = true,
                                .extra = STR("it is a symbolic link") });

    assert_row(&scene, 4, "  x   +1 -1   y0 n0 ?1   1 conflict");
    assert_row(&scene, 5, "         ! it is a symbolic link");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_change_is_shown_for_what_it_is),
        cmocka_unit_test(numbers_of_four_digits_stay_apart),
        cmocka_unit_test(the_heading_of_the_first_file_is_in_view),
    };

    setenv("LC_ALL", "C.UTF-8", 1);
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
