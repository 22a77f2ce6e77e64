/* How a language looks to the lexer: one row of the table in languages.c. */
#ifndef KERF_TEXT_LANGUAGE_H
#define KERF_TEXT_LANGUAGE_H

#include "kerf/text/highlight.h"

#define LANGUAGE_PAIRS 6

enum lexer {
    LEX_CODE,     // words, numbers, strings, comments
    LEX_DIFF,     // by the first characters of a line
    LEX_MARKUP,   // tags and attributes
    LEX_MARKDOWN, // the source, not the reading
};

enum pair_flags {
    PAIR_LINES = 1,  // may run over lines
    PAIR_ESCAPE = 2, // a backslash takes the next byte along
    PAIR_NESTS = 4,  // an opening one inside needs its own closing one
    PAIR_CHAR = 8,   // holds one character, else it is no pair ('a in Rust)
};

/* A comment or string: from `open` to `close`. Longer openings stand first. */
struct pair {
    const char *open, *close;
    enum role role;
    unsigned flags;
};

enum language_flags {
    WORDS_ANY_CASE = 1,    // keywords in capitals too (SQL)
    WORDS_HYPHEN = 2,      // "-" belongs to words (CSS)
    CAPITAL_IS_TYPE = 4,   // Names like This are types
    HASH_DIRECTIVE = 8,    // "#include" at the start of a line
    DOLLAR_VARIABLE = 16,  // $name, ${name}
    COMMENT_AT_WORD = 32,  // "#" opens a comment only behind a blank
    KEY_COLON = 64,        // "key: value"
    KEY_EQUALS = 128,      // "key = value" and "[section]"
    KEY_STRING = 256,      // a string before a colon is a key (JSON)
    AT_IS_TYPE = 512,      // @decorator, @annotation
    PAREN_VARIABLE = 1024, // $(NAME), as make has it
};

struct language {
    const char *names; // fence words, apart by blanks
    const char *files; // ".c" is a suffix, "Makefile" a whole name
    enum lexer lexer;
    unsigned flags;
    const char *comments; // what opens a comment to the end of the line
    struct pair pairs[LANGUAGE_PAIRS];
    const char *keywords;
    const char *types; // and other names that come with the language
};

/* The line being coloured and where its spans go. */
struct paint {
    struct arena *arena;
    const struct language *language;
    struct str line;
    size_t offset;
    struct span **spans;
    size_t *count, *cap;
};

/* Gives the bytes [from, to) of the line a role. */
void paint_role(struct paint *p, size_t from, size_t to, enum role role);

/* Says whether `word` stands in the blank-separated `list`. */
bool word_in(const char *list, struct str word, bool any_case);

/* Bytes of names: letters, digits, "_" and everything beyond ASCII. */
bool is_word_byte(char c);

/* Lexers of their own files; `*state` as in highlight_line. */
void lex_diff(struct paint *p);
void lex_markup(struct paint *p, unsigned *state);
void lex_markdown(struct paint *p, unsigned *state);

#endif
