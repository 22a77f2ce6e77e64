/* The declaration of the tools, and the words that go with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/agent/prompt.h"
#include "kerf/agent/tools.h"
#include "kerf/base/json.h"

static struct json *declared(struct buf *text)
{
    struct error err = { 0 };

    tools_declare(text);
    struct json *tools = json_parse(buf_str(text), &err);
    assert_non_null(tools);
    return tools;
}

static void the_declaration_is_json_and_each_tool_is_found(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct json *tools = declared(&text);

    assert_int_equal(json_count(tools), 5);
    for (size_t i = 0; i < json_count(tools); i++) {
        struct str name = json_str(json_member(json_at(tools, i), "name"));
        assert_int_not_equal(tool_find(name), TOOL_NONE);
    }
    json_destroy(tools);
    buf_release(&text);
}

static void apply_patch_is_freeform_with_a_grammar(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct json *tools = declared(&text);
    const struct json *patch = json_at(tools, 4);

    assert_true(str_is(json_str(json_member(patch, "type")), "custom"));
    assert_true(str_is(json_str(json_path(patch, "format.syntax")), "lark"));
    json_destroy(tools);
    buf_release(&text);
}

static void the_declaration_is_the_same_every_time(void **state)
{
    (void)state;
    struct buf a = { 0 }, b = { 0 };

    tools_declare(&a);
    tools_declare(&b);
    assert_true(str_equal(buf_str(&a), buf_str(&b)));
    buf_release(&a);
    buf_release(&b);
}

static void an_unknown_tool_is_none(void **state)
{
    (void)state;
    assert_int_equal(tool_find(STR("launch")), TOOL_NONE);
    assert_int_equal(tool_find(STR("")), TOOL_NONE);
}

static void the_prompt_names_the_tree_and_takes_the_project_along(void **state)
{
    (void)state;
    struct buf with = { 0 }, without = { 0 };

    prompt_instructions(&without, STR("/home/a/net"), (struct str){ 0 });
    prompt_instructions(&with, STR("/home/a/net"), STR("Use tabs.\n"));
    assert_int_not_equal(str_find(buf_str(&with), STR("called net;")),
                         SIZE_MAX);
    assert_true(str_ends_with(buf_str(&with), STR("Use tabs.\n")));
    assert_true(str_starts_with(buf_str(&with), buf_str(&without)));
    buf_release(&with);
    buf_release(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_declaration_is_json_and_each_tool_is_found),
        cmocka_unit_test(apply_patch_is_freeform_with_a_grammar),
        cmocka_unit_test(the_declaration_is_the_same_every_time),
        cmocka_unit_test(an_unknown_tool_is_none),
        cmocka_unit_test(the_prompt_names_the_tree_and_takes_the_project_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
