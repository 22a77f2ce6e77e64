/*
 * Arrays grow geometrically in the arena; what they leave behind is at most
 * what they hold. Texts are packed, because most lines are short.
 */
#include "build.h"

#include <stdio.h>
#include <string.h>

#define ROOM_BYTES ((size_t)64 << 10)

void builder_release(struct builder *b)
{
    arena_release(&b->arena);
    *b = (struct builder){ 0 };
}

struct str build_text(struct builder *b, struct str s)
{
    if (s.len == 0)
        return STR("");
    if (s.len > b->room_left) {
        b->room_left = s.len > ROOM_BYTES ? s.len : ROOM_BYTES;
        b->room = arena_alloc(&b->arena, b->room_left);
    }
    char *at = memcpy(b->room, s.at, s.len);
    b->room += s.len;
    b->room_left -= s.len;
    return (struct str){ at, s.len };
}

bool build_error(const struct builder *b, struct error *err, const char *format,
                 ...)
{
    char text[sizeof(err->text)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return error_set(err, ERROR_INVALID, "line %zu: %s", b->source_line, text);
}

static bool limit_error(const struct builder *b, struct error *err,
                        const char *what, size_t limit)
{
    return error_set(err, ERROR_LIMIT, "line %zu: more than %zu %s",
                     b->source_line, limit, what);
}

struct file_patch *build_last_file(const struct builder *b)
{
    size_t count = b->patch.file_count;
    return count ? &b->patch.files[count - 1] : NULL;
}

struct hunk *build_last_hunk(const struct builder *b)
{
    const struct file_patch *file = build_last_file(b);
    return file && file->hunk_count ? &file->hunks[file->hunk_count - 1] : NULL;
}

// "./a" of `diff -u ./a` and of people is "a".
static struct str without_dot(struct str path)
{
    while (str_starts_with(path, STR("./")) && path.len > 2)
        for (path = str_skip(path, 2); str_starts_with(path, STR("/"));)
            path = str_skip(path, 1);
    return path;
}

static bool check_path(const struct builder *b, struct str path,
                       struct error *err)
{
    if (path.len == 0)
        return build_error(b, err, "a file name is missing");
    if (path.len > LIMIT_PATCH_PATH_BYTES)
        return limit_error(b, err, "bytes in a file name",
                           LIMIT_PATCH_PATH_BYTES);
    return true;
}

bool build_file(struct builder *b, enum file_action action, struct str path,
                struct error *err)
{
    struct patch *patch = &b->patch;

    path = without_dot(path);
    if (!check_path(b, path, err) || !build_close_file(b, err))
        return false;
    if (patch->file_count == LIMIT_PATCH_FILES)
        return limit_error(b, err, "files", LIMIT_PATCH_FILES);
    patch->files = arena_grow(&b->arena, patch->files, &patch->file_cap,
                              patch->file_count + 1, sizeof(*patch->files));
    patch->files[patch->file_count++] = (struct file_patch){
        .action = action,
        .path = build_text(b, path),
        .move_to = STR(""),
        .full_path = STR(""),
        .full_move_to = STR(""),
        .old_id = STR(""),
        .new_id = STR(""),
    };
    return true;
}

bool build_move(struct builder *b, struct str path, struct error *err)
{
    path = without_dot(path);
    if (!check_path(b, path, err))
        return false;
    build_last_file(b)->move_to = build_text(b, path);
    return true;
}

bool build_hunk(struct builder *b, struct error *err)
{
    struct file_patch *file = build_last_file(b);
    struct hunk *before = build_last_hunk(b);

    if (b->hunk_total == LIMIT_PATCH_HUNKS)
        return limit_error(b, err, "hunks", LIMIT_PATCH_HUNKS);
    if (before)
        before->complete = true;
    file->hunks = arena_grow(&b->arena, file->hunks, &file->hunk_cap,
                             file->hunk_count + 1, sizeof(*file->hunks));
    file->hunks[file->hunk_count++] = (struct hunk){
        .hint = HUNK_NO_HINT,
        .new_hint = HUNK_NO_HINT,
        .section = STR(""),
        .source_line = b->source_line,
    };
    b->hunk_total++;
    return true;
}

bool build_line(struct builder *b, enum line_kind kind, struct str text,
                struct error *err)
{
    struct hunk *hunk = build_last_hunk(b);

    if (b->line_total == LIMIT_PATCH_LINES)
        return limit_error(b, err, "lines", LIMIT_PATCH_LINES);
    b->line_total++;
    hunk->lines = arena_grow(&b->arena, hunk->lines, &hunk->line_cap,
                             hunk->line_count + 1, sizeof(*hunk->lines));
    hunk->lines[hunk->line_count++] = (struct patch_line){
        .kind = kind,
        .text = build_text(b, text),
    };
    return true;
}

void build_anchor(struct builder *b, struct str text)
{
    struct hunk *hunk = build_last_hunk(b);
    size_t count = hunk->anchor_count;

    // Anchors are few, so that growing by doubling needs no cap of its own.
    if ((count & (count - 1)) == 0) {
        struct str *more =
            arena_array(&b->arena, count ? count * 2 : 1, sizeof(*more));
        if (count)
            memcpy(more, hunk->anchors, count * sizeof(*more));
        hunk->anchors = more;
    }
    hunk->anchors[hunk->anchor_count++] = build_text(b, text);
}

bool build_close_file(struct builder *b, struct error *err)
{
    struct file_patch *file = build_last_file(b);

    if (!file || file->complete)
        return true;
    if (file->hunk_count == 0 && !build_hunk(b, err))
        return false;
    file->hunks[file->hunk_count - 1].complete = true;
    file->complete = true;
    return true;
}
