/*
 * Three clocks decide whether a key is an answer: when the question was first
 * drawn, when its end was, and the last key that came too early. A burst of
 * keys typed ahead keeps pushing the last one, so none of it ever counts.
 */
#include "approval.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"
#include "kerf/text/wrap.h"
#include "kerf/ui/composer.h"

#define NEVER INT64_MIN
#define INDENT 2
#define QUESTION_COLS 60 // from which size and rows have room together

enum typing {
    TYPING_NOTHING,
    TYPING_REASON, // of a no
    TYPING_OTHER,  // the command that is to run instead
};

struct approval {
    size_t item; // the call that is asked about
    struct str call_id;
    struct arena arena; // of the call id
    int64_t drawn_ms, end_ms, early_ms;
    size_t top, rows, total; // window of the command's rows
    enum typing typing;
    struct composer *words;
};

struct approval *approval_create(void)
{
    struct approval *approval = mem_alloc(sizeof(*approval));

    approval->item = NO_INDEX;
    approval->words = composer_create();
    return approval;
}

void approval_destroy(struct approval *approval)
{
    if (!approval)
        return;
    composer_destroy(approval->words);
    arena_release(&approval->arena);
    free(approval);
}

bool approval_is_typing(const struct approval *approval)
{
    return approval->typing != TYPING_NOTHING;
}

enum hint_set approval_hints(const struct approval *approval)
{
    if (approval->typing != TYPING_NOTHING)
        return approval->typing == TYPING_REASON ? HINTS_REASON : HINTS_OTHER;
    return approval->end_ms == NEVER ? HINTS_UNREAD : HINTS_APPROVAL;
}

// Another question begins anew: nothing of it has been seen.
static const struct item *match(struct approval *approval,
                                const struct session *session)
{
    size_t index = session_asking(session);

    if (index == NO_INDEX) {
        approval->item = NO_INDEX;
        return NULL;
    }
    const struct item *item = &session->items[index];
    if (approval->item == index && str_equal(approval->call_id, item->call_id))
        return item;
    arena_reset(&approval->arena);
    approval->item = index;
    approval->call_id = arena_copy(&approval->arena, item->call_id);
    approval->drawn_ms = NEVER;
    approval->end_ms = NEVER;
    approval->early_ms = NEVER;
    approval->top = 0;
    approval->typing = TYPING_NOTHING;
    composer_clear(approval->words);
    return item;
}

static bool is_recent(int64_t then_ms, int64_t now_ms)
{
    return then_ms != NEVER && now_ms - then_ms < UI_ANSWER_GUARD_MS;
}

bool approval_is_too_early(struct approval *approval,
                           const struct view_call *call, const struct key *key)
{
    if (!match(approval, call->session))
        return false;
    if (approval_is_typing(approval))
        return false;
    if (key->code != KEYCODE_PASTE && approval->drawn_ms != NEVER
        && !is_recent(approval->drawn_ms, call->now_ms)
        && !is_recent(approval->early_ms, call->now_ms))
        return false;
    approval->early_ms = call->now_ms;
    return true;
}

static int64_t guard_left(int64_t then_ms, int64_t now_ms)
{
    return is_recent(then_ms, now_ms) ? then_ms + UI_ANSWER_GUARD_MS - now_ms
                                      : 0;
}

int64_t approval_guard_ms(const struct approval *approval, int64_t now_ms)
{
    const int64_t since[] = { approval->drawn_ms, approval->end_ms,
                              approval->early_ms };
    int64_t longest = approval->drawn_ms == NEVER ? UI_ANSWER_GUARD_MS : 0;

    for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
        int64_t left = guard_left(since[i], now_ms);
        if (left > longest)
            longest = left;
    }
    return longest;
}

// --- the text --------------------------------------------------------------

static size_t blanks_at(struct str text)
{
    size_t count = 0;

    while (count < text.len
           && (text.at[count] == ' ' || text.at[count] == '\t'))
        count++;
    return count;
}

static size_t newlines_at(struct str text)
{
    size_t count = 0;

    while (count < text.len && text.at[count] == '\n')
        count++;
    return count;
}

void approval_text(struct buf *out, struct str command)
{
    while (command.len > 0) {
        size_t blanks = blanks_at(command);
        size_t newlines = newlines_at(command);
        size_t len = 1;
        if (blanks > LONG_BLANKS) {
            buf_printf(out, "<%zu spaces>", blanks);
            len = blanks;
        } else if (newlines > 2) {
            buf_printf(out, "\n<%zu newlines>\n", newlines);
            len = newlines;
        } else if (command.at[0] == '\n') {
            buf_append_char(out, '\n');
        } else {
            while (len < command.len && command.at[len] != ' '
                   && command.at[len] != '\t' && command.at[len] != '\n')
                len++;
            utf8_sanitise(out, str_take(command, len), false);
        }
        command = str_skip(command, len);
    }
}

static struct rows command_rows(struct arena *arena, struct str command,
                                size_t cols)
{
    struct rows rows = { 0 };
    struct buf text = { 0 };
    struct str rest, line;
    struct wrap wrap = { .width_cells = cols > INDENT ? cols : INDENT + 1,
                         .first = STR("  "),
                         .rest = STR("  "),
                         .at_words = false };

    approval_text(&text, command);
    rest = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    while (str_split(&rest, '\n', &line)) {
        struct span span = { .len = line.len, .role = ROLE_CODE };
        wrap_text(arena, &rows, line, &span, line.len > 0, &wrap);
    }
    if (rows.count == 0)
        rows_add_text(arena, &rows, STR("  (nothing)"), ROLE_DIM);
    return rows;
}

// --- drawing ---------------------------------------------------------------

// Rows beside the command: question, warning, and what is typed.
static size_t fixed_rows(const struct approval *approval,
                         const struct item *item)
{
    return 1 + (approval_danger(item->command) != NULL)
           + (size_t)approval_is_typing(approval);
}

static size_t measure(void *self, const struct view_call *call, size_t cols,
                      size_t max_rows)
{
    struct approval *approval = self;
    const struct item *item = match(approval, call->session);

    if (!item)
        return 0;
    size_t rows = command_rows(call->arena, item->command, cols).count
                  + fixed_rows(approval, item);
    return rows < max_rows ? rows : max_rows;
}

static void draw_question(const struct approval *approval,
                          const struct view_call *call, const struct item *item,
                          struct canvas *canvas, struct area area)
{
    struct view_line line = { .arena = call->arena };

    line_add(&line, ROLE_FOCUS, STR("*run this command?"));
    bool whole = approval->rows >= approval->total;
    if (whole || area.cols >= QUESTION_COLS)
        line_printf(&line, ROLE_DIM, "  %s",
                    number_bytes(item->command.len).at);
    if (!whole)
        line_printf(&line, ROLE_WARNING, "  rows %zu-%zu of %zu  PgDn",
                    approval->top + 1, approval->top + approval->rows,
                    approval->total);
    struct row row = line_row(&line);
    canvas_put_row(canvas, area, 0, 0, &row);
}

static void draw_warning(const char *danger, struct canvas *canvas,
                         struct area area, size_t row)
{
    canvas_put(canvas, area, row, 0, STR("! "), ROLE_ERROR);
    canvas_put(canvas, area, row, 2, str_from(danger), ROLE_ERROR);
}

static void draw_words(struct approval *approval, struct canvas *canvas,
                       struct area area, size_t row)
{
    bool is_reason = approval->typing == TYPING_REASON;
    size_t used = canvas_put(
        canvas, area, row, 0,
        is_reason ? STR("no, because: ") : STR("run instead: "), ROLE_STRONG);

    struct area line = { area.row + row, area.col + used, 1,
                         area.cols > used ? area.cols - used : 0 };
    composer_draw(approval->words, canvas, line, true);
}

static void note_seen(struct approval *approval, int64_t now_ms)
{
    if (approval->drawn_ms == NEVER)
        approval->drawn_ms = now_ms;
    if (approval->end_ms == NEVER
        && approval->top + approval->rows >= approval->total)
        approval->end_ms = now_ms;
}

static void draw(void *self, const struct view_call *call,
                 struct canvas *canvas, struct area area)
{
    struct approval *approval = self;
    const struct item *item = match(approval, call->session);

    if (!item)
        return;
    const char *danger = approval_danger(item->command);
    struct rows rows = command_rows(call->arena, item->command, area.cols);
    size_t fixed = fixed_rows(approval, item);
    approval->total = rows.count;
    approval->rows = area.rows > fixed ? area.rows - fixed : 0;
    if (approval->rows > rows.count)
        approval->rows = rows.count;
    if (approval->top + approval->rows > rows.count)
        approval->top = rows.count - approval->rows;
    draw_question(approval, call, item, canvas, area);
    for (size_t i = 0; i < approval->rows; i++)
        canvas_put_row(canvas, area, 1 + i, 0, &rows.at[approval->top + i]);
    if (danger)
        draw_warning(danger, canvas, area, 1 + approval->rows);
    canvas->cursor_row = area.row;
    canvas->cursor_col = area.col;
    if (approval_is_typing(approval))
        draw_words(approval, canvas, area, area.rows - 1);
    if (approval->rows > 0)
        note_seen(approval, call->now_ms);
}

// --- keys ------------------------------------------------------------------

static void scroll(struct approval *approval, long by)
{
    size_t most =
        approval->total > approval->rows ? approval->total - approval->rows : 0;
    size_t step = by < 0 ? (size_t)-by : (size_t)by;

    if (by < 0)
        approval->top -= step < approval->top ? step : approval->top;
    else
        approval->top += step < most - approval->top ? step
                                                     : most - approval->top;
}

static bool may_approve(struct approval *approval, const struct view_call *call,
                        struct view_reply *reply)
{
    if (approval->end_ms == NEVER) {
        scroll(approval, (long)approval->rows);
        view_warn(reply, "read it to its end first: PgDn");
        return false;
    }
    if (!is_recent(approval->end_ms, call->now_ms))
        return true;
    view_warn(reply, "its end has just come into view: once more");
    return false;
}

static void begin_typing(struct approval *approval, enum typing what,
                         struct str text)
{
    if (approval->typing != what)
        composer_set(approval->words, text);
    approval->typing = what;
}

static void type_words(struct approval *approval, const struct key *key,
                       struct view_reply *reply)
{
    bool is_reason = approval->typing == TYPING_REASON;
    struct str words = composer_text(approval->words);

    if (key->code == KEYCODE_ESCAPE) {
        approval->typing = TYPING_NOTHING;
    } else if (key->code != KEYCODE_ENTER) {
        composer_key(approval->words, key);
    } else if (!is_reason && str_trim(words).len == 0) {
        view_say(reply, "no command: Esc goes back to the question");
    } else {
        view_want_text(reply, is_reason ? CMD_DENY : CMD_APPROVE_EDITED, words);
        approval->typing = TYPING_NOTHING;
    }
}

static bool move(struct approval *approval, enum action action)
{
    long page = approval->rows > 1 ? (long)approval->rows - 1 : 1;

    if (action == ACTION_LINE_DOWN || action == ACTION_LINE_UP)
        scroll(approval, action == ACTION_LINE_DOWN ? 1 : -1);
    else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        scroll(approval, action == ACTION_PAGE_DOWN ? page : -page);
    else
        return false;
    return true;
}

static bool key(void *self, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply)
{
    struct approval *approval = self;

    const struct item *item = match(approval, call->session);
    if (!item)
        return false;
    if (approval_is_typing(approval)) {
        type_words(approval, key->key, reply);
        return true;
    }
    if (move(approval, key->action))
        return true;
    if (key->action == ACTION_APPROVE
        || key->action == ACTION_APPROVE_SESSION) {
        if (may_approve(approval, call, reply))
            view_want(reply, key->action == ACTION_APPROVE
                                 ? CMD_APPROVE
                                 : CMD_APPROVE_SESSION);
    } else if (key->action == ACTION_DENY) {
        begin_typing(approval, TYPING_REASON, STR(""));
    } else if (key->action == ACTION_EDIT_COMMAND) {
        if (may_approve(approval, call, reply))
            begin_typing(approval, TYPING_OTHER, item->command);
    } else if (key->action == ACTION_DENY_AND_STOP) {
        view_want(reply, CMD_DENY);
        view_want(reply, CMD_INTERRUPT);
    } else {
        return false;
    }
    return true;
}

const struct view_ops approval_view = { measure, draw, key };
