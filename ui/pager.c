/* Both contents are blocks of rows, so that scrolling and searching need not
 * know what they scroll. The conversation has its own transcript here, with
 * everything unfolded, which goes when the pager is closed; so the one below
 * stays where it was. Its cursor is a row: what stands there can be copied and
 * folded. While the cursor is on the last row, the end is followed. */
#include "pager.h"

#include <stdlib.h>

#include "help.h"
#include "kerf/text/width.h"
#include "pager_find.h"
#include "transcript.h"

struct pager {
    enum pager_kind kind;
    struct transcript *transcript;
    struct arena arena; // of the help's rows
    struct rows help;
    size_t help_cols;
    struct scroll scroll;
    struct scroll_at cursor; // of the conversation; a match of the help
    struct scroll_anchor anchor;
    bool has_cursor;
    struct search search;
    struct matches matches;
    size_t rows, cols; // of the last drawing
    const char *spot;  // under the cursor then
};

struct pager *pager_create(void)
{
    struct pager *pager = mem_alloc(sizeof(*pager));

    pager->spot = "";
    return pager;
}

static void close_pager(struct pager *pager)
{
    transcript_destroy(pager->transcript);
    arena_release(&pager->arena);
    search_release(&pager->search);
    matches_release(&pager->matches);
    *pager = (struct pager){ .spot = "" };
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
    pager->has_cursor = kind == PAGER_TRANSCRIPT;
    if (kind == PAGER_TRANSCRIPT)
        pager->transcript = transcript_create(true);
    pager->scroll.away = kind == PAGER_HELP;
}

void pager_open_at(struct pager *pager, struct scroll_at at)
{
    pager_open(pager, PAGER_TRANSCRIPT);
    pager->scroll.top = pager->cursor = at;
    pager->scroll.away = true;
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

const char *pager_spot(const struct pager *pager)
{
    return pager->spot;
}

size_t pager_made(const struct pager *pager)
{
    return pager->transcript ? transcript_made(pager->transcript) : 0;
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
    return (struct scroll_source){ .self = pager,
                                   .blocks = 1,
                                   .cols = cols,
                                   .rows = help_count,
                                   .row = help_row };
}

// --- the cursor ------------------------------------------------------------

static struct scroll_at last_row(const struct scroll_source *source)
{
    return scroll_clamp(source, (struct scroll_at){ source->blocks, 0 });
}

static bool is_last(const struct scroll_source *source, struct scroll_at at)
{
    struct scroll_at last = last_row(source);

    return !scroll_is_before(at, last);
}

// Puts the row `above` rows below the top, if there is text enough below it.
static void show_at(struct pager *pager, const struct scroll_source *source,
                    struct scroll_at at, size_t above)
{
    struct scroll_at end = scroll_end(source, pager->rows);

    scroll_back(source, &at, above);
    pager->scroll.away = true;
    pager->scroll.top = scroll_is_before(end, at) ? end : at;
}

// Scrolls as little as it needs to have the cursor in view.
static void reveal(struct pager *pager, const struct scroll_source *source)
{
    struct scroll_at bottom = pager->scroll.top;
    size_t below = pager->rows > 0 ? pager->rows - 1 : 0;

    scroll_forward(source, &bottom, below);
    if (scroll_is_before(pager->cursor, pager->scroll.top))
        show_at(pager, source, pager->cursor, 0);
    else if (scroll_is_before(bottom, pager->cursor))
        show_at(pager, source, pager->cursor, below);
    pager->scroll.away = !is_last(source, pager->cursor);
}

static void put_cursor(struct pager *pager, const struct scroll_source *source,
                       struct scroll_at at)
{
    pager->cursor = at;
    pager->has_cursor = true;
    scroll_note(&pager->anchor, source, at);
}

static void settle_cursor(struct pager *pager,
                          const struct scroll_source *source)
{
    if (!pager->scroll.away)
        pager->cursor = last_row(source);
    else
        scroll_hold(&pager->anchor, source, &pager->cursor);
    put_cursor(pager, source, scroll_clamp(source, pager->cursor));
}

static void move_cursor(struct pager *pager, const struct scroll_source *source,
                        long by)
{
    struct scroll_at at = pager->cursor;

    if (by < 0)
        scroll_back(source, &at, (size_t)-by);
    else
        scroll_forward(source, &at, (size_t)by);
    put_cursor(pager, source, scroll_clamp(source, at));
    reveal(pager, source);
}

// --- searching -------------------------------------------------------------

static void tell_match(const struct pager *pager, size_t index, bool wrapped,
                       bool back, struct view_reply *reply)
{
    const struct matches *matches = &pager->matches;
    const char *from = back ? "; went on from the end"
                            : "; went on from the beginning";

    view_say(reply, "match %s of %s, line %s of %s%s",
             number_grouped((int64_t)index + 1).at,
             number_grouped((int64_t)matches->count).at,
             number_grouped((int64_t)matches->at[index].line + 1).at,
             number_grouped((int64_t)matches->lines).at, wrapped ? from : "");
}

static void search_on(struct pager *pager, const struct scroll_source *source,
                      bool back, struct view_reply *reply)
{
    struct scroll_at from = pager->has_cursor ? pager->cursor
                                              : pager->scroll.top;
    bool wrapped;

    if (pager->search.pattern.len == 0) {
        view_say(reply, "nothing to search for: / begins a search");
        return;
    }
    matches_collect(&pager->matches, &pager->search, source);
    if (pager->matches.count == 0) {
        view_warn(reply, "not found: %.*s",
                  STR_ARG(buf_str(&pager->search.pattern)));
        return;
    }
    size_t index = matches_next(&pager->matches, from, back, &wrapped);
    put_cursor(pager, source, pager->matches.at[index].at);
    show_at(pager, source, pager->cursor, pager->rows / 3);
    tell_match(pager, index, wrapped, back, reply);
}

// --- drawing ---------------------------------------------------------------

static void mark_rows(struct pager *pager, const struct scroll_source *source,
                      struct canvas *canvas, struct area area)
{
    struct scroll_at at = pager->scroll.top;

    for (size_t row = 0; row < area.rows && at.block < source->blocks; row++) {
        bool here = pager->has_cursor && at.block == pager->cursor.block
                    && at.row == pager->cursor.row;
        if (here) {
            canvas_mark_row(canvas, area, row, ROLE_SELECTED, true);
            canvas->cursor_row = area.row + row;
            canvas->cursor_col = area.col;
        }
        search_mark(&pager->search, canvas, area, row,
                    source->row(source->self, at.block, at.row)->text, 0,
                    !here);
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
    if (pager->transcript)
        settle_cursor(pager, &source);
    scroll_settle(&pager->scroll, &source, area.rows);
    if (pager->transcript && pager->scroll.away)
        reveal(pager, &source);
    scroll_draw(&pager->scroll, &source, canvas, area);
    mark_rows(pager, &source, canvas, area);
    pager->spot =
        pager->transcript ? spot_name(
            call->session, transcript_spot(pager->transcript, pager->cursor))
                          : "";
}

// --- keys ------------------------------------------------------------------

static void move_by(struct pager *pager, const struct scroll_source *source,
                    long by, bool page)
{
    if (!pager->transcript || page)
        scroll_by(&pager->scroll, source, pager->rows, by);
    if (pager->transcript)
        move_cursor(pager, source, by);
    else
        pager->has_cursor = false;
}

static void go_to(struct pager *pager, const struct scroll_source *source,
                  struct scroll_at at)
{
    put_cursor(pager, source, at);
    show_at(pager, source, at, 0);
    if (pager->transcript)
        reveal(pager, source);
}

static bool move(struct pager *pager, const struct scroll_source *source,
                 enum action action)
{
    long rows = (long)pager->rows;
    long page = rows > 2 ? rows - 2 : 1;

    if (action == ACTION_LINE_DOWN || action == ACTION_LINE_UP)
        move_by(pager, source, action == ACTION_LINE_DOWN ? 1 : -1, false);
    else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        move_by(pager, source, action == ACTION_PAGE_DOWN ? page : -page, true);
    else if (action == ACTION_HALF_DOWN || action == ACTION_HALF_UP)
        move_by(pager, source,
                action == ACTION_HALF_DOWN ? rows / 2 : -rows / 2, true);
    else if (action == ACTION_FIRST)
        go_to(pager, source, scroll_clamp(source, (struct scroll_at){ 0, 0 }));
    else if (action == ACTION_LAST)
        go_to(pager, source, last_row(source));
    else
        return false;
    return true;
}

static bool jump(struct pager *pager, const struct scroll_source *source,
                 enum action action, struct view_reply *reply)
{
    struct scroll_at at = pager->cursor;
    bool back = action == ACTION_PREVIOUS_TURN
                || action == ACTION_PREVIOUS_PART;
    bool found;

    if (action == ACTION_NEXT_TURN || action == ACTION_PREVIOUS_TURN)
        found = transcript_next_turn(pager->transcript, source, &at, back);
    else if (action == ACTION_NEXT_PART || action == ACTION_PREVIOUS_PART)
        found = transcript_next_part(source, &at, back);
    else
        return false;
    if (found)
        go_to(pager, source, at);
    else
        view_say(reply, back ? "there is none above" : "there is none below");
    return true;
}

static void fold(struct pager *pager, const struct scroll_source *source,
                 const struct session *session, struct view_reply *reply)
{
    struct scroll_at at = { pager->cursor.block, 0 };

    if (!transcript_turn_over(pager->transcript, session, at.block)) {
        view_say(reply, "nothing to fold here");
        return;
    }
    put_cursor(pager, source, scroll_clamp(source, at));
    pager->scroll.away = true;
}

static void copy(struct pager *pager, const struct session *session, bool turn,
                 struct view_reply *reply)
{
    struct spot spot = transcript_spot(pager->transcript, pager->cursor);
    struct buf text = { 0 };

    if (turn ? copy_turn(session, spot.turn, &text)
             : copy_spot(session, spot, &text))
        view_want_text(reply, CMD_COPY, buf_str(&text));
    else
        view_say(reply, "nothing to copy here");
    buf_release(&text);
}

// Keys that only the conversation knows.
static bool transcript_key(struct pager *pager,
                           const struct scroll_source *source,
                           const struct session *session, enum action action,
                           struct view_reply *reply)
{
    if (!pager->transcript)
        return false;
    if (jump(pager, source, action, reply))
        return true;
    if (action == ACTION_FOLD)
        fold(pager, source, session, reply);
    else if (action == ACTION_THINKING)
        view_say(reply, "reasoning is %s",
                 transcript_turn_thinking(pager->transcript, session)
                     ? "shown"
                     : "folded");
    else if (action == ACTION_COPY || action == ACTION_COPY_TURN)
        copy(pager, session, action == ACTION_COPY_TURN, reply);
    else
        return false;
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
    if (move(pager, &source, key->action)
        || transcript_key(pager, &source, call->session, key->action, reply))
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
