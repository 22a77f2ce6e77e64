/*
 * permessage-deflate, if the settings want it: a conversation is the same with
 * it and without, whatever the terms, and a bomb is refused before it is big
 * (reliability.md N52).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "stand.h"

#define TURNS 4
#define LONG_MESSAGE_BYTES ((size_t)1 << 20)
#define PEAK_LIMIT_KB (1L << 20) // the bomb is four times that

struct talk {
    struct buf text, requests;
    size_t deflated; // connections
};

static void keep_request(const struct json *record, void *ctx)
{
    struct talk *talk = ctx;

    talk->deflated += str_is(json_str(json_member(record, "event")), "deflate");
    buf_append(&talk->requests, json_str(json_member(record, "message")));
}

// The folder of the stand has another name each time.
static void hide(struct buf *text, const char *word)
{
    size_t at;

    while ((at = str_find(buf_str(text), str_from(word))) != SIZE_MAX)
        memset(text->at + at, '.', strlen(word));
}

// What a user pastes is not all alike, and not all different.
static void write_message(size_t len, struct buf *out)
{
    uint32_t random = 1;

    while (out->len < len) {
        random = random * 1664525u + 1013904223u;
        buf_printf(out, "line %u \u20ac;\n", random >> 8);
    }
}

static void talk_with(const char *sim, const char *more, size_t len,
                      struct talk *talk)
{
    struct stand stand;
    struct buf message = { 0 };

    *talk = (struct talk){ .deflated = 0 };
    write_message(len, &message);
    // With the patience of a real one: nothing here is to be asked again.
    stand_open(&stand, &(struct stand_options){
                           .sim = sim, .more = more, .wait_permille = 1000 });
    for (int i = 0; i < TURNS; i++)
        stand_say(&stand, buf_cstr(&message));
    stand_text(&stand, &talk->text);
    stand_each_record(&stand, keep_request, talk);
    hide(&talk->requests, strrchr(stand.dir, '/') + 1);
    stand_close(&stand);
    buf_release(&message);
}

static void release(struct talk *talk)
{
    buf_release(&talk->text);
    buf_release(&talk->requests);
}

// Compares a conversation over a deflated connection with one without.
static void assert_same(const char *plain_sim, const char *sim,
                        const char *more, size_t len)
{
    struct talk plain, deflated;

    talk_with(plain_sim, NULL, len, &plain);
    talk_with(sim, more, len, &deflated);
    assert_int_equal(plain.deflated, 0);
    assert_true(deflated.deflated > 0);
    assert_true(plain.text.len > 0);
    assert_true(str_equal(buf_str(&plain.text), buf_str(&deflated.text)));
    assert_true(
        str_equal(buf_str(&plain.requests), buf_str(&deflated.requests)));
    release(&plain);
    release(&deflated);
}

#define ECHO "--engine echo --tokens 900 "
#define ON "deflate=true"

static void a_conversation_is_the_same_with_and_without(void **state)
{
    (void)state;
    assert_same(ECHO, ECHO "--deflate", ON, 20);
}

static void so_it_is_if_no_message_needs_another(void **state)
{
    (void)state;
    assert_same(ECHO, ECHO "--deflate-fresh", ON, 20);
}

static void fragments_of_a_deflated_message_are_put_together(void **state)
{
    (void)state;
    assert_same(ECHO, ECHO "--deflate --fragment 11", ON, 20);
}

static void a_long_message_arrives_deflated(void **state)
{
    (void)state;
    assert_same(ECHO, ECHO "--deflate", ON, LONG_MESSAGE_BYTES);
    assert_same(ECHO, ECHO "--deflate-fresh", ON, LONG_MESSAGE_BYTES);
}

static void a_flood_of_deflated_messages_is_read_whole(void **state)
{
    (void)state;
    assert_same("--engine echo --tokens 12 --fault flood-8",
                "--engine echo --tokens 12 --fault flood-8 --deflate", ON, 20);
}

// Such a stream is read in small heaps: reading stops and goes on.
static void a_steady_stream_is_the_same(void **state)
{
    (void)state;
    assert_same("--engine echo --tokens 200 --tps 2000",
                "--engine echo --tokens 200 --tps 2000 --deflate", ON, 20);
}

static void deflate_goes_under_tls(void **state)
{
    (void)state;
    assert_same(ECHO, ECHO "--deflate --tls --ca-out @/ca.pem",
                ON " caFile=@/ca.pem", 20);
}

static long peak_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// Inflating what may be takes a while: the waits are those of real life.
static void a_bomb_is_refused_before_it_is_big(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &(struct stand_options){
                           .sim = ECHO "--deflate --fault deflate-bomb-4096:1",
                           .more = ON,
                           .wait_permille = 1000 });
    stand_say(&stand, "hello");
    assert_true(str_find(buf_str(&stand.told), STR("too big")) != SIZE_MAX);
    assert_int_equal(stand_count(&stand).requests, 1);
    assert_true(peak_kb() < PEAK_LIMIT_KB);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_is_the_same_with_and_without),
        cmocka_unit_test(so_it_is_if_no_message_needs_another),
        cmocka_unit_test(fragments_of_a_deflated_message_are_put_together),
        cmocka_unit_test(a_long_message_arrives_deflated),
        cmocka_unit_test(a_flood_of_deflated_messages_is_read_whole),
        cmocka_unit_test(a_steady_stream_is_the_same),
        cmocka_unit_test(deflate_goes_under_tls),
        cmocka_unit_test(a_bomb_is_refused_before_it_is_big),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
