/* The lexers of what is no program: patches, tags, and Markdown as source. */
#include "language.h"

static bool begins(const struct paint *p, const char *text)
{
    return str_starts_with(p->line, str_from(text));
}

static const struct {
    const char *start;
    enum role role;
} diff_lines[] = {
    { "@@", ROLE_HUNK },         { "+++ ", ROLE_STRONG },
    { "--- ", ROLE_STRONG },     { "diff ", ROLE_STRONG },
    { "*** ", ROLE_STRONG },     { "index ", ROLE_DIM },
    { "new file ", ROLE_DIM },   { "deleted file ", ROLE_DIM },
    { "old mode ", ROLE_DIM },   { "new mode ", ROLE_DIM },
    { "similarity ", ROLE_DIM }, { "rename ", ROLE_DIM },
    { "copy ", ROLE_DIM },       { "Binary ", ROLE_DIM },
    { "\\", ROLE_DIM },          { "+", ROLE_ADDED },
    { "-", ROLE_REMOVED },       { ">", ROLE_ADDED },
    { "<", ROLE_REMOVED },
};

void lex_diff(struct paint *p)
{
    for (size_t i = 0; i < sizeof(diff_lines) / sizeof(diff_lines[0]); i++)
        if (begins(p, diff_lines[i].start)) {
            paint_role(p, 0, p->line.len, diff_lines[i].role);
            return;
        }
}

enum markup_state {
    MARKUP_TEXT,
    MARKUP_TAG,
    MARKUP_COMMENT,
    MARKUP_DOUBLE, // inside "..." of a tag
    MARKUP_SINGLE, // inside '...' of a tag
};

// Returns the place behind the next `close`, or the end of the line.
static size_t behind(const struct paint *p, size_t from, const char *close)
{
    size_t hit = str_find(str_skip(p->line, from), str_from(close));
    return hit == SIZE_MAX ? p->line.len : from + hit + str_from(close).len;
}

// Goes on to the end of a comment or string; `*state` changes if it is there.
static size_t markup_until(struct paint *p, size_t at, const char *close,
                           enum role role, unsigned *state, unsigned next)
{
    bool found = str_find(str_skip(p->line, at), str_from(close)) != SIZE_MAX;
    size_t end = behind(p, at, close);

    paint_role(p, at, end, role);
    if (found)
        *state = next;
    return end;
}

static bool is_name_byte(char c)
{
    return is_word_byte(c) || c == '-' || c == ':' || c == '.';
}

static size_t name_end(const struct paint *p, size_t at)
{
    while (at < p->line.len && is_name_byte(p->line.at[at]))
        at++;
    return at;
}

static size_t markup_text(struct paint *p, size_t at, unsigned *state)
{
    struct str rest = str_skip(p->line, at);

    if (str_starts_with(rest, STR("<!--"))) {
        *state = MARKUP_COMMENT;
        return at;
    }
    if (rest.at[0] == '<') {
        size_t name = at + 1;
        while (name < p->line.len
               && str_find_char(STR("/!?"), p->line.at[name]) != SIZE_MAX)
            name++;
        size_t end = name_end(p, name);
        if (end == name)
            return name; // "a < b"
        paint_role(p, at, end, ROLE_KEYWORD);
        *state = MARKUP_TAG;
        return end;
    }
    if (rest.at[0] == '&') {
        size_t end = at + 1;
        while (end < p->line.len
               && (is_word_byte(p->line.at[end]) || p->line.at[end] == '#'))
            end++;
        if (end < p->line.len && p->line.at[end] == ';')
            paint_role(p, at, ++end, ROLE_NUMBER);
        return end;
    }
    return at + 1;
}

static size_t markup_tag(struct paint *p, size_t at, unsigned *state)
{
    char c = p->line.at[at];

    if (c == '>') {
        bool slash =
            at > 0 && (p->line.at[at - 1] == '/' || p->line.at[at - 1] == '?');
        paint_role(p, slash ? at - 1 : at, at + 1, ROLE_KEYWORD);
        *state = MARKUP_TEXT;
        return at + 1;
    }
    if (c == '"' || c == '\'') {
        *state = c == '"' ? MARKUP_DOUBLE : MARKUP_SINGLE;
        paint_role(p, at, at + 1, ROLE_STRING);
        return at + 1;
    }
    size_t end = name_end(p, at);
    paint_role(p, at, end, ROLE_TYPE);
    return end > at ? end : at + 1;
}

void lex_markup(struct paint *p, unsigned *state)
{
    for (size_t at = 0; at < p->line.len;) {
        switch ((enum markup_state) * state) {
        case MARKUP_TEXT: at = markup_text(p, at, state); break;
        case MARKUP_TAG: at = markup_tag(p, at, state); break;
        case MARKUP_COMMENT:
            at = markup_until(p, at, "-->", ROLE_COMMENT, state, MARKUP_TEXT);
            break;
        case MARKUP_DOUBLE:
            at = markup_until(p, at, "\"", ROLE_STRING, state, MARKUP_TAG);
            break;
        case MARKUP_SINGLE:
            at = markup_until(p, at, "'", ROLE_STRING, state, MARKUP_TAG);
            break;
        }
    }
}

static const struct {
    const char *mark;
    enum role role;
} markdown_marks[] = {
    { "`", ROLE_CODE },
    { "**", ROLE_STRONG },
    { "__", ROLE_STRONG },
    { "*", ROLE_EMPHASIS },
};

// Paints `mark`...`mark` at `at`. Returns its end, or the next byte's place.
static size_t markdown_mark(struct paint *p, size_t at)
{
    for (size_t i = 0; i < sizeof(markdown_marks) / sizeof(markdown_marks[0]);
         i++) {
        struct str mark = str_from(markdown_marks[i].mark);
        struct str rest = str_skip(p->line, at);
        if (!str_starts_with(rest, mark))
            continue;
        size_t close = str_find(str_skip(rest, mark.len), mark);
        if (close == SIZE_MAX || close == 0)
            return at + mark.len;
        size_t end = at + close + 2 * mark.len;
        paint_role(p, at, end, markdown_marks[i].role);
        return end;
    }
    return at + 1;
}

static size_t markdown_start(struct paint *p, size_t at)
{
    struct str rest = str_skip(p->line, at);
    size_t digits = 0;

    while (digits < rest.len && rest.at[digits] >= '0'
           && rest.at[digits] <= '9')
        digits++;
    bool item =
        digits < rest.len
        && str_find_char(digits ? STR(".)") : STR("-*+"), rest.at[digits])
               != SIZE_MAX
        && digits + 1 < rest.len && rest.at[digits + 1] == ' ';
    if (!item)
        return at;
    paint_role(p, at, at + digits + 1, ROLE_KEYWORD);
    return at + digits + 1;
}

// `*state` is 1 inside a fence.
void lex_markdown(struct paint *p, unsigned *state)
{
    struct str rest = str_trim_start(p->line);
    size_t at = p->line.len - rest.len;
    bool fence = str_starts_with(rest, STR("```"))
                 || str_starts_with(rest, STR("~~~"));

    if (fence)
        *state ^= 1u;
    if (fence || *state) {
        paint_role(p, 0, p->line.len, fence ? ROLE_KEYWORD : ROLE_CODE);
        return;
    }
    if (begins(p, "#") || begins(p, ">")) {
        paint_role(p, 0, p->line.len,
                   begins(p, "#") ? ROLE_HEADING : ROLE_QUOTE);
        return;
    }
    at = markdown_start(p, at);
    while (at < p->line.len)
        at = markdown_mark(p, at);
}
