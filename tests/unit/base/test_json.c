/* JSON trees, the writer and the scanner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kerf/base/json.h"

static struct json *parse(const char *text)
{
    struct error err = { 0 };
    struct json *root = json_parse(str_from(text), &err);
    if (!root)
        fail_msg("%s", err.text);
    return root;
}

static void values_are_reached_by_path(void **state)
{
    (void)state;
    struct json *root = parse("{\"a\":{\"b\":[1,2.5,\"x\",true,null]},"
                              "\"n\":-7}");

    const struct json *list = json_path(root, "a.b");

    assert_int_equal(json_count(list), 5);
    assert_int_equal(json_int(json_at(list, 0), 0), 1);
    assert_true(json_double(json_at(list, 1), 0) == 2.5);
    assert_true(str_is(json_str(json_at(list, 2)), "x"));
    assert_true(json_bool(json_at(list, 3), false));
    assert_int_equal(json_kind(json_at(list, 4)), JSON_KIND_NULL);
    assert_int_equal(json_int(json_member(root, "n"), 0), -7);
    json_destroy(root);
}

static void what_is_absent_gives_the_fallback(void **state)
{
    (void)state;
    struct json *root = parse("{\"s\":\"x\"}");

    assert_null(json_path(root, "s.t"));
    assert_null(json_path(root, "no.such"));
    assert_null(json_at(root, 0));
    assert_int_equal(json_kind(NULL), JSON_KIND_NONE);
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_str(NULL).len, 0);
    assert_int_equal(json_int(json_member(root, "s"), 9), 9);
    assert_true(json_bool(NULL, true));
    json_destroy(root);
    json_destroy(NULL);
}

static void a_long_key_is_not_taken_for_a_shorter_one(void **state)
{
    (void)state;
    char text[128] = "{\"", path[128];
    memset(text + 2, 'k', 63);
    memcpy(text + 65, "\":1}", 5);
    memset(path, 'k', 70);
    path[70] = '\0';
    struct json *root = parse(text);

    assert_null(json_path(root, path));

    json_destroy(root);
}

static void a_number_too_large_for_an_integer_gives_the_fallback(void **state)
{
    (void)state;
    struct json *root = parse("[1e300,3.9,-2.0]");

    assert_int_equal(json_int(json_at(root, 0), 5), 5);
    assert_int_equal(json_int(json_at(root, 1), 5), 3);
    assert_int_equal(json_int(json_at(root, 2), 5), -2);
    json_destroy(root);
}

static void malformed_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "{",
        "{\"a\":}",
        "[1,]",
        "{'a':1}",
        "\"\\x\"",
        "nul",
        "01",
        "[1] 2",
        "\"\xff\"",
        "{\"a\":1\n\x1b[2J}",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        assert_null(json_parse(str_from(cases[i]), &err));
        assert_int_equal(err.kind, ERROR_INVALID);
        assert_memory_equal(err.text, "JSON line ", 10);
        assert_null(strchr(err.text, '\x1b'));
    }
}

static void deep_nesting_is_refused_without_a_crash(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct error err = { 0 };
    for (int i = 0; i < 100000; i++)
        buf_append_char(&text, '[');

    assert_null(json_parse(buf_str(&text), &err));

    buf_release(&text);
}

static void what_is_too_large_is_refused_unread(void **state)
{
    (void)state;
    struct error err = { 0 };

    assert_null(json_parse((struct str){ "x", LIMIT_JSON_BYTES + 1u }, &err));

    assert_int_equal(err.kind, ERROR_LIMIT);
}

static void each_name(struct str key, const struct json *value, void *ctx)
{
    (void)value;
    buf_append(ctx, key);
}

static void members_keep_their_order(void **state)
{
    (void)state;
    struct buf names = { 0 }, text = { 0 };
    struct json *root =
        parse("{ \"z\": 1, \"a\": [ true ], \"m\": \"\\u0000\" }");

    json_each(root, each_name, &names);
    json_dump(root, &text);

    assert_string_equal(buf_cstr(&names), "zam");
    assert_string_equal(buf_cstr(&text),
                        "{\"z\":1,\"a\":[true],\"m\":\"\\u0000\"}");
    buf_release(&names);
    buf_release(&text);
    json_destroy(root);
}

static void the_writer_sets_commas_and_escapes(void **state)
{
    (void)state;
    struct buf out = { 0 };
    struct json_writer w = { .out = &out };

    json_begin_object(&w);
    json_member_str(&w, "s", STR("\"\\\n\x01\xff\xc3\xa9\0"));
    json_member_int(&w, "i", INT64_MIN);
    json_member_bool(&w, "b", true);
    json_key(&w, "l");
    json_begin_array(&w);
    json_put_double(&w, 0.5);
    json_put_double(&w, 1.0 / 0.0);
    json_put_null(&w);
    json_put_raw(&w, STR("{}"));
    json_begin_object(&w);
    json_end_object(&w);
    json_put_bool(&w, false);
    json_end_array(&w);
    json_end_object(&w);

    assert_string_equal(
        buf_cstr(&out),
        "{\"s\":\"\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\\u0000\","
        "\"i\":-9223372036854775808,\"b\":true,"
        "\"l\":[0.5,null,null,{},{},false]}");
    buf_release(&out);
}

static void the_scanner_walks_over_the_members(void **state)
{
    (void)state;
    struct str text = STR(" { \"type\" : \"a\\\"b\" ,\"n\":-1.5e3,\n"
                          "\"o\":{\"x\":[1,\"}\"]} } ");
    struct str key, value;
    size_t at = 0;

    assert_true(json_scan_member(text, &at, &key, &value));
    assert_true(str_is(key, "type"));
    assert_true(str_is(value, "\"a\\\"b\""));
    assert_true(json_scan_member(text, &at, &key, &value));
    assert_true(str_is(value, "-1.5e3"));
    assert_true(json_scan_member(text, &at, &key, &value));
    assert_true(str_is(value, "{\"x\":[1,\"}\"]}"));
    assert_false(json_scan_member(text, &at, &key, &value));
    assert_int_equal(at, text.len);
}

static void the_scanner_tells_a_whole_object_from_a_cut_one(void **state)
{
    (void)state;
    struct str whole = STR("{\"a\":1,\"b\":\"x\",\"c\":[{}]}");

    for (size_t len = 0; len <= whole.len; len++) {
        struct str text = str_take(whole, len), key, value;
        size_t at = 0;
        while (json_scan_member(text, &at, &key, &value))
            ;
        bool complete = len > 0 && at == text.len;
        if (complete != (len == whole.len))
            fail_msg("cut at %zu", len);
    }
}

static void the_scanner_refuses_what_is_no_object(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "[1]",      "x",   "{\"a\" 1}",  "{a:1}", "{\"a\":1,}",
        "{\"a\":}", "{,}", "{\"a\":1}x", "{} {}", "{\"a\":1 \"b\":2}",
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str text = str_from(cases[i]), key, value;
        size_t at = 0;
        while (json_scan_member(text, &at, &key, &value))
            ;
        assert_int_not_equal(at, text.len);
    }
}

static void escapes_are_undone(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *text; // no text: refused
    } cases[] = {
        { "\"a\"", "a" },
        { "\"\\n\\t\\/\\\\\\\"\"", "\n\t/\\\"" },
        { "\"\\u00e9\"", "\xc3\xa9" },
        { "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
        { "\"\\ud83d\"", "\xef\xbf\xbd" },
        { "\"\\ud83dx\"", "\xef\xbf\xbdx" },
        { "\"\\ude00\"", "\xef\xbf\xbd" },
        { "\"\\u12\"", NULL },
        { "\"\\x\"", NULL },
        { "\"a", NULL },
        { "\"", NULL },
        { "\"a\"b\"", NULL },
        { "\"\n\"", NULL },
        { "\"\\\"", NULL },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out = { 0 };
        bool fine = json_unescape(str_from(cases[i].raw), &out);
        assert_int_equal(fine, cases[i].text != NULL);
        if (fine)
            assert_string_equal(buf_cstr(&out), cases[i].text);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_reached_by_path),
        cmocka_unit_test(what_is_absent_gives_the_fallback),
        cmocka_unit_test(a_long_key_is_not_taken_for_a_shorter_one),
        cmocka_unit_test(a_number_too_large_for_an_integer_gives_the_fallback),
        cmocka_unit_test(malformed_text_is_refused_with_its_place),
        cmocka_unit_test(deep_nesting_is_refused_without_a_crash),
        cmocka_unit_test(what_is_too_large_is_refused_unread),
        cmocka_unit_test(members_keep_their_order),
        cmocka_unit_test(the_writer_sets_commas_and_escapes),
        cmocka_unit_test(the_scanner_walks_over_the_members),
        cmocka_unit_test(the_scanner_tells_a_whole_object_from_a_cut_one),
        cmocka_unit_test(the_scanner_refuses_what_is_no_object),
        cmocka_unit_test(escapes_are_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
