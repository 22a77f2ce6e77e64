/*
 * Taking one written hunk back. What kerf wrote with the hunk and without it
 * are both computed; where they differ, with some lines around, has to stand
 * in the file as it was written, and there only. Then that block, and nothing
 * else, becomes what it would have been.
 */
#include "kerf/patch/print.h"

#include <string.h>

#include "print_parts.h"

#define AROUND_LINES 3

// The bytes of lines [from, until) with their endings.
static struct str block_of(const struct text *text, size_t from, size_t until)
{
    if (from >= until)
        return STR("");
    const char *start = text->lines.at[from].at;
    struct str last = text_whole_line(text, until - 1);

    if (from == 0)
        start = text->bytes.at;
    return (struct str){ start, (size_t)(last.at + last.len - start) };
}

static size_t common_head(const struct text *a, const struct text *b)
{
    size_t i = 0;

    while (i < a->lines.count && i < b->lines.count
           && str_equal(block_of(a, i, i + 1), block_of(b, i, i + 1)))
        i++;
    return i;
}

static size_t common_tail(const struct text *a, const struct text *b,
                          size_t head)
{
    size_t i = 0;

    while (
        head + i < a->lines.count && head + i < b->lines.count
        && str_equal(block_of(a, a->lines.count - i - 1, a->lines.count - i),
                     block_of(b, b->lines.count - i - 1, b->lines.count - i)))
        i++;
    return i;
}

// Says whether a block that begins and ends with lines does so at `at`.
static bool is_whole(struct str now, size_t at, size_t len)
{
    size_t end = at + len;

    return (at == 0 || now.at[at - 1] == '\n')
           && (end == now.len || (end > 0 && now.at[end - 1] == '\n'));
}

// The only place of `block` in `now`, in bytes; SIZE_MAX if none, or several.
static size_t only_place(struct str now, struct str block)
{
    size_t place = SIZE_MAX;

    for (size_t from = 0; from <= now.len;) {
        size_t at = str_find(str_skip(now, from), block);
        if (at == SIZE_MAX)
            break;
        at += from;
        from = at + 1;
        if (!is_whole(now, at, block.len))
            continue;
        if (place != SIZE_MAX)
            return SIZE_MAX;
        place = at;
    }
    return place;
}

struct exchange {
    struct str with, without; // what stands there, what comes instead
    size_t at;                // byte of `now`
};

static bool find_block(const struct text *with, const struct text *without,
                       struct str now, struct exchange *x, struct error *err)
{
    size_t head = common_head(with, without);
    size_t tail = common_tail(with, without, head);
    size_t from = head > AROUND_LINES ? head - AROUND_LINES : 0;
    size_t keep = tail > AROUND_LINES ? tail - AROUND_LINES : 0;

    x->with = block_of(with, from, with->lines.count - keep);
    x->without = block_of(without, from, without->lines.count - keep);
    if (str_equal(now, with->bytes)) {
        x->at = from == 0 ? 0 : (size_t)(x->with.at - with->bytes.at);
        return true;
    }
    x->at = x->with.len > 0 ? only_place(now, x->with) : SIZE_MAX;
    return x->at != SIZE_MAX
           || error_set(err, ERROR_CONFLICT,
                        "the file no longer holds what was written there");
}

static struct str exchanged(struct arena *arena, struct str now,
                            const struct exchange *x)
{
    struct str behind = str_skip(now, x->at + x->with.len);
    size_t len = x->at + x->without.len + behind.len;
    char *bytes = arena_alloc(arena, len + 1);

    memcpy(bytes, now.at, x->at);
    if (x->without.len > 0)
        memcpy(bytes + x->at, x->without.at, x->without.len);
    if (behind.len > 0)
        memcpy(bytes + x->at + x->without.len, behind.at, behind.len);
    return (struct str){ bytes, len };
}

// The review without what was taken back already.
static struct selection what_stands(const struct selection *sel, size_t file,
                                    struct arena *arena)
{
    struct target all = { SELECT_ALL, SELECT_ALL, SELECT_ALL };
    struct selection now = print_shadow(sel, PRINT_ACCEPTED, all, arena);
    struct review_file *rf = &now.files[file];

    for (size_t h = 0; h < rf->count; h++)
        if (rf->slots[h].taken_back)
            rf->slots[h].decision = DECISION_NO;
    return now;
}

// What was written, and what would have been without the hunk.
static bool both_ways(const struct selection *sel, size_t file, size_t hunk,
                      struct arena *arena, struct file_result results[2],
                      struct error *err)
{
    struct selection with = what_stands(sel, file, arena);
    struct selection without = what_stands(sel, file, arena);

    without.files[file].slots[hunk].decision = DECISION_NO;
    return selection_result(&with, file, arena, &results[0], err)
           && (selection_result(&without, file, arena, &results[1], err)
               || error_prefix(err, "without this hunk"));
}

static bool may_revert(const struct selection *sel, size_t file, size_t hunk,
                       struct error *err)
{
    if (file >= sel->count || hunk >= sel->files[file].count)
        return error_set(err, ERROR_NOT_FOUND, "no such hunk");
    const struct review_file *rf = &sel->files[file];
    const struct file_patch *what = &sel->patch->files[file];
    if (!rf->given)
        return error_set(err, ERROR_NOT_FOUND,
                         "what the file was before is not known any more");
    if (rf->slots[hunk].taken_back)
        return error_set(err, ERROR_CONFLICT, "the hunk was taken back before");
    if (!slot_accepts_any(&rf->slots[hunk], &what->hunks[hunk], false))
        return error_set(err, ERROR_CONFLICT, "the hunk was not written");
    if (what->action != FILE_UPDATE || what->move_to.len > 0
        || rf->base != NO_FILE || rf->feeds || what->binary)
        return error_set(err, ERROR_UNSUPPORTED,
                         "only a hunk of a changed file can be taken back by "
                         "itself: take back the whole write");
    return true;
}

bool selection_revert_hunk(const struct selection *sel, size_t file,
                           size_t hunk, struct str now, struct arena *arena,
                           struct file_result *result, struct error *err)
{
    struct file_result results[2];
    struct text with, without;
    struct exchange x;

    if (!may_revert(sel, file, hunk, err)
        || !both_ways(sel, file, hunk, arena, results, err))
        return false;
    text_init(&with, results[0].bytes);
    text_init(&without, results[1].kind == RESULT_WRITE
                            ? results[1].bytes
                            : sel->files[file].pre.bytes);
    bool found = find_block(&with, &without, now, &x, err);
    if (found)
        *result = (struct file_result){
            .kind = RESULT_WRITE,
            .path = sel->patch->files[file].path,
            .remove = STR(""),
            .bytes = exchanged(arena, now, &x),
            .existed = true,
            .preimage = now,
        };
    text_release(&with);
    text_release(&without);
    return found;
}
