/* The summary of a proposal inside the conversation: its files, the state of
 * each hunk as it arrives, and what was decided. */
#include "transcript_rows.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/patch/stream.h"
#include "kerf/text/width.h"
#include "kerf/text/wrap.h"

struct number hunk_words(const struct hunk_place *place)
{
    struct number out;
    const char *word = "";

    switch (place->state) {
    case HUNK_ARRIVING: word = "arriving"; break;
    case HUNK_OK: word = "ok"; break;
    case HUNK_MOVED: word = "moved"; break;
    case HUNK_FUZZY: word = "fuzzy"; break;
    case HUNK_MERGED: word = "merged"; break;
    case HUNK_APPLIED: word = "applied"; break;
    case HUNK_AMBIGUOUS: word = "AMBIGUOUS"; break;
    case HUNK_CONFLICT: word = "CONFLICT"; break;
    case HUNK_STALE: word = "stale"; break;
    }
    if (place->state == HUNK_MOVED)
        snprintf(out.at, sizeof(out.at), "%s %+ld", word, place->moved_by);
    else
        snprintf(out.at, sizeof(out.at), "%s", word);
    return out;
}

enum role hunk_role(enum hunk_state state)
{
    switch (state) {
    case HUNK_ARRIVING: return ROLE_DIM;
    case HUNK_OK: return ROLE_OK;
    case HUNK_APPLIED: return ROLE_DIM;
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED:
    case HUNK_STALE: return ROLE_WARNING;
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT: return ROLE_ERROR;
    }
    return ROLE_TEXT;
}

char decision_letter(enum decision decision)
{
    switch (decision) {
    case DECISION_NONE: return '?';
    case DECISION_YES: return 'y';
    case DECISION_NO: return 'n';
    case DECISION_MIXED: return '~';
    }
    return '?';
}

struct state_word {
    enum hunk_state state;
    const char *word;
};

static const struct state_word state_words[] = {
    { HUNK_OK, "ok" },
    { HUNK_MOVED, "moved" },
    { HUNK_FUZZY, "fuzzy" },
    { HUNK_MERGED, "merged" },
    { HUNK_APPLIED, "applied" },
    { HUNK_STALE, "stale" },
    { HUNK_AMBIGUOUS, "ambiguous" },
    { HUNK_CONFLICT, "conflict" },
    { HUNK_ARRIVING, "arriving" },
};

#define STATE_COUNT (sizeof(state_words) / sizeof(state_words[0]))

static size_t count_states(const struct proposal *proposal,
                           size_t counts[STATE_COUNT])
{
    const struct patch *patch = selection_patch(proposal->selection);
    size_t hunks = 0;

    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++, hunks++)
            counts[selection_place(proposal->selection, f, h)->state]++;
    return hunks;
}

size_t proposal_hunks(const struct proposal *proposal)
{
    const struct patch *patch = selection_patch(proposal->selection);
    size_t hunks = 0;

    for (size_t f = 0; f < patch->file_count; f++)
        hunks += patch->files[f].hunk_count;
    return hunks;
}

static void make_head(const struct making *making, size_t index)
{
    const struct proposal *proposal = &making->session->proposals[index];
    size_t counts[STATE_COUNT] = { 0 };
    size_t hunks = count_states(proposal, counts);
    size_t files = selection_patch(proposal->selection)->file_count;
    struct view_line line = { .arena = making->arena };

    line_printf(&line, ROLE_STRONG, "%*spatch #%zu", BODY_COL, "", index + 1);
    line_printf(&line, ROLE_TEXT, "   %zu file%s   %zu%s hunk%s  ", files,
                files == 1 ? "" : "s", hunks,
                proposal->complete || proposal->ended ? "" : "+",
                hunks == 1 ? "" : "s");
    for (size_t i = 0; i < STATE_COUNT; i++) {
        size_t count = counts[state_words[i].state];
        if (count > 0)
            line_printf(&line, hunk_role(state_words[i].state), " %zu %s ",
                        count, state_words[i].word);
    }
    rows_add(making->arena, making->rows, line_row(&line));
}

static void add_hunks(struct view_line *line, const struct proposal *proposal,
                      size_t file, size_t first)
{
    const struct patch *patch = selection_patch(proposal->selection);

    for (size_t h = 0; h < patch->files[file].hunk_count; h++) {
        const struct hunk_place *place =
            selection_place(proposal->selection, file, h);
        enum decision decision = selection_decision(
            proposal->selection, (struct target){ file, h, SELECT_ALL });
        line_printf(line, ROLE_TEXT, "h%zu ", first + h);
        if (decision != DECISION_NONE)
            line_printf(line, ROLE_STRONG, "%c ", decision_letter(decision));
        line_printf(line, hunk_role(place->state), "%s  ",
                    hunk_words(place).at);
    }
}

// --- the lines of a hunk, once the patch is unfolded -----------------------

static void add_line(const struct making *making, struct patch_line line)
{
    static const enum role roles[] = { [LINE_CONTEXT] = ROLE_TEXT,
                                       [LINE_REMOVED] = ROLE_REMOVED,
                                       [LINE_ADDED] = ROLE_ADDED };
    struct str clean = width_line(making->arena, line.text, 0, 8);
    struct span span = { .len = clean.len, .role = roles[line.kind] };
    struct wrap wrap = {
        .width_cells = making->cols,
        .first = arena_printf(making->arena, "      %c", " -+"[line.kind]),
        .rest = STR("       "),
        .prefix_role = roles[line.kind],
    };

    wrap_text(making->arena, making->rows, clean, &span, 1, &wrap);
}

static void make_hunk(const struct making *making,
                      const struct proposal *proposal, size_t file, size_t h,
                      size_t number)
{
    const struct hunk *hunk =
        &selection_patch(proposal->selection)->files[file].hunks[h];
    const struct hunk_place *place =
        selection_place(proposal->selection, file, h);
    struct view_line line = { .arena = making->arena };
    size_t first = making->rows->count;

    line_printf(&line, ROLE_HUNK, "%*s@@ h%zu", BODY_COL + 4, "", number);
    line_printf(&line, hunk_role(place->state), "  %s", hunk_words(place).at);
    rows_add(making->arena, making->rows, line_row(&line));
    for (size_t i = 0; i < hunk->line_count; i++)
        add_line(making, hunk->lines[i]);
    for (size_t i = first; i < making->rows->count; i++)
        making->rows->at[i].part = making->parts + number;
}

static void make_hunks(const struct making *making,
                       const struct proposal *proposal, size_t file,
                       size_t first)
{
    const struct file_patch *entry =
        &selection_patch(proposal->selection)->files[file];

    for (size_t h = 0; h < entry->hunk_count; h++) {
        if (making->rows->count > LIMIT_OPEN_LINES) {
            rows_add_text(making->arena, making->rows,
                          STR("      [more in the review]"), ROLE_DIM);
            return;
        }
        make_hunk(making, proposal, file, h, first + h);
    }
}

static const char *action_word(const struct file_patch *file)
{
    switch (file->action) {
    case FILE_ADD: return "new";
    case FILE_DELETE: return "deleted";
    case FILE_REPLACE: return "whole";
    case FILE_UPDATE: return file->move_to.len > 0 ? "moved" : "";
    }
    return "";
}

// Where the parts of a row of the summary begin, so that they line up.
struct columns {
    size_t path_cells; // of a path at most
    size_t counts, action, hunks;
};

#define PATH_COL (BODY_COL + 2)
#define COLUMN_GAP 2

// What each part has room for, be all of them short, and what a path keeps, be
// the rest ever so long.
static const struct {
    size_t path, counts, hunks, path_keeps;
} wide_cells = { 22, 8, 24, 22 }, narrow_cells = { 0, 5, 12, 16 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t counts_cells(struct arena *arena, const struct file_patch *file)
{
    size_t added, removed;

    patch_file_counts(file, &added, &removed);
    return arena_printf(arena, "+%zu -%zu", added, removed).len;
}

// They fit the longest of the files that are shown; a path only as far as what
// stands behind it fits the screen, too.
static struct columns columns_of(const struct making *making,
                                 const struct patch *patch, size_t shown)
{
    bool wide = making->cols >= NARROW_COLS;
    size_t keeps = wide ? wide_cells.path_keeps : narrow_cells.path_keeps;
    size_t counts = wide ? wide_cells.counts : narrow_cells.counts;
    size_t hunks = wide ? wide_cells.hunks : narrow_cells.hunks;
    size_t path = wide ? wide_cells.path : narrow_cells.path, action = 0;

    for (size_t f = 0; f < shown && f < patch->file_count; f++) {
        const struct file_patch *file = &patch->files[f];
        struct str clean = utf8_sanitised(making->arena, file->path, false);
        path = larger(path, width_of(clean));
        counts = larger(counts, counts_cells(making->arena, file));
        action = larger(action, strlen(action_word(file)));
    }
    if (action > 0)
        action += COLUMN_GAP;
    size_t rest = PATH_COL + counts + action + hunks + 2 * COLUMN_GAP;
    size_t room = making->cols > rest ? making->cols - rest : 0;
    if (path > room)
        path = larger(room, keeps);
    size_t at = PATH_COL + path + COLUMN_GAP;
    size_t behind = at + counts + COLUMN_GAP;
    return (struct columns){ path, at, behind, behind + action };
}

static void make_file(const struct making *making,
                      const struct proposal *proposal,
                      const struct columns *columns, size_t file, size_t first)
{
    const struct file_patch *entry =
        &selection_patch(proposal->selection)->files[file];
    struct view_line line = { .arena = making->arena };
    size_t added, removed;

    patch_file_counts(entry, &added, &removed);
    line_pad(&line, PATH_COL);
    line_path(&line, ROLE_TEXT, entry->path,
              making->open ? SIZE_MAX : columns->path_cells);
    line_pad(&line, columns->counts);
    line_printf(&line, ROLE_ADDED, "+%zu ", added);
    line_printf(&line, ROLE_REMOVED, "-%zu", removed);
    line_pad(&line, columns->action);
    line_add(&line, ROLE_DIM, str_from(action_word(entry)));
    if (columns->hunks > columns->action)
        line_pad(&line, columns->hunks);
    add_hunks(&line, proposal, file, first);
    struct row row = line_row(&line);
    struct wrap wrap = {
        .width_cells = making->cols,
        .rest = STR("      "),
        .at_words = true,
    };
    wrap_text(making->arena, making->rows, str_trim_end(row.text), row.spans,
              row.span_count, &wrap);
}

static void make_files(const struct making *making,
                       const struct proposal *proposal)
{
    const struct patch *patch = selection_patch(proposal->selection);
    size_t most = making->open ? patch->file_count : FOLDED_FILES;
    struct columns columns = columns_of(making, patch, most);
    size_t first = 1;

    for (size_t f = 0; f < patch->file_count; f++) {
        if (f == most) {
            struct view_line line = { .arena = making->arena };
            line_printf(&line, ROLE_DIM, "%*s[%zu more files  ^O]", PATH_COL,
                        "", patch->file_count - most);
            rows_add(making->arena, making->rows, line_row(&line));
            return;
        }
        make_file(making, proposal, &columns, f, first);
        if (making->open)
            make_hunks(making, proposal, f, first);
        first += patch->files[f].hunk_count;
    }
}

static void make_outcome(const struct making *making,
                         const struct proposal *proposal)
{
    struct view_line line = { .arena = making->arena };
    size_t files = text_lines(proposal->written);

    if (proposal->write_id.len > 0)
        line_printf(&line, ROLE_OK, "%*swritten: %zu file%s", BODY_COL, "",
                    files, files == 1 ? "" : "s");
    else if (proposal->ended)
        line_printf(&line, ROLE_DIM, "%*sreview ended, nothing written",
                    BODY_COL, "");
    else
        return;
    rows_add(making->arena, making->rows, line_row(&line));
}

void making_proposal(const struct making *making, size_t index)
{
    if (index >= making->session->proposal_count)
        return;
    const struct proposal *proposal = &making->session->proposals[index];
    make_head(making, index);
    make_files(making, proposal);
    if (proposal->problem.len > 0)
        making_text(making, proposal->problem, BODY_COL, ROLE_ERROR);
    else
        make_outcome(making, proposal);
}
