/* One row a command. What the composer takes as `/name` has `slash` set; the
 * others are given by keys only. */
#include "kerf/model/command.h"

static const struct command_info rows[CMD_COUNT] = {
    [CMD_NONE] = { "none", "", "do nothing", 0, false },
    [CMD_SEND] = { "send", "TEXT", "send the message", IN_COMPOSER, false },
    [CMD_INTERRUPT] = { "interrupt", "", "stop the running turn",
                        IN_COMPOSER | IN_REVIEW | IN_APPROVAL, false },
    [CMD_QUIT] = { "quit", "", "leave kerf; the session is kept",
                   IN_COMPOSER | IN_REVIEW | IN_APPROVAL, true },
    [CMD_SUSPEND] = { "suspend", "", "give the terminal back to the shell",
                      IN_COMPOSER | IN_REVIEW | IN_APPROVAL, false },
    [CMD_EDITOR] = { "editor", "", "write the message in $EDITOR", IN_COMPOSER,
                     true },
    [CMD_HELP] = { "help", "", "show the keys and commands",
                   IN_COMPOSER | IN_REVIEW, true },
    [CMD_CLEAR] = { "clear", "", "begin a new session in the same tree",
                    IN_COMPOSER, true },
    [CMD_CONTEXT] = { "context", "", "list what would be sent", IN_COMPOSER,
                      true },
    [CMD_ADD] = { "add", "PATH", "add a file to the context", IN_COMPOSER,
                  true },
    [CMD_BACKEND] = { "backend", "[NAME]", "change the backend, or pick one",
                      IN_COMPOSER, true },
    [CMD_COMPACT] = { "compact", "", "make room in the context window",
                      IN_COMPOSER, true },
    [CMD_UNCOMPACT] = { "uncompact", "", "take the last /compact back",
                        IN_COMPOSER, true },
    [CMD_SHELL] = { "shell", "COMMAND", "run a command; its output goes along",
                    IN_COMPOSER, true },
    [CMD_RETRY] = { "retry", "", "ask the last message again", IN_COMPOSER,
                    true },
    [CMD_SESSIONS] = { "sessions", "", "take up another session of this tree",
                       IN_COMPOSER | IN_REVIEW, true },
    [CMD_RESUME] = { "resume", "ID", "take up a session in place", IN_COMPOSER,
                     false },
    [CMD_UNQUEUE] = { "unqueue", "", "take back the newest queued message",
                      IN_COMPOSER, false },
    [CMD_APPROVE] = { "approve", "", "run the command, this once", IN_APPROVAL,
                      false },
    [CMD_APPROVE_SESSION] = { "approve-session", "",
                              "run this exact command, now and later",
                              IN_APPROVAL, false },
    [CMD_DENY] = { "deny", "[REASON]", "do not run the command", IN_APPROVAL,
                   false },
    [CMD_DECIDE] = { "decide", "", "accept or refuse a file, hunk or line",
                     IN_REVIEW, false },
    [CMD_UNDO_DECISION] = { "undo-decision", "", "take back the last decision",
                            IN_REVIEW, false },
    [CMD_REDO_DECISION] = { "redo-decision", "",
                            "repeat the decision taken back", IN_REVIEW,
                            false },
    [CMD_SPLIT] = { "split", "", "split a hunk where context divides it",
                    IN_REVIEW, false },
    [CMD_EDIT_HUNK] = { "edit-hunk", "", "edit the lines of a hunk in $EDITOR",
                        IN_REVIEW, false },
    [CMD_EDIT_FILE] = { "edit-file", "", "open the file in $EDITOR at the line",
                        IN_REVIEW, false },
    [CMD_ALTERNATIVE] = { "alternative", "", "show another version of the hunk",
                          IN_REVIEW, false },
    [CMD_NOTE] = { "note", "TEXT", "say something about lines, hunk or file",
                   IN_REVIEW, false },
    [CMD_SEND_NOTES] = { "send-notes", "",
                         "send notes and refusals, ask for a new version",
                         IN_COMPOSER | IN_REVIEW, true },
    [CMD_REASK] = { "reask", "TEXT", "ask for another version of one hunk",
                    IN_REVIEW, false },
    [CMD_WRITE] = { "write", "", "write what was accepted",
                    IN_COMPOSER | IN_REVIEW, true },
    [CMD_WRITE_STAGE] = { "write-stage", "",
                          "write what was accepted and stage it in git",
                          IN_COMPOSER | IN_REVIEW, true },
    [CMD_UNDO_WRITE] = { "undo", "", "take back the last write, byte for byte",
                         IN_COMPOSER | IN_REVIEW, true },
    [CMD_UNDO_HUNK] = { "undo-hunk", "", "take one written hunk back",
                        IN_REVIEW, false },
    [CMD_END_REVIEW] = { "end-review", "", "give the verdict without writing",
                         IN_COMPOSER | IN_REVIEW, true },
    [CMD_COPY] = { "copy", "[code]", "copy the last answer, or its code",
                   IN_COMPOSER, true },
    [CMD_COPY_PATCH] = { "copy-patch", "", "copy the hunk or file as a patch",
                         IN_REVIEW, false },
};

const struct command_info *command_info(enum command_kind kind)
{
    return &rows[kind];
}

enum command_kind command_find(struct str name)
{
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++)
        if (rows[kind].slash && str_is(name, rows[kind].name))
            return kind;
    return CMD_NONE;
}
