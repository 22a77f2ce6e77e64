/* Each kind of item has a heading word in column 2 and its text behind or
 * below it. What is long is folded to its end: the end of a log is where the
 * error stands. */
#include "transcript_rows.h"

#include "kerf/model/estimate.h"
#include "kerf/text/markdown.h"
#include "kerf/text/width.h"
#include "kerf/text/wrap.h"

static struct str blanks(struct arena *arena, size_t count)
{
    return arena_printf(arena, "%*s", (int)count, "");
}

static struct view_line line_for(const struct making *making)
{
    return (struct view_line){ .arena = making->arena };
}

static void end_line(const struct making *making, struct view_line *line)
{
    rows_add(making->arena, making->rows, line_row(line));
}

// One line of foreign text, wrapped; `first` is the prefix of its first row.
static void wrapped(const struct making *making, struct str text,
                    struct str first, size_t indent, enum role role)
{
    struct str clean = width_line(making->arena, text, 0, 8);
    size_t count;
    const struct span *spans = spans_linked(making->arena, clean, role, &count);
    struct wrap wrap = {
        .width_cells = making->cols,
        .first = first,
        .rest = blanks(making->arena, indent),
        .prefix_role = ROLE_DIM,
        .at_words = true,
    };

    if (making->cols <= indent + 1)
        return;
    wrap_text(making->arena, making->rows, clean, spans, count, &wrap);
}

static void text_lines_from(const struct making *making, struct str text,
                            struct str first, size_t indent, enum role role,
                            size_t most)
{
    struct str line;
    struct str rest = blanks(making->arena, indent);

    for (size_t i = 0; i < most && str_split(&text, '\n', &line); i++)
        wrapped(making, line, i == 0 ? first : rest, indent, role);
    if (text.len == 0)
        return;
    struct view_line more = line_for(making);
    line_pad(&more, indent);
    line_printf(&more, ROLE_DIM, "[%s more  ^O]",
                number_grouped((int64_t)text_lines(text)).at);
    end_line(making, &more);
}

void making_text(const struct making *making, struct str text, size_t indent,
                 enum role role)
{
    text_lines_from(making, text, blanks(making->arena, indent), indent, role,
                    LIMIT_OPEN_LINES);
}

// At most `most` lines, cut to the width.
static void cut_lines(const struct making *making, struct str text, size_t most)
{
    size_t indent = BODY_COL + 2;
    struct str line;

    if (making->cols <= indent + 1)
        return;
    for (size_t i = 0; i < most && str_split(&text, '\n', &line); i++) {
        struct view_line row = line_for(making);
        line_pad(&row, indent);
        struct str clean = width_line(making->arena, line, 0, 8);
        struct str fit = width_fit(clean, making->cols - indent, NULL);
        size_t count;
        const struct span *spans =
            spans_linked(making->arena, clean, ROLE_DIM, &count);
        line_spans(&row, clean, spans, count, ROLE_DIM, 0, fit.len);
        end_line(making, &row);
    }
}

void making_ends(const struct making *making, struct str text, size_t head,
                 size_t tail)
{
    size_t lines = text_lines(text);

    if (lines <= head + tail + 1) {
        cut_lines(making, text, lines);
        return;
    }
    cut_lines(making, text, head);
    struct view_line more = line_for(making);
    line_printf(&more, ROLE_DIM, "%*s[%s more  ^O]", BODY_COL + 2, "",
                number_grouped((int64_t)(lines - head - tail)).at);
    end_line(making, &more);
    cut_lines(making, text_tail(text, tail), tail);
}

// --- the kinds -------------------------------------------------------------

static void make_user(const struct making *making)
{
    struct str head = arena_printf(making->arena, "you  %s  ",
                                   number_clock(making->item->time_ms).at);
    bool narrow = making->cols < NARROW_COLS;
    size_t indent = narrow ? BODY_COL : head.len;
    size_t most = making->open ? LIMIT_OPEN_LINES : FOLDED_USER_ROWS;

    if (narrow) {
        rows_add_text(making->arena, making->rows, head, ROLE_DIM);
        head = blanks(making->arena, indent);
    }
    text_lines_from(making, buf_str(&making->item->text), head, indent,
                    ROLE_USER, most);
}

// A guess needs no more than two digits or so.
static void add_tokens(struct view_line *line, struct str text)
{
    int64_t tokens = (int64_t)(estimate_text(text) + 0.5);

    if (tokens < 10000)
        line_printf(line, ROLE_DIM, ", about %s tokens",
                    number_short(tokens).at);
    else
        line_printf(line, ROLE_DIM, ", about %lldk tokens",
                    (long long)(tokens + 500) / 1000);
}

static void make_context(const struct making *making)
{
    const struct item *item = making->item;
    struct str text = buf_str(item->done ? &item->text : &item->live);
    struct view_line line = line_for(making);
    int64_t lines = (int64_t)text_lines(text);

    line_printf(&line, ROLE_DIM, "%*scontext  ", BODY_COL, "");
    line_foreign(&line, ROLE_STRONG, item->name);
    if (item->exit_status != 0)
        line_printf(&line, ROLE_ERROR, "  exit %d", item->exit_status);
    line_printf(&line, ROLE_DIM, "  %s line%s, %s", number_grouped(lines).at,
                lines == 1 ? "" : "s", number_bytes(text.len).at);
    if (item->done) // not while it grows
        add_tokens(&line, text);
    end_line(making, &line);
    if (making->open)
        making_text(making, text, BODY_COL + 2, ROLE_DIM);
    else
        making_ends(making, text, HEAD_ROWS, TAIL_ROWS);
}

static void make_reasoning(const struct making *making)
{
    struct str text = buf_str(&making->item->text);
    struct view_line line = line_for(making);

    line_printf(&line, ROLE_DIM, "%*s%s  %s characters  ^O", BODY_COL, "",
                making->item->done ? "thought" : "thinking",
                number_grouped((int64_t)text.len).at);
    end_line(making, &line);
    if (making->open)
        making_text(making, text, BODY_COL + 2, ROLE_DIM);
}

static void make_notice(const struct making *making)
{
    bool warning = making->item->warning;

    text_lines_from(making, buf_str(&making->item->text),
                    warning ? STR("  warning  ") : STR("  note  "),
                    warning ? 11 : 8, warning ? ROLE_WARNING : ROLE_DIM,
                    LIMIT_OPEN_LINES);
}

static void make_superseded(const struct making *making)
{
    struct view_line line = line_for(making);

    line_printf(&line, ROLE_DIM, "%*scut off and asked again%s", BODY_COL, "",
                making->item->text.len > 0 ? ":" : "");
    end_line(making, &line);
    making_text(making, buf_str(&making->item->text), BODY_COL + 2, ROLE_DIM);
}

bool item_is_shown(const struct item *item)
{
    switch (item->kind) {
    case ITEM_OTHER: return false;
    case ITEM_TEXT: return item->text.len > 0;
    case ITEM_REASONING: return item->text.len > 0;
    case ITEM_USER: return item->steer != STEER_FAILED; // it is in the queue
    case ITEM_CONTEXT:
    case ITEM_CALL:
    case ITEM_PATCH:
    case ITEM_NOTICE: return true;
    }
    return false;
}

bool transcript_is_empty(const struct session *session)
{
    for (size_t i = 0; i < session->item_count; i++)
        if (item_is_shown(&session->items[i]))
            return false;
    return session->proposal_count == 0 && !session_is_busy(session);
}

bool item_can_fold(const struct item *item)
{
    switch (item->kind) {
    case ITEM_USER: return text_lines(buf_str(&item->text)) > FOLDED_USER_ROWS;
    case ITEM_CONTEXT:
    case ITEM_CALL:
    case ITEM_PATCH: return true;
    case ITEM_REASONING: return item->text.len > 0;
    case ITEM_TEXT:
    case ITEM_NOTICE:
    case ITEM_OTHER: return false;
    }
    return false;
}

void making_item(const struct making *making)
{
    const struct item *item = making->item;

    if (!item_is_shown(item))
        return;
    if (item->superseded) {
        make_superseded(making);
        return;
    }
    switch (item->kind) {
    case ITEM_USER: make_user(making); break;
    case ITEM_CONTEXT: make_context(making); break;
    case ITEM_REASONING: make_reasoning(making); break;
    case ITEM_NOTICE: make_notice(making); break;
    case ITEM_CALL: making_call(making); break;
    case ITEM_PATCH: making_proposal(making, item->proposal); break;
    case ITEM_TEXT:
        markdown_rows(making->arena, making->rows, buf_str(&item->text),
                      making->cols, BODY_COL);
        break;
    case ITEM_OTHER: break;
    }
}
