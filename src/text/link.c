/* The terminal hands a target to programs of the desktop, so only schemes that
 * merely show or write something count, and only bytes that no program reads
 * in another way. */
#include "kerf/text/link.h"

#include <stddef.h>

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
