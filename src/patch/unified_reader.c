/*
 * The body of unified diffs. The counts in `@@ -1,3 +1,4 @@` are trusted where
 * a line could be read in two ways (`--- x` may be a removed line `-- x`), and
 * overruled where the lines are plain. A hunk shorter than promised is taken
 * for a cut patch, unless what follows proves that it ended.
 */
#include "reader.h"

#define SHORT_LINES_MAX 20 // by which a header may be wrong; more were lost

// Says whether the promised lines are there; without numbers the next line
// decides.
static bool is_settled(const struct unified_reader *r)
{
    return !r->counted || (r->old_left <= 0 && r->new_left <= 0);
}

static void set_hint(const struct unified_reader *r, struct hunk *hunk)
{
    bool has_preimage = false;

    for (size_t i = 0; i < hunk->line_count && !has_preimage; i++)
        has_preimage = hunk->lines[i].kind != LINE_ADDED;
    if (r->counted) // a header without old lines names the line before
        hunk->hint = r->old_start - (has_preimage && r->old_start > 0);
}

// What the new side's number says of the place in the old file.
static void set_new_hint(struct unified_reader *r, struct hunk *hunk)
{
    long line = (long)r->new_start - r->grown - 1;
    bool old_lines = false, new_lines = false;

    for (size_t i = 0; i < hunk->line_count; i++) {
        enum line_kind kind = hunk->lines[i].kind;
        r->grown += (kind == LINE_ADDED) - (kind == LINE_REMOVED);
        old_lines |= kind != LINE_ADDED;
        new_lines |= kind != LINE_REMOVED;
    }
    if (r->counted && old_lines && new_lines && line >= 0
        && (size_t)line != hunk->hint)
        hunk->new_hint = (size_t)line;
}

bool unified_begin_hunk(struct unified_reader *r, struct builder *b,
                        struct str line, struct error *err)
{
    const struct file_patch *file = build_last_file(b);
    struct range range;

    if (file->hunk_count > 0 && file->action != FILE_UPDATE)
        return build_error(b, err, "a new or deleted file has one hunk");
    if (!build_hunk(b, err))
        return false;
    range_read(line, &range);
    build_last_hunk(b)->section = build_text(b, range.section);
    r->in_hunk = true;
    r->counted = range.numbered;
    r->old_left = (long)range.old_count;
    r->new_left = (long)range.new_count;
    r->old_start = range.old_start;
    r->new_start = range.new_start;
    if (file->hunk_count == 1)
        r->grown = 0;
    if (range.numbered)
        build_last_hunk(b)->hint =
            range.old_start - (range.old_count > 0 && range.old_start > 0);
    return true;
}

// `proven`: what follows shows that the hunk was not cut.
static bool end_hunk(struct unified_reader *r, struct builder *b, bool proven,
                     struct error *err)
{
    struct hunk *hunk = build_last_hunk(b);

    if (!is_settled(r) && !proven)
        return build_error(b, err, "the hunk is shorter than its header says");
    if (hunk->line_count == 0)
        return build_error(b, err, "a hunk without lines");
    if (r->counted && (r->old_left != 0 || r->new_left != 0))
        r->counts_lie = true;
    if (r->counted && r->old_left == r->new_left && r->old_left > 0)
        hunk->lost = (size_t)r->old_left;
    set_hint(r, hunk);
    set_new_hint(r, hunk);
    hunk->complete = true;
    r->in_hunk = false;
    r->blanks = 0;
    return true;
}

static bool is_body(struct str line)
{
    return line.len == 0 || line.at[0] == ' ' || line.at[0] == '+'
           || line.at[0] == '-';
}

static bool check_kind(const struct builder *b, enum line_kind kind,
                       struct error *err)
{
    enum file_action action = build_last_file(b)->action;

    if (action == FILE_ADD && kind != LINE_ADDED)
        return build_error(b, err, "a new file cannot have old lines");
    if (action == FILE_DELETE && kind != LINE_REMOVED)
        return build_error(b, err, "a deleted file has removed lines only");
    return true;
}

static bool add_line(struct unified_reader *r, struct builder *b,
                     struct str line, struct error *err)
{
    char mark = line.len ? line.at[0] : ' ';
    enum line_kind kind = mark == '+'   ? LINE_ADDED
                          : mark == '-' ? LINE_REMOVED
                                        : LINE_CONTEXT;
    struct str text = str_skip(line, 1);

    if (r->head.crlf && str_ends_with(text, STR("\r")))
        text.len--;
    r->old_left -= kind != LINE_ADDED;
    r->new_left -= kind != LINE_REMOVED;
    r->cut_added = r->cut && kind == LINE_ADDED;
    return check_kind(b, kind, err) && build_line(b, kind, text, err);
}

// Lines go on behind empty ones, so those were context.
static bool take_line(struct unified_reader *r, struct builder *b,
                      struct str line, struct error *err)
{
    for (; r->blanks > 0; r->blanks--)
        if (!add_line(r, b, STR(""), err))
            return false;
    return add_line(r, b, line, err);
}

static bool take_held(struct unified_reader *r, struct builder *b,
                      struct error *err)
{
    size_t count = r->held_count;

    r->held_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!take_line(r, b, r->held[i], err))
            return false;
    return true;
}

static struct str without_cr(struct str line)
{
    return str_ends_with(line, STR("\r")) ? str_take(line, line.len - 1) : line;
}

static bool is_signature(struct str line)
{
    return str_is(line, "-- ") || str_is(line, "--");
}

static void hold(struct unified_reader *r, struct builder *b, struct str line)
{
    r->held[r->held_count++] = build_text(b, line);
}

// The held lines were the header of the next file.
static bool take_header(struct unified_reader *r, struct builder *b,
                        struct error *err)
{
    struct str minus = r->held[0], plus = r->held[r->held_count - 1];

    r->held_count = 0;
    return end_hunk(r, b, true, err)
           && unified_head_line(r, b, without_cr(minus), false, err)
           && unified_head_line(r, b, without_cr(plus),
                                str_ends_with(plus, STR("\r")), err);
}

static bool begins_with_digit(struct str line)
{
    return line.len > 0 && line.at[0] >= '0' && line.at[0] <= '9';
}

// Decides what the held lines were, now that `line` follows. `*held` is set
// if it must be held too.
static bool explain_held(struct unified_reader *r, struct builder *b,
                         struct str line, bool *held, struct error *err)
{
    struct str bare = without_cr(line);

    if (is_signature(without_cr(r->held[0]))) {
        bool ends = begins_with_digit(bare) || (r->counted && is_settled(r));
        if (!ends)
            return take_held(r, b, err);
        r->held_count = 0;
        return end_hunk(r, b, true, err);
    }
    bool named = str_starts_with(r->held[r->held_count - 1], STR("+++ "));
    bool parted = r->held_count == 1 && bare.len == 0;
    if (parted || (!named && str_starts_with(bare, STR("+++ ")))) {
        hold(r, b, line);
        *held = true;
        return true;
    }
    bool exact = r->counted && r->old_left == 1 && r->new_left == 1;
    bool done = r->counted && r->old_left == 0 && r->new_left == 0;
    bool follows = str_starts_with(bare, STR("@@")) ? !exact
                                                    : done && is_body(bare);
    if (named && follows)
        return take_header(r, b, err);
    return take_held(r, b, err);
}

static bool cut_error(const struct builder *b, struct error *err)
{
    return build_error(b, err, "the patch was cut in its last line");
}

// Says whether the line closes the block of code that holds the patch.
static bool closes_fence(const struct unified_reader *r, struct str line)
{
    return r->fence.mark && fence_is_end(r->fence, fence_read(line));
}

// Lines that begin something new, whatever the counts say.
static bool is_structure(const struct unified_reader *r, struct str line)
{
    static const struct str marks[] = {
        { "@@", 2 },    { "diff ", 5 },    { "Index: ", 7 },
        { "From ", 5 }, { "Only in ", 8 }, { "====", 4 },
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (str_starts_with(line, marks[i]))
            return true;
    return closes_fence(r, line);
}

// A last line without newline that may be the begin of a file header.
static bool is_cut_header(const struct unified_reader *r, struct str line)
{
    return line.len > 0
           && ((is_structure(r, line) && !closes_fence(r, line))
               || str_starts_with(STR("diff "), line)
               || str_starts_with(STR("@@"), line));
}

static bool on_marker(const struct builder *b, struct error *err)
{
    struct hunk *hunk = build_last_hunk(b);

    if (hunk->line_count == 0)
        return build_error(b, err, "'\\ No newline' without a line before");
    struct patch_line *last = &hunk->lines[hunk->line_count - 1];
    last->no_newline = true;
    hunk->at_end |= last->kind != LINE_ADDED;
    return true;
}

static bool is_cut_marker(struct str line)
{
    struct str whole = STR("\\ No newline at end of file");
    return line.len < whole.len && str_starts_with(whole, line);
}

// Both sides still lack lines, so this is one of theirs whose mark was lost.
static bool lost_its_blank(const struct unified_reader *r, struct str line)
{
    return r->counted && r->old_left > 0 && r->new_left > 0
           && !is_structure(r, line);
}

// The promised lines are there, with as much context behind the changes as in
// front of them: what follows is a hunk whose header was lost.
static bool is_whole(const struct unified_reader *r, const struct hunk *hunk)
{
    size_t leading = 0, trailing = 0, count = hunk->line_count;

    if (!r->counted || r->old_left != 0 || r->new_left != 0)
        return false;
    while (leading < count && hunk->lines[leading].kind == LINE_CONTEXT)
        leading++;
    while (trailing < count
           && hunk->lines[count - 1 - trailing].kind == LINE_CONTEXT)
        trailing++;
    return leading == trailing && leading > 0 && leading < count;
}

static bool begin_lost_hunk(struct unified_reader *r, struct builder *b,
                            struct error *err)
{
    return end_hunk(r, b, true, err)
           && unified_begin_hunk(r, b, STR("@@"), err);
}

static bool take_bare(struct unified_reader *r, struct builder *b,
                      struct str line, struct error *err)
{
    if (r->head.crlf)
        line = without_cr(line);
    r->old_left--;
    r->new_left--;
    return check_kind(b, LINE_CONTEXT, err)
           && build_line(b, LINE_CONTEXT, line, err);
}

// Takes note of the blocks of code that a patch may stand in.
static void watch_fence(struct unified_reader *r, struct str line)
{
    struct fence fence = fence_read(line);

    if (!fence.mark)
        return;
    if (!r->fence.mark)
        r->fence = fence;
    else if (fence_is_end(r->fence, fence))
        r->fence.mark = 0;
    r->fence.info = STR("");
}

// Lines of a diff behind the end of a block of code that came too early: it
// was no end, but a line of the hunk that lost its mark.
static bool shows_early_end(const struct unified_reader *r, struct str line)
{
    if (!r->fence_in_doubt || line.len < 2)
        return false;
    bool change = (line.at[0] == '+' || line.at[0] == '-') && line.at[1] != ' '
                  && line.at[1] != line.at[0];
    return change || line.at[0] == '\\' || str_starts_with(line, STR("@@ -"));
}

static bool outside_line(struct unified_reader *r, struct builder *b,
                         struct str line, struct error *err)
{
    struct str bare = without_cr(line);

    if (shows_early_end(r, bare))
        return build_error(b, err, "a fence ends the block amid a hunk");
    if (str_starts_with(bare, STR("diff "))
        || str_starts_with(bare, STR("--- ")))
        r->fence_in_doubt = false;
    watch_fence(r, bare);
    return unified_head_line(r, b, bare, bare.len < line.len, err);
}

static bool body_line(struct unified_reader *r, struct builder *b,
                      struct str line, struct error *err)
{
    struct str bare = without_cr(line);

    if (str_starts_with(bare, STR("--- ")) || is_signature(bare)) {
        hold(r, b, line);
        return true;
    }
    if (bare.len == 0 && is_settled(r)) {
        r->blanks++;
        return true;
    }
    if (is_body(bare) && r->cut && r->counted && is_settled(r))
        return cut_error(b, err);
    if (is_body(bare))
        return (!is_whole(r, build_last_hunk(b)) || begin_lost_hunk(r, b, err))
               && take_line(r, b, line, err);
    if (bare.at[0] == '\\')
        return r->cut && is_cut_marker(bare) ? cut_error(b, err)
                                             : on_marker(b, err);
    if (r->cut && is_settled(r) && is_cut_header(r, bare))
        return cut_error(b, err);
    if (lost_its_blank(r, bare))
        return take_bare(r, b, line, err);
    r->fence_in_doubt = !is_settled(r) && closes_fence(r, bare);
    return end_hunk(r, b, is_structure(r, bare), err)
           && outside_line(r, b, line, err);
}

// Lines of a hunk right behind the names: its header was lost. To pass them
// over would do a part of the patch only.
static bool lacks_hunk_header(struct unified_reader *r, struct str line)
{
    bool awaits = r->head.awaits;

    r->head.awaits = awaits && line.len == 0;
    return awaits && line.len > 0 && is_body(line) && !is_signature(line)
           && !str_starts_with(line, STR("--- "))
           && !str_starts_with(line, STR("+++ "));
}

void unified_release(struct unified_reader *r)
{
    binary_reader_release(&r->binary);
}

bool unified_is_inside(const struct unified_reader *r)
{
    return r->in_hunk || r->binary.state == BINARY_ANNOUNCED
           || r->binary.state == BINARY_DATA;
}

bool unified_expects(const struct unified_reader *r)
{
    return r->in_hunk && !is_settled(r);
}

bool unified_is_untouched(const struct unified_reader *r)
{
    return !r->head.git && !r->head.named && r->minus.len == 0;
}

bool unified_line(struct unified_reader *r, struct builder *b, struct str line,
                  bool cut, struct error *err)
{
    bool held = false;

    r->cut = cut;
    if (r->held_count > 0 && !explain_held(r, b, line, &held, err))
        return false;
    if (held)
        return true;
    if (r->in_hunk)
        return body_line(r, b, line, err);
    struct str bare = without_cr(line);
    if (cut && is_cut_header(r, bare))
        return cut_error(b, err);
    if (lacks_hunk_header(r, bare))
        return unified_begin_file(r, b, true, err)
               && unified_begin_hunk(r, b, STR("@@"), err)
               && body_line(r, b, line, err);
    return outside_line(r, b, line, err);
}

// At the end of the text one side lacks lines: the patch was cut, or its header
// is wrong. Of a change the file can tell; a whole file tells by itself.
static bool is_short_one_side(const struct unified_reader *r,
                              const struct builder *b)
{
    enum file_action action = build_last_file(b)->action;
    struct hunk *hunk = build_last_hunk(b);

    if (r->cut || (r->old_left > 0) == (r->new_left > 0)
        || r->old_left > SHORT_LINES_MAX || r->new_left > SHORT_LINES_MAX
        || hunk->line_count == 0)
        return false;
    const struct patch_line *last = &hunk->lines[hunk->line_count - 1];
    if (last->no_newline) // this side of the file ends here
        return last->kind != LINE_REMOVED || r->new_left <= 0;
    if (action == FILE_ADD)
        return r->new_left <= 0;
    if (action == FILE_UPDATE && r->old_left > 0)
        hunk->old_short = (size_t)r->old_left;
    if (action == FILE_UPDATE && r->new_left > 0)
        hunk->new_short = (size_t)r->new_left;
    return true;
}

// At the end held lines are what the counts say.
static bool finish_hunk(struct unified_reader *r, struct builder *b,
                        struct error *err)
{
    if (r->held_count > 0 && is_signature(without_cr(r->held[0]))
        && is_settled(r))
        r->held_count = 0;
    if (r->held_count > 0 && r->counted && is_settled(r))
        return cut_error(b, err);
    if (!take_held(r, b, err))
        return false;
    if (r->cut_added)
        return cut_error(b, err);
    build_last_hunk(b)->cut = r->cut;
    bool proven = r->old_left < 0 || r->new_left < 0 || r->counts_lie;
    proven = proven || is_short_one_side(r, b);
    return end_hunk(r, b, proven, err);
}

bool unified_finish(struct unified_reader *r, struct builder *b,
                    struct error *err)
{
    const struct unified_head *head = &r->head;

    if ((r->in_hunk && !finish_hunk(r, b, err))
        || !binary_finish(&r->binary, b, err))
        return false;
    if (!head->begun && (head->git || head->named)) {
        bool vouched = head->indexed || (!head->added && !head->deleted);
        if (r->cut || !vouched) // an index line or hunks may be missing
            return cut_error(b, err);
        if (!unified_begin_file(r, b, false, err))
            return false;
    }
    if (r->minus.len > 0 && b->patch.file_count > 0)
        return cut_error(b, err);
    if (b->patch.file_count == 0)
        return error_set(err, ERROR_INVALID, "no patch was found");
    return build_close_file(b, err);
}
