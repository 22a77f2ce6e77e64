/* One-shot reading: the stream's patch, moved into the caller's arena. */
#include "kerf/patch/parse.h"

#include <string.h>

#include "kerf/patch/binary.h"
#include "kerf/patch/stream.h"

static void *copy_array(struct arena *arena, const void *items, size_t count,
                        size_t size)
{
    void *copy = arena_array(arena, count, size);
    if (count)
        memcpy(copy, items, count * size);
    return copy;
}

static void copy_hunk(struct arena *arena, struct hunk *hunk)
{
    hunk->section = arena_copy(arena, hunk->section);
    hunk->line_cap = hunk->line_count;
    hunk->lines =
        copy_array(arena, hunk->lines, hunk->line_count, sizeof(*hunk->lines));
    for (size_t i = 0; i < hunk->line_count; i++)
        hunk->lines[i].text = arena_copy(arena, hunk->lines[i].text);
    hunk->anchors = copy_array(arena, hunk->anchors, hunk->anchor_count,
                               sizeof(*hunk->anchors));
    for (size_t i = 0; i < hunk->anchor_count; i++)
        hunk->anchors[i] = arena_copy(arena, hunk->anchors[i]);
}

static const struct binary_patch *copy_binary(struct arena *arena,
                                              const struct binary_patch *from)
{
    struct binary_patch *copy = copy_array(arena, from, 1, sizeof(*copy));

    copy->forward.bytes = arena_copy(arena, from->forward.bytes);
    copy->reverse.bytes = arena_copy(arena, from->reverse.bytes);
    return copy;
}

static void copy_file(struct arena *arena, struct file_patch *file)
{
    file->path = arena_copy(arena, file->path);
    file->move_to = arena_copy(arena, file->move_to);
    file->full_path = arena_copy(arena, file->full_path);
    file->full_move_to = arena_copy(arena, file->full_move_to);
    file->old_id = arena_copy(arena, file->old_id);
    file->new_id = arena_copy(arena, file->new_id);
    if (file->binary)
        file->binary = copy_binary(arena, file->binary);
    file->hunk_cap = file->hunk_count;
    file->hunks =
        copy_array(arena, file->hunks, file->hunk_count, sizeof(*file->hunks));
    for (size_t h = 0; h < file->hunk_count; h++)
        copy_hunk(arena, &file->hunks[h]);
}

static const struct patch *copy_patch(struct arena *arena,
                                      const struct patch *patch)
{
    struct patch *copy = copy_array(arena, patch, 1, sizeof(*patch));

    copy->file_cap = copy->file_count;
    copy->files =
        copy_array(arena, copy->files, copy->file_count, sizeof(*copy->files));
    for (size_t f = 0; f < copy->file_count; f++)
        copy_file(arena, &copy->files[f]);
    return copy;
}

const struct patch *patch_parse(struct arena *arena, struct str source,
                                enum patch_format format, struct error *err)
{
    struct patch_stream *stream = patch_stream_create(format);
    const struct patch *patch = NULL;

    if (patch_stream_feed(stream, source, err)
        && patch_stream_finish(stream, err))
        patch = copy_patch(arena, patch_stream_patch(stream));
    patch_stream_destroy(stream);
    return patch;
}
