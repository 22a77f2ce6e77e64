/* What the router learns of a turn: each of its requests for itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stand.h"

#define READS                                                               \
    "{\"turns\":[{\"function_call\":{\"name\":\"read_file\",\"arguments\":" \
    "{\"path\":\"a.txt\"}}},{\"text\":\"Read.\"}]}"
#define SMALL 4000 // tokens that the first size of input ends below
#define MESSAGE_BYTES 4000

static void each_request_of_a_turn_is_measured_for_itself(void **state)
{
    struct stand stand;
    char message[MESSAGE_BYTES + 1];

    (void)state;
    memset(message, 'a', MESSAGE_BYTES);
    message[MESSAGE_BYTES] = '\0';
    stand_open(&stand,
               &(struct stand_options){ .sim = "--engine script --scenario -",
                                        .scenario = STR(READS) });
    stand_say(&stand, message);
    const struct turn *turn = &stand.session->turns[0];
    assert_int_equal(turn->requests, 2);
    assert_true(stand.session->context_tokens < SMALL);
    assert_true(turn->usage.input > SMALL);

    struct route_view view =
        router_view(agent_router(stand.agent), 0, SMALL - 1, loop_wall_ms());
    assert_int_equal(view.measured, 2);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_of_a_turn_is_measured_for_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
