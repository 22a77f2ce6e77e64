/*
 * Finds the place of one hunk in the preimage and says in words why there is
 * none. The order of attempts: every line exact; the result is already there;
 * blanks at line ends; blanks at both ends; punctuation. Two places that are
 * about equally good are refused, because a wrong place is worse than a
 * question.
 */
#include "slots.h"

#include <string.h>

#include "kerf/base/utf8.h"

// A second place must be this many times farther off than the first.
#define CLEARLY_NEARER 3

struct job {
    const struct patch *patch;
    const struct file_patch *file;
    const struct hunk *hunk;
    struct review_file *rf;
    struct slot *slot;
    struct arena *scratch;
    struct lines pre, post;
    bool bare_tail;           // the last line is empty context
    size_t leading, trailing; // context lines at both ends
    size_t from;
    size_t expected; // the hint, moved as the hunk before was
};

// A line as it is compared: without the CR of its ending and, where it may be
// the first of its file, without a byte order mark.
static struct str bare_line(const struct patch_line *line, bool first)
{
    struct str text = line->text;

    if (!line->no_newline && str_ends_with(text, STR("\r")))
        text.len--;
    if (first && str_starts_with(text, STR("\xef\xbb\xbf")))
        text = str_skip(text, 3);
    return text;
}

static void cut_sides(struct job *job)
{
    const struct hunk *hunk = job->hunk;
    bool at_top = hunk->hint == 0 || hunk->hint == HUNK_NO_HINT;
    struct str *pre = arena_array(job->scratch, hunk->line_count, sizeof(*pre));
    struct str *post =
        arena_array(job->scratch, hunk->line_count, sizeof(*post));

    for (size_t i = 0; i < hunk->line_count; i++) {
        const struct patch_line *line = &hunk->lines[i];
        size_t before = line->kind == LINE_ADDED ? job->post.count
                                                 : job->pre.count;
        struct str text = bare_line(line, at_top && before == 0);
        bool context = line->kind == LINE_CONTEXT;
        if (line->kind != LINE_ADDED)
            pre[job->pre.count++] = text;
        if (line->kind != LINE_REMOVED)
            post[job->post.count++] = text;
        job->leading += context && job->leading == i;
        job->trailing = context ? job->trailing + 1 : 0;
        job->bare_tail = context && line->text.len == 0;
    }
    job->pre.at = pre;
    job->post.at = post;
}

static void set_conflict(struct job *job, struct str reason, size_t nearest)
{
    job->slot->place.state = HUNK_CONFLICT;
    job->slot->place.reason = reason;
    job->slot->place.nearest = nearest;
    job->slot->fits = false;
}

static void set_fit(struct job *job, enum hunk_state state, enum fit fit,
                    size_t line, size_t count)
{
    struct hunk_place *place = &job->slot->place;

    place->state = state;
    place->fit = fit;
    place->line = line;
    place->count = count;
    if (job->hunk->hint != HUNK_NO_HINT)
        place->moved_by = (long)line - (long)job->hunk->hint;
    job->slot->fits = true;
}

static void set_ambiguous(struct job *job, enum fit fit, size_t line,
                          size_t other, size_t count)
{
    set_fit(job, HUNK_AMBIGUOUS, fit, line, count);
    job->slot->fits = false;
    job->slot->place.nearest = other;
    job->slot->place.reason = arena_printf(&job->rf->words,
                                           "fits at line %zu and at line %zu",
                                           line + 1, other + 1);
}

static struct found find(struct job *job, struct lines want, enum fit fit,
                         size_t from)
{
    size_t count = job->rf->text.lines.count;

    if (job->hunk->at_end && want.count <= count && from < count - want.count)
        from = count - want.count;
    return text_find(&job->rf->text, job->scratch, want, fit, from, count,
                     job->expected);
}

// --- anchors ----------------------------------------------------------------

static const enum fit passes[] = { FIT_EXACT, FIT_BLANKS, FIT_INDENT,
                                   FIT_PUNCTUATION };
#define PASSES (sizeof(passes) / sizeof(passes[0]))

// Returns the first line at or behind `from` that an anchor names, by the
// passes or else by its begin; SIZE_MAX if there is none.
static size_t find_anchor(struct job *job, struct str anchor, size_t from)
{
    struct text *text = &job->rf->text;
    struct lines want = { &anchor, 1 };

    for (size_t i = 0; i < PASSES; i++) {
        struct found found = text_find(text, job->scratch, want, passes[i],
                                       from, text->lines.count, HUNK_NO_HINT);
        if (found.count > 0)
            return found.place[0];
    }
    for (size_t i = from; i < text->lines.count; i++)
        if (str_starts_with(str_trim_start(text->lines.at[i]), anchor))
            return i;
    return SIZE_MAX;
}

// Seeks the stacked anchors in turn; returns the line of the last one.
static size_t seek_anchors(struct job *job, size_t from, size_t *missing)
{
    size_t at = SIZE_MAX;

    for (size_t i = 0; i < job->hunk->anchor_count; i++) {
        at = find_anchor(job, job->hunk->anchors[i], from);
        if (missing)
            *missing = i;
        if (at == SIZE_MAX)
            return at;
        from = at + 1;
    }
    return at;
}

static bool pass_anchors(struct job *job)
{
    size_t missing = 0;

    if (job->hunk->anchor_count == 0)
        return true;
    size_t at = seek_anchors(job, job->from, &missing);
    if (at != SIZE_MAX) {
        job->from = at + 1;
        return true;
    }
    struct str anchor =
        utf8_sanitised(job->scratch, job->hunk->anchors[missing], false);
    set_conflict(job,
                 arena_printf(&job->rf->words,
                              "no line '%.*s' at or behind line %zu",
                              STR_ARG(anchor), job->from + 1),
                 job->from);
    return false;
}

// --- choosing among places --------------------------------------------------

// The anchors stand a second time between the two places.
static bool anchors_repeat(struct job *job, const struct found *found)
{
    size_t at = seek_anchors(job, found->place[0], NULL);
    return at != SIZE_MAX && at < found->place[1];
}

static bool is_ambiguous(struct job *job, const struct found *found)
{
    if (found->count < 2)
        return false;
    if (job->hunk->anchor_count > 0)
        return anchors_repeat(job, found);
    if (job->expected == HUNK_NO_HINT)
        return true;
    size_t near = line_distance(found->place[0], job->expected);
    size_t far = line_distance(found->place[1], job->expected);
    return near > 0 && far < near * CLEARLY_NEARER;
}

// Diffs have less context on one side only at an edge of the file.
static bool prefer_edge(struct job *job, struct lines want, enum fit fit,
                        struct found *found)
{
    size_t count = job->rf->text.lines.count, edge;

    if (job->patch->format != PATCH_UNIFIED || job->leading == job->trailing)
        return false;
    edge = job->leading < job->trailing ? 0 : count - want.count;
    if (edge < job->from)
        return false;
    *found = text_find(&job->rf->text, job->scratch, want, fit, edge,
                       edge + want.count, HUNK_NO_HINT);
    return found->count > 0;
}

static void settle(struct job *job, struct lines want, enum fit fit,
                   struct found found)
{
    if (is_ambiguous(job, &found) && !prefer_edge(job, want, fit, &found)) {
        set_ambiguous(job, fit, found.place[0], found.place[1], want.count);
        return;
    }
    size_t line = found.place[0];
    bool moved = job->hunk->hint != HUNK_NO_HINT && line != job->hunk->hint;
    set_fit(job,
            fit != FIT_EXACT ? HUNK_FUZZY
            : moved          ? HUNK_MOVED
                             : HUNK_OK,
            fit, line, want.count);
}

static bool try_pass(struct job *job, enum fit fit)
{
    for (size_t drop = 0; drop <= job->bare_tail; drop++) {
        struct lines want = { job->pre.at, job->pre.count - drop };
        struct found found = { 0 };
        if (want.count > 0)
            found = find(job, want, fit, job->from);
        if (found.count == 0)
            continue;
        job->slot->drop_tail = drop;
        settle(job, want, fit, found);
        return true;
    }
    return false;
}

static bool is_change(const struct job *job)
{
    return job->pre.count != job->leading || job->post.count != job->leading;
}

// Says whether only removed lines, and no new ones for them, stand at one end
// of the hunk: nothing of the result shows then that they are gone.
static bool ends_in_removal(const struct hunk *hunk, bool last)
{
    size_t count = hunk->line_count, i = 0;

    while (i < count
           && hunk->lines[last ? count - 1 - i : i].kind == LINE_REMOVED)
        i++;
    return i > 0
           && (i == count
               || hunk->lines[last ? count - 1 - i : i].kind == LINE_CONTEXT);
}

static bool proves_applied(struct job *job, const struct found *found,
                           size_t count)
{
    size_t line = found->place[0];

    if (found->count == 0 || is_ambiguous(job, found))
        return false;
    if (count < 2 && line != job->expected) // one line alone may be any
        return false;
    if (ends_in_removal(job->hunk, false) && line != 0)
        return false;
    return !ends_in_removal(job->hunk, true)
           || line + count == job->rf->text.lines.count;
}

// The result stands there already.
static bool try_applied(struct job *job)
{
    for (size_t drop = 0; is_change(job) && drop <= job->bare_tail; drop++) {
        struct lines want = { job->post.at, job->post.count - drop };
        struct found found = { 0 };
        if (job->post.count > drop)
            found = find(job, want, FIT_EXACT, job->from);
        if (proves_applied(job, &found, want.count)) {
            set_fit(job, HUNK_APPLIED, FIT_EXACT, found.place[0], want.count);
            return true;
        }
    }
    return false;
}

static bool try_passes(struct job *job, size_t from)
{
    job->from = from;
    for (size_t i = 0; i < PASSES; i++) {
        if (try_pass(job, passes[i]))
            return true;
        if (passes[i] == FIT_EXACT && try_applied(job))
            return true;
    }
    return false;
}

// --- why not ----------------------------------------------------------------

// The lines are there, but above the hunk before or not at the end.
static bool explain_order(struct job *job)
{
    struct found found = text_find(&job->rf->text, job->scratch, job->pre,
                                   FIT_EXACT, 0, job->rf->text.lines.count,
                                   HUNK_NO_HINT);
    if (found.count == 0)
        return false;
    struct arena *words = &job->rf->words;
    size_t line = found.place[0] + 1;
    struct str reason =
        job->hunk->at_end
            ? arena_printf(words, "stands at line %zu, which is not the end",
                           line)
            : arena_printf(words,
                           "stands at line %zu, but is sought from "
                           "line %zu on: hunks keep their order",
                           line, job->from + 1);
    set_conflict(job, reason, found.place[0]);
    return true;
}

static void explain(struct job *job)
{
    size_t same;

    if (explain_order(job))
        return;
    size_t nearest = text_nearest(&job->rf->text, job->scratch, job->pre,
                                  job->expected, &same);
    if (same == 0)
        set_conflict(job, STR("no such lines in the file"), 0);
    else
        set_conflict(job,
                     arena_printf(&job->rf->words,
                                  "no such lines; nearest is line %zu, "
                                  "%zu of %zu equal",
                                  nearest + 1, same, job->pre.count),
                     nearest);
}

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

static void move_cursor(struct job *job)
{
    const struct hunk_place *place = &job->slot->place;
    const struct hunk *hunk = job->hunk;
    struct cursor *cursor = &job->rf->cursor;
    bool apply = job->patch->format == PATCH_APPLY;
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
    cursor->behind_changes = behind;
    cursor->behind_block = place->line + place->count;
    cursor->shift = place->moved_by;
}

// Without old lines there is nothing to find. In apply_patch such lines go to
// the end of the file, whatever the anchor says.
static void append_lines(struct job *job)
{
    size_t count = job->rf->text.lines.count;

    if (!pass_anchors(job))
        return;
    if (job->hunk->anchor_count == 0) {
        set_fit(job, HUNK_OK, FIT_EXACT, count, 0);
        return;
    }
    set_fit(job, HUNK_FUZZY, FIT_NONE, count, 0);
    job->slot->place.reason = STR("no context: goes to the end of the file");
}

// A diff names the line, and nothing vouches for it.
static void insert_lines(struct job *job)
{
    size_t count = job->rf->text.lines.count, line = job->expected;

    if (count == 0) {
        set_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
    } else if (line == HUNK_NO_HINT) {
        set_conflict(job, STR("neither a line number nor context"), 0);
    } else if (line == 0) {
        set_conflict(job, STR("the patch expects an empty file"), 0);
    } else if (line > count || line < job->from) {
        set_conflict(job, STR("no context, and no such line number"), count);
    } else {
        set_fit(job, HUNK_FUZZY, FIT_NONE, line, 0);
        job->slot->place.reason = STR("no context: the line number decides");
    }
}

// apply_patch seeks behind the whole hunk before; context may be shared only
// if that finds nothing. Diffs say where, so sharing is no risk.
static void place_block(struct job *job)
{
    const struct cursor cursor = job->rf->cursor;
    bool apply = job->patch->format == PATCH_APPLY;

    job->from = apply ? cursor.behind_block : cursor.behind_changes;
    if (!pass_anchors(job))
        return;
    if (try_passes(job, job->from))
        return;
    if (job->hunk->anchor_count > 0 && try_passes(job, job->from - 1))
        return;
    if (apply && job->hunk->anchor_count == 0
        && try_passes(job, cursor.behind_changes))
        return;
    explain(job);
}

static void place_update(struct job *job)
{
    const struct hunk *hunk = job->hunk;

    if (hunk->line_count == 0) { // a rename or a change of mode
        set_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
        job->slot->place.moved_by = 0;
        return;
    }
    cut_sides(job);
    bool apply = job->patch->format == PATCH_APPLY;
    if (apply && job->pre.count == 1 && job->bare_tail && job->post.count > 1)
        job->pre.count = 0; // the empty line only ended the section
    job->expected = hunk->hint;
    if (hunk->hint != HUNK_NO_HINT
        && (job->rf->cursor.shift > 0
            || hunk->hint >= (size_t)-job->rf->cursor.shift))
        job->expected = hunk->hint + (size_t)job->rf->cursor.shift;
    if (job->pre.count == 0) {
        job->from = job->rf->cursor.behind_changes;
        job->slot->drop_tail = job->bare_tail;
        if (apply)
            append_lines(job);
        else
            insert_lines(job);
    } else {
        place_block(job);
    }
    job->slot->literal = job->slot->fits && is_literal(job);
    move_cursor(job);
}

// --- whole files ------------------------------------------------------------

static bool equals_added(const struct job *job)
{
    const struct hunk *hunk = job->hunk;
    struct lines lines = job->rf->text.lines;

    if (lines.count != hunk->line_count)
        return false;
    for (size_t i = 0; i < hunk->line_count; i++)
        if (!fit_equal(lines.at[i], bare_line(&hunk->lines[i], i == 0),
                       FIT_EXACT))
            return false;
    return true;
}

static void place_add(struct job *job)
{
    bool exists = job->rf->pre.exists;

    set_fit(job, HUNK_OK, FIT_EXACT, 0, 0);
    job->slot->place.moved_by = 0;
    if (!exists)
        return;
    if (equals_added(job)) {
        job->slot->place.state = HUNK_APPLIED;
    } else if (job->patch->format == PATCH_APPLY) {
        job->slot->place.state = HUNK_FUZZY;
        job->slot->place.reason = STR("replaces the file that is there");
    } else {
        set_conflict(job, STR("a file of that name exists"), 0);
    }
}

static void place_delete(struct job *job)
{
    size_t count = job->rf->text.lines.count;
    enum fit fit = FIT_EXACT;

    set_fit(job, HUNK_OK, FIT_EXACT, 0, count);
    job->slot->place.moved_by = 0;
    if (job->hunk->line_count == 0 && job->patch->format == PATCH_APPLY)
        return;
    cut_sides(job);
    while (fit <= FIT_PUNCTUATION
           && (job->pre.count != count
               || (count > 0
                   && text_find(&job->rf->text, job->scratch, job->pre, fit, 0,
                                count, 0)
                              .count
                          == 0)))
        fit++;
    if (fit > FIT_PUNCTUATION)
        set_conflict(job,
                     STR("the file holds other lines than the patch "
                         "deletes"),
                     0);
    else if (fit != FIT_EXACT)
        set_fit(job, HUNK_FUZZY, fit, 0, count);
}

// Says why nothing in this file can be done; empty if all is well.
static struct str refusal(const struct job *job)
{
    const struct file_patch *file = job->file;
    const struct preimage *pre = &job->rf->pre;

    if (pre->unreadable.len > 0)
        return pre->unreadable;
    if (file->mode != 0 && (file->mode & 0170000) != 0100000)
        return STR("a symbolic link or a submodule, not a file");
    if (file->action != FILE_ADD && !pre->exists)
        return STR("no such file");
    if (job->rf->taken && job->patch->format == PATCH_UNIFIED)
        return STR("a file with the new name exists");
    return STR("");
}

static void place_by_action(struct job *job)
{
    switch (job->file->action) {
    case FILE_UPDATE: place_update(job); return;
    case FILE_ADD: place_add(job); return;
    case FILE_DELETE: place_delete(job); return;
    }
}

void place_hunk(const struct patch *patch, const struct file_patch *file,
                struct review_file *rf, size_t h, struct arena *scratch)
{
    struct job job = {
        .patch = patch,
        .file = file,
        .hunk = &file->hunks[h],
        .rf = rf,
        .slot = &rf->slots[h],
        .scratch = scratch,
        .expected = HUNK_NO_HINT,
    };
    struct hunk_place *place = &job.slot->place;

    *place = (struct hunk_place){ .reason = STR("") };
    job.slot->drop_tail = job.slot->literal = false;
    struct str reason = refusal(&job);
    if (reason.len > 0)
        set_conflict(&job, arena_copy(&rf->words, reason), 0);
    else
        place_by_action(&job);
    if (job.slot->fits && rf->taken && place->reason.len == 0) {
        place->state = HUNK_FUZZY;
        place->reason = STR("replaces the file that has the new name");
    }
    arena_reset(scratch);
}
