/* The terminal hands a target to programs of the desktop, so only schemes that
 * merely show or write something count, and only bytes that no program reads
 * in another way. */
#include "kerf/text/link.h"

#include <stdint.h>

static bool is_plain(struct str target)
{
    for (size_t i = 0; i < target.len; i++)
        if (target.at[i] <= ' ' || target.at[i] > '~')
            return false;
    return true;
}

// What stands behind a scheme that is allowed; empty if there is none.
static struct str behind_scheme(struct str target)
{
    static const char *const schemes[] = { "https://", "http://", "mailto:" };

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        struct str scheme = str_from(schemes[i]);
        if (str_starts_with(target, scheme))
            return str_skip(target, scheme.len);
    }
    return (struct str){ 0 };
}

bool link_is_safe(struct str target)
{
    struct str rest = behind_scheme(target);

    return target.len <= LIMIT_LINK_BYTES && rest.len > 0 && rest.at[0] != '/'
           && is_plain(target);
}

// --- finding ---------------------------------------------------------------

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool goes_on(char c)
{
    return c > ' ' && c <= '~'
           && str_find_char(STR("\"<>`{}|\\^"), c) == SIZE_MAX;
}

static size_t count_of(struct str text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == c;
    return count;
}

static bool ends_in_text(struct str address)
{
    char last = address.at[address.len - 1];

    if (last == ')')
        return count_of(address, ')') > count_of(address, '(');
    if (last == ']')
        return count_of(address, ']') > count_of(address, '[');
    return str_find_char(STR(".,;:!?'*_~"), last) != SIZE_MAX;
}

// The address that `text` begins with; empty if it begins with none.
static struct str address_of(struct str text)
{
    size_t len = 0;

    if (!str_starts_with(text, STR("http://"))
        && !str_starts_with(text, STR("https://")))
        return (struct str){ 0 };
    while (len < text.len && len <= LIMIT_LINK_BYTES && goes_on(text.at[len]))
        len++;
    while (len > 0 && ends_in_text(str_take(text, len)))
        len--;
    return link_is_safe(str_take(text, len)) ? str_take(text, len)
                                             : (struct str){ 0 };
}

size_t link_find(struct str text, size_t *at)
{
    size_t from = *at, hit;

    while ((hit = str_find(str_skip(text, from), STR("http"))) != SIZE_MAX) {
        *at = from + hit;
        bool begins = *at == 0 || !is_word(text.at[*at - 1]);
        size_t len = begins ? address_of(str_skip(text, *at)).len : 0;
        if (len > 0)
            return len;
        from = *at + 4;
    }
    return 0;
}
