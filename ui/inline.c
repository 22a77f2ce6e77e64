/*
 * What is printed is only ever added to. A prompt or a question stands at the
 * end without a newline; a sentence that comes meanwhile ends that line, and
 * the question is put once more behind it. A question is printed whole when it
 * is about something else than the one before.
 */
#include "kerf/ui/inline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "inline_review.h"
#include "view.h"

struct inline_ui *inline_create(const struct inline_options *options)
{
    struct inline_ui *ui = mem_alloc(sizeof(*ui));

    ui->options = *options;
    ui->walk.proposal = ui->approved = NO_INDEX;
    return ui;
}

void inline_destroy(struct inline_ui *ui)
{
    if (!ui)
        return;
    buf_release(&ui->out);
    buf_release(&ui->draft.text);
    buf_release(&ui->sent);
    buf_release(&ui->walk.edit);
    buf_release(&ui->walk.decisions);
    arena_release(&ui->picking.arena);
    arena_release(&ui->kept);
    arena_release(&ui->words);
    arena_release(&ui->scratch);
    free(ui->commands);
    free(ui);
}

void inline_set_figures(struct inline_ui *ui, const struct figures *figures)
{
    ui->figures = *figures;
}

void inline_set_commands(struct inline_ui *ui,
                         const struct ui_command *commands, size_t count)
{
    ui->own = commands;
    ui->own_count = count;
}

// --- for all files -----------------------------------------------------------

struct buf *inline_line_of(struct inline_ui *ui)
{
    if (ui->open_line)
        buf_append_char(&ui->out, '\n');
    ui->open_line = false;
    return &ui->out;
}

void inline_say(struct inline_ui *ui, const char *format, ...)
{
    struct buf *out = inline_line_of(ui);
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    size_t len = (size_t)vsnprintf(NULL, 0, format, args);
    buf_reserve(out, len + 1);
    vsnprintf(out->at + out->len, len + 1, format, again);
    out->len += len;
    va_end(again);
    va_end(args);
    buf_append_char(out, '\n');
}

struct str inline_safe(struct inline_ui *ui, struct str text)
{
    return utf8_sanitised(&ui->scratch, text, false);
}

struct str inline_first_line(struct inline_ui *ui, struct str text)
{
    struct str line = str_take(text, str_find_char(text, '\n'));
    size_t more = text_lines(text) - (text.len > 0);

    line = inline_safe(ui, line);
    if (more == 0)
        return line;
    return arena_printf(&ui->scratch, "%.*s, and %zu more line%s",
                        STR_ARG(line), more, more == 1 ? "" : "s");
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

struct command *inline_want_text(struct inline_ui *ui, enum command_kind kind,
                                 struct str text)
{
    struct command *command = inline_want(ui, kind);

    command->text = arena_copy(&ui->words, text);
    return command;
}

bool inline_next_command(struct inline_ui *ui, struct command *command)
{
    if (ui->command_next == ui->command_count)
        return false;
    *command = ui->commands[ui->command_next++];
    return true;
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
    ui->walk.answered = ui->awaited = false;
    buf_printf(inline_line_of(ui), "%s%.*s\n", warning ? "warning: " : "",
               STR_ARG(inline_safe(ui, text)));
}

// --- what is asked -----------------------------------------------------------

bool inline_is_busy(const struct session *session)
{
    return session_is_busy(session) || session_growing(session) != NO_INDEX;
}

// What is queued is about to be sent by itself.
static bool will_go_on(const struct session *session)
{
    return session->queue_count > 0 && !session_queue_is_held(session)
           && session->link != LINK_FAILED;
}

// A message that is being typed comes first: its lines are no answers.
struct question inline_question(struct inline_ui *ui,
                                const struct session *session)
{
    struct question question = { .kind = ASKED_NOTHING };
    size_t asking = session_asking(session);

    if (draft_is_open(&ui->draft)) {
        question.kind = ASKED_PROMPT;
    } else if (asking != NO_INDEX) {
        question.kind = ASKED_APPROVAL;
        question.index = asking;
    } else if (session_reviewing(session) != NO_INDEX) {
        question = walk_question(ui, session);
    } else if (ui->picking.count > 0) {
        question.kind = ASKED_PICK;
    } else if (!inline_is_busy(session) && !ui->options.review_only
               && !will_go_on(session)) {
        question.kind = ASKED_PROMPT;
    }
    return question;
}

bool question_is_same(const struct question *a, const struct question *b)
{
    return a->kind == b->kind && a->index == b->index && a->file == b->file
           && a->hunk == b->hunk && a->lines == b->lines
           && a->version == b->version && a->state == b->state;
}

// What stands before the prompt of a question that is new.
static void print_question(struct inline_ui *ui, const struct session *session,
                           const struct question *question)
{
    ui->walk.armed = 0;
    switch (question->kind) {
    case ASKED_APPROVAL:
        ui->approved = question->index;
        approval_tell(ui, session->items[question->index].command);
        break;
    case ASKED_ARRIVING:
    case ASKED_HUNK:
    case ASKED_END: walk_print(ui, session, question); break;
    case ASKED_NOTHING:
    case ASKED_PROMPT:
    case ASKED_WORDS:
    case ASKED_PICK: break;
    }
}

static void print_prompt(struct inline_ui *ui, const struct session *session,
                         const struct question *question)
{
    const char *prompt = NULL;

    switch (question->kind) {
    case ASKED_NOTHING: return;
    case ASKED_PROMPT:
        if (ui->draft.pasted)
            return;
        prompt = draft_is_open(&ui->draft) ? ". " : "> ";
        break;
    case ASKED_APPROVAL:
        prompt = ui->options.spoken ? "run it? " : "run it [y,a,n,e,?]? ";
        break;
    case ASKED_PICK: prompt = "which number, or nothing? "; break;
    case ASKED_ARRIVING:
    case ASKED_HUNK:
    case ASKED_WORDS:
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

// A step back that brought no event had nothing to take back.
static void end_undo(struct inline_ui *ui)
{
    if (!ui->walk.undoing)
        return;
    ui->walk.undoing = ui->walk.answered = false;
    inline_say(ui, "there is no decision to go back to.");
}

void inline_ask(struct inline_ui *ui, const struct session *session)
{
    arena_reset(&ui->scratch);
    end_undo(ui);
    struct question question = inline_question(ui, session);
    bool same = question_is_same(&question, &ui->asked);
    // The words that belong to a hunk are asked for below it.
    bool below =
        (question.kind == ASKED_WORDS && ui->asked.kind == ASKED_HUNK)
        || (question.kind == ASKED_HUNK && ui->asked.kind == ASKED_WORDS);

    if ((question.kind == ASKED_END && ui->walk.answered)
        || (question.kind == ASKED_PROMPT && ui->awaited))
        return;
    if (question.kind == ASKED_NOTHING)
        leave_after_review(ui, session);
    if (same && (ui->open_line || question.kind == ASKED_ARRIVING))
        return;
    if (!same && !below)
        print_question(ui, session, &question);
    ui->asked = question;
    print_prompt(ui, session, &question);
}

// --- from the program --------------------------------------------------------

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
    ui->awaited = false;
    picking->values =
        arena_array(&picking->arena, count + 1, sizeof(*picking->values));
    picking->count = count;
    picking->kind = kind;
    inline_say(ui, "choose a %s:", title);
    for (size_t i = 0; i < count; i++) {
        picking->values[i] = arena_copy(&picking->arena, choices[i].value);
        inline_say(ui, "%zu - %.*s%s%.*s", i + 1,
                   STR_ARG(inline_first_line(ui, choices[i].label)),
                   choices[i].note.len > 0 ? ", " : "",
                   STR_ARG(inline_safe(ui, choices[i].note)));
    }
}
