/*
 * A policy is the conjunction of its files: each is asked on its own, and one
 * "no" is enough. So a file of the tree can never widen what the machine's
 * allows, in whatever order they were read.
 */
#include "kerf/config/policy.h"

#include "kerf/base/utf8.h"

#include "assign.h"
#include "kerf/config/suggest.h"

#define SHOWN_BYTES 60
#define UNIX_PREFIX STR("unix:")

// --- reading -----------------------------------------------------------------

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

// Takes the next word of a list; false at its end.
static bool next_word(struct str *rest, struct str *word)
{
    while (rest->len > 0 && is_blank(rest->at[0]))
        *rest = str_skip(*rest, 1);
    size_t end = 0;
    while (end < rest->len && !is_blank(rest->at[end]))
        end++;
    *word = str_take(*rest, end);
    *rest = str_skip(*rest, end);
    return word->len > 0;
}

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool is_port(struct str text)
{
    uint64_t number;

    return str_to_u64(text, &number) && number > 0 && number <= 65535;
}

// "host", "*.suffix", "[address]", each with ":port" or not; "unix:PATH".
static bool is_host_entry(struct str entry)
{
    bool bracket = str_starts_with(entry, STR("["));
    size_t end = str_find_char(entry, bracket ? ']' : ':');
    struct str host = str_take(entry, end);
    struct str rest = str_skip(entry, end);

    if (str_starts_with(entry, UNIX_PREFIX))
        return entry.len > UNIX_PREFIX.len
               && (entry.at[UNIX_PREFIX.len] == '/' || str_is(entry, "unix:*"));
    if (bracket)
        rest = str_skip(rest, 1);
    if ((bracket && end == SIZE_MAX)
        || (rest.len > 0 && (rest.at[0] != ':' || !is_port(str_skip(rest, 1)))))
        return false;
    if (bracket)
        return host.len > 1;
    if (str_starts_with(host, STR("*.")))
        host = str_skip(host, 2);
    for (size_t i = 0; i < host.len; i++)
        if (!is_host_char(host.at[i]))
            return false;
    return host.len > 0 && host.at[0] != '.';
}

static bool is_region_entry(struct str entry)
{
    for (size_t i = 0; i < entry.len; i++)
        if (!is_host_char(entry.at[i]))
            return false;
    return true;
}

static const struct {
    const char *key, *what;
    size_t offset;
    bool (*is_entry)(struct str entry);
} keys[] = {
    { "allowHosts", "host such as api.example.com or *.example.com",
      offsetof(struct policy_file, hosts), is_host_entry },
    { "allowRegions", "name of a region", offsetof(struct policy_file, regions),
      is_region_entry },
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static bool refuse_word(struct arena *arena, const char *what, struct str word,
                        struct error *err)
{
    struct str shown =
        utf8_sanitised(arena, str_take(word, SHOWN_BYTES), false);

    return error_set(err, ERROR_POLICY, "\"%.*s\" is no %s", STR_ARG(shown),
                     what);
}

static bool add_entries(struct arena *arena, struct policy_list *list,
                        size_t key, struct str value, struct error *err)
{
    struct str word;

    list->given = true;
    if (str_is(str_trim(value), "none"))
        return true;
    if (str_trim(value).len == 0)
        return error_set(err, ERROR_POLICY,
                         "%s names nothing; write none if that is meant",
                         keys[key].key);
    while (next_word(&value, &word)) {
        if (!keys[key].is_entry(word))
            return refuse_word(arena, keys[key].what, word, err);
        if (list->count == LIMIT_POLICY_ENTRIES)
            return error_set(err, ERROR_POLICY, "more than %d entries",
                             LIMIT_POLICY_ENTRIES);
        list->at = arena_grow(arena, list->at, &list->cap, list->count + 1,
                              sizeof(*list->at));
        list->at[list->count++] = arena_copy(arena, word);
    }
    return true;
}

static bool read_key(struct arena *arena, struct policy_file *file,
                     struct str line, struct error *err)
{
    size_t sign = str_find_char(line, '=');
    struct str key = str_trim(str_take(line, sign));

    for (size_t i = 0; i < KEY_COUNT && sign != SIZE_MAX; i++)
        if (same_letters(key, str_from(keys[i].key)))
            return add_entries(arena, (void *)((char *)file + keys[i].offset),
                               i, str_skip(line, sign + 1), err);
    return refuse_word(arena, "setting of a policy", key, err);
}

static bool read_line(struct arena *arena, struct policy_file *file,
                      struct str line, bool *inside, struct error *err)
{
    line = str_trim(line);
    if (!is_printable(line))
        return error_set(err, ERROR_POLICY,
                         "not UTF-8 text, or a control character in it");
    if (line.len == 0 || line.at[0] == ';' || line.at[0] == '#')
        return true;
    if (line.at[0] == '[') {
        *inside = same_letters(line, STR("[policy]"));
        return *inside
               || error_set(err, ERROR_POLICY,
                            "the one section of a policy is [policy]");
    }
    if (!*inside)
        return error_set(err, ERROR_POLICY, "a setting stands before [policy]");
    return read_key(arena, file, line, err);
}

bool policy_read(struct arena *arena, struct policy *policy, struct str text,
                 struct str name, struct error *err)
{
    struct policy_file file = { .name = arena_copy(arena, name) };
    struct str line;
    bool inside = false;

    if (text.len > LIMIT_POLICY_BYTES)
        return error_set(err, ERROR_POLICY, "%.*s: larger than %zu bytes",
                         STR_ARG(name), LIMIT_POLICY_BYTES);
    if (policy->file_count == LIMIT_POLICY_FILES)
        return error_set(err, ERROR_POLICY, "%.*s: more than %d policies",
                         STR_ARG(name), LIMIT_POLICY_FILES);
    for (int number = 1; str_split(&text, '\n', &line); number++)
        if (!read_line(arena, &file, line, &inside, err))
            return error_prefix(err, "%.*s:%d", STR_ARG(name), number);
    policy->files[policy->file_count++] = file;
    return true;
}

// --- asking ------------------------------------------------------------------

static bool is_numeric(struct str host)
{
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return str_find_char(host, ':') != SIZE_MAX;
    return true;
}

static bool name_matches(struct str pattern, struct str host)
{
    if (!str_starts_with(pattern, STR("*.")))
        return same_letters(pattern, host);
    struct str suffix = str_skip(pattern, 1); // with its dot
    return !is_numeric(host) && host.len > suffix.len && host.at[0] != '.'
           && same_letters(str_skip(host, host.len - suffix.len), suffix);
}

static bool port_matches(struct str text, unsigned port)
{
    uint64_t number;

    return text.len == 0
           || (str_to_u64(str_skip(text, 1), &number) && number == port);
}

static bool host_matches(struct str entry, struct str host, unsigned port)
{
    bool bracket = str_starts_with(entry, STR("["));
    size_t end = str_find_char(entry, bracket ? ']' : ':');
    struct str name = str_take(entry, end);
    struct str rest = str_skip(entry, end);

    if (str_starts_with(entry, UNIX_PREFIX)
        || str_starts_with(host, STR("/"))) {
        struct str path = str_skip(entry, UNIX_PREFIX.len);
        return str_starts_with(entry, UNIX_PREFIX)
               && str_starts_with(host, STR("/"))
               && (str_is(path, "*") || str_equal(path, host));
    }
    if (bracket) {
        name = str_skip(name, 1);
        rest = str_skip(rest, 1);
    }
    return name_matches(name, host) && port_matches(rest, port);
}

static bool allows_host(const struct policy_list *hosts, struct str host,
                        unsigned port)
{
    if (str_ends_with(host, STR("."))) // the root label may be spelled out
        host = str_take(host, host.len - 1);
    for (size_t i = 0; i < hosts->count; i++)
        if (host_matches(hosts->at[i], host, port))
            return true;
    return !hosts->given;
}

static bool allows_region(const struct policy_list *regions, struct str region)
{
    for (size_t i = 0; i < regions->count; i++)
        if (same_letters(regions->at[i], region))
            return true;
    return !regions->given;
}

bool policy_allows(const struct policy *policy, struct str host, unsigned port,
                   struct str region, struct error *err)
{
    for (size_t i = 0; i < policy->file_count; i++) {
        const struct policy_file *file = &policy->files[i];
        if (!allows_host(&file->hosts, host, port))
            return error_set(err, ERROR_POLICY,
                             "%.*s does not allow the host %.*s",
                             STR_ARG(str_take(file->name, SHOWN_BYTES)),
                             STR_ARG(str_take(host, SHOWN_BYTES)));
        if (!allows_region(&file->regions, region))
            return region.len == 0
                       ? error_set(err, ERROR_POLICY,
                                   "%.*s wants a region, and none is set",
                                   STR_ARG(str_take(file->name, SHOWN_BYTES)))
                       : error_set(err, ERROR_POLICY,
                                   "%.*s does not allow the region %.*s",
                                   STR_ARG(str_take(file->name, SHOWN_BYTES)),
                                   STR_ARG(str_take(region, SHOWN_BYTES)));
    }
    return true;
}
