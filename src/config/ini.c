/*
 * Files are read by libinih, with its lines handed over one by one. That way
 * what it would do silently becomes an error or does not happen: cut a line
 * (its buffer holds 200 bytes), take an indented key for the continuation of
 * the one before, take a ";" inside quotes for a comment. The section is read
 * here, as git writes it; libinih parts keys from values.
 */
#include "kerf/config/ini.h"

#include <ini.h>
#include <string.h>

#include "kerf/config/config.h"

#include "assign.h"

// What libinih would take for a sign or a comment; controls are in no line.
#define SIGNS ";=:["
#define HIDDEN "\x01\x02\x03\x04"
#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

struct reader {
    struct arena *arena;
    const struct ini_taker *taker;
    struct str rest; // of the text
    int line;        // from 1
    bool in_section;
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
    struct str inside = str_trim(str_skip(line, 1)), label = { 0 };

    if (!str_ends_with(inside, STR("]")))
        return fail(r, shape);
    inside = str_trim(str_take(inside, inside.len - 1));
    size_t quote = str_find_char(inside, '"');
    if (quote != SIZE_MAX) {
        size_t end = quote_end(inside, quote);
        if (end != inside.len - 1)
            return fail(r, shape);
        label = str_take(str_skip(inside, quote + 1), end - quote - 1);
        inside = str_trim(str_take(inside, quote));
    }
    r->in_section = true;
    r->failed = !r->taker->section(inside, label, r->taker->ctx, r->err);
    return !r->failed;
}

static char changed(char c, const char *from, const char *to)
{
    const char *at = c ? strchr(from, c) : NULL;

    return at ? to[at - from] : c;
}

// Copies the line for libinih, with the signs hidden that are none.
static char *hand_over(const struct reader *r, char *out, struct str line)
{
    size_t sign = str_rfind_char(line, '=');

    for (size_t i = 0; i < line.len; i++) {
        bool none = line.at[i] == ';' || (r->taker->signs_in_keys && i != sign);
        out[i] = none ? changed(line.at[i], SIGNS, HIDDEN) : line.at[i];
    }
    out[line.len] = '\0';
    return out;
}

static bool is_section(const struct reader *r, struct str line)
{
    return str_starts_with(line, STR("["))
           && (!r->taker->signs_in_keys || str_ends_with(line, STR("]")));
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
    if (is_section(r, line)) {
        if (!read_section(r, line))
            return NULL;
        line = STR("");
    }
    return hand_over(r, out, line);
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
        *c = changed(*c, HIDDEN, SIGNS);
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
    r->failed = !r->taker->setting(key, text, r->taker->ctx, r->err);
    return !r->failed;
}

bool ini_read(struct arena *arena, struct str text, struct str name,
              const struct ini_taker *taker, struct error *err)
{
    struct reader r = {
        .arena = arena, .taker = taker, .rest = text, .err = err
    };

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
