/*
 * A command (composer_vi_table.c) is one unit of undo, with all that is
 * inserted until Esc. The keys of a change are kept; `.` presses them again,
 * those that selected something, too. In insert mode the line editor's own keys
 * work.
 */
#include "composer_vi.h"

#include "composer_parts.h"
#include "kerf/base/utf8.h"

#define LIMIT_COUNT 9999
#define LIMIT_CHANGE_KEYS 10000
#define LIMIT_CHANGE_PASTES ((size_t)64 << 10)
#define LIMIT_REPLAYED_KEYS 50000

void vi_release(struct vi *vi)
{
    search_release(&vi->line);
    search_release(&vi->found);
    buf_release(&vi->replaced);
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
    vi->line.typing = false;
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
    vi->normal = vi->replaces = false;
    vi->visual = VISUAL_NONE;
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
    if (c->vi.visual_version != draft->version)
        c->vi.visual = VISUAL_NONE;
    if (draft->caret == draft_line_end(draft, draft->caret)
        && draft->caret > draft_line_start(draft, draft->caret))
        draft->caret = draft_previous(draft, draft->caret);
}

void vi_enter_insert(struct composer *c, size_t times, bool opens_lines)
{
    c->vi.normal = c->vi.replaces = false;
    c->vi.insert_times = times;
    c->vi.opens_lines = opens_lines;
    if (!c->vi.replaying)
        c->vi.now.insert_from = c->vi.now.count;
}

// A key of insert mode that is pressed again.
static void insert_again(struct composer *c, const struct key *key)
{
    if (!vi_replace_key(c, key))
        composer_edit_key(c, key);
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
            insert_again(c, &change->keys[change->insert_from + k]);
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
    struct vi_range range = {
        .from = move->from, .to = move->to, .lines = move->lines, .times = 1
    };

    if (move->to < move->from) {
        range.from = move->to;
        range.to = move->from;
    }
    if (move->lines) {
        range.from = draft_line_start(draft, range.from);
        range.to = draft_line_end(draft, range.to);
    } else if (move->inclusive && range.to < draft_line_end(draft, range.to)) {
        range.to = draft_next(draft, range.to);
    }
    return range;
}

// What a motion is told of the command that is being typed.
static struct vi_move new_move(struct composer *c, uint32_t ch)
{
    size_t times = given_count(&c->vi);

    return (struct vi_move){ .composer = c,
                             .count = times ? times : 1,
                             .counted = times > 0,
                             .operating = c->vi.verb,
                             .ch = ch,
                             .around = c->vi.prefix == 'a',
                             .from = c->draft.caret,
                             .to = c->draft.caret };
}

static void run_operator(struct composer *c, vi_move_fn move_to, uint32_t ch)
{
    const struct vi_command *verb = c->vi.verb;
    size_t times = given_count(&c->vi);
    struct vi_move move = new_move(c, ch);

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
    struct vi_move move = new_move(c, ch);

    if (move_to(&move))
        c->draft.caret = move.to;
    finish(c, times, false);
}

// Selects a text object.
static void select_object(struct composer *c, vi_move_fn find, uint32_t ch)
{
    struct vi_move move = new_move(c, ch);

    bool found = find(&move) && (move.lines || move.to > move.from);
    if (found)
        c->vi.anchor = move.from;
    if (found && move.lines)
        c->vi.visual = VISUAL_LINES;
    if (found)
        c->draft.caret = move.lines ? draft_line_start(&c->draft, move.to)
                                    : draft_previous(&c->draft, move.to);
    finish(c, 0, false);
}

// An operator on what is selected.
static void operate_selected(struct composer *c,
                             const struct vi_command *command, uint32_t ch)
{
    size_t times = given_count(&c->vi);
    struct vi_range range;

    if (!vi_selected(c, &range))
        return;
    if (command->lines || range.lines) {
        range.lines = true;
        range.from = draft_line_start(&c->draft, range.from);
        range.to = draft_line_end(&c->draft, c->vi.anchor > c->draft.caret
                                                 ? c->vi.anchor
                                                 : c->draft.caret);
    }
    range.times = times;
    range.ch = ch;
    c->vi.visual = VISUAL_NONE;
    c->draft.caret = range.from;
    draft_unit_begin(&c->draft);
    command->operate(c, range);
    finish(c, 0, command->changes);
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

    if (c->vi.visual != VISUAL_NONE && command->operate)
        operate_selected(c, command, ch);
    else if (verb && move)
        run_operator(c, move, ch);
    else if (verb)
        drop_command(&c->vi);
    else if (command->act && !(command->changes && c->vi.visual != VISUAL_NONE))
        run_act(c, command, ch);
    else if (command->move)
        run_move(c, command->move, ch);
    else
        drop_command(&c->vi);
}

static void take_char(struct composer *c, uint32_t ch);

// A command is known by its keys: it waits for more, or runs.
static void take_command(struct composer *c, const struct vi_command *command)
{
    struct vi *vi = &c->vi;

    if (command->takes_char || command->takes_pattern) {
        vi->waiting = command;
        if (command->takes_pattern)
            vi_search_open(vi, command->move == vi_search_up);
    } else if (command->as && !vi->verb) {
        for (const char *key = command->as; *key; key++)
            take_char(c, (unsigned char)*key);
    } else if (command->operate && !vi->verb && vi->visual == VISUAL_NONE) {
        vi->verb = command;
        vi->operator_count = vi->count;
        vi->count = 0;
    } else {
        run(c, command, 0);
    }
}

// Does a text object begin with `i` or `a` here?
static bool takes_object(const struct vi *vi, char key)
{
    return !vi->prefix && (key == 'i' || key == 'a')
           && (vi->verb || vi->visual != VISUAL_NONE);
}

static void take_object(struct composer *c, uint32_t ch)
{
    vi_move_fn find = vi_object_find(ch);

    if (!find)
        drop_command(&c->vi);
    else if (c->vi.verb)
        run_operator(c, find, ch);
    else
        select_object(c, find, ch);
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
    if (vi->prefix == 'i' || vi->prefix == 'a') {
        take_object(c, ch);
        return;
    }
    if (takes_object(vi, key)) {
        vi->prefix = key;
        return;
    }
    const struct vi_command *command = key ? vi_command_find(vi, key) : NULL;
    bool begins = !command && !vi->prefix && vi_command_begins(key);
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

// False: it was no digit of a count.
static bool take_digit(struct vi *vi, uint32_t ch)
{
    if (!is_digit_of_count(vi, ch))
        return false;
    size_t count = vi->count * 10 + (ch - '0');
    vi->count = count < LIMIT_COUNT ? count : LIMIT_COUNT;
    return true;
}

// The keys of a change begin with its command, or where the selection began;
// there its counts are kept too, as each is of its own motion.
static void type_command(struct composer *c, const struct key *key, uint32_t ch)
{
    struct vi *vi = &c->vi;
    struct key kept = { .code = key->code, .ch = ch };
    bool selecting = vi->visual != VISUAL_NONE;

    if (!selecting && take_digit(vi, ch))
        return;
    if (!selecting && !vi->verb && !vi->waiting && !vi->prefix)
        keep_from_here(vi);
    keep_key(vi, &kept);
    if (!take_digit(vi, ch))
        take_char(c, ch);
}

static void type_pattern(struct composer *c, const struct key *key)
{
    struct vi *vi = &c->vi;
    const struct vi_command *command = vi->waiting;

    switch (vi_search_key(vi, key)) {
    case SEARCH_TYPED: return;
    case SEARCH_LEFT: drop_command(vi); return;
    case SEARCH_DONE: break;
    }
    vi->waiting = NULL;
    run(c, command, 0);
}

static void press_again(struct composer *c, const struct key *key)
{
    if (c->vi.line.typing)
        type_pattern(c, key);
    else if (!c->vi.normal && key->code == KEYCODE_ESCAPE)
        leave_insert(c, key);
    else if (!c->vi.normal)
        insert_again(c, key);
    else if (!take_digit(&c->vi, key->ch))
        take_char(c, key->ch);
}

// Presses the keys of the last change again.
void vi_repeat(const struct vi_call *call)
{
    struct composer *c = call->composer;
    struct vi *vi = &c->vi;
    const struct vi_change *last = &vi->last;

    vi->replaying = true;
    vi->count = call->count > 1 ? call->count : last->times;
    for (size_t i = 0; i < last->count; i++)
        press_again(c, &last->keys[i]);
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

// What a key that moves is to a command that a motion belongs to.
static uint32_t motion_char(const struct key *key)
{
    static const struct {
        enum key_code code;
        char ch;
    } motions[] = {
        { KEYCODE_LEFT, 'h' }, { KEYCODE_RIGHT, 'l' }, { KEYCODE_UP, 'k' },
        { KEYCODE_DOWN, 'j' }, { KEYCODE_HOME, '^' },  { KEYCODE_END, '$' },
    };

    for (size_t i = 0; i < sizeof(motions) / sizeof(motions[0]); i++)
        if (motions[i].code == key->code && key->mods == 0)
            return (unsigned char)motions[i].ch;
    return 0;
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
    bool selecting = c->vi.visual != VISUAL_NONE;
    uint32_t ch = command_char(key);

    if (ch == 0 && (c->vi.verb || selecting))
        ch = motion_char(key);
    if (c->vi.line.typing) {
        keep_key(&c->vi, key);
        type_pattern(c, key);
        *result = version == c->draft.version ? COMPOSER_MOVED
                                              : COMPOSER_EDITED;
    } else if (key->code == KEYCODE_PASTE) {
        *result = paste(c, key);
    } else if (ch != 0) {
        type_command(c, key, ch);
        *result = version == c->draft.version ? COMPOSER_MOVED
                                              : COMPOSER_EDITED;
    } else {
        bool ends = pending || (selecting && key->code == KEYCODE_ESCAPE);
        if (!pending && key->code == KEYCODE_ESCAPE)
            c->vi.visual = VISUAL_NONE;
        drop_command(&c->vi);
        *result = ends ? COMPOSER_MOVED : COMPOSER_IGNORED;
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
        *result = COMPOSER_EDITED;
        return vi_replace_key(c, key);
    }
    leave_insert(c, key);
    *result = COMPOSER_MOVED;
    return true;
}
