/* Both contents are blocks of rows, so that scrolling and searching need not
 * know what they scroll. The conversation has its own transcript here, with
 * everything unfolded, which goes when the pager is closed. */
#include "pager.h"

#include <stdlib.h>

#include "help.h"
#include "transcript.h"
#include "view_scroll.h"
#include "view_search.h"

struct pager {
    enum pager_kind kind;
    struct transcript *transcript;
    struct arena arena; // of the help's rows
    struct rows help;
    size_t help_cols;
    struct scroll scroll;
    struct search search;
    struct scroll_at found;
    bool has_found;
    size_t rows, cols; // of the last drawing
};

struct pager *pager_create(void)
{
    return mem_alloc(sizeof(struct pager));
}

static void close_pager(struct pager *pager)
{
    transcript_destroy(pager->transcript);
    arena_release(&pager->arena);
    search_release(&pager->search);
    *pager = (struct pager){ 0 };
}

void pager_destroy(struct pager *pager)
{
    if (!pager)
        return;
    close_pager(pager);
    free(pager);
}

void pager_open(struct pager *pager, enum pager_kind kind)
{
    close_pager(pager);
    pager->kind = kind;
    if (kind == PAGER_TRANSCRIPT)
        pager->transcript = transcript_create(true);
    pager->scroll.away = kind == PAGER_HELP; // help begins at its beginning
}

enum pager_kind pager_kind(const struct pager *pager)
{
    return pager->kind;
}

bool pager_is_typing(const struct pager *pager)
{
    return pager->search.typing;
}

struct str pager_pattern(const struct pager *pager)
{
    return buf_str(&pager->search.pattern);
}

// --- what is shown ---------------------------------------------------------

static size_t help_count(void *self, size_t block)
{
    struct pager *pager = self;

    return block == 0 ? pager->help.count : 0;
}

static const struct row *help_row(void *self, size_t block, size_t row)
{
    struct pager *pager = self;

    (void)block;
    return &pager->help.at[row];
}

static struct scroll_source source_of(struct pager *pager,
                                      const struct view_call *call, size_t cols)
{
    if (pager->transcript)
        return transcript_source(pager->transcript, call, cols);
    if (pager->help_cols != cols) {
        arena_release(&pager->arena);
        pager->help = (struct rows){ 0 };
        help_rows(&pager->arena, &pager->help, call->keymap, cols);
        pager->help_cols = cols;
    }
    return (struct scroll_source){ pager, 1, help_count, help_row };
}

// --- searching -------------------------------------------------------------

static bool row_matches(const struct pager *pager,
                        const struct scroll_source *source, struct scroll_at at)
{
    return search_matches(&pager->search,
                          source->row(source->self, at.block, at.row)->text);
}

static struct scroll_at last_row(const struct scroll_source *source)
{
    return scroll_clamp(source, (struct scroll_at){ source->blocks, 0 });
}

// One row on, around the end. False if there are no rows.
static bool step(const struct scroll_source *source, struct scroll_at *at,
                 bool back)
{
    if (back) {
        if (scroll_back(source, at, 1) == 0)
            *at = last_row(source);
    } else {
        scroll_forward(source, at, 1);
        if (at->block >= source->blocks) {
            *at = (struct scroll_at){ 0, 0 };
            scroll_forward(source, at, 0);
        }
    }
    return at->block < source->blocks;
}

static bool find(struct pager *pager, const struct scroll_source *source,
                 struct scroll_at *at, bool back)
{
    struct scroll_at from = scroll_clamp(source, *at);
    struct scroll_at to = from;

    while (step(source, &to, back)) {
        if (row_matches(pager, source, to)) {
            *at = to;
            return true;
        }
        if (to.block == from.block && to.row == from.row)
            return false;
    }
    return false;
}

static void search_on(struct pager *pager, const struct scroll_source *source,
                      bool back, struct view_reply *reply)
{
    struct scroll_at at = pager->has_found ? pager->found : pager->scroll.top;

    if (pager->search.pattern.len == 0) {
        view_say(reply, "nothing to search for: / begins a search");
        return;
    }
    if (!find(pager, source, &at, back)) {
        view_warn(reply, "not found: %.*s",
                  STR_ARG(buf_str(&pager->search.pattern)));
        return;
    }
    pager->found = at;
    pager->has_found = true;
    pager->scroll.away = true;
    pager->scroll.top = at;
    scroll_back(source, &pager->scroll.top, pager->rows / 3);
    struct scroll_at end = scroll_end(source, pager->rows);
    if (end.block < pager->scroll.top.block
        || (end.block == pager->scroll.top.block
            && end.row < pager->scroll.top.row))
        pager->scroll.top = end;
}

// --- the view --------------------------------------------------------------

static void mark_found(struct pager *pager, const struct scroll_source *source,
                       struct canvas *canvas, struct area area)
{
    struct scroll_at at = pager->scroll.top;

    for (size_t row = 0; pager->has_found && row < area.rows; row++) {
        if (at.block == pager->found.block && at.row == pager->found.row)
            canvas_mark_row(canvas, area, row, ROLE_SELECTED, true);
        scroll_forward(source, &at, 1);
    }
}

static void draw(void *self, const struct view_call *call,
                 struct canvas *canvas, struct area area)
{
    struct pager *pager = self;
    struct scroll_source source = source_of(pager, call, area.cols);

    pager->rows = area.rows;
    pager->cols = area.cols;
    scroll_settle(&pager->scroll, &source, area.rows);
    scroll_draw(&pager->scroll, &source, canvas, area);
    mark_found(pager, &source, canvas, area);
}

static void go_first(struct pager *pager)
{
    pager->scroll = (struct scroll){ .away = true };
}

static bool move(struct pager *pager, const struct scroll_source *source,
                 enum action action)
{
    long rows = (long)pager->rows;
    long page = rows > 2 ? rows - 2 : 1;
    long by = 0;

    if (action == ACTION_LINE_DOWN || action == ACTION_LINE_UP)
        by = action == ACTION_LINE_DOWN ? 1 : -1;
    else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        by = action == ACTION_PAGE_DOWN ? page : -page;
    else if (action == ACTION_HALF_DOWN || action == ACTION_HALF_UP)
        by = action == ACTION_HALF_DOWN ? rows / 2 : -rows / 2;
    else if (action == ACTION_FIRST)
        go_first(pager);
    else if (action == ACTION_LAST)
        pager->scroll.away = false;
    else
        return false;
    if (by != 0)
        scroll_by(&pager->scroll, source, pager->rows, by);
    pager->has_found = false;
    return true;
}

static bool key(void *self, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply)
{
    struct pager *pager = self;
    struct scroll_source source = source_of(pager, call, pager->cols);

    if (pager->search.typing) {
        if (search_key(&pager->search, key->key) == SEARCH_DONE)
            search_on(pager, &source, false, reply);
        return true;
    }
    if (move(pager, &source, key->action))
        return true;
    if (key->action == ACTION_SEARCH)
        search_open(&pager->search);
    else if (key->action == ACTION_SEARCH_NEXT)
        search_on(pager, &source, false, reply);
    else if (key->action == ACTION_SEARCH_PREVIOUS)
        search_on(pager, &source, true, reply);
    else if (key->action == ACTION_BACK)
        close_pager(pager);
    else
        return false;
    return true;
}

const struct view_ops pager_view = { .draw = draw, .key = key };
