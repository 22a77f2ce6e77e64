/* Scenario files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/sim/engine.h"

static void play(struct engine *engine, const char *input,
                 struct sim_answer *answer, struct arena *arena)
{
    struct error err;
    struct json *request = json_parse(str_from(input), &err);
    struct engine_input in = { .request = request };

    *answer = (struct sim_answer){ 0 };
    assert_true(engine_answer(engine, arena, &in, answer, &err));
    json_destroy(request);
}

static void the_sample_scenario_plays_to_its_end(void **state)
{
    struct arena arena = { 0 };
    struct sim_answer answer;
    struct buf text = { 0 };
    struct error err;
    FILE *file = fopen("tests/cases/sim/scenario.json", "rb");
    int c;

    (void)state;
    if (!file)
        skip(); // not started in the root of the tree
    while ((c = getc(file)) != EOF)
        buf_append_char(&text, (char)c);
    fclose(file);
    struct engine *engine = engine_create_script(buf_str(&text), &err);
    assert_non_null(engine);
    play(engine, "{\"input\":\"x\"}", &answer, &arena);
    assert_int_equal(answer.count, 3);
    assert_int_equal(answer.items[0].kind, SIM_REASONING);
    assert_true(str_is(answer.items[2].text, "{\"command\":\"ls\"}"));
    play(engine, "{\"input\":\"a.c\"}", &answer, &arena);
    assert_int_equal(answer.frame_tokens, 8);
    assert_int_equal(answer.tps, 500);
    assert_int_equal(answer.items[0].kind, SIM_CUSTOM_CALL);
    play(engine, "{\"input\":\"x\"}", &answer, &arena);
    assert_int_equal(answer.wishes.faults.at[0].kind, FAULT_CLOSE);
    assert_int_equal(answer.wishes.faults.at[0].code, 1006);
    play(engine, "{\"input\":\"x\"}", &answer, &arena);
    assert_true(str_is(answer.items[0].text, "Done."));
    engine_destroy(engine);
    buf_release(&text);
    arena_release(&arena);
}

static void broken_scenarios_are_refused_with_their_place(void **state)
{
    static const char *const rows[][2] = {
        { "{\"turns\":[", "JSON line 1" },
        { "{\"turns\":1}", "no array \"turns\"" },
        { "{\"turns\":[[{\"text\":\"a\"},{\"dance\":1}]]}",
          "turn 1: entry 2: unknown kind" },
        { "{\"turns\":[[],{\"text\":7}]}", "turn 2: \"text\" of a wrong kind" },
        { "{\"turns\":[{\"function_call\":{\"name\":\"f\"}}]}",
          "needs name and arguments" },
        { "{\"turns\":[{\"echo\":2}]}", "tokens from 5" },
        { "{\"turns\":[{\"items\":[],\"fault\":\"fire\"}]}",
          "turn 1: --fault: no fault" },
        { "{\"turns\":[{\"items\":[],\"tps\":-1}]}", "a rate below 0" },
        { "{\"turns\":[[{\"expect\":{\"input_contains\":\"x\"}},"
          "{\"custom_tool_call\":{}}]]}",
          "turn 1: entry 2: \"custom_tool_call\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct error err = { 0 };
        assert_null(engine_create_script(str_from(rows[i][0]), &err));
        if (str_find(str_from(err.text), str_from(rows[i][1])) == SIZE_MAX)
            fail_msg("%s: no %s", err.text, rows[i][1]);
    }
}

static void what_must_be_missing_is_looked_for(void **state)
{
    struct arena arena = { 0 };
    struct sim_answer answer = { 0 };
    struct error err;
    struct engine *engine = engine_create_script(
        STR("{\"turns\":[{\"expect\":{\"input_lacks\":\"secret\"}}]}"), &err);
    struct json *request = json_parse(STR("{\"input\":\"a secret\"}"), &err);
    struct engine_input in = { .request = request };

    (void)state;
    assert_non_null(engine);
    assert_false(engine_answer(engine, &arena, &in, &answer, &err));
    assert_string_equal(err.text, "turn 1: \"expect\": expected the input not "
                                  "to contain \"secret\"");
    json_destroy(request);
    engine_destroy(engine);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_scenario_plays_to_its_end),
        cmocka_unit_test(broken_scenarios_are_refused_with_their_place),
        cmocka_unit_test(what_must_be_missing_is_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
