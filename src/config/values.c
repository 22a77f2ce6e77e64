/*
 * Values by kind: each reader either stores what it understood or says, in one
 * line, what it was given and what would be right. Numbers are read here and
 * not by strtod, whose decimal point depends on the locale.
 */
#include "options.h"

#include "kerf/base/utf8.h"

#include "kerf/config/suggest.h"

#define QUOTED_BYTES 40
#define ENV_NAME_BYTES 64
#define PRICE_MOST 1000000.0
#define DECIMAL_DIGITS 15

static const struct unit {
    enum option_kind kind;
    const char *suffix;
    int64_t factor;
} units[] = {
    { OPTION_COUNT, "", 1 },        { OPTION_TOKENS, "", 1 },
    { OPTION_TOKENS, "k", 1000 },   { OPTION_TOKENS, "m", 1000000 },
    { OPTION_BYTES, "", 1 },        { OPTION_BYTES, "k", 1 << 10 },
    { OPTION_BYTES, "m", 1 << 20 }, { OPTION_BYTES, "g", 1 << 30 },
    { OPTION_MS, "", 1 },           { OPTION_MS, "ms", 1 },
    { OPTION_MS, "s", 1000 },       { OPTION_SECONDS, "", 1 },
    { OPTION_SECONDS, "s", 1 },     { OPTION_SECONDS, "m", 60 },
    { OPTION_SECONDS, "h", 3600 },
};

static const struct {
    const char *what, *example;
} wanted[] = {
    [OPTION_TEXT] = { "text", "" },
    [OPTION_CHOICE] = { "choice", "" },
    [OPTION_CLASS] = { "choice", "" },
    [OPTION_BOOL] = { "truth value", "true or false" },
    [OPTION_COUNT] = { "number", "1000" },
    [OPTION_TOKENS] = { "number of tokens", "128k" },
    [OPTION_BYTES] = { "size", "64k" },
    [OPTION_MS] = { "time in milliseconds", "200" },
    [OPTION_SECONDS] = { "time in seconds", "120" },
    [OPTION_PRICE] = { "price", "\"1.75 0.175 14\"" },
    [OPTION_USD] = { "amount of dollars", "2.50" },
    [OPTION_URL] = { "address", "https://host/v1 or unix:/run/server" },
    [OPTION_ENV] = { "name of a variable", "OPENAI_API_KEY" },
};

static const struct {
    const char *word;
    bool value;
} bool_words[] = {
    { "true", true },   { "on", true },   { "yes", true }, { "1", true },
    { "false", false }, { "off", false }, { "no", false }, { "0", false },
};

// The value as a message may show it: short, and safe for a terminal.
static struct str shown(struct arena *arena, struct str value)
{
    struct str head = str_take(value, QUOTED_BYTES);

    head.len -= utf8_incomplete_tail(head);
    struct str text = utf8_sanitised(arena, head, false);
    return arena_printf(arena, "\"%.*s%s\"", STR_ARG(text),
                        head.len < value.len ? "..." : "");
}

static bool refuse(struct arena *arena, const struct option_info *option,
                   struct str value, struct error *err)
{
    return error_set(err, ERROR_USAGE, "%.*s is no %s; try %s",
                     STR_ARG(shown(arena, value)), wanted[option->kind].what,
                     wanted[option->kind].example);
}

static void *place_of(const struct option_info *option, void *base)
{
    return (char *)base + option->offset;
}

static const struct unit *unit_of(enum option_kind kind, struct str suffix)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].kind == kind
            && same_letters(suffix, str_from(units[i].suffix)))
            return &units[i];
    return NULL;
}

static bool store_number(struct arena *arena, const struct option_info *option,
                         void *base, struct str value, struct error *err)
{
    size_t digits = 0;
    uint64_t number;

    while (digits < value.len && value.at[digits] >= '0'
           && value.at[digits] <= '9')
        digits++;
    const struct unit *unit =
        unit_of(option->kind, str_trim(str_skip(value, digits)));
    if (digits == 0 || !unit)
        return refuse(arena, option, value, err);
    bool fits = str_to_u64(str_take(value, digits), &number)
                && number <= (uint64_t)(INT64_MAX / unit->factor);
    int64_t result = fits ? (int64_t)number * unit->factor : INT64_MAX;
    if (result < option->low || result > option->high)
        return error_set(err, ERROR_USAGE, "%.*s is out of range: %lld to %lld",
                         STR_ARG(shown(arena, value)), (long long)option->low,
                         (long long)option->high);
    *(int64_t *)place_of(option, base) = result;
    return true;
}

static bool store_bool(struct arena *arena, const struct option_info *option,
                       void *base, struct str value, struct error *err)
{
    for (size_t i = 0; i < sizeof(bool_words) / sizeof(bool_words[0]); i++)
        if (same_letters(value, str_from(bool_words[i].word))) {
            *(bool *)place_of(option, base) = bool_words[i].value;
            return true;
        }
    return refuse(arena, option, value, err);
}

// Finds the word in "a | b | c". Returns its number, or -1 and a suggestion.
static int find_choice(const struct option_info *option, struct str value,
                       struct str *word, struct suggestion *suggestion)
{
    struct str rest = str_from(option->values), piece;

    for (int i = 0; str_split(&rest, '|', &piece); i++) {
        *word = str_trim(piece);
        if (same_letters(value, *word))
            return i;
        suggest(suggestion, value, *word);
    }
    return -1;
}

static bool store_choice(struct arena *arena, const struct option_info *option,
                         void *base, struct str value, struct error *err)
{
    struct suggestion near = { 0 };
    struct str word;
    int number = find_choice(option, value, &word, &near);

    if (number < 0 && near.best.len > 0)
        return error_set(err, ERROR_USAGE, "%.*s: did you mean %.*s?",
                         STR_ARG(shown(arena, value)), STR_ARG(near.best));
    if (number < 0)
        return error_set(err, ERROR_USAGE, "%.*s is none of %s",
                         STR_ARG(shown(arena, value)), option->values);
    if (option->kind == OPTION_CLASS)
        *(enum backend_class *)place_of(option, base) =
            (enum backend_class)number;
    else
        *(struct str *)place_of(option, base) = word;
    return true;
}

// Reads "12", "1.75" or ".5", few enough digits for a double to hold.
static bool read_decimal(struct str s, double *number)
{
    double sum = 0, scale = 1;
    size_t digits = 0;
    bool point = false;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > DECIMAL_DIGITS)
            return false;
        sum = sum * 10 + (c - '0');
        scale *= point ? 10 : 1;
    }
    *number = sum / scale;
    return digits > 0 && *number <= PRICE_MOST;
}

static bool store_price(struct arena *arena, const struct option_info *option,
                        void *base, struct str value, struct error *err)
{
    double numbers[3] = { 0 };
    struct str rest = str_trim(value);
    size_t count = 0;

    while (rest.len > 0) {
        size_t blank = 0;
        while (blank < rest.len && rest.at[blank] != ' '
               && rest.at[blank] != '\t')
            blank++;
        if (count == 3 || !read_decimal(str_take(rest, blank), &numbers[count]))
            return refuse(arena, option, value, err);
        count++;
        rest = str_trim_start(str_skip(rest, blank));
    }
    if (count != 3)
        return error_set(err, ERROR_USAGE,
                         "%zu number%s instead of three: input cached output",
                         count, count == 1 ? "" : "s");
    *(struct price *)place_of(option, base) =
        (struct price){ numbers[0], numbers[1], numbers[2] };
    return true;
}

static bool store_usd(struct arena *arena, const struct option_info *option,
                      void *base, struct str value, struct error *err)
{
    struct str digits = str_starts_with(value, STR("$")) ? str_skip(value, 1)
                                                         : value;

    return read_decimal(digits, place_of(option, base))
           || refuse(arena, option, value, err);
}

// What follows "https://" up to the path.
static struct str authority_of(struct str url)
{
    struct str rest = str_skip(url, str_find(url, STR("://")) + 3);
    size_t end = 0;

    while (end < rest.len
           && str_find_char(STR("/?#"), rest.at[end]) == SIZE_MAX)
        end++;
    return str_take(rest, end);
}

// An address may carry a password, so no message repeats it.
static bool store_url(const struct option_info *option, void *base,
                      struct str value, struct error *err)
{
    struct str path = str_skip(value, STR("unix:").len);
    bool local = str_starts_with(value, STR("unix:"));
    bool web = str_starts_with(value, STR("https://"))
               || str_starts_with(value, STR("http://"));

    if (web && str_find_char(authority_of(value), '@') != SIZE_MAX)
        return error_set(err, ERROR_USAGE,
                         "a user or password does not belong into the "
                         "address; use keyEnv or keyCommand");
    bool good = local ? path.len > 0
                      : web && authority_of(value).len > 0
                            && str_find_char(value, ' ') == SIZE_MAX
                            && str_find_char(value, '\t') == SIZE_MAX;
    if (!good)
        return error_set(err, ERROR_USAGE, "this is no %s; try %s",
                         wanted[OPTION_URL].what, wanted[OPTION_URL].example);
    *(struct str *)place_of(option, base) = value;
    return true;
}

static bool is_env_name(struct str s)
{
    if (s.len == 0 || s.len > ENV_NAME_BYTES
        || (s.at[0] >= '0' && s.at[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

// Somebody may have put the key itself here, so no message repeats it.
static bool store_env(const struct option_info *option, void *base,
                      struct str value, struct error *err)
{
    bool key = str_starts_with(value, STR("sk-"))
               || str_starts_with(value, STR("sk_"));

    if (key || !is_env_name(value))
        return error_set(err, ERROR_USAGE,
                         "this is no %s; try %s, and keep the key itself out "
                         "of here",
                         wanted[OPTION_ENV].what, wanted[OPTION_ENV].example);
    *(struct str *)place_of(option, base) = value;
    return true;
}

static void store_nothing(const struct option_info *option, void *base)
{
    switch (option->kind) {
    case OPTION_TEXT:
    case OPTION_CHOICE:
    case OPTION_URL:
    case OPTION_ENV:
        *(struct str *)place_of(option, base) = (struct str){ 0 };
        break;
    case OPTION_CLASS:
        *(enum backend_class *)place_of(option, base) = CLASS_WAFER;
        break;
    case OPTION_BOOL: *(bool *)place_of(option, base) = false; break;
    case OPTION_COUNT:
    case OPTION_TOKENS:
    case OPTION_BYTES:
    case OPTION_MS:
    case OPTION_SECONDS: *(int64_t *)place_of(option, base) = 0; break;
    case OPTION_PRICE:
        *(struct price *)place_of(option, base) = (struct price){ 0 };
        break;
    case OPTION_USD: *(double *)place_of(option, base) = 0; break;
    }
}

bool option_store(struct arena *arena, const struct option_info *option,
                  void *base, struct str value, struct error *err)
{
    if (value.len == 0)
        value = str_from(option->fallback);
    if (value.len == 0) {
        store_nothing(option, base);
        return true;
    }
    switch (option->kind) {
    case OPTION_TEXT: *(struct str *)place_of(option, base) = value; break;
    case OPTION_CHOICE:
    case OPTION_CLASS: return store_choice(arena, option, base, value, err);
    case OPTION_BOOL: return store_bool(arena, option, base, value, err);
    case OPTION_COUNT:
    case OPTION_TOKENS:
    case OPTION_BYTES:
    case OPTION_MS:
    case OPTION_SECONDS: return store_number(arena, option, base, value, err);
    case OPTION_PRICE: return store_price(arena, option, base, value, err);
    case OPTION_USD: return store_usd(arena, option, base, value, err);
    case OPTION_URL: return store_url(option, base, value, err);
    case OPTION_ENV: return store_env(option, base, value, err);
    }
    return true;
}
