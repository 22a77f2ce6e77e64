/*
 * Commands are a table: motions, operators that take one, actions, and short
 * forms of other commands; and a table of what differs while something is
 * selected. Text objects are not here: they begin with keys that are commands
 * by themselves (composer_vi_object.c).
 */
#include <string.h>

#include "composer_parts.h"

static const struct vi_command commands[] = {
    { "h", .move = vi_left },
    { "l", .move = vi_right },
    { " ", .move = vi_right },
    { "j", .move = vi_line_down, .act = vi_go_down },
    { "k", .move = vi_line_up, .act = vi_go_up },
    { "w", .move = vi_next_word },
    { "b", .move = vi_previous_word },
    { "e", .move = vi_end_word },
    { "W", .move = vi_next_big },
    { "B", .move = vi_previous_big },
    { "E", .move = vi_end_big },
    { "0", .move = vi_line_begin },
    { "^", .move = vi_line_text },
    { "$", .move = vi_line_last },
    { "gg", .move = vi_first_line },
    { "G", .move = vi_last_line },
    { "f", .move = vi_find_to, .takes_char = true },
    { "t", .move = vi_find_till, .takes_char = true },
    { "F", .move = vi_find_back, .takes_char = true },
    { "T", .move = vi_find_back_till, .takes_char = true },
    { "%", .move = vi_partner },
    { "{", .move = vi_paragraph_up },
    { "}", .move = vi_paragraph_down },
    { "/", .move = vi_search_down, .takes_pattern = true },
    { "?", .move = vi_search_up, .takes_pattern = true },
    { "n", .move = vi_search_again },
    { "N", .move = vi_search_reverse },
    { ";", .move = vi_find_again },
    { ",", .move = vi_find_reverse },
    { "d", .operate = vi_delete_range, .changes = true },
    { "c", .operate = vi_change_range, .changes = true },
    { "y", .operate = vi_yank_range },
    { ">", .operate = vi_shift_right, .changes = true, .lines = true },
    { "<", .operate = vi_shift_left, .changes = true, .lines = true },
    { "gu", .operate = vi_lower_range, .changes = true },
    { "gU", .operate = vi_upper_range, .changes = true },
    { "g~", .operate = vi_swap_range, .changes = true },
    { "x", .as = "dl" },
    { "X", .as = "dh" },
    { "s", .as = "cl" },
    { "S", .as = "cc" },
    { "D", .as = "d$" },
    { "C", .as = "c$" },
    { "Y", .as = "yy" },
    { "i", .act = vi_insert_here, .changes = true },
    { "a", .act = vi_insert_behind, .changes = true },
    { "I", .act = vi_insert_at_text, .changes = true },
    { "A", .act = vi_insert_at_end, .changes = true },
    { "o", .act = vi_open_below, .changes = true },
    { "O", .act = vi_open_above, .changes = true },
    { "r", .act = vi_replace_chars, .changes = true, .takes_char = true },
    { "R", .act = vi_type_over, .changes = true },
    { "~", .act = vi_swap_case, .changes = true },
    { "J", .act = vi_join_lines, .changes = true },
    { "p", .act = vi_put_behind, .changes = true },
    { "P", .act = vi_put_before, .changes = true },
    { "u", .act = vi_undo },
    { "\022", .act = vi_redo }, // ^R
    { ".", .act = vi_repeat },
    { "v", .act = vi_select_chars },
    { "V", .act = vi_select_lines },
};

// What other keys do while something is selected.
static const struct vi_command visual_commands[] = {
    { "x", .operate = vi_delete_range, .changes = true },
    { "X", .operate = vi_delete_range, .changes = true, .lines = true },
    { "D", .operate = vi_delete_range, .changes = true, .lines = true },
    { "s", .operate = vi_change_range, .changes = true },
    { "S", .operate = vi_change_range, .changes = true, .lines = true },
    { "R", .operate = vi_change_range, .changes = true, .lines = true },
    { "C", .operate = vi_change_range, .changes = true, .lines = true },
    { "Y", .operate = vi_yank_range, .lines = true },
    { "u", .operate = vi_lower_range, .changes = true },
    { "U", .operate = vi_upper_range, .changes = true },
    { "~", .operate = vi_swap_range, .changes = true },
    { "J", .operate = vi_join_range, .changes = true },
    { "p", .operate = vi_put_over, .changes = true },
    { "P", .operate = vi_put_over, .changes = true },
    { "r", .operate = vi_replace_range, .changes = true, .takes_char = true },
    { "o", .act = vi_swap_ends },
};

static const struct vi_command *find_in(const struct vi_command *table,
                                        size_t count, const char *keys)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].keys, keys) == 0)
            return &table[i];
    return NULL;
}

#define FIND_IN(table, keys) \
    find_in(table, sizeof(table) / sizeof(table[0]), keys)

const struct vi_command *vi_command_find(const struct vi *vi, char key)
{
    const char keys[3] = { vi->prefix ? vi->prefix : key,
                           vi->prefix ? key : '\0', '\0' };
    const struct vi_command *found = NULL;

    // `guu` is short for `gugu`.
    if (vi->verb && !vi->prefix && vi->verb->keys[1] == key)
        return vi->verb;
    if (vi->visual != VISUAL_NONE)
        found = FIND_IN(visual_commands, keys);
    return found ? found : FIND_IN(commands, keys);
}

bool vi_command_begins(char key)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (commands[i].keys[0] == key && commands[i].keys[1] != '\0')
            return true;
    return false;
}
