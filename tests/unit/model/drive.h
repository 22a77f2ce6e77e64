/* Short words for driving a session through its events, for tests. */
#ifndef KERF_TESTS_UNIT_MODEL_DRIVE_H
#define KERF_TESTS_UNIT_MODEL_DRIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/model/session.h"

#define PATCH_TEXT                                                   \
    "*** Begin Patch\n*** Update File: a.c\n@@\n one\n-two\n+zwei\n" \
    "*** End Patch\n"

#define EVENT(...) (&(struct event){ __VA_ARGS__ })
#define APPLY(session, ...) session_apply(session, EVENT(__VA_ARGS__))
#define MUST(session, ...) assert_true(APPLY(session, __VA_ARGS__))
#define DROP(session, ...) assert_false(APPLY(session, __VA_ARGS__))

static inline void assert_text(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static inline int setup(void **state)
{
    *state = session_create();
    return 0;
}

static inline int teardown(void **state)
{
    session_destroy(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A turn whose request is out and whose response was created. */
static inline void ask(struct session *s)
{
    MUST(s, .kind = EVENT_USER_MESSAGE, .text = STR("do it"), .time_ms = 1000);
    MUST(s, .kind = EVENT_REQUEST_SENT, .time_ms = 1010);
    MUST(s, .kind = EVENT_RESPONSE_CREATED, .id = STR("r1"));
}

static inline void call(struct session *s, size_t index, const char *call_id)
{
    MUST(s, .kind = EVENT_ITEM_DONE, .index = index, .state = ITEM_CALL,
         .call_id = str_from(call_id), .name = STR("shell"),
         .text = STR("{\"command\":\"ls\"}"), .raw = STR("{}"));
}

static inline void patch(struct session *s, size_t index, const char *call_id)
{
    MUST(s, .kind = EVENT_ITEM_DONE, .index = index, .state = ITEM_PATCH,
         .call_id = str_from(call_id), .name = STR("apply_patch"),
         .text = STR(PATCH_TEXT), .raw = STR("{}"));
}

static inline void complete(struct session *s, const char *id)
{
    MUST(s, .kind = EVENT_RESPONSE_COMPLETED, .id = str_from(id));
}

static inline void preimage(struct session *s, const char *call_id)
{
    MUST(s, .kind = EVENT_PREIMAGE, .call_id = str_from(call_id), .index = 0,
         .text = STR("one\ntwo\n"), .flag = true, .number = 0644);
}

#endif
