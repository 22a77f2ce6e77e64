/* The words behind a command of the user stand for each $ARGUMENTS of its text,
 * or below a text that has none. */
#include "own_command.h"

#define ARGUMENTS "$ARGUMENTS"
#define LIMIT_OWN_BYTES ((size_t)1 << 20)

bool own_command_text(struct buf *out, struct str text, struct str words)
{
    bool used = false;

    for (;;) {
        size_t at = str_find(text, STR(ARGUMENTS));
        buf_append(out, str_take(text, at));
        if (at == SIZE_MAX || out->len + words.len > LIMIT_OWN_BYTES)
            break;
        buf_append(out, words);
        text = str_skip(text, at + sizeof(ARGUMENTS) - 1);
        used = true;
    }
    if (!used && words.len > 0)
        buf_printf(out, "\n\n%.*s", STR_ARG(words));
    return out->len <= LIMIT_OWN_BYTES
           && str_find(text, STR(ARGUMENTS)) == SIZE_MAX;
}
