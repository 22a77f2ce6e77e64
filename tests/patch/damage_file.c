/*
 * Damage to the files: the world moved on while the model wrote. The edit
 * script changes on both sides, and the patch stays.
 */
#include "damage.h"

#define FAR 8 // lines between an edit and what is done to the file around it

// A file that is there before and after and has lines.
static struct change *pick_file(struct trial *trial, struct dice *dice)
{
    struct change *pick = NULL;
    size_t found = 0;

    for (size_t i = 0; i < trial->truth.count; i++) {
        struct change *change = &trial->truth.files[i];
        bool there = !change->is_new && !change->is_gone && change->count > 0;
        if (there && !change_is_quiet(change, 0, change->count)
            && dice_once_in(dice, ++found))
            pick = change;
    }
    return pick;
}

// A script line with nothing but kept lines around it; SIZE_MAX if none.
static size_t far_from_edits(const struct change *change, struct dice *dice)
{
    for (int i = 0; i < 20; i++) {
        size_t at = dice_below(dice, change->count);
        size_t from = at > FAR ? at - FAR : 0;
        if (change_is_quiet(change, from, at + FAR))
            return at;
    }
    return SIZE_MAX;
}

// The lines before that the patch may mean by a number must not hold the same
// text as the right ones: no reader could tell.
static size_t old_lines_above(const struct change *change, size_t at)
{
    size_t count = 0;

    for (size_t i = 0; i < at; i++)
        count += change->lines[i].kind != SCRIPT_NEW;
    return count;
}

DAMAGE(damage_offset)
{
    struct change *change = pick_file(trial, dice);
    size_t at = change ? far_from_edits(change, dice) : SIZE_MAX;

    if (at == SIZE_MAX)
        return false;
    if (dice_once_in(dice, 3)) { // lines went
        size_t count = dice_below(dice, FAR / 2) + 1;
        for (; count > 0 && change->count > at + FAR; count--) {
            memmove(change->lines + at, change->lines + at + 1,
                    (change->count - at - 1) * sizeof(*change->lines));
            change->count--;
        }
        return true;
    }
    for (size_t n = dice_below(dice, 40) + 1; n > 0; n--) {
        struct buf line = { 0 };
        source_line(&line, change->kind, change->tabs, dice);
        buf_append_char(&line, '\n');
        change_insert(trial->arena, change, at,
                      (struct script_line){
                          .text = arena_copy(trial->arena, buf_str(&line)) });
        buf_release(&line);
    }
    return true;
}

DAMAGE(damage_crlf_file)
{
    (void)dice;
    for (size_t f = 0; f < trial->truth.count; f++) {
        struct change *change = &trial->truth.files[f];
        for (size_t i = 0; i < change->count && !change->is_new; i++) {
            struct str *text = &change->lines[i].text;
            if (str_ends_with(*text, STR("\n")))
                *text = arena_printf(trial->arena, "%.*s\r\n",
                                     STR_ARG(str_take(*text, text->len - 1)));
        }
    }
    return true;
}

DAMAGE(damage_bom)
{
    (void)dice;
    for (size_t f = 0; f < trial->truth.count; f++)
        trial->truth.files[f].bom = !trial->truth.files[f].is_new;
    return true;
}

// Only where the patch does not touch the last line: else it decides itself.
DAMAGE(damage_nofinal_file)
{
    struct change *change = pick_file(trial, dice);

    if (!change)
        return false;
    struct script_line *last = &change->lines[change->count - 1];
    if (last->kind != SCRIPT_KEEP || !str_ends_with(last->text, STR("\n")))
        return false;
    last->text.len--;
    return true;
}

// Some word of a line, changed so that no forgiveness makes it the same.
static struct str spoiled(struct arena *arena, struct str line)
{
    bool ended = str_ends_with(line, STR("\n"));
    struct str body = ended ? str_take(line, line.len - 1) : line;

    return arena_printf(arena, "%.*s zebra%s", STR_ARG(body),
                        ended ? "\n" : "");
}

static struct script_line *pick_line(struct change *change,
                                     enum script_kind kind, struct dice *dice)
{
    struct script_line *pick = NULL;
    size_t found = 0;

    for (size_t i = 0; i < change->count; i++)
        if (change->lines[i].kind == kind
            && str_trim(change->lines[i].text).len > 0
            && dice_once_in(dice, ++found))
            pick = &change->lines[i];
    return pick;
}

DAMAGE(damage_conflict)
{
    struct change *change = pick_file(trial, dice);
    struct script_line *line = change ? pick_line(change, SCRIPT_OLD, dice)
                                      : NULL;

    if (!line)
        return false;
    line->text = spoiled(trial->arena, line->text);
    trial->must_refuse = true;
    return true;
}

// A line near an edit that the patch only shows: the edit may still be made.
DAMAGE(damage_context_changed)
{
    struct change *change = pick_file(trial, dice);
    struct script_line *line = change ? pick_line(change, SCRIPT_KEEP, dice)
                                      : NULL;

    if (!line)
        return false;
    size_t at = (size_t)(line - change->lines);
    if (change_is_quiet(change, at > 3 ? at - 3 : 0, at + 4))
        return false;
    line->text = spoiled(trial->arena, line->text);
    return true;
}

// The lines around an edit come a second time. Where the copy would stand
// exactly where the patch says, nobody could know better.
DAMAGE(damage_twin)
{
    struct change *change = pick_file(trial, dice);
    size_t at = change ? far_from_edits(change, dice) : SIZE_MAX;
    struct script_line *line = change ? pick_line(change, SCRIPT_OLD, dice)
                                      : NULL;
    struct script_line copy[24];
    size_t count = 0;

    if (at == SIZE_MAX || !line)
        return false;
    size_t middle = (size_t)(line - change->lines);
    size_t from = middle > FAR ? middle - FAR : 0;
    for (size_t i = from;
         i < change->count && count < 24 && (i < middle || count < 2 * FAR + 1);
         i++)
        if (change->lines[i].kind != SCRIPT_NEW) {
            copy[count] = change->lines[i];
            copy[count++].kind = SCRIPT_KEEP;
        }
    if (at < middle && old_lines_above(change, middle) < at + count + FAR)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!str_ends_with(copy[i].text, STR("\n")))
            copy[i].text =
                arena_printf(trial->arena, "%.*s\n", STR_ARG(copy[i].text));
        change_insert(trial->arena, change, at + i, copy[i]);
    }
    return true;
}

static struct str without_newline(struct str line)
{
    return str_take(line, str_find_char(line, '\n'));
}

// Of several equal lines any may be the one that goes or comes, so a line may
// have the blanks of another, or lack them.
static void allow_twins(struct trial *trial, struct change *change)
{
    for (size_t i = 0; i < change->count; i++) {
        struct script_line *line = &change->lines[i];
        struct str body = without_newline(line->text);
        bool ended = body.len < line->text.len;
        for (size_t k = 0; k < change->count; k++) {
            struct str other = without_newline(change->lines[k].text);
            if (change->lines[k].kind != line->kind && !str_equal(other, body)
                && str_equal(str_trim_end(other), str_trim_end(body)))
                line->other = arena_printf(trial->arena, "%.*s%s",
                                           STR_ARG(other), ended ? "\n" : "");
        }
    }
}

// Blanks at line ends came into the file behind the back of the patch.
DAMAGE(damage_trailws_file)
{
    struct change *change = pick_file(trial, dice);

    for (size_t i = 0; change && i < change->count; i++) {
        struct script_line *line = &change->lines[i];
        if (line->kind != SCRIPT_NEW && str_ends_with(line->text, STR("\n"))
            && dice_once_in(dice, 3))
            line->text =
                arena_printf(trial->arena, "%.*s  \n",
                             STR_ARG(str_take(line->text, line->text.len - 1)));
    }
    if (change)
        allow_twins(trial, change);
    return change;
}
