/*
 * What follows a file name in `---` and `+++`: mostly a tab and a time. Mail
 * programs and models make blanks of the tab; so does old Subversion.
 */
#include "reader.h"

// Compares with a form in which 0 stands for any digit, a for any letter.
static bool has_form(struct str s, const char *form)
{
    size_t i = 0;

    for (; form[i]; i++) {
        char c = i < s.len ? s.at[i] : '\0';
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (form[i] == '0' ? !digit : form[i] == 'a' ? !letter : c != form[i])
            return false;
    }
    return true;
}

static bool is_stamp(struct str s)
{
    return has_form(s, "0000-00-00 00:00") || has_form(s, "0000-00-00T00:00")
           || has_form(s, "aaa aaa 00 00:00:00")
           || has_form(s, "aaa aaa  0 00:00:00")
           || str_starts_with(s, STR("(revision "))
           || str_starts_with(s, STR("(rev "))
           || str_starts_with(s, STR("(working copy)"))
           || str_starts_with(s, STR("(nonexistent)"));
}

struct str name_cut_stamp(struct str text, bool git, struct str *stamp)
{
    size_t tab = str_find_char(text, '\t');

    *stamp = tab == SIZE_MAX ? STR("") : str_trim(str_skip(text, tab + 1));
    if (tab != SIZE_MAX || git)
        return str_take(text, tab);
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i - 1] != ' ' || !is_stamp(str_skip(text, i)))
            continue;
        *stamp = str_skip(text, i);
        return str_trim_end(str_take(text, i));
    }
    return text;
}

bool stamp_says_absent(struct str stamp)
{
    // the epoch, in any time zone
    return str_starts_with(stamp, STR("1970-01-01 "))
           || str_starts_with(stamp, STR("1969-12-31 "))
           || str_starts_with(stamp, STR("Thu Jan 01 00:00:00 1970"))
           || str_starts_with(stamp, STR("(nonexistent)"));
}
