/*
 * Fuzz target of merging. Input: the text a patch was written for, a NUL, the
 * file as it is, a NUL, the patch. Every hunk is placed with the base known,
 * shown, decided line by line and as a whole, and carried out.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/buf.h"
#include "kerf/patch/explain.h"
#include "kerf/patch/merge.h"
#include "kerf/patch/parse.h"
#include "kerf/patch/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct str cut(struct str *rest)
{
    size_t end = str_find_char(*rest, '\0');
    struct str part = str_take(*rest, end);

    *rest = end == SIZE_MAX ? STR("") : str_skip(*rest, end + 1);
    return part;
}

static void check_hunk(struct selection *sel, size_t f, size_t h)
{
    const struct hunk_place *place = selection_place(sel, f, h);
    struct lines lines = selection_lines(sel, f);
    struct conflict_view view;
    struct buf out = { 0 };

    require(place->line + place->count <= lines.count);
    require(place->nearest <= lines.count);
    if (selection_conflict(sel, f, h, &view)) {
        require(place->state == HUNK_CONFLICT || place->state == HUNK_STALE);
        require(view.ours_line + view.ours.count <= lines.count);
    }
    selection_explain(sel, f, h, &out);
    buf_release(&out);
}

static void check_result(struct selection *sel, size_t f)
{
    struct arena arena = { 0 };
    struct file_result result;
    struct error err;

    (void)!selection_result(sel, f, &arena, &result, &err);
    arena_release(&arena);
}

static void decide(struct selection *sel, const struct hunk *hunk,
                   struct target target)
{
    struct error err;

    for (target.line = 0; target.line < hunk->line_count; target.line += 2) {
        (void)!selection_decide(sel, target, DECISION_YES, &err);
        check_result(sel, target.file);
    }
    target.line = SELECT_ALL;
    (void)!selection_decide(sel, target, DECISION_YES, &err);
}

static void check_file(struct selection *sel, size_t f)
{
    const struct file_patch *file = &selection_patch(sel)->files[f];

    for (size_t h = 0; h < file->hunk_count; h++) {
        check_hunk(sel, f, h);
        decide(sel, &file->hunks[h], (struct target){ f, h, SELECT_ALL });
    }
    check_result(sel, f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size };
    struct str base = cut(&rest), ours = cut(&rest), id;
    struct arena arena = { 0 };
    struct error err;
    const struct patch *patch = patch_parse(&arena, rest, PATCH_UNKNOWN, &err);

    if (patch) {
        struct preimage pre = { .exists = true, .bytes = ours, .mode = 0644 };
        struct selection *sel = selection_create(patch);
        for (size_t f = 0; f < patch->file_count; f++) {
            selection_set_preimage(sel, f, &pre, false);
            if (f % 2 || selection_wants_base(sel, f, &id))
                selection_set_base(sel, f, base);
            check_file(sel, f);
        }
        selection_destroy(sel);
    }
    arena_release(&arena);
    return 0;
}
