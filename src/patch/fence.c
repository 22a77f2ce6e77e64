/* A fence with words behind it opens a block, one without opens or closes. */
#include "fence.h"

#define FENCE_LETTERS_MIN 3

struct fence fence_read(struct str line)
{
    struct fence fence = { .info = STR("") };
    struct str rest = str_trim(line);

    if (rest.len < FENCE_LETTERS_MIN
        || (rest.at[0] != '`' && rest.at[0] != '~'))
        return fence;
    while (fence.count < rest.len && rest.at[fence.count] == rest.at[0])
        fence.count++;
    struct str info = str_trim(str_skip(rest, fence.count));
    if (fence.count < FENCE_LETTERS_MIN
        || (rest.at[0] == '`' && str_find_char(info, '`') != SIZE_MAX))
        return fence;
    fence.mark = rest.at[0];
    fence.info = info;
    return fence;
}

bool fence_is_end(struct fence open, struct fence line)
{
    return line.mark == open.mark && line.count >= open.count
           && line.info.len == 0;
}
