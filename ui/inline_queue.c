/* Messages that wait, and messages that were typed before. Both are lists with
 * numbers: there is no cursor to choose with. */
#include "inline_parts.h"

#define HISTORY_SHOWN 10
#define LIMIT_HISTORY 1000

// --- the queue ---------------------------------------------------------------

static void list(struct inline_ui *ui, const struct session *session)
{
    for (size_t i = 0; i < session->queue_count; i++)
        inline_say(ui, "%zu - %.*s", i + 1,
                   STR_ARG(inline_first_line(ui, session->queue[i])));
    if (session->queue_count == 0)
        inline_say(ui, "the queue is empty.");
    else if (session_queue_is_held(session))
        inline_say(ui, "they are held: an empty line sends them.");
}

static void edit(struct inline_ui *ui, const struct session *session, size_t at)
{
    inline_hold(ui, session->queue[at]);
    inline_want(ui, CMD_UNQUEUE)->index = at;
    inline_say(ui, "it is out of the queue; /editor changes it first.");
}

static void drop(struct inline_ui *ui, const struct session *session, size_t at)
{
    inline_say(ui, "dropped: %.*s",
               STR_ARG(inline_first_line(ui, session->queue[at])));
    inline_remember(ui, session->queue[at]);
    inline_want(ui, CMD_UNQUEUE)->index = at;
}

static void move(struct inline_ui *ui, const struct session *session, size_t at,
                 int by)
{
    bool edge = by < 0 ? at == 0 : at + 1 == session->queue_count;

    if (edge) {
        inline_say(ui, "it is the %s already.", by < 0 ? "first" : "last");
        return;
    }
    struct command *command = inline_want(ui, CMD_MOVE_QUEUED);
    command->index = at;
    command->by = by;
    inline_say(ui, "it is number %zu now.", by < 0 ? at : at + 2);
}

static void explain(struct inline_ui *ui)
{
    inline_say(ui, "/queue lists what waits; /queue edit N, drop N, earlier N "
                   "or later N changes it.");
}

void inline_queue(struct inline_ui *ui, const struct session *session,
                  struct str argument)
{
    struct str verb = str_take(argument, str_find_char(argument, ' '));
    uint64_t number = 0;

    if (argument.len == 0) {
        list(ui, session);
        return;
    }
    if (!str_to_u64(str_trim(str_skip(argument, verb.len)), &number)
        || number == 0) {
        explain(ui);
        return;
    }
    if (number > session->queue_count) {
        inline_say(ui, "there is no number %llu in the queue.",
                   (unsigned long long)number);
        return;
    }
    size_t at = (size_t)number - 1;
    if (str_is(verb, "edit"))
        edit(ui, session, at);
    else if (str_is(verb, "drop"))
        drop(ui, session, at);
    else if (str_is(verb, "earlier") || str_is(verb, "later"))
        move(ui, session, at, str_is(verb, "earlier") ? -1 : 1);
    else
        explain(ui);
}

// --- the history -------------------------------------------------------------

// Asked for twice in a row it is kept once; the oldest go when it is full.
void inline_remember(struct inline_ui *ui, struct str text)
{
    size_t count = ui->history_count;

    if (text.len == 0 || (count > 0 && str_equal(ui->history[count - 1], text)))
        return;
    if (count == LIMIT_HISTORY) {
        count = --ui->history_count;
        for (size_t i = 0; i < count; i++)
            ui->history[i] = ui->history[i + 1];
    }
    ui->history = arena_grow(&ui->kept, ui->history, &ui->history_cap,
                             count + 1, sizeof(*ui->history));
    ui->history[ui->history_count++] = arena_copy(&ui->kept, text);
}

// The newest is number 1.
void inline_history(struct inline_ui *ui, const struct session *session,
                    struct str text)
{
    struct ui_choice choices[HISTORY_SHOWN];
    size_t count = 0;

    (void)session;
    for (size_t i = ui->history_count; i-- > 0 && count < HISTORY_SHOWN;) {
        struct str message = ui->history[i];
        if (str_find(message, text) == SIZE_MAX)
            continue;
        choices[count++] =
            (struct ui_choice){ .value = message, .label = message };
    }
    if (count == 0) {
        inline_say(ui, "no message before has it.");
        return;
    }
    inline_pick(ui, "message", choices, count, CMD_EDITOR);
}
