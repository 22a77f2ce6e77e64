/* Which proxy leads to which server, and what no_proxy takes out. */
#include "kerf/net/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SET "https_proxy=http://s:1", "http_proxy=http://p:1"

static const struct {
    const char *name, *env[4], *setting, *url, *want;
} routes[] = {
    { "https", { SET }, "", "https://a.test/v1", "http://s:1" },
    { "wss", { SET }, "", "wss://a.test/v1", "http://s:1" },
    { "http", { SET }, "", "http://a.test", "http://p:1" },
    { "ws", { SET }, "", "ws://a.test", "http://p:1" },
    { "unix", { SET }, "", "unix:/run/x", "" },
    { "loopback name", { SET }, "", "http://localhost:80", "" },
    { "below localhost", { SET }, "", "http://x.localhost:80", "" },
    { "loopback", { SET }, "", "https://127.9.9.9", "" },
    { "loopback, IPv6", { SET }, "", "https://[::1]:80", "" },
    { "nothing set", { "A=b" }, "", "https://a.test", "" },
    { "capitals",
      { "HTTPS_PROXY=http://s" },
      "",
      "https://a.test",
      "http://s" },
    { "HTTP_PROXY is of a CGI program",
      { "HTTP_PROXY=http://p" },
      "",
      "http://a.test",
      "" },
    { "all", { "all_proxy=http://p" }, "", "http://a.test", "http://p" },
    { "ALL", { "ALL_PROXY=socks5h://p" }, "", "wss://a.test", "socks5h://p" },
    { "empty is unset",
      { "https_proxy=", "ALL_PROXY=http://p" },
      "",
      "https://a.test",
      "http://p" },
    { "one before all",
      { SET, "all_proxy=http://q" },
      "",
      "http://a.test",
      "http://p:1" },
    { "no_proxy", { SET, "no_proxy=a.test" }, "", "https://a.test", "" },
    { "NO_PROXY", { SET, "NO_PROXY=b,a.test" }, "", "https://a.test", "" },
    { "the setting decides",
      { SET, "no_proxy=*" },
      "http://mine",
      "wss://a",
      "http://mine" },
    { "the setting wants none", { SET }, "none", "wss://a.test", "" },
    { "no URL, no proxy", { SET }, "", "nonsense", "" },
};

static void a_proxy_is_found_by_setting_and_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        char *env[5] = { NULL };
        for (size_t k = 0; k < 4; k++)
            env[k] = (char *)(uintptr_t)routes[i].env[k];
        struct str got = route_proxy(env, str_from(routes[i].setting),
                                     str_from(routes[i].url));
        if (!str_is(got, routes[i].want))
            fail_msg("%s: %.*s", routes[i].name, STR_ARG(got));
    }
}

static void without_an_environment_there_is_no_proxy(void **state)
{
    (void)state;
    assert_int_equal(route_proxy(NULL, STR(""), STR("https://a.test")).len, 0);
}

static const struct {
    const char *list, *host;
    unsigned port;
    bool want;
} lists[] = {
    { "", "a.test", 80, false },
    { "*", "a.test", 80, true },
    { "b.test, a.test", "a.test", 80, true },
    { "b.test a.test", "a.test", 80, true },
    { ",, ,a.test", "a.test", 80, true },
    { "A.Test", "a.tEST", 80, true },
    { "a.test.", "a.test", 80, true },
    { "a.test", "a.test.", 80, true },
    { "test", "a.test", 80, true },
    { ".test", "a.test", 80, true },
    { "*.test", "a.test", 80, true },
    { ".test", "test", 80, true },
    { "est", "a.test", 80, false },
    { "a.test", "test", 80, false },
    { "a.test", "ba.test", 80, false },
    { ".", "a.test", 80, false },
    { "a.*", "a.test", 80, false },
    { "a.test:80", "a.test", 80, true },
    { "a.test:80", "a.test", 81, false },
    { "a.test:", "a.test", 80, false },
    { "10.0.0.1", "10.0.0.1", 80, true },
    { "10.0.0.1:80", "10.0.0.1", 81, false },
    { "0.0.1", "10.0.0.1", 80, false },
    { "10.0.0.0/8", "10.9.9.9", 80, true },
    { "10.0.0.0/8", "11.0.0.1", 80, false },
    { "10.128.0.0/9", "10.127.0.1", 80, false },
    { "10.128.0.0/9", "10.129.0.1", 80, true },
    { "0.0.0.0/0", "9.9.9.9", 80, true },
    { "10.0.0.0/33", "10.0.0.0", 80, false },
    { "10.0.0.0/", "10.0.0.0", 80, false },
    { "10.0.0.0/8", "10.a.test", 80, false },
    { "::/0", "9.9.9.9", 80, false },
    { "fd00::/8", "fd12::1", 80, true },
    { "[fd00::1]", "fd00::1", 80, true },
    { "[fd00::1]:443", "fd00::1", 443, true },
    { "[fd00::1]:443", "fd00::1", 80, false },
    { "[fd00::1]x:443", "fd00::1", 443, false },
    { "[fd00::1", "fd00::1", 443, false },
    { "fd00:0::1", "fd00::1", 80, true },
};

static void names_addresses_and_ranges_are_taken_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (route_is_excluded(str_from(lists[i].list), str_from(lists[i].host),
                              lists[i].port)
            != lists[i].want)
            fail_msg("\"%s\" and %s:%u", lists[i].list, lists[i].host,
                     lists[i].port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_is_found_by_setting_and_environment),
        cmocka_unit_test(without_an_environment_there_is_no_proxy),
        cmocka_unit_test(names_addresses_and_ranges_are_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
