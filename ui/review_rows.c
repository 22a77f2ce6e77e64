/*
 * A hunk as rows: its heading, lines of the file around it if asked for, its
 * lines wrapped to the width (a line that is cut could hide its end), notes
 * below what they speak of, and for a conflict the reason and what stands there
 * instead. Only positions are kept; texts are fetched again when they are
 * drawn.
 */
#include <stdlib.h>

#include "kerf/text/width.h"

#include "review_parts.h"

#define SHORT_LINES 500 // files up to there have numbers of three digits

bool review_is_placed(const struct hunk_place *place)
{
    switch (place->state) {
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED: return true;
    case HUNK_STALE: return place->fit != FIT_NONE;
    case HUNK_ARRIVING:
    case HUNK_APPLIED:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT: return false;
    }
    return false;
}

const struct hunk_place *review_place(const struct review_call *call,
                                      const struct review_block *block)
{
    return selection_place(call->proposal->selection, block->file, block->hunk);
}

const struct hunk *review_hunk(const struct review_call *call,
                               const struct review_block *block)
{
    return &call->patch->files[block->file].hunks[block->hunk];
}

const struct note *review_note(const struct review_call *call,
                               const struct review_block *block, size_t index)
{
    return selection_note_at(call->proposal->selection,
                             block->first_note + index);
}

bool review_is_folded(const struct review *review, size_t file)
{
    return file < review->folded_count && review->folded[file];
}

bool review_has_sides(const struct review *review, size_t cols)
{
    switch (review->sides) {
    case SIDES_AUTO: return cols >= WIDE_COLS;
    case SIDES_ON: return cols >= SIDES_COLS;
    case SIDES_OFF: return false;
    }
    return false;
}

// A column for the cursor and one between the halves.
size_t review_half_cols(size_t cols)
{
    return (cols - 2) / 2;
}

size_t review_row_line(const struct review_row *row)
{
    if (row->kind == ROW_PAIR && row->after.line != NO_INDEX)
        return row->after.line;
    return row->piece.line;
}

static struct lines file_lines(const struct review_call *call, size_t file)
{
    return selection_lines(call->proposal->selection, file);
}

// Numbers of a file that grows keep their room, and one column is blank. A new
// width would make all rows anew.
size_t review_number_cells(const struct review_call *call, size_t file)
{
    size_t count = file_lines(call, file).count;
    size_t cells = 4;

    if (count >= SHORT_LINES)
        for (count += 1000; count >= 1000 && cells < 10; count /= 10)
            cells++;
    return cells;
}

// --- the text of a row -----------------------------------------------------

// A placed hunk shows its unchanged and removed lines as the file has them.
static struct str patch_line_text(const struct review_call *call,
                                  const struct review_block *block, size_t line)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    struct lines lines = file_lines(call, block->file);
    size_t at = place->line;

    if (place->state != HUNK_FUZZY || hunk->lines[line].kind == LINE_ADDED)
        return hunk->lines[line].text;
    for (size_t i = 0; i < line; i++)
        at += hunk->lines[i].kind != LINE_ADDED;
    return at < lines.count ? lines.at[at] : hunk->lines[line].text;
}

// Where every line ends in CR LF that is told once, in the heading.
static struct str shown_end(const struct review_block *block, struct str text)
{
    bool cut = block->crlf && text.len > 0 && text.at[text.len - 1] == '\r';

    return str_take(text, text.len - cut);
}

static struct str source_of(const struct review_call *call,
                            const struct review_block *block,
                            enum row_kind kind, size_t line)
{
    struct lines lines = file_lines(call, block->file);

    switch (kind) {
    case ROW_PAIR:
    case ROW_LINE: return shown_end(block, patch_line_text(call, block, line));
    case ROW_AROUND:
    case ROW_FOUND:
        return shown_end(block, line < lines.count ? lines.at[line] : STR(""));
    case ROW_REASON: return review_place(call, block)->reason;
    case ROW_VERSION:
        return call->version && line < call->version->line_count
                   ? call->version->lines[line].text
                   : STR("");
    case ROW_PROBLEM:
        return selection_preimage(call->proposal->selection, block->file)
            ->unreadable;
    case ROW_BLANK:
    case ROW_FILE:
    case ROW_HUNK:
    case ROW_NOTE:
    case ROW_VERSION_TITLE:
    case ROW_FOUND_TITLE: return STR("");
    }
    return STR("");
}

// A note may have several lines; they stay lines of its text.
static struct str note_text(struct arena *arena, const struct note *note)
{
    struct str rest = note->text, line, text;
    size_t lines = note->last_line - note->target.line + 1;
    const char *sent = note->sent ? ", sent" : "";

    text = lines > 1 ? arena_printf(arena, "note on %zu lines%s: ", lines, sent)
                     : arena_printf(arena, "note%s: ", sent);
    for (bool first = true; str_split(&rest, '\n', &line); first = false) {
        line = width_line(arena, line, 0, TAB_CELLS);
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text),
                            first ? "" : "\n", STR_ARG(line));
    }
    return text;
}

static struct str text_of(struct arena *arena, const struct review_call *call,
                          const struct review_block *block, enum row_kind kind,
                          size_t line)
{
    if (kind == ROW_NOTE)
        return note_text(arena, review_note(call, block, line));
    return width_line(arena, source_of(call, block, kind, line), 0, TAB_CELLS);
}

struct str review_line_text(const struct review_call *call,
                            const struct review_block *block,
                            enum row_kind kind, size_t line)
{
    return text_of(call->view->arena, call, block, kind, line);
}

// --- making rows -----------------------------------------------------------

struct maker {
    const struct review_call *call;
    struct review_block *block;
    size_t text_cols; // for the text of a line
    size_t half_cols; // the same, side by side
    struct arena arena;
};

static void add_row(struct maker *m, struct review_row row)
{
    struct review_block *block = m->block;

    if (block->row_count == block->row_cap) {
        block->row_cap = block->row_cap ? 2 * block->row_cap : 8;
        block->rows =
            mem_realloc(block->rows, block->row_cap * sizeof(*block->rows));
    }
    block->rows[block->row_count++] = row;
}

static void add_plain(struct maker *m, enum row_kind kind, size_t line)
{
    add_row(m, (struct review_row){ .kind = kind, .piece = { .line = line } });
}

// Cuts a line into pieces that fit, between clusters and at newlines.
struct cutter {
    struct str text; // what is left
    struct piece next;
    size_t cols;
    bool more;
};

static bool is_short_ascii(struct str text, size_t cols)
{
    if (text.len > cols)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < 0x20 || text.at[i] == 0x7f)
            return false;
    return true;
}

static struct cutter cutter_begin(struct maker *m, enum row_kind kind,
                                  size_t line, size_t cols)
{
    struct cutter cutter = { .cols = cols, .next.line = line };

    if (line == NO_INDEX)
        return cutter;
    cutter.more = true;
    cutter.text = source_of(m->call, m->block, kind, line);
    if (kind == ROW_NOTE || !is_short_ascii(cutter.text, cols))
        cutter.text = text_of(&m->arena, m->call, m->block, kind, line);
    return cutter;
}

static struct piece cutter_take(struct cutter *cutter)
{
    struct str line = str_take(cutter->text, str_find_char(cutter->text, '\n'));
    struct str fit = width_fit(line, cutter->cols, NULL);

    if (!cutter->more)
        return (struct piece){ .line = NO_INDEX };
    if (fit.len == 0 && line.len > 0)
        fit = str_take(line, width_step(line, &(size_t){ 0 }));
    struct piece piece = cutter->next;
    piece.len = fit.len;
    size_t used = fit.len
                  + (fit.len == line.len && line.len < cutter->text.len);
    cutter->next.start += used;
    cutter->text = str_skip(cutter->text, used);
    cutter->more = cutter->text.len > 0;
    return piece;
}

static void add_line(struct maker *m, enum row_kind kind, size_t line)
{
    arena_reset(&m->arena);
    struct cutter cutter = cutter_begin(m, kind, line, m->text_cols);

    while (cutter.more)
        add_row(m, (struct review_row){ .kind = kind,
                                        .piece = cutter_take(&cutter) });
}

static void add_pair(struct maker *m, enum row_kind kind, size_t before,
                     size_t after)
{
    arena_reset(&m->arena);
    struct cutter left = cutter_begin(m, kind, before, m->half_cols);
    struct cutter right = cutter_begin(m, kind, after, m->half_cols);

    while (left.more || right.more) {
        struct review_row row = { .kind = kind };
        row.piece = cutter_take(&left);
        row.after = cutter_take(&right);
        add_row(m, row);
    }
}

static void add_around(struct maker *m, size_t line)
{
    if (m->block->sides)
        add_pair(m, ROW_AROUND, line, line);
    else
        add_line(m, ROW_AROUND, line);
}

// The notes that end at a line of the hunk; SELECT_ALL: those on all of it.
static void add_notes(struct maker *m, size_t last_line)
{
    for (size_t i = 0; i < m->block->note_count; i++) {
        const struct note *note = review_note(m->call, m->block, i);
        size_t last = note->target.line == SELECT_ALL ? SELECT_ALL
                                                      : note->last_line;
        if (last == last_line)
            add_line(m, ROW_NOTE, i);
    }
}

// --- the lines of a hunk ---------------------------------------------------

static size_t run_of(const struct hunk *hunk, size_t from, enum line_kind kind)
{
    size_t at = from;

    while (at < hunk->line_count && hunk->lines[at].kind == kind)
        at++;
    return at - from;
}

// Removed lines beside the added ones that follow them, in order.
static size_t add_change(struct maker *m, const struct hunk *hunk, size_t at)
{
    size_t removed = run_of(hunk, at, LINE_REMOVED);
    size_t added = run_of(hunk, at + removed, LINE_ADDED);

    for (size_t i = 0; i < removed || i < added; i++) {
        add_pair(m, ROW_PAIR, i < removed ? at + i : NO_INDEX,
                 i < added ? at + removed + i : NO_INDEX);
        if (i < removed)
            add_notes(m, at + i);
        if (i < added)
            add_notes(m, at + removed + i);
    }
    return removed + added;
}

static void add_lines(struct maker *m, const struct hunk *hunk)
{
    for (size_t i = 0; i < hunk->line_count;) {
        bool context = hunk->lines[i].kind == LINE_CONTEXT;
        if (m->block->sides && !context) {
            i += add_change(m, hunk, i);
            continue;
        }
        if (m->block->sides)
            add_pair(m, ROW_PAIR, i, i);
        else
            add_line(m, ROW_LINE, i);
        add_notes(m, i);
        i++;
    }
}

static size_t preimage_count(const struct hunk *hunk)
{
    size_t count = 0;

    for (size_t i = 0; i < hunk->line_count; i++)
        count += hunk->lines[i].kind != LINE_ADDED;
    return count;
}

// Lines of the file before the hunk, not those another hunk covers.
static void add_before(struct maker *m, const struct hunk_place *place)
{
    size_t floor = 0;

    if (m->block->hunk > 0) {
        const struct hunk_place *last = selection_place(
            m->call->proposal->selection, m->block->file, m->block->hunk - 1);
        if (review_is_placed(last))
            floor = last->line + last->count;
    }
    size_t from = place->line > m->call->review->context
                      ? place->line - m->call->review->context
                      : 0;
    for (size_t i = from > floor ? from : floor; i < place->line; i++)
        add_around(m, i);
}

// Lines behind it, up to those that the next hunk shows before itself.
static void add_behind(struct maker *m, const struct hunk_place *place)
{
    const struct file_patch *file = &m->call->patch->files[m->block->file];
    size_t context = m->call->review->context;
    size_t end = file_lines(m->call, m->block->file).count;
    size_t from = place->line + place->count;

    if (m->block->hunk + 1 < file->hunk_count) {
        const struct hunk_place *next = selection_place(
            m->call->proposal->selection, m->block->file, m->block->hunk + 1);
        size_t before = next->line > context ? next->line - context : 0;
        if (review_is_placed(next) && before < end)
            end = before;
    }
    for (size_t i = from; i < from + context && i < end; i++)
        add_around(m, i);
}

static void add_found(struct maker *m, const struct hunk_place *place)
{
    size_t count = preimage_count(review_hunk(m->call, m->block));
    size_t end = file_lines(m->call, m->block->file).count;

    if (place->state != HUNK_CONFLICT || place->nearest >= end || count == 0)
        return;
    if (count > FOUND_LINES)
        count = FOUND_LINES;
    add_plain(m, ROW_FOUND_TITLE, place->nearest);
    for (size_t i = place->nearest; i < place->nearest + count && i < end; i++)
        add_line(m, ROW_FOUND, i);
}

static bool is_version_of(const struct review_call *call,
                          const struct review_block *block)
{
    return call->version && call->version_of.file == block->file
           && call->version_of.hunk == block->hunk;
}

// Another version is shown below this one until it is whole.
static void add_version(struct maker *m)
{
    if (!is_version_of(m->call, m->block))
        return;
    add_plain(m, ROW_VERSION_TITLE, 0);
    for (size_t i = 0; i < m->call->version->line_count; i++)
        add_line(m, ROW_VERSION, i);
}

static void make_hunk(struct maker *m)
{
    const struct hunk_place *place = review_place(m->call, m->block);
    bool placed = review_is_placed(place);

    add_plain(m, ROW_HUNK, 0);
    if (place->reason.len > 0 && placed)
        add_line(m, ROW_REASON, 0);
    add_notes(m, SELECT_ALL);
    if (placed)
        add_before(m, place);
    add_lines(m, review_hunk(m->call, m->block));
    if (placed)
        add_behind(m, place);
    if (place->reason.len > 0 && !placed)
        add_line(m, ROW_REASON, 0);
    if (!placed)
        add_found(m, place);
    add_version(m);
}

static void make_file(struct maker *m)
{
    const struct preimage *pre =
        selection_preimage(m->call->proposal->selection, m->block->file);

    if (m->block->file > 0)
        add_plain(m, ROW_BLANK, 0);
    add_plain(m, ROW_FILE, 0);
    // Binary data goes into a binary file.
    bool binary = m->call->patch->files[m->block->file].binary;
    if (pre && pre->unreadable.len > 0 && (!binary || pre->forbidden))
        add_line(m, ROW_PROBLEM, 0);
    add_notes(m, SELECT_ALL);
}

// --- what a block is made from ---------------------------------------------

static void take_stock(const struct review_call *call,
                       struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);

    block->added = 0;
    block->removed = 0;
    block->crlf = hunk->line_count > 0;
    for (size_t i = 0; i < hunk->line_count; i++) {
        block->added += hunk->lines[i].kind == LINE_ADDED;
        block->removed += hunk->lines[i].kind == LINE_REMOVED;
        block->crlf &= str_ends_with(hunk->lines[i].text, STR("\r"));
    }
    block->deceptive =
        block->complete ? hunk_hidden(hunk, &block->deceptive_line) : 0;
}

// What is shown of a hunk; where it stands in the file is not part of it.
static uint64_t content_of(const struct review_call *call,
                           const struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);
    uint64_t hash =
        str_hash(call->patch->files[block->file].path, block->state);

    for (size_t i = 0; i < hunk->line_count; i++)
        hash = str_hash(patch_line_text(call, block, i),
                        hash + (uint64_t)hunk->lines[i].kind);
    return hash;
}

// What was seen counts no more once the content is another one.
static void note_change(const struct review_call *call,
                        struct review_block *block)
{
    block->seen_from = block->seen_to = 0;
    block->seen_end = false;
    free(block->partners);
    block->partners = NULL;
    if (!block->complete)
        return;
    block->content = content_of(call, block);
    block->seen_end = seen_has(&call->review->seen, block->content);
}

static bool content_is_same(const struct review_block *block,
                            const struct hunk *hunk,
                            const struct hunk_place *place, bool complete)
{
    return block->made && block->complete == complete
           && block->state == place->state
           && block->line_count == hunk->line_count
           && block->lines == hunk->lines && block->place_line == place->line;
}

static bool layout_is_same(const struct review_call *call,
                           const struct review_block *block, size_t cols)
{
    return block->cols == cols && block->context == call->review->context
           && block->folded == review_is_folded(call->review, block->file)
           && block->sides == review_has_sides(call->review, cols)
           && block->notes == block->made_notes;
}

static bool hunk_is_fresh(const struct review_call *call,
                          struct review_block *block, size_t cols)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    bool complete = hunk->complete && place->state != HUNK_ARRIVING;
    size_t version = is_version_of(call, block) ? 1 + call->version->line_count
                                                : 0;
    bool same = content_is_same(block, hunk, place, complete);

    if (same && version == block->version_lines
        && layout_is_same(call, block, cols))
        return true;
    block->complete = complete;
    block->state = place->state;
    block->place_line = place->line;
    block->line_count = hunk->line_count;
    block->lines = hunk->lines;
    block->version_lines = version;
    if (!same)
        note_change(call, block);
    else if (!layout_is_same(call, block, cols))
        block->seen_from = block->seen_to = 0;
    return false;
}

static bool file_is_fresh(const struct review_call *call,
                          struct review_block *block, size_t cols)
{
    const struct preimage *pre =
        selection_preimage(call->proposal->selection, block->file);
    size_t problem = pre ? pre->unreadable.len : 0;
    bool fresh = block->made && block->line_count == problem
                 && layout_is_same(call, block, cols);

    block->line_count = problem;
    return fresh;
}

static struct maker maker_of(const struct review_call *call,
                             struct review_block *block, size_t cols)
{
    size_t cells = review_number_cells(call, block->file);
    size_t margin = 2 * cells + 3, side = cells + 3;
    size_t half = review_half_cols(cols);

    return (struct maker){
        .call = call,
        .block = block,
        .text_cols = cols > margin + 8 ? cols - margin : 8,
        .half_cols = half > side + 8 ? half - side : 8,
    };
}

void review_make_rows(const struct review_call *call,
                      struct review_block *block, size_t cols)
{
    bool is_hunk = block->hunk != NO_INDEX;
    struct maker m = maker_of(call, block, cols);

    if (is_hunk ? hunk_is_fresh(call, block, cols)
                : file_is_fresh(call, block, cols))
        return;
    block->made = true;
    block->cols = cols;
    block->context = call->review->context;
    block->folded = review_is_folded(call->review, block->file);
    block->sides = review_has_sides(call->review, cols);
    block->made_notes = block->notes;
    block->row_count = 0;
    if (is_hunk)
        take_stock(call, block);
    if (is_hunk && !block->folded)
        make_hunk(&m);
    else if (!is_hunk)
        make_file(&m);
    arena_release(&m.arena);
}
