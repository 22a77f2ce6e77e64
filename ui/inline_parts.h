/* The line mode's inside, shared by its files. */
#ifndef KERF_UI_INLINE_PARTS_H
#define KERF_UI_INLINE_PARTS_H

#include "kerf/base/arena.h"
#include "kerf/base/utf8.h"
#include "kerf/ui/inline.h"

enum asked {
    ASKED_NOTHING,
    ASKED_PROMPT,
    ASKED_APPROVAL,
    ASKED_ARRIVING, // told that a hunk is waited for
    ASKED_HUNK,
    ASKED_NOTE, // the words of a comment on the hunk
    ASKED_END,  // whether to write
    ASKED_PICK,
};

/* What a question is about; another one is printed whole. */
struct question {
    enum asked kind;
    size_t index; // of the call or the proposal
    size_t file, hunk;
    size_t lines; // of the hunk, as shown
    int state;    // enum hunk_state, as told
};

/* Where the review is. */
struct walk {
    size_t proposal; // NO_INDEX: none yet
    size_t file, hunk;
    bool stay;            // on this hunk, whether it is decided or not
    bool answered;        // whether to write; it is being carried out
    bool at_end;          // at the question whether to write
    bool consent;         // asked whether a doubtful hunk is really wanted
    struct target edited; // whose edit was refused
    struct buf edit;      // and what it was; empty: none
};

struct picking {
    struct arena arena;
    struct str *values;
    size_t count;
    enum command_kind kind;
};

struct inline_ui {
    struct inline_options options;
    struct buf out;
    bool begun;     // what there was is told
    bool open_line; // a prompt stands at the end, without a newline
    struct question asked;
    struct walk walk;
    struct picking picking;
    struct buf draft; // lines of a message that is not complete, or not sent
    bool gathering;   // until a period
    bool continued;   // the line before ended in a backslash
    struct buf sent;  // the message that was typed last
    bool armed;       // ^C or ^D once more leaves
    bool leaving;
    size_t item, bytes; // how much of the conversation is printed
    struct command *commands;
    size_t command_count, command_cap, command_next;
    struct arena words;   // texts of commands
    struct arena scratch; // of one call
};

/* What to append a sentence to; it begins a new line. */
struct buf *inline_line_of(struct inline_ui *ui);

/* Foreign text made harmless, in one line; valid for the call. */
struct str inline_safe(struct inline_ui *ui, struct str text);

/* Adds a command without text. */
struct command *inline_want(struct inline_ui *ui, enum command_kind kind);
void inline_want_text(struct inline_ui *ui, enum command_kind kind,
                      struct str text);

/* What the draft means: inline_draft.c. */
void inline_message(struct inline_ui *ui, const struct session *session,
                    struct str text);

/* The review: where it stands, its question, the answer to it. */
struct question walk_question(struct inline_ui *ui,
                              const struct session *session);
void walk_print(struct inline_ui *ui, const struct session *session,
                const struct question *question);
void walk_prompt(struct inline_ui *ui, const struct session *session,
                 const struct question *question);
void walk_answer(struct inline_ui *ui, const struct session *session,
                 struct str line);

/* How many hunks are accepted and not written. */
size_t walk_unwritten(const struct session *session);

/* A hunk in words and lines: inline_hunk.c. */
void hunk_tell(struct inline_ui *ui, const struct proposal *proposal,
               size_t file, size_t hunk);

#endif
