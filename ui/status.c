/* Facts are put in the order of their worth; what does not fit is left out
 * from the end, never cut in the middle. */
#include "status.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"
#include "kerf/text/wrap.h"
#include "hints.h"
#include "review.h"

#define GAP 2 // cells between two facts

// --- title -----------------------------------------------------------------

static struct str base_name(struct str path)
{
    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

static void add_repo(struct view_line *line, const struct session *session)
{
    line_add(line, ROLE_TITLE, STR(" kerf"));
    if (session->root.len > 0) {
        line_add(line, ROLE_TITLE, STR("  "));
        line_foreign(line, ROLE_TITLE, base_name(session->root));
    }
    if (session->branch.len > 0) {
        line_add(line, ROLE_TITLE, STR("  "));
        line_foreign(line, ROLE_TITLE, session->branch);
    }
    if (session->ahead > 0)
        line_printf(line, ROLE_TITLE, " +%lld", (long long)session->ahead);
    if (session->modified > 0)
        line_printf(line, ROLE_TITLE, " ~%lld", (long long)session->modified);
    if (session->untracked > 0)
        line_printf(line, ROLE_TITLE, " ?%lld", (long long)session->untracked);
}

static const char *link_word(enum link_state link)
{
    switch (link) {
    case LINK_NONE: return "-";
    case LINK_CONNECTING: return "connecting";
    case LINK_READY: return "ok";
    case LINK_LOST: return "lost";
    case LINK_FAILED: return "FAILED";
    }
    return "";
}

static enum role link_role(enum link_state link)
{
    switch (link) {
    case LINK_NONE:
    case LINK_CONNECTING:
    case LINK_READY: return ROLE_TITLE;
    case LINK_LOST: return ROLE_WARNING;
    case LINK_FAILED: return ROLE_ERROR;
    }
    return ROLE_TITLE;
}

#define CAUSE_CELLS 32 // of the reason why there is no socket

// What the requests go by; a link that is well may be known before a route.
static struct str transport_of(const struct session *session)
{
    if (session->route_transport.len > 0)
        return session->route_transport;
    return str_is(session->link_text, "ws") ? session->link_text
                                            : (struct str){ 0 };
}

static void add_transport(struct view_line *line, enum role role,
                          const struct session *session)
{
    struct str transport = transport_of(session);

    line_foreign(line, role, session->backend);
    if (session->link != LINK_READY || transport.len == 0)
        return;
    line_add(line, role, STR(" "));
    line_foreign(line, role, transport);
}

static void add_backend(struct view_line *line, const struct session *session)
{
    add_transport(line, ROLE_TITLE, session);
    line_printf(line, link_role(session->link), " %s",
                link_word(session->link));
}

static struct number thousands(int64_t value)
{
    struct number out;

    if (value < 10000)
        return number_short(value);
    snprintf(out.at, sizeof(out.at), "%lldk", (long long)(value + 500) / 1000);
    return out;
}

static void add_window(struct view_line *line, const struct session *session)
{
    int64_t used = session->context_tokens;
    int64_t percent = session->window > 0 ? 100 * used / session->window : 0;
    enum role role = percent >= 80 ? ROLE_WARNING : ROLE_TITLE;

    line_printf(line, role, "ctx %s", thousands(used).at);
    if (session->window > 0)
        line_printf(line, role, "/%s %lld%%", thousands(session->window).at,
                    (long long)percent);
}

static void add_money(struct view_line *line, const struct session *session)
{
    line_add(line, ROLE_TITLE, str_from(number_money(session->cost_usd).at));
}

typedef void (*fact_fn)(struct view_line *line, const struct session *session);

// Adds facts while they fit, so that `room` cells are left.
static void add_facts(struct view_line *line, const struct session *session,
                      const fact_fn *facts, size_t count, size_t room)
{
    for (size_t i = 0; i < count; i++) {
        struct view_line fact = { .arena = line->arena };
        facts[i](&fact, session);
        struct row row = line_row(&fact);
        if (line_cells(line) + width_of(row.text) + GAP > room)
            return;
        for (size_t s = 0; s < row.span_count; s++)
            line_add(line, row.spans[s].role,
                     (struct str){ row.text.at + row.spans[s].start,
                                   row.spans[s].len });
        line_add(line, ROLE_TITLE, STR("  "));
    }
}

static void put_row_right(struct canvas *canvas, struct area area, size_t row,
                          const struct row *content)
{
    size_t cells = width_of(content->text);

    canvas_put_row(canvas, area, row, area.cols > cells ? area.cols - cells : 0,
                   content);
}

void status_title(const struct status *status, const struct view_call *call,
                  struct canvas *canvas, struct area area)
{
    static const fact_fn facts[] = { add_backend, add_window, add_money };
    struct view_line left = { .arena = call->arena };
    struct view_line right = { .arena = call->arena };
    struct str focus = str_from(status->focus);

    canvas_mark_row(canvas, area, 0, ROLE_TITLE, false);
    add_repo(&left, call->session);
    struct row row = line_row(&left);
    size_t used = canvas_put_row(canvas, area, 0, 0, &row) + GAP;
    size_t room = area.cols > used ? area.cols - used : 0;
    if (call->session->backend.len > 0 && room > focus.len + 1)
        add_facts(&right, call->session, facts, 3, room - focus.len - 1);
    line_add(&right, ROLE_FOCUS, focus);
    line_add(&right, ROLE_TITLE, STR(" "));
    row = line_row(&right);
    put_row_right(canvas, area, 0, &row);
}

// --- the first line at the bottom: numbers ---------------------------------

static const struct turn *last_turn(const struct session *session)
{
    return session->turn_count > 0 ? &session->turns[session->turn_count - 1]
                                   : NULL;
}

// Counts down to the moment when it is asked again; false if nothing waits.
static bool add_wait(struct view_line *line, const struct view_call *call)
{
    int64_t left_ms = call->session->wait_until_ms - call->wall_ms;
    const char *stop = keymap_keys(call->keymap, IN_COMPOSER, ACTION_ESCAPE);

    if (left_ms <= 0)
        return false;
    line_printf(line, ROLE_WARNING, " asks again in %lld s",
                (long long)((left_ms + 999) / 1000));
    if (*stop)
        line_printf(line, ROLE_WARNING, ", %s stops", stop);
    line_add(line, ROLE_WARNING, STR(" "));
    return true;
}

static void add_doing(struct view_line *line, const struct view_call *call,
                      const struct turn *turn)
{
    int64_t since = turn && call->wall_ms > turn->sent_ms && turn->sent_ms > 0
                        ? call->wall_ms - turn->sent_ms
                        : 0;

    switch (call->session->state) {
    case TURN_IDLE: break;
    case TURN_WAITING:
    case TURN_READY:
        if (add_wait(line, call))
            break;
        line_printf(line, ROLE_WARNING, " waiting %s ", number_time(since).at);
        break;
    case TURN_STREAMING: line_add(line, ROLE_OK, STR(" streaming ")); break;
    case TURN_TOOLS: line_add(line, ROLE_OK, STR(" running ")); break;
    case TURN_APPROVAL:
        line_add(line, ROLE_WARNING, STR(" asks for approval "));
        break;
    case TURN_REVIEW: line_add(line, ROLE_WARNING, STR(" review ")); break;
    }
}

static void add_speed(struct view_line *line, const struct turn *turn)
{
    double speed = turn_speed(turn);

    if (turn->ttft_ms >= 0)
        line_printf(line, ROLE_STATUS, " ttft %s ",
                    number_time(turn->ttft_ms).at);
    if (speed > 0)
        line_printf(line, ROLE_STATUS, " %.0f tok/s ", speed);
    if (turn->usage.input + turn->usage.output > 0)
        line_printf(line, ROLE_STATUS, " in %s out %s ",
                    number_short(turn->usage.input).at,
                    number_short(turn->usage.output).at);
}

static void talk_numbers(struct view_line *line, const struct view_call *call)
{
    const struct turn *turn = last_turn(call->session);

    add_doing(line, call, turn);
    if (turn)
        add_speed(line, turn);
    if (session_queue_is_held(call->session))
        line_printf(line, ROLE_WARNING, " %zu queued, held: Enter sends them",
                    call->session->queue_count);
    else
        line_printf(line, ROLE_STATUS, " queue %zu",
                    call->session->queue_count);
}

static size_t stale_hunks(const struct selection *sel)
{
    const struct patch *patch = selection_patch(sel);
    size_t count = 0;

    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++)
            count += selection_place(sel, f, h)->state == HUNK_STALE;
    return count;
}

static void review_numbers(struct view_line *line, const struct view_call *call)
{
    size_t index = review_proposal(call->session);

    if (index == NO_INDEX)
        return;
    struct selection_counts counts =
        selection_count(call->session->proposals[index].selection, SELECT_ALL);
    line_printf(line, ROLE_STATUS, " accepted %zu  refused %zu  undecided %zu",
                counts.yes, counts.no, counts.undecided);
    if (counts.mixed > 0)
        line_printf(line, ROLE_STATUS, "  in part %zu", counts.mixed);
    if (counts.arriving > 0)
        line_printf(line, ROLE_STATUS, "  arriving %zu", counts.arriving);
    if (counts.conflicts > 0)
        line_printf(line, ROLE_ERROR, "  conflicts %zu", counts.conflicts);
    size_t stale = stale_hunks(call->session->proposals[index].selection);
    if (stale > 0)
        line_printf(line, ROLE_WARNING, "  stale %zu", stale);
}

// Says whether HTTP is used because there is no socket.
static bool is_detour(const struct session *session)
{
    return session->link == LINK_READY && session->link_text.len > 0
           && str_is(transport_of(session), "http");
}

// Cut between words, and without what leads to the words that are left out.
static struct str whole_words(struct str text, size_t cells)
{
    struct str fit = width_fit(text, cells, NULL);

    if (fit.len < text.len && text.at[fit.len] != ' ') {
        size_t blank = str_rfind_char(fit, ' ');
        fit.len = blank == SIZE_MAX ? 0 : blank;
    }
    while (fit.len > 0 && fit.len < text.len
           && strchr(" :,;(", fit.at[fit.len - 1]))
        fit.len--;
    return fit;
}

static void add_link(struct view_line *line, const struct session *session,
                     bool bad)
{
    struct view_line cause = { .arena = line->arena };

    add_transport(line, ROLE_STATUS, session);
    if (is_detour(session)) {
        line_foreign(&cause, ROLE_STATUS, session->link_text);
        line_add(line, ROLE_STATUS, STR(" ("));
        line_add(line, ROLE_STATUS,
                 whole_words(line_row(&cause).text, CAUSE_CELLS));
        line_add(line, ROLE_STATUS, STR(")"));
        return;
    }
    line_printf(line, bad ? ROLE_ERROR : ROLE_STATUS, " %s",
                link_word(session->link));
    if (bad && session->link_text.len > 0) {
        line_add(line, ROLE_ERROR, STR(": "));
        line_foreign(line, ROLE_ERROR, session->link_text);
    }
}

// The link at the right end, with the reason when it is not well.
static void put_link(const struct view_call *call, struct canvas *canvas,
                     struct area area, size_t used)
{
    const struct session *session = call->session;
    struct view_line line = { .arena = call->arena };
    bool bad = session->link == LINK_LOST || session->link == LINK_FAILED;

    if (session->backend.len == 0)
        return;
    add_link(&line, session, bad);
    struct row row = line_row(&line);
    size_t room = area.cols > used + GAP ? area.cols - used - GAP : 0;
    if (bad && width_of(row.text) > room)
        row.text = whole_words(row.text, room);
    if (width_of(row.text) <= room)
        put_row_right(canvas, area, 0, &row);
}

// What does not fit is left out from the last fact that does; two blanks stand
// between two facts.
static struct row whole_facts(struct row row, size_t cols)
{
    size_t fits = 0, at = 0;

    if (width_of(row.text) <= cols)
        return row;
    for (;;) {
        size_t gap = str_find(str_skip(row.text, at), STR("  "));
        if (gap == SIZE_MAX || width_of(str_take(row.text, at + gap)) > cols)
            break;
        fits = at + gap;
        at = fits + GAP;
    }
    if (fits > 0)
        row.text = str_take(row.text, fits);
    return row;
}

static void put_numbers(const struct status *status,
                        const struct view_call *call, struct canvas *canvas,
                        struct area area)
{
    struct view_line line = { .arena = call->arena };

    if (status->mode[0] && status->where == IN_COMPOSER)
        line_printf(&line, ROLE_KEY, " %s ", status->mode);
    if (status->where == IN_REVIEW)
        review_numbers(&line, call);
    else
        talk_numbers(&line, call);
    struct row row = whole_facts(line_row(&line), area.cols);
    put_link(call, canvas, area, canvas_put_row(canvas, area, 0, 0, &row));
}

// --- the other lines: keys or a message ------------------------------------

// Lists the second keys of a chord; without a canvas it only counts rows.
static size_t put_chords(const struct view_call *call, unsigned where,
                         const char *first, struct canvas *canvas,
                         struct area area)
{
    size_t count, row = 0, col = 0;
    const struct key_binding *all = keymap_bindings(call->keymap, &count);

    for (size_t i = 0; i < count; i++) {
        struct view_line line = { .arena = call->arena };
        const char *rest = chord_rest(all[i].keys, first);
        if (!rest || !(all[i].where & where))
            continue;
        line_printf(&line, ROLE_KEY, " %s", rest);
        line_printf(&line, ROLE_STATUS, " %s ", all[i].action);
        struct row entry = line_row(&line);
        size_t cells = width_of(entry.text);
        if (col > 0 && col + cells > area.cols) {
            row++;
            col = 0;
        }
        if (canvas && row < area.rows)
            canvas_put_row(canvas, area, row, col, &entry);
        col += cells;
    }
    return row + 1;
}

size_t status_chord_rows(const struct view_call *call, unsigned where,
                         const char *first, size_t cols)
{
    return put_chords(call, where, first, NULL, (struct area){ .cols = cols });
}

// A pattern being typed: one row, with the cursor at its end.
static void put_pattern(const struct status *status,
                        const struct view_call *call, struct canvas *canvas,
                        struct area area)
{
    struct view_line line = { .arena = call->arena };

    line_add(&line, ROLE_STRONG, STR("/"));
    line_foreign(&line, ROLE_STRONG, status->message);
    struct row row = line_row(&line);
    canvas->cursor_row = area.row;
    canvas->cursor_col = area.col + canvas_put_row(canvas, area, 0, 0, &row);
}

static struct rows message_rows(const struct status *status,
                                const struct view_call *call, size_t cols)
{
    struct str text = width_line(call->arena, status->message, 0, 8);
    struct span span = { .len = text.len,
                         .role = status->warning ? ROLE_WARNING : ROLE_STRONG };
    struct wrap wrap = { .width_cells = cols,
                         .first = STR(" "),
                         .rest = STR(" "),
                         .at_words = true };
    struct rows rows = { 0 };

    wrap_text(call->arena, &rows, text, &span, 1, &wrap);
    return rows;
}

// The row that is the last to be seen, though the text goes on.
static void put_cut(const struct view_call *call, struct canvas *canvas,
                    struct area area, size_t at, const struct row *row)
{
    struct view_line line = { .arena = call->arena };
    struct str fit =
        width_fit(row->text, area.cols > 3 ? area.cols - 3 : 0, NULL);

    line_spans(&line, row->text, row->spans, row->span_count, ROLE_STRONG, 0,
               fit.len);
    line_add(&line, ROLE_DIM, STR("..."));
    struct row cut = line_row(&line);
    canvas_put_row(canvas, area, at, 0, &cut);
}

static void put_message(const struct view_call *call, struct canvas *canvas,
                        struct area area, const struct rows *rows)
{
    for (size_t i = 0; i < area.rows && i < rows->count; i++)
        if (i + 1 == area.rows && i + 1 < rows->count)
            put_cut(call, canvas, area, i, &rows->at[i]);
        else
            canvas_put_row(canvas, area, i, 0, &rows->at[i]);
}

// Words take the last rows, as many as they need; but never that of the keys
// which answer a question. Returns the rows that are left.
static size_t put_words(const struct status *status,
                        const struct view_call *call, struct canvas *canvas,
                        struct area area)
{
    bool asked = status->where == IN_APPROVAL && area.rows < 3;
    struct rows rows = { .count = 1 };

    if (!status->searching)
        rows = message_rows(status, call, area.cols);
    size_t most = status->where == IN_APPROVAL ? 1 : area.rows;
    size_t count = rows.count < most ? rows.count : most;
    struct area part = { area.row + (asked ? 0 : area.rows - count), area.col,
                         count, area.cols };
    if (status->searching)
        put_pattern(status, call, canvas, part);
    else
        put_message(call, canvas, part, &rows);
    return area.rows - (asked ? 0 : count);
}

void status_bottom(const struct status *status, const struct view_call *call,
                   struct canvas *canvas, struct area area)
{
    bool words = status->message.len > 0 || status->searching;
    bool asked = status->where == IN_APPROVAL && area.rows < 3;
    size_t left = words ? put_words(status, call, canvas, area) : area.rows;
    struct area keys = { area.row + 1, area.col, left > 1 ? left - 1 : 0,
                         area.cols };

    if (left > 0 && !(words && asked))
        put_numbers(status, call, canvas, area);
    if (status->chord)
        put_chords(call, status->where, status->chord, canvas, keys);
    else if (status->guarded)
        canvas_put(canvas, keys, 0, 0,
                   STR(" read it first: keys count in a moment"), ROLE_STATUS);
    else
        hints_draw(status->hints, status->where, call, canvas, keys);
}

bool status_patch(const struct view_call *call, struct row *row)
{
    size_t index = session_reviewing(call->session);
    struct view_line line = { .arena = call->arena };

    if (index == NO_INDEX)
        return false;
    struct selection_counts counts =
        selection_count(call->session->proposals[index].selection, SELECT_ALL);
    line_printf(&line, ROLE_STATUS,
                "  patch #%zu   decided %zu (y%zu n%zu), %zu to go", index + 1,
                counts.yes + counts.no + counts.mixed,
                counts.yes + counts.mixed, counts.no,
                counts.undecided + counts.arriving);
    *row = line_row(&line);
    return true;
}
