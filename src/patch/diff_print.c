/*
 * Prints a result as `git diff` would (git-diff(1), "Generating patch text
 * with -p"), without blob names, which `git apply` does not need.
 */
#include "kerf/patch/diff.h"

#include "kerf/base/utf8.h"

#include "diff_names.h"

#define EMPTY_BLOB "e69de29"

// --- names ------------------------------------------------------------------

static bool needs_quotes(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            return true;
    }
    return !utf8_is_valid(name);
}

static void put_escaped(struct buf *out, unsigned char c)
{
    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c < 0x20 || c >= 0x7f)
        buf_printf(out, "\\%03o", c);
    else
        buf_append_char(out, (char)c);
}

void diff_put_name(struct buf *out, const char *prefix, struct str name)
{
    if (!needs_quotes(name)) {
        buf_append(out, str_from(prefix));
        buf_append(out, name);
        return;
    }
    buf_append_char(out, '"');
    buf_append(out, str_from(prefix));
    for (size_t i = 0; i < name.len; i++)
        put_escaped(out, (unsigned char)name.at[i]);
    buf_append_char(out, '"');
}

// `--- a/name`; a tab guards a name with blanks from being cut.
void diff_put_side(struct buf *out, const char *mark, const char *prefix,
                   struct str name)
{
    buf_append(out, str_from(mark));
    diff_put_name(out, prefix, name);
    if (str_find_char(name, ' ') != SIZE_MAX)
        buf_append_char(out, '\t');
    buf_append_char(out, '\n');
}

// --- hunks ------------------------------------------------------------------

// Lines with their newlines, so that one that lacks it is another line.
static struct lines whole_lines(struct arena *arena, struct str text)
{
    struct str *at = NULL, piece;
    size_t count = 0, cap = 0;

    for (struct str rest = text; str_split(&rest, '\n', &piece); count++) {
        at = arena_grow(arena, at, &cap, count + 1, sizeof(*at));
        bool ended = piece.at + piece.len < text.at + text.len;
        at[count] = (struct str){ piece.at, piece.len + ended };
    }
    return (struct lines){ at, count };
}

static void put_line(struct buf *out, char mark, struct str line)
{
    buf_append_char(out, mark);
    buf_append(out, line);
    if (!str_ends_with(line, STR("\n")))
        buf_append(out, STR("\n\\ No newline at end of file\n"));
}

void diff_put_range(struct buf *out, char sign, size_t start, size_t count)
{
    buf_printf(out, "%c%zu", sign, count ? start + 1 : start);
    if (count != 1)
        buf_printf(out, ",%zu", count);
}

// The runs [first, last] are printed as one hunk.
static void put_hunk(struct buf *out, struct lines a, struct lines b,
                     const struct diff_run *first, const struct diff_run *last,
                     size_t context)
{
    size_t lead = first->a < context ? first->a : context;
    size_t a_end = last->a + last->a_count, b_end = last->b + last->b_count;
    size_t tail = a.count - a_end < context ? a.count - a_end : context;
    size_t at = first->a - lead;

    buf_append(out, STR("@@ "));
    diff_put_range(out, '-', at, a_end + tail - at);
    buf_append_char(out, ' ');
    diff_put_range(out, '+', first->b - lead, b_end + tail - (first->b - lead));
    buf_append(out, STR(" @@\n"));
    for (const struct diff_run *run = first; run <= last; run++) {
        for (; at < run->a; at++)
            put_line(out, ' ', a.at[at]);
        for (; at < run->a + run->a_count; at++)
            put_line(out, '-', a.at[at]);
        for (size_t i = 0; i < run->b_count; i++)
            put_line(out, '+', b.at[run->b + i]);
    }
    for (; at < a_end + tail; at++)
        put_line(out, ' ', a.at[at]);
}

static void put_hunks(struct buf *out, struct lines a, struct lines b,
                      const struct diff_run *runs, size_t count, size_t context)
{
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count; next++) {
            size_t end = runs[next - 1].a + runs[next - 1].a_count;
            if (runs[next].a - end > 2 * context)
                break;
        }
        put_hunk(out, a, b, &runs[i], &runs[next - 1], context);
    }
}

// --- the file ---------------------------------------------------------------

static unsigned git_mode(unsigned mode)
{
    return mode & 0100 ? 0100755 : 0100644;
}

static void put_modes(struct buf *out, const struct file_result *result,
                      unsigned old_mode)
{
    unsigned new_mode = result->mode ? result->mode : old_mode;

    if (result->kind == RESULT_DELETE)
        buf_printf(out, "deleted file mode %06o\n", git_mode(old_mode));
    else if (!result->existed)
        buf_printf(out, "new file mode %06o\n", git_mode(new_mode));
    else if (git_mode(old_mode) != git_mode(new_mode))
        buf_printf(out, "old mode %06o\nnew mode %06o\n", git_mode(old_mode),
                   git_mode(new_mode));
}

// A file without lines has no hunk that could show it come or go.
static void put_empty(struct buf *out, const struct file_result *result)
{
    if (result->kind == RESULT_DELETE && result->preimage.len == 0)
        buf_append(out, STR("index " EMPTY_BLOB "..0000000\n"));
    else if (!result->existed && result->bytes.len == 0)
        buf_append(out, STR("index 0000000.." EMPTY_BLOB "\n"));
}

static void put_rename(struct buf *out, struct str from, struct str to)
{
    buf_append(out, STR("rename from "));
    diff_put_name(out, "", from);
    buf_append(out, STR("\nrename to "));
    diff_put_name(out, "", to);
    buf_append_char(out, '\n');
}

static void put_header(struct buf *out, const struct file_result *result,
                       struct str old_name, unsigned old_mode)
{
    buf_append(out, STR("diff --git "));
    diff_put_name(out, "a/", old_name);
    buf_append_char(out, ' ');
    diff_put_name(out, "b/", result->path);
    buf_append_char(out, '\n');
    put_modes(out, result, old_mode);
    if (result->remove.len > 0)
        put_rename(out, result->remove, result->path);
    put_empty(out, result);
}

static void put_side_name(struct buf *out, bool there, const char *prefix,
                          struct str name)
{
    if (there)
        diff_put_name(out, prefix, name);
    else
        buf_append(out, STR("/dev/null"));
}

// As git does without --binary: bytes that are no text are not printed.
static void put_binary(struct buf *out, const struct file_result *result,
                       struct str old_name)
{
    buf_append(out, STR("Binary files "));
    put_side_name(out, result->existed, "a/", old_name);
    buf_append(out, STR(" and "));
    put_side_name(out, result->kind != RESULT_DELETE, "b/", result->path);
    buf_append(out, STR(" differ\n"));
}

static bool is_binary(const struct file_result *result)
{
    return str_find_char(result->preimage, '\0') != SIZE_MAX
           || str_find_char(result->bytes, '\0') != SIZE_MAX;
}

void diff_print_result(struct buf *out, const struct file_result *result,
                       unsigned old_mode, size_t context)
{
    struct arena arena = { 0 };
    size_t count = 0;

    if (result->kind == RESULT_NONE)
        return;
    bool deleted = result->kind == RESULT_DELETE;
    struct str old_name = result->remove.len ? result->remove : result->path;
    struct lines a = whole_lines(&arena, result->preimage);
    struct lines b = whole_lines(&arena, deleted ? STR("") : result->bytes);
    struct diff_run *runs = diff_lines(&arena, a, b, &count);
    bool same_mode = result->mode == 0
                     || git_mode(result->mode) == git_mode(old_mode);
    bool silent = count == 0 && result->existed && !deleted && same_mode
                  && result->remove.len == 0;

    if (!silent)
        put_header(out, result, old_name, old_mode);
    if (count > 0 && is_binary(result)) {
        put_binary(out, result, old_name);
    } else if (count > 0) {
        diff_put_side(out, "--- ", result->existed ? "a/" : "",
                      result->existed ? old_name : STR("/dev/null"));
        diff_put_side(out, "+++ ", deleted ? "" : "b/",
                      deleted ? STR("/dev/null") : result->path);
        put_hunks(out, a, b, runs, count, context);
    }
    arena_release(&arena);
}
