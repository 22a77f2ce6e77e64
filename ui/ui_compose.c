/* Keys of the composer: what the line editor does not take is sending,
 * stopping, leaving and looking around. */
#include "ui_parts.h"

void ui_clear_key(struct ui *ui, const struct view_call *call,
                  struct view_reply *reply)
{
    const struct session *session = call->session;
    const char *again =
        keymap_keys(call->keymap, IN_COMPOSER | IN_REVIEW, ACTION_CLEAR);

    if (ui->focus == FOCUS_COMPOSER && !composer_is_empty(ui->composer)) {
        composer_remember(ui->composer, composer_text(ui->composer));
        composer_clear(ui->composer);
        ui_popup_close(ui);
    } else if (ui->options.review_only || !session_is_busy(session)) {
        if (ui->quit_armed)
            view_want(reply, CMD_QUIT);
        else
            view_say(reply, "%s again quits", again);
        ui->quit_armed = !ui->quit_armed;
    } else if (session->state != TURN_REVIEW || ui->stop_armed) {
        view_want(reply, CMD_INTERRUPT);
    } else {
        view_warn(reply, "%s again stops the turn and drops the review", again);
        ui->stop_armed = true;
    }
}

static void escape(struct ui *ui, const struct view_call *call,
                   struct view_reply *reply)
{
    if (ui->panel != PANEL_NONE)
        ui->panel = PANEL_NONE;
    else if (call->session->state == TURN_REVIEW)
        view_say(reply, "a review waits: %s goes there, %s stops the turn",
                 keymap_keys(call->keymap, IN_COMPOSER, ACTION_TAB),
                 keymap_keys(call->keymap, IN_COMPOSER, ACTION_CLEAR));
    else if (session_is_busy(call->session)
             || session_growing(call->session) != NO_INDEX)
        view_want(reply, CMD_INTERRUPT);
}

static void tab(struct ui *ui, const struct view_call *call,
                struct view_reply *reply)
{
    if (!composer_is_empty(ui->composer))
        view_say(reply, "@ completes files, / at the start commands");
    else if (review_proposal(call->session) == NO_INDEX)
        view_say(reply, "there is no patch to review");
    else
        ui->focus = FOCUS_REVIEW;
}

// The newest queued message comes back into the draft.
static bool take_back(struct ui *ui, const struct view_call *call,
                      struct view_reply *reply)
{
    const struct session *session = call->session;

    if (!composer_is_empty(ui->composer) || session->queue_count == 0)
        return false;
    composer_set(ui->composer, session->queue[session->queue_count - 1]);
    view_want(reply, CMD_UNQUEUE)->index = session->queue_count - 1;
    return true;
}

static void open_queue(struct ui *ui, const struct session *session,
                       struct view_reply *reply)
{
    if (session->queue_count == 0)
        view_say(reply, "the queue is empty");
    else
        ui_list_open(ui, POPUP_QUEUE, session->queue_count);
}

void ui_stash(struct ui *ui, const struct session *session, struct str text,
              struct view_reply *reply)
{
    size_t count = session->stash_count;

    if (text.len == 0 && count == 0) {
        view_say(reply, "no draft was put away");
        return;
    }
    if (text.len == 0 && count > 1) {
        ui_list_open(ui, POPUP_STASH, count);
        return;
    }
    view_want_text(reply, CMD_STASH, text);
    if (text.len > 0) {
        view_say(reply, "put away: %s on an empty draft brings it back",
                 keymap_keys(ui->keymap, IN_COMPOSER, ACTION_STASH));
        composer_clear(ui->composer);
    } else {
        composer_set(ui->composer, session->stash[0]);
    }
    ui_popup_close(ui);
}

// ^O is for the paste at the caret before it is for the conversation.
static bool fold_paste(struct ui *ui, struct view_reply *reply)
{
    switch (composer_fold(ui->composer)) {
    case COMPOSER_NO_PASTE: return false;
    case COMPOSER_TOO_LONG:
        view_warn(reply, "too long to unfold here: %s opens it in an editor",
                  keymap_keys(ui->keymap, IN_COMPOSER, ACTION_EDITOR));
        break;
    case COMPOSER_UNFOLDED:
        view_say(reply, "%s folds it again",
                 keymap_keys(ui->keymap, IN_COMPOSER, ACTION_FOLD));
        break;
    case COMPOSER_FOLDED: break;
    }
    ui_popup_update(ui);
    return true;
}

static void edit(struct ui *ui, const struct view_key *key)
{
    if (composer_key(ui->composer, key->key) != COMPOSER_EDITED)
        return;
    transcript_follow(ui->transcript);
    ui_popup_update(ui);
}

// The pager opens where the conversation is read.
static void open_transcript(struct ui *ui)
{
    if (transcript_is_away(ui->transcript))
        pager_open_at(ui->pager, transcript_top(ui->transcript));
    else
        pager_open(ui->pager, PAGER_TRANSCRIPT);
}

// Says whether the action is done; else the key belongs to the line editor.
static bool act(struct ui *ui, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply)
{
    bool empty = composer_is_empty(ui->composer);
    bool typed = key->key->code == KEYCODE_CHAR && key->key->mods == 0;

    if (key->action == ACTION_TAB)
        tab(ui, call, reply);
    else if (key->action == ACTION_ESCAPE)
        escape(ui, call, reply);
    else if (key->action == ACTION_CLEAR)
        ui_clear_key(ui, call, reply);
    else if (key->action == ACTION_LEAVE && empty)
        view_want(reply, CMD_QUIT);
    else if (key->action == ACTION_EDITOR)
        view_want_text(reply, CMD_EDITOR, composer_text(ui->composer));
    else if (key->action == ACTION_TRANSCRIPT)
        open_transcript(ui);
    else if (key->action == ACTION_HELP && (empty || !typed))
        pager_open(ui->pager, PAGER_HELP);
    else if (key->action == ACTION_COPY_ANSWER)
        ui_copy_last(call->session, STR(""), reply);
    else if (key->action == ACTION_LAST && !empty)
        return false;
    else if (key->action == ACTION_STASH)
        ui_stash(ui, call->session, composer_text(ui->composer), reply);
    else if (key->action == ACTION_QUEUE)
        open_queue(ui, call->session, reply);
    else if (key->action == ACTION_UNQUEUE)
        return take_back(ui, call, reply);
    else if (key->action == ACTION_FOLD && fold_paste(ui, reply))
        return true;
    else
        return transcript_view.key(ui->transcript, call, key, reply);
    return true;
}

void ui_compose_key(struct ui *ui, const struct view_call *call,
                    const struct view_key *key, struct view_reply *reply)
{
    if (composer_claims(ui->composer, key->key)) {
        if (key->key->code == KEYCODE_ESCAPE)
            ui_popup_close(ui);
        edit(ui, key);
        return;
    }
    if (ui_list_key(ui, call, key, reply) || ui_popup_key(ui, key->key)
        || act(ui, call, key, reply))
        return;
    // Behind a backslash Enter is a new line, and the line editor's.
    if (key->action == ACTION_SEND
        && (key->key->code != KEYCODE_ENTER
            || composer_key(ui->composer, key->key) == COMPOSER_IGNORED))
        ui_submit(ui, call, reply);
    else if (key->action != ACTION_SEND)
        edit(ui, key);
}
