/*
 * SEARCH/REPLACE blocks: two texts between three marker lines. The markers
 * can stand in the texts too, so a block is kept until its last one and read
 * as a whole: what could be read in two ways is refused. Its lines then become
 * a hunk, which is the difference of the two texts.
 */
#include "search_reader.h"

#include "kerf/patch/diff.h"

#define MARK_LETTERS_MIN 5
#define MARK_LETTERS_MAX 9

void search_reader_release(struct search_reader *r)
{
    captions_release(&r->captions);
    buf_release(&r->lines);
}

// Counts the letters of a marker line, 0 if it is none; `*label` is the rest.
static size_t marker_of(struct str line, char mark, struct str *label)
{
    size_t count = 0;

    line = str_trim_end(line);
    while (count < line.len && line.at[count] == mark)
        count++;
    struct str rest = str_skip(line, count);
    *label = str_trim(rest);
    bool apart = rest.len == 0 || rest.at[0] == ' ';
    return count >= MARK_LETTERS_MIN && count <= MARK_LETTERS_MAX && apart
               ? count
               : 0;
}

static bool label_is(struct str label, const char *first, const char *second)
{
    return str_is(label, first) || str_is(label, second);
}

struct opening {
    char mark;
    size_t count; // 0: the line opens nothing
    bool labelled;
    struct str name; // behind the label; mostly empty
};

// "<<<<<<< SEARCH", "<<<<<<< SEARCH a.c", "------- SEARCH", "<<<<<<<"
static struct opening opening_of(struct str line)
{
    struct opening o = { .mark = '<', .name = STR("") };
    struct str label, word;

    o.count = marker_of(line, '<', &label);
    if (o.count == 0) {
        o.mark = '-';
        o.count = marker_of(line, '-', &label);
        if (label.len == 0)
            o.count = 0; // a rule in prose
    }
    if (o.count == 0 || label.len == 0)
        return o;
    struct str rest = label;
    str_split(&rest, ' ', &word);
    o.labelled = label_is(word, "SEARCH", "ORIGINAL");
    if (!o.labelled
        || (rest.len > 0 && caption_read(rest, &o.name) != CAPTION_PATH))
        return (struct opening){ .name = STR("") };
    return o;
}

static bool is_closing(const struct search_reader *r, struct str line)
{
    struct str label;
    char mark = r->mark == '<' ? '>' : '+';

    return marker_of(line, mark, &label) > 0
           && (label_is(label, "REPLACE", "UPDATED")
               || (label.len == 0 && !r->labelled));
}

bool search_opens(const struct search_reader *r, struct str line, bool forced)
{
    struct opening o = opening_of(line);
    return o.count > 0
           && (o.labelled || forced || r->captions.kind == CAPTION_PATH);
}

bool search_is_labelled(struct str line)
{
    return opening_of(line).labelled;
}

void search_watch(struct search_reader *r, struct str line)
{
    captions_line(&r->captions, line);
}

// Words that lead from one block to the next and are no names.
static bool is_link(struct str word)
{
    static const char *const links[] = { "then", "next",    "now",
                                         "and",  "also",    "after",
                                         "or",   "finally", "lastly" };
    char first = word.len ? word.at[0] : ' ';
    bool capital = first >= 'A' && first <= 'Z';

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (str_is(word, links[i])
            || (capital && first + ('a' - 'A') == links[i][0]
                && str_is(str_skip(word, 1), links[i] + 1)))
            return true;
    return false;
}

// The name on the marker, above it, a mere word there, or of the block before.
static bool find_path(struct search_reader *r, struct builder *b,
                      struct str own, struct error *err)
{
    const struct file_patch *before = build_last_file(b);

    if (own.len > 0)
        r->path = build_text(b, own);
    else if (r->captions.kind == CAPTION_PATH
             || (r->captions.kind == CAPTION_WORD
                 && !(before && is_link(buf_str(&r->captions.name)))))
        r->path = build_text(b, buf_str(&r->captions.name));
    else if (before)
        r->path = before->path;
    else
        return build_error(b, err, "no file name stands above the block");
    captions_clear(&r->captions);
    return true;
}

static bool open_block(struct search_reader *r, struct builder *b,
                       struct str line, struct error *err)
{
    struct opening o = opening_of(line);

    if (!find_path(r, b, o.name, err))
        return false;
    b->patch.format = PATCH_SEARCH;
    r->state = SEARCH_BLOCK;
    r->mark = o.mark;
    r->count = o.count;
    r->labelled = o.labelled;
    r->crlf = str_ends_with(line, STR("\r"));
    r->source_line = b->source_line;
    r->line_count = 0;
    r->begun = false;
    r->blank = true;
    buf_reset(&r->lines);
    return true;
}

// A block goes on with the file before it, if that is the same.
static bool begin_hunk(struct search_reader *r, struct builder *b,
                       enum file_action action, struct error *err)
{
    const struct file_patch *before = build_last_file(b);
    bool same = before && str_equal(before->path, r->path);

    if (r->begun)
        return true;
    if (same && action == FILE_ADD)
        return build_error(b, err,
                           "an empty SEARCH in a file that has other blocks");
    if (!(same && before->action == FILE_UPDATE)
        && !build_file(b, action, r->path, err))
        return false;
    if (!build_hunk(b, err))
        return false;
    build_last_hunk(b)->source_line = r->source_line;
    r->begun = true;
    return true;
}

static bool block_error(const struct search_reader *r, struct builder *b,
                        size_t line, struct error *err, const char *why)
{
    b->source_line = r->source_line + 1 + line;
    return build_error(b, err, "%s", why);
}

static struct lines split_lines(struct arena *arena,
                                const struct search_reader *r)
{
    struct str *at = arena_array(arena, r->line_count, sizeof(*at));
    struct str rest = buf_str(&r->lines);

    for (size_t i = 0; i < r->line_count; i++)
        if (!str_split(&rest, '\n', &at[i]))
            at[i] = STR("");
    return (struct lines){ at, r->line_count };
}

// Finds the line between the texts. One of the marker's own length is it; if
// there is none, one of another length. Two of a kind are one too many.
static bool find_divider(const struct search_reader *r, struct builder *b,
                         struct lines all, size_t *divider, struct error *err)
{
    size_t found[2] = { 0 }, at[2] = { 0 }, second[2] = { 0 };
    struct str label;

    for (size_t i = 0; i < all.count; i++) {
        size_t count = marker_of(all.at[i], '=', &label);
        if (count == 0 || label.len > 0)
            continue;
        int other = count != r->count;
        if (found[other]++ == 0)
            at[other] = i;
        else
            second[other] = i;
    }
    int kind = found[0] == 0;
    *divider = at[kind];
    if (found[kind] == 0)
        return block_error(r, b, all.count, err, "a block without '======='");
    return found[kind] == 1
           || block_error(r, b, second[kind], err,
                          "a second '=======' in one block: which one parts "
                          "it cannot be told");
}

static bool check_texts(const struct search_reader *r, struct builder *b,
                        struct lines all, struct error *err)
{
    for (size_t i = 0; i < all.count; i++) {
        if (search_is_labelled(all.at[i]))
            return block_error(r, b, i, err, "a SEARCH marker inside a block");
        if (line_is_elision(all.at[i], r->path))
            return block_error(r, b, i, err,
                               "a line that stands for lines left out");
    }
    return true;
}

static bool is_blank(struct lines lines)
{
    for (size_t i = 0; i < lines.count; i++)
        if (str_trim(lines.at[i]).len > 0)
            return false;
    return true;
}

static bool put_lines(struct builder *b, enum line_kind kind,
                      struct lines lines, size_t from, size_t count,
                      struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!build_line(b, kind, lines.at[from + i], err))
            return false;
    return true;
}

static bool put_difference(struct builder *b, struct lines old_text,
                           struct lines new_text, struct arena *scratch,
                           struct error *err)
{
    size_t count, at = 0;
    struct diff_run *runs = diff_lines(scratch, old_text, new_text, &count);
    bool fine = true;

    for (size_t i = 0; fine && i < count; i++) {
        const struct diff_run *run = &runs[i];
        fine =
            put_lines(b, LINE_CONTEXT, old_text, at, run->a - at, err)
            && put_lines(b, LINE_REMOVED, old_text, run->a, run->a_count, err)
            && put_lines(b, LINE_ADDED, new_text, run->b, run->b_count, err);
        at = run->a + run->a_count;
    }
    return fine
           && put_lines(b, LINE_CONTEXT, old_text, at, old_text.count - at,
                        err);
}

// The same new file again: said twice, and meant once.
static bool is_repeated(const struct search_reader *r, const struct builder *b,
                        struct lines new_text)
{
    const struct file_patch *before = build_last_file(b);
    const struct hunk *hunk = build_last_hunk(b);

    if (!before || before->action != FILE_ADD
        || !str_equal(before->path, r->path)
        || hunk->line_count != new_text.count)
        return false;
    for (size_t i = 0; i < new_text.count; i++)
        if (!str_equal(hunk->lines[i].text, new_text.at[i]))
            return false;
    return true;
}

static bool put_block(struct search_reader *r, struct builder *b,
                      struct arena *scratch, struct error *err)
{
    struct lines all = split_lines(scratch, r);
    size_t cut;

    if (!find_divider(r, b, all, &cut, err) || !check_texts(r, b, all, err))
        return false;
    struct lines old_text = { all.at, cut };
    struct lines new_text = { all.at + cut + 1, all.count - cut - 1 };
    if (is_blank(old_text) && is_repeated(r, b, new_text))
        return true;
    if (is_blank(old_text)) {
        return begin_hunk(r, b, FILE_ADD, err)
               && put_lines(b, LINE_ADDED, new_text, 0, new_text.count, err);
    }
    return begin_hunk(r, b, FILE_UPDATE, err)
           && put_difference(b, old_text, new_text, scratch, err);
}

static bool close_block(struct search_reader *r, struct builder *b,
                        struct error *err)
{
    struct arena scratch = { 0 };
    size_t line = b->source_line;
    bool fine = put_block(r, b, &scratch, err);

    arena_release(&scratch);
    if (!fine)
        return false;
    b->source_line = line;
    build_last_hunk(b)->complete = true;
    r->state = SEARCH_OUTSIDE;
    buf_reset(&r->lines);
    return true;
}

// The first line that holds something tells early that the file must be
// there, unless it parts the texts.
static bool watch_begin(struct search_reader *r, struct builder *b,
                        struct str line, struct error *err)
{
    struct str label;

    if (!r->blank || str_trim(line).len == 0)
        return true;
    r->blank = false;
    return marker_of(line, '=', &label) > 0
           || begin_hunk(r, b, FILE_UPDATE, err);
}

static bool block_line(struct search_reader *r, struct builder *b,
                       struct str line, struct error *err)
{
    if (is_closing(r, line))
        return close_block(r, b, err);
    if (r->line_count == LIMIT_PATCH_LINES)
        return error_set(err, ERROR_LIMIT, "line %zu: more than %zu lines",
                         b->source_line, LIMIT_PATCH_LINES);
    if (r->crlf && str_ends_with(line, STR("\r")))
        line.len--;
    if (!watch_begin(r, b, line, err))
        return false;
    r->line_count++;
    buf_append(&r->lines, line);
    buf_append_char(&r->lines, '\n');
    return true;
}

// The begin of a marker, where the text ends.
static bool is_cut_marker(const struct search_reader *r, struct str line)
{
    char mark = r->mark == '-' ? '-' : '<';
    size_t count = 0;

    while (count < line.len && line.at[count] == mark)
        count++;
    struct str rest = str_skip(line, count);
    return count > 0 && count <= MARK_LETTERS_MAX
           && (rest.len == 0 || str_starts_with(STR(" SEARCH"), rest)
               || str_starts_with(STR(" ORIGINAL"), rest));
}

bool search_line(struct search_reader *r, struct builder *b, struct str line,
                 bool cut, struct error *err)
{
    if (r->state == SEARCH_BLOCK)
        return block_line(r, b, line, err);
    struct str name;
    bool follows = b->patch.file_count > 0;
    if (cut
        && (is_cut_marker(r, line)
            || (follows && caption_read(line, &name) == CAPTION_PATH)))
        return build_error(b, err, "the patch was cut in its last line");
    if (opening_of(line).count > 0)
        return open_block(r, b, line, err);
    struct search_reader labelled = { .mark = '<', .labelled = true };
    if (is_closing(&labelled, line))
        return build_error(b, err, "a REPLACE marker without its SEARCH");
    captions_line(&r->captions, line);
    return true;
}

bool search_finish(struct search_reader *r, struct builder *b,
                   struct error *err)
{
    if (r->state == SEARCH_BLOCK)
        return build_error(b, err, "the patch was cut: no REPLACE marker");
    if (b->patch.file_count == 0)
        return error_set(err, ERROR_INVALID, "no SEARCH block was found");
    return build_close_file(b, err);
}
