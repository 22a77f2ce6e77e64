/*
 * Lines that were typed: the answer to what is asked, or a part of a message. A
 * message of several lines is gathered until the line that ends it. What the
 * terminal may have cut, or has no room, is not sent before the user has seen
 * it said.
 */
#include "inline_review.h"
#include "view.h"

#define TTY_LINE_BYTES 4095 // a terminal gives no more of a line: termios(3)

static void forget_commands(struct inline_ui *ui)
{
    ui->command_count = ui->command_next = 0;
    arena_reset(&ui->words);
}

// --- the draft ---------------------------------------------------------------

bool draft_is_open(const struct draft *draft)
{
    return draft->ending || draft->continued;
}

static void clear_draft(struct inline_ui *ui)
{
    struct buf text = ui->draft.text;

    buf_reset(&text);
    ui->draft = (struct draft){ .text = text };
}

void inline_hold(struct inline_ui *ui, struct str text)
{
    clear_draft(ui);
    buf_append(&ui->draft.text, str_take(text, LIMIT_INLINE_BYTES));
    if (text.len > 0)
        inline_say(ui, "an empty line sends: %.*s",
                   STR_ARG(inline_first_line(ui, text)));
}

void inline_set_draft(struct inline_ui *ui, struct str text)
{
    arena_reset(&ui->scratch);
    if (ui->begun)
        inline_hold(ui, text);
    else
        buf_append(&ui->draft.text, str_take(text, LIMIT_INLINE_BYTES));
}

struct str inline_draft(const struct inline_ui *ui)
{
    return buf_str(&ui->draft.text);
}

static void put_line(struct inline_ui *ui, struct str line, bool newline)
{
    struct draft *draft = &ui->draft;

    draft->doubtful = draft->doubtful || line.len >= TTY_LINE_BYTES;
    if (draft->text.len + line.len >= LIMIT_INLINE_BYTES) {
        draft->lost++;
        return;
    }
    buf_append(&draft->text, line);
    if (newline)
        buf_append_char(&draft->text, '\n');
}

static bool is_whole(struct inline_ui *ui)
{
    const struct draft *draft = &ui->draft;

    if (draft->doubtful)
        inline_say(ui,
                   "a terminal gives at most %d bytes of a line, so its "
                   "end may be missing; /editor takes longer ones.",
                   TTY_LINE_BYTES);
    if (draft->lost > 0)
        inline_say(ui, "a message has at most %zu bytes: %zu line%s left out.",
                   LIMIT_INLINE_BYTES, draft->lost,
                   draft->lost == 1 ? " is" : "s are");
    return !draft->doubtful && draft->lost == 0;
}

static void finish(struct inline_ui *ui, const struct session *session)
{
    struct draft draft = ui->draft;
    struct str text = buf_str(&draft.text);
    bool whole = is_whole(ui);

    ui->draft = (struct draft){ 0 };
    if (!whole)
        inline_hold(ui, text);
    else if (draft.ending)
        inline_send(ui, text);
    else
        inline_message(ui, session, text);
    buf_release(&draft.text);
}

// --- a line of a message -----------------------------------------------------

static const char *ending_for(struct str line)
{
    if (str_is(line, "."))
        return ".";
    return str_is(line, "\"\"\"") ? "\"\"\"" : NULL;
}

static void tell_gathered(struct inline_ui *ui)
{
    struct str text = buf_str(&ui->draft.text);

    inline_say(ui, "%s lines, %s.",
               number_grouped((int64_t)text_lines(text)).at,
               number_bytes(text.len).at);
}

static void gather(struct inline_ui *ui, const struct session *session,
                   struct str line, bool last)
{
    if (!last || !str_is(line, ui->draft.ending)) {
        put_line(ui, line, true);
        return;
    }
    tell_gathered(ui);
    finish(ui, session);
}

static void begin_gathering(struct inline_ui *ui, const char *ending)
{
    clear_draft(ui);
    ui->draft.ending = ending;
    inline_say(ui, "many lines; a line with only %s ends them.",
               *ending == '.' ? "a period" : ending);
}

static bool is_command(struct str line)
{
    line = str_trim(line);
    return line.len > 0
           && (line.at[0] == '/' || line.at[0] == '!' || str_is(line, "?"));
}

// `last`: nothing has come behind it. Only then it ends a text: a period in
// the middle of what was pasted belongs to that.
static void take_line(struct inline_ui *ui, const struct session *session,
                      struct str line, bool last)
{
    struct draft *draft = &ui->draft;
    bool goes_on = str_ends_with(line, STR("\\"));

    if (draft->ending) {
        gather(ui, session, line, last);
        return;
    }
    if (!draft->continued && ending_for(line)) {
        begin_gathering(ui, ending_for(line));
        return;
    }
    if (!draft->continued && !goes_on && is_command(line)) {
        inline_message(ui, session, line); // what is kept stays
        return;
    }
    if (!draft->continued && line.len > 0)
        clear_draft(ui); // another message instead of the one kept
    put_line(ui, goes_on ? str_take(line, line.len - 1) : line, goes_on);
    draft->continued = goes_on;
    if (!goes_on)
        finish(ui, session);
}

static void begin_paste(struct inline_ui *ui)
{
    if (ui->draft.ending)
        return;
    inline_say(ui, "lines were pasted; a line with only a period sends them.");
    if (!ui->draft.continued)
        clear_draft(ui);
    ui->draft.ending = ".";
    ui->draft.pasted = true;
    ui->draft.continued = false;
}

// --- answers -----------------------------------------------------------------

static void answer_pick(struct inline_ui *ui, struct str line)
{
    struct picking *picking = &ui->picking;
    uint64_t number;

    if (line.len > 0
        && (!str_to_u64(line, &number) || number == 0
            || number > picking->count)) {
        inline_say(ui, "a number from 1 to %zu, or nothing.", picking->count);
        return;
    }
    if (line.len > 0 && picking->kind == CMD_EDITOR) // of the history
        inline_hold(ui, picking->values[number - 1]);
    else if (line.len > 0)
        inline_want_text(ui, picking->kind, picking->values[number - 1]);
    picking->count = 0;
}

static void answer(struct inline_ui *ui, const struct session *session,
                   struct str line)
{
    enum asked kind = ui->asked.kind;

    if (kind != ASKED_WORDS && str_starts_with(line, STR(":"))) {
        inline_message(ui, session, str_skip(line, 1));
        return;
    }
    // About a hunk a slash searches.
    if (kind != ASKED_WORDS && kind != ASKED_HUNK
        && str_starts_with(line, STR("/"))) {
        inline_message(ui, session, line);
        return;
    }
    switch (kind) {
    case ASKED_APPROVAL: approval_take(ui, line); break;
    case ASKED_PICK: answer_pick(ui, line); break;
    case ASKED_HUNK:
    case ASKED_WORDS:
    case ASKED_END: walk_answer(ui, session, line); break;
    case ASKED_NOTHING:
    case ASKED_ARRIVING:
    case ASKED_PROMPT: break;
    }
}

static void leave_out(struct inline_ui *ui, struct str lines)
{
    lines = str_trim(lines);
    if (lines.len == 0)
        return;
    if (lines.len > 1) // /history has it
        inline_remember(ui, lines);
    inline_say(ui, "too early, not taken: %.*s",
               STR_ARG(inline_first_line(ui, lines)));
}

static bool is_message(enum asked asked)
{
    return asked == ASKED_PROMPT || asked == ASKED_NOTHING
           || asked == ASKED_ARRIVING;
}

static void begin_input(struct inline_ui *ui)
{
    arena_reset(&ui->scratch);
    forget_commands(ui);
    ui->open_line = false; // the terminal has shown the newline
    ui->armed = ui->awaited = false;
}

static void take_message(struct inline_ui *ui, const struct session *session,
                         struct str lines)
{
    struct str line;

    if (str_split(&lines, '\n', &line) && lines.len > 0)
        begin_paste(ui);
    do
        take_line(ui, session, line, lines.len == 0);
    while (str_split(&lines, '\n', &line));
}

static void take_answer(struct inline_ui *ui, const struct session *session,
                        struct str lines)
{
    struct str line;

    if (str_split(&lines, '\n', &line))
        answer(ui, session, str_trim(line));
    leave_out(ui, lines);
}

// What is open must be what stands there to be answered.
static bool is_in_time(struct inline_ui *ui, const struct session *session)
{
    struct question question = inline_question(ui, session);

    if (ui->asked.kind == ASKED_END && ui->walk.answered)
        return false;
    return is_message(ui->asked.kind)
               ? is_message(question.kind) && !ui->options.review_only
               : question_is_same(&question, &ui->asked);
}

void inline_input(struct inline_ui *ui, const struct session *session,
                  struct str lines)
{
    bool in_time = is_in_time(ui, session);

    begin_input(ui);
    if (!in_time)
        leave_out(ui, lines);
    else if (is_message(ui->asked.kind))
        take_message(ui, session, lines);
    else
        take_answer(ui, session, lines);
}

// --- keys that are signals ---------------------------------------------------

static bool arm(struct inline_ui *ui, const char *what)
{
    bool armed = ui->armed;

    if (!armed)
        inline_say(ui, "%s", what);
    ui->armed = true;
    return armed;
}

static bool put_away(struct inline_ui *ui)
{
    if (!draft_is_open(&ui->draft))
        return false;
    if (ui->draft.text.len > 0) {
        inline_want_text(ui, CMD_STASH, buf_str(&ui->draft.text));
        inline_say(ui, "the message is put away: /stash brings it back.");
    }
    clear_draft(ui);
    return true;
}

void inline_interrupt(struct inline_ui *ui, const struct session *session)
{
    forget_commands(ui);
    buf_append_char(&ui->out, '\n'); // behind what the terminal shows of ^C
    ui->open_line = false;
    if (ui->walk.words != WORDS_NONE) {
        ui->walk.words = WORDS_NONE;
        ui->asked.kind = ASKED_HUNK;
    } else if (put_away(ui)) {
        return;
    } else if (ui->asked.kind == ASKED_PICK && ui->picking.count > 0) {
        ui->picking.count = 0;
    } else if (ui->options.review_only || !inline_is_busy(session)) {
        if (arm(ui, "Ctrl-C again leaves."))
            inline_want(ui, CMD_QUIT);
    } else if (session_reviewing(session) != NO_INDEX
               && session_asking(session) == NO_INDEX) {
        if (arm(ui, "Ctrl-C again stops the turn and drops the review."))
            inline_want(ui, CMD_INTERRUPT);
    } else {
        inline_want(ui, ui->armed ? CMD_QUIT : CMD_INTERRUPT);
        ui->armed = true;
    }
}

// As for cat, it ends what is being typed.
void inline_end(struct inline_ui *ui, const struct session *session)
{
    forget_commands(ui);
    if (draft_is_open(&ui->draft)) {
        buf_append_char(&ui->out, '\n');
        ui->open_line = false;
        tell_gathered(ui);
        finish(ui, session);
        return;
    }
    if (walk_unwritten(session) == 0
        || arm(ui, "what is accepted is not written: Ctrl-D again leaves."))
        inline_want(ui, CMD_QUIT);
}
