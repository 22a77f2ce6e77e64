/*
 * Scripts without blanks are cut where the script changes; an ideograph is a
 * word alone, as nothing short of a dictionary knows better. A folded paste
 * counts as letters.
 */
#include "composer_words.h"

#include "kerf/base/utf8.h"

struct word_range {
    uint32_t first, last;
    enum word_class class;
};

// Ordered; what is not here is letters.
static const struct word_range ranges[] = {
    { 0x1100, 0x11ff, WORD_HANGUL }, { 0x3000, 0x3000, WORD_BLANK },
    { 0x3001, 0x3004, WORD_NONE },   { 0x3005, 0x3007, WORD_HAN },
    { 0x3008, 0x3020, WORD_NONE },   { 0x3021, 0x3029, WORD_HAN },
    { 0x3030, 0x3030, WORD_NONE },   { 0x3031, 0x3035, WORD_KANA },
    { 0x3038, 0x303b, WORD_HAN },    { 0x303d, 0x303f, WORD_NONE },
    { 0x3041, 0x309f, WORD_KANA },   { 0x30a0, 0x30a0, WORD_NONE },
    { 0x30a1, 0x30fa, WORD_KANA },   { 0x30fb, 0x30fb, WORD_NONE },
    { 0x30fc, 0x30ff, WORD_KANA },   { 0x3131, 0x318e, WORD_HANGUL },
    { 0x31f0, 0x31ff, WORD_KANA },   { 0x3400, 0x4dbf, WORD_HAN },
    { 0x4e00, 0x9fff, WORD_HAN },    { 0xa960, 0xa97f, WORD_HANGUL },
    { 0xac00, 0xd7ff, WORD_HANGUL }, { 0xf900, 0xfaff, WORD_HAN },
    { 0xff01, 0xff0f, WORD_NONE },   { 0xff1a, 0xff20, WORD_NONE },
    { 0xff3b, 0xff40, WORD_NONE },   { 0xff5b, 0xff65, WORD_NONE },
    { 0xff66, 0xff9f, WORD_KANA },   { 0xffa0, 0xffdc, WORD_HANGUL },
    { 0x1b000, 0x1b16f, WORD_KANA }, { 0x20000, 0x323af, WORD_HAN },
};

static enum word_class class_of_ascii(unsigned char c)
{
    if (c == ' ' || c == '\t' || c == '\n')
        return WORD_BLANK;
    bool letter = c == '_' || (c >= '0' && c <= '9')
                  || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    return letter ? WORD_LETTERS : WORD_NONE;
}

enum word_class draft_word_class(const struct draft *draft, size_t at)
{
    struct str rest = str_skip(buf_str(&draft->text), at);
    uint32_t code;

    if ((unsigned char)rest.at[0] < 0x80)
        return class_of_ascii((unsigned char)rest.at[0]);
    utf8_decode(rest, &code);
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return ranges[i].class;
    return WORD_LETTERS;
}

bool word_goes_on(enum word_class one, enum word_class other, bool big)
{
    if (one == WORD_BLANK || other == WORD_BLANK)
        return false;
    return big || (one == other && one != WORD_HAN);
}

// The first place of the word that the unit at `at` belongs to.
static size_t start_of(const struct draft *draft, size_t at, bool big)
{
    enum word_class class = draft_word_class(draft, at);

    while (at > 0) {
        size_t before = draft_previous(draft, at);
        if (!word_goes_on(class, draft_word_class(draft, before), big))
            break;
        at = before;
    }
    return at;
}

size_t draft_vi_behind(const struct draft *draft, size_t at, bool big)
{
    enum word_class class = draft_word_class(draft, at);

    do
        at = draft_next(draft, at);
    while (at < draft->text.len
           && word_goes_on(class, draft_word_class(draft, at), big));
    return at;
}

static bool is_stepped_over(enum word_class class, bool punctuation)
{
    return class == WORD_BLANK || (punctuation && class == WORD_NONE);
}

// Steps left to a word, then to its beginning.
static size_t find_left(const struct draft *draft, size_t at, bool big,
                        bool over_punctuation)
{
    while (at > 0) {
        at = draft_previous(draft, at);
        if (!is_stepped_over(draft_word_class(draft, at), over_punctuation))
            return start_of(draft, at, big);
    }
    return 0;
}

size_t draft_word_start(const struct draft *draft, size_t at)
{
    return find_left(draft, at, false, true);
}

size_t draft_blank_start(const struct draft *draft, size_t at)
{
    return find_left(draft, at, true, false);
}

size_t draft_word_end(const struct draft *draft, size_t at)
{
    while (at < draft->text.len
           && is_stepped_over(draft_word_class(draft, at), true))
        at = draft_next(draft, at);
    return at < draft->text.len ? draft_vi_behind(draft, at, false) : at;
}

// --- vi --------------------------------------------------------------------

static bool is_empty_line(const struct draft *draft, size_t at)
{
    const char *text = draft->text.at;

    return text[at] == '\n' && (at == 0 || text[at - 1] == '\n');
}

size_t draft_vi_next(const struct draft *draft, size_t at, bool big)
{
    size_t end = draft->text.len;

    if (at >= end)
        return end;
    if (draft_word_class(draft, at) != WORD_BLANK)
        at = draft_vi_behind(draft, at, big);
    else if (is_empty_line(draft, at))
        at++;
    while (at < end && draft_word_class(draft, at) == WORD_BLANK
           && !is_empty_line(draft, at))
        at = draft_next(draft, at);
    return at;
}

size_t draft_vi_previous(const struct draft *draft, size_t at, bool big)
{
    while (at > 0) {
        at = draft_previous(draft, at);
        if (draft_word_class(draft, at) != WORD_BLANK)
            return start_of(draft, at, big);
        if (is_empty_line(draft, at))
            return at;
    }
    return 0;
}

size_t draft_vi_end(const struct draft *draft, size_t at, bool big)
{
    size_t end = draft->text.len;

    at = at < end ? draft_next(draft, at) : end;
    while (at < end && draft_word_class(draft, at) == WORD_BLANK)
        at = draft_next(draft, at);
    at = at < end ? draft_vi_behind(draft, at, big) : end;
    return at > 0 ? draft_previous(draft, at) : 0;
}
