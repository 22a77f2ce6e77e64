/* Jumping: turns are found by their items alone, code blocks and hunks by what
 * their rows say. */
#include "transcript_parts.h"

// Says whether a turn begins with this item.
static bool begins_turn(const struct session *session, size_t index)
{
    return index == 0
           || session->items[index].turn != session->items[index - 1].turn;
}

bool transcript_next_turn(struct transcript *transcript,
                          const struct scroll_source *source,
                          struct scroll_at *at, bool back)
{
    const struct session *session = transcript->call->session;
    size_t count = session->item_count;
    size_t i = at->block < count ? at->block : count;

    if (back && at->row == 0 && i > 0)
        i--;
    else if (!back)
        i++;
    while (i < count && !begins_turn(session, i))
        i = back ? i - 1 : i + 1;
    if (back && i == count && count > 0)
        for (i = count - 1; !begins_turn(session, i);)
            i--;
    struct scroll_at to = { i, 0 };
    if (i >= count || (back && at->block == 0 && at->row == 0))
        return false;
    scroll_forward(source, &to, 0);
    if (!back && !scroll_is_before(*at, to))
        return false;
    *at = to;
    return true;
}

static size_t part_at(const struct scroll_source *source, struct scroll_at at)
{
    return source->row(source->self, at.block, at.row)->part;
}

// One row on; false at an end.
static bool step(const struct scroll_source *source, struct scroll_at *at,
                 bool back)
{
    if (back)
        return scroll_back(source, at, 1) > 0;
    scroll_forward(source, at, 1);
    return at->block < source->blocks;
}

static bool same_part(const struct scroll_source *source, struct scroll_at a,
                      struct scroll_at b)
{
    return a.block == b.block && part_at(source, a) == part_at(source, b);
}

bool transcript_next_part(const struct scroll_source *source,
                          struct scroll_at *at, bool back)
{
    struct scroll_at to = *at, before;

    if (at->block >= source->blocks)
        return false;
    do
        if (!step(source, &to, back))
            return false;
    while (part_at(source, to) == 0 || same_part(source, to, *at));
    before = to;
    while (back && step(source, &before, true) && same_part(source, before, to))
        to = before;
    *at = to;
    return true;
}
