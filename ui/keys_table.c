/*
 * Sources: ECMA-48 for the shape of sequences; xterm's "Control Sequences"
 * (ctlseqs) for cursor, function and modified keys; the kitty keyboard protocol
 * for CSI u; rxvt's keyboard reference; Linux console_codes(4). Modifiers are
 * one more than a set of bits: 1 Shift, 2 Alt, 4 Ctrl, 8 Super, 16 Hyper,
 * 32 Meta, 64 Caps Lock, 128 Num Lock.
 */
#include "keys_table.h"

#include <limits.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct final_key {
    char final;
    enum key_code code;
    unsigned mods;
};

struct number_key {
    unsigned number;
    enum key_code code;
};

enum {
    F1 = KEYCODE_F1,
    F2 = KEYCODE_F1 + 1,
    F3 = KEYCODE_F1 + 2,
    F4 = KEYCODE_F1 + 3,
    F5 = KEYCODE_F1 + 4,
    F6 = KEYCODE_F1 + 5,
    F7 = KEYCODE_F1 + 6,
    F8 = KEYCODE_F1 + 7,
    F9 = KEYCODE_F1 + 8,
    F10 = KEYCODE_F1 + 9,
    F11 = KEYCODE_F1 + 10,
    F12 = KEYCODE_F1 + 11,
};

// CSI A, CSI 5 A, CSI 1 ; 5 A; also behind SS3.
static const struct final_key letters[] = {
    { 'A', KEYCODE_UP, 0 },        { 'B', KEYCODE_DOWN, 0 },
    { 'C', KEYCODE_RIGHT, 0 },     { 'D', KEYCODE_LEFT, 0 },
    { 'F', KEYCODE_END, 0 },       { 'H', KEYCODE_HOME, 0 },
    { 'P', (enum key_code)F1, 0 }, { 'Q', (enum key_code)F2, 0 },
    { 'R', (enum key_code)F3, 0 }, { 'S', (enum key_code)F4, 0 },
    { 'Z', KEYCODE_BACKTAB, 0 },
};

// rxvt's shifted arrows (behind CSI) and controlled arrows (behind SS3).
static const struct final_key rxvt_arrows[] = {
    { 'a', KEYCODE_UP, 0 },
    { 'b', KEYCODE_DOWN, 0 },
    { 'c', KEYCODE_RIGHT, 0 },
    { 'd', KEYCODE_LEFT, 0 },
};

// CSI 3 ~; also CSI 3 $ ^ @ of rxvt.
static const struct number_key tildes[] = {
    { 1, KEYCODE_HOME },        { 2, KEYCODE_INSERT },
    { 3, KEYCODE_DELETE },      { 4, KEYCODE_END },
    { 5, KEYCODE_PAGE_UP },     { 6, KEYCODE_PAGE_DOWN },
    { 7, KEYCODE_HOME },        { 8, KEYCODE_END },
    { 11, (enum key_code)F1 },  { 12, (enum key_code)F2 },
    { 13, (enum key_code)F3 },  { 14, (enum key_code)F4 },
    { 15, (enum key_code)F5 },  { 17, (enum key_code)F6 },
    { 18, (enum key_code)F7 },  { 19, (enum key_code)F8 },
    { 20, (enum key_code)F9 },  { 21, (enum key_code)F10 },
    { 23, (enum key_code)F11 }, { 24, (enum key_code)F12 },
};

// Numbers of CSI u that are no characters: the keypad of the kitty protocol.
static const struct number_key kitty_keys[] = {
    { 57414, KEYCODE_ENTER },     { 57417, KEYCODE_LEFT },
    { 57418, KEYCODE_RIGHT },     { 57419, KEYCODE_UP },
    { 57420, KEYCODE_DOWN },      { 57421, KEYCODE_PAGE_UP },
    { 57422, KEYCODE_PAGE_DOWN }, { 57423, KEYCODE_HOME },
    { 57424, KEYCODE_END },       { 57425, KEYCODE_INSERT },
    { 57426, KEYCODE_DELETE },
};
static const char kitty_keypad[] = "0123456789./*-+"; // from 57399
#define KITTY_KEYPAD 57399u
#define KITTY_FIRST 57344u
#define KITTY_LAST 63743u

// The keypad in application mode: SS3 j is '*', SS3 p is '0'.
static const char ss3_keypad[] = "*+,-./0123456789";

static struct key plain(enum key_code code, unsigned mods)
{
    return (struct key){ .code = code, .mods = mods };
}

static struct key character(uint32_t ch, unsigned mods)
{
    return (struct key){ .code = KEYCODE_CHAR, .mods = mods, .ch = ch };
}

static enum key_code by_final(const struct final_key *table, size_t count,
                              char final)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].final == final)
            return table[i].code;
    return KEYCODE_NONE;
}

static enum key_code by_number(const struct number_key *table, size_t count,
                               unsigned number)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == number)
            return table[i].code;
    return KEYCODE_NONE;
}

// --- parameters ------------------------------------------------------------

static unsigned number_of(struct str text)
{
    uint64_t number;

    if (!str_to_u64(text, &number))
        return UINT_MAX;
    return number < UINT_MAX ? (unsigned)number : UINT_MAX;
}

struct params params_parse(struct str text, unsigned *event)
{
    struct params params = { .count = 0 };
    struct str piece;

    *event = 1;
    while (params.count < KEYS_MAX_PARAMS && str_split(&text, ';', &piece)) {
        struct str head;
        if (!str_split(&piece, ':', &head))
            head = piece;
        params.at[params.count++] = number_of(head);
        if (params.count == 2 && piece.len > 0)
            *event = number_of(piece);
    }
    return params;
}

unsigned params_get(const struct params *params, size_t index,
                    unsigned fallback)
{
    if (index >= params->count || params->at[index] == UINT_MAX)
        return fallback;
    return params->at[index];
}

static unsigned mods_of(unsigned number)
{
    if (number == 0 || number > 256)
        return 0;
    unsigned bits = number - 1;
    return (bits & 7) | (bits & 32 ? MOD_ALT : 0);
}

// --- characters ------------------------------------------------------------

struct key keys_of_byte(unsigned char byte)
{
    switch (byte) {
    case 0x00: return character(' ', MOD_CTRL);
    case 0x08: return plain(KEYCODE_BACKSPACE, 0);
    case 0x09: return plain(KEYCODE_TAB, 0);
    case 0x0d: return plain(KEYCODE_ENTER, 0);
    case 0x1b: return plain(KEYCODE_ESCAPE, 0);
    case 0x7f: return plain(KEYCODE_BACKSPACE, 0);
    }
    if (byte <= 0x1a)
        return character('a' + byte - 1u, MOD_CTRL);
    if (byte < 0x20)
        return character(byte + 0x40u, MOD_CTRL);
    return character(byte, 0);
}

// A key told by its code point and modifiers, as CSI u and CSI 27 ~ do.
static struct key key_of_code(unsigned code, unsigned mods)
{
    if (code == 9 && (mods & MOD_SHIFT))
        return plain(KEYCODE_BACKTAB, mods & ~(unsigned)MOD_SHIFT);
    if (code < 0x20 || code == 0x7f) {
        struct key key = keys_of_byte((unsigned char)code);
        key.mods |= mods;
        return key;
    }
    if (code < 0xa0 && code > 0x7f)
        return plain(KEYCODE_NONE, 0);
    if (code > 0x10ffff || (code >= 0xd800 && code < KITTY_FIRST))
        return plain(KEYCODE_NONE, 0);
    if (code >= KITTY_FIRST && code <= KITTY_LAST) {
        if (code - KITTY_KEYPAD < sizeof(kitty_keypad) - 1)
            return character((unsigned char)kitty_keypad[code - KITTY_KEYPAD],
                             mods);
        return plain(by_number(kitty_keys, COUNT(kitty_keys), code), mods);
    }
    bool upper = code >= 'A' && code <= 'Z', lower = code >= 'a' && code <= 'z';
    if (upper && (mods & MOD_CTRL))
        code += 'a' - 'A';
    if (mods & MOD_CTRL)
        return character(code, mods);
    if (lower && (mods & MOD_SHIFT))
        code -= 'a' - 'A';
    return character(code, mods & ~(unsigned)MOD_SHIFT);
}

// --- sequences -------------------------------------------------------------

static struct key key_of_tilde(const struct params *params)
{
    unsigned number = params_get(params, 0, 0);
    unsigned mods = mods_of(params_get(params, 1, 1));

    if (number == 27 && params->count >= 3)
        return key_of_code(params_get(params, 2, 0x80), mods);
    return plain(by_number(tildes, COUNT(tildes), number), mods);
}

static struct key key_of_letter(const struct params *params, char final)
{
    unsigned last = params->count > 0 ? params->count - 1u : 0;
    unsigned mods = mods_of(params_get(params, last, 1));
    enum key_code code = by_final(letters, COUNT(letters), final);

    // CSI 12 ; 40 R is where the cursor stands, not F3.
    if (params->count > 2
        || (params->count == 2 && params_get(params, 0, 1) != 1))
        code = KEYCODE_NONE;
    if (code == KEYCODE_BACKTAB)
        mods &= ~(unsigned)MOD_SHIFT;
    return plain(code, mods);
}

struct key keys_of_csi(struct str text, char final)
{
    unsigned event;
    struct params params = params_parse(text, &event);

    if (event == 3) // a key that was let go
        return plain(KEYCODE_NONE, 0);
    switch (final) {
    case '~': return key_of_tilde(&params);
    case 'u':
        if (params.count == 0)
            return plain(KEYCODE_NONE, 0);
        return key_of_code(params_get(&params, 0, 0x80),
                           mods_of(params_get(&params, 1, 1)));
    case '$':
    case '^':
    case '@': {
        struct key key = key_of_tilde(&params);
        key.mods |= final == '$'   ? MOD_SHIFT
                    : final == '^' ? MOD_CTRL
                                   : MOD_SHIFT | MOD_CTRL;
        return key;
    }
    case 'I': return plain(text.len == 0 ? KEYCODE_FOCUS_IN : KEYCODE_NONE, 0);
    case 'O': return plain(text.len == 0 ? KEYCODE_FOCUS_OUT : KEYCODE_NONE, 0);
    }
    if (final >= 'a' && final <= 'd' && text.len == 0)
        return plain(by_final(rxvt_arrows, COUNT(rxvt_arrows), final),
                     MOD_SHIFT);
    return key_of_letter(&params, final);
}

struct key keys_of_ss3(struct str text, char final)
{
    unsigned event;
    struct params params = params_parse(text, &event);

    if (final == 'M')
        return plain(KEYCODE_ENTER, 0);
    if (final == 'I')
        return plain(KEYCODE_TAB, 0);
    if (final == 'X')
        return character('=', 0);
    if (final >= 'j' && final <= 'y')
        return character((unsigned char)ss3_keypad[final - 'j'], 0);
    if (final >= 'a' && final <= 'd')
        return plain(by_final(rxvt_arrows, COUNT(rxvt_arrows), final),
                     MOD_CTRL);
    return key_of_letter(&params, final);
}

struct key keys_of_linux(char final)
{
    if (final < 'A' || final > 'E')
        return plain(KEYCODE_NONE, 0);
    return plain((enum key_code)(KEYCODE_F1 + (final - 'A')), 0);
}

bool keys_is_rxvt_shift(struct str text)
{
    unsigned number = number_of(text);

    return by_number(tildes, COUNT(tildes), number) != KEYCODE_NONE;
}
