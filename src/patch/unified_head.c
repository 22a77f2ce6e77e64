/*
 * Lines outside hunks: git's extended headers, `---` and `+++`, and prose. A
 * file enters the patch when its first hunk begins, or, if it has none, when
 * the next header or the end shows that this was all.
 */
#include "reader.h"

#include <string.h>

#define ID_DIGITS_MAX 64 // SHA-256
#define MODE_KIND 0170000u
#define MODE_REGULAR 0100000u

static struct unified_head fresh_head(void)
{
    return (struct unified_head){ .git_names = STR(""),
                                  .old_name = STR(""),
                                  .new_name = STR(""),
                                  .from = STR(""),
                                  .to = STR(""),
                                  .old_id = STR(""),
                                  .new_id = STR("") };
}

static bool read_mode(struct builder *b, struct str text, unsigned *mode,
                      struct error *err)
{
    unsigned value = 0;

    for (size_t i = 0; i < text.len && i < 6; i++) {
        if (text.at[i] < '0' || text.at[i] > '7')
            return build_error(b, err, "a file mode has a wrong digit");
        value = value * 8 + (unsigned)(text.at[i] - '0');
    }
    if (text.len != 6)
        return build_error(b, err, "a file mode has six digits");
    *mode = value;
    return true;
}

// A name in `rename from`, quoted or not.
static bool read_name(struct builder *b, struct str text, struct str *name,
                      struct error *err)
{
    size_t used;

    if (text.len == 0 || text.at[0] != '"') {
        *name = build_text(b, text);
        return true;
    }
    return name_unquote(b, text, name, &used)
           || build_error(b, err, "a quoted file name is malformed");
}

// A name in `---` or `+++`; a time stamp or the like may follow.
static bool read_side_name(const struct unified_head *head, struct builder *b,
                           struct str text, struct str *name, bool *absent,
                           struct error *err)
{
    struct str stamp = STR("");
    struct str bare = text;

    if (text.len == 0 || text.at[0] != '"') // a quoted name ends by itself
        bare = name_cut_stamp(text, head->git, &stamp);
    if (!read_name(b, bare, name, err))
        return false;
    *absent = str_is(bare, "/dev/null") || stamp_says_absent(stamp);
    if (str_is(bare, "/dev/null"))
        *name = STR("");
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')
           || (c >= 'A' && c <= 'F');
}

static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!is_hex(id.at[i]))
            return false;
    return id.len > 0 && id.len <= ID_DIGITS_MAX;
}

// A link or a submodule is told by its mode, which does not change.
static bool read_index_mode(struct unified_head *head, struct builder *b,
                            struct str text, struct error *err)
{
    unsigned mode;

    if (text.len == 0)
        return true;
    if (!read_mode(b, text, &mode, err))
        return false;
    if ((mode & MODE_KIND) != MODE_REGULAR)
        head->mode = mode;
    return true;
}

// Ids that are not hex were made up by somebody: they say nothing.
static bool on_index(struct unified_head *head, struct builder *b,
                     struct str text, struct error *err)
{
    struct str rest = text, ids;

    if (!str_split(&rest, ' ', &ids))
        ids = STR("");
    size_t dots = str_find(ids, STR(".."));
    struct str old_id = str_take(ids, dots);
    struct str new_id = dots == SIZE_MAX ? STR("") : str_skip(ids, dots + 2);
    struct str id = head->added ? new_id : old_id;

    head->indexed = true;
    head->empty_blob = str_starts_with(id, STR("e69de29"))
                       || str_starts_with(id, STR("473a0f4"));
    if (!is_id(old_id) || !is_id(new_id))
        return true;
    head->old_id = build_text(b, old_id);
    head->new_id = build_text(b, new_id);
    return read_index_mode(head, b, str_trim(rest), err);
}

enum extended {
    EXT_INDEX,
    EXT_OLD_MODE,
    EXT_NEW_MODE,
    EXT_ADDED,
    EXT_DELETED,
    EXT_RENAME_FROM,
    EXT_RENAME_TO,
    EXT_COPY_FROM,
    EXT_COPY_TO,
    EXT_SIMILARITY,
};

static const struct str extended_marks[] = {
    [EXT_INDEX] = { "index ", 6 },
    [EXT_OLD_MODE] = { "old mode ", 9 },
    [EXT_NEW_MODE] = { "new mode ", 9 },
    [EXT_ADDED] = { "new file mode ", 14 },
    [EXT_DELETED] = { "deleted file mode ", 18 },
    [EXT_RENAME_FROM] = { "rename from ", 12 },
    [EXT_RENAME_TO] = { "rename to ", 10 },
    [EXT_COPY_FROM] = { "copy from ", 10 },
    [EXT_COPY_TO] = { "copy to ", 8 },
    [EXT_SIMILARITY] = { "similarity index ", 17 },
};

static bool on_extended(struct unified_head *head, struct builder *b,
                        enum extended which, struct str text, struct error *err)
{
    unsigned unused;

    switch (which) {
    case EXT_INDEX: return on_index(head, b, text, err);
    case EXT_OLD_MODE: return read_mode(b, text, &unused, err);
    case EXT_NEW_MODE: return read_mode(b, text, &head->mode, err);
    case EXT_ADDED:
        head->added = true;
        return read_mode(b, text, &head->mode, err);
    case EXT_DELETED:
        head->deleted = true;
        return read_mode(b, text, &unused, err);
    case EXT_RENAME_FROM:
        head->renamed = true;
        return read_name(b, text, &head->from, err);
    case EXT_RENAME_TO: return read_name(b, text, &head->to, err);
    case EXT_COPY_FROM:
        head->copied = true;
        return read_name(b, text, &head->from, err);
    case EXT_COPY_TO: return read_name(b, text, &head->to, err);
    case EXT_SIMILARITY: head->dissimilar = !str_is(text, "100%"); return true;
    }
    return true;
}

struct file_names {
    struct str path, move; // `move` if it gets another name
    struct str full_path, full_move;
};

// The names that a rename or a copy gives have no prefixes.
static bool moved_names(const struct unified_head *head, struct builder *b,
                        struct file_names *names, struct error *err)
{
    if (head->from.len == 0 || head->to.len == 0)
        return build_error(b, err, "a rename or copy lacks a name");
    struct str prefix = name_prefix(head->git_names, head->from, head->to);
    names->path = head->from;
    names->move = head->to;
    names->full_path = name_join(b, prefix, head->from);
    names->full_move = name_join(b, prefix, head->to);
    return true;
}

// Finds the names of the file, as they are and without prefixes.
static bool head_names(const struct unified_head *head, struct builder *b,
                       struct file_names *names, struct error *err)
{
    struct str old_name = head->old_name, new_name = head->new_name;

    if (head->renamed || head->copied)
        return moved_names(head, b, names, err);
    bool whole = old_name.len > 0 && new_name.len > 0;
    struct str left, right;
    if (head->git && !whole
        && name_split_git(b, head->git_names, &left, &right))
        old_name = left, new_name = right;
    struct str full_old = old_name, full_new = new_name;
    name_strip(&old_name, &new_name, head->git);
    bool same = str_equal(old_name, new_name);
    if (head->git && !same && old_name.len && new_name.len)
        return build_error(b, err, "two names, but no rename");
    bool take_new = old_name.len == 0 || head->old_absent
                    || (new_name.len && str_starts_with(old_name, new_name));
    take_new &= new_name.len > 0 && !head->new_absent;
    names->path = take_new ? new_name : old_name;
    names->full_path = take_new ? full_new : full_old;
    return true;
}

// Without a hunk the header itself must say what changes.
static bool check_lineless(const struct unified_head *head,
                           const struct builder *b, struct error *err)
{
    bool empty = (head->added || head->deleted)
                 && (head->empty_blob || !head->indexed);
    bool moved = (head->renamed || head->copied) && !head->dissimilar
                 && !head->indexed;
    bool chmod = head->mode != 0 && !head->indexed && !head->dissimilar;

    if (!head->named && (empty || moved || chmod))
        return true;
    return build_error(b, err, "the patch was cut: a file header, no hunk");
}

// Of a regular file's mode only whether it can be executed is taken, as git
// does: a patch makes no setuid file.
static unsigned plain_mode(unsigned mode)
{
    if ((mode & MODE_KIND) != MODE_REGULAR)
        return mode;
    return MODE_REGULAR | (mode & 0100 ? 0755 : 0644);
}

static bool begin_file(struct unified_reader *r, struct builder *b,
                       struct error *err)
{
    struct unified_head *head = &r->head;
    struct file_names names = { 0 };

    if (head->old_absent && head->new_absent)
        return build_error(b, err, "both file names are /dev/null");
    if (!head_names(head, b, &names, err))
        return false;
    enum file_action action = head->added || head->old_absent     ? FILE_ADD
                              : head->deleted || head->new_absent ? FILE_DELETE
                                                                  : FILE_UPDATE;
    if (!build_file(b, action, names.path, err)
        || (names.move.len && !build_move(b, names.move, err)))
        return false;
    struct file_patch *file = build_last_file(b);
    file->full_path = names.full_path;
    file->full_move_to = names.full_move;
    file->mode = plain_mode(head->mode);
    file->is_copy = head->copied;
    file->old_id = head->old_id;
    file->new_id = head->new_id;
    head->begun = true;
    b->patch.format = PATCH_UNIFIED;
    return true;
}

bool unified_begin_file(struct unified_reader *r, struct builder *b, bool hunk,
                        struct error *err)
{
    if (!hunk && !check_lineless(&r->head, b, err))
        return false;
    return begin_file(r, b, err) && (hunk || build_close_file(b, err));
}

// Ends the header before, if it stands without a hunk.
static bool flush_head(struct unified_reader *r, struct builder *b,
                       struct error *err)
{
    if (!r->head.begun && (r->head.git || r->head.named)
        && !unified_begin_file(r, b, false, err))
        return false;
    r->head = fresh_head();
    return true;
}

static bool on_git(struct unified_reader *r, struct builder *b,
                   struct str names, bool crlf, struct error *err)
{
    if (!flush_head(r, b, err))
        return false;
    r->head.git = true;
    r->head.crlf = crlf;
    r->head.git_names = build_text(b, names);
    return true;
}

static bool on_names(struct unified_reader *r, struct builder *b,
                     struct str line, bool crlf, struct error *err)
{
    struct unified_head *head = &r->head;
    struct str minus = r->minus;

    r->minus = STR("");
    bool continues = head->git && !head->begun && !head->named;
    if (!continues && !flush_head(r, b, err))
        return false;
    head->named = head->awaits = true;
    head->crlf = crlf;
    return read_side_name(head, b, str_skip(minus, 4), &head->old_name,
                          &head->old_absent, err)
           && read_side_name(head, b, str_skip(line, 4), &head->new_name,
                             &head->new_absent, err);
}

// What kerf knows and does not do must not look like prose.
static bool is_refused(struct str line)
{
    return str_starts_with(line, STR("diff --cc "))
           || str_starts_with(line, STR("diff --combined "))
           || str_starts_with(line, STR("@@@ -"));
}

static struct str skip_digits(struct str s)
{
    while (s.len > 0 && s.at[0] >= '0' && s.at[0] <= '9')
        s = str_skip(s, 1);
    return s;
}

// Takes "12" or "12,34" off.
static bool skip_lines(struct str *s)
{
    struct str rest = skip_digits(*s);
    bool some = rest.len < s->len;

    if (some && str_starts_with(rest, STR(",")))
        rest = skip_digits(str_skip(rest, 1));
    *s = rest;
    return some;
}

// "2c3" of a plain diff, "2c" of an ed script.
static bool is_command(struct str line, bool *ed)
{
    if (!skip_lines(&line) || line.len == 0
        || str_find_char(STR("acd"), line.at[0]) == SIZE_MAX)
        return false;
    line = str_skip(line, 1);
    *ed = line.len == 0;
    return *ed || (skip_lines(&line) && line.len == 0);
}

// Diffs of other kinds; what they change would be lost among the prose.
static bool refuse_kind(struct unified_reader *r, const struct builder *b,
                        struct str line, struct error *err)
{
    enum unified_before before = r->before;
    bool ed = false;

    r->before = BEFORE_NOTHING;
    if (r->minus.len > 0 && str_starts_with(line, STR("***************")))
        return build_error(b, err,
                           "a context diff; kerf reads unified ones (diff -u)");
    if (before == BEFORE_COMMAND
        && (str_starts_with(line, STR("< "))
            || str_starts_with(line, STR("> "))))
        return build_error(b, err,
                           "a diff without context; kerf reads unified ones "
                           "(diff -u)");
    if (is_command(line, &ed)) {
        if (ed && before == BEFORE_DIFF)
            return build_error(b, err,
                               "an ed script; kerf reads unified diffs "
                               "(diff -u)");
        r->before = BEFORE_COMMAND;
    }
    if (str_starts_with(line, STR("diff ")))
        r->before = BEFORE_DIFF;
    return true;
}

static bool is_binary(struct str line)
{
    return (str_starts_with(line, STR("Binary files "))
            || str_starts_with(line, STR("Files ")))
           && str_ends_with(line, STR(" differ"));
}

static bool on_binary(struct unified_reader *r, struct builder *b,
                      struct error *err)
{
    if (!r->head.git || r->head.begun)
        return build_error(b, err, "a binary patch without a file name");
    if (!begin_file(r, b, err))
        return false;
    binary_begin(&r->binary, b);
    return true;
}

static bool on_hunk(struct unified_reader *r, struct builder *b,
                    struct str line, struct error *err)
{
    struct range range;

    if (!r->head.named) {
        range_read(line, &range);
        return !range.numbered
               || build_error(b, err, "a hunk without a file name");
    }
    return (r->head.begun || unified_begin_file(r, b, true, err))
           && unified_begin_hunk(r, b, line, err);
}

bool unified_head_line(struct unified_reader *r, struct builder *b,
                       struct str line, bool crlf, struct error *err)
{
    bool taken;

    if (!binary_line(&r->binary, b, line, &taken, err))
        return false;
    if (taken)
        return true;
    if (!refuse_kind(r, b, line, err))
        return false;
    if (r->minus.len > 0 && str_starts_with(line, STR("+++ ")))
        return on_names(r, b, line, crlf, err);
    if (line.len > 0) // blank lines may part the two names
        r->minus = STR("");
    if (is_refused(line))
        return build_error(b, err, "a combined diff, which has two sides");
    if (is_binary(line))
        return build_error(b, err,
                           "a binary patch without its data (git diff "
                           "--binary gives it)");
    if (str_is(line, "GIT binary patch"))
        return on_binary(r, b, err);
    if (str_starts_with(line, STR("diff --git ")))
        return on_git(r, b, str_skip(line, 11), crlf, err);
    if (str_starts_with(line, STR("--- ")))
        r->minus = build_text(b, line);
    else if (str_starts_with(line, STR("@@")))
        return on_hunk(r, b, line, err);
    if (!r->head.git || r->head.begun)
        return true;
    for (size_t i = 0; i < sizeof(extended_marks) / sizeof(extended_marks[0]);
         i++)
        if (str_starts_with(line, extended_marks[i]))
            return on_extended(&r->head, b, (enum extended)i,
                               str_skip(line, extended_marks[i].len), err);
    return true;
}
