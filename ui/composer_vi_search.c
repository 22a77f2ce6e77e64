/* `/` and `?`: a pattern is typed in a line of its own, and found round the
 * ends of the draft. */
#include "composer_parts.h"

void vi_search_open(struct vi *vi, bool back)
{
    search_open(&vi->line);
    vi->back = back;
}

bool vi_is_searching(const struct vi *vi)
{
    return vi->line.typing;
}

// An empty pattern is the one before.
enum search_result vi_search_key(struct vi *vi, const struct key *key)
{
    struct search line;

    if (key->code == KEYCODE_BACKSPACE && vi->line.pattern.len == 0) {
        vi->line.typing = false;
        return SEARCH_LEFT;
    }
    enum search_result result = search_key(&vi->line, key);
    if (result != SEARCH_DONE)
        return result;
    vi->found_back = vi->back;
    line = vi->line;
    if (line.pattern.len > 0) {
        vi->line = vi->found;
        vi->found = line;
    }
    return SEARCH_DONE;
}

static bool is_unit(const struct draft *draft, size_t at)
{
    return at == 0 || draft_next(draft, draft_previous(draft, at)) == at;
}

// The next match that begins at or behind `at`.
static size_t match_at(const struct draft *draft, const struct search *search,
                       size_t at)
{
    do
        at = search_in(search, buf_str(&draft->text), at);
    while (at != SIZE_MAX && !is_unit(draft, at++));
    return at == SIZE_MAX ? at : at - 1;
}

// The last match before `before`.
static size_t match_before(const struct draft *draft,
                           const struct search *search, size_t before)
{
    size_t found = SIZE_MAX, at = match_at(draft, search, 0);

    while (at < before) {
        found = at;
        at = match_at(draft, search, at + 1);
    }
    return found;
}

static size_t find(const struct draft *draft, const struct search *search,
                   size_t from, bool back)
{
    size_t at = back ? match_before(draft, search, from)
                     : match_at(draft, search, from + 1);

    if (at != SIZE_MAX)
        return at;
    return back ? match_before(draft, search, SIZE_MAX)
                : match_at(draft, search, 0);
}

static bool search(struct vi_move *move, bool back)
{
    const struct composer *c = move->composer;

    move->to = c->draft.caret;
    for (size_t i = 0; i < move->count && move->to != SIZE_MAX; i++)
        move->to = find(&c->draft, &c->vi.found, move->to, back);
    return move->to != SIZE_MAX && move->to != c->draft.caret;
}

bool vi_search_down(struct vi_move *move)
{
    return search(move, false);
}

bool vi_search_up(struct vi_move *move)
{
    return search(move, true);
}

bool vi_search_again(struct vi_move *move)
{
    return search(move, move->composer->vi.found_back);
}

bool vi_search_reverse(struct vi_move *move)
{
    return search(move, !move->composer->vi.found_back);
}

bool vi_matched(const struct composer *c, struct vi_range *range)
{
    const struct vi *vi = &c->vi;

    if (!vi->line.typing || vi->line.pattern.len == 0)
        return false;
    size_t at = find(&c->draft, &vi->line, c->draft.caret, vi->back);
    if (at == SIZE_MAX)
        return false;
    *range = (struct vi_range){ .from = at, .to = at + vi->line.pattern.len };
    return true;
}
