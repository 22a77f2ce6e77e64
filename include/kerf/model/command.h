/*
 * What the user wants. Each command stands once in the table; keys, slash
 * commands, help and the manual are made from it.
 */
#ifndef KERF_MODEL_COMMAND_H
#define KERF_MODEL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"
#include "kerf/patch/select.h"

enum command_kind {
    CMD_NONE,
    // Conversation.
    CMD_SEND, // text
    CMD_INTERRUPT,
    CMD_QUIT,
    CMD_SUSPEND,
    CMD_EDITOR, // text: the draft, to be edited in $EDITOR
    CMD_HELP,
    CMD_CLEAR,       // a new session in the same tree
    CMD_CONTEXT,     // lists what would be sent
    CMD_ADD,         // text: path of a file to add to the context
    CMD_BACKEND,     // text: name of another backend, or empty to list
    CMD_COMPACT,     // make room in the window
    CMD_UNCOMPACT,   // take that back
    CMD_SHELL,       // text: a command to run; by: 1 if its output stays here
    CMD_RETRY,       // ask the last message again
    CMD_SESSIONS,    // lists the sessions of this tree to pick from
    CMD_RESUME,      // text: id of a session to take up in place
    CMD_UNQUEUE,     // index: takes a message out of the queue
    CMD_MOVE_QUEUED, // index; by: -1 sends it before the one in front, +1 later
    CMD_STASH,       // text: a draft to put away; empty: the newest comes back
    CMD_SEND_QUEUED, // what is held may go
    // Approval of a command.
    CMD_APPROVE,
    CMD_APPROVE_SESSION, // this exact command, until the session ends
    CMD_APPROVE_EDITED,  // text: the command that runs instead
    CMD_DENY,            // text: reason
    // Review.
    CMD_DECIDE, // target, decision
    CMD_UNDO_DECISION,
    CMD_REDO_DECISION,
    CMD_SPLIT,       // target: a hunk, or the line to split it at
    CMD_EDIT_HUNK,   // target, into $EDITOR; text: an edit that was refused,
                     // to go on with, else empty
    CMD_EDIT_FILE,   // text: path of the tree; target: its 0-based line
    CMD_ALTERNATIVE, // target; by: +1 the next version of a hunk, -1 the last
    CMD_NOTE,        // target, last_line; text: empty removes it
    CMD_SEND_NOTES,  // notes and refusals to the model: ask for a new version
    CMD_REASK,       // target; text: what another version should be like
    CMD_WRITE,       // write what was accepted
    CMD_WRITE_STAGE, // and add it to git's index
    CMD_UNDO_WRITE,
    CMD_REDO_WRITE, // what was taken back last
    CMD_UNDO_HUNK,  // target: take one written hunk back
    CMD_END_REVIEW, // give the verdict without writing
    CMD_COPY,       // text: what goes to the clipboard; as `/copy` "" or
                    // "code", which the ui replaces by what is meant
    CMD_COPY_PATCH, // text: the hunk or file as a patch
    CMD_COUNT,
};

struct command {
    enum command_kind kind;
    struct str text; // borrowed
    struct target target;
    size_t last_line; // of a note's range
    enum decision decision;
    int by;
    size_t index; // of the queue
};

/* Where a command can be given, as a set of bits. */
enum command_where {
    IN_COMPOSER = 1,
    IN_REVIEW = 2,
    IN_APPROVAL = 4,
};

struct command_info {
    const char *name;      // "end-review": slash command and manual entry
    const char *arguments; // "" or such as "PATH"
    const char *help;      // a phrase of at most 60 characters
    unsigned where;
    bool slash; // typed as `/name` in the composer
};

/* Returns the entry; never NULL for a kind below CMD_COUNT. */
const struct command_info *command_info(enum command_kind kind);

/* Finds a slash command by the name without the slash; CMD_NONE if none. */
enum command_kind command_find(struct str name);

#endif
