/* Hunk headers of the unified format; GNU diff's manual, "Detailed Unified".
 * A count that is left out is 1. */
#include "reader.h"

#define LIMIT_LINE_NUMBER ((uint64_t)1 << 40) // leaves room for arithmetic

static void skip_blanks(struct str *rest)
{
    while (rest->len && (rest->at[0] == ' ' || rest->at[0] == '\t'))
        *rest = str_skip(*rest, 1);
}

static bool read_number(struct str *rest, size_t *number)
{
    size_t digits = 0;
    uint64_t value;

    while (digits < rest->len && rest->at[digits] >= '0'
           && rest->at[digits] <= '9')
        digits++;
    if (!str_to_u64(str_take(*rest, digits), &value)
        || value > LIMIT_LINE_NUMBER)
        return false;
    *number = (size_t)value;
    *rest = str_skip(*rest, digits);
    return true;
}

// Reads "-12,3" or "+12".
static bool read_side(struct str *rest, char sign, size_t *start, size_t *count)
{
    skip_blanks(rest);
    if (rest->len == 0 || rest->at[0] != sign)
        return false;
    *rest = str_skip(*rest, 1);
    if (!read_number(rest, start))
        return false;
    *count = 1;
    if (rest->len == 0 || rest->at[0] != ',')
        return true;
    *rest = str_skip(*rest, 1);
    return read_number(rest, count);
}

bool range_read(struct str line, struct range *range)
{
    struct str rest = str_skip(line, 2);

    *range = (struct range){ 0 };
    if (!str_starts_with(line, STR("@@")))
        return false;
    range->numbered =
        read_side(&rest, '-', &range->old_start, &range->old_count)
        && read_side(&rest, '+', &range->new_start, &range->new_count);
    size_t close = str_find(rest, STR("@@"));
    if (close != SIZE_MAX)
        range->section = str_trim(str_skip(rest, close + 2));
    return true;
}
