/*
 * Fuzz target of the patch engine. Input: one byte of choices, the preimage,
 * a NUL, the patch. The patch is read in pieces and at once, which must agree;
 * its hunks are placed in the preimage while they arrive; everything that
 * fits is accepted, written, printed as a diff and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/buf.h"
#include "kerf/patch/binary.h"
#include "kerf/patch/diff.h"
#include "kerf/patch/parse.h"
#include "kerf/patch/select.h"
#include "kerf/patch/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void offer(struct selection *sel, const struct patch *patch,
                  struct str bytes)
{
    struct preimage pre = { .exists = true, .bytes = bytes, .mode = 0644 };
    struct preimage none = { .exists = false };

    selection_refresh(sel);
    for (size_t f = 0; f < patch->file_count; f++)
        if (selection_wants_preimage(sel, f))
            selection_set_preimage(
                sel, f, patch->files[f].action == FILE_ADD ? &none : &pre,
                false);
    selection_refresh(sel);
}

// What is known of a placed hunk must lie inside the preimage.
static void check_places(const struct selection *sel, const struct patch *patch)
{
    for (size_t f = 0; f < patch->file_count; f++) {
        size_t count = selection_lines(sel, f).count;
        require(patch->files[f].hunk_count > 0 || !patch->files[f].complete);
        for (size_t h = 0; h < patch->files[f].hunk_count; h++) {
            const struct hunk_place *place = selection_place(sel, f, h);
            require(place->line + place->count <= count);
            require(place->nearest <= count);
        }
    }
}

static bool is_binary(const struct file_result *result)
{
    return str_find_char(result->preimage, '\0') != SIZE_MAX
           || str_find_char(result->bytes, '\0') != SIZE_MAX;
}

// A printed result must be readable, and give the result again; of a binary
// one only its name is printed.
static void check_printed(const struct file_result *result)
{
    struct arena arena = { 0 };
    struct buf out = { 0 };
    struct error err;
    struct file_result again;

    diff_print_result(&out, result, 0644, 3);
    const struct patch *patch =
        out.len ? patch_parse(&arena, buf_str(&out), PATCH_UNIFIED, &err)
                : NULL;
    require(patch || out.len == 0);
    if (patch && result->kind == RESULT_WRITE && result->existed) {
        struct selection *sel = selection_create(patch);
        struct target all = { 0, SELECT_ALL, SELECT_ALL };
        offer(sel, patch, result->preimage);
        require(selection_decide(sel, all, DECISION_YES, &err));
        require(selection_result(sel, 0, &arena, &again, &err));
        require(str_equal(again.bytes, result->bytes));
        selection_destroy(sel);
    }
    buf_release(&out);
    arena_release(&arena);
}

// Binary data that was read must be safe to carry out on any preimage.
static void apply_binary(struct arena *arena, const struct patch *patch,
                         struct str pre)
{
    struct str result;
    struct error err;

    for (size_t f = 0; f < patch->file_count; f++)
        if (patch->files[f].binary
            && binary_apply(arena, patch->files[f].binary, pre, &result, &err))
            require(result.len <= LIMIT_BINARY_BYTES);
}

static void accept_all(struct selection *sel, const struct patch *patch)
{
    struct arena arena = { 0 };
    struct error err;

    for (size_t f = 0; f < patch->file_count; f++) {
        struct target all = { f, SELECT_ALL, SELECT_ALL };
        if (!selection_decide(sel, all, DECISION_YES, &err))
            continue;
        require(selection_undo(sel) && selection_redo(sel));
    }
    for (size_t f = 0; f < patch->file_count; f++) {
        struct file_result result;
        if (selection_result(sel, f, &arena, &result, &err)
            && !is_binary(&result))
            check_printed(&result);
    }
    struct buf out = { 0 };
    selection_verdict(sel, &out);
    buf_release(&out);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = { (const char *)data, size };
    struct error err, err_once;
    struct arena arena = { 0 };

    if (size == 0)
        return 0;
    enum patch_format format = (enum patch_format)(data[0] % 5);
    size_t piece = data[0] / 5 + 1;
    input = str_skip(input, 1);
    size_t cut = str_find_char(input, '\0');
    struct str pre = str_take(input, cut);
    struct str source = cut == SIZE_MAX ? STR("") : str_skip(input, cut + 1);

    struct patch_stream *stream = patch_stream_create(format);
    const struct patch *patch = patch_stream_patch(stream);
    struct selection *sel = selection_create(patch);
    bool fine = true;
    for (struct str rest = source; fine && rest.len > 0;) {
        fine = patch_stream_feed(stream, str_take(rest, piece), &err);
        rest = str_skip(rest, piece);
        offer(sel, patch, pre);
        check_places(sel, patch);
    }
    fine = fine && patch_stream_finish(stream, &err);
    offer(sel, patch, pre);
    check_places(sel, patch);
    const struct patch *once = patch_parse(&arena, source, format, &err_once);
    require(fine == (once != NULL));
    if (once)
        require(once->file_count == patch->file_count);
    if (once)
        apply_binary(&arena, once, pre);
    accept_all(sel, patch);
    selection_destroy(sel);
    patch_stream_destroy(stream);
    arena_release(&arena);
    return 0;
}
