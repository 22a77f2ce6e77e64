/* From an item of the session to rows. Pure but for the time of day. */
#ifndef KERF_UI_TRANSCRIPT_ROWS_H
#define KERF_UI_TRANSCRIPT_ROWS_H

#include "view.h"

#define BODY_COL 2            // where texts begin
#define NARROW_COLS 60        // below it headings get a row of their own
#define LIVE_ROWS 5           // last lines shown of a running command
#define HEAD_ROWS 2           // first ones, once it ended
#define TAIL_ROWS 3           // last ones after it ended well
#define FAILED_ROWS 8         // after it failed
#define FOLDED_USER_ROWS 12   // longer messages are folded
#define FOLDED_FILES 12       // of a patch summary
#define LIMIT_OPEN_LINES 5000 // of an unfolded output

struct making {
    struct arena *arena;
    struct rows *rows;
    size_t cols;
    bool open;    // unfolded
    size_t parts; // hunks of the block before these rows
    const struct session *session;
    const struct item *item;
    int64_t ran_ms; // of a call: how long it runs or ran; -1: not known
};

/* Appends the rows of any item but streaming Markdown. */
void making_item(const struct making *making);
void making_call(const struct making *making);
void making_proposal(const struct making *making, size_t index);

/* How many hunks a proposal has. */
size_t proposal_hunks(const struct proposal *proposal);

/* Says whether an item shows anything, and whether folding changes it. */
bool item_is_shown(const struct item *item);
/* Says whether there is nothing to show, and nothing on its way. */
bool transcript_is_empty(const struct session *session);
bool item_can_fold(const struct item *item);

/* Foreign text as wrapped rows, each line sanitised, `indent` blanks before. */
void making_text(const struct making *making, struct str text, size_t indent,
                 enum role role);

/* The first and last lines as rows that are cut, not wrapped; between them how
 * many are left out. */
void making_ends(const struct making *making, struct str text, size_t head,
                 size_t tail);

/* The words for a turn: its heading (false: nothing to say) and, if it did not
 * end well, why: as many rows as that needs. */
bool turn_heading(struct arena *arena, const struct session *session,
                  size_t turn, int64_t wall_ms, size_t cols, struct row *row);
struct rows turn_ending(struct arena *arena, const struct turn *turn,
                        size_t cols);

/* The words for a hunk's state: "ok", "moved +3", "CONFLICT" ...; and how
 * they are coloured. Shared with the review. */
struct number hunk_words(const struct hunk_place *place);
enum role hunk_role(enum hunk_state state);
char decision_letter(enum decision decision);

/* What a call of a tool does ("runs", "ran"), what it is about (the command,
 * a path; in the arena, as it came), and whether it has an exit status. */
const char *call_verb(const struct item *item);
struct str call_subject(struct arena *arena, const struct item *item);
bool call_is_command(const struct item *item);

#endif
