/* What the draft means: `/name arguments` is a row of the command table, `!` a
 * command for the shell, all else a message. A draft that cannot be given out
 * stays. */
#include "kerf/config/suggest.h"
#include "own_command.h"
#include "ui_parts.h"

static void done(struct ui *ui)
{
    composer_remember(ui->composer, composer_text(ui->composer));
    composer_clear(ui->composer);
    transcript_follow(ui->transcript);
    ui_popup_close(ui);
}

bool ui_needs_argument(const struct command_info *info)
{
    return info->arguments[0] != '\0' && info->arguments[0] != '[';
}

// `/copy` and `/copy code`: what they mean is known here.
void ui_copy_last(const struct session *session, struct str what,
                  struct view_reply *reply)
{
    struct buf text = { 0 };
    bool code = str_is(what, "code");

    if (what.len > 0 && !code)
        view_warn(reply, "/copy takes nothing or \"code\"");
    else if (code ? copy_last_code(session, &text)
                  : copy_answer(session, &text))
        view_want_text(reply, CMD_COPY, buf_str(&text));
    else
        view_say(reply, "there is no %s to copy", code ? "code" : "answer");
    buf_release(&text);
}

void ui_give_command(struct ui *ui, const struct session *session,
                     enum command_kind kind, struct str argument,
                     struct view_reply *reply)
{
    if (kind == CMD_STASH)
        ui_stash(ui, session, argument, reply);
    else if (kind == CMD_HELP)
        pager_open(ui->pager, PAGER_HELP);
    else if (kind == CMD_COPY)
        ui_copy_last(session, argument, reply);
    else
        view_want_text(reply, kind, argument);
}

// False if the user has made no such command.
static bool submit_own(struct ui *ui, struct str name, struct str words,
                       struct view_reply *reply)
{
    struct buf text = { 0 };
    size_t i = 0;

    while (i < ui->own_count && !str_equal(ui->own[i].name, name))
        i++;
    if (i == ui->own_count)
        return false;
    if (!own_command_text(&text, ui->own[i].text, words)) {
        view_warn(reply, "/%.*s would be too long", STR_ARG(name));
    } else if (str_trim(buf_str(&text)).len == 0) {
        view_warn(reply, "/%.*s needs words", STR_ARG(name));
    } else {
        view_want_text(reply, CMD_SEND, buf_str(&text));
        done(ui);
    }
    buf_release(&text);
    return true;
}

static void warn_unknown(const struct ui *ui, struct str name,
                         struct view_reply *reply)
{
    struct suggestion suggestion = { 0 };

    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++)
        if (command_info(kind)->slash)
            suggest(&suggestion, name, str_from(command_info(kind)->name));
    for (size_t i = 0; i < ui->own_count; i++)
        suggest(&suggestion, name, ui->own[i].name);
    if (suggestion.best.len > 0)
        view_warn(reply, "no such command: /%.*s; is it /%.*s?", STR_ARG(name),
                  STR_ARG(suggestion.best));
    else
        view_warn(reply, "no such command: /%.*s (/help lists them)",
                  STR_ARG(name));
}

static void submit_command(struct ui *ui, const struct session *session,
                           struct str draft, struct view_reply *reply)
{
    size_t end = 1;
    while (end < draft.len && draft.at[end] != ' ' && draft.at[end] != '\n')
        end++;
    struct str name = str_skip(str_take(draft, end), 1);
    struct str argument = str_trim(str_skip(draft, end));
    enum command_kind kind = command_find(name);

    if (kind == CMD_NONE) {
        if (!submit_own(ui, name, argument, reply))
            warn_unknown(ui, name, reply);
        return;
    }
    const struct command_info *info = command_info(kind);
    if (argument.len == 0 && ui_needs_argument(info)) {
        view_warn(reply, "/%s needs %s", info->name, info->arguments);
        return;
    }
    if (argument.len > 0 && info->arguments[0] == '\0') {
        view_warn(reply, "/%s takes no argument", info->name);
        return;
    }
    argument = arena_copy(reply->arena, argument);
    done(ui);
    ui_give_command(ui, session, kind, argument, reply);
}

// `!command`, and `!!command` whose output stays here.
static void submit_shell(struct ui *ui, struct str draft,
                         struct view_reply *reply)
{
    bool aside = str_starts_with(draft, STR("!!"));
    struct str text = str_trim(str_skip(draft, aside ? 2 : 1));

    if (text.len == 0) {
        view_warn(reply, "!COMMAND runs it, its output goes along; "
                         "!!COMMAND keeps it here");
        return;
    }
    view_want_text(reply, CMD_SHELL, text)->by = aside;
    done(ui);
}

void ui_submit(struct ui *ui, const struct view_call *call,
               struct view_reply *reply)
{
    struct str draft = composer_text(ui->composer);

    if (str_trim(draft).len == 0) {
        if (session_queue_is_held(call->session))
            view_want(reply, CMD_SEND_QUEUED);
        return;
    }
    if (draft.at[0] == '/') {
        submit_command(ui, call->session, str_trim(draft), reply);
        return;
    }
    if (draft.at[0] == '!') {
        submit_shell(ui, str_trim(draft), reply);
        return;
    }
    view_want_text(reply, CMD_SEND, draft);
    done(ui);
}
