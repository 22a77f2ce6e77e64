/* Which variables and files tell of secrets by their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/agent/secret.h"

static bool holds(const char *const *env, const char *entry)
{
    for (size_t i = 0; env[i]; i++)
        if (strcmp(env[i], entry) == 0)
            return true;
    return false;
}

static void a_child_sees_no_secret(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    static const char *const env[] = {
        "PATH=/bin",        "OPENAI_API_KEY=k",
        "GITHUB_TOKEN=t",   "SSH_AUTH_SOCK=/s",
        "db_password=p",    "HOME=/home/a",
        "KERF_SIM_TOKEN=x", "MYTHING=named",
        "OTHER=one",        NULL,
    };
    struct backend backends[] = { { .key_env = STR("OTHER") },
                                  { .key_env = STR("MYTHING") } };
    struct config config = { .backends = backends, .backend_count = 2 };
    const char *const *clean =
        secret_free_env(&arena, (char *const *)env, &config);

    assert_true(holds(clean, "PATH=/bin"));
    assert_true(holds(clean, "HOME=/home/a"));
    assert_ptr_equal(clean[2], NULL);
    arena_release(&arena);
}

static void an_empty_environment_stays_empty(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    assert_ptr_equal(secret_free_env(&arena, NULL, NULL)[0], NULL);
    arena_release(&arena);
}

static void files_of_secrets_are_known_by_name(void **state)
{
    (void)state;
    static const char *const secret[] = { ".env",        "a/.env",
                                          ".env.local",  "deploy/server.pem",
                                          ".netrc",      "x/id_ed25519",
                                          "a.key",       ".git-credentials",
                                          "certs/x.p12", ".aws/credentials" };
    static const char *const harmless[] = { "src/env.c", ".env.example",
                                            "keys.c",    "monkey.c",
                                            "README.md", "id_rsa.md",
                                            "a.keynote", ".environment" };

    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
        assert_true(secret_is_path(str_from(secret[i])));
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
        assert_false(secret_is_path(str_from(harmless[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_sees_no_secret),
        cmocka_unit_test(an_empty_environment_stays_empty),
        cmocka_unit_test(files_of_secrets_are_known_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
