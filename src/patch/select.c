/*
 * The review as a whole: it grows with its patch, takes preimages, places
 * hunks in order and withdraws decisions whose lines are no longer the same.
 */
#include "slots.h"

#include <stdlib.h>
#include <string.h>

struct selection *selection_create(const struct patch *patch)
{
    struct selection *sel = mem_alloc(sizeof(*sel));
    sel->source = patch;
    sel->patch = &sel->view;
    selection_refresh(sel);
    return sel;
}

void selection_destroy(struct selection *sel)
{
    if (!sel)
        return;
    for (size_t f = 0; f < sel->count; f++) {
        struct review_file *rf = &sel->files[f];
        for (size_t h = 0; h < rf->count; h++)
            free(rf->slots[h].lines);
        free(rf->slots);
        free(rf->hunks);
        text_release(&rf->text);
        arena_release(&rf->words);
        ancestor_destroy(rf->ancestor);
    }
    free(sel->files);
    free(sel->view.files);
    journal_release(&sel->journal);
    arena_release(&sel->scratch);
    free(sel);
}

// The name a section leaves its result under.
static struct str output_of(const struct file_patch *file)
{
    return file->move_to.len > 0 ? file->move_to : file->path;
}

// The last earlier section whose result this one works on. As in git, renames
// and copies of a diff start from the files as they are.
static size_t find_base(const struct selection *sel, size_t file)
{
    const struct file_patch *files = sel->patch->files;

    if (sel->patch->format == PATCH_UNIFIED && files[file].move_to.len > 0)
        return NO_FILE;
    for (size_t i = file; i > 0; i--)
        if (str_equal(output_of(&files[i - 1]), files[file].path))
            return i - 1;
    return NO_FILE;
}

static void add_file(struct selection *sel)
{
    struct patch *view = &sel->view;

    if (sel->count == sel->cap) {
        sel->cap = sel->cap ? sel->cap * 2 : 8;
        sel->files = mem_realloc(sel->files, sel->cap * sizeof(*sel->files));
        view->files = mem_realloc(view->files, sel->cap * sizeof(*view->files));
    }
    struct review_file *rf = &sel->files[sel->count];
    view->files[view->file_count++] = sel->source->files[sel->count];
    *rf = (struct review_file){ .base = find_base(sel, sel->count) };
    if (rf->base != NO_FILE)
        sel->files[rf->base].feeds = true;
    sel->count++;
}

static void add_slots(struct review_file *rf, size_t count)
{
    if (count > rf->cap) {
        rf->cap = count > rf->cap * 2 ? count : rf->cap * 2;
        rf->slots = mem_realloc(rf->slots, rf->cap * sizeof(*rf->slots));
    }
    for (; rf->count < count; rf->count++)
        rf->slots[rf->count] = (struct slot){ .place.reason = STR("") };
}

// What was decided before the file was known falls away if it does not fit.
static void take_trusted(struct review_file *rf, const struct hunk *hunk,
                         struct slot *slot)
{
    slot->trusted = false;
    if (slot->decision != DECISION_NO && !slot->fits)
        slot_set(slot, DECISION_NONE, NULL, 0);
    slot->bound = slot_hash(rf, hunk, slot);
}

// A decision holds only as long as the hunk means the same lines.
static bool withdraw(struct review_file *rf, const struct hunk *hunk,
                     struct slot *slot)
{
    struct hunk_place *place = &slot->place;

    if (slot->trusted) {
        take_trusted(rf, hunk, slot);
        return false;
    }
    if (slot->decision == DECISION_NONE || place->state == HUNK_APPLIED
        || slot_hash(rf, hunk, slot) == slot->bound)
        return false;
    slot_set(slot, DECISION_NONE, NULL, 0);
    place->state = HUNK_STALE;
    place->reason =
        arena_printf(&rf->words, "the file changed after the decision%s%.*s",
                     place->reason.len ? ": " : "", STR_ARG(place->reason));
    return true;
}

// Places the hunks that have arrived; returns how many, `*withdrawn` of the
// decisions did not outlive it.
static size_t place_ready(struct selection *sel, size_t file, size_t *withdrawn)
{
    const struct file_patch *what = &sel->patch->files[file];
    struct review_file *rf = &sel->files[file];
    size_t before = rf->placed, first = before;

    while (rf->given && rf->placed < rf->count
           && what->hunks[rf->placed].complete) {
        size_t h = rf->placed++;
        place_hunk(sel->patch, what, rf, h, &sel->scratch);
    }
    if (rf->given && what->complete && rf->placed == what->hunk_count
        && !rf->settled) {
        rf->settled = true;
        place_settle(sel->patch, what, rf, &sel->scratch);
        first = 0; // any of them may have another place now
    }
    for (size_t h = first; h < rf->placed; h++) {
        *withdrawn += withdraw(rf, &what->hunks[h], &rf->slots[h]);
        carry_over(sel, file, h);
    }
    return rf->placed - before;
}

size_t selection_place_again(struct selection *sel, size_t file)
{
    struct review_file *rf = &sel->files[file];
    size_t withdrawn = 0;

    rf->placed = 0;
    rf->settled = false;
    rf->cursor = (struct cursor){ 0 };
    place_ready(sel, file, &withdrawn);
    return withdrawn + selection_feed(sel, file);
}

static bool is_same(const struct review_file *rf, const struct preimage *pre,
                    bool taken)
{
    return rf->given && rf->taken == taken && rf->pre.exists == pre->exists
           && rf->pre.mode == pre->mode && str_equal(rf->pre.bytes, pre->bytes)
           && str_equal(rf->pre.unreadable, pre->unreadable)
           && rf->pre.forbidden == pre->forbidden
           && str_equal(rf->pre.id, pre->id);
}

static size_t set_preimage(struct selection *sel, size_t file,
                           const struct preimage *pre, bool taken)
{
    struct review_file *rf = &sel->files[file];
    struct text fresh;

    if (is_same(rf, pre, taken))
        return 0;
    text_init(&fresh, pre->bytes); // before the old one, which may lend them
    struct str unreadable = arena_copy(&fresh.arena, pre->unreadable);
    rf->pre = (struct preimage){ .exists = pre->exists,
                                 .mode = pre->mode,
                                 .bytes = fresh.bytes,
                                 .unreadable = unreadable,
                                 .forbidden = pre->forbidden,
                                 .id = arena_copy(&fresh.arena, pre->id) };
    text_release(&rf->text);
    arena_release(&rf->words);
    rf->text = fresh;
    rf->given = true;
    rf->taken = taken;
    rf->edition++;
    if (rf->ancestor)
        rf->ancestor->compared = false;
    size_t withdrawn = whole_make(sel, file);
    return withdrawn + selection_place_again(sel, file);
}

// Gives a section what the one before it would leave behind.
static size_t derive(struct selection *sel, size_t file)
{
    struct review_file *rf = &sel->files[file];
    const struct review_file *base = &sel->files[rf->base];
    struct arena arena = { 0 };
    struct outcome outcome;
    struct error err;
    struct preimage pre = { .mode = base->pre.mode, .unreadable = STR("") };

    if (!section_outcome(sel->patch, &sel->patch->files[rf->base], base, true,
                         &arena, &outcome, &err)) {
        pre.unreadable = str_from(err.text);
        outcome = (struct outcome){ .bytes = STR("") };
    }
    if (base->pre.unreadable.len > 0)
        pre.unreadable = base->pre.unreadable;
    pre.exists = outcome.exists;
    pre.bytes = outcome.exists ? outcome.bytes : STR("");
    size_t withdrawn = set_preimage(sel, file, &pre, rf->taken);
    arena_release(&arena);
    return withdrawn;
}

static bool is_settled(const struct selection *sel, size_t file)
{
    const struct file_patch *what = &sel->patch->files[file];
    const struct review_file *rf = &sel->files[file];
    return what->complete && rf->settled && rf->placed == what->hunk_count;
}

size_t selection_feed(struct selection *sel, size_t file)
{
    size_t withdrawn = 0;

    if (!sel->files[file].feeds || !is_settled(sel, file))
        return 0;
    for (size_t i = file + 1; i < sel->count; i++)
        if (sel->files[i].base == file)
            withdrawn += derive(sel, i);
    return withdrawn;
}

bool selection_wants_preimage(const struct selection *sel, size_t file)
{
    if (file >= sel->count)
        return false;
    const struct file_patch *what = &sel->patch->files[file];
    const struct review_file *rf = &sel->files[file];
    bool named = what->hunk_count > 0 || what->move_to.len > 0
                 || what->complete; // before that a new name may follow
    return named && !rf->given && rf->base == NO_FILE;
}

bool selection_wants_any_preimage(const struct selection *sel)
{
    for (size_t i = 0; i < sel->count; i++)
        if (selection_wants_preimage(sel, i))
            return true;
    return false;
}

size_t selection_set_preimage(struct selection *sel, size_t file,
                              const struct preimage *pre, bool destination)
{
    if (file >= sel->count)
        return 0;
    struct review_file *rf = &sel->files[file];
    if (rf->base == NO_FILE)
        return set_preimage(sel, file, pre, destination);
    rf->taken = destination;
    return 0;
}

static bool refresh_file(struct selection *sel, size_t file)
{
    const struct file_patch *what = &sel->patch->files[file];
    struct review_file *rf = &sel->files[file];
    size_t before = rf->count, withdrawn = 0;

    view_sync(sel, file);
    add_slots(rf, what->hunk_count);
    whole_make(sel, file);
    bool changed = rf->count > before;
    if (!rf->given && rf->base != NO_FILE && is_settled(sel, rf->base))
        derive(sel, file);
    if (place_ready(sel, file, &withdrawn) == 0 && rf->placed == 0)
        return changed;
    selection_feed(sel, file);
    return true;
}

// A section that renames a file away clears the name for the one before that
// wants it.
static void clear_name(struct selection *sel, size_t file)
{
    const struct file_patch *files = sel->patch->files;

    if (files[file].move_to.len == 0 || files[file].is_copy)
        return;
    for (size_t f = 0; f < file; f++)
        if (sel->files[f].taken && sel->files[f].given
            && str_equal(files[f].move_to, files[file].path))
            selection_place_again(sel, f);
}

bool selection_refresh(struct selection *sel)
{
    bool changed = false;

    sel->view.format = sel->source->format;
    while (sel->count < sel->source->file_count) {
        add_file(sel);
        clear_name(sel, sel->count - 1);
    }
    for (size_t f = sel->first_open; f < sel->count; f++)
        changed |= !is_settled(sel, f) && refresh_file(sel, f);
    while (sel->first_open < sel->count && is_settled(sel, sel->first_open))
        sel->first_open++;
    return changed;
}

const struct patch *selection_patch(const struct selection *sel)
{
    return sel->patch;
}

const struct hunk_place *selection_place(const struct selection *sel,
                                         size_t file, size_t hunk)
{
    static const struct hunk_place arriving = { .reason = { "", 0 } };

    if (file >= sel->count || hunk >= sel->files[file].count)
        return &arriving;
    return &sel->files[file].slots[hunk].place;
}

const struct preimage *selection_preimage(const struct selection *sel,
                                          size_t file)
{
    static const struct preimage none = { 0 };
    return file < sel->count ? &sel->files[file].pre : &none;
}

struct lines selection_lines(const struct selection *sel, size_t file)
{
    return file < sel->count ? sel->files[file].text.lines
                             : (struct lines){ 0 };
}
