/* The built-in engine, one answer at a time: conversation in, items out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/sim/engine.h"

#define TOOLS                                                              \
    "[{\"type\":\"function\",\"name\":\"shell\"},{\"type\":\"function\","  \
    "\"name\":\"read_file\"},{\"type\":\"function\",\"name\":\"search\"}," \
    "{\"type\":\"custom\",\"name\":\"apply_patch\"}]"

// A conversation in the making, and the last answer.
struct talk {
    struct arena arena;
    struct buf input; // items with commas between
    struct engine *engine;
    struct json *request;
    struct sim_answer answer;
    const char *tools;
    unsigned calls;
};

static void talk_open(struct talk *talk)
{
    *talk = (struct talk){ .engine = engine_create_fixit(), .tools = TOOLS };
}

static void talk_close(struct talk *talk)
{
    json_destroy(talk->request);
    engine_destroy(talk->engine);
    buf_release(&talk->input);
    arena_release(&talk->arena);
}

static struct json_writer begin_item(struct talk *talk, const char *type)
{
    struct json_writer w = { &talk->input, talk->input.len > 0 };

    json_begin_object(&w);
    json_member_str(&w, "type", str_from(type));
    return w;
}

static void user_says(struct talk *talk, const char *text)
{
    struct json_writer w = begin_item(talk, "message");

    json_member_str(&w, "role", STR("user"));
    json_member_str(&w, "content", str_from(text));
    json_end_object(&w);
}

static void put_call(struct talk *talk, const struct sim_item *item,
                     struct str id, const char *output)
{
    bool custom = item->kind == SIM_CUSTOM_CALL;
    struct json_writer w =
        begin_item(talk, custom ? "custom_tool_call" : "function_call");

    json_member_str(&w, "call_id", id);
    json_member_str(&w, "name", item->name);
    json_member_str(&w, custom ? "input" : "arguments", item->text);
    json_end_object(&w);
    w = begin_item(talk,
                   custom ? "custom_tool_call_output" : "function_call_output");
    json_member_str(&w, "call_id", id);
    json_member_str(&w, "output", str_from(output));
    json_end_object(&w);
}

// Answers the calls of the last answer, in their order.
static void tool_says(struct talk *talk, size_t call, const char *output)
{
    struct str id = arena_printf(&talk->arena, "c%u", talk->calls++);

    for (size_t i = 0; i < talk->answer.count; i++) {
        const struct sim_item *item = &talk->answer.items[i];
        if (item->kind != SIM_TEXT && call-- == 0) {
            put_call(talk, item, id, output);
            return;
        }
    }
    fail_msg("no such call");
}

static void ask(struct talk *talk)
{
    struct engine_input input = { 0 };
    struct error err;

    struct str text = arena_printf(&talk->arena,
                                   "{\"tools\":%s,\"input\":[%.*s]}",
                                   talk->tools, STR_ARG(buf_str(&talk->input)));
    struct json *request = json_parse(text, &err);
    assert_non_null(request);
    const struct json *items = json_member(request, "input");
    const struct json **at =
        arena_array(&talk->arena, json_count(items) + 1, sizeof(*at));
    for (size_t i = 0; i < json_count(items); i++)
        at[i] = json_at(items, i);
    input = (struct engine_input){ request, at, json_count(items) };
    json_destroy(talk->request);
    talk->request = request;
    talk->answer = (struct sim_answer){ 0 };
    assert_true(
        engine_answer(talk->engine, &talk->arena, &input, &talk->answer, &err));
}

static const struct sim_item *call_at(const struct talk *talk, size_t number)
{
    for (size_t i = 0; i < talk->answer.count; i++)
        if (talk->answer.items[i].kind != SIM_TEXT && number-- == 0)
            return &talk->answer.items[i];
    return NULL;
}

static void assert_call(const struct talk *talk, size_t number,
                        const char *name, const char *part)
{
    const struct sim_item *item = call_at(talk, number);

    assert_non_null(item);
    assert_true(str_is(item->name, name));
    if (str_find(item->text, str_from(part)) == SIZE_MAX)
        fail_msg("%.*s: no %s", STR_ARG(item->text), part);
}

static void assert_words(const struct talk *talk, const char *part)
{
    const struct sim_item *item = &talk->answer.items[0];

    assert_int_equal(item->kind, SIM_TEXT);
    if (str_find(item->text, str_from(part)) == SIZE_MAX)
        fail_msg("%.*s: no %s", STR_ARG(item->text), part);
}

static void assert_end(const struct talk *talk, const char *part)
{
    assert_null(call_at(talk, 0));
    assert_words(talk, part);
}

#define LOG                                                              \
    "Context: make all (exit status 2)\n\ncc -c a.c\n"                   \
    "a.c:2:5: error: use of undeclared identifier 'totl'; did you mean " \
    "'total'?\n"
#define PROBED                                                               \
    "Exit code: 1\nWall time: 0.1 seconds\nOutput:\na.c:2:5: error: use of " \
    "undeclared identifier 'totl'; did you mean 'total'?\n"                  \
    "fix-it:\"a.c\":{2:5-2:9}:\"total\"\n"
#define SOURCE "int total;\nint b = totl;\n"

// Goes on to the review of the first patch.
static void reach_review(struct talk *talk)
{
    talk_open(talk);
    user_says(talk, LOG);
    ask(talk);
    tool_says(talk, 0, PROBED);
    ask(talk);
    tool_says(talk, 0, "int total;\n    totl;\n");
    ask(talk);
}

static void a_log_without_fixits_is_probed(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, LOG);
    user_says(&talk, "Please look.");
    ask(&talk);
    assert_call(&talk, 0, "shell",
                "cc a.c -fsyntax-only -fdiagnostics-parseable-fixits");
    talk_close(&talk);
}

static void a_log_with_fixits_is_not_probed(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, LOG "fix-it:\"a.c\":{2:5-2:9}:\"total\"\n");
    ask(&talk);
    assert_call(&talk, 0, "read_file", "\"a.c\"");
    talk_close(&talk);
}

static void the_files_are_read_and_then_patched(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, LOG);
    ask(&talk);
    tool_says(&talk, 0, PROBED);
    ask(&talk);
    assert_call(&talk, 0, "read_file", "\"a.c\"");
    tool_says(&talk, 0, "int total;\n    totl;\n");
    ask(&talk);
    assert_words(&talk, "1. `a.c:2`: use of undeclared identifier 'totl'");
    assert_words(&talk, "no neural model");
    assert_call(&talk, 0, "apply_patch",
                "*** Begin Patch\n*** Update File: a.c\n@@\n int total;\n"
                "-    totl;\n+    total;\n*** End Patch\n");
    talk_close(&talk);
}

static void an_accepted_patch_is_checked_by_the_same_command(void **state)
{
    struct talk talk;

    (void)state;
    reach_review(&talk);
    tool_says(&talk, 0, "a.c: update accepted\n");
    ask(&talk);
    assert_call(&talk, 0, "shell", "{\"command\":\"make all\"}");
    tool_says(&talk, 0, "Exit code: 0\nWall time: 1 seconds\nOutput:\n");
    ask(&talk);
    assert_end(&talk, "`make all` passes now.");
    talk_close(&talk);
}

static void a_failing_check_begins_the_next_round(void **state)
{
    struct talk talk;

    (void)state;
    reach_review(&talk);
    tool_says(&talk, 0, "a.c: 1 of 2 hunks accepted\n");
    ask(&talk);
    tool_says(&talk, 0,
              "Exit code: 2\nOutput:\ncc -c b.c\n"
              "b.c:1:1: error: x\n");
    ask(&talk);
    assert_call(&talk, 0, "shell", "cc b.c -fsyntax-only");
    talk_close(&talk);
}

static void a_refused_hunk_is_not_offered_again(void **state)
{
    struct talk talk;

    (void)state;
    reach_review(&talk);
    tool_says(&talk, 0, "a.c: 1 of 2 hunks accepted\n  hunk 2: refused\n");
    ask(&talk);
    tool_says(&talk, 0,
              "Exit code: 2\nOutput:\na.c:2:1: error: x\n"
              "fix-it:\"a.c\":{2:1-2:1}:\";\"\n");
    ask(&talk);
    assert_end(&talk, "without what you refused");
    talk_close(&talk);
}

static void nothing_accepted_ends_the_work(void **state)
{
    static const char *const verdicts[] = {
        "a.c: update\n  hunk 1: refused\n",
        "a.c: 0 of 2 hunks accepted\n  hunk 1: refused\n",
        "",
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct talk talk;
        reach_review(&talk);
        tool_says(&talk, 0, verdicts[i]);
        ask(&talk);
        assert_end(&talk, "Nothing was accepted");
        talk_close(&talk);
    }
}

static void a_check_that_was_not_allowed_is_said(void **state)
{
    struct talk talk;

    (void)state;
    reach_review(&talk);
    tool_says(&talk, 0, "a.c: update accepted\n");
    ask(&talk);
    tool_says(&talk, 0, "The user did not allow this command.");
    ask(&talk);
    assert_end(&talk, "was not run");
    talk_close(&talk);
}

static void a_probe_that_was_not_allowed_leaves_the_words(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, LOG);
    ask(&talk);
    tool_says(&talk, 0, "refused");
    ask(&talk);
    tool_says(&talk, 0, SOURCE);
    ask(&talk);
    assert_call(&talk, 0, "apply_patch", "-int b = totl;\n+int b = total;\n");
    talk_close(&talk);
}

static void what_cannot_be_mended_is_listed(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    talk.tools = "[{\"type\":\"function\",\"name\":\"read_file\"},"
                 "{\"type\":\"custom\",\"name\":\"apply_patch\"}]";
    user_says(&talk, "Context: make (exit status 2)\n\n"
                     "a.c:7:1: error: too few arguments\n");
    ask(&talk);
    assert_end(&talk, "- `a.c:7`: too few arguments");
    assert_words(&talk, "backend");
    talk_close(&talk);
}

static void a_long_file_is_read_around_the_place(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, "Context: make (exit status 2)\n\na.c:900:1: error: x\n"
                     "fix-it:\"a.c\":{900:1-900:1}:\";\"\n");
    ask(&talk);
    tool_says(&talk, 0, "int a;\n[... 900 lines, 1 bytes left out ...]\nz\n");
    ask(&talk);
    assert_call(&talk, 0, "read_file", "\"from_line\":600");
    talk_close(&talk);
}

static void a_request_without_a_log_builds_first(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, "Fix the build, run `ninja -C out`.");
    ask(&talk);
    assert_call(&talk, 0, "shell", "{\"command\":\"ninja -C out\"}");
    tool_says(&talk, 0, "Exit code: 0\nOutput:\n");
    ask(&talk);
    assert_end(&talk, "nothing to mend");
    talk_close(&talk);
}

static void a_rename_searches_reads_and_patches(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, "rename the function `old_one()` to new_one.");
    ask(&talk);
    assert_call(&talk, 0, "search", "\\\\bold_one\\\\b");
    tool_says(&talk, 0, "a.c:1:old_one();\na.c:2:old_one\nb.c:1:x old_one\n");
    ask(&talk);
    assert_call(&talk, 1, "read_file", "\"b.c\"");
    size_t before = talk.answer.count;
    tool_says(&talk, 0, "old_one();\nmy_old_one old_one;\n");
    talk.answer.count = before;
    tool_says(&talk, 1, "x old_one\n");
    ask(&talk);
    assert_words(&talk, "3 places of 2 files");
    assert_call(&talk, 0, "apply_patch",
                "*** Update File: a.c\n@@\n-old_one();\n+new_one();\n"
                "-my_old_one old_one;\n+my_old_one new_one;\n"
                "*** Update File: b.c\n@@\n-x old_one\n+x new_one\n");
    talk_close(&talk);
}

static void notes_bring_the_same_patch_again(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, "rename ab to cd");
    ask(&talk);
    tool_says(&talk, 0, "a.c:1:ab\n");
    ask(&talk);
    tool_says(&talk, 0, "ab\n");
    ask(&talk);
    tool_says(&talk, 0,
              "a.c: update accepted\n  note on hunk 1: keep ab too\n\n"
              "Nothing of this was written. The user asks for a new version.");
    ask(&talk);
    assert_words(&talk, "no neural model");
    assert_call(&talk, 0, "apply_patch",
                "*** Begin Patch\n*** Update File: a.c\n@@\n-ab\n+cd\n");
    tool_says(&talk, 0, "a.c: update accepted\n");
    ask(&talk);
    assert_end(&talk, "What you accepted is renamed");
    talk_close(&talk);
}

static void a_word_that_nobody_uses_is_said(void **state)
{
    struct talk talk;

    (void)state;
    talk_open(&talk);
    user_says(&talk, "rename ab to cd");
    ask(&talk);
    tool_says(&talk, 0, "no match\n");
    ask(&talk);
    assert_end(&talk, "No file has the word `ab`");
    talk_close(&talk);
}

static void anything_else_is_declined_with_a_way_out(void **state)
{
    static const char *const tasks[] = {
        "Why is the sky blue?",
        "rename",
        "rename a to",
        "renaming x to y",
        "Context: notes.txt\n\nbuy milk\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
        struct talk talk;
        talk_open(&talk);
        user_says(&talk, tasks[i]);
        ask(&talk);
        assert_end(&talk, "no neural model");
        assert_words(&talk, "[backend \"");
        talk_close(&talk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_without_fixits_is_probed),
        cmocka_unit_test(a_log_with_fixits_is_not_probed),
        cmocka_unit_test(the_files_are_read_and_then_patched),
        cmocka_unit_test(an_accepted_patch_is_checked_by_the_same_command),
        cmocka_unit_test(a_failing_check_begins_the_next_round),
        cmocka_unit_test(a_refused_hunk_is_not_offered_again),
        cmocka_unit_test(nothing_accepted_ends_the_work),
        cmocka_unit_test(a_check_that_was_not_allowed_is_said),
        cmocka_unit_test(a_probe_that_was_not_allowed_leaves_the_words),
        cmocka_unit_test(what_cannot_be_mended_is_listed),
        cmocka_unit_test(a_long_file_is_read_around_the_place),
        cmocka_unit_test(a_request_without_a_log_builds_first),
        cmocka_unit_test(a_rename_searches_reads_and_patches),
        cmocka_unit_test(notes_bring_the_same_patch_again),
        cmocka_unit_test(a_word_that_nobody_uses_is_said),
        cmocka_unit_test(anything_else_is_declined_with_a_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
