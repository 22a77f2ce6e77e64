/* Inside single quotes nothing is special but their end: a quote is written as
 * end, escaped quote, begin. */
#include "kerf/base/shell.h"

void shell_quote(struct buf *out, struct str word)
{
    buf_append_char(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] == '\'')
            buf_append(out, STR("'\\''"));
        else
            buf_append_char(out, word.at[i]);
    }
    buf_append_char(out, '\'');
}
