/*
 * Commands are a table: motions, operators that take one, actions, and short
 * forms of other commands. A command is one unit of undo, with all that is
 * inserted until Esc. The keys of a change are kept, and `.` presses them again.
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
#define LIMIT_PUT_BYTES ((size_t)1 << 20)

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

typedef void (*operate_fn)(struct composer *c, struct vi_range range);
typedef void (*act_fn)(const struct vi_call *call);

struct vi_command {
    const char *keys;
    vi_move_fn move;
    operate_fn operate;
    act_fn act;     // also in place of a motion that no operator waits for
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
           && (vi->count > 0 || vi->prefix || vi->operator|| vi->waiting);
}

static void drop_command(struct vi *vi)
{
    vi->count = vi->operator_count = 0;
    vi->prefix = '\0';
    vi->operator= vi->waiting = NULL;
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

static void enter_insert(struct composer *c, size_t times, bool opens_lines)
{
    c->vi.normal = false;
    c->vi.insert_times = times;
    c->vi.opens_lines = opens_lines;
    if (!c->vi.replaying)
        c->vi.now.insert_from = c->vi.now.count;
}

static void insert_text(struct composer *c, size_t at, struct str text)
{
    draft_replace(&c->draft, at, at, text);
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
            insert_text(c, draft_line_end(&c->draft, c->draft.caret),
                        STR("\n"));
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

// --- operators -------------------------------------------------------------

// A text of whole lines is known by the newline at its end.
static void take(struct composer *c, struct vi_range range)
{
    struct buf text = { 0 };

    draft_expand(&c->draft, range.from, range.to, &text);
    if (range.lines && !str_ends_with(buf_str(&text), STR("\n")))
        buf_append_char(&text, '\n');
    if (text.len > 0)
        kills_add(&c->kills, buf_str(&text), false, false);
    buf_release(&text);
}

static void delete_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    if (range.lines && range.to < c->draft.text.len)
        range.to++;
    else if (range.lines && range.from > 0)
        range.from--;
    draft_replace(&c->draft, range.from, range.to, STR(""));
    c->draft.caret = range.from;
    if (range.lines)
        c->draft.caret = vi_text_start(c, range.from);
}

static void change_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    draft_replace(&c->draft, range.from, range.to, STR(""));
    c->draft.caret = range.from;
    enter_insert(c, 1, false);
}

// The caret goes to what was taken, in whole lines only to the first of them.
static void yank_range(struct composer *c, struct vi_range range)
{
    take(c, range);
    if (!range.lines
        || range.from < draft_line_start(&c->draft, c->draft.caret))
        c->draft.caret = range.from;
}

// --- actions ---------------------------------------------------------------

static void insert_here(const struct vi_call *call)
{
    enter_insert(call->composer, call->count, false);
}

static void insert_behind(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;

    if (draft->caret < draft_line_end(draft, draft->caret))
        draft->caret = draft_next(draft, draft->caret);
    insert_here(call);
}

static void insert_at_text(const struct vi_call *call)
{
    struct composer *c = call->composer;

    c->draft.caret = vi_text_start(c, c->draft.caret);
    insert_here(call);
}

static void insert_at_end(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;

    draft->caret = draft_line_end(draft, draft->caret);
    insert_here(call);
}

static void open_below(const struct vi_call *call)
{
    struct composer *c = call->composer;

    insert_text(c, draft_line_end(&c->draft, c->draft.caret), STR("\n"));
    enter_insert(c, call->count, true);
}

static void open_above(const struct vi_call *call)
{
    struct composer *c = call->composer;
    size_t start = draft_line_start(&c->draft, c->draft.caret);

    insert_text(c, start, STR("\n"));
    c->draft.caret = start;
    enter_insert(c, call->count, true);
}

static void replace_chars(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;
    size_t from = draft->caret, to = from, end = draft_line_end(draft, from);
    struct buf text = { 0 };

    for (size_t i = 0; i < call->count; i++) {
        if (to >= end)
            goto out;
        to = draft_next(draft, to);
        utf8_encode(&text, call->ch);
    }
    draft_replace(draft, from, to, buf_str(&text));
    draft->caret = draft_previous(draft, from + text.len);
out:
    buf_release(&text);
}

static void append_swapped(struct buf *out, struct str unit)
{
    char c = unit.at[0];
    bool letter = unit.len == 1
                  && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));

    if (letter)
        buf_append_char(out, (char)(c ^ 0x20));
    else
        buf_append(out, unit);
}

static void swap_case(const struct vi_call *call)
{
    struct draft *draft = &call->composer->draft;
    size_t from = draft->caret, to = from, end = draft_line_end(draft, from);
    struct buf text = { 0 };

    for (size_t i = 0; i < call->count && to < end; i++) {
        size_t next = draft_next(draft, to);
        append_swapped(
            &text, str_take(str_skip(buf_str(&draft->text), to), next - to));
        to = next;
    }
    draft_replace(draft, from, to, buf_str(&text));
    buf_release(&text);
}

// False at the last line.
static bool join_line(struct composer *c)
{
    struct draft *draft = &c->draft;
    size_t at = draft_line_end(draft, draft->caret);

    if (at == draft->text.len)
        return false;
    size_t to = vi_text_start(c, at + 1);
    bool blank = at == draft_line_start(draft, at)
                 || draft->text.at[at - 1] == ' '
                 || to == draft_line_end(draft, at + 1)
                 || draft->text.at[to] == ')';
    draft_replace(draft, at, to, blank ? STR("") : STR(" "));
    draft->caret = at;
    return true;
}

static void join_lines(const struct vi_call *call)
{
    for (size_t i = 1; i < call->count || i == 1; i++)
        if (!join_line(call->composer))
            return;
}

// Puts whole lines above the line that begins at `at`, or at the very end.
static void put_lines(struct composer *c, size_t at, struct str text)
{
    bool at_end = at > c->draft.text.len;

    if (at_end) {
        at = c->draft.text.len;
        insert_text(c, at++, STR("\n"));
        text.len--; // its newline stands in front
    }
    c->draft.caret = at;
    draft_insert(&c->draft, at, text, SIZE_MAX);
    c->draft.caret = vi_text_start(c, at);
}

static void put_chars(struct composer *c, size_t at, struct str text)
{
    c->draft.caret = at;
    draft_insert(&c->draft, at, text, SIZE_MAX);
    c->draft.caret = draft_previous(&c->draft, c->draft.caret);
}

static void put(const struct vi_call *call, bool behind)
{
    struct composer *c = call->composer;
    struct str one = kills_get(&c->kills, 0);
    size_t at = c->draft.caret, start = draft_line_start(&c->draft, at);
    size_t end = draft_line_end(&c->draft, at);
    struct buf text = { 0 };

    if (one.len == 0)
        return;
    for (size_t i = 0;
         i == 0 || (i < call->count && text.len + one.len <= LIMIT_PUT_BYTES);
         i++)
        buf_append(&text, one);
    if (str_ends_with(one, STR("\n")))
        put_lines(c, behind ? end + 1 : start, buf_str(&text));
    else
        put_chars(c, behind && at < end ? draft_next(&c->draft, at) : at,
                  buf_str(&text));
    buf_release(&text);
}

static void put_behind(const struct vi_call *call)
{
    put(call, true);
}

static void put_before(const struct vi_call *call)
{
    put(call, false);
}

static void undo(const struct vi_call *call)
{
    for (size_t i = 0; i < call->count && draft_undo(&call->composer->draft);
         i++)
        ;
}

static void redo(const struct vi_call *call)
{
    for (size_t i = 0; i < call->count && draft_redo(&call->composer->draft);
         i++)
        ;
}

// Rows as on the screen; at the edge the history.
static void go_rows(const struct vi_call *call, int by)
{
    struct composer *c = call->composer;
    size_t done = 0;

    while (done < call->count && composer_move_row(c, by)) {
        c->last = c->now;
        done++;
    }
    if (done == 0)
        composer_recall_by(c, by);
}

static void go_up(const struct vi_call *call)
{
    go_rows(call, -1);
}

static void go_down(const struct vi_call *call)
{
    go_rows(call, 1);
}

static void repeat(const struct vi_call *call);

// --- the table -------------------------------------------------------------

static const struct vi_command commands[] = {
    { "h", .move = vi_left },
    { "l", .move = vi_right },
    { " ", .move = vi_right },
    { "j", .move = vi_line_down, .act = go_down },
    { "k", .move = vi_line_up, .act = go_up },
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
    { "d", .operate = delete_range, .changes = true },
    { "c", .operate = change_range, .changes = true },
    { "y", .operate = yank_range },
    { "x", .as = "dl" },
    { "X", .as = "dh" },
    { "s", .as = "cl" },
    { "S", .as = "cc" },
    { "D", .as = "d$" },
    { "C", .as = "c$" },
    { "Y", .as = "yy" },
    { "i", .act = insert_here, .changes = true },
    { "a", .act = insert_behind, .changes = true },
    { "I", .act = insert_at_text, .changes = true },
    { "A", .act = insert_at_end, .changes = true },
    { "o", .act = open_below, .changes = true },
    { "O", .act = open_above, .changes = true },
    { "r", .act = replace_chars, .changes = true, .takes_char = true },
    { "~", .act = swap_case, .changes = true },
    { "J", .act = join_lines, .changes = true },
    { "p", .act = put_behind, .changes = true },
    { "P", .act = put_before, .changes = true },
    { "u", .act = undo },
    { "\022", .act = redo }, // ^R
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
    const struct vi_command *operator= c->vi.operator;
    size_t times = given_count(&c->vi);
    struct vi_move move = { .composer = c,
                            .count = times ? times : 1,
                            .counted = times > 0,
                            .operating = true,
                            .ch = ch };

    draft_unit_begin(&c->draft);
    // To change nothing is to insert.
    bool found = move_to(&move);
    if (!found && move_to == vi_right && operator->operate == change_range)
        found = true;
    if (found)
        operator->operate(c, range_of(&move));
    finish(c, times, found && operator->changes);
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

static vi_move_fn motion_for(const struct vi_command *operator,
                             const struct vi_command * command)
{
    if (operator== command)
        return whole_lines;
    if (operator->operate == change_range && command->move == vi_next_word)
        return vi_change_word;
    if (operator->operate == change_range && command->move == vi_next_big)
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
    const struct vi_command *operator= c->vi.operator;
    vi_move_fn move = operator? motion_for(operator, command) : command->move;

    if (operator&& move)
        run_operator(c, move, ch);
    else if (operator)
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
    } else if (command->as && !vi->operator) {
        for (const char *key = command->as; *key; key++)
            take_char(c, (unsigned char)*key);
    } else if (command->operate && !vi->operator) {
        vi->operator= command;
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
    if (!vi->operator&& !vi->waiting && !vi->prefix)
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
