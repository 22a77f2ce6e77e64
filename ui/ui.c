/*
 * Keys go to one place: the pager if it is open, else the question about a
 * command, else the pane with the focus. Drawing is in layout.c.
 */
#include "kerf/ui/ui.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "ui_parts.h"

#define WAKE_MS 250 // progress clocks move four times a second

struct ui *ui_create(const struct ui_options *options)
{
    struct ui *ui = mem_alloc(sizeof(*ui));

    ui->options = *options;
    ui->own_keymap = options->keymap ? NULL : keymap_create();
    ui->keymap = options->keymap ? options->keymap : ui->own_keymap;
    ui->composer = composer_create();
    if (options->vi)
        composer_use_vi(ui->composer);
    ui->transcript = transcript_create(false);
    ui->review = review_create(options->review_only);
    ui->approval = approval_create();
    ui->pager = pager_create();
    ui->finder = finder_create();
    ui->picker = picker_create();
    ui->focus = options->review_only ? FOCUS_REVIEW : FOCUS_COMPOSER;
    ui->reviewing = NO_INDEX;
    ui->switched_ms = NEVER_MS;
    ui->focused_ms = NEVER_MS;
    ui->click_ms = NEVER_MS;
    ui->closed_start = NO_INDEX;
    ui_popup_prepare(ui);
    return ui;
}

void ui_destroy(struct ui *ui)
{
    if (!ui)
        return;
    composer_destroy(ui->composer);
    transcript_destroy(ui->transcript);
    review_destroy(ui->review);
    approval_destroy(ui->approval);
    pager_destroy(ui->pager);
    finder_destroy(ui->finder);
    picker_destroy(ui->picker);
    keymap_destroy(ui->own_keymap);
    arena_release(&ui->arena);
    arena_release(&ui->key_arena);
    arena_release(&ui->frame_arena);
    buf_release(&ui->message);
    free(ui);
}

// --- small things ----------------------------------------------------------

void ui_set_files(struct ui *ui, const struct str *paths, size_t count)
{
    ui->files = paths;
    ui->file_count = count;
    if (ui->popup != POPUP_FILES && ui->popup != POPUP_PATHS)
        return; // the tree changes while another list is open, or closed
    ui->popup = POPUP_NONE;
    ui_popup_update(ui);
}

void ui_set_backends(struct ui *ui, const struct str *names, size_t count)
{
    ui->backends = names;
    ui->backend_count = count;
    ui_popup_close(ui);
}

void ui_set_commands(struct ui *ui, const struct ui_command *commands,
                     size_t count)
{
    ui->own = commands;
    ui->own_count = count;
    ui_popup_prepare(ui);
    ui_popup_close(ui);
    ui_popup_update(ui);
}

void ui_set_figures(struct ui *ui, const struct figures *figures)
{
    ui->figures = *figures;
}

void ui_set_draft(struct ui *ui, struct str text)
{
    composer_set(ui->composer, text);
}

struct str ui_draft(struct ui *ui)
{
    return composer_text(ui->composer);
}

void ui_keep_edit(struct ui *ui, struct target target, struct str text)
{
    review_keep_edit(ui->review, target, text);
}

void ui_remember(struct ui *ui, struct str text)
{
    composer_remember(ui->composer, text);
}

void ui_tell(struct ui *ui, struct str text, bool warning)
{
    buf_reset(&ui->message);
    utf8_sanitise(&ui->message, text, false);
    ui->warning = warning;
}

void ui_hear(struct ui *ui, struct str text)
{
    if (ui->focus == FOCUS_REVIEW && ui->talk_area.rows == 0)
        ui_tell(ui, text, true);
}

size_t ui_layouts(const struct ui *ui)
{
    return transcript_made(ui->transcript) + pager_made(ui->pager);
}

bool ui_wants_repaint(struct ui *ui)
{
    bool wants = ui->repaint;

    ui->repaint = false;
    return wants;
}

int64_t ui_guard_ms(const struct ui *ui, const struct session *session,
                    int64_t now_ms)
{
    if (ui_place(ui, session) == IN_APPROVAL)
        return approval_guard_ms(ui->approval, now_ms);
    if (ui->focus != FOCUS_REVIEW || ui->switched_ms == NEVER_MS
        || now_ms - ui->switched_ms >= UI_ANSWER_GUARD_MS)
        return 0;
    return ui->switched_ms + UI_ANSWER_GUARD_MS - now_ms;
}

int64_t ui_wake_ms(const struct ui *ui, const struct session *session,
                   int64_t now_ms)
{
    int64_t next = ui->drawn_ms + WAKE_MS;
    int64_t guard = ui_guard_ms(ui, session, now_ms);
    int64_t chord = ui_chord_wake_ms(ui, now_ms);

    if (chord >= 0)
        return guard > 0 && guard < chord ? guard : chord;
    switch (session->state) {
    case TURN_IDLE:
    case TURN_APPROVAL:
    case TURN_REVIEW: return guard > 0 ? guard : -1;
    case TURN_WAITING:
    case TURN_STREAMING:
    case TURN_TOOLS:
    case TURN_READY: break;
    }
    return next > now_ms ? next - now_ms : 0;
}

// --- focus -----------------------------------------------------------------

unsigned ui_place(const struct ui *ui, const struct session *session)
{
    if (pager_kind(ui->pager) != PAGER_CLOSED)
        return IN_PAGER;
    if (session_asking(session) != NO_INDEX)
        return IN_APPROVAL;
    return ui->focus == FOCUS_REVIEW ? IN_REVIEW : IN_COMPOSER;
}

void ui_follow(struct ui *ui, const struct session *session, int64_t now_ms)
{
    size_t index = session_reviewing(session);

    if (index == ui->reviewing || ui->options.review_only)
        return;
    if (index == NO_INDEX) {
        ui->focus = FOCUS_COMPOSER;
    } else if (composer_is_empty(ui->composer) && ui->focus != FOCUS_REVIEW) {
        ui->focus = FOCUS_REVIEW;
        ui->switched_ms = now_ms;
    }
    ui->reviewing = index;
}

// Says whether a key belongs to the draft although the review has the focus:
// a paste, or text typed before the user could see where the focus had gone.
static bool is_for_draft(const struct ui *ui, const struct key *key,
                         int64_t now_ms)
{
    bool typed = key->code == KEYCODE_CHAR
                 && !(key->mods & (MOD_CTRL | MOD_ALT));

    if (ui->options.review_only)
        return false;
    return key->code == KEYCODE_PASTE
           || (typed && ui->switched_ms != NEVER_MS
               && now_ms - ui->switched_ms < UI_ANSWER_GUARD_MS);
}

// --- keys ------------------------------------------------------------------

static bool is_typing(const struct ui *ui, unsigned where,
                      const struct key *key)
{
    switch (where) {
    case IN_PAGER: return pager_is_typing(ui->pager);
    case IN_APPROVAL: return approval_is_typing(ui->approval);
    case IN_REVIEW: return review_is_typing(ui->review);
    default: return composer_claims(ui->composer, key);
    }
}

static void key_in_review(struct ui *ui, const struct view_call *call,
                          const struct view_key *key, struct view_reply *reply)
{
    bool typing = review_is_typing(ui->review);

    if (!typing && is_for_draft(ui, key->key, call->now_ms)) {
        ui->focus = FOCUS_COMPOSER;
        composer_key(ui->composer, key->key);
        return;
    }
    if (!typing && key->action == ACTION_HELP)
        pager_open(ui->pager, PAGER_HELP);
    else if (!typing && key->action == ACTION_CLEAR)
        ui_clear_key(ui, call, reply);
    else
        review_view.key(ui->review, call, key, reply);
    if (reply->leave)
        ui->focus = FOCUS_COMPOSER;
}

static void key_in_approval(struct ui *ui, const struct view_call *call,
                            const struct view_key *key,
                            struct view_reply *reply)
{
    if (!approval_is_too_early(ui->approval, call, key->key)) {
        approval_view.key(ui->approval, call, key, reply);
        return;
    }
    if (key->key->code != KEYCODE_ENTER)
        composer_key(ui->composer, key->key);
}

static void key_in_place(struct ui *ui, unsigned where,
                         const struct view_call *call,
                         const struct view_key *key, struct view_reply *reply)
{
    if (where == IN_PAGER)
        pager_view.key(ui->pager, call, key, reply);
    else if (where == IN_APPROVAL)
        key_in_approval(ui, call, key, reply);
    else if (where == IN_REVIEW)
        key_in_review(ui, call, key, reply);
    else
        ui_compose_key(ui, call, key, reply);
}

static bool is_no_key(const struct key *key)
{
    return key->code == KEYCODE_NONE || key->code == KEYCODE_FOCUS_IN
           || key->code == KEYCODE_FOCUS_OUT;
}

// Finds the action of a key. A chord begins or breaks here, and then there is
// nothing to do: false.
static bool find_action(struct ui *ui, unsigned where, struct view_key *key,
                        int64_t now_ms)
{
    struct chord before = ui->chord;

    key->action = keymap_find(ui->keymap, where, key->key, &ui->chord);
    if (is_typing(ui, where, key->key)) {
        ui->chord = (struct chord){ 0 };
        if (key->action != ACTION_REPAINT && key->action != ACTION_SUSPEND)
            key->action = ACTION_NONE;
        return true;
    }
    if (key->action == ACTION_CHORD)
        ui->chord_ms = now_ms;
    else if (before.first[0] && key->action == ACTION_NONE)
        ui_broken_chord(ui, before.first, key->key, &ui->reply);
    else
        return true;
    return false;
}

static void dispatch(struct ui *ui, const struct view_call *call,
                     const struct key *key)
{
    unsigned where = ui_place(ui, call->session);
    struct view_key found = { .key = key };

    if (where == IN_APPROVAL)
        picker_close(ui->picker);
    if (picker_is_open(ui->picker)) {
        static const struct key none = { .code = KEYCODE_NONE };
        found = (struct view_key){ &none,
                                   ui_picker_key(ui, call, key, &ui->reply) };
        if (found.action == ACTION_NONE)
            return;
    } else if (!find_action(ui, where, &found, call->now_ms)) {
        ui->quit_armed = ui->stop_armed = false;
        return;
    }
    if (found.action != ACTION_CLEAR)
        ui->quit_armed = ui->stop_armed = false;
    if (!ui_act_everywhere(ui, where, found.action, &ui->reply))
        key_in_place(ui, where, call, &found, &ui->reply);
}

bool ui_key(struct ui *ui, const struct session *session, const struct key *key,
            int64_t now_ms, struct command *command)
{
    *command = (struct command){ .kind = CMD_NONE };
    if (key->code == KEYCODE_FOCUS_IN)
        ui->focused_ms = now_ms;
    if (is_no_key(key))
        return false;
    arena_reset(&ui->key_arena);
    ui->reply = (struct view_reply){ .arena = &ui->key_arena };
    ui->given = 0;
    buf_reset(&ui->message);
    ui_follow(ui, session, now_ms);

    struct view_call call = { .session = session,
                              .now_ms = now_ms,
                              .focused = true,
                              .arena = &ui->key_arena,
                              .keymap = ui->keymap };
    if (key->code == KEYCODE_MOUSE)
        ui_mouse(ui, &call, key, &ui->reply);
    else
        dispatch(ui, &call, key);
    if (ui->reply.say.len > 0)
        ui_tell(ui, ui->reply.say, ui->reply.warning);
    ui_next_command(ui, command);
    return true;
}

bool ui_next_command(struct ui *ui, struct command *command)
{
    if (ui->given >= ui->reply.count)
        return false;
    *command = ui->reply.commands[ui->given++];
    return true;
}
