/*
 * Damage by what carries a patch: chats, mails, terminals and connections.
 */
#include "damage.h"

static void put_everywhere(struct patch_text *text, const char *prefix)
{
    for (size_t i = 0; i < text->count; i++)
        text->lines[i].text = arena_printf(text->arena, "%s%.*s", prefix,
                                           STR_ARG(text->lines[i].text));
}

DAMAGE(damage_crlf_patch)
{
    (void)dice;
    trial->patch = patch_text_join(&trial->text, "\r\n");
    return true;
}

DAMAGE(damage_bom_patch)
{
    (void)dice;
    trial->patch = arena_printf(trial->arena, "\xef\xbb\xbf%.*s",
                                STR_ARG(patch_text_join(&trial->text, "\n")));
    return true;
}

// Where a diff ends in a new line nobody could know that this one is whole:
// it is refused, and no trial. An old line is vouched for by the file.
DAMAGE(damage_nofinal)
{
    const struct patch_text_line *last =
        &trial->text.lines[trial->text.count - 1];

    (void)dice;
    if (last->role == ROLE_ADDED)
        return false;
    trial->patch = patch_text_join(&trial->text, "\n");
    trial->patch.len--;
    return true;
}

static const char *fence_name(const struct trial *trial, struct dice *dice)
{
    static const char *const names[] = { "diff", "", "patch", "text" };
    return trial->language == LANGUAGE_SEARCH ? "" : names[dice_below(dice, 4)];
}

DAMAGE(damage_fence)
{
    trial->patch = arena_printf(
        trial->arena,
        "Here is the change:\n\n```%s\n%.*s```\n\nIt does what you asked - "
        "tell me if it isn't right.\n",
        fence_name(trial, dice), STR_ARG(patch_text_join(&trial->text, "\n")));
    return true;
}

DAMAGE(damage_prose)
{
    static const char *const heads[] = {
        "Sure, I'll change that.\n\n",
        "**Summary**\n\n- one thing\n- another thing\n\n",
        "I changed these files:\n+ one\n+ two\n\n",
    };

    trial->patch = arena_printf(trial->arena, "%s%.*s\nThat's all.\n",
                                heads[dice_below(dice, 3)],
                                STR_ARG(patch_text_join(&trial->text, "\n")));
    return true;
}

DAMAGE(damage_quoted)
{
    put_everywhere(&trial->text, dice_once_in(dice, 2) ? "> " : "> > ");
    return true;
}

DAMAGE(damage_shifted)
{
    put_everywhere(&trial->text, dice_once_in(dice, 2) ? "    " : "  ");
    return true;
}

DAMAGE(damage_blanks)
{
    size_t at = patch_text_pick(&trial->text, ROLE_HEAD, dice);

    patch_text_insert(&trial->text, trial->text.count, ROLE_HEAD, STR(""));
    patch_text_insert(&trial->text, 0, ROLE_HEAD, STR(""));
    if (trial->language != LANGUAGE_SEARCH && at < trial->text.count - 2)
        patch_text_insert(&trial->text, at + 1, ROLE_HEAD, STR(""));
    return true;
}

// A model that repeats itself: the second half may be taken as done, and may
// not be done twice.
DAMAGE(damage_twice)
{
    struct str once = patch_text_join(&trial->text, "\n");

    (void)dice;
    trial->patch =
        arena_printf(trial->arena, "%.*s%.*s", STR_ARG(once), STR_ARG(once));
    return true;
}

// Whether a unified patch may end before the line `at`: a reader could not
// know of what is missing.
static bool ends_well_at(const struct trial *trial, size_t at)
{
    const struct patch_text *text = &trial->text;

    while (at < text->count && text->lines[at].role == ROLE_CONTEXT
           && str_trim(text->lines[at].text).len == 0)
        at++; // blank lines at the end are often lost
    return trial->language != LANGUAGE_APPLY
           && (at >= text->count || text->lines[at].role == ROLE_HEAD
               || text->lines[at].role == ROLE_HUNK_HEAD
               || text->lines[at].role == ROLE_NOTE);
}

// The name of the next file has hardly begun, as a mere word behind a block.
static bool is_word_behind(const struct trial *trial, size_t line)
{
    return trial->language == LANGUAGE_SEARCH && line > 0
           && str_starts_with(trial->text.lines[line - 1].text, STR(">>>"))
           && !str_starts_with(trial->text.lines[line].text, STR("<"));
}

DAMAGE(damage_truncate)
{
    struct str whole = patch_text_join(&trial->text, "\n");
    size_t cut = dice_below(dice, whole.len), line = 0;

    for (size_t i = 0; i < cut; i++)
        line += whole.at[i] == '\n';
    if (whole.at[cut] == '\n')
        line++; // the line before is whole
    bool between = cut == 0 || whole.at[cut - 1] == '\n'
                   || whole.at[cut] == '\n';
    struct str left = str_take(whole, cut);
    if (str_trim(left).len == 0 || (between && ends_well_at(trial, line))
        || str_trim(str_skip(whole, cut)).len == 0)
        return false;
    if (!between && trial->text.lines[line].role == ROLE_HEAD
        && trial->language != LANGUAGE_APPLY && line > 0
        && trial->text.lines[line - 1].role != ROLE_HEAD)
        return false; // the next file has hardly begun
    if (!between && is_word_behind(trial, line))
        return false;
    trial->patch = left;
    trial->must_refuse = true;
    return true;
}

// A mail program breaks lines at column 40, to have some that are longer.
DAMAGE(damage_wrapped)
{
    bool done = false;

    (void)dice;
    for (size_t i = 0; i < trial->text.count; i++) {
        struct str line = trial->text.lines[i].text;
        size_t at = line.len > 40 ? 40 : 0;
        while (at > 1 && line.at[at] != ' ')
            at--;
        if (at < 2)
            continue;
        trial->text.lines[i].text = str_take(line, at);
        patch_text_insert(&trial->text, i + 1, trial->text.lines[i].role,
                          str_skip(line, at + 1));
        done = true;
    }
    return done;
}

// Copied from the source of a web page. If only new lines are hit, nobody can
// know that they are not meant so.
DAMAGE(damage_html)
{
    bool done = false;

    (void)dice;
    for (size_t i = 0; i < trial->text.count; i++) {
        struct str line = trial->text.lines[i].text;
        struct buf now = { 0 };
        for (size_t c = 0; c < line.len; c++)
            if (line.at[c] == '<')
                buf_append(&now, STR("&lt;"));
            else if (line.at[c] == '>')
                buf_append(&now, STR("&gt;"));
            else if (line.at[c] == '&')
                buf_append(&now, STR("&amp;"));
            else
                buf_append_char(&now, line.at[c]);
        enum role role = trial->text.lines[i].role;
        done = done
               || (now.len != line.len
                   && (role == ROLE_CONTEXT || role == ROLE_REMOVED));
        trial->text.lines[i].text = arena_copy(trial->arena, buf_str(&now));
        buf_release(&now);
    }
    return done;
}
