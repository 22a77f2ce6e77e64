/* Reading while bytes arrive: what is known when, and what is refused. */
#include "review.h"

struct reading {
    struct patch_stream *stream;
    const struct patch *patch;
    struct error err;
};

static struct reading begin(enum patch_format format)
{
    struct reading r = { .stream = patch_stream_create(format) };
    r.patch = patch_stream_patch(r.stream);
    return r;
}

static bool feed(struct reading *r, const char *text)
{
    return patch_stream_feed(r->stream, str_from(text), &r->err);
}

static void end(struct reading *r)
{
    patch_stream_destroy(r->stream);
}

static void a_hunk_is_complete_when_the_next_line_proves_it(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);

    assert_true(feed(&r, "*** Begin Patch\n*** Update File: f\n@@\n-a\n+b\n"));
    assert_int_equal(r.patch->file_count, 1);
    assert_int_equal(r.patch->files[0].hunks[0].line_count, 2);
    assert_false(r.patch->files[0].hunks[0].complete);
    assert_true(feed(&r, "@"));
    assert_false(r.patch->files[0].hunks[0].complete);
    assert_true(feed(&r, "@\n"));
    assert_true(r.patch->files[0].hunks[0].complete);
    assert_false(r.patch->files[0].complete);
    assert_true(feed(&r, "-c\n*** End Patch\n"));
    assert_true(r.patch->files[0].hunks[1].complete);
    assert_true(r.patch->files[0].complete);
    end(&r);
}

static void an_end_of_file_mark_completes_its_hunk(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);

    assert_true(feed(&r, "*** Begin Patch\n*** Update File: f\n-a\n"
                         "*** End of File\n"));

    assert_true(r.patch->files[0].hunks[0].complete);
    assert_true(r.patch->files[0].hunks[0].at_end);
    end(&r);
}

static void a_deletion_is_complete_at_once(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);

    assert_true(feed(&r, "*** Begin Patch\n*** Delete File: f\n"));

    assert_int_equal(r.patch->files[0].action, FILE_DELETE);
    assert_true(r.patch->files[0].hunks[0].complete);
    end(&r);
}

static void the_lines_of_a_new_file_can_be_watched(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);

    assert_true(feed(&r, "*** Begin Patch\n*** Add File: f\n+one\n+tw"));

    assert_int_equal(r.patch->files[0].hunks[0].line_count, 1);
    assert_text(r.patch->files[0].hunks[0].lines[0].text, "one");
    assert_true(feed(&r, "o\n"));
    assert_text(r.patch->files[0].hunks[0].lines[1].text, "two");
    end(&r);
}

static void a_unified_hunk_is_complete_at_the_next_header(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);

    assert_true(feed(&r, HEAD "@@ -1 +1 @@\n-a\n+b\n"));
    assert_int_equal(r.patch->format, PATCH_UNIFIED);
    assert_false(r.patch->files[0].hunks[0].complete);
    assert_true(feed(&r, "@@ -9 +9 @@ void f(void)\n"));
    assert_true(r.patch->files[0].hunks[0].complete);
    assert_int_equal(r.patch->files[0].hunks[1].hint, 8);
    end(&r);
}

static void the_format_is_found_from_the_first_telling_line(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);

    assert_true(feed(&r, "I will now\n--- not a header\nedit:\n"));
    assert_int_equal(r.patch->format, PATCH_UNKNOWN);
    assert_true(feed(&r, "*** Begin Patch\n"));
    assert_int_equal(r.patch->format, PATCH_APPLY);
    end(&r);
}

static void anchors_and_moves_are_read(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);

    assert_true(feed(&r, "*** Begin Patch\n*** Update File:  a b \n"
                         "*** Move to: c\n@@ class A\n@@ def f @@\n-x\n"
                         "*** End Patch\n"));

    const struct file_patch *file = &r.patch->files[0];
    assert_text(file->path, "a b");
    assert_text(file->move_to, "c");
    assert_int_equal(file->hunk_count, 1);
    assert_int_equal(file->hunks[0].anchor_count, 2);
    assert_text(file->hunks[0].anchors[0], "class A");
    assert_text(file->hunks[0].anchors[1], "def f");
    assert_int_equal(file->hunks[0].source_line, 4);
    assert_true(patch_stream_finish(r.stream, &r.err));
    end(&r);
}

static void git_headers_are_read(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNIFIED);

    assert_true(feed(&r, "diff --git a/x b/y\nold mode 100644\n"
                         "new mode 100755\nsimilarity index 100%\n"
                         "rename from x\nrename to y\n"));
    assert_true(patch_stream_finish(r.stream, &r.err));

    const struct file_patch *file = &r.patch->files[0];
    assert_text(file->path, "x");
    assert_text(file->move_to, "y");
    assert_int_equal(file->mode, 0100755);
    assert_int_equal(file->hunk_count, 1);
    assert_int_equal(file->hunks[0].line_count, 0);
    assert_true(file->complete);
    end(&r);
}

static void missing_newlines_are_marked(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNIFIED);

    assert_true(feed(&r, HEAD "@@ -1 +1 @@\n-a\n\\ No newline at end of file"
                              "\n+b\n"));
    assert_true(patch_stream_finish(r.stream, &r.err));

    const struct hunk *hunk = &r.patch->files[0].hunks[0];
    assert_true(hunk->lines[0].no_newline);
    assert_false(hunk->lines[1].no_newline);
    assert_true(hunk->at_end);
    end(&r);
}

static void an_error_names_the_line_and_lasts(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);

    assert_false(feed(&r, "*** Begin Patch\n*** Add File: f\n+a\nb\n"));
    assert_int_equal(r.err.kind, ERROR_INVALID);
    assert_non_null(strstr(r.err.text, "line 4: "));
    assert_int_equal(r.patch->files[0].hunks[0].line_count, 1);
    memset(&r.err, 0, sizeof(r.err));
    assert_false(feed(&r, "+c\n"));
    assert_non_null(strstr(r.err.text, "line 4: "));
    assert_false(patch_stream_finish(r.stream, &r.err));
    end(&r);
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);

    assert_false(patch_stream_feed(r.stream, STR("a\0b\n"), &r.err));

    assert_string_equal(r.err.text, "line 1: a NUL byte");
    end(&r);
}

static void a_patch_beyond_the_limit_is_refused_before_it_is_stored(
    void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);
    struct str huge = { "x", LIMIT_PATCH_BYTES + 1 };

    assert_false(patch_stream_feed(r.stream, huge, &r.err));

    assert_int_equal(r.err.kind, ERROR_LIMIT);
    assert_int_equal(patch_stream_bytes(r.stream), 0);
    end(&r);
}

static void a_long_file_name_is_refused(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);
    char name[LIMIT_PATCH_PATH_BYTES + 3];
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 2] = '\n';
    name[sizeof(name) - 1] = '\0';

    assert_true(feed(&r, "*** Begin Patch\n*** Add File: "));
    assert_false(feed(&r, name));

    assert_int_equal(r.err.kind, ERROR_LIMIT);
    end(&r);
}

static void too_many_files_are_refused(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_APPLY);
    size_t fine = 0;

    assert_true(feed(&r, "*** Begin Patch\n"));
    while (feed(&r, "*** Delete File: f\n"))
        fine++;

    assert_int_equal(fine, LIMIT_PATCH_FILES);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    end(&r);
}

static void nothing_is_not_a_patch(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);

    assert_false(patch_stream_finish(r.stream, &r.err));

    assert_string_equal(r.err.text, "no patch was found");
    end(&r);
}

static void counts_tell_added_and_removed_lines(void **state)
{
    (void)state;
    struct reading r = begin(PATCH_UNKNOWN);
    size_t added, removed;

    assert_true(feed(&r, HEAD "@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n e\n"));
    patch_file_counts(&r.patch->files[0], &added, &removed);

    assert_int_equal(added, 2);
    assert_int_equal(removed, 1);
    end(&r);
}

static void parsing_at_once_gives_nothing_of_a_broken_patch(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };

    assert_null(patch_parse(&arena,
                            STR("*** Begin Patch\n*** Delete File: f\n"),
                            PATCH_UNKNOWN, &err));

    assert_int_equal(err.kind, ERROR_INVALID);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hunk_is_complete_when_the_next_line_proves_it),
        cmocka_unit_test(an_end_of_file_mark_completes_its_hunk),
        cmocka_unit_test(a_deletion_is_complete_at_once),
        cmocka_unit_test(the_lines_of_a_new_file_can_be_watched),
        cmocka_unit_test(a_unified_hunk_is_complete_at_the_next_header),
        cmocka_unit_test(the_format_is_found_from_the_first_telling_line),
        cmocka_unit_test(anchors_and_moves_are_read),
        cmocka_unit_test(git_headers_are_read),
        cmocka_unit_test(missing_newlines_are_marked),
        cmocka_unit_test(an_error_names_the_line_and_lasts),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(
            a_patch_beyond_the_limit_is_refused_before_it_is_stored),
        cmocka_unit_test(a_long_file_name_is_refused),
        cmocka_unit_test(too_many_files_are_refused),
        cmocka_unit_test(nothing_is_not_a_patch),
        cmocka_unit_test(counts_tell_added_and_removed_lines),
        cmocka_unit_test(parsing_at_once_gives_nothing_of_a_broken_patch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
