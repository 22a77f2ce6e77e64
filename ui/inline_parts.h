/* The line mode's inside, shared by its files. */
#ifndef KERF_UI_INLINE_PARTS_H
#define KERF_UI_INLINE_PARTS_H

#include "kerf/base/arena.h"
#include "kerf/base/utf8.h"
#include "kerf/ui/figures.h"
#include "kerf/ui/inline.h"

enum asked {
    ASKED_NOTHING,
    ASKED_PROMPT,
    ASKED_APPROVAL,
    ASKED_ARRIVING, // told that a hunk is waited for
    ASKED_HUNK,
    ASKED_WORDS, // that belong to a letter: a comment on the hunk
    ASKED_END,   // whether to write
    ASKED_PICK,
};

/* What a question is about; another one is printed whole. */
struct question {
    enum asked kind;
    size_t index; // of the call or the proposal
    size_t file, hunk;
    size_t lines, version; // of the hunk, as shown
    int state;             // enum hunk_state, as told
};

enum words {
    WORDS_NONE,
    WORDS_NOTE, // on the hunk
    WORDS_NOTE_FILE,
    WORDS_REASK,  // what another version should be like
    WORDS_GO,     // number of a hunk
    WORDS_SEARCH, // text of a hunk
};

/* Where the review is. */
struct walk {
    size_t proposal; // NO_INDEX: none yet
    size_t file, hunk;
    bool stay;            // on this hunk, whether it is decided or not
    bool answered;        // whether to write; it is being carried out
    bool at_end;          // at the question whether to write
    bool stage;           // and to stage in git
    enum words words;     // that are typed now
    char armed, before;   // letters that want to be typed twice
    struct target edited; // whose edit was refused
    struct buf edit;      // and what it was; empty: none
    struct buf decisions; // of all hunks, a byte each, before `u` or `Z`
    bool undoing;
};

/* A message that is not complete, or not sent. */
struct draft {
    struct buf text;
    const char *ending; // the line that ends it; NULL: one line is all
    bool continued;     // the line before ended in a backslash
    bool pasted;        // `ending` was not asked for
    bool doubtful;      // the terminal may have cut a line
    size_t lost;        // lines that had no room
};

struct picking {
    struct arena arena;
    struct str *values;
    size_t count;
    enum command_kind kind;
};

struct inline_ui {
    struct inline_options options;
    struct figures figures;
    const struct ui_command *own;
    size_t own_count;
    struct buf out;
    bool begun;     // what there was is told
    bool open_line; // a prompt stands at the end, without a newline
    struct question asked;
    size_t approved; // item of the command that was asked about last
    struct walk walk;
    struct picking picking;
    struct draft draft;
    struct str *history; // oldest first
    size_t history_count, history_cap;
    struct arena kept; // of the history
    struct buf sent;   // the message that was typed last
    bool awaited;      // a command will be told about; the prompt comes then
    bool armed;        // ^C or ^D once more leaves
    bool leaving;
    size_t item, bytes; // how much of the conversation is printed
    struct command *commands;
    size_t command_count, command_cap, command_next;
    struct arena words;   // texts of commands
    struct arena scratch; // of one call
};

/* --- for all: inline.c ---------------------------------------------------- */

/* What to append a sentence to; it begins a new line. */
struct buf *inline_line_of(struct inline_ui *ui);

/* Prints a sentence of the program. */
void inline_say(struct inline_ui *ui, const char *format, ...)
    KERF_PRINTF(2, 3);

/* Foreign text made harmless, in one line; valid for the call. */
struct str inline_safe(struct inline_ui *ui, struct str text);

/* The first line of a text, made harmless, and how many more there are. */
struct str inline_first_line(struct inline_ui *ui, struct str text);

/* Adds a command without text, or with one, which is copied. */
struct command *inline_want(struct inline_ui *ui, enum command_kind kind);
struct command *inline_want_text(struct inline_ui *ui, enum command_kind kind,
                                 struct str text);

/* What is open now. */
struct question inline_question(struct inline_ui *ui,
                                const struct session *session);
bool question_is_same(const struct question *a, const struct question *b);
bool inline_is_busy(const struct session *session);

/* The question about a command, and its answer: inline_approval.c. */
void approval_tell(struct inline_ui *ui, struct str command);
void approval_take(struct inline_ui *ui, struct str line);

/* --- messages and commands ------------------------------------------------ */

/* What a line at the prompt means, and a text that is a message whatever it
 * begins with: inline_command.c. */
void inline_send(struct inline_ui *ui, struct str text);
void inline_message(struct inline_ui *ui, const struct session *session,
                    struct str text);

/* Says whether a message of several lines is being typed, and sends what was
 * typed: inline_input.c. */
bool draft_is_open(const struct draft *draft);

/* Puts a text where an empty line sends it, and says so. */
void inline_hold(struct inline_ui *ui, struct str text);

/* Commands that only the line mode has: inline_panel.c, inline_queue.c. */
typedef void (*line_command_fn)(struct inline_ui *ui,
                                const struct session *session,
                                struct str argument);
void inline_tell_latency(struct inline_ui *ui, const struct session *session,
                         struct str argument);
void inline_tell_cost(struct inline_ui *ui, const struct session *session,
                      struct str argument);
void inline_tell_context(struct inline_ui *ui, const struct session *session,
                         struct str argument);
void inline_tell_route(struct inline_ui *ui, const struct session *session,
                       struct str argument);
void inline_tell_verify(struct inline_ui *ui, const struct session *session,
                        struct str argument);
void inline_queue(struct inline_ui *ui, const struct session *session,
                  struct str argument);
void inline_history(struct inline_ui *ui, const struct session *session,
                    struct str text);

/* How many hunks are accepted and not written: inline_walk.c. */
size_t walk_unwritten(const struct session *session);

#endif
