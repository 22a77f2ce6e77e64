/* A well-formed patch needs no clever reader: in unified diffs the numbers
 * say where a hunk ends, in the others the first bytes of a line tell. */
#include "patch_text.h"

void patch_text_insert(struct patch_text *text, size_t at, enum role role,
                       struct str line)
{
    text->lines = arena_grow(text->arena, text->lines, &text->cap,
                             text->count + 1, sizeof(*text->lines));
    memmove(text->lines + at + 1, text->lines + at,
            (text->count - at) * sizeof(*text->lines));
    text->lines[at] = (struct patch_text_line){ role, line };
    text->count++;
}

void patch_text_remove(struct patch_text *text, size_t at)
{
    memmove(text->lines + at, text->lines + at + 1,
            (text->count - at - 1) * sizeof(*text->lines));
    text->count--;
}

bool hunk_numbers_read(struct str line, struct hunk_numbers *n)
{
    char head[128];

    *n = (struct hunk_numbers){ .old_count = 1, .new_count = 1 };
    snprintf(head, sizeof(head), "%.*s", STR_ARG(line));
    const char *plus = strchr(head, '+');
    if (strncmp(head, "@@ -", 4) != 0 || !plus)
        return false;
    return sscanf(head, "@@ -%zu,%zu", &n->old_start, &n->old_count) >= 1
           && sscanf(plus, "+%zu,%zu", &n->new_start, &n->new_count) >= 1;
}

struct str hunk_numbers_print(struct arena *arena, struct hunk_numbers n)
{
    return arena_printf(arena, "@@ -%zu,%zu +%zu,%zu @@", n.old_start,
                        n.old_count, n.new_start, n.new_count);
}

struct reader {
    enum language language;
    struct hunk_numbers left;      // unified: lines that are still to come
    bool inside, behind_separator; // search: in a block, in its second half
};

static enum role unified_role(struct reader *r, struct str line)
{
    if (str_starts_with(line, STR("\\")))
        return ROLE_NOTE;
    if (r->left.old_count == 0 && r->left.new_count == 0)
        return hunk_numbers_read(line, &r->left)
                   ? ROLE_HUNK_HEAD
                   : (r->left = (struct hunk_numbers){ 0 }, ROLE_HEAD);
    char mark = line.len ? line.at[0] : ' ';
    r->left.old_count -= mark != '+';
    r->left.new_count -= mark != '-';
    return mark == '+' ? ROLE_ADDED : mark == '-' ? ROLE_REMOVED : ROLE_CONTEXT;
}

static enum role apply_role(struct str line)
{
    switch (line.len ? line.at[0] : ' ') {
    case '@': return ROLE_HUNK_HEAD;
    case '*': return ROLE_HEAD;
    case '+': return ROLE_ADDED;
    case '-': return ROLE_REMOVED;
    default: return ROLE_CONTEXT;
    }
}

static enum role search_role(struct reader *r, struct str line)
{
    bool opens = str_is(line, "<<<<<<< SEARCH");
    bool closes = str_is(line, ">>>>>>> REPLACE");
    bool parts = r->inside && str_is(line, "=======");

    if (opens || closes || parts) {
        r->inside = !closes;
        r->behind_separator = parts;
        return ROLE_HEAD;
    }
    return !r->inside            ? ROLE_HEAD
           : r->behind_separator ? ROLE_REPLACED
                                 : ROLE_SEARCHED;
}

static enum role role_of(struct reader *r, struct str line)
{
    switch (r->language) {
    case LANGUAGE_APPLY: return apply_role(line);
    case LANGUAGE_SEARCH: return search_role(r, line);
    case LANGUAGE_GIT:
    case LANGUAGE_PLAIN:
    case LANGUAGES: break;
    }
    return unified_role(r, line);
}

struct patch_text patch_text_read(struct arena *arena, enum language language,
                                  struct str patch)
{
    struct patch_text text = { .arena = arena };
    struct reader reader = { .language = language };
    struct str line;

    while (str_split(&patch, '\n', &line))
        patch_text_insert(&text, text.count, role_of(&reader, line), line);
    return text;
}

struct str patch_text_join(const struct patch_text *text, const char *end)
{
    struct buf out = { 0 };

    for (size_t i = 0; i < text->count; i++)
        buf_printf(&out, "%.*s%s", STR_ARG(text->lines[i].text), end);
    struct str copy = arena_copy(text->arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

size_t patch_text_pick(const struct patch_text *text, enum role role,
                       struct dice *dice)
{
    size_t found = 0, pick = text->count;

    for (size_t i = 0; i < text->count; i++)
        if (text->lines[i].role == role && dice_once_in(dice, ++found))
            pick = i;
    return pick;
}
