/* Error texts. What does not fit is cut at a character border. */
#include "kerf/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kerf/base/utf8.h"

// A text cut by snprintf may end inside a character: drop the stump.
static void drop_stump(char *text)
{
    size_t len = strlen(text);
    text[len - utf8_incomplete_tail((struct str){ text, len })] = '\0';
}

KERF_PRINTF(3, 0)
static void set_text(struct error *err, enum error_kind kind,
                     const char *format, va_list args)
{
    char text[sizeof(err->text)]; // the arguments may quote the old text

    vsnprintf(text, sizeof(text), format, args);
    drop_stump(text);
    err->kind = kind;
    memcpy(err->text, text, strlen(text) + 1);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(err, kind, format, args);
    va_end(args);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    char head[sizeof(err->text)];
    char whole[sizeof(err->text) * 2 + 2];
    va_list args;

    va_start(args, format);
    vsnprintf(head, sizeof(head), format, args);
    va_end(args);
    snprintf(whole, sizeof(whole), "%s: %s", head, err->text);
    whole[sizeof(err->text) - 1] = '\0';
    memcpy(err->text, whole, sizeof(err->text));
    drop_stump(err->text);
    return false;
}

static enum error_kind kind_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR: return ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return ERROR_DENIED;
    case ELOOP: return ERROR_POLICY;
    case ECONNREFUSED:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ETIMEDOUT: return ERROR_UNREACHABLE;
    default: return ERROR_FAILED;
    }
}

bool error_errno(struct error *err, int number, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(err, kind_of(number), format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof(err->text) - used, ": %s",
             strerror(number));
    drop_stump(err->text);
    return false;
}
