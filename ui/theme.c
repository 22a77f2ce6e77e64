/*
 * A line of a theme file is `role = [INK] [on PAPER] [attributes]`. A role that
 * is not named keeps the look of the default theme, which uses the 16 colours
 * that the user has chosen for the terminal. Every look that carries state has
 * a text beside it (`+`, `-`, `ok`, `CONFLICT`), so colours may all be dropped.
 */
#include "kerf/ui/theme.h"

static const char *const colour_names[] = {
    "black",        "red",
    "green",        "yellow",
    "blue",         "magenta",
    "cyan",         "white",
    "bright-black", "bright-red",
    "bright-green", "bright-yellow",
    "bright-blue",  "bright-magenta",
    "bright-cyan",  "bright-white",
};

// xterm's values; terminals differ, but only nearness is asked.
static const uint8_t basic[16][3] = {
    { 0, 0, 0 },       { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },
    { 0, 0, 238 },     { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
    { 127, 127, 127 }, { 255, 0, 0 },   { 0, 255, 0 },   { 255, 255, 0 },
    { 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
};

static const uint8_t cube_levels[6] = { 0, 95, 135, 175, 215, 255 };

static struct colour palette_entry(uint8_t index)
{
    struct colour colour = { .kind = COLOUR_INDEX, .index = index };

    if (index < 16) {
        colour.r = basic[index][0];
        colour.g = basic[index][1];
        colour.b = basic[index][2];
    } else if (index < 232) {
        colour.r = cube_levels[(index - 16) / 36];
        colour.g = cube_levels[(index - 16) / 6 % 6];
        colour.b = cube_levels[(index - 16) % 6];
    } else {
        colour.r = colour.g = colour.b = (uint8_t)(8 + 10 * (index - 232));
    }
    return colour;
}

// How far a colour is from grey.
static int chroma(struct colour c)
{
    int most = c.r > c.g ? c.r : c.g, least = c.r < c.g ? c.r : c.g;

    most = most > c.b ? most : c.b;
    least = least < c.b ? least : c.b;
    return most - least;
}

// Green counts most and blue least, as for the eye; greys stay greys.
static unsigned distance(struct colour a, struct colour b)
{
    int r = a.r - b.r, g = a.g - b.g, bl = a.b - b.b;
    int c = chroma(a) - chroma(b);

    return (unsigned)(3 * r * r + 4 * g * g + 2 * bl * bl + 4 * c * c);
}

uint8_t theme_nearest(struct colour colour, unsigned count)
{
    // The first 16 of 256 are the user's own and may be anything.
    unsigned first = count > 16 ? 16 : 0;
    unsigned best = first, best_distance = ~0u;

    if (colour.kind == COLOUR_INDEX && colour.index < count)
        return colour.index;
    for (unsigned i = first; i < count && i < 256; i++) {
        unsigned d = distance(colour, palette_entry((uint8_t)i));
        if (d < best_distance) {
            best = i;
            best_distance = d;
        }
    }
    return (uint8_t)best;
}

// --- themes without a file -------------------------------------------------

#define INK(number) .ink = { .kind = COLOUR_INDEX, .index = (number) }

static const struct theme
    default_theme = { .looks = {
                          [ROLE_DIM] = { .dim = true },
                          [ROLE_STRONG] = { .bold = true },
                          [ROLE_EMPHASIS] = { .italic = true },
                          [ROLE_HEADING] = { .bold = true, .underline = true },
                          [ROLE_CODE] = { INK(6) },
                          [ROLE_KEYWORD] = { INK(5) },
                          [ROLE_TYPE] = { INK(6) },
                          [ROLE_STRING] = { INK(2) },
                          [ROLE_NUMBER] = { INK(3) },
                          [ROLE_COMMENT] = { .dim = true },
                          [ROLE_LINK] = { INK(4), .underline = true },
                          [ROLE_QUOTE] = { .dim = true, .italic = true },
                          [ROLE_USER] = { .bold = true },
                          [ROLE_TITLE] = { .bold = true },
                          [ROLE_KEY] = { .bold = true },
                          [ROLE_RULE] = { .dim = true },
                          [ROLE_FOCUS] = { .bold = true, .reverse = true },
                          [ROLE_SELECTED] = { .reverse = true },
                          [ROLE_ADDED] = { INK(2) },
                          [ROLE_REMOVED] = { INK(1) },
                          [ROLE_ADDED_WORD] = { INK(2), .bold = true,
                                                .underline = true },
                          [ROLE_REMOVED_WORD] = { INK(1), .bold = true,
                                                  .underline = true },
                          [ROLE_HUNK] = { INK(6) },
                          [ROLE_OK] = { INK(2) },
                          [ROLE_WARNING] = { INK(3), .bold = true },
                          [ROLE_ERROR] = { INK(1), .bold = true },
                      } };

static const struct theme
    mono_theme = { .looks = {
                       [ROLE_STRONG] = { .bold = true },
                       [ROLE_EMPHASIS] = { .underline = true },
                       [ROLE_HEADING] = { .bold = true, .underline = true },
                       [ROLE_KEYWORD] = { .bold = true },
                       [ROLE_LINK] = { .underline = true },
                       [ROLE_USER] = { .bold = true },
                       [ROLE_TITLE] = { .bold = true },
                       [ROLE_KEY] = { .bold = true },
                       [ROLE_FOCUS] = { .bold = true, .reverse = true },
                       [ROLE_SELECTED] = { .reverse = true },
                       [ROLE_ADDED] = { .bold = true },
                       [ROLE_ADDED_WORD] = { .bold = true, .underline = true },
                       [ROLE_REMOVED_WORD] = { .underline = true },
                       [ROLE_HUNK] = { .underline = true },
                       [ROLE_WARNING] = { .bold = true },
                       [ROLE_ERROR] = { .bold = true, .reverse = true },
                   } };

static void fill_rgb(struct colour *colour)
{
    if (colour->kind == COLOUR_INDEX)
        *colour = palette_entry(colour->index);
}

struct theme theme_default(void)
{
    struct theme theme = default_theme;

    for (size_t i = 0; i < ROLE_COUNT; i++) {
        fill_rgb(&theme.looks[i].ink);
        fill_rgb(&theme.looks[i].paper);
    }
    return theme;
}

struct theme theme_mono(void)
{
    return mono_theme;
}

// --- reading ---------------------------------------------------------------

static bool hex_byte(struct str text, uint8_t *byte)
{
    unsigned value = 0;

    for (size_t i = 0; i < 2; i++) {
        char c = text.at[i];
        char low = (char)(c | 0x20);
        if (c >= '0' && c <= '9')
            value = value * 16 + (unsigned)(c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value * 16 + (unsigned)(low - 'a') + 10;
        else
            return false;
    }
    *byte = (uint8_t)value;
    return true;
}

static bool read_rgb(struct str text, struct colour *colour)
{
    colour->kind = COLOUR_RGB;
    return text.len == 7 && hex_byte(str_skip(text, 1), &colour->r)
           && hex_byte(str_skip(text, 3), &colour->g)
           && hex_byte(str_skip(text, 5), &colour->b);
}

static bool read_colour(struct str text, struct colour *colour)
{
    uint64_t number;

    *colour = (struct colour){ .kind = COLOUR_DEFAULT };
    if (str_is(text, "default"))
        return true;
    if (str_starts_with(text, STR("#")))
        return read_rgb(text, colour);
    for (size_t i = 0; i < 16; i++) {
        if (str_is(text, colour_names[i])) {
            *colour = palette_entry((uint8_t)i);
            return true;
        }
    }
    if (!str_to_u64(text, &number) || number > 255)
        return false;
    *colour = palette_entry((uint8_t)number);
    return true;
}

static bool *attribute(struct look *look, struct str name)
{
    const struct {
        const char *name;
        bool *at;
    } table[] = {
        { "bold", &look->bold },           { "dim", &look->dim },
        { "underline", &look->underline }, { "reverse", &look->reverse },
        { "italic", &look->italic },
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (str_is(name, table[i].name))
            return table[i].at;
    return NULL;
}

static bool next_word(struct str *rest, struct str *word)
{
    size_t len = 0;

    *rest = str_trim_start(*rest);
    while (len < rest->len && rest->at[len] != ' ' && rest->at[len] != '\t')
        len++;
    *word = str_take(*rest, len);
    *rest = str_skip(*rest, len);
    return len > 0;
}

static bool read_look(struct str text, struct look *look, struct error *err)
{
    struct str word;
    bool is_first = true;

    *look = (struct look){ 0 };
    while (next_word(&text, &word)) {
        bool *set = attribute(look, word);
        bool paper = str_is(word, "on");
        if (set)
            *set = true;
        else if (paper && !next_word(&text, &word))
            return error_set(err, ERROR_USAGE, "no colour behind \"on\"");
        else if (!paper && !is_first)
            return error_set(err, ERROR_USAGE, "unknown attribute \"%.*s\"",
                             STR_ARG(word));
        else if (!read_colour(word, paper ? &look->paper : &look->ink))
            return error_set(err, ERROR_USAGE, "unknown colour \"%.*s\"",
                             STR_ARG(word));
        is_first = false;
    }
    return true;
}

static bool find_role(struct str name, enum role *role)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (str_is(name, role_name((enum role)i))) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

static bool read_line(struct theme *theme, struct str line, struct error *err)
{
    enum role role;

    line = str_trim(line);
    if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';'
        || str_is(line, "[theme]"))
        return true;
    size_t equals = str_find_char(line, '=');
    if (equals == SIZE_MAX)
        return error_set(err, ERROR_USAGE, "expected \"role = look\"");
    struct str name = str_trim_end(str_take(line, equals));
    if (!find_role(name, &role))
        return error_set(err, ERROR_USAGE, "unknown role \"%.*s\"",
                         STR_ARG(name));
    return read_look(str_skip(line, equals + 1), &theme->looks[role], err);
}

bool theme_read(struct theme *theme, struct str text, struct str name,
                struct error *err)
{
    struct theme result = theme_default();
    struct str line;
    unsigned number = 0;

    while (str_split(&text, '\n', &line)) {
        number++;
        if (!read_line(&result, line, err))
            return error_prefix(err, "%.*s:%u", STR_ARG(name), number);
    }
    *theme = result;
    return true;
}

// --- what the terminal can -------------------------------------------------

static bool is_set(const char *value)
{
    return value && *value;
}

enum colour_depth theme_depth(const char *term, const char *colorterm,
                              const char *no_color, int terminfo_colours)
{
    struct str name = str_from(term);
    int colours = terminfo_colours;

    if (is_set(no_color) || name.len == 0 || str_is(name, "dumb"))
        return DEPTH_MONO;
    if (colours < 0)
        colours = str_find(name, STR("256color")) != SIZE_MAX ? 256 : 0;
    // The -direct entries have no palette beyond 8 entries.
    if (colours > 256)
        return DEPTH_8;
    bool truecolor = str_is(str_from(colorterm), "truecolor")
                     || str_is(str_from(colorterm), "24bit");
    if (colours == 256)
        return truecolor ? DEPTH_TRUE : DEPTH_256;
    return colours >= 16 ? DEPTH_16 : colours >= 8 ? DEPTH_8 : DEPTH_MONO;
}
