/*
 * Whole-file answers: a file name, then a fenced block with all of its new
 * content. A block without a name is a snippet and passed over.
 */
#include "search_reader.h"

void whole_release(struct whole_reader *r)
{
    captions_release(&r->captions);
}

static bool open_block(struct whole_reader *r, struct builder *b,
                       struct fence fence, struct error *err)
{
    struct captions *captions = &r->captions;
    struct str name = buf_str(&captions->name);
    bool in_info = caption_in_info(fence.info, &name);

    r->inside = true;
    r->fence = fence;
    r->skipped = !in_info && captions->kind != CAPTION_PATH;
    if (!r->skipped
        && (!build_file(b, FILE_REPLACE, name, err) || !build_hunk(b, err)))
        return false;
    if (!r->skipped)
        b->patch.format = PATCH_WHOLE;
    r->fence.info = STR("");
    captions_clear(captions);
    return true;
}

static bool close_block(struct whole_reader *r, struct builder *b,
                        struct error *err)
{
    r->inside = false;
    if (r->skipped)
        return true;
    if (build_last_hunk(b)->line_count == 0)
        return build_error(b, err, "an empty block for %.*s",
                           STR_ARG(build_last_file(b)->path));
    return build_close_file(b, err);
}

static bool inside_line(struct whole_reader *r, struct builder *b,
                        struct str line, struct error *err)
{
    struct fence fence = fence_read(line);

    if (fence_is_end(r->fence, fence))
        return close_block(r, b, err);
    if (r->skipped)
        return true;
    if (fence.mark == r->fence.mark && fence.count >= r->fence.count)
        return build_error(b, err,
                           "a fence inside a fenced file: where it ends "
                           "cannot be told");
    if (line_is_elision(line, build_last_file(b)->path))
        return build_error(b, err, "a line that stands for lines left out");
    if (r->crlf && str_ends_with(line, STR("\r")))
        line.len--;
    return build_line(b, LINE_ADDED, line, err);
}

bool whole_line(struct whole_reader *r, struct builder *b, struct str line,
                struct error *err)
{
    struct fence fence = fence_read(line);
    struct str name;

    if (r->inside)
        return inside_line(r, b, line, err);
    if (fence.mark) {
        r->crlf = str_ends_with(line, STR("\r"));
        return open_block(r, b, fence, err);
    }
    if (str_trim(line).len == 0)
        return true;
    captions_clear(&r->captions); // only the line right above counts
    if (caption_read(line, &name) == CAPTION_PATH)
        captions_line(&r->captions, line);
    return true;
}

bool whole_finish(struct whole_reader *r, struct builder *b, struct error *err)
{
    if (r->inside && !r->skipped)
        return build_error(b, err, "the answer was cut: no closing fence");
    if (b->patch.file_count == 0)
        return error_set(err, ERROR_INVALID,
                         "no fenced block has a file name above it");
    return true;
}

void whole_probe_release(struct whole_probe *probe)
{
    buf_release(&probe->text);
}

static bool probe_outside(struct whole_probe *probe, struct str line)
{
    struct fence fence = fence_read(line);
    struct str name;

    if (fence.mark) {
        bool named = probe->named || caption_in_info(fence.info, &name);
        probe->fence = fence;
        probe->fence.info = STR("");
        probe->named = false;
        probe->found = true;
        return named;
    }
    if (str_trim(line).len == 0)
        return true;
    bool second = probe->named;
    probe->named = true;
    return !second && caption_read(line, &name) == CAPTION_PATH;
}

void whole_probe_line(struct whole_probe *probe, struct str line)
{
    if (probe->failed)
        return;
    if (!probe->fence.mark)
        probe->failed = !probe_outside(probe, line);
    else if (fence_is_end(probe->fence, fence_read(line)))
        probe->fence.mark = 0;
    if (probe->failed) {
        buf_release(&probe->text);
        return;
    }
    buf_append(&probe->text, line);
    buf_append_char(&probe->text, '\n');
}

bool whole_probe_holds(const struct whole_probe *probe)
{
    return !probe->failed && probe->found && !probe->named
           && !probe->fence.mark;
}
