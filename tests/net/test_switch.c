/* Another backend is chosen while something of the old one is under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stand.h"

#define ECHO "--engine echo --tokens 12"

static void choose_again(struct stand *stand)
{
    agent_use_backends(stand->agent, (struct str){ 0 });
}

static void a_compaction_goes_with_its_backend(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &(struct stand_options){ .sim = ECHO });
    stand_say(&stand, "one");
    stand_say(&stand, "two");
    size_t items = stand.session->item_count;
    agent_compact(stand.agent);
    choose_again(&stand);
    stand_say(&stand, "three");
    assert_true(str_find(buf_str(&stand.told), STR("is given up")) != SIZE_MAX);
    for (size_t i = items; i < stand.session->item_count; i++)
        assert_false(stand.session->items[i].base);
    stand_close(&stand);
}

static void count(struct stand *stand, const struct event *event, void *ctx)
{
    size_t *sent = ctx;

    (void)stand;
    *sent += event->kind == EVENT_REQUEST_SENT;
}

static void a_warm_up_does_not_hold_up_the_next_backend(void **state)
{
    struct stand stand;
    size_t sent = 0;

    (void)state;
    stand_open(&stand, &(struct stand_options){ .sim = ECHO });
    stand.watch = count;
    stand.ctx = &sent;
    int64_t since_ms = loop_now_ms();
    agent_connect(stand.agent);
    while (sent < 1)
        stand_step(&stand, since_ms);
    choose_again(&stand);
    agent_connect(stand.agent);
    while (sent < 2)
        stand_step(&stand, since_ms);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_compaction_goes_with_its_backend),
        cmocka_unit_test(a_warm_up_does_not_hold_up_the_next_backend),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
