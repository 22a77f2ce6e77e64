/* The question whether a command may run. The whole command is printed, every
 * line with a mark of its own, every character shown. */
#include "approval.h"
#include "inline_parts.h"

void approval_tell(struct inline_ui *ui, struct str command)
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

static void explain(struct inline_ui *ui)
{
    inline_say(ui, "y - run it, this once");
    inline_say(ui, "a - run this exact command, now and later");
    inline_say(ui, "n - do not run it; n WHY tells the model why");
    inline_say(ui, "e COMMAND - run that one instead");
    inline_say(ui, "p - print the command again");
    inline_say(ui, ": - a line as at the prompt; commands such as /context go "
                   "as they are");
    inline_say(ui, "Ctrl-C - do not run it, and stop the turn");
}

// The model is told that another command ran.
static void want_other(struct inline_ui *ui, struct str command)
{
    if (command.len == 0)
        inline_say(ui, "e COMMAND runs that one instead.");
    else
        inline_want_text(ui, CMD_APPROVE_EDITED, command);
}

void approval_take(struct inline_ui *ui, struct str line)
{
    struct str word = str_take(line, str_find_char(line, ' '));
    struct str rest = str_trim(str_skip(line, word.len));

    if (str_is(line, "y"))
        inline_want(ui, CMD_APPROVE);
    else if (str_is(line, "a"))
        inline_want(ui, CMD_APPROVE_SESSION);
    else if (str_is(word, "n"))
        inline_want_text(ui, CMD_DENY, rest);
    else if (str_is(word, "e"))
        want_other(ui, rest);
    else if (str_is(line, "p"))
        ui->asked.kind = ASKED_NOTHING;
    else if (str_is(line, "?"))
        explain(ui);
    else
        inline_say(ui, "no such answer: ? tells what there is.");
}
