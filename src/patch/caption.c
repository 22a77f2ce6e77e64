/*
 * A caption is a line that holds a file name and nothing else but decoration,
 * which is taken off layer by layer: heading and comment marks in front, a
 * colon behind, quotes and emphasis around. What remains is judged.
 */
#include "caption.h"

#include "kerf/patch/patch.h"

#define LAYERS_MAX 8
#define SUFFIX_LETTERS_MAX 12

struct layer {
    struct str open, close;
    bool quotes; // what is inside may hold blanks
};

static const struct layer layers[] = {
    { { "`", 1 }, { "`", 1 }, true },
    { { "\"", 1 }, { "\"", 1 }, true },
    { { "'", 1 }, { "'", 1 }, true },
    { { "**", 2 }, { "**", 2 }, false },
    { { "__", 2 }, { "__", 2 }, false },
    { { "*", 1 }, { "*", 1 }, false },
    { { "<!--", 4 }, { "-->", 3 }, false },
    { { "/*", 2 }, { "*/", 2 }, false },
    { { "//", 2 }, { "", 0 }, false },
    { { "# ", 2 }, { "", 0 }, false },
    { { "-- ", 3 }, { "", 0 }, false },
    { { "- ", 2 }, { "", 0 }, false },
    { { "* ", 2 }, { "", 0 }, false },
    { { "", 0 }, { ":", 1 }, false },
    { { "", 0 }, { "(new file)", 10 }, false },
    { { "", 0 }, { "(new)", 5 }, false },
};

static const char *const labels[] = {
    "file:", "file name:", "filename:", "filepath:", "path:",
};

// Files of this kind have neither a suffix nor, mostly, a folder.
static const char *const known_names[] = {
    "Makefile", "makefile", "GNUmakefile", "Dockerfile",  "Containerfile",
    "LICENSE",  "COPYING",  "README",      "AUTHORS",     "CHANGELOG",
    "NEWS",     "INSTALL",  "Jenkinsfile", "Vagrantfile", "Rakefile",
    "Gemfile",  "Procfile", "CODEOWNERS",  "Kconfig",     "BUILD",
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_alnum(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static bool has_blank(struct str s)
{
    return str_find_char(s, ' ') != SIZE_MAX
           || str_find_char(s, '\t') != SIZE_MAX;
}

static bool starts_with_folded(struct str s, struct str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (lower(s.at[i]) != prefix.at[i])
            return false;
    return true;
}

static bool strip_label(struct str *s)
{
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        struct str label = str_from(labels[i]);
        if (!starts_with_folded(*s, label))
            continue;
        *s = str_trim(str_skip(*s, label.len));
        return true;
    }
    return false;
}

// "## " and "12. " are strip by strip like "# " and "- ".
static void strip_counted(struct str *s)
{
    size_t hashes = 0, digits = 0;

    while (hashes < s->len && s->at[hashes] == '#')
        hashes++;
    if (hashes > 0 && hashes < s->len && s->at[hashes] == ' ')
        *s = str_trim(str_skip(*s, hashes));
    while (digits < s->len && s->at[digits] >= '0' && s->at[digits] <= '9')
        digits++;
    if (digits > 0 && digits < 4
        && (str_starts_with(str_skip(*s, digits), STR(". "))
            || str_starts_with(str_skip(*s, digits), STR(") "))))
        *s = str_trim(str_skip(*s, digits + 2));
}

static const struct layer *strip_layer(struct str *s)
{
    for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
        const struct layer *layer = &layers[i];
        size_t both = layer->open.len + layer->close.len;
        if (s->len <= both || !str_starts_with(*s, layer->open)
            || !str_ends_with(*s, layer->close))
            continue;
        struct str inside =
            str_take(str_skip(*s, layer->open.len), s->len - both);
        // two things in quotes are no name
        if (layer->quotes && str_find(inside, layer->open) != SIZE_MAX)
            continue;
        *s = str_trim(inside);
        return layer;
    }
    return NULL;
}

static bool has_suffix(struct str name)
{
    size_t dot = str_rfind_char(name, '.');
    struct str suffix = dot == SIZE_MAX ? STR("") : str_skip(name, dot + 1);
    bool letter = false;

    if (suffix.len == 0 || suffix.len > SUFFIX_LETTERS_MAX)
        return false;
    for (size_t i = 0; i < suffix.len; i++) {
        if (!is_alnum(suffix.at[i]) && suffix.at[i] != '_'
            && suffix.at[i] != '-')
            return false;
        letter |= lower(suffix.at[i]) >= 'a' && lower(suffix.at[i]) <= 'z';
    }
    return letter;
}

static bool is_known(struct str name)
{
    for (size_t i = 0; i < sizeof(known_names) / sizeof(known_names[0]); i++)
        if (str_is(name, known_names[i]))
            return true;
    return false;
}

// Bytes that stand in code and prose rather than in names.
static bool has_odd_byte(struct str name, bool quoted)
{
    static const struct str odd = { "<>|\"*?;={},`\\", 13 };

    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c < ' ' || c == 0x7f)
            return true;
        if (!quoted && str_find_char(odd, name.at[i]) != SIZE_MAX)
            return true;
    }
    return false;
}

static enum caption judge(struct str name, bool quoted, bool colon)
{
    bool slash = str_find_char(name, '/') != SIZE_MAX;

    if (name.len == 0 || name.len > LIMIT_PATCH_PATH_BYTES
        || has_odd_byte(name, quoted) || str_ends_with(name, STR("/"))
        || str_find(name, STR("//")) != SIZE_MAX
        || str_find(name, STR("...")) != SIZE_MAX)
        return CAPTION_NONE;
    if (has_blank(name) && !(quoted && (slash || has_suffix(name))))
        return CAPTION_NONE;
    if (slash || has_suffix(name) || is_known(name))
        return CAPTION_PATH;
    bool prose = colon || !is_alnum(name.at[name.len - 1]);
    return prose && !quoted ? CAPTION_NONE : CAPTION_WORD;
}

enum caption caption_read(struct str line, struct str *name)
{
    struct str rest = str_trim(line);
    bool quoted = false, colon = false;

    if (rest.len > LIMIT_PATCH_PATH_BYTES + 64)
        return CAPTION_NONE;
    for (int i = 0; i < LAYERS_MAX && !quoted; i++) {
        strip_counted(&rest);
        if (strip_label(&rest))
            continue;
        const struct layer *layer = strip_layer(&rest);
        if (!layer)
            break;
        quoted |= layer->quotes;
        colon |= str_is(layer->close, ":");
    }
    enum caption kind = judge(rest, quoted, colon);
    if (kind != CAPTION_NONE)
        *name = rest;
    return kind;
}

static bool word_in_info(struct str word, bool first, struct str *name)
{
    if (str_starts_with(word, STR("{")))
        word = str_skip(word, 1);
    if (str_ends_with(word, STR("}")))
        word.len--;
    size_t cut = str_find_char(word, '=');
    if (cut == SIZE_MAX && first)
        cut = str_find_char(word, ':');
    if (cut != SIZE_MAX)
        word = str_skip(word, cut + 1);
    if (caption_read(word, &word) != CAPTION_PATH)
        return false;
    *name = word;
    return true;
}

bool caption_in_info(struct str info, struct str *name)
{
    bool first = true;
    struct str word;

    while (str_split(&info, ' ', &word)) {
        if (word.len > 0 && word_in_info(word, first, name))
            return true;
        first &= word.len == 0;
    }
    return false;
}

void captions_release(struct captions *captions)
{
    buf_release(&captions->name);
}

void captions_clear(struct captions *captions)
{
    captions->kind = CAPTION_NONE;
}

static void set_name(struct captions *captions, enum caption kind,
                     struct str name)
{
    captions->kind = kind;
    buf_reset(&captions->name);
    buf_append(&captions->name, name);
}

static void take_fence(struct captions *captions, struct fence fence)
{
    struct str name;

    if (captions->fence.mark) {
        if (fence_is_end(captions->fence, fence))
            captions->fence.mark = 0;
        captions_clear(captions);
        return;
    }
    captions->fence = fence;
    if (caption_in_info(fence.info, &name))
        set_name(captions, CAPTION_PATH, name);
    captions->fence.info = STR("");
}

void captions_line(struct captions *captions, struct str line)
{
    struct fence fence = fence_read(line);
    struct str name;

    if (fence.mark) {
        take_fence(captions, fence);
        return;
    }
    if (str_trim(line).len == 0)
        return;
    enum caption kind = caption_read(line, &name);
    if (kind == CAPTION_PATH || captions->kind != CAPTION_PATH)
        set_name(captions, kind, kind == CAPTION_NONE ? STR("") : name);
}
