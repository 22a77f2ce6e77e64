/* The app's inside, shared by its files. */
#ifndef KERF_APP_PARTS_H
#define KERF_APP_PARTS_H

#include <stdio.h>

#include "kerf/agent/agent.h"
#include "kerf/agent/output.h"
#include "kerf/app/app.h"
#include "kerf/app/builtin.h"
#include "kerf/loop/child.h"
#include "kerf/loop/work.h"
#include "kerf/model/command.h"
#include "kerf/repo/repo.h"
#include "kerf/store/claim.h"
#include "kerf/store/journal.h"
#include "kerf/ui/answer.h"
#include "kerf/ui/burst.h"
#include "kerf/ui/inline.h"
#include "kerf/ui/pace.h"
#include "kerf/ui/screen.h"
#include "kerf/ui/ui.h"

#include "line_tty.h"
#include "front.h"
#include "past.h"
#include "terminal.h"
#include "user_commands.h"

/* What is on the terminal and when it is drawn: frame.c. */
struct frame {
    struct terminal *terminal;
    struct screen *screen;
    struct canvas canvas;
    struct key_decoder *keys;
    struct burst burst;        // of a terminal that does not bracket pastes
    struct loop_timer *timer;  // the next frame
    struct loop_timer *wake;   // when the ui wants to be drawn by itself
    struct loop_timer *escape; // a lone ESC that waits for more
    struct buf bytes;
    struct pace pace;
    enum colour_depth depth;
    int64_t last_ms;
    int64_t escape_ms;    // how long a lone ESC waits
    int64_t asked_ms;     // when the terminal was asked what it can
    size_t unanswered;    // questions on their way
    enum pace_reason why; // of the frame that is wanted
    bool dirty;           // something changed since the last frame
    bool closing;         // the terminal is being given away
    bool lent;            // somebody else has it
};

/* What the line mode has: inline.c. */
struct lines_front {
    struct line_tty *tty;
    struct inline_ui *ui;
    struct buf bytes;
    bool due;  // something is to be printed or asked
    bool lent; // somebody else has the terminal
};

/* The last copy: clipboard.c. */
struct clipboard {
    struct child *child; // tmux, while it runs
    size_t bytes;
    bool in_terminal, in_tmux;
    struct buf path;   // of the file; empty: none
    char problem[120]; // what tmux said
};

/* What is known of the tree: tree.c. */
struct tree {
    struct work_lane *lane;
    struct arena paths; // of the newest file list
    struct repo_files files;
    size_t jobs;
    bool stale;     // to be read again after the running job
    bool recovered; // a write that a crash cut was looked for
};

/* The command of `kerf fix`, and standard input: intake.c. */
struct intake {
    struct child *child;
    struct output output;
    struct loop_watch *stdin_watch;
};

struct app;

struct app {
    struct setup *setup;
    const struct app_options *options;
    struct loop *loop;
    struct session *session;
    struct journal *journal; // NULL: nothing is saved
    struct claim *claim;     // on the session; with the journal
    struct ws_client *sockets;
    struct http_client *http;
    struct agent *agent;
    struct builtin *builtin;
    struct str url, token; // of the built-in server, once it listens
    struct keymap *keymap; // the user's, as long as the app
    struct ui *ui;
    struct loop_signal *signals[8];
    const struct front *front;
    struct frame frame;
    struct lines_front lines;
    struct clipboard clipboard;
    struct tree tree;
    struct past past;
    struct user_commands user_commands;
    struct shown_figures shown;
    struct loop_timer *draft_timer; // NULL: no key yet
    struct intake intake;
    size_t session_jobs; // lists of sessions being read
    struct str next_id;  // of the session to begin again with; empty: a new one
    int64_t woken_ms;    // when the link was last woken
    int status;
    bool leaving;
};

/* Stamps, journals and applies an event; the screen follows. */
void app_post(struct app *app, struct event *event);
void app_notice(struct app *app, struct str text, bool warning);
void app_leave(struct app *app, int status);

/* The user is at the keyboard: a connection that was lost or closed meanwhile
 * is made again, now and then. */
void app_wake_link(struct app *app);

/* Begins a new session in the same tree, once the running callbacks are done;
 * the old one stays in the journal. */
void app_begin_anew(struct app *app);
/* The same, with an earlier session taken up again. */
void app_begin_again(struct app *app, struct str session_id);
/* Opens the terminal and the screen; closing puts everything back. */
bool frame_open(struct app *app, struct error *err) KERF_CHECKED;
void frame_close(struct app *app);
/* Says that something changed: a frame follows, as the pace allows. */
void frame_want(struct app *app);
void frame_want_for(struct app *app, enum pace_reason why);
/* The window changed its size; the process was continued, and whoever had the
 * terminal meanwhile may have left any mode and any text. */
void frame_resize(struct app *app);
void frame_continue(struct app *app);
void frame_suspend(struct app *app);
/* Gives the terminal to somebody else, and takes it back. */
void frame_lend(struct app *app);
void frame_reclaim(struct app *app);
/* Copies a text to where the user may find it, and tells where that is. A
 * copy that goes on is given up by the next one. */
void clipboard_copy(struct app *app, struct str text);
void clipboard_release(struct clipboard *clipboard);

/* Gives a text to the user's editor and takes it back, in `arena`; `suffix`
 * tells the editor what it is. */
bool editor_edit(struct app *app, struct str before, const char *suffix,
                 struct arena *arena, struct str *after,
                 struct error *err) KERF_CHECKED;

/* Opens a file in the user's editor at a 0-based line. */
bool editor_open(struct app *app, struct str path, size_t line,
                 struct error *err) KERF_CHECKED;

/* The theme of the configuration for the first frame: colours.c. */
bool theme_load(struct app *app, struct theme *theme,
                struct error *err) KERF_CHECKED;

/* The one for a light or a dark background; false: keep what there is. */
bool theme_for_paper(struct app *app, bool light, struct theme *theme);

/* Carries out a command of the user. */
void command_run(struct app *app, const struct command *command);

/* Reads status and file list in a worker. */
void tree_refresh(struct app *app);
void tree_release(struct app *app);

/* Starts `kerf fix`'s command, or reads standard input, as context. */
bool intake_start(struct app *app, struct error *err) KERF_CHECKED;
void intake_release(struct app *app);

/* Takes a session up again, by its id. */
bool resume_session(struct app *app, struct str id,
                    struct error *err) KERF_CHECKED;

/* Reads the sessions of this tree in a worker, to pick one. */
void sessions_list(struct app *app);
void sessions_release(struct app *app);

/* Prints the written files on the normal screen, and before them the last turn
 * unless it stands there already. */
void farewell_print(const struct session *session, bool told, FILE *out);

#endif
