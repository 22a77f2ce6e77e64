/*
 * The apply_patch language, protocol.md 5.4: a state machine over lines. The
 * leniencies beyond it: stacked anchors, renames without edits, empty files,
 * unified hunk headers, prose around, several patches in a row, and empty
 * lines between sections.
 */
#include "reader.h"

static const struct str begin_mark = { "*** Begin Patch", 15 };
static const struct str end_mark = { "*** End Patch", 13 };
static const struct str eof_mark = { "*** End of File", 15 };
static const struct str move_mark = { "*** Move to:", 12 };
static const struct str environment_mark = { "*** Environment ID:", 19 };

static const struct section {
    struct str mark;
    enum apply_state state;
    enum file_action action;
} sections[] = {
    { { "*** Add File:", 13 }, APPLY_ADD, FILE_ADD },
    { { "*** Delete File:", 16 }, APPLY_DELETE, FILE_DELETE },
    { { "*** Update File:", 16 }, APPLY_UPDATE, FILE_UPDATE },
};

static const struct section *section_of(struct str line)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
        if (str_starts_with(line, sections[i].mark))
            return &sections[i];
    return NULL;
}

bool apply_opens(struct str line)
{
    return str_equal(str_trim(line), begin_mark);
}

// An update must change or move something.
static bool check_section(const struct apply_reader *r, const struct builder *b,
                          struct error *err)
{
    const struct file_patch *file = build_last_file(b);
    const struct hunk *hunk = build_last_hunk(b);

    if (r->state != APPLY_UPDATE)
        return true;
    if (!hunk && file->move_to.len == 0)
        return build_error(b, err, "the update of %.*s holds no change",
                           STR_ARG(file->path));
    if (hunk && hunk->line_count == 0)
        return build_error(b, err, "a hunk of %.*s holds no lines",
                           STR_ARG(file->path));
    return true;
}

static bool open_section(struct apply_reader *r, struct builder *b,
                         const struct section *section, struct str line,
                         struct error *err)
{
    struct str path = str_trim(str_skip(line, section->mark.len));

    if (!check_section(r, b, err) || !build_file(b, section->action, path, err))
        return false;
    r->state = section->state;
    r->blanks = 0;
    if (section->action == FILE_UPDATE)
        return true;
    if (!build_hunk(b, err))
        return false;
    build_last_hunk(b)->complete = section->action == FILE_DELETE;
    return true;
}

static bool end_patch(struct apply_reader *r, struct builder *b,
                      struct error *err)
{
    if (!check_section(r, b, err) || !build_close_file(b, err))
        return false;
    r->state = APPLY_ENDED;
    r->blanks = 0;
    r->end_held = false;
    return true;
}

// Takes a line that ends the section, if it is one: `*taken` tells.
static bool try_marker(struct apply_reader *r, struct builder *b,
                       struct str line, bool *taken, struct error *err)
{
    const struct section *section = section_of(line);

    *taken = true;
    if (str_equal(line, end_mark))
        return end_patch(r, b, err);
    if (section)
        return open_section(r, b, section, line, err);
    *taken = false;
    return true;
}

// An anchor may be written as "@@ text", as "@@ text @@" or behind numbers.
static struct str anchor_of(struct str line)
{
    struct range range;

    if (range_read(line, &range) && range.numbered)
        return range.section;
    struct str text = str_trim(str_skip(line, 2));
    if (str_ends_with(text, STR("@@")))
        text = str_trim_end(str_take(text, text.len - 2));
    return str_is(text, "...") ? STR("") : text;
}

// A header behind one without lines narrows the same hunk down.
static bool take_anchor(struct builder *b, struct str line, struct error *err)
{
    const struct hunk *hunk = build_last_hunk(b);
    struct str text = anchor_of(line);

    if ((!hunk || hunk->line_count > 0) && !build_hunk(b, err))
        return false;
    if (text.len > 0)
        build_anchor(b, text);
    return true;
}

static bool take_edit(struct builder *b, struct str line, struct error *err)
{
    if (!build_last_hunk(b) && !build_hunk(b, err))
        return false;
    if (line.len == 0)
        return build_line(b, LINE_CONTEXT, line, err);
    enum line_kind kind = line.at[0] == '+'   ? LINE_ADDED
                          : line.at[0] == '-' ? LINE_REMOVED
                                              : LINE_CONTEXT;
    return build_line(b, kind, str_skip(line, 1), err);
}

// What was held back turned out to be lines of the hunk.
static bool release_held(struct apply_reader *r, struct builder *b,
                         struct error *err)
{
    if (r->end_held && !build_line(b, LINE_CONTEXT, end_mark, err))
        return false;
    r->end_held = false;
    for (; r->blanks > 0; r->blanks--)
        if (!take_edit(b, STR(""), err))
            return false;
    return true;
}

static bool is_edit(struct str line)
{
    return line.len > 0
           && (line.at[0] == ' ' || line.at[0] == '+' || line.at[0] == '-');
}

static bool update_eof(struct builder *b, struct error *err)
{
    struct hunk *hunk = build_last_hunk(b);

    if (!hunk || hunk->line_count == 0)
        return build_error(b, err, "'*** End of File' without lines before");
    hunk->at_end = true;
    hunk->complete = true;
    return true;
}

static bool update_move(struct builder *b, struct str line, struct error *err)
{
    if (build_last_hunk(b) || build_last_file(b)->move_to.len)
        return build_error(b, err, "'*** Move to:' must follow its header");
    return build_move(b, str_trim(str_skip(line, move_mark.len)), err);
}

// A line like " *** End Patch" ends the patch if nothing but wrapping follows.
static bool is_indented_end(struct str line)
{
    return line.len > end_mark.len && line.at[0] == ' '
           && str_equal(str_trim(line), end_mark);
}

static bool is_wrapping(struct str line)
{
    return str_starts_with(line, STR("```")) || str_is(line, "EOF");
}

static bool update_edit(struct apply_reader *r, struct builder *b,
                        struct str line, struct error *err)
{
    const struct hunk *hunk = build_last_hunk(b);

    if (line.len == 0 && (!hunk || hunk->at_end || r->end_held)) {
        r->blanks++;
        return true;
    }
    if (line.len > 0 && !is_edit(line))
        return build_error(b, err,
                           "a line of a hunk begins with ' ', '+' or '-', "
                           "this one does not");
    if (hunk && hunk->at_end)
        return build_error(b, err, "a line behind '*** End of File'");
    if (!release_held(r, b, err))
        return false;
    if (is_indented_end(line) && build_last_hunk(b)) {
        r->end_held = true;
        return true;
    }
    return take_edit(b, line, err);
}

static bool update_line(struct apply_reader *r, struct builder *b,
                        struct str line, struct error *err)
{
    struct str right = str_trim_end(line);
    bool taken;

    if (r->end_held && is_wrapping(right))
        return end_patch(r, b, err);
    if (is_edit(line) || line.len == 0)
        return update_edit(r, b, line, err);
    if (r->end_held && !release_held(r, b, err))
        return false;
    r->blanks = 0; // they only set the sections apart
    if (!try_marker(r, b, right, &taken, err))
        return false;
    if (taken)
        return true;
    if (str_starts_with(right, STR("@@")))
        return take_anchor(b, right, err);
    if (str_equal(right, eof_mark))
        return update_eof(b, err);
    if (str_starts_with(right, move_mark))
        return update_move(b, right, err);
    return update_edit(r, b, right, err);
}

// Started, Add and Delete: headers may be indented here.
static bool section_line(struct apply_reader *r, struct builder *b,
                         struct str line, struct error *err)
{
    struct str bare = str_trim(line);
    bool taken;

    if (r->state == APPLY_ADD && line.len > 0 && line.at[0] == '+') {
        if (r->blanks > 0)
            return build_error(b, err, "a line of a new file lacks its '+'");
        return build_line(b, LINE_ADDED, str_skip(line, 1), err);
    }
    if (bare.len == 0) {
        r->blanks++;
        return true;
    }
    if (!try_marker(r, b, bare, &taken, err))
        return false;
    if (taken)
        return true;
    if (r->state == APPLY_STARTED && !r->environment
        && str_starts_with(bare, environment_mark)
        && bare.len > environment_mark.len) {
        r->environment = true;
        return true;
    }
    return build_error(b, err, "neither a file header nor '*** End Patch'");
}

static bool outside_line(struct apply_reader *r, struct builder *b,
                         struct str line, struct error *err)
{
    struct str bare = str_trim(line);

    if (str_equal(bare, begin_mark))
        r->state = APPLY_STARTED;
    else if (section_of(bare))
        return build_error(b, err, "'*** Begin Patch' is missing before this");
    return true;
}

bool apply_line(struct apply_reader *r, struct builder *b, struct str line,
                struct error *err)
{
    if (str_ends_with(line, STR("\r")))
        line.len--;
    switch (r->state) {
    case APPLY_BEFORE:
    case APPLY_ENDED: return outside_line(r, b, line, err);
    case APPLY_STARTED:
    case APPLY_ADD:
    case APPLY_DELETE: return section_line(r, b, line, err);
    case APPLY_UPDATE: return update_line(r, b, line, err);
    }
    return false;
}

bool apply_finish(struct apply_reader *r, struct builder *b, struct error *err)
{
    if (r->end_held && !end_patch(r, b, err))
        return false;
    if (r->state == APPLY_BEFORE)
        return error_set(err, ERROR_INVALID, "no '*** Begin Patch' line");
    if (r->state != APPLY_ENDED)
        return build_error(b, err, "the patch was cut: no '*** End Patch'");
    if (b->patch.file_count == 0)
        return error_set(err, ERROR_INVALID, "the patch names no files");
    return true;
}
