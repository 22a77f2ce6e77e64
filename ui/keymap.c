/* The table is searched by the name a key has on the screen, so what help
 * shows is what works. */
#include "keymap.h"

#include <string.h>

#define ALL_PLACES (IN_COMPOSER | IN_REVIEW | IN_APPROVAL | IN_PAGER)
#define IN_LISTS (IN_REVIEW | IN_PAGER)
#define IN_TALK (IN_COMPOSER | IN_REVIEW)

static const struct key_binding bindings[] = {
    // Composer.
    { IN_COMPOSER, "Enter", "send", "send; while a turn runs: queue",
      ACTION_SEND },
    { IN_COMPOSER, "Tab", "complete",
      "complete @path or /command; when empty: to the review", ACTION_TAB },
    { IN_COMPOSER, "Esc", "escape", "close the list, else stop the turn",
      ACTION_ESCAPE },
    { IN_TALK, "^C", "clear-or-stop",
      "clear the draft; when empty stop the turn; twice: quit", ACTION_CLEAR },
    { IN_COMPOSER, "^D", "leave", "quit when the draft is empty",
      ACTION_LEAVE },
    { IN_COMPOSER, "^G", "editor", "write the message in $EDITOR",
      ACTION_EDITOR },
    { IN_COMPOSER, "^X ^E", "editor", "write the message in $EDITOR",
      ACTION_EDITOR },
    { IN_COMPOSER, "^T", "transcript", "the whole conversation, to search",
      ACTION_TRANSCRIPT },
    { IN_COMPOSER, "^O", "fold", "fold or unfold the block above",
      ACTION_FOLD },
    { IN_COMPOSER, "PgUp", "page-up", "a page up", ACTION_PAGE_UP },
    { IN_COMPOSER, "PgDn", "page-down", "a page down", ACTION_PAGE_DOWN },
    { IN_COMPOSER, "Up", "take-back",
      "on an empty draft: take back the newest queued message",
      ACTION_UNQUEUE },
    { IN_COMPOSER, "?", "help", "on an empty draft: this help", ACTION_HELP },
    { IN_COMPOSER, "F1", "help", "this help", ACTION_HELP },
    // Review: deciding.
    { IN_REVIEW, "y", "accept", "accept, go on to the next undecided",
      ACTION_ACCEPT },
    { IN_REVIEW, "n", "refuse", "refuse, go on to the next undecided",
      ACTION_REFUSE },
    { IN_REVIEW, "a", "accept-file", "accept the rest of this file",
      ACTION_ACCEPT_FILE },
    { IN_REVIEW, "d", "refuse-file", "refuse the rest of this file",
      ACTION_REFUSE_FILE },
    { IN_REVIEW, "A", "accept-all", "accept all that is left (asks)",
      ACTION_ACCEPT_ALL },
    { IN_REVIEW, "D", "refuse-all", "refuse all that is left (asks)",
      ACTION_REFUSE_ALL },
    { IN_REVIEW, "Space", "toggle", "yes or no for the hunk or the lines",
      ACTION_TOGGLE },
    { IN_REVIEW, "v", "line-mode", "decide lines; again: begin a range",
      ACTION_LINE_MODE },
    { IN_REVIEW, "u", "undo-decision", "take back the last decision",
      ACTION_UNDO_DECISION },
    { IN_REVIEW, "^R", "redo-decision", "repeat what was taken back",
      ACTION_REDO_DECISION },
    { IN_REVIEW, "w", "write", "write what was accepted", ACTION_WRITE },
    { IN_REVIEW, "U", "undo-write", "take back the last write",
      ACTION_UNDO_WRITE },
    { IN_REVIEW, "r", "end-review", "give the verdict without writing",
      ACTION_END_REVIEW },
    { IN_REVIEW, "Y", "copy-patch", "copy the hunk as a patch",
      ACTION_COPY_PATCH },
    // Review: moving.
    { IN_REVIEW, "]", "next-hunk", "next hunk", ACTION_NEXT_HUNK },
    { IN_REVIEW, "J", "next-hunk", "next hunk", ACTION_NEXT_HUNK },
    { IN_REVIEW, "[", "previous-hunk", "previous hunk", ACTION_PREVIOUS_HUNK },
    { IN_REVIEW, "K", "previous-hunk", "previous hunk", ACTION_PREVIOUS_HUNK },
    { IN_REVIEW, "}", "next-file", "next file", ACTION_NEXT_FILE },
    { IN_REVIEW, ">", "next-file", "next file", ACTION_NEXT_FILE },
    { IN_REVIEW, "{", "previous-file", "previous file", ACTION_PREVIOUS_FILE },
    { IN_REVIEW, "<", "previous-file", "previous file", ACTION_PREVIOUS_FILE },
    { IN_REVIEW, "Enter", "next-undecided", "next undecided hunk",
      ACTION_NEXT_UNDECIDED },
    { IN_REVIEW, "Backspace", "previous-undecided", "previous undecided hunk",
      ACTION_PREVIOUS_UNDECIDED },
    { IN_REVIEW, "+", "more-context", "more lines around the hunks",
      ACTION_MORE_CONTEXT },
    { IN_REVIEW, "-", "less-context", "fewer lines around the hunks",
      ACTION_LESS_CONTEXT },
    // Review and pager.
    { IN_LISTS, "j", "line-down", "a line down", ACTION_LINE_DOWN },
    { IN_LISTS, "Down", "line-down", "a line down", ACTION_LINE_DOWN },
    { IN_LISTS, "k", "line-up", "a line up", ACTION_LINE_UP },
    { IN_LISTS, "Up", "line-up", "a line up", ACTION_LINE_UP },
    { IN_LISTS, "PgDn", "page-down", "a page down", ACTION_PAGE_DOWN },
    { IN_PAGER, "Space", "page-down", "a page down", ACTION_PAGE_DOWN },
    { IN_LISTS, "PgUp", "page-up", "a page up", ACTION_PAGE_UP },
    { IN_PAGER, "b", "page-up", "a page up", ACTION_PAGE_UP },
    { IN_LISTS, "^D", "half-page-down", "half a page down", ACTION_HALF_DOWN },
    { IN_LISTS, "^U", "half-page-up", "half a page up", ACTION_HALF_UP },
    { IN_LISTS, "g", "first", "to the beginning", ACTION_FIRST },
    { IN_LISTS, "Home", "first", "to the beginning", ACTION_FIRST },
    { IN_LISTS, "G", "last", "to the end", ACTION_LAST },
    { IN_LISTS, "End", "last", "to the end", ACTION_LAST },
    { IN_LISTS, "/", "search", "search", ACTION_SEARCH },
    { IN_LISTS, "^N", "search-next", "next match", ACTION_SEARCH_NEXT },
    { IN_PAGER, "n", "search-next", "next match", ACTION_SEARCH_NEXT },
    { IN_LISTS, "^P", "search-previous", "previous match",
      ACTION_SEARCH_PREVIOUS },
    { IN_PAGER, "N", "search-previous", "previous match",
      ACTION_SEARCH_PREVIOUS },
    { IN_REVIEW, "?", "help", "this help", ACTION_HELP },
    { IN_REVIEW, "F1", "help", "this help", ACTION_HELP },
    { IN_LISTS, "q", "back", "back to the composer", ACTION_BACK },
    { IN_LISTS, "Esc", "back", "back to the composer", ACTION_BACK },
    { IN_REVIEW, "Tab", "back", "back to the composer", ACTION_BACK },
    { IN_PAGER, "^C", "back", "back to the composer", ACTION_BACK },
    { IN_PAGER, "^T", "back", "back to the composer", ACTION_BACK },
    // Approval of a command.
    { IN_APPROVAL, "y", "approve", "run the command, this once",
      ACTION_APPROVE },
    { IN_APPROVAL, "a", "approve-session",
      "run exactly this command, now and later in this session",
      ACTION_APPROVE_SESSION },
    { IN_APPROVAL, "n", "deny", "do not run it; a reason may be typed",
      ACTION_DENY },
    { IN_APPROVAL, "Esc", "deny-and-stop", "do not run it and stop the turn",
      ACTION_DENY_AND_STOP },
    { IN_APPROVAL, "^C", "deny-and-stop", "do not run it and stop the turn",
      ACTION_DENY_AND_STOP },
    { IN_APPROVAL, "Down", "line-down", "a line down", ACTION_LINE_DOWN },
    { IN_APPROVAL, "Up", "line-up", "a line up", ACTION_LINE_UP },
    { IN_APPROVAL, "PgDn", "page-down", "a page down", ACTION_PAGE_DOWN },
    { IN_APPROVAL, "PgUp", "page-up", "a page up", ACTION_PAGE_UP },
    // Everywhere.
    { ALL_PLACES, "^L", "repaint", "draw the screen anew", ACTION_REPAINT },
    { ALL_PLACES, "^Z", "suspend", "give the terminal back to the shell",
      ACTION_SUSPEND },
};

#define BINDING_COUNT (sizeof(bindings) / sizeof(bindings[0]))

// In the order in which they are given up when the line is too short: the
// last ones first.
static const struct key_hint hints[] = {
    { IN_COMPOSER, ACTION_SEND, ACTION_NONE, "send" },
    { IN_COMPOSER, ACTION_TAB, ACTION_NONE, "review" },
    { IN_COMPOSER, ACTION_HELP, ACTION_NONE, "help" },
    { IN_COMPOSER, ACTION_ESCAPE, ACTION_NONE, "stop" },
    { IN_COMPOSER, ACTION_TRANSCRIPT, ACTION_NONE, "transcript" },
    { IN_COMPOSER, ACTION_FOLD, ACTION_NONE, "fold" },
    { IN_COMPOSER, ACTION_EDITOR, ACTION_NONE, "editor" },
    { IN_COMPOSER, ACTION_PAGE_UP, ACTION_PAGE_DOWN, "scroll" },
    { IN_REVIEW, ACTION_ACCEPT, ACTION_REFUSE, "decide" },
    { IN_REVIEW, ACTION_WRITE, ACTION_NONE, "write" },
    { IN_REVIEW, ACTION_NEXT_UNDECIDED, ACTION_NONE, "undecided" },
    { IN_REVIEW, ACTION_NEXT_HUNK, ACTION_PREVIOUS_HUNK, "hunk" },
    { IN_REVIEW, ACTION_NEXT_FILE, ACTION_PREVIOUS_FILE, "file" },
    { IN_REVIEW, ACTION_LINE_MODE, ACTION_NONE, "lines" },
    { IN_REVIEW, ACTION_HELP, ACTION_NONE, "help" },
    { IN_REVIEW, ACTION_BACK, ACTION_NONE, "back" },
    { IN_REVIEW, ACTION_ACCEPT_FILE, ACTION_REFUSE_FILE, "file" },
    { IN_REVIEW, ACTION_ACCEPT_ALL, ACTION_REFUSE_ALL, "all" },
    { IN_REVIEW, ACTION_UNDO_DECISION, ACTION_NONE, "undo" },
    { IN_REVIEW, ACTION_END_REVIEW, ACTION_NONE, "send verdict" },
    { IN_REVIEW, ACTION_MORE_CONTEXT, ACTION_LESS_CONTEXT, "context" },
    { IN_REVIEW, ACTION_SEARCH, ACTION_NONE, "search" },
    { IN_REVIEW, ACTION_COPY_PATCH, ACTION_NONE, "copy" },
    { IN_REVIEW, ACTION_UNDO_WRITE, ACTION_NONE, "undo write" },
    { IN_APPROVAL, ACTION_APPROVE, ACTION_NONE, "once" },
    { IN_APPROVAL, ACTION_APPROVE_SESSION, ACTION_NONE,
      "this command for the session" },
    { IN_APPROVAL, ACTION_DENY, ACTION_NONE, "no" },
    { IN_APPROVAL, ACTION_DENY_AND_STOP, ACTION_NONE, "no and stop" },
    { IN_PAGER, ACTION_BACK, ACTION_NONE, "back" },
    { IN_PAGER, ACTION_SEARCH, ACTION_NONE, "search" },
    { IN_PAGER, ACTION_SEARCH_NEXT, ACTION_SEARCH_PREVIOUS, "next" },
    { IN_PAGER, ACTION_PAGE_DOWN, ACTION_PAGE_UP, "page" },
    { IN_PAGER, ACTION_FIRST, ACTION_LAST, "ends" },
};

const struct key_binding *ui_bindings(size_t *count)
{
    *count = BINDING_COUNT;
    return bindings;
}

const struct key_hint *keymap_hints(size_t *count)
{
    *count = sizeof(hints) / sizeof(hints[0]);
    return hints;
}

static const struct key_binding *find(unsigned where, const char *keys)
{
    for (size_t i = 0; i < BINDING_COUNT; i++)
        if ((bindings[i].where & where) && !strcmp(bindings[i].keys, keys))
            return &bindings[i];
    return NULL;
}

static bool begins_chord(unsigned where, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < BINDING_COUNT; i++)
        if ((bindings[i].where & where) && !strncmp(bindings[i].keys, name, len)
            && bindings[i].keys[len] == ' ')
            return true;
    return false;
}

enum action keymap_find(unsigned where, const struct key *key, bool *chord)
{
    char name[40] = "^X ";
    size_t start = *chord ? strlen(name) : 0;

    *chord = false;
    key_name(key, name + start, sizeof(name) - start);
    const struct key_binding *binding = find(where, name);
    if (binding)
        return (enum action)binding->number;
    *chord = start == 0 && name[0] && begins_chord(where, name);
    return *chord ? ACTION_CHORD : ACTION_NONE;
}

const char *keymap_keys(unsigned where, enum action action)
{
    for (size_t i = 0; i < BINDING_COUNT; i++)
        if ((bindings[i].where & where) && bindings[i].number == (int)action)
            return bindings[i].keys;
    return "";
}
