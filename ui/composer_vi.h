/* Private to the composer: the two modes of vi. */
#ifndef KERF_UI_COMPOSER_VI_H
#define KERF_UI_COMPOSER_VI_H

#include "kerf/base/arena.h"
#include "kerf/ui/composer.h"

/* The keys of a change, for `.` and for counts before an insert. */
struct vi_change {
    struct arena arena; // of the keys and what they paste
    struct key *keys;
    size_t count, cap;
    size_t insert_from; // the first key that inserts
    size_t paste_bytes;
    size_t times; // its count; 0: none was given
    bool lost;    // something happened that keys cannot repeat
};

struct vi_find {
    uint32_t ch; // 0: nothing was looked for yet
    bool back, till;
};

struct vi_command;

/* Zero-initialised it is off. */
struct vi {
    bool on, normal;
    // The command that is being typed.
    size_t count, operator_count; // 0: none
    char prefix;                  // `g`
    const struct vi_command *verb;
    const struct vi_command *waiting; // for its character
    // What the newest did.
    struct vi_find find;
    struct vi_change now, last;
    size_t insert_times;
    bool opens_lines; // each time
    bool replaying;
};

void vi_release(struct vi *vi);

/* To the insert mode of a new draft. */
void vi_begin(struct composer *composer);

/* Takes a key. False: it is one for the line editor. */
bool vi_key(struct composer *composer, const struct key *key,
            enum composer_result *result);

/* Is a command half typed? */
bool vi_is_pending(const struct vi *vi);

/* In normal mode: puts the caret on a character, not behind the last one. */
void vi_settle(struct composer *composer);

// --- motions: composer_vi_move.c -------------------------------------------

/* A motion from the caret: what it is told, and where it ends. */
struct vi_move {
    struct composer *composer;
    size_t count; // 1 if none was given
    bool counted;
    bool operating; // it may end behind the last character of a line
    uint32_t ch;    // that f t F T take
    size_t to;
    bool inclusive; // the unit at the end belongs to it
    bool lines;     // whole lines from here to there
};

/* False: there is no such place. */
typedef bool (*vi_move_fn)(struct vi_move *move);

bool vi_left(struct vi_move *move);
bool vi_right(struct vi_move *move);
bool vi_line_up(struct vi_move *move);
bool vi_line_down(struct vi_move *move);
bool vi_line_begin(struct vi_move *move);
bool vi_line_text(struct vi_move *move);
bool vi_line_last(struct vi_move *move);
bool vi_next_word(struct vi_move *move);
bool vi_next_big(struct vi_move *move);
bool vi_previous_word(struct vi_move *move);
bool vi_previous_big(struct vi_move *move);
bool vi_end_word(struct vi_move *move);
bool vi_end_big(struct vi_move *move);
bool vi_first_line(struct vi_move *move);
bool vi_last_line(struct vi_move *move);
bool vi_find_to(struct vi_move *move);
bool vi_find_till(struct vi_move *move);
bool vi_find_back(struct vi_move *move);
bool vi_find_back_till(struct vi_move *move);
bool vi_find_again(struct vi_move *move);
bool vi_find_reverse(struct vi_move *move);

/* What `cw` and `cW` change: to the end of the word, blanks stay. */
bool vi_change_word(struct vi_move *move);
bool vi_change_big(struct vi_move *move);

/* The first character of the line at `at` that is no blank. */
size_t vi_text_start(const struct composer *composer, size_t at);

// --- operators and actions: composer_vi_act.c -------------------------------

/* What an operator is for. */
struct vi_range {
    size_t from, to;
    bool lines;
};

struct vi_call {
    struct composer *composer;
    size_t count; // 1 if none was given
    uint32_t ch;  // that r takes
};

typedef void (*vi_operate_fn)(struct composer *c, struct vi_range range);
typedef void (*vi_act_fn)(const struct vi_call *call);

void vi_delete_range(struct composer *composer, struct vi_range range);
void vi_change_range(struct composer *composer, struct vi_range range);
void vi_yank_range(struct composer *composer, struct vi_range range);

void vi_insert_here(const struct vi_call *call);
void vi_insert_behind(const struct vi_call *call);
void vi_insert_at_text(const struct vi_call *call);
void vi_insert_at_end(const struct vi_call *call);
void vi_open_below(const struct vi_call *call);
void vi_open_above(const struct vi_call *call);
void vi_replace_chars(const struct vi_call *call);
void vi_swap_case(const struct vi_call *call);
void vi_join_lines(const struct vi_call *call);
void vi_put_behind(const struct vi_call *call);
void vi_put_before(const struct vi_call *call);
void vi_undo(const struct vi_call *call);
void vi_redo(const struct vi_call *call);
void vi_go_up(const struct vi_call *call);
void vi_go_down(const struct vi_call *call);

/* A new line below that of the caret, which goes there. */
void vi_open_line(struct composer *composer);

/* To insert mode; at its end what was typed comes `times` times, in lines of
 * their own if `opens_lines`. */
void vi_enter_insert(struct composer *composer, size_t times, bool opens_lines);

#endif
