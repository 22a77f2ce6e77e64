/* A ring of the last kills; kills in a row become one text, as in emacs. */
#include "composer_kills.h"

void kills_release(struct kills *kills)
{
    for (size_t i = 0; i < KILLS_MAX; i++)
        buf_release(&kills->at[i]);
    *kills = (struct kills){ 0 };
}

static void put_in_front(struct buf *buf, struct str text)
{
    struct buf joined = { 0 };

    buf_append(&joined, text);
    buf_append(&joined, buf_str(buf));
    buf_release(buf);
    *buf = joined;
}

void kills_add(struct kills *kills, struct str text, bool join, bool front)
{
    struct buf *newest = &kills->at[kills->newest];

    if (join && kills->count > 0 && front) {
        put_in_front(newest, text);
    } else if (join && kills->count > 0) {
        buf_append(newest, text);
    } else {
        if (kills->count > 0)
            kills->newest = (kills->newest + 1) % KILLS_MAX;
        if (kills->count < KILLS_MAX)
            kills->count++;
        buf_reset(&kills->at[kills->newest]);
        buf_append(&kills->at[kills->newest], text);
    }
}

struct str kills_get(const struct kills *kills, size_t back)
{
    if (kills->count == 0)
        return STR("");
    back %= kills->count;
    return buf_str(&kills->at[(kills->newest + KILLS_MAX - back) % KILLS_MAX]);
}
