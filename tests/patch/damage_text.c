/*
 * Damage to the lines of a patch: what models do when they count, retype and
 * tidy. Where a damaged line says what the file is to hold, both the meant
 * and the written text are right.
 */
#include "damage.h"

#define EACH_LINE(text, line)                          \
    for (struct patch_text_line *line = (text)->lines; \
         line < (text)->lines + (text)->count; line++)

static bool is_body(enum role role)
{
    return role >= ROLE_CONTEXT && role <= ROLE_REPLACED;
}

// Whether a line stands in the file more than once: which of them is the new
// one is told in more than one way.
static bool is_repeated(const struct change *change, struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < change->count; i++)
        count += str_equal(change->lines[i].text, text);
    return count > 1;
}

// Whether a line stands as an old and as a new one. In a block which gives two
// texts another line may then be read as the one that moved.
static bool has_moved(const struct change *change)
{
    for (size_t i = 0; i < change->count; i++)
        for (size_t k = 0; k < change->count; k++)
            if (change->lines[i].kind == SCRIPT_OLD
                && change->lines[k].kind == SCRIPT_NEW
                && str_equal(change->lines[i].text, change->lines[k].text))
                return true;
    return false;
}

// The new line of the script that the patch line was printed from may stand
// in the file as the patch has it now.
static void allow(struct trial *trial, struct str meant, struct str written)
{
    for (size_t f = 0; f < trial->truth.count; f++)
        for (size_t i = 0; i < trial->truth.files[f].count; i++) {
            struct script_line *line = &trial->truth.files[f].lines[i];
            bool ended = str_ends_with(line->text, STR("\n"));
            struct str body = str_take(line->text, line->text.len - ended);
            bool may = line->kind == SCRIPT_NEW
                       || (trial->language == LANGUAGE_SEARCH
                           && has_moved(&trial->truth.files[f]))
                       || is_repeated(&trial->truth.files[f], line->text);
            if (may && str_equal(body, meant))
                line->other = arena_printf(trial->arena, "%.*s%s",
                                           STR_ARG(written), ended ? "\n" : "");
        }
}

typedef struct str (*rewrite_fn)(struct arena *arena, struct str line);

// Rewrites what stands behind the mark of each line of the hunks.
static bool rewrite_bodies(struct trial *trial, rewrite_fn rewrite)
{
    size_t marked = trial->language == LANGUAGE_SEARCH ? 0 : 1;
    bool changed = false;

    EACH_LINE(&trial->text, line)
    {
        if (!is_body(line->role) || line->text.len < marked)
            continue;
        struct str body = str_skip(line->text, marked);
        struct str now = rewrite(trial->arena, body);
        if (str_equal(body, now))
            continue;
        changed = true;
        if (line->role == ROLE_ADDED || line->role == ROLE_REPLACED)
            allow(trial, body, now);
        line->text = arena_printf(trial->arena, "%.*s%.*s",
                                  STR_ARG(str_take(line->text, marked)),
                                  STR_ARG(now));
    }
    return changed;
}

// --- numbers

DAMAGE(damage_badcounts)
{
    struct hunk_numbers n;
    bool done = false;

    EACH_LINE(&trial->text, line)
    {
        if (line->role != ROLE_HUNK_HEAD || !hunk_numbers_read(line->text, &n)
            || (done && dice_once_in(dice, 2)))
            continue;
        size_t *count = dice_once_in(dice, 2) ? &n.old_count : &n.new_count;
        size_t by = dice_below(dice, 3) + 1;
        *count = dice_once_in(dice, 2) || *count <= by ? *count + by
                                                       : *count - by;
        line->text = hunk_numbers_print(trial->arena, n);
        done = true;
    }
    return done;
}

DAMAGE(damage_noheadnums)
{
    static const char *const heads[] = { "@@ ... @@", "@@ @@", "@@" };
    const char *head = heads[dice_below(dice, 3)];
    bool done = false;

    EACH_LINE(&trial->text, line)
    {
        if (line->role != ROLE_HUNK_HEAD)
            continue;
        line->text = str_from(head);
        done = true;
    }
    return done;
}

DAMAGE(damage_badlines)
{
    struct hunk_numbers n;
    bool done = false;

    EACH_LINE(&trial->text, line)
    {
        if (line->role != ROLE_HUNK_HEAD || !hunk_numbers_read(line->text, &n)
            || n.old_count == 0 || n.new_count == 0)
            continue;
        size_t by = dice_below(dice, 30) + 1;
        bool up = dice_once_in(dice, 2) && n.old_start > by;
        n.old_start = up ? n.old_start - by : n.old_start + by;
        if (dice_once_in(dice, 2))
            n.new_start += dice_below(dice, 5);
        line->text = hunk_numbers_print(trial->arena, n);
        done = true;
    }
    return done;
}

DAMAGE(damage_nohunkhead)
{
    size_t at = patch_text_pick(&trial->text, ROLE_HUNK_HEAD, dice);

    if (at == trial->text.count)
        return false;
    patch_text_remove(&trial->text, at);
    return true;
}

// --- headers

static bool is_git_head(struct str line)
{
    return str_starts_with(line, STR("diff --git "))
           || str_starts_with(line, STR("index "));
}

// Only where the names say all: a rename lives in what would go.
DAMAGE(damage_noheads)
{
    bool done = false;

    (void)dice;
    EACH_LINE(&trial->text, line)
    {
        bool head = line->role == ROLE_HEAD;
        if (head && !is_git_head(line->text)
            && !str_starts_with(line->text, STR("--- "))
            && !str_starts_with(line->text, STR("+++ "))
            && !str_starts_with(line->text, STR("new file"))
            && !str_starts_with(line->text, STR("deleted file")))
            return false;
        if (head && str_ends_with(line->text, STR("755")))
            return false;
    }
    for (size_t i = trial->text.count; i-- > 0;)
        if (trial->text.lines[i].role == ROLE_HEAD
            && !str_starts_with(trial->text.lines[i].text, STR("--- "))
            && !str_starts_with(trial->text.lines[i].text, STR("+++ "))) {
            patch_text_remove(&trial->text, i);
            done = true;
        }
    return done;
}

DAMAGE(damage_noprefix)
{
    (void)dice;
    EACH_LINE(&trial->text, line)
    {
        struct buf now = { 0 };
        if (line->role != ROLE_HEAD)
            continue;
        for (size_t i = 0; i < line->text.len; i++) {
            struct str rest = str_skip(line->text, i);
            if (str_starts_with(rest, STR(" a/"))
                || str_starts_with(rest, STR(" b/"))) {
                buf_append_char(&now, ' ');
                i += 2;
            } else {
                buf_append_char(&now, rest.at[0]);
            }
        }
        line->text = arena_copy(trial->arena, buf_str(&now));
        buf_release(&now);
    }
    return true;
}

// --- lines

static struct str without_end_blanks(struct arena *arena, struct str line)
{
    (void)arena;
    return str_trim_end(line);
}

DAMAGE(damage_trailws)
{
    bool changed = rewrite_bodies(trial, without_end_blanks);

    (void)dice;
    EACH_LINE(&trial->text, line)
    line->text = str_trim_end(line->text);
    return changed;
}

static struct str with_blanks(struct arena *arena, struct str line)
{
    struct buf now = { 0 };

    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '\t')
            buf_append(&now, STR("    "));
        else
            buf_append_char(&now, line.at[i]);
    struct str copy = arena_copy(arena, buf_str(&now));
    buf_release(&now);
    return copy;
}

DAMAGE(damage_tabs)
{
    (void)dice;
    return rewrite_bodies(trial, with_blanks);
}

static struct str curled(struct arena *arena, struct str line)
{
    struct buf now = { 0 };
    bool open = true;

    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        bool dash = c == '-' && i > 0 && line.at[i - 1] == ' ';
        if (c == '\'')
            buf_append(&now, STR("\xe2\x80\x99"));
        else if (c == '"')
            buf_append(&now, open ? STR("\xe2\x80\x9c") : STR("\xe2\x80\x9d"));
        else if (dash)
            buf_append(&now, STR("\xe2\x80\x93"));
        else
            buf_append_char(&now, c);
        open = c == '"' ? !open : open;
    }
    struct str copy = arena_copy(arena, buf_str(&now));
    buf_release(&now);
    return copy;
}

DAMAGE(damage_typographic)
{
    (void)dice;
    return rewrite_bodies(trial, curled);
}

// A whole hunk is written deeper or less deep than the file has it. Only the
// meant text is right: indentation is meaning.
DAMAGE(damage_indent)
{
    size_t marked = trial->language == LANGUAGE_SEARCH ? 0 : 1;
    bool deeper = dice_once_in(dice, 2), changed = false;

    EACH_LINE(&trial->text, line)
    {
        struct str body = str_skip(line->text, marked);
        struct str mark = str_take(line->text, marked);
        if (!is_body(line->role) || str_trim(body).len == 0)
            continue;
        if (!deeper && !str_starts_with(body, STR("    ")))
            return false; // not every line has what is to go
        changed = true;
        line->text = deeper
                         ? arena_printf(trial->arena, "%.*s    %.*s",
                                        STR_ARG(mark), STR_ARG(body))
                         : arena_printf(trial->arena, "%.*s%.*s", STR_ARG(mark),
                                        STR_ARG(str_skip(body, 4)));
    }
    for (size_t f = 0; f < trial->truth.count; f++)
        if (trial->truth.files[f].is_new)
            return false; // nothing in the tree tells its depth
    return changed;
}

static enum role role_at(const struct trial *trial, size_t at)
{
    return at < trial->text.count ? trial->text.lines[at].role : ROLE_HEAD;
}

// In apply_patch nothing tells that context is missing which stood alone beside
// added lines: they mean another place then.
static bool is_sole_context(const struct trial *trial, size_t at)
{
    enum role above = role_at(trial, at - 1), below = role_at(trial, at + 1);

    return trial->language == LANGUAGE_APPLY
           && ((above == ROLE_ADDED && below != ROLE_CONTEXT)
               || (below == ROLE_ADDED && above != ROLE_CONTEXT));
}

// Context at the edge of a hunk is left out, and the numbers follow. Behind an
// anchor the first place counts, which the line may have told apart.
DAMAGE(damage_trimmed)
{
    size_t at = patch_text_pick(&trial->text, ROLE_HUNK_HEAD, dice);
    struct hunk_numbers n;

    if (at + 1 >= trial->text.count
        || trial->text.lines[at + 1].role != ROLE_CONTEXT
        || (trial->language == LANGUAGE_APPLY
            && trial->text.lines[at].text.len > 2)
        || is_sole_context(trial, at + 1))
        return false;
    patch_text_remove(&trial->text, at + 1);
    if (trial->language == LANGUAGE_APPLY)
        return true;
    if (!hunk_numbers_read(trial->text.lines[at].text, &n))
        return false;
    n.old_start++, n.new_start++;
    n.old_count--, n.new_count--;
    trial->text.lines[at].text = hunk_numbers_print(trial->arena, n);
    return n.old_count > 0 && n.new_count > 0;
}

// The blank that marks an empty context line is lost, as editors do.
DAMAGE(damage_noblank)
{
    bool done = false;

    (void)dice;
    EACH_LINE(&trial->text, line)
    {
        if (line->role == ROLE_CONTEXT && str_is(line->text, " ")) {
            line->text = STR("");
            done = true;
        }
    }
    return done;
}

// Context lines of the patch have lost their mark altogether.
DAMAGE(damage_nomark)
{
    bool done = false;

    (void)dice;
    EACH_LINE(&trial->text, line)
    {
        if (line->role != ROLE_CONTEXT)
            continue;
        line->text = str_skip(line->text, 1);
        done = true;
    }
    return done;
}

// A model left out a line of context in the middle of a hunk. Where lines
// repeat themselves and no numbers tell, what is left may fit somewhere else.
DAMAGE(damage_lostline)
{
    size_t at = patch_text_pick(&trial->text, ROLE_CONTEXT, dice);

    if (at == trial->text.count || is_sole_context(trial, at))
        return false;
    patch_text_remove(&trial->text, at);
    return true;
}
