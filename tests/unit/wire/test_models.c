/* Lists of models: protocol.md 6.8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/wire/models.h"

static void each_server_tells_what_it_knows(void **state)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct model_list list;

    (void)state;
    assert_true(models_read(
        &arena,
        STR("{\"object\":\"list\",\"data\":["
            "{\"id\":\"z\",\"created\":5,\"owned_by\":\"o\","
            "\"shutdown_date\":\"2026-12-31\"},"
            "{\"id\":\"/m.gguf\",\"meta\":{\"n_ctx_train\":8192}},"
            "{\"id\":\"v\",\"max_model_len\":32768,\"shutdown_date\":null},"
            "{\"id\":\"c\",\"limits\":{\"max_context_length\":131072,"
            "\"max_completion_tokens\":40960},\"deprecated\":true},"
            "{\"id\":\"v\"},{\"name\":\"no id\"},7,"
            "{\"id\":\"bad\",\"max_model_len\":\"x\",\"shutdown_date\":"
            "\"soon\"}]}"),
        &list, &err));
    assert_int_equal(list.count, 5);
    assert_true(str_is(list.models[0].id, "/m.gguf"));
    assert_int_equal(models_find(&list, STR("/m.gguf"))->window, 8192);
    assert_int_equal(models_find(&list, STR("v"))->window, 32768);
    assert_int_equal(models_find(&list, STR("c"))->window, 131072);
    assert_int_equal(models_find(&list, STR("c"))->max_output, 40960);
    assert_true(models_find(&list, STR("c"))->deprecated);
    assert_int_equal(models_find(&list, STR("bad"))->window, 0);
    assert_int_equal(models_find(&list, STR("bad"))->shutdown.len, 0);
    assert_true(str_is(models_find(&list, STR("z"))->shutdown, "2026-12-31"));
    assert_true(str_is(models_find(&list, STR("z"))->owner, "o"));
    assert_null(models_find(&list, STR("y")));
    arena_release(&arena);
}

static void an_empty_list_is_one(void **state)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct model_list list;

    (void)state;
    assert_true(models_read(&arena, STR("{\"data\":[]}"), &list, &err));
    assert_null(models_find(&list, STR("a")));
    assert_null(models_nearest(&list, STR("a")));
    assert_true(models_read(&arena, STR("[{\"id\":\"a\"}]"), &list, &err));
    assert_int_equal(list.count, 1);
    arena_release(&arena);
}

static void what_is_no_list_is_an_error(void **state)
{
    static const char *const bad[] = {
        "",  "<html>",        "{}",
        "7", "{\"data\":{}}", "{\"error\":{\"message\":\"no\"}}"
    };
    struct arena arena = { 0 };
    struct model_list list;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct error err = { 0 };
        assert_false(models_read(&arena, str_from(bad[i]), &list, &err));
        assert_int_equal(err.kind, ERROR_INVALID);
    }
    arena_release(&arena);
}

static void too_many_are_refused(void **state)
{
    struct arena arena = { 0 };
    struct buf json = { 0 };
    struct error err = { 0 };
    struct model_list list;

    (void)state;
    buf_append_char(&json, '[');
    for (size_t i = 0; i < LIMIT_MODELS; i++)
        buf_append(&json, STR("7,"));
    buf_append(&json, STR("7]"));
    assert_false(models_read(&arena, buf_str(&json), &list, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    buf_release(&json);
    arena_release(&arena);
}

static void the_nearest_name_begins_alike(void **state)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct model_list list;

    (void)state;
    assert_true(models_read(&arena,
                            STR("{\"data\":[{\"id\":\"gpt-5.3-codex\"},"
                                "{\"id\":\"gpt-6-luna\"},{\"id\":\"qwen\"}]}"),
                            &list, &err));
    assert_true(str_is(models_nearest(&list, STR("gpt-5.3-codex-spark"))->id,
                       "gpt-5.3-codex"));
    assert_null(models_nearest(&list, STR("llama")));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_server_tells_what_it_knows),
        cmocka_unit_test(an_empty_list_is_one),
        cmocka_unit_test(what_is_no_list_is_an_error),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(the_nearest_name_begins_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
