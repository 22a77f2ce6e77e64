/*
 * What a line at the prompt means: `/name` is a row of the command table, a
 * command of the user, or one that only lines need; `!` is a command for the
 * shell, all else a message. A command that would do nothing says so.
 */
#include "kerf/config/suggest.h"

#include "inline_parts.h"
#include "own_command.h"
#include "transcript_copy.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

// Where the full screen has a key and a pane, lines have a command.
static const struct line_command {
    const char *name, *arguments, *help;
    line_command_fn run;
} line_commands[] = {
    { "queue", "[edit|drop|earlier|later N]", "list what waits, or change it",
      inline_queue },
    { "history", "[TEXT]", "messages typed before, to pick one",
      inline_history },
    { "latency", "", "how fast each backend was", inline_tell_latency },
    { "cost", "", "what was spent", inline_tell_cost },
    { "route", "", "which backend answers, and why", inline_tell_route },
    { "verify", "", "commands that ran, and how they went",
      inline_tell_verify },
};

// How what is no slash command is given here.
static const char *const ways[CMD_COUNT] = {
    [CMD_NONE] = "nothing to do",
    [CMD_SEND] = "a line is a message, and sent by Enter",
    [CMD_INTERRUPT] = "Ctrl-C stops the turn",
    [CMD_SUSPEND] = "Ctrl-Z gives the terminal back to the shell",
    [CMD_RESUME] = "/sessions lists the sessions, a number takes one up",
    [CMD_UNQUEUE] = "/queue drop N takes a message out",
    [CMD_MOVE_QUEUED] = "/queue earlier N and /queue later N move a message",
    [CMD_APPROVE] = "y, when it is asked whether to run a command",
    [CMD_APPROVE_SESSION] = "a, when it is asked whether to run a command",
    [CMD_APPROVE_EDITED] =
        "e COMMAND, when it is asked whether to run a command",
    [CMD_DENY] = "n, when it is asked whether to run a command",
    [CMD_DECIDE] = "y and n, when it is asked about a hunk",
    [CMD_UNDO_DECISION] = "u, when it is asked about a hunk",
    [CMD_REDO_DECISION] = "Z, when it is asked about a hunk",
    [CMD_SPLIT] = "s, when it is asked about a hunk",
    [CMD_EDIT_HUNK] = "e, when it is asked about a hunk",
    [CMD_EDIT_FILE] = "E, when it is asked about a hunk",
    [CMD_ALTERNATIVE] = ") and (, when it is asked about a hunk",
    [CMD_NOTE] = "c, when it is asked about a hunk",
    [CMD_REASK] = "R, when it is asked about a hunk",
    [CMD_UNDO_HUNK] = "U, when it is asked about a change of your own; else "
                      "/undo takes back the whole write",
    [CMD_COPY_PATCH] = "Y, when it is asked about a hunk",
};

// --- help --------------------------------------------------------------------

static void help(struct inline_ui *ui)
{
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (info->slash)
            inline_say(ui, "/%s%s%s - %s", info->name,
                       *info->arguments ? " " : "", info->arguments,
                       info->help);
    }
    for (size_t i = 0; i < COUNT(line_commands); i++)
        inline_say(ui, "/%s%s%s - %s", line_commands[i].name,
                   *line_commands[i].arguments ? " " : "",
                   line_commands[i].arguments, line_commands[i].help);
    for (size_t i = 0; i < ui->own_count; i++)
        inline_say(ui, "/%.*s - %.*s", STR_ARG(ui->own[i].name),
                   STR_ARG(inline_safe(ui, ui->own[i].help)));
    inline_say(ui, "!COMMAND runs it, its output goes along; !!COMMAND keeps "
                   "it here. @PATH adds a file.");
    inline_say(ui, "a line that ends in \\ goes on; a line with only a period, "
                   "or only \"\"\", begins a text of many lines, and ends it.");
    inline_say(ui, "Ctrl-C stops a turn, twice leaves; Ctrl-D leaves. ? "
                   "answers any question with what can be answered.");
}

// --- slash commands ----------------------------------------------------------

static void copy(struct inline_ui *ui, const struct session *session,
                 struct str what)
{
    struct buf text = { 0 };
    bool code = str_is(what, "code");

    if (what.len > 0 && !code)
        inline_say(ui, "/copy takes nothing or \"code\".");
    else if (code ? copy_last_code(session, &text)
                  : copy_answer(session, &text))
        inline_want_text(ui, CMD_COPY, buf_str(&text));
    else
        inline_say(ui, "there is no %s to copy.", code ? "code" : "answer");
    buf_release(&text);
}

static void stash(struct inline_ui *ui, const struct session *session,
                  struct str text)
{
    size_t count = session->stash_count;

    if (text.len == 0)
        text = buf_str(&ui->draft.text);
    if (text.len > 0) {
        inline_want_text(ui, CMD_STASH, text);
        buf_reset(&ui->draft.text);
        inline_say(ui, "put away: /stash brings it back.");
    } else if (count == 0) {
        inline_say(ui, "no draft was put away.");
    } else {
        inline_want(ui, CMD_STASH);
        inline_hold(ui, session->stash[count - 1]);
    }
}

static bool has_written(const struct session *session)
{
    for (size_t i = 0; i < session->proposal_count; i++)
        if (session->proposals[i].write_id.len > 0
            || session->proposals[i].staged.len > 0)
            return true;
    return false;
}

// Why a command would do nothing now; NULL if it would do something.
static const char *futile(const struct session *session, enum command_kind kind)
{
    bool review = session_reviewing(session) != NO_INDEX;

    switch ((int)kind) {
    case CMD_WRITE:
    case CMD_WRITE_STAGE:
        if (!review)
            return "no review is open";
        return walk_unwritten(session) > 0 ? NULL : "nothing is accepted";
    case CMD_END_REVIEW:
    case CMD_SEND_NOTES: return review ? NULL : "no review is open";
    case CMD_UNDO_WRITE:
        return has_written(session) ? NULL : "nothing is written";
    case CMD_SEND_QUEUED:
        return session_queue_is_held(session) ? NULL : "nothing is held";
    case CMD_RETRY:
        return session->turn_count > 0 ? NULL : "there is no message yet";
    }
    return NULL;
}

static const char *fault(const struct command_info *info, struct str argument)
{
    bool needs = info->arguments[0] && info->arguments[0] != '[';

    if (argument.len == 0 && needs)
        return "needs";
    if (argument.len > 0 && !info->arguments[0])
        return "takes no argument";
    return NULL;
}

static void run(struct inline_ui *ui, const struct session *session,
                enum command_kind kind, struct str argument)
{
    const struct command_info *info = command_info(kind);
    const char *wrong = fault(info, argument);
    const char *why = futile(session, kind);

    if (wrong)
        inline_say(ui, "/%s %s%s%s.", info->name, wrong,
                   argument.len == 0 ? " " : "",
                   argument.len == 0 ? info->arguments : "");
    else if (why)
        inline_say(ui, "%s.", why);
    else if (kind == CMD_HELP)
        help(ui);
    else if (kind == CMD_COPY)
        copy(ui, session, argument);
    else if (kind == CMD_STASH)
        stash(ui, session, argument);
    else if (kind == CMD_CONTEXT)
        inline_tell_context(ui, session, argument);
    else if (kind == CMD_EDITOR)
        inline_want_text(ui, kind, buf_str(&ui->draft.text));
    else
        inline_want_text(ui, kind, argument);
    ui->awaited = !wrong && !why
                  && (kind == CMD_UNDO_WRITE || kind == CMD_REDO_WRITE
                      || kind == CMD_SESSIONS);
}

void inline_send(struct inline_ui *ui, struct str text)
{
    text = str_trim_end(text);
    if (text.len == 0)
        return;
    ui->awaited = true;
    buf_reset(&ui->sent);
    buf_append(&ui->sent, text);
    inline_want_text(ui, CMD_SEND, text);
}

static bool run_own(struct inline_ui *ui, struct str name, struct str words)
{
    struct buf text = { 0 };
    size_t i = 0;

    while (i < ui->own_count && !str_equal(ui->own[i].name, name))
        i++;
    if (i == ui->own_count)
        return false;
    if (!own_command_text(&text, ui->own[i].text, words))
        inline_say(ui, "/%.*s would be too long.", STR_ARG(name));
    else if (str_trim(buf_str(&text)).len == 0)
        inline_say(ui, "/%.*s needs words.", STR_ARG(name));
    else
        inline_send(ui, buf_str(&text));
    buf_release(&text);
    return true;
}

static bool run_line_command(struct inline_ui *ui,
                             const struct session *session, struct str name,
                             struct str argument)
{
    for (size_t i = 0; i < COUNT(line_commands); i++) {
        if (!str_is(name, line_commands[i].name))
            continue;
        if (argument.len > 0 && !*line_commands[i].arguments)
            inline_say(ui, "/%s takes no argument.", line_commands[i].name);
        else
            line_commands[i].run(ui, session, argument);
        return true;
    }
    return false;
}

static bool tell_way(struct inline_ui *ui, struct str name)
{
    for (enum command_kind kind = CMD_NONE + 1; kind < CMD_COUNT; kind++)
        if (ways[kind] && str_is(name, command_info(kind)->name)) {
            inline_say(ui, "/%s is done in another way: %s.",
                       command_info(kind)->name, ways[kind]);
            return true;
        }
    return false;
}

static void tell_unknown(struct inline_ui *ui, struct str name)
{
    struct suggestion near = { 0 };

    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++)
        if (command_info(kind)->slash)
            suggest(&near, name, str_from(command_info(kind)->name));
    for (size_t i = 0; i < COUNT(line_commands); i++)
        suggest(&near, name, str_from(line_commands[i].name));
    for (size_t i = 0; i < ui->own_count; i++)
        suggest(&near, name, ui->own[i].name);
    if (near.best.len > 0)
        inline_say(ui, "no such command: /%.*s. is it /%.*s?",
                   STR_ARG(inline_safe(ui, name)), STR_ARG(near.best));
    else
        inline_say(ui, "no such command: /%.*s. /help lists them.",
                   STR_ARG(inline_safe(ui, name)));
}

static size_t word_end(struct str line)
{
    size_t end = 0;

    while (end < line.len && line.at[end] != ' ' && line.at[end] != '\n'
           && line.at[end] != '\t')
        end++;
    return end;
}

static void command(struct inline_ui *ui, const struct session *session,
                    struct str line)
{
    size_t end = word_end(line);
    struct str name = str_skip(str_take(line, end), 1);
    struct str argument = str_trim(str_skip(line, end));
    enum command_kind kind = command_find(name);

    if (kind != CMD_NONE)
        run(ui, session, kind, argument);
    else if (!run_own(ui, name, argument)
             && !run_line_command(ui, session, name, argument)
             && !tell_way(ui, name))
        tell_unknown(ui, name);
}

// --- all that can be typed ---------------------------------------------------

static void shell(struct inline_ui *ui, struct str line)
{
    bool aside = str_starts_with(line, STR("!!"));
    struct str text = str_trim(str_skip(line, aside ? 2 : 1));

    if (text.len == 0)
        inline_say(ui, "!COMMAND runs it, its output goes along; !!COMMAND "
                       "keeps it here.");
    else
        inline_want_text(ui, CMD_SHELL, text)->by = aside;
}

void inline_message(struct inline_ui *ui, const struct session *session,
                    struct str text)
{
    struct str line = str_trim(text);

    if (line.len == 0) {
        if (session_queue_is_held(session))
            inline_want(ui, CMD_SEND_QUEUED);
    } else if (str_is(line, "?")) {
        help(ui);
    } else if (line.at[0] == '/') {
        command(ui, session, line);
    } else if (line.at[0] == '!') {
        shell(ui, line);
    } else {
        inline_send(ui, text);
    }
}
