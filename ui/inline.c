/*
 * What is printed is only ever added to. A prompt or a question stands at the
 * end without a newline; a sentence that comes meanwhile ends that line, and
 * the question is put once more behind it. A question is printed whole when it
 * is about something else than the one before.
 */
#include "kerf/ui/inline.h"

#include <stdlib.h>

#include "approval.h"
#include "inline_parts.h"

struct inline_ui *inline_create(const struct inline_options *options)
{
    struct inline_ui *ui = mem_alloc(sizeof(*ui));

    ui->options = *options;
    ui->walk.proposal = NO_INDEX;
    return ui;
}

void inline_destroy(struct inline_ui *ui)
{
    if (!ui)
        return;
    buf_release(&ui->out);
    buf_release(&ui->draft);
    buf_release(&ui->sent);
    buf_release(&ui->walk.edit);
    arena_release(&ui->picking.arena);
    arena_release(&ui->words);
    arena_release(&ui->scratch);
    free(ui->commands);
    free(ui);
}

// --- for all files -----------------------------------------------------------

struct buf *inline_line_of(struct inline_ui *ui)
{
    if (ui->open_line)
        buf_append_char(&ui->out, '\n');
    ui->open_line = false;
    return &ui->out;
}

struct str inline_safe(struct inline_ui *ui, struct str text)
{
    struct buf safe = { 0 };

    utf8_sanitise(&safe, text, false);
    struct str copy = arena_copy(&ui->scratch, buf_str(&safe));
    buf_release(&safe);
    return copy;
}

struct command *inline_want(struct inline_ui *ui, enum command_kind kind)
{
    if (ui->command_count == ui->command_cap) {
        ui->command_cap = ui->command_cap ? 2 * ui->command_cap : 8;
        ui->commands =
            mem_realloc(ui->commands, ui->command_cap * sizeof(*ui->commands));
    }
    struct command *command = &ui->commands[ui->command_count++];
    *command = (struct command){ .kind = kind };
    return command;
}

void inline_want_text(struct inline_ui *ui, enum command_kind kind,
                      struct str text)
{
    inline_want(ui, kind)->text = arena_copy(&ui->words, text);
}

bool inline_next_command(struct inline_ui *ui, struct command *command)
{
    if (ui->command_next == ui->command_count)
        return false;
    *command = ui->commands[ui->command_next++];
    return true;
}

static void forget_commands(struct inline_ui *ui)
{
    ui->command_count = ui->command_next = 0;
    arena_reset(&ui->words);
}

void inline_take(struct inline_ui *ui, struct buf *out)
{
    buf_append(out, buf_str(&ui->out));
    buf_reset(&ui->out);
}

void inline_finish(struct inline_ui *ui)
{
    inline_line_of(ui);
}

// Whatever is said behind an answer may be that it was not carried out.
void inline_tell(struct inline_ui *ui, struct str text, bool warning)
{
    ui->walk.answered = false;
    buf_printf(inline_line_of(ui), "%s%.*s\n", warning ? "warning: " : "",
               STR_ARG(inline_safe(ui, text)));
}

// --- what is asked -----------------------------------------------------------

static bool is_busy(const struct session *session)
{
    return session_is_busy(session) || session_growing(session) != NO_INDEX;
}

static struct question question_of(struct inline_ui *ui,
                                   const struct session *session)
{
    struct question question = { .kind = ASKED_NOTHING };
    size_t asking = session_asking(session);

    if (asking != NO_INDEX) {
        question.kind = ASKED_APPROVAL;
        question.index = asking;
    } else if (session_reviewing(session) != NO_INDEX) {
        question = walk_question(ui, session);
        if (question.kind == ASKED_HUNK && ui->asked.kind == ASKED_NOTE)
            question.kind = ASKED_NOTE;
    } else if (ui->picking.count > 0) {
        question.kind = ASKED_PICK;
    } else if (!is_busy(session) && !ui->options.review_only) {
        question.kind = ASKED_PROMPT;
    }
    return question;
}

static bool is_same(const struct question *a, const struct question *b)
{
    return a->kind == b->kind && a->index == b->index && a->file == b->file
           && a->hunk == b->hunk && a->lines == b->lines
           && a->state == b->state;
}

// Every line of the command with a mark of its own, every character shown.
static void tell_command(struct inline_ui *ui, struct str command)
{
    struct buf text = { 0 };
    const char *danger = approval_danger(command);
    struct buf *out = inline_line_of(ui);

    approval_text(&text, command);
    struct str rest = buf_str(&text), line;
    buf_append(out, STR("a command is to be run:\n"));
    while (str_split(&rest, '\n', &line))
        buf_printf(out, "$ %.*s\n", STR_ARG(line));
    if (danger)
        buf_printf(out, "careful: %s.\n", danger);
    buf_release(&text);
}

// What stands before the prompt of a question that is new.
static void print_question(struct inline_ui *ui, const struct session *session,
                           const struct question *question)
{
    if (question->kind == ASKED_APPROVAL)
        tell_command(ui, session->items[question->index].command);
    else if (question->kind == ASKED_HUNK || question->kind == ASKED_ARRIVING
             || question->kind == ASKED_END)
        walk_print(ui, session, question);
}

static void print_prompt(struct inline_ui *ui, const struct session *session,
                         const struct question *question)
{
    const char *prompt = NULL;

    switch (question->kind) {
    case ASKED_NOTHING: return;
    case ASKED_PROMPT:
        prompt = ui->gathering || ui->continued ? ". " : "> ";
        break;
    case ASKED_APPROVAL: prompt = "run it [y,a,n,?]? "; break;
    case ASKED_PICK: prompt = "which number, or nothing? "; break;
    case ASKED_ARRIVING:
    case ASKED_HUNK:
    case ASKED_NOTE:
    case ASKED_END: walk_prompt(ui, session, question); return;
    }
    buf_append(inline_line_of(ui), str_from(prompt));
    ui->open_line = true;
}

// A review from elsewhere is all there is: with it kerf is over.
static void leave_after_review(struct inline_ui *ui,
                               const struct session *session)
{
    if (!ui->options.review_only || ui->leaving || session->proposal_count == 0)
        return;
    ui->leaving = true;
    inline_want(ui, CMD_QUIT);
}

void inline_ask(struct inline_ui *ui, const struct session *session)
{
    arena_reset(&ui->scratch);
    struct question question = question_of(ui, session);
    bool same = is_same(&question, &ui->asked);

    if (question.kind == ASKED_END && ui->walk.answered)
        return;
    if (question.kind == ASKED_NOTHING)
        leave_after_review(ui, session);
    if (same && (ui->open_line || question.kind == ASKED_ARRIVING))
        return;
    if (!same)
        print_question(ui, session, &question);
    ui->asked = question;
    print_prompt(ui, session, &question);
}

// --- answers -----------------------------------------------------------------

static void answer_approval(struct inline_ui *ui, struct str line)
{
    struct str word = str_take(line, str_find_char(line, ' '));

    if (str_is(line, "y"))
        inline_want(ui, CMD_APPROVE);
    else if (str_is(line, "a"))
        inline_want(ui, CMD_APPROVE_SESSION);
    else if (str_is(word, "n"))
        inline_want_text(ui, CMD_DENY, str_trim(str_skip(line, 1)));
    else
        buf_append(inline_line_of(ui),
                   STR("y - run it, this once\n"
                       "a - run this exact command, now and later\n"
                       "n - do not run it; n WHY tells the model why\n"
                       "Ctrl-C - do not run it, and stop the turn\n"));
}

static void answer_pick(struct inline_ui *ui, struct str line)
{
    struct picking *picking = &ui->picking;
    uint64_t number;

    if (line.len > 0
        && (!str_to_u64(line, &number) || number == 0
            || number > picking->count)) {
        buf_printf(inline_line_of(ui), "a number from 1 to %zu, or nothing.\n",
                   picking->count);
        return;
    }
    if (line.len > 0)
        inline_want_text(ui, picking->kind, picking->values[number - 1]);
    picking->count = 0;
}

static void answer(struct inline_ui *ui, const struct session *session,
                   struct str line)
{
    bool note = ui->asked.kind == ASKED_NOTE;

    switch (ui->asked.kind) {
    case ASKED_APPROVAL: answer_approval(ui, line); break;
    case ASKED_PICK: answer_pick(ui, line); break;
    case ASKED_NOTE:
    case ASKED_HUNK:
    case ASKED_END: walk_answer(ui, session, line); break;
    case ASKED_NOTHING:
    case ASKED_ARRIVING:
    case ASKED_PROMPT: break;
    }
    if (note) // the hunk stands above, and is asked about again
        ui->asked.kind = ASKED_HUNK;
}

// --- messages ----------------------------------------------------------------

static void finish_draft(struct inline_ui *ui, const struct session *session)
{
    struct buf draft = ui->draft;

    ui->draft = (struct buf){ 0 };
    ui->gathering = ui->continued = false;
    inline_message(ui, session, buf_str(&draft));
    buf_release(&draft);
}

static bool has_room(struct inline_ui *ui, struct str line)
{
    if (ui->draft.len + line.len < LIMIT_INLINE_BYTES)
        return true;
    buf_printf(inline_line_of(ui), "the message is full: the line is left "
                                   "out.\n");
    return false;
}

static void gather(struct inline_ui *ui, const struct session *session,
                   struct str line)
{
    if (str_is(line, ".")) {
        finish_draft(ui, session);
    } else if (has_room(ui, line)) {
        buf_append(&ui->draft, line);
        buf_append_char(&ui->draft, '\n');
    }
}

// One line of a message, or all of it.
static void take_line(struct inline_ui *ui, const struct session *session,
                      struct str line)
{
    bool goes_on = str_ends_with(line, STR("\\"));

    if (ui->gathering) {
        gather(ui, session, line);
        return;
    }
    if (str_is(line, ".") && !ui->continued) {
        buf_reset(&ui->draft);
        ui->gathering = true;
        buf_append(inline_line_of(ui),
                   STR("many lines; a line with only a period ends them.\n"));
        return;
    }
    if (!ui->continued && line.len > 0)
        buf_reset(&ui->draft); // another message instead of the one kept
    if (has_room(ui, line))
        buf_append(&ui->draft, goes_on ? str_take(line, line.len - 1) : line);
    if (goes_on)
        buf_append_char(&ui->draft, '\n');
    ui->continued = goes_on;
    if (!goes_on)
        finish_draft(ui, session);
}

static void begin_paste(struct inline_ui *ui)
{
    if (!ui->gathering)
        buf_append(inline_line_of(ui), STR("lines were pasted; a line with "
                                           "only a period sends them.\n"));
    if (!ui->gathering && !ui->continued)
        buf_reset(&ui->draft);
    ui->gathering = true;
}

static void leave_out(struct inline_ui *ui, struct str lines)
{
    struct str line;

    while (str_split(&lines, '\n', &line))
        buf_printf(inline_line_of(ui), "too early, not taken: %.*s\n",
                   STR_ARG(inline_safe(ui, line)));
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
    ui->armed = false;
}

void inline_input(struct inline_ui *ui, const struct session *session,
                  struct str lines)
{
    struct str line;

    begin_input(ui);
    if (!str_split(&lines, '\n', &line))
        return;
    if (!is_message(ui->asked.kind)) {
        answer(ui, session, str_trim(line));
        leave_out(ui, lines);
        return;
    }
    if (lines.len > 0)
        begin_paste(ui);
    do
        take_line(ui, session, line);
    while (str_split(&lines, '\n', &line));
}

void inline_early(struct inline_ui *ui, const struct session *session,
                  struct str lines)
{
    struct question question = question_of(ui, session);

    if (is_message(question.kind) || is_same(&question, &ui->asked)) {
        inline_input(ui, session, lines);
        return;
    }
    begin_input(ui);
    leave_out(ui, lines);
}

// --- keys that are signals ---------------------------------------------------

static bool arm(struct inline_ui *ui, const char *what)
{
    bool armed = ui->armed;

    if (!armed)
        buf_printf(inline_line_of(ui), "%s\n", what);
    ui->armed = true;
    return armed;
}

static bool drop_draft(struct inline_ui *ui)
{
    bool some = ui->gathering || ui->continued;

    ui->gathering = ui->continued = false;
    buf_reset(&ui->draft);
    if (some)
        buf_append(inline_line_of(ui), STR("the message is dropped.\n"));
    return some;
}

void inline_interrupt(struct inline_ui *ui, const struct session *session)
{
    forget_commands(ui);
    buf_append_char(&ui->out, '\n'); // behind what the terminal shows of ^C
    ui->open_line = false;
    if (ui->asked.kind == ASKED_NOTE) {
        ui->asked.kind = ASKED_HUNK;
    } else if (drop_draft(ui)) {
        return;
    } else if (ui->options.review_only || !is_busy(session)) {
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

void inline_end(struct inline_ui *ui, const struct session *session)
{
    forget_commands(ui);
    if (walk_unwritten(session) == 0
        || arm(ui, "what is accepted is not written: Ctrl-D again leaves."))
        inline_want(ui, CMD_QUIT);
}

// --- from the program --------------------------------------------------------

void inline_set_draft(struct inline_ui *ui, struct str text)
{
    arena_reset(&ui->scratch);
    buf_reset(&ui->draft);
    buf_append(&ui->draft, str_take(text, LIMIT_INLINE_BYTES));
    ui->gathering = ui->continued = false;
    if (text.len > 0)
        buf_printf(inline_line_of(ui), "an empty line sends: %.*s\n",
                   STR_ARG(inline_safe(ui, text)));
}

void inline_keep_edit(struct inline_ui *ui, struct target target,
                      struct str text)
{
    ui->walk.edited = target;
    buf_reset(&ui->walk.edit);
    buf_append(&ui->walk.edit, text);
}

void inline_pick(struct inline_ui *ui, const char *title,
                 const struct ui_choice *choices, size_t count,
                 enum command_kind kind)
{
    struct picking *picking = &ui->picking;

    arena_reset(&ui->scratch);
    arena_reset(&picking->arena);
    picking->values =
        arena_array(&picking->arena, count + 1, sizeof(*picking->values));
    picking->count = count;
    picking->kind = kind;
    buf_printf(inline_line_of(ui), "choose a %s:\n", title);
    for (size_t i = 0; i < count; i++) {
        picking->values[i] = arena_copy(&picking->arena, choices[i].value);
        buf_printf(inline_line_of(ui), "%zu - %.*s, %.*s\n", i + 1,
                   STR_ARG(inline_safe(ui, choices[i].label)),
                   STR_ARG(inline_safe(ui, choices[i].note)));
    }
}
