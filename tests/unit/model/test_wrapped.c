/* A patch that comes as a string in JSON arguments streams into the review as
 * one that comes as it is: protocol.md 6.3. */
#include "drive.h"

#include <stdio.h>

#include "kerf/base/json.h"

#define HEAD "*** Begin Patch\n*** Update File: a.c\n@@\n one\n"

static void begin(struct session *s)
{
    ask(s);
    MUST(s, .kind = EVENT_ITEM_ADDED, .state = ITEM_CALL, .call_id = STR("p1"),
         .name = STR("apply_patch"));
}

static void delta(struct session *s, struct str text)
{
    APPLY(s, .kind = EVENT_CALL_DELTA, .text = text);
}

static void done(struct session *s, struct str arguments)
{
    MUST(s, .kind = EVENT_ITEM_DONE, .state = ITEM_CALL, .call_id = STR("p1"),
         .name = STR("apply_patch"), .text = arguments, .raw = STR("{}"));
}

static void wrap(struct buf *out, struct str text)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_member_str(&w, "input", text);
    json_end_object(&w);
}

static void a_hunk_is_seen_before_the_arguments_end(void **state)
{
    struct session *s = *state;

    begin(s);
    delta(s, STR("{\"input\": \"*** Begin Patch\\n*** Update File: a.c\\n@@\\n"
                 " one\\n-two\\n+zw"));
    const struct patch *patch = patch_stream_patch(s->proposals[0].stream);
    assert_int_equal(patch->file_count, 1);
    assert_text(patch->files[0].path, "a.c");
    assert_int_equal(patch->files[0].hunk_count, 1);
    assert_text(buf_str(&s->items[1].text), HEAD "-two\n+zw");
}

// Cuts the arguments in two at every place: what is shown is the same.
static void a_cut_anywhere_gives_the_same_patch(void **state)
{
    static const char odd[] =
        "{ \"note\" : {\"input\":[\"x\\\"\"]}, \"k\\u0065y\":\"input\","
        "\"input\" :\"*** Begin Patch\\n*** Add File: \\u00e9.c\\n+a\\ttab "
        "\\\"\\ud83d\\ude00\\\\\\/\\n*** End "
        "Patch\\n\",\"z\":1}";
    static const char text[] =
        "*** Begin Patch\n*** Add File: \xc3\xa9.c\n+a\ttab \"\xf0\x9f\x98\x80"
        "\\/\n*** End Patch\n";

    (void)state;
    for (size_t cut = 0; cut < sizeof(odd); cut++) {
        struct session *s = session_create();
        begin(s);
        delta(s, str_take(STR(odd), cut));
        delta(s, str_skip(STR(odd), cut));
        assert_text(buf_str(&s->items[1].text), text);
        const struct patch_stream *stream = s->proposals[0].stream;
        done(s, STR(odd));
        assert_ptr_equal(s->proposals[0].stream, stream); // not read anew
        assert_true(s->proposals[0].complete);
        assert_text(buf_str(&s->items[1].text), text);
        session_destroy(s);
    }
}

static void half_a_pair_of_surrogates_spoils_nothing_behind_it(void **state)
{
    struct session *s = *state;

    begin(s);
    delta(s, STR("{\"input\":\"a\\ud83d\\n\\ud83d!\\ud83d\\u0041\\tb"));
    assert_text(buf_str(&s->items[1].text),
                "a\xef\xbf\xbd\n\xef\xbf\xbd!\xef\xbf\xbd"
                "A\tb");
}

static void the_end_counts_if_the_deltas_said_something_else(void **state)
{
    struct session *s = *state;
    struct buf arguments = { 0 };

    begin(s);
    delta(s, STR("{\"input\":\"*** Begin Patch\\n*** Delete File: b\\n"));
    wrap(&arguments, STR(PATCH_TEXT));
    done(s, buf_str(&arguments));
    assert_true(s->proposals[0].complete);
    assert_text(buf_str(&s->items[1].text), PATCH_TEXT);
    buf_release(&arguments);
}

static void arguments_without_a_patch_are_a_problem(void **state)
{
    static const char *const bad[] = { "{\"x\":\"y\"}", "{\"input\":7}",
                                       "{\"input\":\"a\\q\"}", "no", "" };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct session *s = session_create();
        begin(s);
        delta(s, str_from(bad[i]));
        done(s, str_from(bad[i]));
        assert_true(s->proposals[0].problem.len > 0);
        assert_int_equal(s->items[1].call, CALL_PENDING);
        session_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_hunk_is_seen_before_the_arguments_end),
        TEST(a_cut_anywhere_gives_the_same_patch),
        TEST(half_a_pair_of_surrogates_spoils_nothing_behind_it),
        TEST(the_end_counts_if_the_deltas_said_something_else),
        TEST(arguments_without_a_patch_are_a_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
