/*
 * Edits are made on the text, as a person would: lines changed, put in, taken
 * out, a block moved. The script is then what kerf's own diff finds, so that
 * it says where the hunks of a patch will be.
 */
#include "truth.h"

#include "kerf/patch/diff.h"

struct text {
    struct str *at; // without line endings
    size_t count, cap;
};

static struct text split(struct arena *arena, struct str bytes)
{
    struct text text = { 0 };
    struct str line;

    while (str_split(&bytes, '\n', &line)) {
        text.at = arena_grow(arena, text.at, &text.cap, text.count + 1,
                             sizeof(*text.at));
        text.at[text.count++] = line;
    }
    return text;
}

static void put_line(struct arena *arena, struct text *text, size_t at,
                     struct str line)
{
    text->at = arena_grow(arena, text->at, &text->cap, text->count + 1,
                          sizeof(*text->at));
    memmove(text->at + at + 1, text->at + at,
            (text->count - at) * sizeof(*text->at));
    text->at[at] = line;
    text->count++;
}

static void cut_lines(struct text *text, size_t at, size_t count)
{
    if (count > text->count - at)
        count = text->count - at;
    memmove(text->at + at, text->at + at + count,
            (text->count - at - count) * sizeof(*text->at));
    text->count -= count;
}

static struct str fresh_line(struct arena *arena, const struct change *change,
                             struct dice *dice)
{
    struct buf line = { 0 };

    source_line(&line, change->kind, change->tabs, dice);
    struct str copy = arena_copy(arena, buf_str(&line));
    buf_release(&line);
    return copy;
}

// Changes something inside a line and leaves its indentation.
static struct str other_line(struct arena *arena, struct str line,
                             struct dice *dice)
{
    struct str body = str_trim_end(line);

    if (body.len == 0)
        return arena_printf(arena, "%.*snote_%zu", STR_ARG(line),
                            dice_below(dice, 100));
    if (dice_once_in(dice, 3))
        return arena_printf(arena, "%.*s_%zu", STR_ARG(body),
                            dice_below(dice, 100));
    size_t cut = body.len - dice_below(dice, 3) - 1;
    cut = cut < body.len ? cut : body.len - 1;
    return arena_printf(arena, "%.*s%zu%.*s", STR_ARG(str_take(body, cut)),
                        dice_below(dice, 100), STR_ARG(str_skip(body, cut)));
}

static void insert_some(struct arena *arena, struct text *text,
                        const struct change *change, struct dice *dice)
{
    size_t at = dice_below(dice, text->count + 1);

    for (size_t n = dice_below(dice, 5) + 1; n > 0; n--)
        put_line(arena, text, at, fresh_line(arena, change, dice));
}

static void move_some(struct arena *arena, struct text *text, struct dice *dice)
{
    size_t from = dice_below(dice, text->count);
    size_t count = dice_below(dice, 4) + 1;
    struct str block[4];

    if (count > text->count - from)
        count = text->count - from;
    memcpy(block, text->at + from, count * sizeof(*block));
    cut_lines(text, from, count);
    size_t to = dice_below(dice, text->count + 1);
    for (size_t i = 0; i < count; i++)
        put_line(arena, text, to + i, block[i]);
}

static void edit_once(struct arena *arena, struct text *text,
                      const struct change *change, struct dice *dice)
{
    size_t at = dice_below(dice, text->count);

    switch (text->count ? dice_below(dice, 8) : 0) {
    case 0:
    case 1: insert_some(arena, text, change, dice); break;
    case 2: cut_lines(text, at, dice_below(dice, 4) + 1); break;
    case 3: move_some(arena, text, dice); break;
    case 4:
        cut_lines(text, at, 2);
        put_line(arena, text, at, fresh_line(arena, change, dice));
        break;
    default: text->at[at] = other_line(arena, text->at[at], dice); break;
    }
}

static void add_script(struct arena *arena, struct change *change,
                       enum script_kind kind, struct str line, bool ended)
{
    struct script_line *last;

    change->lines = arena_grow(arena, change->lines, &change->cap,
                               change->count + 1, sizeof(*change->lines));
    last = &change->lines[change->count++];
    *last = (struct script_line){
        .kind = kind,
        .text = arena_printf(arena, "%.*s%s", STR_ARG(line), ended ? "\n" : ""),
    };
}

// Lines of both sides, with their endings: a last line without a newline is
// another line than the same one with it.
static struct lines with_ends(struct arena *arena, struct text text, bool ended)
{
    struct str *at = arena_array(arena, text.count, sizeof(*at));

    for (size_t i = 0; i < text.count; i++)
        at[i] = arena_printf(arena, "%.*s%s", STR_ARG(text.at[i]),
                             ended || i + 1 < text.count ? "\n" : "");
    return (struct lines){ at, text.count };
}

static void make_script(struct arena *arena, struct change *change,
                        struct lines a, struct lines b)
{
    size_t count = 0, i = 0, j = 0;
    struct diff_run *runs = diff_lines(arena, a, b, &count);

    for (size_t r = 0; r <= count; r++) {
        size_t until = r < count ? runs[r].a : a.count;
        for (; i < until; i++, j++)
            add_script(arena, change, SCRIPT_KEEP, a.at[i], false);
        if (r == count)
            break;
        for (; i < runs[r].a + runs[r].a_count; i++)
            add_script(arena, change, SCRIPT_OLD, a.at[i], false);
        for (; j < runs[r].b + runs[r].b_count; j++)
            add_script(arena, change, SCRIPT_NEW, b.at[j], false);
    }
}

static void make_lines(struct truth *truth, struct change *change,
                       struct truth_traits traits, struct dice *dice)
{
    struct arena *arena = truth->arena;
    struct buf bytes = { 0 };

    source_write(&bytes, change->kind, dice_below(dice, traits.lines) + 5,
                 change->tabs, dice);
    struct text before = split(arena, arena_copy(arena, buf_str(&bytes)));
    struct text after = split(arena, arena_copy(arena, buf_str(&bytes)));
    buf_release(&bytes);
    if (change->is_new)
        before.count = 0;
    for (size_t n = dice_below(dice, 4) + 1; n > 0 && !change->is_new; n--)
        edit_once(arena, &after, change, dice);
    if (change->is_gone)
        after.count = 0;
    bool ended[2] = { true, true };
    for (int i = 0; i < 2 && traits.no_newline; i++)
        ended[i] = !dice_once_in(dice, 4);
    make_script(arena, change, with_ends(arena, before, ended[0]),
                with_ends(arena, after, ended[1]));
}

static void make_file(struct truth *truth, struct truth_traits traits,
                      struct dice *dice)
{
    static const char *const folders[] = { "", "src/", "lib/deep/er/" };
    struct change *change = &truth->files[truth->count];
    const char *folder = folders[dice_below(dice, 3)];

    *change = (struct change){ .old_mode = 0644, .new_mode = 0644 };
    change->kind = (enum source_kind)dice_below(dice, SOURCE_KINDS);
    change->tabs = dice_once_in(dice, 2) && change->kind < SOURCE_MARKDOWN;
    change->is_new = traits.adds && dice_once_in(dice, 6);
    change->is_gone = traits.deletes && !change->is_new
                      && dice_once_in(dice, 8);
    change->path = arena_printf(truth->arena, "%sfile%zu%s", folder,
                                truth->count, source_suffix(change->kind));
    bool edited = !change->is_new && !change->is_gone;
    if (edited && traits.moves && dice_once_in(dice, 5))
        change->old_path =
            arena_printf(truth->arena, "old/%.*s", STR_ARG(change->path));
    if (traits.modes && dice_once_in(dice, 5))
        change->new_mode = 0755;
    if (!change->is_new && edited == false)
        change->new_mode = change->old_mode;
    make_lines(truth, change, traits, dice);
    truth->count++;
}

void truth_make(struct truth *truth, struct arena *arena,
                struct truth_traits traits, struct dice *dice)
{
    size_t files = dice_once_in(dice, 3) ? dice_below(dice, TRUTH_FILES) : 0;

    *truth = (struct truth){ .arena = arena };
    for (size_t n = files + 1; n > 0; n--)
        make_file(truth, traits, dice);
}

struct str change_text(struct arena *arena, const struct change *change,
                       enum side side)
{
    struct buf bytes = { 0 };
    enum script_kind hidden = side == BEFORE ? SCRIPT_NEW : SCRIPT_OLD;

    if (change->bom)
        buf_append(&bytes, STR("\xef\xbb\xbf"));
    for (size_t i = 0; i < change->count; i++)
        if (change->lines[i].kind != hidden)
            buf_append(&bytes, change->lines[i].text);
    struct str copy = arena_copy(arena, buf_str(&bytes));
    buf_release(&bytes);
    return copy;
}

void change_insert(struct arena *arena, struct change *change, size_t at,
                   struct script_line line)
{
    change->lines = arena_grow(arena, change->lines, &change->cap,
                               change->count + 1, sizeof(*change->lines));
    memmove(change->lines + at + 1, change->lines + at,
            (change->count - at) * sizeof(*change->lines));
    change->lines[at] = line;
    change->count++;
}

bool change_is_quiet(const struct change *change, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < change->count; i++)
        if (change->lines[i].kind != SCRIPT_KEEP)
            return false;
    return true;
}

void truth_tree(const struct truth *truth, struct tree *tree, enum side side)
{
    for (size_t i = 0; i < truth->count; i++) {
        const struct change *change = &truth->files[i];
        bool moved = side == BEFORE && change->old_path.len;
        if (side == BEFORE ? change->is_new : change->is_gone)
            continue;
        tree_put(tree, moved ? change->old_path : change->path,
                 change_text(tree->arena, change, side),
                 side == BEFORE ? change->old_mode : change->new_mode);
    }
}

// Line by line, because some lines may be right in two ways.
static bool text_holds(const struct change *change, struct str bytes)
{
    if (change->bom && str_starts_with(bytes, STR("\xef\xbb\xbf")))
        bytes = str_skip(bytes, 3);
    else if (change->bom)
        return false;
    for (size_t i = 0; i < change->count; i++) {
        const struct script_line *line = &change->lines[i];
        if (line->kind == SCRIPT_OLD)
            continue;
        bool same = str_starts_with(bytes, line->text);
        if (!same && !(line->other.at && str_starts_with(bytes, line->other)))
            return false;
        bytes = str_skip(bytes, same ? line->text.len : line->other.len);
    }
    return bytes.len == 0;
}

bool truth_holds(const struct truth *truth, struct tree *tree)
{
    size_t expected = 0;

    for (size_t i = 0; i < truth->count; i++) {
        const struct change *change = &truth->files[i];
        const struct tree_file *file = tree_find(tree, change->path);
        if (change->is_gone)
            continue;
        expected++;
        if (!file || !text_holds(change, file->bytes)
            || (file->mode & 0100) != (change->new_mode & 0100))
            return false;
    }
    return tree->count == expected;
}
