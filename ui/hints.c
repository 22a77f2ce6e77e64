/* One table in the order of worth: what does not fit in the lines is given up
 * from the end. Keys of lines that are typed are no actions; nobody can bind
 * them, so their names stand here. */
#include "hints.h"

#include "kerf/text/width.h"
#include "review.h"
#include "transcript_rows.h"

struct hint {
    unsigned sets;             // one bit a set
    enum action first, second; // ACTION_NONE: no second key
    const char *fixed;         // the key, if it is no action
    const char *word;
};

enum {
    TALK = 1 << HINTS_TALK,
    REVIEW = 1 << HINTS_REVIEW,
    ALONE = 1 << HINTS_ALONE,
    ANY_REVIEW = REVIEW | ALONE,
    LINES = 1 << HINTS_LINES,
    LOOK = 1 << HINTS_LOOK,
    ENDED = 1 << HINTS_ENDED,
    CHOICE = 1 << HINTS_CHOICE,
    NOTE = 1 << HINTS_NOTE,
    WISH = 1 << HINTS_WISH,
    SEARCH = 1 << HINTS_SEARCH,
    APPROVAL = 1 << HINTS_APPROVAL,
    UNREAD = 1 << HINTS_UNREAD,
    REASON = 1 << HINTS_REASON,
    OTHER = 1 << HINTS_OTHER,
    PAGER = 1 << HINTS_PAGER,
};

#define NONE ACTION_NONE

static const struct hint hints[] = {
    { TALK, ACTION_SEND, NONE, NULL, "send" },
    { TALK, ACTION_TAB, NONE, NULL, "review" },
    { TALK, ACTION_HELP, NONE, NULL, "help" },
    { TALK, ACTION_ESCAPE, NONE, NULL, "stop" },
    { TALK, ACTION_TRANSCRIPT, NONE, NULL, "transcript" },
    { TALK, ACTION_FOLD, NONE, NULL, "fold" },
    { TALK, ACTION_EDITOR, NONE, NULL, "editor" },
    { TALK, ACTION_CHORDS, NONE, NULL, "more" },
    { TALK, ACTION_PAGE_UP, ACTION_PAGE_DOWN, NULL, "scroll" },
    // Another look: the hunk can be decided from there.
    { LOOK, ACTION_BACK, NONE, NULL, "back" },
    { LOOK, ACTION_SEARCH, NONE, NULL, "search" },
    { LOOK, ACTION_SEARCH_NEXT, ACTION_SEARCH_PREVIOUS, NULL, "next" },
    { LOOK, ACTION_PAGE_DOWN, ACTION_PAGE_UP, NULL, "page" },
    // A review.
    { ANY_REVIEW | LOOK, ACTION_ACCEPT, ACTION_REFUSE, NULL, "decide" },
    { LINES, ACTION_ACCEPT, ACTION_REFUSE, NULL, "line" },
    { LINES, ACTION_TOGGLE, NONE, NULL, "turn" },
    { LINES, ACTION_LINE_MODE, NONE, NULL, "range" },
    { ANY_REVIEW, ACTION_WRITE, NONE, NULL, "write" },
    { ANY_REVIEW, ACTION_NEXT_UNDECIDED, NONE, NULL, "undecided" },
    { ANY_REVIEW | LINES | LOOK, ACTION_NOTE, NONE, NULL, "note" },
    { LINES, ACTION_SPLIT, NONE, NULL, "split here" },
    { ANY_REVIEW, ACTION_SPLIT, NONE, NULL, "split" },
    { ANY_REVIEW | LOOK, ACTION_EDIT_HUNK, NONE, NULL, "edit" },
    { LINES, ACTION_BACK, NONE, NULL, "hunks" },
    { ENDED, ACTION_UNDO_WRITE, NONE, NULL, "undo write" },
    { ANY_REVIEW | LINES | ENDED, ACTION_HELP, NONE, NULL, "help" },
    { REVIEW | ENDED, ACTION_BACK, NONE, NULL, "back" },
    { ALONE, ACTION_BACK, NONE, NULL, "leave" },
    { ANY_REVIEW | ENDED, ACTION_NEXT_HUNK, ACTION_PREVIOUS_HUNK, NULL,
      "hunk" },
    { ANY_REVIEW | ENDED, ACTION_NEXT_FILE, ACTION_PREVIOUS_FILE, NULL,
      "file" },
    { ANY_REVIEW, ACTION_LINE_MODE, NONE, NULL, "lines" },
    { REVIEW, ACTION_SEND_NOTES, NONE, NULL, "send notes" },
    { REVIEW | LOOK, ACTION_REASK, NONE, NULL, "re-ask" },
    { ANY_REVIEW, ACTION_UNDO_DECISION, NONE, NULL, "undo" },
    { ANY_REVIEW, ACTION_ACCEPT_FILE, ACTION_REFUSE_FILE, NULL, "rest" },
    { ANY_REVIEW, ACTION_ACCEPT_ALL, ACTION_REFUSE_ALL, NULL, "all" },
    { ANY_REVIEW, ACTION_WRITE_STAGE, NONE, NULL, "write+stage" },
    { ANY_REVIEW | ENDED, ACTION_WHOLE_FILE, NONE, NULL, "whole file" },
    { ANY_REVIEW, ACTION_INSPECT, NONE, NULL, "conflict" },
    { ANY_REVIEW | ENDED, ACTION_MORE_CONTEXT, ACTION_LESS_CONTEXT, NULL,
      "context" },
    { ANY_REVIEW | ENDED, ACTION_SIDES, NONE, NULL, "sides" },
    { ANY_REVIEW | LINES | ENDED, ACTION_SEARCH, NONE, NULL, "search" },
    { ANY_REVIEW, ACTION_END_REVIEW, NONE, NULL, "end" },
    { ANY_REVIEW | ENDED, ACTION_COPY_PATCH, NONE, NULL, "copy" },
    { ANY_REVIEW, ACTION_UNDO_WRITE, NONE, NULL, "undo write" },
    // Lines that are typed, and a question for one key.
    { CHOICE, NONE, NONE, "h", "this hunk" },
    { CHOICE, NONE, NONE, "U", "the last write" },
    { CHOICE, NONE, NONE, "Esc", "nothing" },
    { NOTE, NONE, NONE, "Enter", "keep" },
    { WISH, NONE, NONE, "Enter", "ask" },
    { SEARCH, NONE, NONE, "Enter", "find" },
    { REASON, NONE, NONE, "Enter", "refuse" },
    { OTHER, NONE, NONE, "Enter", "run this instead" },
    { NOTE | WISH, NONE, NONE, "^J", "new line" },
    { NOTE | WISH | SEARCH, NONE, NONE, "Esc", "drop" },
    { REASON | OTHER, NONE, NONE, "Esc", "back to the question" },
    // Approval: a yes only to what was read.
    { UNREAD, ACTION_PAGE_DOWN, NONE, NULL, "read on" },
    { APPROVAL, ACTION_APPROVE, NONE, NULL, "once" },
    { APPROVAL, ACTION_APPROVE_SESSION, NONE, NULL,
      "this command for the session" },
    { APPROVAL | UNREAD, ACTION_DENY, NONE, NULL, "no" },
    { APPROVAL, ACTION_EDIT_COMMAND, NONE, NULL, "edit" },
    { APPROVAL | UNREAD, ACTION_DENY_AND_STOP, NONE, NULL, "no and stop" },
    // Pager.
    { PAGER, ACTION_BACK, NONE, NULL, "back" },
    { PAGER, ACTION_SEARCH, NONE, NULL, "search" },
    { PAGER, ACTION_SEARCH_NEXT, ACTION_SEARCH_PREVIOUS, NULL, "next" },
    { PAGER, ACTION_PAGE_DOWN, ACTION_PAGE_UP, NULL, "page" },
    { PAGER, ACTION_COPY, ACTION_COPY_TURN, NULL, "copy" },
    { PAGER, ACTION_NEXT_TURN, ACTION_PREVIOUS_TURN, NULL, "turn" },
    { PAGER, ACTION_NEXT_PART, ACTION_PREVIOUS_PART, NULL, "code" },
    { PAGER, ACTION_FOLD, NONE, NULL, "fold" },
    { PAGER, ACTION_FIRST, ACTION_LAST, NULL, "ends" },
};

// What would do nothing now is not told.
static bool is_of_use(enum action action, const struct session *session)
{
    bool talk = !transcript_is_empty(session);

    switch ((int)action) {
    case ACTION_ESCAPE:
        return session_is_busy(session) && session->state != TURN_REVIEW;
    case ACTION_TAB: return review_proposal(session) != NO_INDEX;
    case ACTION_FOLD:
    case ACTION_TRANSCRIPT:
    case ACTION_PAGE_UP: return talk;
    }
    return true;
}

// False if the user has unbound it.
static bool hint_row(const struct view_call *call, unsigned where,
                     const struct hint *hint, struct row *row)
{
    struct view_line line = { .arena = call->arena };
    const char *first = hint->fixed
                            ? hint->fixed
                            : keymap_keys(call->keymap, where, hint->first);
    const char *second = keymap_keys(call->keymap, where, hint->second);

    if (!*first)
        return false;
    line_add(&line, ROLE_STATUS, STR(" "));
    line_add(&line, ROLE_KEY, str_from(first));
    if (*second) {
        line_add(&line, ROLE_STATUS, STR("/"));
        line_add(&line, ROLE_KEY, str_from(second));
    }
    line_printf(&line, ROLE_STATUS, " %s ", hint->word);
    *row = line_row(&line);
    return true;
}

void hints_draw(enum hint_set set, unsigned where, const struct view_call *call,
                struct canvas *canvas, struct area area)
{
    size_t row = 0, col = 0;

    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        struct row hint;
        if (!(hints[i].sets & 1u << set)
            || (set == HINTS_TALK && !is_of_use(hints[i].first, call->session))
            || !hint_row(call, where, &hints[i], &hint))
            continue;
        size_t cells = width_of(hint.text);
        if (col + cells > area.cols && ++row < area.rows)
            col = 0;
        if (row >= area.rows)
            return;
        col += canvas_put_row(canvas, area, row, col, &hint);
    }
}
