/* The heading of an answer carries its numbers: first token, time, speed,
 * tokens, money. What does not fit is left out from the right. */
#include "transcript_rows.h"

#include "kerf/base/utf8.h"
#include "kerf/text/wrap.h"

#define LEAST_CELLS 20 // of a wrapped row; what is narrower is cut

static bool add_fact(struct view_line *line, size_t cols, enum role role,
                     struct str fact)
{
    if (line_cells(line) + 2 + fact.len > cols)
        return false;
    line_add(line, ROLE_DIM, STR("  "));
    line_add(line, role, fact);
    return true;
}

// What all requests of the turn took. Of an answer that still comes the clock
// runs, from the request or, before there is one, from the message; while a
// person reads, and while a command runs, it rests.
static int64_t duration(const struct session *session, const struct turn *turn,
                        int64_t wall_ms)
{
    bool runs =
        !turn->done && wall_ms != 0
        && (session->state == TURN_WAITING || session->state == TURN_STREAMING);
    int64_t begin = turn->sent_ms > 0 ? turn->sent_ms : turn->started_ms;
    int64_t end = runs ? wall_ms : turn->last_ms;

    return turn->earlier_ms + (end > begin ? end - begin : 0);
}

static void add_numbers(struct view_line *line, const struct session *session,
                        const struct turn *turn, int64_t wall_ms, size_t cols)
{
    struct arena *arena = line->arena;
    int64_t time_ms = duration(session, turn, wall_ms);
    double speed = turn_speed(turn);
    bool fits = true;

    if (turn->ttft_ms >= 0)
        fits = add_fact(
            line, cols, ROLE_DIM,
            arena_printf(arena, "ttft %s", number_time(turn->ttft_ms).at));
    if (fits && time_ms > turn->ttft_ms)
        fits =
            add_fact(line, cols, ROLE_DIM, str_from(number_time(time_ms).at));
    if (fits && speed > 0)
        fits = add_fact(line, cols, ROLE_DIM,
                        arena_printf(arena, "%.0f tok/s", speed));
    if (fits && turn->usage.input + turn->usage.output > 0)
        fits = add_fact(line, cols, ROLE_DIM,
                        arena_printf(arena, "in %s out %s",
                                     number_short(turn->usage.input).at,
                                     number_short(turn->usage.output).at));
    if (fits && turn->cost_usd > 0)
        add_fact(line, cols, ROLE_DIM,
                 str_from(number_money(turn->cost_usd).at));
}

bool turn_heading(struct arena *arena, const struct session *session,
                  size_t turn, int64_t wall_ms, size_t cols, struct row *row)
{
    struct view_line line = { .arena = arena };

    if (turn >= session->turn_count)
        return false;
    line_add(&line, ROLE_STRONG, STR("kerf "));
    line_add(&line, ROLE_DIM,
             str_from(number_clock(session->turns[turn].started_ms).at));
    add_numbers(&line, session, &session->turns[turn], wall_ms, cols);
    *row = line_row(&line);
    return true;
}

struct rows turn_ending(struct arena *arena, const struct turn *turn,
                        size_t cols)
{
    struct view_line line = { .arena = arena };
    bool failed = turn->outcome == TURN_FAILED;
    struct rows rows = { 0 };

    if (!turn->done || turn->outcome == TURN_OK)
        return rows;
    line_add(&line, failed ? ROLE_ERROR : ROLE_WARNING,
             failed ? STR("failed") : STR("stopped"));
    if (turn->why.len > 0) {
        line_add(&line, ROLE_TEXT, STR(": "));
        line_foreign(&line, ROLE_TEXT, turn->why);
    }
    struct row row = line_row(&line);
    struct wrap wrap = { .width_cells = cols > LEAST_CELLS ? cols : LEAST_CELLS,
                         .first = STR("  "),
                         .rest = STR("          "),
                         .at_words = true };
    wrap_text(arena, &rows, row.text, row.spans, row.span_count, &wrap);
    return rows;
}
