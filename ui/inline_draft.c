/* What a line at the prompt means: `/name` is a row of the command table, `!`
 * a command for the shell, all else a message. */
#include "inline_parts.h"
#include "transcript_copy.h"

static void help(struct inline_ui *ui)
{
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (info->slash)
            buf_printf(inline_line_of(ui), "/%s%s%s - %s\n", info->name,
                       *info->arguments ? " " : "", info->arguments,
                       info->help);
    }
    buf_append(inline_line_of(ui),
               STR("!COMMAND runs it, its output goes along; !!COMMAND keeps "
                   "it here. @PATH adds a file.\n"
                   "a line that ends in \\ goes on; a line with only a period "
                   "begins a text of many lines, and ends it.\n"
                   "Ctrl-C stops a turn, twice leaves; Ctrl-D leaves.\n"));
}

static void copy(struct inline_ui *ui, const struct session *session,
                 struct str what)
{
    struct buf text = { 0 };
    bool code = str_is(what, "code");

    if (code ? copy_last_code(session, &text) : copy_answer(session, &text))
        inline_want_text(ui, CMD_COPY, buf_str(&text));
    else
        buf_printf(inline_line_of(ui), "there is no %s to copy.\n",
                   code ? "code" : "answer");
    buf_release(&text);
}

static const char *fault(const struct command_info *info, struct str argument)
{
    bool needs = info->arguments[0] && info->arguments[0] != '[';

    if (argument.len == 0 && needs)
        return "needs more: /help tells";
    if (argument.len > 0 && !info->arguments[0])
        return "takes no argument";
    return NULL;
}

static void command(struct inline_ui *ui, const struct session *session,
                    struct str line)
{
    size_t end = str_find_char(line, ' ');
    struct str name = str_skip(str_take(line, end), 1);
    struct str argument = str_trim(str_skip(line, end));
    enum command_kind kind = command_find(name);

    if (kind == CMD_NONE) {
        buf_printf(inline_line_of(ui),
                   "no such command: /%.*s. /help lists "
                   "them.\n",
                   STR_ARG(inline_safe(ui, name)));
        return;
    }
    const char *why = fault(command_info(kind), argument);
    if (why)
        buf_printf(inline_line_of(ui), "/%s %s.\n", command_info(kind)->name,
                   why);
    else if (kind == CMD_HELP)
        help(ui);
    else if (kind == CMD_COPY)
        copy(ui, session, argument);
    else
        inline_want_text(ui, kind, argument);
}

static void shell(struct inline_ui *ui, struct str line)
{
    bool aside = str_starts_with(line, STR("!!"));
    struct str text = str_trim(str_skip(line, aside ? 2 : 1));

    if (text.len == 0) {
        buf_append(inline_line_of(ui), STR("!COMMAND runs it.\n"));
        return;
    }
    inline_want_text(ui, CMD_SHELL, text);
    ui->commands[ui->command_count - 1].by = aside;
}

static void send(struct inline_ui *ui, struct str text)
{
    buf_reset(&ui->sent);
    buf_append(&ui->sent, text);
    inline_want_text(ui, CMD_SEND, text);
}

void inline_message(struct inline_ui *ui, const struct session *session,
                    struct str text)
{
    struct str line = str_trim(text);

    if (line.len == 0) {
        if (session_queue_is_held(session))
            inline_want(ui, CMD_SEND_QUEUED);
    } else if (line.at[0] == '/') {
        command(ui, session, line);
    } else if (line.at[0] == '!') {
        shell(ui, line);
    } else {
        send(ui, str_trim_end(text));
    }
}
