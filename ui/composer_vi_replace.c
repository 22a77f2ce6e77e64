/*
 * Typing over what is there, up to the end of the line. What stood there is
 * kept as a stack, each unit with its length behind it, so that Backspace can
 * bring it back; any other key than text forgets it.
 */
#include <string.h>

#include "composer_parts.h"

void vi_type_over(const struct vi_call *call)
{
    struct composer *c = call->composer;

    vi_enter_insert(c, call->count, false);
    c->vi.replaces = true;
    buf_reset(&c->vi.replaced);
}

static void push(struct buf *replaced, struct str unit)
{
    buf_append(replaced, unit);
    buf_append(replaced,
               (struct str){ (const char *)&unit.len, sizeof(unit.len) });
}

// The unit is valid until the next push.
static bool pop(struct buf *replaced, struct str *unit)
{
    if (replaced->len == 0)
        return false;
    replaced->len -= sizeof(unit->len);
    memcpy(&unit->len, replaced->at + replaced->len, sizeof(unit->len));
    replaced->len -= unit->len;
    unit->at = replaced->at + replaced->len;
    return true;
}

static void type_over(struct composer *c, uint32_t ch)
{
    struct draft *draft = &c->draft;
    size_t at = draft->caret, next = at;

    if (at < draft_line_end(draft, at))
        next = draft_next(draft, at);
    push(&c->vi.replaced,
         str_take(str_skip(buf_str(&draft->text), at), next - at));
    draft_replace(draft, at, next, STR(""));
    draft_type(draft, ch);
}

// Before what was typed over it only goes to the left.
static void take_back(struct composer *c)
{
    struct draft *draft = &c->draft;
    size_t before = draft_previous(draft, draft->caret);
    struct str unit;

    if (pop(&c->vi.replaced, &unit)) {
        draft_replace(draft, before, draft->caret, unit);
        draft->caret = before;
    } else if (before >= draft_line_start(draft, draft->caret)) {
        draft->caret = before;
    }
}

bool vi_replace_key(struct composer *c, const struct key *key)
{
    bool plain = !(key->mods & (MOD_CTRL | MOD_ALT));

    if (!c->vi.replaces)
        return false;
    if (plain && key->code == KEYCODE_CHAR && key->ch >= 0x20) {
        type_over(c, key->ch);
    } else if (plain && key->code == KEYCODE_BACKSPACE) {
        take_back(c);
    } else {
        buf_reset(&c->vi.replaced);
        return false;
    }
    return true;
}
