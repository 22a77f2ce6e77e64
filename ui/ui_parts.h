/* The state of the user interface; what its files share. */
#ifndef KERF_UI_UI_PARTS_H
#define KERF_UI_UI_PARTS_H

#include "kerf/ui/composer.h"
#include "kerf/ui/finder.h"

#include "approval.h"
#include "pager.h"
#include "panel.h"
#include "picker.h"
#include "review.h"
#include "transcript.h"
#include "view.h"

enum focus {
    FOCUS_COMPOSER,
    FOCUS_REVIEW,
};

enum popup {
    POPUP_NONE,
    POPUP_FILES,    // behind an `@`
    POPUP_COMMANDS, // behind the `/` at the start
    POPUP_PATHS,    // arguments of commands
    POPUP_BACKENDS,
    POPUP_QUEUE, // by keys
    POPUP_STASH,
};

#define NEVER_MS INT64_MIN

struct ui {
    struct ui_options options;
    struct keymap *own_keymap; // if none was given
    const struct keymap *keymap;
    struct composer *composer;
    struct transcript *transcript;
    struct review *review;
    struct approval *approval;
    struct pager *pager;
    enum panel panel; // that is open
    struct figures figures;
    enum focus focus;
    size_t reviewing;    // proposal under review when last looked; NO_INDEX
    int64_t switched_ms; // when the focus went to the review by itself
    struct chord chord;  // whose first key was pressed
    int64_t chord_ms;    // when; NEVER_MS: its list is wanted at once
    struct picker *picker;
    enum command_kind picking; // what a choice becomes; CMD_NONE: the palette
    bool quit_armed;           // ^C once more quits
    bool stop_armed;           // ^C once more stops a turn under review
    bool repaint;
    // What the mouse hits, as drawn last; no rows: not drawn.
    struct area talk_area, review_area, input_area;
    int64_t focused_ms; // when the window got the focus; NEVER_MS
    int64_t click_ms;   // the last click; NEVER_MS
    size_t click_row, click_col;
    // The list above the composer.
    struct finder *finder;
    enum popup popup;
    size_t popup_start;  // of its word in the draft
    size_t closed_start; // of the word whose list was closed; NO_INDEX
    const struct str *files;
    size_t file_count;
    size_t list_row; // chosen in the list of the queue or of drafts
    const struct str *backends;
    size_t backend_count;
    struct str *words, *word_notes; // what `@` names beside files; in `arena`
    size_t word_count;
    struct str *commands, *command_notes; // in `arena`
    size_t command_count;
    const struct ui_command *own; // the user's
    size_t own_count;
    struct arena arena;       // as long as the ui
    struct arena key_arena;   // until the next key
    struct arena frame_arena; // of one drawing
    // What the last key wanted beyond its first command.
    struct view_reply reply;
    size_t given;
    struct buf message;
    bool warning;
    int64_t drawn_ms;
};

/* Where keys go now: one bit of key_binding.where. */
unsigned ui_place(const struct ui *ui, const struct session *session);

/* How long typed letters are no answer yet to what has just come up by itself
 * (a question, a review), in ms; 0: they count. */
int64_t ui_guard_ms(const struct ui *ui, const struct session *session,
                    int64_t now_ms);

/* Moves the focus when a review began or ended. */
void ui_follow(struct ui *ui, const struct session *session, int64_t now_ms);

/* ui_everywhere.c: does what an action does in any place; false if it is the
 * business of the place. */
bool ui_act_everywhere(struct ui *ui, unsigned where, enum action action,
                       struct view_reply *reply);
/* Takes a key for the open list; gives the action that was taken in it. */
enum action ui_picker_key(struct ui *ui, const struct view_call *call,
                          const struct key *key, struct view_reply *reply);
/* The first key of a chord that has waited for long; NULL: none. */
const char *ui_shown_chord(const struct ui *ui, int64_t now_ms);
int64_t ui_chord_wake_ms(const struct ui *ui, int64_t now_ms); // -1: never
/* Says that a chord means nothing. */
void ui_broken_chord(struct ui *ui, const char *first, const struct key *key,
                     struct view_reply *reply);

/* ui_mouse.c: a click or a turn of the wheel. */
void ui_mouse(struct ui *ui, const struct view_call *call,
              const struct key *key, struct view_reply *reply);

/* ui_compose.c: a key while the composer has the focus. */
void ui_compose_key(struct ui *ui, const struct view_call *call,
                    const struct view_key *key, struct view_reply *reply);

/* ui_compose.c: ^C, also in the review. */
void ui_clear_key(struct ui *ui, const struct view_call *call,
                  struct view_reply *reply);

/* ui_list.c: the list of messages that wait, or of drafts put away; `count` is
 * not 0. */
void ui_list_open(struct ui *ui, enum popup popup, size_t count);
bool ui_lists(const struct ui *ui);
/* Takes a key while a list is open; false: it closed and the key is free. */
bool ui_list_key(struct ui *ui, const struct view_call *call,
                 const struct view_key *key, struct view_reply *reply);
size_t ui_list_rows(const struct ui *ui, const struct session *session);
void ui_list_draw(struct ui *ui, const struct session *session,
                  struct canvas *canvas, struct area area);

/* ui_compose.c: puts a draft away, or brings one back; of several a list is
 * shown. */
void ui_stash(struct ui *ui, const struct session *session, struct str text,
              struct view_reply *reply);

/* ui_slash.c: gives the draft out as message or command. */
void ui_submit(struct ui *ui, const struct view_call *call,
               struct view_reply *reply);

/* ui_slash.c: gives out a slash command; `argument` must not be of the
 * composer's. */
void ui_give_command(struct ui *ui, const struct session *session,
                     enum command_kind kind, struct str argument,
                     struct view_reply *reply);
/* Says whether a command cannot do without its argument. */
bool ui_needs_argument(const struct command_info *info);

/* ui_slash.c: wants the last answer copied; `what` "code": its last code. */
void ui_copy_last(const struct session *session, struct str what,
                  struct view_reply *reply);

/* ui_popup.c */
void ui_popup_prepare(struct ui *ui);
void ui_popup_update(struct ui *ui);
void ui_popup_close(struct ui *ui);
size_t ui_popup_rows(const struct ui *ui);
/* Takes Tab, Enter, arrows and Esc while the list is open. */
bool ui_popup_key(struct ui *ui, const struct key *key);

#endif
