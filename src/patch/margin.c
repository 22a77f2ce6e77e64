/*
 * Patches inside lists are indented, patches inside mails quoted. The margin
 * is what stands in front of the line that begins a patch or a fenced block,
 * and is taken off as long as the lines have it.
 */
#include "mail.h"
#include "reader.h"

#define INDENT_COLS_MIN 2 // one blank would be a mark of context

void margin_release(struct margin *margin)
{
    buf_release(&margin->text);
}

static bool is_opener(struct str rest)
{
    static const struct str marks[] = {
        { "diff --git ", 11 },
        { "--- ", 4 },
        { "Index: ", 7 },
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (str_starts_with(rest, marks[i]))
            return true;
    return apply_opens(rest) || search_is_labelled(rest);
}

// Looks for a margin in front of the line; returns its length or 0.
static size_t find_margin(const struct margin *margin, struct str line)
{
    size_t lead = 0;

    while (lead < line.len
           && (line.at[lead] == ' ' || line.at[lead] == '\t'
               || line.at[lead] == '>'))
        lead++;
    struct str rest = str_skip(line, lead);
    bool quote = str_find_char(str_take(line, lead), '>') != SIZE_MAX;
    if (!quote && lead < INDENT_COLS_MIN && !str_starts_with(line, STR("\t")))
        return 0;
    if (fence_read(rest).mark)
        return lead;
    return is_opener(rest) && (quote || !margin->log) ? lead : 0;
}

struct str margin_strip(struct margin *margin, struct str line, bool inside)
{
    struct str text = buf_str(&margin->text);

    if (text.len > 0 && str_starts_with(line, text))
        return str_skip(line, text.len);
    if (text.len > 0 && str_equal(str_trim_end(line), str_trim_end(text)))
        return STR(""); // the blanks at its end were lost
    if (text.len > 0 && inside && str_trim(line).len == 0)
        return STR("");
    buf_reset(&margin->text);
    if (inside)
        return line;
    margin->log |= str_starts_with(line, STR("From "))
                   || str_starts_with(line, STR("commit "));
    size_t lead = find_margin(margin, line);
    buf_append(&margin->text, str_take(line, lead));
    return str_skip(line, lead);
}
