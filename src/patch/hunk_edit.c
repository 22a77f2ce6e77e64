/*
 * A hunk in the user's editor, as with `e` of `git add -p`: its lines with
 * their marks go out, and what comes back is read line by line. Nothing is
 * taken over before all of it was understood.
 */
#include "slots.h"

#include <string.h>

#include "kerf/base/utf8.h"

static char mark_of(enum line_kind kind)
{
    switch (kind) {
    case LINE_CONTEXT: return ' ';
    case LINE_REMOVED: return '-';
    case LINE_ADDED: return '+';
    }
    return ' ';
}

void selection_hunk_text(const struct selection *sel, size_t file, size_t hunk,
                         struct buf *out)
{
    struct error err;

    if (!reshape_may(sel, file, hunk, &err))
        return;
    const struct file_patch *what = &sel->patch->files[file];
    buf_printf(out, "# Hunk %zu of ", hunk + 1);
    utf8_sanitise(out, what->path, false);
    buf_append(out, STR("\n# To leave a '-' line in, make its '-' a blank; to "
                        "leave a '+' line out, delete\n# it. Lines that begin "
                        "with # are passed over. If no other line is left the\n"
                        "# hunk stays as it was.\n"));
    for (size_t i = 0; i < what->hunks[hunk].line_count; i++) {
        const struct patch_line *line = &what->hunks[hunk].lines[i];
        buf_append_char(out, mark_of(line->kind));
        buf_append(out, line->text);
        buf_append_char(out, '\n');
        if (line->no_newline)
            buf_append(out, STR("\\ No newline at end of file\n"));
    }
}

struct reading {
    struct arena *arena;
    struct patch_line *lines;
    size_t count, cap;
};

static void add_line(struct reading *r, enum line_kind kind, struct str text)
{
    r->lines = arena_grow(r->arena, r->lines, &r->cap, r->count + 1,
                          sizeof(*r->lines));
    r->lines[r->count++] = (struct patch_line){
        .kind = kind,
        .text = text.len > 0 ? arena_copy(r->arena, text) : STR(""),
    };
}

static bool read_line(struct reading *r, struct str line)
{
    struct str text = str_skip(line, 1);

    switch (line.len > 0 ? line.at[0] : ' ') {
    case '#': return true;
    case ' ': add_line(r, LINE_CONTEXT, text); return true;
    case '-': add_line(r, LINE_REMOVED, text); return true;
    case '+': add_line(r, LINE_ADDED, text); return true;
    case '\\':
        if (r->count > 0)
            r->lines[r->count - 1].no_newline = true;
        return r->count > 0;
    }
    return false;
}

static bool read_text(struct reading *r, struct str text, struct error *err)
{
    struct str line;

    if (text.len > LIMIT_EDIT_BYTES)
        return error_set(err, ERROR_LIMIT, "more than %zu bytes",
                         LIMIT_EDIT_BYTES);
    for (size_t number = 1; str_split(&text, '\n', &line); number++)
        if (!read_line(r, line))
            return error_set(err, ERROR_INVALID,
                             "line %zu: begins with none of ' ', '-', '+', '#'",
                             number);
    return true;
}

static bool is_same(const struct reading *r, const struct hunk *hunk)
{
    if (r->count != hunk->line_count)
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (!line_equal(&r->lines[i], &hunk->lines[i]))
            return false;
    return true;
}

static bool suits_action(const struct reading *r, enum file_action action,
                         struct error *err)
{
    bool whole = action == FILE_ADD || action == FILE_REPLACE;

    if (action == FILE_DELETE)
        return error_set(err, ERROR_UNSUPPORTED, "a deletion is not edited");
    for (size_t i = 0; whole && i < r->count; i++)
        if (r->lines[i].kind != LINE_ADDED)
            return error_set(err, ERROR_INVALID,
                             "a new file has '+' lines only");
    return true;
}

static bool changes_anything(const struct reading *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->lines[i].kind != LINE_CONTEXT)
            return true;
    return false;
}

static bool check(const struct reading *r, const struct file_patch *file,
                  const struct hunk *hunk, struct error *err)
{
    if (!suits_action(r, file->action, err))
        return false;
    if (!changes_anything(r))
        return error_set(err, ERROR_CANCELLED,
                         "no line is left that changes anything: the hunk "
                         "stays as it was");
    return !is_same(r, hunk)
           || error_set(err, ERROR_CANCELLED, "the hunk was not changed");
}

static bool read_edit(const struct selection *sel, size_t file, size_t hunk,
                      struct str text, struct reading *r, struct error *err)
{
    if (!reshape_may(sel, file, hunk, err) || !read_text(r, text, err))
        return false;
    const struct file_patch *what = &sel->patch->files[file];
    return check(r, what, &what->hunks[hunk], err);
}

bool selection_may_edit(const struct selection *sel, size_t file, size_t hunk,
                        struct str text, struct error *err)
{
    struct arena arena = { 0 };
    struct reading r = { .arena = &arena };
    bool may = read_edit(sel, file, hunk, text, &r, err);

    arena_release(&arena);
    return may;
}

bool selection_edit(struct selection *sel, size_t file, size_t hunk,
                    struct str text, struct error *err)
{
    struct reading r = { .arena = &sel->journal.arena };
    struct reshape reshape = { .file = file, .hunk = hunk };

    if (!read_edit(sel, file, hunk, text, &r, err))
        return false;
    const struct slot *slot = &sel->files[file].slots[hunk];
    reshape.cells[0] = cells_of(sel, file, hunk, 1);
    reshape.cells[1] = cells_of(sel, file, hunk, 1);
    struct cell *cell = &reshape.cells[1].at[0];
    cell->decision = DECISION_NONE;
    cell->lines = NULL;
    cell->hunk.hint = reshape_hint(&cell->hunk, slot);
    cell->hunk.edited = true;
    cell->hunk.lines = r.lines;
    cell->hunk.line_count = r.count;
    cell->hunk.line_cap = 0;
    reshape_do(sel, &reshape);
    return true;
}
