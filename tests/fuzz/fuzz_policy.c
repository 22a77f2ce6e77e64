/*
 * Any bytes as two policy files, cut at a NUL: what is refused is refused with
 * one clean line and changes nothing; what is read never allows more than
 * either file alone, and no host beyond what its entries name.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/config/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str hosts[] = {
    { "api.example.com", 15 },
    { "example.com", 11 },
    { "127.0.0.1", 9 },
    { "::1", 3 },
    { "/run/m.sock", 11 },
    { "a", 1 },
    { "", 0 },
    { "a.b.example.com.", 16 },
};
static const struct str regions[] = { { "eu", 2 }, { "", 0 } };

#define HOSTS (sizeof(hosts) / sizeof(hosts[0]))

static void check_error(const struct error *err)
{
    size_t len = strnlen(err->text, sizeof(err->text));

    assert(err->kind == ERROR_POLICY);
    assert(len > 0 && len < sizeof(err->text));
    for (size_t i = 0; i < len; i++)
        assert((unsigned char)err->text[i] >= ' ');
}

static bool allows(const struct policy *policy, size_t way)
{
    struct error err = { 0 };
    struct str host = hosts[way % HOSTS];
    bool allowed = policy_allows(policy, host, way & 1 ? 443 : 0,
                                 regions[way / HOSTS % 2], &err);

    if (!allowed)
        check_error(&err);
    return allowed;
}

static bool try_read(struct arena *arena, struct policy *policy,
                     struct str text)
{
    struct error err = { 0 };
    size_t before = policy->file_count;

    if (policy_read(arena, policy, text, STR("f"), &err))
        return true;
    check_error(&err);
    assert(policy->file_count == before);
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct policy one = { 0 }, other = { 0 }, both = { 0 };
    struct str text = { (const char *)data, size };
    size_t cut = str_find_char(text, '\0');
    struct str first = str_take(text, cut), second = { 0 };

    if (cut != SIZE_MAX)
        second = str_skip(text, cut + 1);
    (void)try_read(&arena, &one, first);
    (void)try_read(&arena, &other, second);
    (void)try_read(&arena, &both, second);
    (void)try_read(&arena, &both, first);
    for (size_t way = 0; way < 2 * HOSTS; way++)
        assert(allows(&both, way)
               == (allows(&one, way) && allows(&other, way)));
    arena_release(&arena);
    return 0;
}
