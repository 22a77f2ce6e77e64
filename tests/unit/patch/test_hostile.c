/* Input made to hurt: large and repetitive. Each would take minutes if any
 * reader were quadratic; here it must end, and within its limits. */
#include "dump.h"

#include "kerf/patch/stream.h"

#define MEGABYTE ((size_t)1 << 20)

static struct buf repeated(const char *head, const char *text, size_t bytes)
{
    struct buf out = { 0 };
    struct str piece = str_from(text);

    buf_append(&out, str_from(head));
    while (out.len + piece.len <= bytes)
        buf_append(&out, piece);
    return out;
}

// Reads it in pieces of about a frame; what comes out does not matter.
static void read_all(const struct buf *source, enum patch_format format)
{
    struct patch_stream *stream = patch_stream_create(format);
    struct str rest = buf_str(source);
    struct error err = { 0 };
    bool fine = true;

    while (fine && rest.len > 0) {
        fine = patch_stream_feed(stream, str_take(rest, 1000), &err);
        rest = str_skip(rest, 1000);
    }
    if (fine)
        fine = patch_stream_finish(stream, &err);
    assert_true(fine || err.text[0]);
    patch_stream_destroy(stream);
}

static void repetitions_are_read_in_one_pass(void **state)
{
    (void)state;
    static const struct {
        const char *head, *text;
    } cases[] = {
        { "", "@@ -1 +1 @@\n" },
        { "--- a/f\n+++ b/f\n", "@@ -1 +1 @@\n-a\n+b\n" },
        { "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n", "\n" },
        { "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n", "\n" },
        { "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n", "--- \n" },
        { "--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n", "\\ \n" },
        { "", "`" },
        { "", "> " },
        { "", "> \n" },
        { "", "    --- a\n" },
        { "--- ", "1970-01-01 " },
        { "--- ", "(revision 1) " },
        { "diff --git ", "a " },
        { "diff --git \"", "\\" },
        { "", "diff --git a/f b/f\n" },
        { "", "--- a\n+++ b\n" },
        { "", "a.c\n" },
        { "", "a.c\n```\nx\n```\n" },
        { "a.c\n", "```\n" },
        { "", "<<<<<<<\n" },
        { "a.c\n<<<<<<< SEARCH\n", "\n" },
        { "a.c\n<<<<<<< SEARCH\n", "=======\n" },
        { "a.c\n<<<<<<< SEARCH\n", "x" },
        { "a.c\n<<<<<<< SEARCH\nx\n=======\n", "x\ny\n" },
        { "a.c\n", "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n" },
        { "*** Begin Patch\n", "*** Update File: f\n-a\n+b\n" },
        { "*** Begin Patch\n*** Update File: f\n", "@@ x\n" },
        { "*** Begin Patch\n*** Update File: f\n-a\n", "\n" },
        { "*** Begin Patch\n*** Update File: f\n-a\n", " *** End Patch\n" },
        { "A: b\n", " c\n" },
        { "A: b\nContent-Transfer-Encoding: quoted-printable\n\n", "=41=\n" },
        { "A: b\nContent-Transfer-Encoding: quoted-printable\n\n", "=0A" },
        { "A: b\nContent-Transfer-Encoding: base64\n\n", "QUFB\n" },
        { "A: b\nContent-Transfer-Encoding: base64\n\n", "CgoK" },
        { "Content-Type: x; ", "boundary=" },
        { "diff --git a/f b/f\nGIT binary patch\nliteral 9\n",
          "HcmV?d00001\n" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf source =
            repeated(cases[i].head, cases[i].text, MEGABYTE / 8);
        for (int format = PATCH_UNKNOWN; format <= PATCH_WHOLE; format++)
            read_all(&source, (enum patch_format)format);
        buf_release(&source);
    }
}

static void a_megabyte_is_read_in_one_pass(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "",
        "--- a/f\n+++ b/f\n",
        "*** Begin Patch\n*** Update File: f\n",
        "a.c\n<<<<<<< SEARCH\n",
        "a.c\n```\n",
    };

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct buf headers = repeated(heads[i], "@@\n", MEGABYTE);
        struct buf line = repeated(heads[i], "x", MEGABYTE);
        read_all(&headers, PATCH_UNKNOWN);
        read_all(&line, PATCH_UNKNOWN);
        buf_release(&headers);
        buf_release(&line);
    }
}

static void too_many_files_of_any_language_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum patch_format format;
        const char *head, *text;
    } cases[] = {
        { PATCH_UNIFIED, "", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n" },
        { PATCH_SEARCH, "",
          "<<<<<<< SEARCH a.c\n=======\n>>>>>>> REPLACE\n"
          "<<<<<<< SEARCH b.c\n=======\n>>>>>>> REPLACE\n" },
        { PATCH_WHOLE, "", "a.c\n```\nx\n```\n" },
        { PATCH_APPLY, "*** Begin Patch\n", "*** Delete File: f\n" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct buf source = repeated(cases[i].head, cases[i].text,
                                     strlen(cases[i].text) * 100000);
        assert_null(
            patch_parse(&arena, buf_str(&source), cases[i].format, &err));
        assert_int_equal(err.kind, ERROR_LIMIT);
        assert_non_null(strstr(err.text, "files"));
        buf_release(&source);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_are_read_in_one_pass),
        cmocka_unit_test(a_megabyte_is_read_in_one_pass),
        cmocka_unit_test(too_many_files_of_any_language_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
