/* What the journal writes, it reads back: each field, each kind, each byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"
#include "kerf/wire/event_json.h"

static void assert_same_str(struct str a, struct str b)
{
    assert_int_equal(a.len, b.len);
    if (a.len > 0)
        assert_memory_equal(a.at, b.at, a.len);
}

static void assert_same(const struct event *a, const struct event *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->time_ms, b->time_ms);
    assert_same_str(a->id, b->id);
    assert_same_str(a->call_id, b->call_id);
    assert_same_str(a->name, b->name);
    assert_same_str(a->text, b->text);
    assert_same_str(a->extra, b->extra);
    assert_same_str(a->raw, b->raw);
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->flag, b->flag);
    assert_int_equal(a->index, b->index);
    assert_memory_equal(&a->target, &b->target, sizeof(a->target));
    assert_memory_equal(&a->usage, &b->usage, sizeof(a->usage));
    assert_memory_equal(&a->price, &b->price, sizeof(a->price));
}

// Writes and reads; what was written must be JSON by any reader's measure.
static void assert_comes_back(const struct event *event)
{
    struct arena arena = { 0 };
    struct buf json = { 0 };
    struct event back;
    struct error err = { 0 };

    event_write(&json, event);
    struct json *tree = json_parse(buf_str(&json), &err);
    assert_non_null(tree);
    json_destroy(tree);
    if (!event_read(&arena, buf_str(&json), &back, &err))
        fail_msg("%s: %.*s", err.text, STR_ARG(buf_str(&json)));
    assert_same(event, &back);
    buf_release(&json);
    arena_release(&arena);
}

static struct event full_event(enum event_kind kind)
{
    return (struct event){
        .kind = kind,
        .time_ms = 1795219200123,
        .id = STR("id \"1\""),
        .call_id = STR("call\n"),
        .name = STR("n\xc3\xa4me"),
        .text = STR("line\r\n\ttab \x01\x7f \xf0\x9f\x98\x80"),
        .extra = STR("\\"),
        .raw = STR("{\"a\": 1.50}"),
        .number = INT64_MIN,
        .count = INT64_MAX,
        .state = -3,
        .flag = true,
        .index = 12,
        .target = { 1, SELECT_ALL, SELECT_ALL },
        .usage = { 1, 2, 3, 4 },
        .price = { 1.75, 0.175, 14 },
    };
}

static void every_kind_comes_back_full_and_empty(void **state)
{
    (void)state;
    for (enum event_kind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        struct event full = full_event(kind), empty = { .kind = kind };
        assert_comes_back(&full);
        assert_comes_back(&empty);
    }
}

static void bytes_that_are_no_text_come_back(void **state)
{
    struct event event = { .kind = EVENT_PROPOSAL,
                           .text = STR("-gr\xfc\xdf\n\0\xff+") };

    (void)state;
    assert_comes_back(&event);
}

static void no_index_comes_back(void **state)
{
    struct event event = { .kind = EVENT_UNQUEUED, .index = SIZE_MAX };

    (void)state;
    assert_comes_back(&event);
}

static void empty_fields_are_left_out(void **state)
{
    struct event event = { .kind = EVENT_CANCELLED, .time_ms = 5 };
    struct buf json = { 0 };

    (void)state;
    event_write(&json, &event);
    assert_string_equal(buf_cstr(&json), "{\"kind\":\"cancelled\",\"time\":5}");
    buf_release(&json);
}

static void fields_of_a_newer_version_are_passed_over(void **state)
{
    struct arena arena = { 0 };
    struct event event;
    struct error err = { 0 };

    (void)state;
    assert_true(event_read(&arena,
                           STR("{\"mood\":[1,{}],\"kind\":\"notice\","
                               "\"text\":\"x\"}"),
                           &event, &err));
    assert_int_equal(event.kind, EVENT_NOTICE);
    arena_release(&arena);
}

static void damaged_rows_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "x",
        "{}",
        "{\"kind\":\"notice\"",
        "{\"kind\":\"of tomorrow\"}",
        "{\"kind\":7}",
        "{\"kind\":\"notice\",\"text\":7}",
        "{\"kind\":\"notice\",\"text\":{}}",
        "{\"kind\":\"notice\",\"text\":{\"hex\":\"0\"}}",
        "{\"kind\":\"notice\",\"text\":{\"hex\":\"zz\"}}",
        "{\"kind\":\"notice\",\"time\":\"x\"}",
        "{\"kind\":\"notice\",\"time\":99999999999999999999}",
        "{\"kind\":\"notice\",\"time\":-9223372036854775809}",
        "{\"kind\":\"notice\",\"state\":9999999999}",
        "{\"kind\":\"notice\",\"flag\":1}",
        "{\"kind\":\"notice\",\"target\":[1,2]}",
        "{\"kind\":\"notice\",\"usage\":[1,2,3,\"4\"]}",
        "{\"kind\":\"notice\",\"price\":{}}",
        "{\"kind\":\"notice\"} tail",
    };
    struct arena arena = { 0 };
    struct event event;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = { 0 };
        if (event_read(&arena, str_from(rows[i]), &event, &err))
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(err.kind, ERROR_INVALID);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_full_and_empty),
        cmocka_unit_test(bytes_that_are_no_text_come_back),
        cmocka_unit_test(no_index_comes_back),
        cmocka_unit_test(empty_fields_are_left_out),
        cmocka_unit_test(fields_of_a_newer_version_are_passed_over),
        cmocka_unit_test(damaged_rows_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
