/*
 * The opening tag counts only where nothing but blanks stands before it, so
 * that an answer may speak of the tag. Bytes are held back only while they may
 * still become a tag.
 */
#include "think.h"

#define OPENING STR("<think>")
#define CLOSING STR("</think>")

void think_release(struct think *think)
{
    buf_release(&think->held);
}

// Length of the longest end of `text` that a closing tag begins with.
static size_t tail_of_tag(struct str text)
{
    size_t len = text.len < CLOSING.len ? text.len : CLOSING.len - 1;

    while (len > 0 && !str_starts_with(CLOSING, str_skip(text, text.len - len)))
        len--;
    return len;
}

static bool give(struct think *think, size_t count, bool inside, think_fn piece,
                 void *ctx, struct error *err)
{
    struct str text = str_take(buf_str(&think->held), count);

    if (text.len > 0 && !piece(text, inside, ctx, err))
        return false;
    buf_consume(&think->held, count);
    return true;
}

// Decides what the words begin with. `*more` says that something was decided.
static bool step_before(struct think *think, bool *more, think_fn piece,
                        void *ctx, struct error *err)
{
    struct str held = buf_str(&think->held);
    struct str words = str_trim_start(held);

    *more = false;
    if (str_starts_with(words, OPENING)) {
        buf_consume(&think->held, held.len - words.len + OPENING.len);
        think->state = THINK_INSIDE;
        *more = true;
        return true;
    }
    if (str_starts_with(OPENING, words))
        return true;
    think->state = THINK_OUTSIDE;
    if (think->was_inside)
        buf_consume(&think->held, held.len - words.len);
    return give(think, think->held.len, false, piece, ctx, err);
}

static bool step_inside(struct think *think, bool *more, think_fn piece,
                        void *ctx, struct error *err)
{
    struct str held = buf_str(&think->held);
    size_t end = str_find(held, CLOSING);

    *more = end != SIZE_MAX;
    if (end == SIZE_MAX)
        return give(think, held.len - tail_of_tag(held), true, piece, ctx, err);
    if (!give(think, end, true, piece, ctx, err))
        return false;
    buf_consume(&think->held, CLOSING.len);
    think->state = THINK_BEFORE;
    think->was_inside = true;
    return true;
}

bool think_feed(struct think *think, struct str text, think_fn piece, void *ctx,
                struct error *err)
{
    bool more = true;

    if (think->state == THINK_OUTSIDE)
        return text.len == 0 || piece(text, false, ctx, err);
    buf_append(&think->held, text);
    while (more && think->held.len > 0) {
        switch (think->state) {
        case THINK_BEFORE:
            if (!step_before(think, &more, piece, ctx, err))
                return false;
            break;
        case THINK_INSIDE:
            if (!step_inside(think, &more, piece, ctx, err))
                return false;
            break;
        case THINK_OUTSIDE: return true;
        }
    }
    return true;
}

bool think_flush(struct think *think, think_fn piece, void *ctx,
                 struct error *err)
{
    struct str held = buf_str(&think->held);
    size_t blanks = held.len - str_trim_start(held).len;

    if (think->state == THINK_BEFORE
        && (blanks == held.len || think->was_inside))
        buf_consume(&think->held, blanks);
    if (think->state == THINK_BEFORE && think->held.len > 0)
        think->state = THINK_OUTSIDE;
    return give(think, think->held.len, think->state == THINK_INSIDE, piece,
                ctx, err);
}
