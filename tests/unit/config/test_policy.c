/* Policies: what a line allows, and that more files never allow more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/config/policy.h"

static bool read_into(struct arena *arena, struct policy *policy,
                      const char *keys, struct error *err)
{
    struct str text = arena_printf(arena, "[policy]\n%s\n", keys);

    return policy_read(arena, policy, text, STR("p"), err);
}

static bool allows(const char *keys, const char *host, unsigned port,
                   const char *region)
{
    struct arena arena = { 0 };
    struct policy policy = { 0 };
    struct error err = { 0 };

    if (!read_into(&arena, &policy, keys, &err))
        fail_msg("%s", err.text);
    bool allowed =
        policy_allows(&policy, str_from(host), port, str_from(region), &err);
    assert_int_equal(err.kind, allowed ? ERROR_NONE : ERROR_POLICY);
    arena_release(&arena);
    return allowed;
}

static void hosts_match_as_a_whole_or_by_labels(void **state)
{
    static const struct {
        const char *entry, *host;
        unsigned port;
        bool allowed;
    } cases[] = {
        { "api.example.com", "api.example.com", 443, true },
        { "api.example.com", "API.Example.COM", 443, true },
        { "api.example.com", "api.example.com.", 443, true },
        { "api.example.com", "api.example.com.evil.net", 443, false },
        { "api.example.com", "xapi.example.com", 443, false },
        { "api.example.com", "example.com", 443, false },
        { "api.example.com", "api.example.co", 443, false },
        { "*.example.com", "api.example.com", 443, true },
        { "*.example.com", "a.b.example.com", 443, true },
        { "*.example.com", "example.com", 443, false },
        { "*.example.com", ".example.com", 443, false },
        { "*.example.com", "badexample.com", 443, false },
        { "*.example.com", "api.example.com.evil.net", 443, false },
        { "*.0.0.1", "127.0.0.1", 80, false },
        { "127.0.0.1", "127.0.0.1", 80, true },
        { "127.0.0.1", "127.0.0.10", 80, false },
        { "host:8080", "host", 8080, true },
        { "host:8080", "host", 80, false },
        { "host:8080", "host", 808, false },
        { "[::1]:443", "::1", 443, true },
        { "[::1]:443", "::1", 80, false },
        { "[::1]", "::1", 80, true },
        { "unix:/run/m.sock", "/run/m.sock", 0, true },
        { "unix:/run/m.sock", "/run/m.sock2", 0, false },
        { "unix:*", "/run/m.sock", 0, true },
        { "unix:*", "host", 80, false },
        { "*.sock", "/run/m.sock", 0, false },
        { "a, b c", "c", 1, true },
        { "a, b c", "d", 1, false },
        { "none", "a", 1, false },
        { "none", "none", 1, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[100];
        snprintf(line, sizeof(line), "allowHosts = %s", cases[i].entry);
        if (allows(line, cases[i].host, cases[i].port, "") != cases[i].allowed)
            fail_msg("%s and %s:%u", cases[i].entry, cases[i].host,
                     cases[i].port);
    }
}

static void a_region_must_be_named_and_allowed(void **state)
{
    (void)state;
    assert_true(allows("allowRegions = eu, us", "h", 1, "EU"));
    assert_false(allows("allowRegions = eu", "h", 1, "us"));
    assert_false(allows("allowRegions = eu", "h", 1, "eu-west"));
    assert_false(allows("allowRegions = eu", "h", 1, ""));
    assert_true(allows("", "h", 1, "anywhere"));
}

static void a_key_given_twice_adds_to_its_list(void **state)
{
    (void)state;
    assert_true(allows("allowHosts = a\nallowHosts = b", "a", 1, ""));
    assert_true(allows("allowHosts = a\nallowHosts = b", "b", 1, ""));
}

static void a_second_file_only_tightens(void **state)
{
    static const char *const files[] = {
        "",
        "allowHosts = a b",
        "allowHosts = b c",
        "allowHosts = none",
        "allowRegions = eu",
        "allowHosts = *.x\nallowRegions = us eu",
    };
    static const char *const hosts[] = { "a", "b", "c", "d", "y.x" };
    const size_t n = sizeof(files) / sizeof(files[0]);

    (void)state;
    for (size_t i = 0; i < n * n * 5; i++) {
        struct arena arena = { 0 };
        struct policy policy = { 0 };
        struct error err = { 0 };
        const char *one = files[i % n], *other = files[i / n % n];
        const char *host = hosts[i / n / n];
        assert_true(read_into(&arena, &policy, one, &err));
        assert_true(read_into(&arena, &policy, other, &err));
        assert_int_equal(
            policy_allows(&policy, str_from(host), 1, STR("eu"), &err),
            allows(one, host, 1, "eu") && allows(other, host, 1, "eu"));
        arena_release(&arena);
    }
}

static void what_is_not_understood_is_an_error_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "[policy]\ndenyHosts = x", "p:2: \"denyHosts\" is no setting" },
        { "[policy]\nallowHosts", "p:2: \"allowHosts\" is no setting" },
        { "[policy]\nallowHosts =", "p:2: allowHosts names nothing" },
        { "[policy]\nallowHosts = ap*.com", "\"ap*.com\" is no host" },
        { "[policy]\nallowHosts = https://h", "\"https://h\" is no host" },
        { "[policy]\nallowHosts = h:0", "\"h:0\" is no host" },
        { "[policy]\nallowHosts = [::1", "\"[::1\" is no host" },
        { "[policy]\nallowHosts = unix:x", "\"unix:x\" is no host" },
        { "[policy]\nallowRegions = e/u", "\"e/u\" is no name of a region" },
        { "allowHosts = a", "p:1: a setting stands before [policy]" },
        { "# fine\n[other]", "p:2: the one section" },
        { "[policy]\nallowHosts = a\x1b", "p:2: not UTF-8 text" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena arena = { 0 };
        struct policy policy = { 0 };
        struct error err = { 0 };
        assert_false(policy_read(&arena, &policy, str_from(cases[i].text),
                                 STR("p"), &err));
        assert_int_equal(err.kind, ERROR_POLICY);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s", err.text);
        assert_int_equal(policy.file_count, 0);
        arena_release(&arena);
    }
}

static void a_refusal_names_the_file_and_what_it_refuses(void **state)
{
    struct arena arena = { 0 };
    struct policy policy = { 0 };
    struct error err = { 0 };

    (void)state;
    assert_true(read_into(&arena, &policy, "allowHosts = a", &err));
    assert_false(policy_allows(&policy, STR("b"), 1, STR(""), &err));
    assert_string_equal(err.text, "p does not allow the host b");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_match_as_a_whole_or_by_labels),
        cmocka_unit_test(a_region_must_be_named_and_allowed),
        cmocka_unit_test(a_key_given_twice_adds_to_its_list),
        cmocka_unit_test(a_second_file_only_tightens),
        cmocka_unit_test(what_is_not_understood_is_an_error_with_its_line),
        cmocka_unit_test(a_refusal_names_the_file_and_what_it_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
