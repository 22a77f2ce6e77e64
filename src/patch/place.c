/*
 * Finds the place of one hunk in the preimage, by what its file wants: to be
 * made, to be taken away, or to be changed at old lines, at a line number or
 * at the end.
 */
#include "job.h"

#include "indent.h"
#include "kerf/patch/binary.h"

// --- hunks of an update -----------------------------------------------------

// The patch names old lines' endings itself if one of them is CR LF, and is
// believed if all of them are as in the file.
static bool is_literal(const struct job *job)
{
    const struct hunk *hunk = job->hunk;
    size_t line = job->slot->place.line;
    bool any = false;

    for (size_t i = 0; i < hunk->line_count; i++) {
        bool cr = str_ends_with(hunk->lines[i].text, STR("\r"));
        any |= cr;
        if (hunk->lines[i].kind == LINE_ADDED
            || line >= job->rf->text.lines.count)
            continue;
        struct str ending = text_ending(&job->rf->text, line++);
        if (ending.len > 0 && cr != (ending.len == 2))
            return false;
    }
    return any;
}

// In apply_patch hunks stand in order and say nothing of lines; a part of a
// hunk, or one that was edited, knows its line.
static bool goes_by_order(const struct job *job)
{
    return job->patch->format == PATCH_APPLY && job->hunk->hint == HUNK_NO_HINT
           && !job->hunk->split;
}

void place_pass(struct job *job)
{
    const struct hunk_place *place = &job->slot->place;
    const struct hunk *hunk = job->hunk;
    struct cursor *cursor = &job->rf->cursor;
    bool apply = goes_by_order(job);
    size_t line = place->line, behind = line;

    if (!job->slot->fits || (job->pre.count == 0 && apply))
        return;
    for (size_t i = 0; i < hunk->line_count; i++) {
        line += hunk->lines[i].kind != LINE_ADDED;
        if (hunk->lines[i].kind != LINE_CONTEXT)
            behind = line;
    }
    if (place->state == HUNK_APPLIED)
        behind = place->line + place->count;
    if (job->slot->steps)
        behind = job->slot->steps[job->slot->step_count - 1].at + 1;
    cursor->behind_changes = behind;
    cursor->behind_block = place->line + place->count;
    cursor->shift = cursor->new_shift = place->moved_by;
    if (hunk->new_hint != HUNK_NO_HINT)
        cursor->new_shift = (long)place->line - (long)hunk->new_hint;
}

// Without old lines there is nothing to find. In apply_patch such lines go to
// the end of the file, whatever the anchor says.
static void append_lines(struct job *job)
{
    size_t count = job->rf->text.lines.count;

    if (!anchors_pass(job))
        return;
    if (job->hunk->anchor_count == 0) {
        job_fit(job, HUNK_OK, FIT_EXACT, count, 0);
        return;
    }
    job_fit(job, HUNK_FUZZY, FIT_NONE, count, 0);
    job->slot->place.reason = STR("no context: goes to the end of the file");
}

// A diff names the line, and nothing vouches for it.
static void insert_lines(struct job *job)
{
    size_t count = job->rf->text.lines.count, line = job->expected;

    if (count == 0) {
        job_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
    } else if (line == HUNK_NO_HINT) {
        job_conflict(job, STR("neither a line number nor context"), 0);
    } else if (job->file_moved || job->rf->cursor.shift != 0) {
        job_conflict(job,
                     STR("no context, and other hunks show that lines of the "
                         "file have moved"),
                     job->hunk->hint < count ? job->hunk->hint : count);
    } else if (line == 0) {
        job_fit(job, HUNK_FUZZY, FIT_NONE, 0, 0);
        job->slot->place.reason =
            STR("goes to the top, though the patch expects an empty file");
    } else if (line > count || line < job->from) {
        job_conflict(job, STR("no context, and no such line number"), count);
    } else {
        job_fit(job, HUNK_FUZZY, FIT_NONE, line, 0);
        job->slot->place.reason = STR("no context: the line number decides");
    }
}

// apply_patch seeks behind the whole hunk before; context may be shared only
// if that finds nothing. Diffs say where, so sharing is no risk.
static void place_block(struct job *job)
{
    const struct cursor cursor = job->rf->cursor;
    bool apply = goes_by_order(job);

    job->from = apply ? cursor.behind_block : cursor.behind_changes;
    if (!anchors_pass(job))
        return;
    if (block_try(job, job->from))
        return;
    if (job->hunk->anchor_count > 0 && block_try(job, job->from - 1))
        return;
    if (apply && job->hunk->anchor_count == 0
        && block_try(job, cursor.behind_changes))
        return;
    if (!fuzzy_try(job))
        block_explain(job);
}

// Says whether lines behind the hunk may have been lost with the end of the
// text. If only one side lacks lines, those were removed or added at the end
// of the file, or context would follow them.
static bool may_be_cut(const struct job *job)
{
    const struct hunk *hunk = job->hunk;
    struct lines lines = job->rf->text.lines;
    size_t end = job->slot->place.line + job->slot->place.count;
    bool open = hunk->lines[hunk->line_count - 1].kind != LINE_CONTEXT;

    if (hunk->cut && job->pre.count > 0 && end > 0) {
        struct str last = job->pre.at[job->pre.count - 1];
        if (str_trim(last).len == 0 && !str_equal(last, lines.at[end - 1]))
            return true;
    }
    if (hunk->old_short > 0)
        return end + hunk->old_short == lines.count
               || (open && end + hunk->old_short < lines.count);
    return hunk->new_short > 0 && (open || end == lines.count);
}

// Both sides lack lines, so context was lost; where lines are added at the edge
// of the hunk and not of the file, it may have stood beside them.
static bool may_lack_edge(const struct job *job)
{
    const struct hunk *hunk = job->hunk;
    const struct hunk_place *place = &job->slot->place;
    bool first = hunk->lines[0].kind == LINE_ADDED;
    bool last = hunk->lines[hunk->line_count - 1].kind == LINE_ADDED;

    return hunk->lost > 0
           && ((first && place->line > 0)
               || (last
                   && place->line + place->count < job->rf->text.lines.count));
}

// A hunk that fits but for its blanks: one blank is no indentation.
static void weigh_blanks(struct job *job)
{
    struct slot *slot = job->slot;

    if (slot->place.fit < FIT_INDENT || slot->place.state != HUNK_FUZZY
        || slot->place.reason.len > 0)
        return;
    switch (indent_step(&job->rf->text, job->hunk, slot->place.line)) {
    case STEP_NONE: return;
    case STEP_MARKS: slot->unmarked = true; return;
    case STEP_SINGLE:
        slot->place.reason = STR("all lines differ by a single blank");
        return;
    }
}

static void place_update(struct job *job)
{
    const struct hunk *hunk = job->hunk;

    if (hunk->line_count == 0) { // a rename or a change of mode
        job_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
        job->slot->place.moved_by = 0;
        return;
    }
    job_cut(job);
    bool apply = goes_by_order(job);
    if (apply && job->pre.count == 1 && job->bare_tail && job->post.count > 1)
        job->pre.count = 0; // the empty line only ended the section
    job->expected = hunk->hint;
    if (hunk->hint != HUNK_NO_HINT
        && (job->rf->cursor.shift > 0
            || hunk->hint >= (size_t)-job->rf->cursor.shift))
        job->expected = hunk->hint + (size_t)job->rf->cursor.shift;
    if (repeat_try_hunk(job)) {
        job->slot->drop_tail = false;
    } else if (merge_try(job)) {
        job->slot->drop_tail = false;
    } else if (job->pre.count == 0) {
        job->from = job->rf->cursor.behind_changes;
        job->slot->drop_tail = job->bare_tail;
        if (apply)
            append_lines(job);
        else
            insert_lines(job);
    } else {
        place_block(job);
    }
    weigh_blanks(job);
    if (job->slot->fits && may_lack_edge(job))
        job_conflict(job, STR("context is missing beside the added lines"),
                     job->slot->place.line);
    if (job->slot->fits && may_be_cut(job))
        job_conflict(job, STR("the patch was cut: its last lines are missing"),
                     job->slot->place.line);
    job->slot->literal = job->slot->fits && is_literal(job);
    place_pass(job);
}

// --- whole files ------------------------------------------------------------

static bool equals_added(const struct job *job)
{
    const struct hunk *hunk = job->hunk;
    struct lines lines = job->rf->text.lines;

    if (lines.count != hunk->line_count)
        return false;
    for (size_t i = 0; i < hunk->line_count; i++)
        if (!fit_equal(lines.at[i], job_bare_line(&hunk->lines[i], i == 0),
                       FIT_EXACT))
            return false;
    return true;
}

static void place_add(struct job *job)
{
    bool exists = job->rf->pre.exists;

    job_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
    job->slot->place.moved_by = 0;
    if (!exists)
        return;
    if (equals_added(job)) {
        job->slot->place.state = HUNK_APPLIED;
    } else if (job->patch->format == PATCH_APPLY
               || job->file->action == FILE_REPLACE) {
        job->slot->place.state = HUNK_FUZZY;
        job->slot->place.reason = STR("replaces the file that is there");
    } else {
        job_conflict(job, STR("a file of that name exists"), 0);
    }
}

static void place_delete(struct job *job)
{
    size_t count = job->rf->text.lines.count;
    enum fit fit = FIT_EXACT;

    job_fit(job, HUNK_OK, FIT_EXACT, 0, count);
    job->slot->place.moved_by = 0;
    if (job->hunk->line_count == 0 && job->patch->format == PATCH_APPLY)
        return;
    job_cut(job);
    while (fit <= FIT_PUNCTUATION
           && (job->pre.count != count
               || (count > 0 && job_find(job, job->pre, fit).count == 0)))
        fit++;
    if (fit > FIT_PUNCTUATION)
        job_conflict(job,
                     STR("the file holds other lines than the patch "
                         "deletes"),
                     0);
    else if (fit != FIT_EXACT)
        job_fit(job, HUNK_FUZZY, fit, 0, count);
}

// A literal without a way back tells its preimage by the blob id only.
static bool is_another_blob(const struct job *job)
{
    struct str id = job->rf->pre.id, wanted = job->file->old_id;

    return job->rf->base == NO_FILE && id.len > 0 && wanted.len > 0
           && !str_starts_with(id, wanted);
}

// Binary data fit the whole file or not at all.
static void place_binary(struct job *job)
{
    const struct binary_patch *binary = job->file->binary;
    bool exists = job->rf->pre.exists, adds = job->file->action == FILE_ADD;
    struct str there = exists ? job->rf->text.bytes : STR(""), made;
    struct error err = { 0 };

    job_fit(job, HUNK_OK, FIT_EXACT, 0, job->rf->text.lines.count);
    job->slot->place.moved_by = 0;
    if (exists && job->file->action != FILE_DELETE
        && binary->forward.kind == BINARY_LITERAL
        && str_equal(binary->forward.bytes, there))
        job->slot->place.state = HUNK_APPLIED;
    else if (exists && adds)
        job_conflict(job, STR("a file of that name exists"), 0);
    else if (exists && is_another_blob(job))
        job_conflict(job, STR("the binary patch was made for another content"),
                     0);
    else if (!binary_apply(job->scratch, binary, there, &made, &err))
        job_conflict(job, arena_copy(&job->rf->words, str_from(err.text)), 0);
}

// A diff that swaps names, or passes them on, renames the file that has the
// new name away; the order of the sections does not matter.
static bool is_vacated(const struct job *job)
{
    for (size_t i = 0; i < job->patch->file_count; i++) {
        const struct file_patch *other = &job->patch->files[i];
        if (other->move_to.len > 0 && !other->is_copy && other != job->file
            && str_equal(other->path, job->file->move_to))
            return job->patch->format == PATCH_UNIFIED;
    }
    return false;
}

static bool is_in_the_way(const struct job *job)
{
    return job->rf->taken && !is_vacated(job);
}

// `@@ -0,0 +1,n @@` of a file that is not there: a new file, whose header
// should have said /dev/null.
static bool may_make_file(const struct job *job)
{
    const struct file_patch *file = job->file;
    const struct hunk *hunk = job->hunk;

    if (file->action != FILE_UPDATE || file->hunk_count != 1
        || file->move_to.len > 0 || hunk->hint != 0 || hunk->line_count == 0)
        return false;
    for (size_t i = 0; i < hunk->line_count; i++)
        if (hunk->lines[i].kind != LINE_ADDED)
            return false;
    return true;
}

// Says why nothing in this file can be done; empty if all is well.
static struct str refusal(const struct job *job)
{
    const struct file_patch *file = job->file;
    const struct preimage *pre = &job->rf->pre;

    if (pre->unreadable.len > 0 && !(file->binary && pre->bytes.len > 0))
        return pre->unreadable;
    if (file->mode != 0 && (file->mode & 0170000) != 0100000)
        return STR("a symbolic link or a submodule, not a file");
    if (file->action != FILE_ADD && file->action != FILE_REPLACE && !pre->exists
        && !may_make_file(job))
        return STR("no such file");
    if (job->patch->format == PATCH_UNIFIED && is_in_the_way(job))
        return STR("a file with the new name exists");
    return STR("");
}

static void place_by_action(struct job *job)
{
    switch (job->file->action) {
    case FILE_UPDATE: place_update(job); return;
    case FILE_ADD:
    case FILE_REPLACE: place_add(job); return;
    case FILE_DELETE: place_delete(job); return;
    }
}

void place_job(struct job *job)
{
    struct slot *slot = job->slot;
    struct hunk_place *place = &slot->place;

    *place = (struct hunk_place){ .reason = STR("") };
    slot->drop_tail = slot->literal = slot->lone = slot->unmarked = false;
    slot->witness = NO_LINE;
    slot->steps = NULL;
    slot->conflict = NULL;
    if (repeat_try_section(job))
        return;
    struct str reason = refusal(job);
    if (reason.len > 0)
        job_conflict(job, arena_copy(&job->rf->words, reason), 0);
    else if (job->file->binary)
        place_binary(job);
    else
        place_by_action(job);
    if (slot->fits && !job->rf->pre.exists && job->file->action == FILE_UPDATE
        && !job->file->binary) {
        place->state = HUNK_FUZZY;
        place->reason = STR("makes the file, which is not there");
    }
    if (slot->fits && place->reason.len == 0 && is_in_the_way(job)) {
        place->state = HUNK_FUZZY;
        place->reason = STR("replaces the file that has the new name");
    }
}

struct job job_of(const struct patch *patch, const struct file_patch *file,
                  struct review_file *rf, size_t h, struct arena *scratch)
{
    return (struct job){
        .patch = patch,
        .file = file,
        .hunk = &file->hunks[h],
        .rf = rf,
        .slot = &rf->slots[h],
        .scratch = scratch,
        .until = rf->text.lines.count,
        .expected = HUNK_NO_HINT,
        .expected_after = HUNK_NO_HINT,
    };
}

void place_hunk(const struct patch *patch, const struct file_patch *file,
                struct review_file *rf, size_t h, struct arena *scratch)
{
    struct job job = job_of(patch, file, rf, h, scratch);

    place_job(&job);
    arena_reset(scratch);
}
