/* Names are judged by what they say: a variable called API_KEY, a file called
 * id_ed25519. Better one too many than one that leaves the machine. */
#include "kerf/agent/secret.h"

#include <ctype.h>
#include <string.h>

static const char *const telling[] = {
    "KEY",  "TOKEN",      "SECRET", "PASSWORD", "PASSWD",
    "PASS", "CREDENTIAL", "AUTH",   "COOKIE",   "PRIVATE",
};

static const char *const own[] = { "KERF_SIM_TOKEN" };

static bool contains_word(struct str name, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= name.len; i++)
        if (strncasecmp(name.at + i, word, len) == 0)
            return true;
    return false;
}

static bool is_key_of_backend(struct str name, const struct config *config)
{
    for (size_t i = 0; config && i < config->backend_count; i++)
        if (str_equal(name, config->backends[i].key_env))
            return true;
    return false;
}

static bool is_secret_name(struct str name)
{
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (str_is(name, own[i]))
            return true;
    for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
        if (contains_word(name, telling[i]))
            return true;
    return false;
}

const char *const *secret_free_env(struct arena *arena, char *const *env,
                                   const struct config *config)
{
    size_t count = 0, kept = 0;

    while (env && env[count])
        count++;
    const char **clean = arena_array(arena, count + 1, sizeof(*clean));
    for (size_t i = 0; i < count; i++) {
        struct str entry = str_from(env[i]);
        struct str name = str_take(entry, str_find_char(entry, '='));
        if (!is_secret_name(name) && !is_key_of_backend(name, config))
            clean[kept++] = env[i];
    }
    return clean;
}

static const char *const secret_files[] = {
    ".netrc",  ".npmrc",      ".pypirc",      ".git-credentials", ".htpasswd",
    "id_rsa",  "id_ed25519",  "id_ecdsa",     "id_dsa",           "credentials",
    ".pgpass", "secrets.yml", "secrets.yaml", "secrets.json",
};

static const char *const secret_endings[] = {
    ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".gpg",
};

bool secret_is_path(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    struct str name = slash == SIZE_MAX ? path : str_skip(path, slash + 1);

    if (str_starts_with(name, STR(".env"))
        && (name.len == 4 || name.at[4] == '.')
        && !str_ends_with(name, STR(".example"))
        && !str_ends_with(name, STR(".sample")))
        return true;
    for (size_t i = 0; i < sizeof(secret_files) / sizeof(secret_files[0]); i++)
        if (str_is(name, secret_files[i]))
            return true;
    for (size_t i = 0; i < sizeof(secret_endings) / sizeof(secret_endings[0]);
         i++)
        if (str_ends_with(name, str_from(secret_endings[i])))
            return true;
    return false;
}
