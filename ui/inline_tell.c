/* One sentence an event. What the assistant says is printed in whole lines as
 * they come, as it is; the terminal wraps them. */
#include "kerf/base/utf8.h"

#include "inline_review.h"
#include "transcript_rows.h"

#define LINES_SHOWN 3 // of a command's output
#define LINES_FAILED 10

// --- what the assistant says -------------------------------------------------

static void put_text(struct inline_ui *ui, struct str text)
{
    struct buf *out = inline_line_of(ui);

    utf8_sanitise(out, text, true);
    if (text.at[text.len - 1] != '\n')
        buf_append_char(out, '\n');
}

// The rest of a line that has not ended waits, unless no more comes.
static bool tell_item(struct inline_ui *ui, const struct session *session,
                      const struct item *item)
{
    bool over = item->done || item->superseded || item->cut
                || !session->running;
    struct str rest = str_skip(buf_str(&item->text), ui->bytes);
    size_t newline = str_rfind_char(rest, '\n');

    if (!over)
        rest = str_take(rest, newline == SIZE_MAX ? 0 : newline + 1);
    if (rest.len > 0)
        put_text(ui, rest);
    ui->bytes += rest.len;
    return over;
}

static void tell_text(struct inline_ui *ui, const struct session *session)
{
    for (; ui->item < session->item_count; ui->item++, ui->bytes = 0)
        if (session->items[ui->item].kind == ITEM_TEXT
            && !tell_item(ui, session, &session->items[ui->item]))
            return;
}

// --- lines of a command ------------------------------------------------------

static void put_lines(struct inline_ui *ui, struct str text, size_t count)
{
    struct str rest = text_tail(text, count), line;

    while (str_split(&rest, '\n', &line)) {
        struct buf *out = inline_line_of(ui);
        buf_append(out, STR("  "));
        utf8_sanitise(out, line, true);
        buf_append_char(out, '\n');
    }
}

// "exit 2, 14 lines, 3 shown."
static void tell_output(struct inline_ui *ui, struct str text, int64_t status,
                        bool well)
{
    size_t lines = text_lines(text), most = well ? LINES_SHOWN : LINES_FAILED;
    struct buf *out = inline_line_of(ui);

    if (status >= 0)
        buf_printf(out, "exit %lld, ", (long long)status);
    else
        buf_printf(out, "%s, ", well ? "done" : "failed");
    buf_printf(out, "%zu line%s", lines, lines == 1 ? "" : "s");
    if (lines > most)
        buf_printf(out, ", the last %zu shown", most);
    buf_append(out, lines > 0 ? STR(":\n") : STR(".\n"));
    put_lines(ui, text, most);
}

// --- the events --------------------------------------------------------------

typedef void (*sentence_fn)(struct inline_ui *ui, const struct session *session,
                            const struct event *event);

#define SAFE(text) STR_ARG(inline_safe(ui, text))

static void tell_backend(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    (void)session;
    if (event->flag)
        inline_say(ui, "no backend is set: the built-in engine answers, it is "
                       "no neural model.");
    else
        inline_say(ui, "backend %.*s, model %.*s.", SAFE(event->name),
                   SAFE(event->text));
}

static void tell_route(struct inline_ui *ui, const struct session *session,
                       const struct event *event)
{
    (void)session;
    if (event->flag && event->text.len > 0)
        inline_say(ui, "%.*s", SAFE(event->text));
}

static void tell_link(struct inline_ui *ui, const struct session *session,
                      const struct event *event)
{
    const char *words = event->state == LINK_LOST     ? "connection lost"
                        : event->state == LINK_FAILED ? "cannot connect"
                                                      : NULL;

    (void)session;
    if (words)
        inline_say(ui, "%s: %.*s", words, SAFE(event->text));
}

static void tell_notice(struct inline_ui *ui, const struct session *session,
                        const struct event *event)
{
    (void)session;
    inline_tell(ui, event->text, event->flag);
}

// At its start only: what is written stays.
static void tell_wait(struct inline_ui *ui, const struct session *session,
                      const struct event *event)
{
    (void)session;
    buf_printf(inline_line_of(ui), "asks again in %lld s; Ctrl-C stops.\n",
               (long long)(event->count + 500) / 1000);
}

static bool was_typed(const struct inline_ui *ui, struct str text)
{
    return str_equal(buf_str(&ui->sent), text);
}

// What was typed stands there already.
static void tell_message(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    (void)session;
    if (was_typed(ui, event->text))
        buf_reset(&ui->sent);
    else
        inline_say(ui, "you: %.*s",
                   STR_ARG(inline_first_line(ui, event->text)));
}

static void tell_queued(struct inline_ui *ui, const struct session *session,
                        const struct event *event)
{
    (void)event;
    inline_say(ui, "queued, %zu wait%s.", session->queue_count,
               session->queue_count == 1 ? "s" : "");
    buf_reset(&ui->sent);
}

// That the model is told of an undo needs no sentence beside that of the undo.
static void tell_context(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    bool read = str_is(event->name, "standard input");
    size_t lines = text_lines(event->text);

    (void)session;
    if (event->flag) {
        inline_say(ui, "%s: %.*s", read ? "reading" : "running",
                   SAFE(event->name));
    } else if (event->id.len > 0 && !read) {
        buf_printf(inline_line_of(ui), "%.*s: ", SAFE(event->name));
        tell_output(ui, event->text, event->number, event->number == 0);
    } else if (!str_is(event->name, "undo")) {
        inline_say(ui, "added: %.*s, %zu line%s.", SAFE(event->name), lines,
                   lines == 1 ? "" : "s");
    }
}

static void tell_added(struct inline_ui *ui, const struct session *session,
                       const struct event *event)
{
    (void)session;
    if (event->state == ITEM_PATCH)
        inline_say(ui, "a patch is arriving.");
}

static const struct item *item_of(const struct session *session,
                                  const struct event *event)
{
    size_t index = session_item_of(session, event->call_id);

    return index == NO_INDEX ? NULL : &session->items[index];
}

// What was asked about stands above.
static void tell_started(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    size_t index = session_item_of(session, event->call_id);

    if (index == NO_INDEX || index == ui->approved)
        return;
    const struct item *item = &session->items[index];
    if (call_is_command(item))
        inline_say(ui, "running: %.*s", SAFE(call_subject(&ui->scratch, item)));
}

// What a command printed, without what the model is told before it.
static struct str printed(struct str output)
{
    size_t at = str_find(output, STR("\nOutput:\n"));

    if (!str_starts_with(output, STR("Exit code: ")) || at == SIZE_MAX)
        return output;
    return str_skip(output, at + sizeof("\nOutput:\n") - 1);
}

static void tell_done(struct inline_ui *ui, const struct session *session,
                      const struct event *event)
{
    const struct item *item = item_of(session, event);
    size_t lines = text_lines(event->text);

    if (!item)
        return;
    if (call_is_command(item)) {
        tell_output(ui, printed(event->text), event->number, event->flag);
        return;
    }
    inline_say(ui, "%s: %.*s, %zu line%s%s.", call_verb(item),
               SAFE(call_subject(&ui->scratch, item)), lines,
               lines == 1 ? "" : "s", event->flag ? "" : ", failed");
}

static void tell_cut(struct inline_ui *ui, const struct session *session,
                     const struct event *event)
{
    (void)session;
    if (event->flag)
        inline_say(ui, "cut, asking again from the start: %.*s",
                   SAFE(event->text));
}

static void tell_incomplete(struct inline_ui *ui, const struct session *session,
                            const struct event *event)
{
    (void)session;
    inline_say(ui, "the answer is incomplete: %.*s", SAFE(event->text));
}

static void tell_steer(struct inline_ui *ui, const struct session *session,
                       const struct event *event)
{
    (void)session;
    if (event->state == STEER_SENT)
        inline_say(ui, "said into the running turn.");
    else if (event->state == STEER_FAILED)
        inline_say(ui, "not said: %.*s", SAFE(event->text));
}

static void tell_compacted(struct inline_ui *ui, const struct session *session,
                           const struct event *event)
{
    (void)session;
    if (event->flag)
        inline_say(ui, "the summary is taken back.");
    else
        inline_say(ui, "%zu older items are summed up.", event->index);
}

static void tell_staged(struct inline_ui *ui, const struct session *session,
                        const struct event *event)
{
    struct str rest = event->text, line;

    (void)session;
    while (str_split(&rest, '\n', &line))
        inline_say(ui, "staged: %.*s", SAFE(line));
}

// What changed with it is asked about again.
static void tell_step(struct inline_ui *ui, const struct session *session,
                      const struct event *event)
{
    size_t index = session_proposal_of(session, event->call_id);

    if (!ui->walk.undoing || index != ui->walk.proposal)
        return;
    ui->walk.undoing = ui->walk.answered = false;
    inline_say(ui, event->flag ? "done again." : "taken back.");
    walk_stand_at_change(ui, session->proposals[index].selection);
}

static void tell_reasked(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    (void)session;
    (void)event;
    inline_say(ui, "another version of the hunk is asked for.");
}

static void tell_verdict(struct inline_ui *ui, const struct session *session,
                         const struct event *event)
{
    (void)session;
    inline_say(ui, "the review is over%s.",
               event->flag ? ", a new version is asked for" : "");
}

// Speed, first token and money of a turn that went well.
static void tell_numbers(struct inline_ui *ui, const struct turn *turn)
{
    struct buf *out = inline_line_of(ui);
    double speed = turn_speed(turn);

    buf_append(out, STR("answer complete"));
    if (turn->ttft_ms >= 0)
        buf_printf(out, ": first token %s", number_time(turn->ttft_ms).at);
    if (turn->ttft_ms >= 0 && speed > 0)
        buf_printf(out, ", %.0f tokens a second", speed);
    if (turn->ttft_ms >= 0 && turn->cost_usd > 0)
        buf_printf(out, ", %s", number_money(turn->cost_usd).at);
    buf_append(out, STR(".\n"));
}

static void tell_turn(struct inline_ui *ui, const struct session *session,
                      const struct event *event)
{
    if (event->state == TURN_OK && session->turn_count > 0)
        tell_numbers(ui, &session->turns[session->turn_count - 1]);
    else
        inline_say(ui, "%s%s%.*s.",
                   event->state == TURN_CANCELLED ? "stopped" : "failed",
                   event->text.len > 0 ? ": " : "", SAFE(event->text));
    if (session_queue_is_held(session))
        inline_say(ui, "%zu queued: an empty line sends them.",
                   session->queue_count);
}

static const sentence_fn sentences[EVENT_KIND_COUNT] = {
    [EVENT_BACKEND] = tell_backend,
    [EVENT_ROUTE] = tell_route,
    [EVENT_LINK] = tell_link,
    [EVENT_NOTICE] = tell_notice,
    [EVENT_CONTEXT_ADDED] = tell_context,
    [EVENT_USER_MESSAGE] = tell_message,
    [EVENT_QUEUED] = tell_queued,
    [EVENT_ITEM_ADDED] = tell_added,
    [EVENT_RESPONSE_LOST] = tell_cut,
    [EVENT_RESPONSE_FAILED] = tell_cut,
    [EVENT_RESPONSE_INCOMPLETE] = tell_incomplete,
    [EVENT_STEER] = tell_steer,
    [EVENT_COMPACTED] = tell_compacted,
    [EVENT_TOOL_STARTED] = tell_started,
    [EVENT_TOOL_DONE] = tell_done,
    [EVENT_STAGED] = tell_staged,
    [EVENT_DECISION_UNDONE] = tell_step,
    [EVENT_REASKED] = tell_reasked,
    [EVENT_REVIEW_ENDED] = tell_verdict,
    [EVENT_WAIT] = tell_wait,
    [EVENT_TURN_DONE] = tell_turn,
};

// What comes of a message or a command that was given.
static const bool ends_waiting[EVENT_KIND_COUNT] = {
    [EVENT_USER_MESSAGE] = true,
    [EVENT_QUEUED] = true,
    [EVENT_STEER] = true,
    [EVENT_TURN_DONE] = true,
};

void inline_event(struct inline_ui *ui, const struct session *session,
                  const struct event *event)
{
    arena_reset(&ui->scratch);
    if (!ui->begun)
        return;
    tell_text(ui, session);
    if (ends_waiting[event->kind])
        ui->awaited = false;
    if (sentences[event->kind])
        sentences[event->kind](ui, session, event);
}

// Its last turn as it was said; what is before is in `kerf log`.
static void tell_last_turn(struct inline_ui *ui, const struct session *session)
{
    size_t first = session->item_count;

    while (first > 0 && session->items[first - 1].kind != ITEM_USER)
        first--;
    if (first == 0) {
        ui->item = session->item_count;
        return;
    }
    inline_say(ui, "taken up again, %zu turn%s; the last:", session->turn_count,
               session->turn_count == 1 ? "" : "s");
    inline_say(ui, "you: %.*s",
               STR_ARG(inline_first_line(
                   ui, buf_str(&session->items[first - 1].text))));
    ui->item = first;
    tell_text(ui, session);
}

void inline_begin(struct inline_ui *ui, const struct session *session)
{
    arena_reset(&ui->scratch);
    ui->begun = true;
    if (ui->options.spoken)
        inline_say(ui, "a question mark answers any question with what can be "
                       "answered.");
    tell_last_turn(ui, session);
    if (session_queue_is_held(session) && session->queue_count > 0)
        inline_say(ui, "%zu queued: an empty line sends them.",
                   session->queue_count);
    if (ui->draft.text.len > 0)
        inline_say(ui, "not sent yet; an empty line sends: %.*s",
                   STR_ARG(inline_first_line(ui, buf_str(&ui->draft.text))));
}
