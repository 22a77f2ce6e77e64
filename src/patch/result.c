/*
 * What the accepted part of a section does to its file. Sections of one patch
 * that touch the same file are a chain: each works on what the one before
 * leaves behind, and the first of them reports the sum, so that a file is
 * written once.
 */
#include "slots.h"

#include "kerf/patch/binary.h"

static bool is_in_force(enum decision decision, bool assume,
                        const struct slot *slot)
{
    if (decision == DECISION_NONE)
        return assume && slot->fits;
    return decision == DECISION_YES;
}

bool slot_accepts(const struct slot *slot, size_t line, bool assume)
{
    if (!slot->fits || slot->place.state == HUNK_APPLIED)
        return false;
    if (slot->decision == DECISION_MIXED)
        return slot->lines[line] == DECISION_YES;
    return is_in_force(slot->decision, assume, slot);
}

bool slot_accepts_any(const struct slot *slot, const struct hunk *hunk,
                      bool assume)
{
    if (slot->decision != DECISION_MIXED)
        return slot_accepts(slot, 0, assume);
    for (size_t i = 0; i < hunk->line_count; i++)
        if (hunk->lines[i].kind != LINE_CONTEXT
            && slot_accepts(slot, i, assume))
            return true;
    return false;
}

static bool accepts_all(const struct slot *slot, const struct hunk *hunk,
                        bool assume)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (hunk->lines[i].kind != LINE_CONTEXT
            && !slot_accepts(slot, i, assume))
            return false;
    return slot_accepts_any(slot, hunk, assume);
}

// The content of a new file: the accepted lines as the patch has them.
static void add_text(const struct hunk *hunk, const struct slot *slot,
                     bool assume, struct buf *out)
{
    bool newline = true;

    for (size_t i = 0; i < hunk->line_count; i++) {
        if (!slot_accepts(slot, i, assume))
            continue;
        buf_append(out, hunk->lines[i].text);
        buf_append_char(out, '\n');
        newline = !hunk->lines[i].no_newline;
    }
    if (!newline)
        out->len--;
}

static bool any_accepted(const struct file_patch *file,
                         const struct review_file *rf, bool assume)
{
    for (size_t h = 0; h < rf->count && h < file->hunk_count; h++)
        if (slot_accepts_any(&rf->slots[h], &file->hunks[h], assume))
            return true;
    return false;
}

static bool carry_out_binary(const struct file_patch *file,
                             const struct review_file *rf, struct buf *out,
                             struct outcome *outcome, struct error *err)
{
    struct arena scratch = { 0 };
    struct str pre = rf->pre.exists ? rf->text.bytes : STR(""), made;
    bool fine = binary_apply(&scratch, file->binary, pre, &made, err);

    outcome->exists = file->action != FILE_DELETE;
    if (file->move_to.len > 0)
        outcome->path = file->move_to;
    if (fine)
        buf_append(out, made);
    arena_release(&scratch);
    return fine;
}

// What the section leaves when it is carried out.
static bool carry_out(const struct patch *patch, const struct file_patch *file,
                      const struct review_file *rf, bool assume,
                      struct buf *out, struct outcome *outcome,
                      struct error *err)
{
    outcome->exists = true;
    if (file->mode != 0)
        outcome->mode = file->mode & 0777;
    if (file->binary)
        return carry_out_binary(file, rf, out, outcome, err);
    switch (file->action) {
    case FILE_ADD:
    case FILE_REPLACE:
        add_text(&file->hunks[0], &rf->slots[0], assume, out);
        return true;
    case FILE_DELETE:
        outcome->exists = !accepts_all(&rf->slots[0], &file->hunks[0], assume);
        return !outcome->exists || edit_text(patch, file, rf, assume, out, err);
    case FILE_UPDATE:
        if (file->move_to.len > 0)
            outcome->path = file->move_to;
        return edit_text(patch, file, rf, assume, out, err);
    }
    return false;
}

bool section_outcome(const struct patch *patch, const struct file_patch *file,
                     const struct review_file *rf, bool assume,
                     struct arena *arena, struct outcome *outcome,
                     struct error *err)
{
    struct buf out = { 0 };

    *outcome = (struct outcome){
        .exists = rf->pre.exists,
        .path = file->path,
        .bytes = rf->text.bytes,
        .changed = any_accepted(file, rf, assume),
    };
    if (!outcome->changed)
        return true;
    bool fine = carry_out(patch, file, rf, assume, &out, outcome, err)
                || error_prefix(err, "%.*s", STR_ARG(file->path));
    outcome->bytes = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return fine;
}

// Places the hunks of a later section anew, in what was really accepted of
// the sections before, and carries out its decisions there.
static bool follow(const struct selection *sel, size_t file,
                   struct arena *arena, struct outcome *sum, struct error *err)
{
    const struct file_patch *section = &sel->patch->files[file];
    const struct review_file *rf = &sel->files[file];
    struct review_file temp = { .base = rf->base, .pre = rf->pre };
    struct arena scratch = { 0 };
    struct outcome next;
    bool fine = true;

    temp.pre.exists = sum->exists;
    temp.slots = arena_array(arena, rf->count, sizeof(*temp.slots));
    temp.count = rf->count;
    text_init(&temp.text, sum->bytes);
    for (temp.placed = 0; temp.placed < rf->count; temp.placed++)
        place_hunk(sel->patch, section, &temp, temp.placed, &scratch);
    place_settle(sel->patch, section, &temp, &scratch);
    for (size_t h = 0; h < rf->count; h++) {
        temp.slots[h].decision = rf->slots[h].decision;
        temp.slots[h].lines = rf->slots[h].lines;
        if (slot_accepts_any(&rf->slots[h], &section->hunks[h], false)
            && !temp.slots[h].fits) {
            fine = error_set(err, ERROR_CONFLICT,
                             "%.*s: hunk %zu needs an earlier hunk of this "
                             "file that is not accepted",
                             STR_ARG(section->path), h + 1);
            break;
        }
    }
    fine = fine
           && section_outcome(sel->patch, section, &temp, false, arena, &next,
                              err);
    if (fine && next.changed) {
        next.mode = next.mode ? next.mode : sum->mode;
        next.bytes = arena_copy(arena, next.bytes);
        *sum = next;
    }
    text_release(&temp.text);
    arena_release(&temp.words);
    arena_release(&scratch);
    return fine;
}

static void report(const struct selection *sel, size_t file,
                   const struct outcome *sum, struct file_result *result)
{
    const struct file_patch *section = &sel->patch->files[file];
    const struct preimage *pre = &sel->files[file].pre;
    bool existed = pre->exists;

    if (!sum->exists && !existed)
        return; // made and taken away again
    *result = (struct file_result){
        .kind = sum->exists ? RESULT_WRITE : RESULT_DELETE,
        .path = sum->exists ? sum->path : section->path,
        .remove = STR(""),
        .bytes = sum->exists ? sum->bytes : STR(""),
        .mode = sum->mode,
        .existed = existed,
        .preimage = pre->bytes,
    };
    if (section->is_copy) { // its source is read, not replaced
        result->existed = sel->files[file].taken;
        result->preimage = STR("");
    } else if (sum->exists && existed && !str_equal(sum->path, section->path)) {
        result->remove = section->path;
    }
}

bool selection_result(const struct selection *sel, size_t file,
                      struct arena *arena, struct file_result *result,
                      struct error *err)
{
    struct outcome sum;

    *result = (struct file_result){ .path = STR(""),
                                    .remove = STR(""),
                                    .bytes = STR(""),
                                    .preimage = STR("") };
    if (file >= sel->count || sel->files[file].base != NO_FILE)
        return true;
    if (!section_outcome(sel->patch, &sel->patch->files[file],
                         &sel->files[file], false, arena, &sum, err))
        return false;
    bool changed = sum.changed;
    size_t last = file;
    for (size_t i = file + 1; sel->files[last].feeds && i < sel->count; i++) {
        if (sel->files[i].base != last)
            continue;
        if (!follow(sel, i, arena, &sum, err))
            return false;
        changed |= sum.changed;
        last = i;
    }
    if (changed)
        report(sel, file, &sum, result);
    return true;
}

// Two sections that leave different contents under one name, which only those
// that move or copy can.
static bool is_free(const struct file_result *results, size_t count,
                    const struct file_result *last, struct error *err)
{
    for (size_t i = 0; i < count && last->kind == RESULT_WRITE; i++) {
        const struct file_result *other = &results[i];
        if (other->kind == RESULT_WRITE && str_equal(other->path, last->path)
            && !(str_equal(other->bytes, last->bytes)
                 && str_equal(other->remove, last->remove)))
            return error_set(err, ERROR_CONFLICT,
                             "%.*s is made by two sections of the patch",
                             STR_ARG(last->path));
    }
    return true;
}

bool selection_results(const struct selection *sel, struct arena *arena,
                       struct file_result **results, size_t *count,
                       struct error *err)
{
    *results = arena_array(arena, sel->count, sizeof(**results));
    *count = 0;
    bool moves = false;
    for (size_t i = 0; i < sel->count; i++) {
        struct file_result *result = &(*results)[*count];
        if (!selection_result(sel, i, arena, result, err))
            return false;
        moves |= sel->patch->files[i].move_to.len > 0;
        if (moves && !is_free(*results, *count, result, err))
            return false;
        if (result->kind != RESULT_NONE)
            ++*count;
    }
    return true;
}
