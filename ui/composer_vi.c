/*
 * Commands are a table: motions, operators that take one, actions, and short
 * forms of other commands. A command is one unit of undo, with all that is
 * inserted until Esc. The keys of a change are kept; `.` presses them again.
 * In insert mode the line editor's own keys work.
 */
#include "composer_vi.h"

#include <string.h>

#include "composer_parts.h"
#include "kerf/base/utf8.h"

#define LIMIT_COUNT 9999
#define LIMIT_CHANGE_KEYS 10000
#define LIMIT_CHANGE_PASTES ((size_t)64 << 10)
#define LIMIT_REPLAYED_KEYS 50000

struct vi_command {
    const char *keys;
    vi_move_fn move;
    vi_operate_fn operate;
    vi_act_fn act;  // also in place of a motion that no operator waits for
    const char *as; // short for these keys
    bool changes;
    bool takes_char;
};

void vi_release(struct vi *vi)
{
    arena_release(&vi->now.arena);
    arena_release(&vi->last.arena);
}

bool vi_is_pending(const struct vi *vi)
{
    return vi->on && vi->normal
           && (vi->count > 0 || vi->prefix || vi->verb || vi->waiting);
}

static void drop_command(struct vi *vi)
{
    vi->count = vi->operator_count = 0;
    vi->prefix = '\0';
    vi->verb = vi->waiting = NULL;
}

// --- keys that are kept ----------------------------------------------------

static void keep_from_here(struct vi *vi)
{
    struct arena arena = vi->now.arena;

    arena_reset(&arena);
    vi->now = (struct vi_change){ .arena = arena };
}

static void keep_key(struct vi *vi, const struct key *key)
{
    struct vi_change *now = &vi->now;

    now->paste_bytes += key->text.len;
    if (vi->replaying || now->lost)
        return;
    now->lost = now->count == LIMIT_CHANGE_KEYS
                || now->paste_bytes > LIMIT_CHANGE_PASTES;
    if (now->lost)
        return;
    now->keys = arena_grow(&now->arena, now->keys, &now->cap, now->count + 1,
                           sizeof(*now->keys));
    now->keys[now->count] = *key;
    now->keys[now->count++].text = arena_copy(&now->arena, key->text);
}

// The change is whole: `.` does it from now on.
static void keep_change(struct vi *vi)
{
    struct vi_change last = vi->last;

    if (vi->replaying || vi->now.lost)
        return;
    vi->last = vi->now;
    vi->now = last;
}

// --- modes -----------------------------------------------------------------

void vi_begin(struct composer *c)
{
    struct vi *vi = &c->vi;

    if (!vi->on)
        return;
    drop_command(vi);
    vi->normal = false;
    vi->insert_times = 1;
    vi->opens_lines = false;
    vi->now.lost = true; // this insert belongs to no command
    draft_unit_begin(&c->draft);
}

void vi_settle(struct composer *c)
{
    struct draft *draft = &c->draft;

    if (!c->vi.on || !c->vi.normal)
        return;
    if (draft->caret == draft_line_end(draft, draft->caret)
        && draft->caret > draft_line_start(draft, draft->caret))
        draft->caret = draft_previous(draft, draft->caret);
}

void vi_enter_insert(struct composer *c, size_t times, bool opens_lines)
{
    c->vi.normal = false;
    c->vi.insert_times = times;
    c->vi.opens_lines = opens_lines;
    if (!c->vi.replaying)
        c->vi.now.insert_from = c->vi.now.count;
}

// A count before an insert: what was typed comes that often.
static void repeat_insert(struct composer *c)
{
    struct vi *vi = &c->vi;
    const struct vi_change *change = vi->replaying ? &vi->last : &vi->now;
    size_t end = change->count - vi->replaying; // Esc is kept by then
    size_t keys = end > change->insert_from ? end - change->insert_from : 0;
    size_t times = change->lost ? 1 : vi->insert_times;

    for (size_t i = 1; i < times && i * keys < LIMIT_REPLAYED_KEYS; i++) {
        if (vi->opens_lines)
            vi_open_line(c);
        for (size_t k = 0; k < keys; k++)
            composer_edit_key(c, &change->keys[change->insert_from + k]);
    }
}

static void leave_insert(struct composer *c, const struct key *escape)
{
    struct draft *draft = &c->draft;

    repeat_insert(c);
    keep_key(&c->vi, escape);
    keep_change(&c->vi);
    c->vi.normal = true;
    draft_unit_end(draft);
    if (draft->caret > draft_line_start(draft, draft->caret))
        draft->caret = draft_previous(draft, draft->caret);
}

static void repeat(const struct vi_call *call);

// --- the table -------------------------------------------------------------

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
    { ";", .move = vi_find_again },
    { ",", .move = vi_find_reverse },
    { "d", .operate = vi_delete_range, .changes = true },
    { "c", .operate = vi_change_range, .changes = true },
    { "y", .operate = vi_yank_range },
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
    { "~", .act = vi_swap_case, .changes = true },
    { "J", .act = vi_join_lines, .changes = true },
    { "p", .act = vi_put_behind, .changes = true },
    { "P", .act = vi_put_before, .changes = true },
    { "u", .act = vi_undo },
    { "\022", .act = vi_redo }, // ^R
    { ".", .act = repeat },
};

// `prefix`: keys that begin with it and go on will do too.
static const struct vi_command *find_command(char prefix, char key)
{
    const char keys[3] = { prefix ? prefix : key, prefix ? key : '\0', '\0' };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].keys, keys) == 0)
            return &commands[i];
    return NULL;
}

static bool is_prefix(char key)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (commands[i].keys[0] == key && commands[i].keys[1] != '\0')
            return true;
    return false;
}

// --- commands --------------------------------------------------------------

static size_t given_count(const struct vi *vi)
{
    size_t before = vi->operator_count, after = vi->count;
    size_t count = (before ? before : 1) * (after ? after : 1);

    if (before == 0 && after == 0)
        return 0;
    return count < LIMIT_COUNT ? count : LIMIT_COUNT;
}

static void finish(struct composer *c, size_t times, bool changes)
{
    drop_command(&c->vi);
    if (!c->vi.replaying)
        c->vi.now.times = times;
    if (!c->vi.normal)
        return;
    draft_unit_end(&c->draft);
    vi_settle(c);
    if (changes)
        keep_change(&c->vi);
}

static struct vi_range range_of(const struct vi_move *move)
{
    const struct draft *draft = &move->composer->draft;
    size_t caret = draft->caret;
    struct vi_range range = { caret, move->to, move->lines };

    if (move->to < caret)
        range = (struct vi_range){ move->to, caret, move->lines };
    if (move->lines) {
        range.from = draft_line_start(draft, range.from);
        range.to = draft_line_end(draft, range.to);
    } else if (move->inclusive && range.to < draft_line_end(draft, range.to)) {
        range.to = draft_next(draft, range.to);
    }
    return range;
}

static void run_operator(struct composer *c, vi_move_fn move_to, uint32_t ch)
{
    const struct vi_command *verb = c->vi.verb;
    size_t times = given_count(&c->vi);
    struct vi_move move = { .composer = c,
                            .count = times ? times : 1,
                            .counted = times > 0,
                            .operating = true,
                            .ch = ch };

    draft_unit_begin(&c->draft);
    // To change nothing is to insert.
    bool found = move_to(&move);
    if (!found && move_to == vi_right && verb->operate == vi_change_range)
        found = true;
    if (found)
        verb->operate(c, range_of(&move));
    finish(c, times, found && verb->changes);
}

// `dd`: the motion is to the line itself, and `count - 1` further.
static bool whole_lines(struct vi_move *move)
{
    size_t count = move->count--;

    if (count > 1)
        vi_line_down(move);
    else
        move->to = move->composer->draft.caret;
    move->lines = true;
    return true;
}

static vi_move_fn motion_for(const struct vi_command *verb,
                             const struct vi_command *command)
{
    if (verb == command)
        return whole_lines;
    if (verb->operate == vi_change_range && command->move == vi_next_word)
        return vi_change_word;
    if (verb->operate == vi_change_range && command->move == vi_next_big)
        return vi_change_big;
    return command->move;
}

static void run_move(struct composer *c, vi_move_fn move_to, uint32_t ch)
{
    size_t times = given_count(&c->vi);
    struct vi_move move = { .composer = c,
                            .count = times ? times : 1,
                            .counted = times > 0,
                            .ch = ch };

    if (move_to(&move))
        c->draft.caret = move.to;
    finish(c, times, false);
}

static void run_act(struct composer *c, const struct vi_command *command,
                    uint32_t ch)
{
    size_t times = given_count(&c->vi);
    struct vi_call call = { c, times ? times : 1, ch };

    drop_command(&c->vi);
    draft_unit_begin(&c->draft);
    command->act(&call);
    finish(c, times, command->changes);
}

static void run(struct composer *c, const struct vi_command *command,
                uint32_t ch)
{
    const struct vi_command *verb = c->vi.verb;
    vi_move_fn move = verb ? motion_for(verb, command) : command->move;

    if (verb && move)
        run_operator(c, move, ch);
    else if (verb)
        drop_command(&c->vi);
    else if (command->act)
        run_act(c, command, ch);
    else
        run_move(c, command->move, ch);
}

static void take_char(struct composer *c, uint32_t ch);

// A command is known by its keys: it waits for more, or runs.
static void take_command(struct composer *c, const struct vi_command *command)
{
    struct vi *vi = &c->vi;

    if (command->takes_char) {
        vi->waiting = command;
    } else if (command->as && !vi->verb) {
        for (const char *key = command->as; *key; key++)
            take_char(c, (unsigned char)*key);
    } else if (command->operate && !vi->verb) {
        vi->verb = command;
        vi->operator_count = vi->count;
        vi->count = 0;
    } else {
        run(c, command, 0);
    }
}

// One character of a command, without its digits.
static void take_char(struct composer *c, uint32_t ch)
{
    struct vi *vi = &c->vi;
    char key = ch < 0x80 ? (char)ch : '\0';

    if (vi->waiting) {
        const struct vi_command *command = vi->waiting;
        vi->waiting = NULL;
        run(c, command, ch);
        return;
    }
    const struct vi_command *command = key ? find_command(vi->prefix, key)
                                           : NULL;
    bool begins = !command && !vi->prefix && is_prefix(key);
    vi->prefix = begins ? key : '\0';
    if (command)
        take_command(c, command);
    else if (!begins)
        drop_command(vi);
}

// --- keys ------------------------------------------------------------------

static bool is_digit_of_count(const struct vi *vi, uint32_t ch)
{
    return !vi->waiting && !vi->prefix && ch >= '0' && ch <= '9'
           && (ch != '0' || vi->count > 0);
}

static void type_command(struct composer *c, const struct key *key, uint32_t ch)
{
    struct vi *vi = &c->vi;

    if (is_digit_of_count(vi, ch)) {
        size_t count = vi->count * 10 + (ch - '0');
        vi->count = count < LIMIT_COUNT ? count : LIMIT_COUNT;
        return;
    }
    if (!vi->verb && !vi->waiting && !vi->prefix)
        keep_from_here(vi);
    struct key kept = { .code = key->code, .ch = ch };
    keep_key(vi, &kept);
    take_char(c, ch);
}

// Presses the keys of the last change again.
static void repeat(const struct vi_call *call)
{
    struct composer *c = call->composer;
    struct vi *vi = &c->vi;
    const struct vi_change *last = &vi->last;

    vi->replaying = true;
    vi->count = call->count > 1 ? call->count : last->times;
    for (size_t i = 0; i < last->count; i++) {
        if (vi->normal)
            take_char(c, last->keys[i].ch);
        else if (last->keys[i].code == KEYCODE_ESCAPE)
            leave_insert(c, &last->keys[i]);
        else
            composer_edit_key(c, &last->keys[i]);
    }
    vi->replaying = false;
}

static enum composer_result paste(struct composer *c, const struct key *key)
{
    struct draft *draft = &c->draft;
    size_t at = draft->caret, end = draft_line_end(draft, at);

    drop_command(&c->vi);
    if (at < end && draft_next(draft, at) == end)
        draft->caret = end; // as if it had been typed on
    composer_edit_key(c, key);
    vi_settle(c);
    return COMPOSER_EDITED;
}

// What a key is to a command; 0: nothing.
static uint32_t command_char(const struct key *key)
{
    bool typed = key->code == KEYCODE_CHAR && key->ch >= 0x20
                 && !(key->mods & (MOD_CTRL | MOD_ALT));

    if (typed)
        return key->ch;
    if (key->code == KEYCODE_BACKSPACE)
        return 'h';
    if (key->code != KEYCODE_CHAR || key->mods != MOD_CTRL)
        return 0;
    return key->ch == 'r' ? '\022' : key->ch == 'j' ? 'j' : 0;
}

static bool normal_key(struct composer *c, const struct key *key,
                       enum composer_result *result)
{
    bool pending = vi_is_pending(&c->vi);
    uint64_t version = c->draft.version;
    uint32_t ch = command_char(key);

    if (key->code == KEYCODE_PASTE) {
        *result = paste(c, key);
    } else if (ch != 0) {
        type_command(c, key, ch);
        *result = version == c->draft.version ? COMPOSER_MOVED
                                              : COMPOSER_EDITED;
    } else {
        drop_command(&c->vi);
        *result = pending ? COMPOSER_MOVED : COMPOSER_IGNORED;
        return pending || key->code == KEYCODE_ESCAPE
               || key->code == KEYCODE_ENTER;
    }
    return true;
}

bool vi_key(struct composer *c, const struct key *key,
            enum composer_result *result)
{
    if (!c->vi.on)
        return false;
    if (c->vi.normal)
        return normal_key(c, key, result);
    if (key->code != KEYCODE_ESCAPE) {
        keep_key(&c->vi, key);
        return false;
    }
    leave_insert(c, key);
    *result = COMPOSER_MOVED;
    return true;
}
