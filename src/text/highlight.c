/*
 * The lexer for code reads a line from left to right and asks at each place,
 * in this order: does a comment begin, does a string or block comment begin,
 * is it a number, is it a word of the table? It knows no grammar, so a hunk or
 * a snippet that stops half-way looks like the file it was taken from.
 *
 * State between lines: 0, or the number of the open pair plus one in the low
 * byte and, for pairs that nest, how many more are open above it.
 */
#include "kerf/text/highlight.h"

#include "language.h"

#define STATE_PAIR 0xffu
#define STATE_DEPTH 0x100u
#define CHAR_LITERAL_BYTES 12 // '\u{10ffff}'

void paint_role(struct paint *p, size_t from, size_t to, enum role role)
{
    spans_add(p->arena, p->spans, p->count, p->cap,
              (struct span){
                  .start = p->offset + from, .len = to - from, .role = role });
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_word_byte(char c)
{
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'
           || (unsigned char)c >= 0x80;
}

static bool has(const struct paint *p, unsigned flag)
{
    return (p->language->flags & flag) != 0;
}

static bool stands_at(const struct paint *p, size_t at, const char *text)
{
    return str_starts_with(str_skip(p->line, at), str_from(text));
}

static size_t skip_blanks(struct str s, size_t at)
{
    while (at < s.len && is_blank(s.at[at]))
        at++;
    return at;
}

// Returns where the pair ends that is open at `at`; `*state` is 0 if it ends.
static size_t pair_end(const struct paint *p, const struct pair *pair,
                       size_t at, unsigned *state)
{
    while (at < p->line.len) {
        if ((pair->flags & PAIR_ESCAPE) && p->line.at[at] == '\\') {
            at += 2;
        } else if (stands_at(p, at, pair->close)) {
            at += str_from(pair->close).len;
            if (*state < STATE_DEPTH) {
                *state = 0;
                return at;
            }
            *state -= STATE_DEPTH;
        } else if ((pair->flags & PAIR_NESTS) && stands_at(p, at, pair->open)) {
            at += str_from(pair->open).len;
            *state += STATE_DEPTH;
        } else {
            at++;
        }
    }
    return p->line.len;
}

static bool is_char_literal(const struct paint *p, size_t from, size_t to)
{
    struct str inside = str_take(str_skip(p->line, from + 1), to - from - 2);
    size_t codes = 0;

    if (to - from < 3 || to - from > CHAR_LITERAL_BYTES)
        return false;
    for (size_t i = 0; i < inside.len; i++)
        codes += ((unsigned char)inside.at[i] & 0xc0) != 0x80;
    return codes == 1 || inside.at[0] == '\\';
}

// A string in front of a colon is a key where the language says so.
static enum role pair_role(const struct paint *p, const struct pair *pair,
                           size_t end)
{
    size_t next = skip_blanks(p->line, end);

    if (has(p, KEY_STRING) && pair->role == ROLE_STRING && next < p->line.len
        && p->line.at[next] == ':')
        return ROLE_KEYWORD;
    return pair->role;
}

// Paints the pair that begins at `at`. Returns its end, or `at` if none does.
static size_t lex_pair(struct paint *p, size_t at, unsigned *state)
{
    for (unsigned i = 0; i < LANGUAGE_PAIRS; i++) {
        const struct pair *pair = &p->language->pairs[i];
        if (!pair->open)
            break;
        if (!stands_at(p, at, pair->open))
            continue;
        *state = i + 1;
        size_t end = pair_end(p, pair, at + str_from(pair->open).len, state);
        bool open = *state != 0;
        if (!(pair->flags & PAIR_LINES))
            *state = 0;
        if ((pair->flags & PAIR_CHAR) && (open || !is_char_literal(p, at, end)))
            continue;
        paint_role(p, at, end, pair_role(p, pair, end));
        return end;
    }
    return at;
}

// Goes on with the pair that an earlier line left open.
static size_t lex_open_pair(struct paint *p, unsigned *state)
{
    unsigned number = *state & STATE_PAIR;

    if (number == 0 || number > LANGUAGE_PAIRS
        || !p->language->pairs[number - 1].open) {
        *state = 0;
        return 0;
    }
    const struct pair *pair = &p->language->pairs[number - 1];
    size_t end = pair_end(p, pair, 0, state);
    paint_role(p, 0, end, pair->role);
    return end;
}

static bool comment_begins(const struct paint *p, size_t at)
{
    struct str list = str_from(p->language->comments), open;

    if (has(p, COMMENT_AT_WORD) && at > 0 && !is_blank(p->line.at[at - 1])
        && p->line.at[at - 1] != ';')
        return false;
    while (str_split(&list, ' ', &open))
        if (open.len > 0 && str_starts_with(str_skip(p->line, at), open))
            return true;
    return false;
}

static size_t lex_number(struct paint *p, size_t at)
{
    size_t end = at + 1;

    for (; end < p->line.len; end++) {
        char c = p->line.at[end], before = p->line.at[end - 1];
        bool sign = (c == '+' || c == '-') && (before == 'e' || before == 'E')
                    && !stands_at(p, at, "0x");
        bool more = end + 1 < p->line.len && is_digit(p->line.at[end + 1]);
        if (!is_word_byte(c) && !sign && !((c == '.' || c == '\'') && more))
            break;
    }
    paint_role(p, at, end, ROLE_NUMBER);
    return end;
}

static size_t word_end(const struct paint *p, size_t at)
{
    while (at < p->line.len
           && (is_word_byte(p->line.at[at])
               || (has(p, WORDS_HYPHEN) && p->line.at[at] == '-')))
        at++;
    return at;
}

static bool is_type_name(struct str word)
{
    if (!is_upper(word.at[0]))
        return false;
    for (size_t i = 1; i < word.len; i++)
        if (is_lower(word.at[i]))
            return true;
    return false;
}

static size_t lex_word(struct paint *p, size_t at)
{
    size_t end = word_end(p, at);
    struct str word = str_take(str_skip(p->line, at), end - at);
    bool any_case = has(p, WORDS_ANY_CASE);

    if (word_in(p->language->keywords, word, any_case))
        paint_role(p, at, end, ROLE_KEYWORD);
    else if (word_in(p->language->types, word, any_case)
             || (has(p, CAPITAL_IS_TYPE) && is_type_name(word)))
        paint_role(p, at, end, ROLE_TYPE);
    return end;
}

static char closing_sign(const struct paint *p, char open)
{
    if (open == '(' && has(p, PAREN_VARIABLE))
        return ')';
    return open == '{' ? '}' : '\0';
}

// Paints $name or ${name}; a lone "$" is only stepped over.
static size_t lex_variable(struct paint *p, size_t at)
{
    char next = at + 1 < p->line.len ? p->line.at[at + 1] : '\0';
    char close = closing_sign(p, next);
    size_t end = word_end(p, at + (close ? 2 : 1));

    if (close) {
        if (end >= p->line.len || p->line.at[end] != close)
            return at + 1; // more than a name: its words speak
        end++;
    }
    if (end > at + 1)
        paint_role(p, at, end, ROLE_TYPE);
    return end;
}

// Paints "#include <a.h>" or "#[derive]" up to the end of its first word.
static size_t lex_directive(struct paint *p, size_t at)
{
    size_t word = skip_blanks(p->line, at + 1);
    size_t end = word_end(p, word);
    struct str name = str_take(str_skip(p->line, word), end - word);

    paint_role(p, at, end, ROLE_KEYWORD);
    if (!str_is(name, "include"))
        return end;
    size_t file = skip_blanks(p->line, end);
    size_t close = str_find_char(str_skip(p->line, file), '>');
    if (file >= p->line.len || p->line.at[file] != '<' || close == SIZE_MAX)
        return end;
    paint_role(p, file, file + close + 1, ROLE_STRING);
    return file + close + 1;
}

static size_t key_length(struct str s, char sign)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == sign)
            return i;
        if (str_find_char(STR("\"'#{}()[]<>;,"), s.at[i]) != SIZE_MAX)
            return 0;
    }
    return 0;
}

// Paints what stands before ":" or "=" at the start of a line, or "[section]".
static size_t lex_key(struct paint *p)
{
    size_t at = skip_blanks(p->line, 0);
    char sign = has(p, KEY_EQUALS) ? '=' : ':';

    while (sign == ':' && stands_at(p, at, "- "))
        at = skip_blanks(p->line, at + 2);
    if (sign == '=' && stands_at(p, at, "[")) {
        size_t close = str_rfind_char(p->line, ']');
        size_t end = close == SIZE_MAX ? p->line.len : close + 1;
        paint_role(p, at, end, ROLE_TYPE);
        return end;
    }
    size_t len = key_length(str_skip(p->line, at), sign);
    struct str key = str_trim_end(str_take(str_skip(p->line, at), len));
    if (key.len == 0)
        return 0;
    paint_role(p, at, at + key.len, ROLE_KEYWORD);
    return at + len;
}

static size_t lex_step(struct paint *p, size_t at, unsigned *state)
{
    char c = p->line.at[at];

    if (is_blank(c))
        return at + 1;
    if (c == '#' && has(p, HASH_DIRECTIVE) && at == skip_blanks(p->line, 0))
        return lex_directive(p, at);
    if (comment_begins(p, at)) {
        paint_role(p, at, p->line.len, ROLE_COMMENT);
        return p->line.len;
    }
    size_t end = lex_pair(p, at, state);
    if (end > at)
        return end;
    if (is_digit(c))
        return lex_number(p, at);
    if (c == '$' && has(p, DOLLAR_VARIABLE))
        return lex_variable(p, at);
    if (c == '@' && has(p, AT_IS_TYPE)) {
        end = word_end(p, at + 1);
        paint_role(p, at, end, ROLE_TYPE);
        return end;
    }
    return is_word_byte(c) ? lex_word(p, at) : at + 1;
}

static void lex_code(struct paint *p, unsigned *state)
{
    size_t at = *state ? lex_open_pair(p, state) : 0;

    if (at == 0 && has(p, KEY_COLON | KEY_EQUALS))
        at = lex_key(p);
    while (at < p->line.len)
        at = lex_step(p, at, state);
}

void highlight_line(struct arena *arena, const struct language *language,
                    unsigned *state, struct str line, size_t offset,
                    struct span **spans, size_t *count, size_t *cap)
{
    struct paint p = { arena, language, line, offset, spans, count, cap };

    if (!language)
        return;
    switch (language->lexer) {
    case LEX_CODE: lex_code(&p, state); break;
    case LEX_DIFF: lex_diff(&p); break;
    case LEX_MARKUP: lex_markup(&p, state); break;
    case LEX_MARKDOWN: lex_markdown(&p, state); break;
    }
}
