/* git's binary patches: what is read, carried out, and refused. */
#include "review.h"

#include "kerf/patch/binary.h"

#define GIT_I "diff --git a/i b/i\nindex 553a99f..335fcc8 100644\n"
#define DELTA \
    GIT_I "GIT binary patch\ndelta 15\nWcmZo*X<?a=!jhd@l(sQt4kG|4)dgPw\n\n"
#define DELTA_BACK "delta 14\nVcmZo+X<(U<GC6~B&SDluMgSw{1VR7+\n\n"
#define LITERAL GIT_I "GIT binary patch\nliteral 4\nLcmZQbOiBR&0#5-b\n\n"
#define LITERAL_BACK "literal 4\nLcmZQbOiBg-0!{%Z\n\n"

static void assert_read_refused(const char *source, const char *why)
{
    struct arena arena = { 0 };
    struct error err = { 0 };

    if (patch_parse(&arena, str_from(source), PATCH_UNKNOWN, &err))
        fail_msg("was read, though %s", why);
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    arena_release(&arena);
}

static const struct patch *read_patch(struct arena *arena, const char *source)
{
    struct error err = { 0 };
    const struct patch *patch =
        patch_parse(arena, str_from(source), PATCH_UNKNOWN, &err);

    if (!patch)
        fail_msg("%s", err.text);
    return patch;
}

// 0 to 255, twice: what the delta above was made for.
static struct str bytes_twice(struct arena *arena)
{
    char *bytes = arena_alloc(arena, 512);
    for (int i = 0; i < 512; i++)
        bytes[i] = (char)i;
    return (struct str){ bytes, 512 };
}

static void a_literal_is_the_new_content(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    const struct patch *patch = read_patch(&arena, LITERAL LITERAL_BACK);
    const struct file_patch *file = &patch->files[0];
    struct str result;

    assert_int_equal(file->action, FILE_UPDATE);
    assert_int_equal(file->hunk_count, 1);
    assert_int_equal(file->hunks[0].line_count, 0);
    assert_text(file->old_id, "553a99f");
    assert_text(file->new_id, "335fcc8");
    assert_true(
        binary_apply(&arena, file->binary, STR("\0abc"), &result, &err));
    assert_true(str_equal(result, STR("\0abd")));
    arena_release(&arena);
}

static void the_way_back_proves_the_preimage(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    const struct patch *patch = read_patch(&arena, LITERAL LITERAL_BACK);
    struct str result;

    assert_false(binary_apply(&arena, patch->files[0].binary, STR("\0abx"),
                              &result, &err));

    assert_int_equal(err.kind, ERROR_CONFLICT);
    arena_release(&arena);
}

static void a_literal_without_a_way_back_fits_anything(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    const struct patch *patch = read_patch(&arena, LITERAL);
    struct str result;

    assert_false(patch->files[0].binary->has_reverse);
    assert_true(binary_apply(&arena, patch->files[0].binary, STR("other"),
                             &result, &err));
    assert_true(str_equal(result, STR("\0abd")));
    arena_release(&arena);
}

static void a_delta_copies_from_its_preimage(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    const struct patch *patch = read_patch(&arena, DELTA DELTA_BACK);
    struct str pre = bytes_twice(&arena), result;

    if (!binary_apply(&arena, patch->files[0].binary, pre, &result, &err))
        fail_msg("%s", err.text);

    assert_int_equal(result.len, 516);
    assert_true(str_equal(str_take(result, 100), str_take(pre, 100)));
    assert_true(str_starts_with(str_skip(result, 100), STR("kerf")));
    assert_true(str_equal(str_skip(result, 104), str_skip(pre, 100)));
    arena_release(&arena);
}

static void a_delta_refuses_a_preimage_of_another_size(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    const struct patch *patch = read_patch(&arena, DELTA);
    struct str result;

    assert_false(binary_apply(&arena, patch->files[0].binary, STR("short"),
                              &result, &err));

    assert_int_equal(err.kind, ERROR_CONFLICT);
    arena_release(&arena);
}

static void files_are_made_and_deleted(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct str result;
    const struct patch *patch = read_patch(
        &arena, "diff --git a/k b/k\r\ndeleted file mode 100644\r\n"
                "index 2c8eac4..0000000\r\nGIT binary patch\r\nliteral 0\r\n"
                "HcmV?d00001\r\n\r\nliteral 5\r\nMcmZQb&(BK*00b`qssI20\r\n\r\n"
                "diff --git a/n b/n\nnew file mode 100644\n"
                "index 0000000..f9e371f\nGIT binary patch\nliteral 4\n"
                "LcmZR`ODzWg0*?Vp\n\nliteral 0\nHcmV?d00001\n\n-- \n2.39\n");

    assert_int_equal(patch->file_count, 2);
    assert_int_equal(patch->files[0].action, FILE_DELETE);
    assert_int_equal(patch->files[1].action, FILE_ADD);
    assert_true(binary_apply(&arena, patch->files[0].binary, STR("\0gone"),
                             &result, &err));
    assert_int_equal(result.len, 0);
    assert_true(
        binary_apply(&arena, patch->files[1].binary, STR(""), &result, &err));
    assert_true(str_equal(result, STR("\0new")));
    arena_release(&arena);
}

static void malformed_data_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data, *why;
    } cases[] = {
        { "", "no binary data" },
        { "patch 3\n", "neither 'literal' nor 'delta'" },
        { "literal x\n", "neither 'literal' nor 'delta'" },
        { "literal 4\n", "cut or malformed" },
        { "literal 4\n\n", "cut or malformed" },
        { "literal 4\nLcmZQbOiBR&0#5\n", "a malformed line" },
        { "literal 4\nLcmZQbOiBR&0#5-b0\n", "a malformed line" },
        { "literal 4\nLcmZQbOiBR&0#5- \n", "a malformed line" },
        { "literal 4\nL~~~~~OiBR&0#5-b\n", "a malformed line" },
        { "literal 3\nLcmZQbOiBR&0#5-b\n\n", "cut or malformed" },
        { "literal 5\nLcmZQbOiBR&0#5-b\n\n", "cut or malformed" },
        { "literal 4\nLcmZQbOiBR&0#5-b\nLcmZQbOiBR&0#5-b\n\n",
          "cut or malformed" },
        { "literal 99999999\nLcmZQbOiBR&0#5-b\n\n", "cut or malformed" },
        { "literal 999999999\n", "bytes of binary data" },
        { "delta 4\nLcmZQbOiBR&0#5-b\n\n", "delta is malformed" },
        { "literal 4\nLcmZQbOiBR&0#5-b\n\nliteral 4\nLcmZQb",
          "malformed line" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf source = { 0 };
        buf_printf(&source, GIT_I "GIT binary patch\n%s", cases[i].data);
        assert_read_refused(buf_cstr(&source), cases[i].why);
        buf_release(&source);
    }
}

static void data_without_a_file_is_refused(void **state)
{
    (void)state;
    assert_read_refused("GIT binary patch\nliteral 0\nHcmV?d00001\n\n",
                        "without a file name");
}

static void every_part_of_a_delta_is_checked(void **state)
{
    (void)state;
    static const struct {
        struct str delta;
        bool fine;
    } cases[] = {
        { { "\x03\x02\x90\x02", 4 }, true },      // copy 2 from 0
        { { "\x03\x02\x91\x01\x02", 5 }, true },  // copy 2 from 1
        { { "\x03\x02\x91\x02\x02", 5 }, false }, // copy 2 from 2 of 3
        { { "\x03\x02\x91\x04\x02", 5 }, false }, // copy from beyond
        { { "\x03\x02\x90\x03", 4 }, false },     // more than announced
        { { "\x03\x02\x90\x01", 4 }, false },     // less than announced
        { { "\x03\x02\x02"
            "ab",
            5 },
          true },
        { { "\x03\x02\x02"
            "a",
            4 },
          false },                        // inserts what is not there
        { { "\x03\x00\x00", 3 }, false }, // a reserved instruction
        { { "\x03\x02\x90", 3 }, false }, // no size
        { { "\x03", 1 }, false },         // no result size
        { { "", 0 }, false },             // nothing
        { { "\x00\x00", 2 }, true },      // nothing to nothing
        { { "\x80\x80\x80\x80\x80\x80\x80\x80\x01\x00", 10 }, false },
        { { "\x00\xff\xff\xff\xff\x7f", 6 }, false },    // huge
        { { "\x80\x80\x04\x80\x80\x04\x80", 7 }, true }, // copy 0x10000
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        size_t size;
        if (binary_check_delta(cases[i].delta, &size, &err) != cases[i].fine)
            fail_msg("case %zu: %s", i, err.text);
    }
}

static void a_binary_file_is_complete_behind_its_way_back(void **state)
{
    (void)state;
    struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
    const struct patch *patch = patch_stream_patch(stream);
    struct error err = { 0 };

    assert_true(patch_stream_feed(stream, STR(LITERAL), &err));
    assert_int_equal(patch->file_count, 1);
    assert_false(patch->files[0].complete);
    assert_true(patch_stream_feed(stream, STR(LITERAL_BACK), &err));
    assert_true(patch->files[0].complete);
    assert_int_equal(patch->files[0].hunk_count, 1);
    patch_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_literal_is_the_new_content),
        cmocka_unit_test(the_way_back_proves_the_preimage),
        cmocka_unit_test(a_literal_without_a_way_back_fits_anything),
        cmocka_unit_test(a_delta_copies_from_its_preimage),
        cmocka_unit_test(a_delta_refuses_a_preimage_of_another_size),
        cmocka_unit_test(files_are_made_and_deleted),
        cmocka_unit_test(malformed_data_is_refused),
        cmocka_unit_test(data_without_a_file_is_refused),
        cmocka_unit_test(every_part_of_a_delta_is_checked),
        cmocka_unit_test(a_binary_file_is_complete_behind_its_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
