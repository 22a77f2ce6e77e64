/* The tables: events, commands, and the arithmetic of usage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "kerf/model/command.h"
#include "kerf/model/event.h"
#include "kerf/model/usage.h"

static void every_event_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (enum event_kind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        const char *name = event_kind_name(kind);
        assert_non_null(name);
        assert_int_equal(event_kind_find(str_from(name)), kind);
    }
}

static void an_unknown_word_is_no_event(void **state)
{
    (void)state;
    assert_int_equal(event_kind_find(STR("of_tomorrow")), EVENT_KIND_COUNT);
    assert_int_equal(event_kind_find(STR("")), EVENT_KIND_COUNT);
}

static void what_is_read_anew_is_not_journalled(void **state)
{
    static const enum event_kind anew[] = { EVENT_REPO,        EVENT_LINK,
                                            EVENT_TOOL_OUTPUT, EVENT_PREIMAGE,
                                            EVENT_BASE,        EVENT_WAIT };
    size_t kept = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(anew) / sizeof(anew[0]); i++)
        assert_false(event_is_journalled(anew[i]));
    for (enum event_kind kind = 0; kind < EVENT_KIND_COUNT; kind++)
        kept += event_is_journalled(kind);
    assert_int_equal(kept, EVENT_KIND_COUNT - 6);
}

static void every_command_is_told_in_a_phrase(void **state)
{
    (void)state;
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        assert_non_null(info->name);
        assert_non_null(info->arguments);
        assert_in_range(strlen(info->help), 1, 60);
        assert_true(kind == CMD_NONE || info->where != 0);
    }
}

static void a_slash_command_is_found_by_its_name(void **state)
{
    (void)state;
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        assert_int_equal(command_find(str_from(info->name)),
                         info->slash ? kind : CMD_NONE);
    }
    assert_int_equal(command_find(STR("context")), CMD_CONTEXT);
}

static void only_what_a_key_gives_has_no_slash(void **state)
{
    (void)state;
    assert_int_equal(command_find(STR("send")), CMD_NONE);
    assert_int_equal(command_find(STR("approve")), CMD_NONE);
    assert_int_equal(command_find(STR("")), CMD_NONE);
}

static void cached_tokens_cost_their_own_price(void **state)
{
    struct usage usage = { .input = 1000000,
                           .cached = 400000,
                           .output = 100000 };
    struct price price = { 2, 0.5, 10 };

    (void)state;
    assert_float_equal(usage_cost(usage, price), 1.2 + 0.2 + 1.0, 1e-9);
}

static void more_cached_than_input_is_never_negative(void **state)
{
    struct usage usage = { .input = 10, .cached = 1000000 };

    (void)state;
    assert_float_equal(usage_cost(usage, (struct price){ 1, 1, 1 }), 1e-5,
                       1e-12);
}

static void usage_adds_field_by_field(void **state)
{
    struct usage sum = usage_add((struct usage){ 1, 2, 3, 4 },
                                 (struct usage){ 10, 20, 30, 40 });

    (void)state;
    assert_int_equal(sum.input, 11);
    assert_int_equal(sum.cached, 22);
    assert_int_equal(sum.output, 33);
    assert_int_equal(sum.reasoning, 44);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_word_of_its_own),
        cmocka_unit_test(an_unknown_word_is_no_event),
        cmocka_unit_test(what_is_read_anew_is_not_journalled),
        cmocka_unit_test(every_command_is_told_in_a_phrase),
        cmocka_unit_test(a_slash_command_is_found_by_its_name),
        cmocka_unit_test(only_what_a_key_gives_has_no_slash),
        cmocka_unit_test(cached_tokens_cost_their_own_price),
        cmocka_unit_test(more_cached_than_input_is_never_negative),
        cmocka_unit_test(usage_adds_field_by_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
