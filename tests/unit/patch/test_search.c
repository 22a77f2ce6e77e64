/* SEARCH/REPLACE blocks: names, texts, and what cannot be told apart. */
#include "dump.h"

#include "kerf/patch/stream.h"

#define OPEN "<<<<<<< SEARCH\n"
#define PART "=======\n"
#define CLOSE ">>>>>>> REPLACE\n"
#define BLOCK OPEN "a\nb\nc\n" PART "a\nB\nc\n" CLOSE
#define HUNK "@\n a\n-b\n+B\n c\n"

static void the_difference_of_the_texts_is_the_hunk(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.c\n" BLOCK, "U f.c\n" HUNK },
        { "f.c\n" OPEN "a\n" PART CLOSE, "U f.c\n@\n-a\n" },
        { "f.c\n" OPEN "a\nb\n" PART "a\nx\n\nb\n" CLOSE,
          "U f.c\n@\n a\n+x\n+\n b\n" },
        { "f.c\n" OPEN "a\nb\nc\nd\ne\n" PART "1\nb\nc\nd\n5\n" CLOSE,
          "U f.c\n@\n-a\n+1\n b\n c\n d\n-e\n+5\n" },
        { "f.c\n" OPEN "a\n" PART "a\n" CLOSE, "U f.c\n@\n a\n" },
        { "f.c\n" OPEN " -a\n+b\n" PART " -a\n" CLOSE,
          "U f.c\n@\n  -a\n-+b\n" },
        { "f.c\r\n<<<<<<< SEARCH\r\na\r\n=======\r\nb\r\n>>>>>>> REPLACE\r\n",
          "U f.c\n@\n-a\n+b\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void the_name_is_found_around_the_block(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "src/a.c\n```c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "src/a.c\n\n```\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c src/a.c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c:src/a.c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```src/a.c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c title=\"src/a.c\"\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c {file=src/a.c}\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c\nsrc/a.c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "```c\n// src/a.c\n" BLOCK "```\n", "U src/a.c\n" HUNK },
        { "`src/a.c`:\n" BLOCK, "U src/a.c\n" HUNK },
        { "**src/a.c**\n" BLOCK, "U src/a.c\n" HUNK },
        { "**`src/a.c`:**\n" BLOCK, "U src/a.c\n" HUNK },
        { "### `src/a.c` (new file)\n" BLOCK, "U src/a.c\n" HUNK },
        { "# src/a.c\n" BLOCK, "U src/a.c\n" HUNK },
        { "#### 2. File: src/a.c\n" BLOCK, "U src/a.c\n" HUNK },
        { "1. `src/a.c`\n" BLOCK, "U src/a.c\n" HUNK },
        { "- src/a.c:\n" BLOCK, "U src/a.c\n" HUNK },
        { "`my docs/a b.txt`\n" BLOCK, "U my docs/a b.txt\n" HUNK },
        { "Makefile\n" BLOCK, "U Makefile\n" HUNK },
        { "runner\n" BLOCK, "U runner\n" HUNK },
        { ".gitignore\n" BLOCK, "U .gitignore\n" HUNK },
        { "app/(main)/[id]/page.tsx\n" BLOCK,
          "U app/(main)/[id]/page.tsx\n" HUNK },
        { "<<<<<<< SEARCH src/a.c\na\n" PART "b\n" CLOSE,
          "U src/a.c\n@\n-a\n+b\n" },
        { "### src/a.c\n\nThe loop must end:\n\n```c\n" BLOCK "```\n",
          "U src/a.c\n" HUNK },
        { "other.c\n\nsrc/a.c\n" BLOCK, "U src/a.c\n" HUNK },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void prose_is_no_name(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { BLOCK, "! line 1: no file name stands above the block" },
        { "Here is the change:\n" BLOCK,
          "! line 2: no file name stands above the block" },
        { "Before:\n" BLOCK, "! line 2: no file name stands above the block" },
        { "see src/a.c\n" BLOCK,
          "! line 2: no file name stands above the block" },
        { "https://example.org/a.c\n" BLOCK,
          "! line 2: no file name stands above the block" },
        { "Done.\n```\n" BLOCK "```\n",
          "! line 3: no file name stands above the block" },
        { "x = y.z;\n" BLOCK, "! line 2: no file name stands above the block" },
        { "runner\nis changed so:\n" BLOCK,
          "! line 3: no file name stands above the block" },
    };
    ASSERT_DUMPS(PATCH_SEARCH, cases);
}

static void blocks_inherit_the_name(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.c\n" BLOCK BLOCK, "U f.c\n" HUNK HUNK },
        { "f.c\n```\n" BLOCK "```\nAnd then:\n```\n" BLOCK "```\n",
          "U f.c\n" HUNK HUNK },
        { "f.c\n" BLOCK "f.c\n" BLOCK "g.c\n" BLOCK BLOCK "f.c\n" BLOCK,
          "U f.c\n" HUNK HUNK "U g.c\n" HUNK HUNK "U f.c\n" HUNK },
        { "f.c\n" BLOCK "Now\n" BLOCK, "U f.c\n" HUNK HUNK },
        { "f.c\n" BLOCK "g\n" BLOCK, "U f.c\n" HUNK "U g\n" HUNK },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void an_empty_search_makes_a_file(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "n.c\n" OPEN PART "a\n\n" CLOSE, "A n.c\n@\n+a\n+\n" },
        { "n.c\n" OPEN "\n" PART "a\n" CLOSE, "A n.c\n@\n+a\n" },
        { "n.c\n" OPEN PART CLOSE, "A n.c\n@\n" },
        { "n.c\n" OPEN PART "a\n" CLOSE BLOCK, "A n.c\n@\n+a\nU n.c\n" HUNK },
        { "n.c\n" BLOCK OPEN PART "a\n" CLOSE,
          "! line 14: an empty SEARCH in a file that has other blocks" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void markers_vary(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.c\n<<<<< SEARCH\na\n=====\nb\n>>>>> REPLACE\n",
          "U f.c\n@\n-a\n+b\n" },
        { "f.c\n<<<<<<<<< SEARCH\na\n=========\nb\n>>>>>>>>> REPLACE\n",
          "U f.c\n@\n-a\n+b\n" },
        { "f.c\n<<<<<<< SEARCH\na\n=====\nb\n>>>>>>>> REPLACE",
          "U f.c\n@\n-a\n+b\n" },
        { "f.c\n<<<<<<< ORIGINAL\na\n=======\nb\n>>>>>>> UPDATED\n",
          "U f.c\n@\n-a\n+b\n" },
        { "f.c\n<<<<<<<\na\n=======\nb\n>>>>>>>\n", "U f.c\n@\n-a\n+b\n" },
        { "f.c\n------- SEARCH\na\n=======\nb\n+++++++ REPLACE\n",
          "U f.c\n@\n-a\n+b\n" },
        { "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n",
          "! no patch was found" },
        { "a conflict:\n<<<<<<<\na\n=======\nb\n>>>>>>>\n",
          "! no patch was found" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void a_marker_of_another_length_is_content(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.md\n" OPEN "Title\n=====\n" PART "Titel\n=====\n" CLOSE,
          "U f.md\n@\n-Title\n+Titel\n =====\n" },
        { "f.md\n" OPEN "a\n==========\n" PART "b\n" CLOSE,
          "U f.md\n@\n-a\n-==========\n+b\n" },
        { "f.c\n" OPEN "a\n>>>>>>> topic\n" PART "a\n" CLOSE,
          "U f.c\n@\n a\n->>>>>>> topic\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void what_cannot_be_told_apart_is_refused(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.md\n" OPEN "Title\n=======\n" PART "T\n" CLOSE,
          "! line 5: a second '=======' in one block: which one parts it "
          "cannot be told" },
        { "f.c\n" OPEN "a\nb\n" CLOSE, "! line 5: a block without '======='" },
        { "f.c\n" OPEN "a\n" OPEN "b\n" PART "c\n" CLOSE,
          "! line 4: a SEARCH marker inside a block" },
        { "f.c\n" OPEN "a\n" PART "b\n",
          "! line 5: the patch was cut: no REPLACE marker" },
        { "f.c\n" OPEN "a\n" PART "b\n>>>>>>> REPL",
          "! line 6: the patch was cut: no REPLACE marker" },
        { "f.c\n" BLOCK CLOSE,
          "! line 11: a REPLACE marker without its SEARCH" },
        { "f.c\n" BLOCK "*** Begin Patch\n*** Delete File: x\n*** End Patch\n",
          "! line 11: a second patch language in one text" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n" BLOCK,
          "! line 6: a second patch language in one text" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void lines_left_out_are_refused(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "f.c\n" OPEN "a\n...\nb\n" PART "c\n" CLOSE,
          "! line 4: a line that stands for lines left out" },
        { "f.c\n" OPEN "a\n  ...\n" PART "c\n" CLOSE,
          "! line 4: a line that stands for lines left out" },
        { "f.c\n" OPEN "a\n" PART "// ... existing code ...\n" CLOSE,
          "! line 5: a line that stands for lines left out" },
        { "f.c\n" OPEN "a\n/* ... */\n" PART "b\n" CLOSE,
          "! line 4: a line that stands for lines left out" },
        { "f.c\n" OPEN "a\n# \xe2\x80\xa6 rest of the file\n" PART "b\n" CLOSE,
          "! line 4: a line that stands for lines left out" },
        { "f.py\n" OPEN "def f():\n    ...\n" PART "def g():\n    ...\n" CLOSE,
          "U f.py\n@\n-def f():\n+def g():\n     ...\n" },
        { "f.c\n" OPEN "// ... and so on\n" PART "b\n" CLOSE,
          "U f.c\n@\n-// ... and so on\n+b\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void blocks_in_lists_and_quotes_are_read(void **state)
{
    (void)state;
    static const struct dump_case cases[] = {
        { "1. src/a.c\n\n   ```c\n   <<<<<<< SEARCH\n   a\n     b\n   =======\n"
          "   a\n\n   >>>>>>> REPLACE\n   ```\n",
          "U src/a.c\n@\n a\n-  b\n+\n" },
        { "> src/a.c\n> <<<<<<< SEARCH\n> a\n>\n> =======\n> b\n"
          "> >>>>>>> REPLACE\n",
          "! line 2: no file name stands above the block" },
        { "src/a.c\n> <<<<<<< SEARCH\n> a\n>\n> =======\n> b\n"
          "> >>>>>>> REPLACE\n",
          "U src/a.c\n@\n-a\n-\n+b\n" },
    };
    ASSERT_DUMPS(PATCH_UNKNOWN, cases);
}

static void a_block_is_seen_before_it_ends(void **state)
{
    (void)state;
    struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
    const struct patch *patch = patch_stream_patch(stream);
    struct error err = { 0 };

    assert_true(patch_stream_feed(stream, STR("f.c\n" OPEN "a\n"), &err));
    assert_int_equal(patch->format, PATCH_SEARCH);
    assert_int_equal(patch->file_count, 1);
    assert_false(patch->files[0].hunks[0].complete);
    assert_true(patch_stream_feed(stream, STR(PART "b\n" CLOSE), &err));
    assert_true(patch->files[0].hunks[0].complete);
    assert_int_equal(patch->files[0].hunks[0].line_count, 2);
    assert_int_equal(patch->files[0].hunks[0].source_line, 2);
    patch_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_of_the_texts_is_the_hunk),
        cmocka_unit_test(the_name_is_found_around_the_block),
        cmocka_unit_test(prose_is_no_name),
        cmocka_unit_test(blocks_inherit_the_name),
        cmocka_unit_test(an_empty_search_makes_a_file),
        cmocka_unit_test(markers_vary),
        cmocka_unit_test(a_marker_of_another_length_is_content),
        cmocka_unit_test(what_cannot_be_told_apart_is_refused),
        cmocka_unit_test(lines_left_out_are_refused),
        cmocka_unit_test(blocks_in_lists_and_quotes_are_read),
        cmocka_unit_test(a_block_is_seen_before_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
