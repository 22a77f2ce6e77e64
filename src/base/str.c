/* Views of bytes. Nothing here allocates or writes. */
#include "kerf/base/str.h"

#include <string.h>

struct str str_from(const char *text)
{
    return text ? (struct str){ text, strlen(text) } : (struct str){ 0 };
}

bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool str_is(struct str a, const char *text)
{
    if (!text)
        return a.len == 0;
    // Most words differ early; their lengths need not be counted for that.
    for (size_t i = 0; i < a.len; i++)
        if (text[i] == '\0' || a.at[i] != text[i])
            return false;
    return text[a.len] == '\0';
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.at, b.at, shorter) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_equal(str_take(s, prefix.len), prefix);
}

bool str_cut_prefix(struct str *s, struct str prefix)
{
    if (!str_starts_with(*s, prefix))
        return false;
    *s = str_skip(*s, prefix.len);
    return true;
}

bool str_ends_with(struct str s, struct str suffix)
{
    return s.len >= suffix.len
           && str_equal(str_skip(s, s.len - suffix.len), suffix);
}

size_t str_find(struct str s, struct str needle)
{
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return SIZE_MAX;
    const char *hit = memmem(s.at, s.len, needle.at, needle.len);
    return hit ? (size_t)(hit - s.at) : SIZE_MAX;
}

size_t str_find_char(struct str s, char c)
{
    const char *hit = s.len ? memchr(s.at, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : SIZE_MAX;
}

size_t str_rfind_char(struct str s, char c)
{
    const char *hit = s.len ? memrchr(s.at, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : SIZE_MAX;
}

struct str str_skip(struct str s, size_t count)
{
    if (count >= s.len)
        return (struct str){ s.at ? s.at + s.len : NULL, 0 };
    return (struct str){ s.at + count, s.len - count };
}

struct str str_take(struct str s, size_t count)
{
    return (struct str){ s.at, count < s.len ? count : s.len };
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim_start(struct str s)
{
    while (s.len > 0 && is_blank(s.at[0]))
        s = str_skip(s, 1);
    return s;
}

struct str str_trim_end(struct str s)
{
    while (s.len > 0 && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

struct str str_trim(struct str s)
{
    return str_trim_start(str_trim_end(s));
}

bool str_split(struct str *rest, char separator, struct str *piece)
{
    if (rest->len == 0)
        return false;
    size_t cut = str_find_char(*rest, separator);
    *piece = str_take(*rest, cut);
    *rest = str_skip(*rest, cut == SIZE_MAX ? rest->len : cut + 1);
    return true;
}

bool str_to_u64(struct str s, uint64_t *number)
{
    uint64_t sum = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.at[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *number = sum;
    return true;
}

uint64_t str_hash(struct str s, uint64_t seed)
{
    uint64_t h = 0xcbf29ce484222325u ^ seed;

    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.at[i]) * 0x100000001b3u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ (h >> 32);
}
