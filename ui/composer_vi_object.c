/*
 * What belongs together in a text: brackets, quotes, words, paragraphs. Objects
 * tell where they begin as well, from anywhere in them. Brackets and quotes are
 * ASCII, which stands in no other character, so that bytes will do for them.
 */
#include "composer_parts.h"
#include "composer_words.h"

static const char brackets[] = "()[]{}<>";
#define JUMPED_BRACKETS 6 // of these: % knows no angles

static const struct draft *draft_of(const struct vi_move *move)
{
    return &move->composer->draft;
}

// --- brackets --------------------------------------------------------------

// The bracket that closes or opens the one at `at`; SIZE_MAX: none.
static size_t partner_of(struct str text, size_t at)
{
    size_t own = str_find_char(str_from(brackets), text.at[at]);
    char mine = brackets[own], other = brackets[own ^ 1];
    bool down = own % 2 == 0;
    size_t depth = 0;

    for (size_t i = at; i < text.len; i += down ? 1 : SIZE_MAX) {
        depth += text.at[i] == mine;
        if (text.at[i] == other && --depth == 0)
            return i;
    }
    return SIZE_MAX;
}

// The `count`th open bracket around `at`, or there; SIZE_MAX: none.
static size_t open_around(struct str text, size_t at, size_t own, size_t count)
{
    size_t depth = 0;

    for (size_t i = at < text.len ? at + 1 : text.len; i-- > 0;) {
        if (text.at[i] == brackets[own + 1] && i != at)
            depth++;
        else if (text.at[i] == brackets[own] && depth > 0)
            depth--;
        else if (text.at[i] == brackets[own] && --count == 0)
            return i;
    }
    return SIZE_MAX;
}

// From the next bracket in the line to its partner.
bool vi_partner(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    struct str known = { brackets, JUMPED_BRACKETS };
    size_t at = draft->caret, end = draft_line_end(draft, at);

    while (at < end && str_find_char(known, draft->text.at[at]) == SIZE_MAX)
        at++;
    move->to = at < end ? partner_of(buf_str(&draft->text), at) : SIZE_MAX;
    move->inclusive = true;
    return move->to != SIZE_MAX;
}

// Of brackets in lines of their own the lines between.
static void trim_lines(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    size_t last = draft_line_start(draft, move->to);

    if (draft->text.at[move->from] != '\n'
        || vi_text_start(move->composer, last) != move->to
        || last <= move->from + 1)
        return;
    move->from++;
    move->to = last - 1;
    move->lines = true;
}

static bool bracketed(struct vi_move *move)
{
    struct str text = buf_str(&draft_of(move)->text);
    char ch = (char)(move->ch == 'b' ? '(' : move->ch == 'B' ? '{' : move->ch);
    size_t own = str_find_char(str_from(brackets), ch) & ~(size_t)1;
    size_t open = open_around(text, draft_of(move)->caret, own, move->count);
    size_t close = open == SIZE_MAX ? SIZE_MAX : partner_of(text, open);

    if (close == SIZE_MAX)
        return false;
    move->from = open + !move->around;
    move->to = close + move->around;
    if (!move->around && close > open + 1)
        trim_lines(move);
    return true;
}

// --- quotes ----------------------------------------------------------------

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// A quote at or behind `at`; `end`: none. A backslash takes its meaning.
static size_t next_quote(struct str text, size_t at, size_t end, char quote)
{
    while (at < end && text.at[at] != quote)
        at += text.at[at] == '\\' && at + 1 < end ? 2 : 1;
    return at;
}

// The blanks behind it go with it, or else those before.
static void take_blanks(struct vi_move *move, size_t start, size_t end)
{
    const char *text = draft_of(move)->text.at;
    size_t to = move->to;

    while (move->to < end && is_blank(text[move->to]))
        move->to++;
    if (move->to == to)
        while (move->from > start && is_blank(text[move->from - 1]))
            move->from--;
}

// The first pair of the line that ends at the caret or behind it.
static bool quoted(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    struct str text = buf_str(&draft->text);
    size_t start = draft_line_start(draft, draft->caret);
    size_t end = draft_line_end(draft, draft->caret);
    char quote = (char)move->ch;
    size_t open = next_quote(text, start, end, quote), close = end;

    while (open < end
           && (close = next_quote(text, open + 1, end, quote)) < draft->caret)
        open = next_quote(text, close + 1, end, quote);
    if (open >= end || close >= end)
        return false;
    move->from = open + !move->around;
    move->to = close + move->around;
    if (move->around)
        take_blanks(move, start, end);
    return true;
}

// --- words -----------------------------------------------------------------

static bool is_one_run(const struct draft *draft, size_t one, size_t other,
                       bool big)
{
    enum word_class a = draft_word_class(draft, one);
    enum word_class b = draft_word_class(draft, other);

    return (a == WORD_BLANK && b == WORD_BLANK) || word_goes_on(a, b, big);
}

// Behind the word or the blanks at `at`, which is before `end`.
static size_t run_end(const struct draft *draft, size_t at, size_t end,
                      bool big)
{
    size_t next = draft_next(draft, at);

    while (next < end && is_one_run(draft, at, next, big))
        next = draft_next(draft, next);
    return next;
}

static size_t run_start(const struct draft *draft, size_t at, size_t start,
                        bool big)
{
    size_t first = at;

    while (first > start) {
        size_t before = draft_previous(draft, first);
        if (!is_one_run(draft, at, before, big))
            break;
        first = before;
    }
    return first;
}

static bool is_blank_run(const struct draft *draft, size_t at, size_t end)
{
    return at < end && draft_word_class(draft, at) == WORD_BLANK;
}

static bool word(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    size_t start = draft_line_start(draft, draft->caret);
    size_t end = draft_line_end(draft, draft->caret);
    bool big = move->ch == 'W', before, behind = false;

    move->to = move->from = draft->caret;
    if (draft->caret < end)
        move->from = move->to = run_start(draft, draft->caret, start, big);
    before = is_blank_run(draft, move->to, end);
    for (size_t i = 0; i < move->count && move->to < end; i++) {
        move->to = run_end(draft, move->to, end, big);
        behind = is_blank_run(draft, move->to, end);
        if (move->around && move->to < end && (before || behind))
            move->to = run_end(draft, move->to, end, big);
    }
    if (move->around && !before && !behind && move->from > start
        && is_blank_run(draft, draft_previous(draft, move->from), end))
        move->from =
            run_start(draft, draft_previous(draft, move->from), start, big);
    return true;
}

// --- paragraphs ------------------------------------------------------------

static bool is_blank_line(const struct vi_move *move, size_t at)
{
    return vi_text_start(move->composer, at)
           == draft_line_end(draft_of(move), at);
}

// To the beginning of a line above or below; false: there is none.
static bool step_line(const struct vi_move *move, size_t *at, bool down)
{
    const struct draft *draft = draft_of(move);
    size_t edge = down ? draft_line_end(draft, *at)
                       : draft_line_start(draft, *at);

    if (edge == (down ? draft->text.len : 0))
        return false;
    *at = draft_line_start(draft, down ? edge + 1 : edge - 1);
    return true;
}

// Goes over lines that are blank or are not; false: to the last one.
static bool skip_lines(const struct vi_move *move, size_t *at, bool blank,
                       bool down)
{
    while (is_blank_line(move, *at) == blank)
        if (!step_line(move, at, down))
            return false;
    return true;
}

static bool go_paragraphs(struct vi_move *move, bool down)
{
    const struct draft *draft = draft_of(move);

    move->to = draft_line_start(draft, draft->caret);
    for (size_t i = 0; i < move->count; i++)
        if (!skip_lines(move, &move->to, true, down)
            || !skip_lines(move, &move->to, false, down)) {
            move->to = down ? draft->text.len : 0;
            break;
        }
    return move->to != draft->caret;
}

// Up to the beginning of a line is up to the end of the one before, and from
// the beginning of one it is whole lines.
static void make_lines(struct vi_move *move, size_t *end)
{
    const struct draft *draft = draft_of(move);
    size_t first = move->from < move->to ? move->from : move->to;

    if (!move->operating || *end != draft_line_start(draft, *end))
        return;
    --*end;
    move->lines = first <= vi_text_start(move->composer, first);
}

bool vi_paragraph_down(struct vi_move *move)
{
    if (!go_paragraphs(move, true))
        return false;
    make_lines(move, &move->to);
    return true;
}

bool vi_paragraph_up(struct vi_move *move)
{
    if (!go_paragraphs(move, false))
        return false;
    make_lines(move, &move->from);
    return true;
}

// Behind the lines of one kind that begin at `at`; the last of them in `last`.
static bool take_lines(const struct vi_move *move, size_t *at, size_t *last)
{
    bool blank = is_blank_line(move, *at), more = true;

    while (more && is_blank_line(move, *at) == blank) {
        *last = *at;
        more = step_line(move, at, true);
    }
    return more;
}

static bool paragraph(struct vi_move *move)
{
    const struct draft *draft = draft_of(move);
    size_t at = draft_line_start(draft, draft->caret);
    bool blank = is_blank_line(move, at);

    if (skip_lines(move, &at, blank, false))
        step_line(move, &at, true);
    move->from = move->to = at;
    bool more = true, paired = true;
    for (size_t i = 0; i < move->count && more; i++) {
        more = take_lines(move, &at, &move->to);
        paired = more;
        if (more && move->around)
            more = take_lines(move, &at, &move->to);
    }
    at = move->from;
    if (move->around && !paired && !blank && step_line(move, &at, false)) {
        skip_lines(move, &at, true, false);
        move->from = is_blank_line(move, at) ? at
                                             : draft_line_end(draft, at) + 1;
    }
    move->lines = true;
    return true;
}

// --- the table -------------------------------------------------------------

vi_move_fn vi_object_find(uint32_t ch)
{
    static const struct {
        const char *keys;
        vi_move_fn find;
    } objects[] = {
        { "wW", word },
        { "\"'`", quoted },
        { "()bB[]{}<>", bracketed },
        { "p", paragraph },
    };

    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
        if (ch < 0x80
            && str_find_char(str_from(objects[i].keys), (char)ch) != SIZE_MAX)
            return objects[i].find;
    return NULL;
}
