/* Which addresses the machine has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "kerf/net/network.h"

static bool has(int family, const char *text)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    void *place = family == AF_INET ? (void *)&v4.sin_addr
                                    : (void *)&v6.sin6_addr;

    assert_int_equal(inet_pton(family, text, place), 1);
    return network_has(family == AF_INET ? (const struct sockaddr *)&v4
                                         : (const struct sockaddr *)&v6);
}

static void an_address_that_is_gone_is_known(void **state)
{
    (void)state;
    assert_false(has(AF_INET, "192.0.2.77")); // of nobody: RFC 5737, RFC 3849
    assert_false(has(AF_INET6, "2001:db8::77"));
    assert_false(has(AF_INET6, "::ffff:192.0.2.77"));
}

static void the_addresses_of_the_machine_itself_stay(void **state)
{
    (void)state;
    assert_true(has(AF_INET, "127.0.0.1"));
    assert_true(has(AF_INET, "127.0.0.77"));
    assert_true(has(AF_INET6, "::ffff:127.0.0.1"));
}

static void what_is_no_address_is_not_gone(void **state)
{
    struct sockaddr_un here = { .sun_family = AF_UNIX };

    (void)state;
    assert_true(network_has((const struct sockaddr *)&here));
}

static void the_network_is_the_same_twice(void **state)
{
    (void)state;
    assert_int_equal(network_fingerprint(), network_fingerprint());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_is_gone_is_known),
        cmocka_unit_test(the_addresses_of_the_machine_itself_stay),
        cmocka_unit_test(what_is_no_address_is_not_gone),
        cmocka_unit_test(the_network_is_the_same_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
