/* The motions of vi. Each goes from the caret and tells what an operator needs
 * to know of it; the caret stays. */
#include "composer_parts.h"
#include "composer_words.h"
#include "kerf/base/utf8.h"

static const struct draft *draft_of(const struct vi_move *move)
{
    return &move->composer->draft;
}

static size_t line_start(const struct vi_move *move, size_t at)
{
    return draft_line_start(draft_of(move), at);
}

static size_t line_end(const struct vi_move *move, size_t at)
{
    return draft_line_end(draft_of(move), at);
}

// --- characters ------------------------------------------------------------

bool vi_left(struct vi_move *move)
{
    size_t from = draft_of(move)->caret, start = line_start(move, from);

    move->to = from;
    for (size_t i = 0; i < move->count && move->to > start; i++)
        move->to = draft_previous(draft_of(move), move->to);
    return move->to < from;
}

bool vi_right(struct vi_move *move)
{
    size_t from = draft_of(move)->caret, end = line_end(move, from);

    move->to = from;
    for (size_t i = 0; i < move->count && move->to < end; i++)
        move->to = draft_next(draft_of(move), move->to);
    return move->to > from;
}

// --- lines -----------------------------------------------------------------

size_t vi_text_start(const struct composer *composer, size_t at)
{
    const struct draft *draft = &composer->draft;
    size_t end = draft_line_end(draft, at);

    at = draft_line_start(draft, at);
    while (at < end
           && (draft->text.at[at] == ' ' || draft->text.at[at] == '\t'))
        at++;
    return at;
}

bool vi_line_begin(struct vi_move *move)
{
    move->to = line_start(move, draft_of(move)->caret);
    return true;
}

bool vi_line_text(struct vi_move *move)
{
    move->to = vi_text_start(move->composer, draft_of(move)->caret);
    return true;
}

// Goes `count` lines down or up from `at`, as far as there are any.
static size_t go_lines(const struct vi_move *move, size_t at, size_t count,
                       bool down)
{
    for (; count > 0; count--) {
        size_t edge = down ? line_end(move, at) : line_start(move, at);
        if (edge == (down ? draft_of(move)->text.len : 0))
            break;
        at = down ? edge + 1 : edge - 1;
    }
    return at;
}

static bool move_lines(struct vi_move *move, bool down)
{
    size_t from = draft_of(move)->caret;

    move->lines = true;
    move->to = go_lines(move, from, move->count, down);
    return move->to != from;
}

bool vi_line_up(struct vi_move *move)
{
    return move_lines(move, false);
}

bool vi_line_down(struct vi_move *move)
{
    return move_lines(move, true);
}

bool vi_line_last(struct vi_move *move)
{
    size_t at = draft_of(move)->caret, end;

    at = go_lines(move, at, move->count - 1, true);
    end = line_end(move, at);
    move->inclusive = true;
    move->to = end > line_start(move, at) ? draft_previous(draft_of(move), end)
                                          : end;
    return true;
}

static bool go_to_line(struct vi_move *move, size_t number)
{
    size_t at = go_lines(move, 0, number, true);

    move->lines = true;
    move->to = vi_text_start(move->composer, at);
    return true;
}

bool vi_first_line(struct vi_move *move)
{
    return go_to_line(move, move->count - 1);
}

bool vi_last_line(struct vi_move *move)
{
    return go_to_line(move, move->counted ? move->count - 1 : SIZE_MAX);
}

// --- words -----------------------------------------------------------------

// An operator over the last word of a line ends with the line.
static void end_with_line(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    size_t start = line_start(move, move->to);

    while (start > draft->caret
           && vi_text_start(move->composer, start) >= move->to) {
        move->to = start - 1;
        start = line_start(move, move->to);
    }
    if (move->to < draft->caret)
        move->to = draft->caret;
}

static bool next_word(struct vi_move *move, bool big)
{
    const struct draft *draft = draft_of(move);

    move->to = draft->caret;
    for (size_t i = 0; i < move->count && move->to < draft->text.len; i++)
        move->to = draft_vi_next(draft, move->to, big);
    if (move->operating)
        end_with_line(move);
    return true;
}

static bool previous_word(struct vi_move *move, bool big)
{
    move->to = draft_of(move)->caret;
    for (size_t i = 0; i < move->count && move->to > 0; i++)
        move->to = draft_vi_previous(draft_of(move), move->to, big);
    return move->to < draft_of(move)->caret;
}

static bool end_word(struct vi_move *move, bool big)
{
    const struct draft *draft = draft_of(move);

    move->inclusive = true;
    move->to = draft->caret;
    for (size_t i = 0; i < move->count && move->to < draft->text.len; i++)
        move->to = draft_vi_end(draft, move->to, big);
    return draft->text.len > 0;
}

static bool change_word(struct vi_move *move, bool big)
{
    const struct draft *draft = draft_of(move);

    move->to = draft->caret;
    if (move->to >= draft->text.len
        || draft_word_class(draft, move->to) == WORD_BLANK)
        return next_word(move, big);
    move->to = draft_vi_behind(draft, move->to, big);
    for (size_t i = 1; i < move->count && move->to < draft->text.len; i++) {
        size_t last = draft_previous(draft, move->to);
        move->to = draft_next(draft, draft_vi_end(draft, last, big));
    }
    return true;
}

bool vi_next_word(struct vi_move *move)
{
    return next_word(move, false);
}

bool vi_next_big(struct vi_move *move)
{
    return next_word(move, true);
}

bool vi_previous_word(struct vi_move *move)
{
    return previous_word(move, false);
}

bool vi_previous_big(struct vi_move *move)
{
    return previous_word(move, true);
}

bool vi_end_word(struct vi_move *move)
{
    return end_word(move, false);
}

bool vi_end_big(struct vi_move *move)
{
    return end_word(move, true);
}

bool vi_change_word(struct vi_move *move)
{
    return change_word(move, false);
}

bool vi_change_big(struct vi_move *move)
{
    return change_word(move, true);
}

// --- characters of the line ------------------------------------------------

static bool stands_at(const struct draft *draft, size_t at, uint32_t ch)
{
    uint32_t code;

    utf8_decode(str_skip(buf_str(&draft->text), at), &code);
    return code == ch;
}

// The next place right of `at`, in its line, where `ch` stands.
static bool find_right(const struct draft *draft, size_t *at, uint32_t ch)
{
    size_t end = draft_line_end(draft, *at);

    while (*at < end) {
        *at = draft_next(draft, *at);
        if (*at < end && stands_at(draft, *at, ch))
            return true;
    }
    return false;
}

static bool find_left(const struct draft *draft, size_t *at, uint32_t ch)
{
    size_t start = draft_line_start(draft, *at);

    while (*at > start) {
        *at = draft_previous(draft, *at);
        if (stands_at(draft, *at, ch))
            return true;
    }
    return false;
}

// `again`: what stands right beside the caret was found before.
static bool find(struct vi_move *move, const struct vi_find *what, bool again)
{
    const struct draft *draft = draft_of(move);
    size_t at = draft->caret;

    if (what->ch == 0)
        return false;
    if (again && what->till && at < line_end(move, at))
        at = what->back ? draft_previous(draft, at) : draft_next(draft, at);
    for (size_t i = 0; i < move->count; i++)
        if (!(what->back ? find_left : find_right)(draft, &at, what->ch))
            return false;
    move->inclusive = !what->back;
    move->to = at;
    if (what->till)
        move->to = what->back ? draft_next(draft, at)
                              : draft_previous(draft, at);
    return true;
}

static bool find_new(struct vi_move *move, bool back, bool till)
{
    struct vi_find *what = &move->composer->vi.find;

    *what = (struct vi_find){ move->ch, back, till };
    return find(move, what, false);
}

bool vi_find_to(struct vi_move *move)
{
    return find_new(move, false, false);
}

bool vi_find_till(struct vi_move *move)
{
    return find_new(move, false, true);
}

bool vi_find_back(struct vi_move *move)
{
    return find_new(move, true, false);
}

bool vi_find_back_till(struct vi_move *move)
{
    return find_new(move, true, true);
}

bool vi_find_again(struct vi_move *move)
{
    return find(move, &move->composer->vi.find, true);
}

bool vi_find_reverse(struct vi_move *move)
{
    struct vi_find what = move->composer->vi.find;

    what.back = !what.back;
    return find(move, &what, true);
}
