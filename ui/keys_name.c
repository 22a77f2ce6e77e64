/*
 * Names of keys, both ways. What cannot be bound is refused here, once: keys
 * that are the same byte as another key, and keys that need a protocol which
 * most terminals do not speak.
 */
#include "kerf/ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"

static const char *const names[] = {
    [KEYCODE_ENTER] = "Enter",
    [KEYCODE_TAB] = "Tab",
    [KEYCODE_BACKTAB] = "S-Tab",
    [KEYCODE_ESCAPE] = "Esc",
    [KEYCODE_BACKSPACE] = "Backspace",
    [KEYCODE_DELETE] = "Del",
    [KEYCODE_INSERT] = "Ins",
    [KEYCODE_UP] = "Up",
    [KEYCODE_DOWN] = "Down",
    [KEYCODE_LEFT] = "Left",
    [KEYCODE_RIGHT] = "Right",
    [KEYCODE_HOME] = "Home",
    [KEYCODE_END] = "End",
    [KEYCODE_PAGE_UP] = "PgUp",
    [KEYCODE_PAGE_DOWN] = "PgDn",
    [KEYCODE_PASTE] = "Paste",
    [KEYCODE_FOCUS_IN] = "FocusIn",
    [KEYCODE_FOCUS_OUT] = "FocusOut",
    [KEYCODE_MOUSE] = "Mouse",
};

// --- to a name -------------------------------------------------------------

static void character_name(struct buf *out, const struct key *key)
{
    uint32_t ch = key->ch;

    if (key->mods & MOD_CTRL) {
        buf_append_char(out, '^');
        if (ch >= 'a' && ch <= 'z')
            ch -= 'a' - 'A';
    }
    if (ch == ' ')
        buf_append(out, STR("Space"));
    else
        utf8_encode(out, ch);
}

size_t key_name(const struct key *key, char *out, size_t size)
{
    struct buf name = { 0 };
    bool character = key->code == KEYCODE_CHAR;

    if (key->mods & MOD_ALT)
        buf_append(&name, STR("M-"));
    if (!character && (key->mods & MOD_CTRL))
        buf_append(&name, STR("C-"));
    if (!character && (key->mods & MOD_SHIFT))
        buf_append(&name, STR("S-"));
    if (character)
        character_name(&name, key);
    else if (key->code >= KEYCODE_F1 && key->code <= KEYCODE_F12)
        buf_printf(&name, "F%d", (int)(key->code - KEYCODE_F1 + 1));
    else if (key->code < sizeof(names) / sizeof(names[0]) && names[key->code])
        buf_append(&name, str_from(names[key->code]));
    int len = snprintf(out, size, "%s", buf_cstr(&name));
    buf_release(&name);
    return len > 0 ? (size_t)len : 0;
}

// --- from a name -----------------------------------------------------------

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_word(struct str text, const char *word)
{
    if (text.len != strlen(word))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (lower(text.at[i]) != lower(word[i]))
            return false;
    return true;
}

static unsigned take_mods(struct str *text)
{
    static const struct {
        char letter;
        unsigned mod;
    } mods[] = { { 'M', MOD_ALT }, { 'C', MOD_CTRL }, { 'S', MOD_SHIFT } };
    unsigned found = 0;

    for (size_t i = 0; i < sizeof(mods) / sizeof(mods[0]); i++)
        if (text->len > 2 && text->at[0] == mods[i].letter
            && text->at[1] == '-') {
            found |= mods[i].mod;
            *text = str_skip(*text, 2);
        }
    return found;
}

// Keys by name, but those that stand for no key of a keyboard.
static enum key_code named(struct str text)
{
    uint64_t number;

    for (enum key_code code = KEYCODE_ENTER; code <= KEYCODE_PAGE_DOWN; code++)
        if (is_word(text, names[code]))
            return code;
    if (text.len > 1 && lower(text.at[0]) == 'f'
        && str_to_u64(str_skip(text, 1), &number) && number >= 1
        && number <= 12)
        return (enum key_code)(KEYCODE_F1 + (int)(number - 1));
    return KEYCODE_NONE;
}

static bool refuse(struct error *err, const char *why)
{
    return error_set(err, ERROR_USAGE, "no terminal sends this key: %s", why);
}

// Shift and Control change what these send only in newer protocols.
static bool check_named(const struct key *key, struct error *err)
{
    bool byte = key->code == KEYCODE_ENTER || key->code == KEYCODE_BACKSPACE
                || key->code == KEYCODE_TAB || key->code == KEYCODE_BACKTAB;

    if (byte && (key->mods & (MOD_SHIFT | MOD_CTRL)))
        return refuse(err, "with Shift or Control most send it plain");
    if (key->code == KEYCODE_ESCAPE && key->mods != 0)
        return refuse(err, "Alt is an Esc before the key");
    return true; // the others have xterm's forms, which all know
}

// Control with a character: 32 bytes, some of which are other keys.
static bool check_control(uint32_t ch, struct error *err)
{
    static const struct {
        char ch;
        const char *why;
    } others[] = {
        { 'i', "^I is Tab" },       { 'm', "^M is Enter" },
        { '[', "^[ is Esc" },       { 'h', "^H is Backspace" },
        { '?', "^? is Backspace" },
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (ch == (unsigned char)others[i].ch)
            return refuse(err, others[i].why);
    if ((ch >= 'a' && ch <= 'z')
        || (ch < 0x80 && ch != 0 && strchr(" \\]^_", (int)ch)))
        return true;
    return refuse(err, "Control goes with letters and \\ ] ^ _ Space");
}

static bool parse_character(struct str text, struct key *key, struct error *err)
{
    if (text.len > 1 && text.at[0] == '^') {
        key->mods |= MOD_CTRL;
        text = str_skip(text, 1);
    }
    if (is_word(text, "Space"))
        text = STR(" ");
    key->code = KEYCODE_CHAR;
    if (text.len == 0 || utf8_decode(text, &key->ch) != text.len
        || key->ch == UTF8_INVALID || key->ch < 0x20 || key->ch == 0x7f)
        return error_set(err, ERROR_USAGE,
                         "no such key; `kerf keys` shows what a key is called");
    if ((key->mods & MOD_CTRL) && key->ch >= 'A' && key->ch <= 'Z')
        key->ch += 'a' - 'A';
    if (key->mods & MOD_CTRL && !check_control(key->ch, err))
        return false;
    if (key->mods & MOD_SHIFT)
        return refuse(err, "Shift makes another character; write that");
    return true;
}

bool key_parse(struct str name, struct key *key, struct error *err)
{
    struct str text = name;
    struct key result = { .mods = take_mods(&text) };

    result.code = named(text);
    if (result.code == KEYCODE_TAB && (result.mods & MOD_SHIFT)) {
        result.code = KEYCODE_BACKTAB;
        result.mods &= ~(unsigned)MOD_SHIFT;
    }
    bool fine = result.code == KEYCODE_NONE
                    ? parse_character(text, &result, err)
                    : check_named(&result, err);
    if (fine)
        *key = result;
    return fine;
}
