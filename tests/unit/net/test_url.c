/* Base URLs: what is taken, and what is refused with which words. */
#include "kerf/net/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct good {
    const char *text;
    bool tls, is_unix;
    const char *host;
    unsigned port;
    const char *path;
};

static const struct good good[] = {
    { "https://api.openai.com/v1", true, false, "api.openai.com", 443, "/v1" },
    { "http://localhost:8080/v1", false, false, "localhost", 8080, "/v1" },
    { "wss://a.b/", true, false, "a.b", 443, "/" },
    { "ws://a", false, false, "a", 80, "/" },
    { "ws://a:1/b/c//", false, false, "a", 1, "/b/c" },
    { "ws://[::1]:8080/v1", false, false, "::1", 8080, "/v1" },
    { "ws://[fe80::1]", false, false, "fe80::1", 80, "/" },
    { "ws://127.0.0.1:65535", false, false, "127.0.0.1", 65535, "/" },
    { "unix:/run/kerf.sock", false, true, "/run/kerf.sock", 0, "/v1" },
};

static void a_good_url_comes_apart(void **state)
{
    struct arena arena = { 0 };
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct url url;
        if (!url_parse(&arena, str_from(good[i].text), &url, &err))
            fail_msg("%s: %s", good[i].text, err.text);
        assert_int_equal(url.tls, good[i].tls);
        assert_int_equal(url.is_unix, good[i].is_unix);
        assert_string_equal(url.host.at, good[i].host);
        assert_int_equal(url.port, good[i].port);
        assert_string_equal(url.path.at, good[i].path);
    }
    arena_release(&arena);
}

static const struct {
    const char *text, *words;
} bad[] = {
    { "", "begins with none of" },
    { "api.openai.com", "begins with none of" },
    { "ftp://a", "begins with none of" },
    { "HTTPS://a", "begins with none of" },
    { "ws://", "is no host name" },
    { "ws:///v1", "is no host name" },
    { "ws://:80", "is no host name" },
    { "ws://-a", "is no host name" },
    { "ws://a b", "neither blanks" },
    { "ws://a\r\nX: y", "neither blanks" },
    { "ws://\xc3\xa4", "neither blanks" },
    { "ws://a%41", "is no host name" },
    { "ws://user:key@a/v1", "user name" },
    { "ws://a/v1?key=1", "no \"?\"" },
    { "ws://a/v1#x", "no \"?\"" },
    { "ws://a:", "is no port" },
    { "ws://a:0", "is no port" },
    { "ws://a:65536", "is no port" },
    { "ws://a:-1", "is no port" },
    { "ws://a:8x", "is no port" },
    { "ws://[::1", "is no host name" },
    { "ws://[::1]8080", "is no port" },
    { "ws://[nonsense]", "is no host name" },
    { "ws://[]", "is no host name" },
    { "unix:relative.sock", "absolute path" },
    { "unix:", "absolute path" },
};

static void a_bad_url_is_refused_in_words(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct url url;
        struct error err = { .text = "" };
        if (url_parse(&arena, str_from(bad[i].text), &url, &err)
            || !strstr(err.text, bad[i].words))
            fail_msg("%s: %s", bad[i].text, err.text);
        assert_int_equal(err.kind, ERROR_USAGE);
    }
    arena_release(&arena);
}

static void check_length(const char *head, size_t fill, bool fits)
{
    struct arena arena = { 0 };
    char text[4000];
    struct url url;
    struct error err;
    size_t len = strlen(head);

    memcpy(text, head, len);
    memset(text + len, 'a', fill);
    assert_int_equal(
        url_parse(&arena, (struct str){ text, len + fill }, &url, &err), fits);
    arena_release(&arena);
}

static void lengths_have_limits(void **state)
{
    (void)state;
    check_length("ws://", LIMIT_HOST_BYTES, true);
    check_length("ws://", LIMIT_HOST_BYTES + 1, false);
    check_length("ws://a/", LIMIT_URL_BYTES - 7, true);
    check_length("ws://a/", LIMIT_URL_BYTES - 6, false);
    check_length("unix:/", LIMIT_UNIX_PATH_BYTES - 1, true);
    check_length("unix:/", LIMIT_UNIX_PATH_BYTES, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_url_comes_apart),
        cmocka_unit_test(a_bad_url_is_refused_in_words),
        cmocka_unit_test(lengths_have_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
