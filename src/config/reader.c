/*
 * Files are read by libinih, with its lines handed over one by one. That way
 * what it would do silently becomes an error or does not happen: cut a line
 * (its buffer holds 200 bytes), take an indented key for the continuation of
 * the one before, take a ";" inside quotes for a comment. The section is read
 * here, as git writes it; libinih parts keys from values.
 */
#include "kerf/config/config.h"

#include <ini.h>

#include "assign.h"

#define HIDDEN_SEMICOLON '\x01' // cannot be in a line: controls are refused
#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

struct reader {
    struct arena *arena;
    struct config *config;
    struct str rest; // of the text
    bool trusted;
    int line; // from 1
    bool in_section;
    struct target target;
    bool failed;
    struct error *err;
};

// Returns the place of the closing quote, or `at` if there is none.
static size_t quote_end(struct str line, size_t at)
{
    for (size_t i = at + 1; i < line.len; i++) {
        if (line.at[i] == '\\')
            i++;
        else if (line.at[i] == line.at[at])
            return i;
    }
    return at;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static bool opens_comment(struct str line, size_t at)
{
    bool sign = line.at[at] == ';' || line.at[at] == '#';

    return sign
           && (at == 0 || line.at[at - 1] == ' ' || line.at[at - 1] == '\t');
}

// Drops a comment: a ";" or "#" at the start or behind a blank, not quoted.
static struct str without_comment(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (opens_comment(line, i))
            return str_trim(str_take(line, i));
        if (is_quote(line.at[i]))
            i = quote_end(line, i);
    }
    return line;
}

static bool fail(struct reader *r, const char *text)
{
    r->failed = true;
    return error_set(r->err, ERROR_USAGE, "%s", text);
}

// Reads `[name]` or `[name "backend"]`.
static bool read_section(struct reader *r, struct str line)
{
    static const char shape[] =
        "a section is written [name] or [backend \"NAME\"]";
    struct str inside = str_trim(str_skip(line, 1)), backend = { 0 };

    if (!str_ends_with(inside, STR("]")))
        return fail(r, shape);
    inside = str_trim(str_take(inside, inside.len - 1));
    size_t quote = str_find_char(inside, '"');
    if (quote != SIZE_MAX) {
        size_t end = quote_end(inside, quote);
        if (end != inside.len - 1)
            return fail(r, shape);
        backend = str_take(str_skip(inside, quote + 1), end - quote - 1);
        inside = str_trim(str_take(inside, quote));
    }
    r->in_section = true;
    r->failed =
        !target_find(r->arena, inside, backend, &r->target, r->err)
        || (r->trusted
            && !target_declare(r->arena, r->config, &r->target, r->err));
    return !r->failed;
}

// Copies the line for libinih; a ";" in it is no comment any more.
static char *hand_over(char *out, struct str line)
{
    for (size_t i = 0; i < line.len; i++)
        out[i] = line.at[i] == ';' ? HIDDEN_SEMICOLON : line.at[i];
    out[line.len] = '\0';
    return out;
}

// An ini_reader: the next line without blanks and comment, or NULL.
static char *next_line(char *out, int size, void *ctx)
{
    struct reader *r = ctx;
    struct str line;

    if (r->failed || !str_split(&r->rest, '\n', &line))
        return NULL;
    if (r->line++ == 0 && str_starts_with(line, BYTE_ORDER_MARK))
        line = str_skip(line, BYTE_ORDER_MARK.len);
    line = str_trim(line);
    if (!is_printable(line)) {
        fail(r, "not UTF-8 text, or a control character in it");
        return NULL;
    }
    line = without_comment(line);
    if (line.len >= (size_t)size) {
        r->failed = true;
        error_set(r->err, ERROR_LIMIT,
                  "the line is longer than %d bytes; put a long command into "
                  "a script",
                  size - 1);
        return NULL;
    }
    if (str_starts_with(line, STR("[")) && !read_section(r, line))
        return NULL;
    return hand_over(out, line);
}

// Takes off quotes around the whole value, and in them the backslashes.
static bool unquote(struct reader *r, struct str value, struct str *result)
{
    char *text = arena_alloc(r->arena, value.len + 1);
    size_t len = 0;

    *result = value;
    if (!str_starts_with(value, STR("\"")))
        return true;
    size_t end = quote_end(value, 0);
    if (end == 0)
        return fail(r, "the quote is not closed");
    if (end != value.len - 1)
        return true; // "a" b: a command that begins with a quoted word
    for (size_t i = 1; i < end; i++) {
        if (value.at[i] == '\\')
            i++; // the next one as it is
        text[len++] = value.at[i];
    }
    *result = (struct str){ text, len };
    return true;
}

static struct str shown_again(struct arena *arena, const char *value)
{
    char *text = arena_cstr(arena, str_from(value));

    for (char *c = text; *c; c++)
        if (*c == HIDDEN_SEMICOLON)
            *c = ';';
    return str_from(text);
}

// An ini_handler.
static int take_setting(void *ctx, const char *section, const char *name,
                        const char *value)
{
    struct reader *r = ctx;
    struct str key, text;

    (void)section;
    if (r->failed)
        return 0;
    if (!r->in_section)
        return fail(r, "a setting stands before the first [section]");
    key = shown_again(r->arena, name);
    if (!unquote(r, shown_again(r->arena, value), &text))
        return 0;
    r->failed = !target_assign(r->arena, r->config, &r->target, key, text,
                               r->trusted, r->err);
    return !r->failed;
}

bool config_read(struct arena *arena, struct config *config, struct str text,
                 struct str name, bool trusted, struct error *err)
{
    struct reader r = { .arena = arena,
                        .config = config,
                        .rest = text,
                        .trusted = trusted,
                        .err = err };

    if (text.len > LIMIT_CONFIG_BYTES)
        return error_set(err, ERROR_LIMIT, "%.*s: larger than %zu bytes",
                         STR_ARG(name), LIMIT_CONFIG_BYTES);
    int wrong = ini_parse_stream(next_line, &r, take_setting, &r);
    if (wrong > 0 && (!r.failed || wrong < r.line)) {
        r.line = wrong;
        fail(&r, "neither [section] nor key = value");
    }
    if (r.failed)
        return error_prefix(err, "%.*s:%d", STR_ARG(name), r.line);
    return true;
}
