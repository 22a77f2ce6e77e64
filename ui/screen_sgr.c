/*
 * `CSI ... m` is a list of numbers; 38 and 48 take two (5;N) or four (2;r;g;b)
 * of those that follow. Everything that is not such a list is copied.
 */
#include "screen_sgr.h"

#include <assert.h>

unsigned sgr_slot(struct sgr_palette *palette, struct colour colour)
{
    for (size_t i = 0; i < palette->count; i++) {
        struct colour slot = palette->slots[i];
        if (slot.r == colour.r && slot.g == colour.g && slot.b == colour.b)
            return SGR_FIRST_SLOT + (unsigned)i;
    }
    assert(palette->count < 2 * ROLE_COUNT);
    palette->slots[palette->count] = colour;
    return SGR_FIRST_SLOT + (unsigned)palette->count++;
}

static const struct colour *colour_of(const struct sgr_palette *palette,
                                      struct str number)
{
    uint64_t slot;

    if (!str_to_u64(number, &slot) || slot < SGR_FIRST_SLOT
        || slot - SGR_FIRST_SLOT >= palette->count)
        return NULL;
    return &palette->slots[slot - SGR_FIRST_SLOT];
}

// Appends one number and what belongs to it; `*rest` moves behind.
static void rewrite_one(const struct sgr_palette *palette, struct str number,
                        struct str *rest, struct buf *out)
{
    struct str after = *rest, kind, slot;
    const struct colour *colour = NULL;
    bool takes_colour = str_is(number, "38") || str_is(number, "48");

    if (takes_colour && str_split(&after, ';', &kind) && str_is(kind, "5")
        && str_split(&after, ';', &slot))
        colour = colour_of(palette, slot);
    buf_append(out, number);
    if (!colour)
        return;
    buf_printf(out, ";2;%u;%u;%u", colour->r, colour->g, colour->b);
    *rest = after;
}

static void rewrite_list(const struct sgr_palette *palette, struct str list,
                         struct buf *out)
{
    struct str number;
    bool first = true;

    while (str_split(&list, ';', &number)) {
        if (!first)
            buf_append_char(out, ';');
        first = false;
        rewrite_one(palette, number, &list, out);
    }
}

// Length of the parameters of a control sequence.
static size_t parameters(struct str text)
{
    size_t len = 0;

    while (len < text.len
           && ((text.at[len] >= '0' && text.at[len] <= '9')
               || text.at[len] == ';'))
        len++;
    return len;
}

void sgr_rewrite(const struct sgr_palette *palette, struct str frame,
                 struct buf *out)
{
    for (;;) {
        size_t start = str_find(frame, STR("\033["));
        if (start == SIZE_MAX)
            break;
        buf_append(out, str_take(frame, start + 2));
        frame = str_skip(frame, start + 2);
        size_t len = parameters(frame);
        if (len < frame.len && frame.at[len] == 'm')
            rewrite_list(palette, str_take(frame, len), out);
        else
            buf_append(out, str_take(frame, len));
        frame = str_skip(frame, len);
    }
    buf_append(out, frame);
}
