/* Private to the composer: words, as emacs and as vi see them. */
#ifndef KERF_UI_COMPOSER_WORDS_H
#define KERF_UI_COMPOSER_WORDS_H

#include "composer_draft.h"

/* What a unit is to words. Units of one class beside each other are one word,
 * but for WORD_HAN: each is a word of its own. */
enum word_class {
    WORD_BLANK,
    WORD_NONE, // punctuation
    WORD_LETTERS,
    WORD_KANA,
    WORD_HANGUL,
    WORD_HAN,
};
enum word_class draft_word_class(const struct draft *draft, size_t at);

/* Does a word that holds the one go on with the other? */
bool word_goes_on(enum word_class one, enum word_class other, bool big);

/* The word of emacs at or beside `at`: where it begins, to the left, or ends,
 * to the right; punctuation is stepped over. */
size_t draft_word_start(const struct draft *draft, size_t at);
size_t draft_word_end(const struct draft *draft, size_t at);
size_t draft_blank_start(const struct draft *draft, size_t at); // as ^W

/* The word of vi, where punctuation is words too; if `big`, all between blanks
 * is one. The next one's beginning (an empty line counts as one), the one
 * before's, the last unit of the next one's, and the place behind the one that
 * the unit at `at`, which is no blank, belongs to. */
size_t draft_vi_next(const struct draft *draft, size_t at, bool big);
size_t draft_vi_previous(const struct draft *draft, size_t at, bool big);
size_t draft_vi_end(const struct draft *draft, size_t at, bool big);
size_t draft_vi_behind(const struct draft *draft, size_t at, bool big);

#endif
