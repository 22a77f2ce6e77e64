/* Private to the composer: what the commands of vi are made of. */
#ifndef KERF_UI_COMPOSER_VI_PARTS_H
#define KERF_UI_COMPOSER_VI_PARTS_H

#include "composer_vi.h"

// --- motions: composer_vi_move.c -------------------------------------------

/* A motion from the caret: what it is told, and where it ends. */
struct vi_move {
    struct composer *composer;
    size_t count; // 1 if none was given
    bool counted;
    bool operating; // it may end behind the last character of a line
    uint32_t ch;    // that f t F T take; of an object its own
    bool around;    // of an object: with what surrounds it
    size_t from;    // the caret, if nothing else is said
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

// --- brackets, paragraphs, text objects: composer_vi_object.c ---------------

bool vi_partner(struct vi_move *move);
bool vi_paragraph_up(struct vi_move *move);
bool vi_paragraph_down(struct vi_move *move);

/* The text object that `i` or `a` and this key name: it sets `from`, too. NULL:
 * none. */
vi_move_fn vi_object_find(uint32_t ch);

// --- searching: composer_vi_search.c ----------------------------------------

bool vi_search_down(struct vi_move *move);
bool vi_search_up(struct vi_move *move);
bool vi_search_again(struct vi_move *move);
bool vi_search_reverse(struct vi_move *move);

/* Opens the line for a pattern; takes a key of it. */
void vi_search_open(struct vi *vi, bool back);
enum search_result vi_search_key(struct vi *vi, const struct key *key);

/* The first character of the line at `at` that is no blank. */
size_t vi_text_start(const struct composer *composer, size_t at);

// --- operators and actions: composer_vi_act.c -------------------------------

/* What an operator is for. */
struct vi_range {
    size_t from, to;
    bool lines;
    size_t times; // that > and < shift by
    uint32_t ch;  // that r takes
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
void vi_shift_right(struct composer *composer, struct vi_range range);
void vi_shift_left(struct composer *composer, struct vi_range range);
void vi_swap_range(struct composer *composer, struct vi_range range);
void vi_lower_range(struct composer *composer, struct vi_range range);
void vi_upper_range(struct composer *composer, struct vi_range range);
void vi_join_range(struct composer *composer, struct vi_range range);
void vi_put_over(struct composer *composer, struct vi_range range);
void vi_replace_range(struct composer *composer, struct vi_range range);

struct vi_command {
    const char *keys;
    vi_move_fn move;
    vi_operate_fn operate;
    vi_act_fn act;  // also in place of a motion that no operator waits for
    const char *as; // short for these keys
    bool changes;
    bool takes_char;
    bool takes_pattern;
    bool lines; // whole ones, whatever is selected
};

/* The command of a key, behind the prefix that was typed; NULL: none. Says
 * whether a key is such a prefix (composer_vi_table.c). */
const struct vi_command *vi_command_find(const struct vi *vi, char key);
bool vi_command_begins(char key);

/* Presses the keys of the last change again. */
void vi_repeat(const struct vi_call *call);

void vi_insert_here(const struct vi_call *call);
void vi_insert_behind(const struct vi_call *call);
void vi_insert_at_text(const struct vi_call *call);
void vi_insert_at_end(const struct vi_call *call);
void vi_open_below(const struct vi_call *call);
void vi_open_above(const struct vi_call *call);
void vi_replace_chars(const struct vi_call *call);
void vi_type_over(const struct vi_call *call);
void vi_select_chars(const struct vi_call *call);
void vi_select_lines(const struct vi_call *call);
void vi_swap_ends(const struct vi_call *call);
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

/* A key of insert mode where it types over; false: it is for the line editor.
 * The newest of it is taken back by Backspace, character by character. */
bool vi_replace_key(struct composer *composer, const struct key *key);

/* To insert mode; at its end what was typed comes `times` times, in lines of
 * their own if `opens_lines`. */
void vi_enter_insert(struct composer *composer, size_t times, bool opens_lines);

#endif
