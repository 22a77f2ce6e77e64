/*
 * A state machine over bytes. A sequence is collected until it is whole and
 * then looked up (keys_table.c); what is whole but unknown is an answer of the
 * terminal, and never a key. Nothing depends on how the bytes were cut.
 *
 * An ESC can be the key itself, Alt before the next key, or the beginning of a
 * sequence; only time tells. What could be a key by itself (ESC, ESC [, ESC O,
 * ESC ], ESC P, ESC _) is given out at the first timeout. A sequence that has
 * content was sent by the terminal and not by a finger: its rest is waited for
 * (PATIENCE timeouts), so that a slow line neither turns the rest of an answer
 * into text nor the rest of a paste into commands.
 *
 * Strings (OSC, DCS, APC) are swallowed only if they begin as answers do, so
 * that M-P typed before other text does not swallow it.
 */
#include "kerf/ui/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "keys_table.h"

#define PATIENCE 40 // timeouts: 1 s, 2.4 s over SSH
#define LIMIT_SEQUENCE_BYTES 64
#define ESC 0x1b

enum state {
    STATE_GROUND,
    STATE_UTF8,   // inside of a character
    STATE_ESC,    // behind ESC
    STATE_CSI,    // behind ESC [
    STATE_LINUX,  // behind ESC [ [
    STATE_MOUSE,  // behind ESC [ M: three bytes follow
    STATE_SS3,    // behind ESC O
    STATE_STRING, // behind ESC ] or ESC P or ESC _
    STATE_STRING_ESC,
    STATE_PASTE,
};

struct key_decoder {
    enum state state;
    bool alt;          // one more ESC stood before the sequence
    char opener;       // the byte behind the ESC of a string
    size_t len;        // bytes of the sequence or string so far
    struct buf answer; // of a string, with its opener
    char seq[LIMIT_SEQUENCE_BYTES];
    unsigned timeouts; // since the last byte
    struct buf paste;
    size_t paste_seen; // bytes of the paste without the end mark in them
    key_fn fn;
    void *ctx;
    key_answer_fn on_answer; // NULL: nobody listens
    void *answer_ctx;
};

static const struct str paste_end = { "\033[201~", 6 };

struct key_decoder *key_decoder_create(void)
{
    return mem_alloc(sizeof(struct key_decoder));
}

void key_decoder_destroy(struct key_decoder *d)
{
    if (!d)
        return;
    buf_release(&d->paste);
    buf_release(&d->answer);
    free(d);
}

void key_decoder_on_answer(struct key_decoder *d, key_answer_fn fn, void *ctx)
{
    d->on_answer = fn;
    d->answer_ctx = ctx;
}

// --- giving out ------------------------------------------------------------

static void give(struct key_decoder *d, struct key key)
{
    if (key.code == KEYCODE_NONE)
        return;
    if (d->alt)
        key.mods |= MOD_ALT;
    d->alt = false;
    d->fn(&key, d->ctx);
}

// What stood before is a key of its own, not Alt.
static void give_pending_escape(struct key_decoder *d)
{
    if (!d->alt)
        return;
    d->alt = false;
    give(d, keys_of_byte(ESC));
}

static void enter(struct key_decoder *d, enum state state)
{
    d->state = state;
    d->len = 0;
}

// ESC and a byte that began no sequence: Alt with that key. A second ESC
// before them was a key.
static void give_alt(struct key_decoder *d, unsigned char byte)
{
    give_pending_escape(d);
    enter(d, STATE_GROUND);
    d->alt = true;
    give(d, keys_of_byte(byte));
}

static struct str sequence(const struct key_decoder *d)
{
    return (struct str){ d->seq, d->len };
}

// --- paste -----------------------------------------------------------------

// Makes CR LF and CR to LF in place.
static void make_newlines(struct buf *text)
{
    size_t to = 0;

    for (size_t i = 0; i < text->len; i++) {
        if (text->at[i] == '\r') {
            text->at[to++] = '\n';
            if (i + 1 < text->len && text->at[i + 1] == '\n')
                i++;
        } else {
            text->at[to++] = text->at[i];
        }
    }
    text->len = to;
}

// Gives out the first `len` bytes of the paste and keeps the rest.
static void give_paste(struct key_decoder *d, size_t len)
{
    struct buf rest = { 0 };

    buf_append(&rest, str_skip(buf_str(&d->paste), len));
    d->paste.len = len;
    make_newlines(&d->paste);
    give(d, (struct key){ .code = KEYCODE_PASTE, .text = buf_str(&d->paste) });
    buf_release(&d->paste);
    d->paste = rest;
    d->paste_seen = 0;
}

// Looks for the end mark behind what was seen; SIZE_MAX if it is not there.
static size_t find_paste_end(struct key_decoder *d)
{
    struct str text = buf_str(&d->paste);

    while (text.len - d->paste_seen >= paste_end.len) {
        struct str rest = str_skip(text, d->paste_seen);
        size_t at = str_find_char(rest, ESC);
        if (at == SIZE_MAX) {
            d->paste_seen = text.len;
            break;
        }
        d->paste_seen += at;
        if (str_starts_with(str_skip(rest, at), paste_end))
            return d->paste_seen;
        if (rest.len - at < paste_end.len)
            break;
        d->paste_seen++;
    }
    return SIZE_MAX;
}

// Takes bytes of a paste; returns how many, the end mark included.
static size_t feed_paste(struct key_decoder *d, struct str bytes)
{
    size_t before = d->paste.len;
    size_t room = LIMIT_PASTE_BYTES - before;
    struct str piece = str_take(bytes, room);

    buf_append(&d->paste, piece);
    size_t end = find_paste_end(d);
    if (end != SIZE_MAX) {
        size_t used = end + paste_end.len - before;
        d->paste.len = end;
        enter(d, STATE_GROUND);
        give_paste(d, end);
        buf_release(&d->paste);
        return used;
    }
    if (d->paste.len == LIMIT_PASTE_BYTES)
        give_paste(d, LIMIT_PASTE_BYTES - paste_end.len);
    return piece.len;
}

static void begin_paste(struct key_decoder *d)
{
    give_pending_escape(d);
    enter(d, STATE_PASTE);
    buf_reset(&d->paste);
    d->paste_seen = 0;
}

// --- control sequences -----------------------------------------------------

// CSI < button ; col ; row M or m, 1-based.
static void give_sgr_mouse(struct key_decoder *d)
{
    unsigned event;
    struct params params = params_parse(str_skip(sequence(d), 1), &event);
    unsigned button = params_get(&params, 0, 0);
    unsigned col = params_get(&params, 1, 0), row = params_get(&params, 2, 0);
    unsigned mods = (button & 4 ? MOD_SHIFT : 0) | (button & 8 ? MOD_ALT : 0)
                    | (button & 16 ? MOD_CTRL : 0);

    if (params.count != 3 || row == 0 || col == 0)
        return;
    give(d, (struct key){ .code = KEYCODE_MOUSE,
                          .mods = mods,
                          .ch = button & ~28u,
                          .row = row - 1,
                          .col = col - 1 });
}

// The old form: three bytes, each 32 more than its number, 1-based.
static void mouse_byte(struct key_decoder *d, unsigned char byte)
{
    d->seq[d->len++] = (char)byte;
    if (d->len < 3)
        return;
    unsigned char col = (unsigned char)d->seq[1];
    unsigned char row = (unsigned char)d->seq[2];
    enter(d, STATE_GROUND);
    give_pending_escape(d);
    if (col > 32 && row > 32)
        give(d, (struct key){ .code = KEYCODE_MOUSE,
                              .ch = (uint32_t)(unsigned char)d->seq[0] - 32,
                              .row = row - 33u,
                              .col = col - 33u });
}

// Tells what is whole and no key: "[", its parameters and its last byte.
static void tell_csi(struct key_decoder *d, char final)
{
    char text[LIMIT_SEQUENCE_BYTES + 2] = "[";

    if (!d->on_answer)
        return;
    memcpy(text + 1, d->seq, d->len);
    text[d->len + 1] = final;
    d->on_answer((struct str){ text, d->len + 2 }, d->answer_ctx);
}

static void csi_end(struct key_decoder *d, char final)
{
    struct str text = sequence(d);
    char first = '\0';

    if (text.len > 0)
        first = text.at[0];
    d->state = STATE_GROUND;
    if (first == '<' && (final == 'M' || final == 'm')) {
        // The release of a button is no key.
        give_pending_escape(d);
        if (final == 'M')
            give_sgr_mouse(d);
    } else if (final == '~' && str_is(text, "200")) {
        begin_paste(d);
    } else if (text.len < LIMIT_SEQUENCE_BYTES
               && (first == '\0' || (first >= '0' && first <= ';'))) {
        struct key key = keys_of_csi(text, final);
        if (key.code == KEYCODE_FOCUS_IN || key.code == KEYCODE_FOCUS_OUT
            || key.code == KEYCODE_NONE)
            give_pending_escape(d);
        give(d, key);
        if (key.code == KEYCODE_NONE)
            tell_csi(d, final);
    } else {
        give_pending_escape(d);
        if (text.len < LIMIT_SEQUENCE_BYTES)
            tell_csi(d, final);
    }
}

// Returns false if the byte does not belong to the sequence.
static bool csi_byte(struct key_decoder *d, unsigned char byte)
{
    struct str text = sequence(d);

    if (d->len == 0 && byte == '[') {
        d->state = STATE_LINUX;
    } else if (d->len == 0 && byte == 'M') {
        enter(d, STATE_MOUSE);
    } else if (byte == '$' && keys_is_rxvt_shift(text)) {
        csi_end(d, '$');
    } else if (byte >= 0x20 && byte < 0x40) {
        if (d->len < LIMIT_SEQUENCE_BYTES)
            d->seq[d->len++] = (char)byte;
    } else if (byte >= 0x40 && byte < 0x7f) {
        csi_end(d, (char)byte);
    } else {
        if (d->len == 0)
            give_alt(d, '[');
        give_pending_escape(d);
        enter(d, STATE_GROUND);
        return false;
    }
    return true;
}

static bool ss3_byte(struct key_decoder *d, unsigned char byte)
{
    if (byte >= '0' && byte <= ';' && d->len < LIMIT_SEQUENCE_BYTES) {
        d->seq[d->len++] = (char)byte;
        return true;
    }
    struct key key = byte < 0x7f ? keys_of_ss3(sequence(d), (char)byte)
                                 : (struct key){ .code = KEYCODE_NONE };
    bool unknown = key.code == KEYCODE_NONE;
    bool bare = d->len == 0;
    enter(d, STATE_GROUND);
    if (!unknown)
        give(d, key);
    else if (bare)
        give_alt(d, 'O');
    give_pending_escape(d);
    return !unknown;
}

// --- strings ---------------------------------------------------------------

// How the answers of terminals begin, by the byte that opens the string.
static bool begins_answer(char opener, unsigned char byte)
{
    bool digit = byte >= '0' && byte <= '9';

    if (opener == ']')
        return digit || byte == 'l' || byte == 'L';
    if (opener == 'P')
        return digit || (byte != 0 && strchr("!>$+|", byte));
    return byte == 'G';
}

// The string is whole.
static void string_end(struct key_decoder *d)
{
    enter(d, STATE_GROUND);
    if (d->on_answer)
        d->on_answer(buf_str(&d->answer), d->answer_ctx);
}

static bool string_byte(struct key_decoder *d, unsigned char byte)
{
    if (d->len == 0 && !begins_answer(d->opener, byte)) {
        give_alt(d, (unsigned char)d->opener);
        return false;
    }
    give_pending_escape(d);
    d->len++;
    if (byte == ESC) {
        d->state = STATE_STRING_ESC;
        return true;
    }
    if (byte == 0x07) {
        string_end(d);
        return true;
    }
    // A key in the middle, or no end in sight: the string will have none.
    bool aborted = byte < 0x20 || byte == 0x7f;
    if (aborted || d->len > LIMIT_ANSWER_BYTES)
        enter(d, STATE_GROUND);
    else
        buf_append_char(&d->answer, (char)byte);
    return !aborted;
}

static bool string_esc_byte(struct key_decoder *d, unsigned char byte)
{
    if (byte == '\\') {
        string_end(d);
        return true;
    }
    enter(d, STATE_ESC);
    return false;
}

// --- ESC and characters ----------------------------------------------------

static bool esc_byte(struct key_decoder *d, unsigned char byte)
{
    switch (byte) {
    case ESC:
        give_pending_escape(d);
        d->alt = true;
        return true;
    case '[': enter(d, STATE_CSI); return true;
    case 'O': enter(d, STATE_SS3); return true;
    case ']':
    case 'P':
    case '_':
        enter(d, STATE_STRING);
        d->opener = (char)byte;
        buf_reset(&d->answer);
        buf_append_char(&d->answer, d->opener);
        return true;
    }
    if (byte < 0x80) {
        give_alt(d, byte);
        return true;
    }
    give_pending_escape(d);
    d->alt = true;
    enter(d, STATE_UTF8);
    return false;
}

// Gives out what is whole or broken at the start of the bytes kept.
static void drain_utf8(struct key_decoder *d, bool at_end)
{
    while (d->len > 0) {
        struct str text = sequence(d);
        uint32_t code;
        size_t n = utf8_decode(text, &code);
        if (code == UTF8_INVALID && !at_end
            && utf8_incomplete_tail(text) == text.len)
            return;
        if (code == UTF8_INVALID || (code >= 0x80 && code < 0xa0))
            code = 0xfffd;
        memmove(d->seq, d->seq + n, d->len - n);
        d->len -= n;
        give(d, (struct key){ .code = KEYCODE_CHAR, .ch = code });
    }
    d->state = STATE_GROUND;
}

static bool utf8_byte(struct key_decoder *d, unsigned char byte)
{
    bool belongs = byte >= 0x80;

    if (belongs)
        d->seq[d->len++] = (char)byte;
    drain_utf8(d, !belongs);
    return belongs;
}

static bool ground_byte(struct key_decoder *d, unsigned char byte)
{
    if (byte >= 0x80) {
        enter(d, STATE_UTF8);
        return false;
    }
    if (byte == ESC)
        enter(d, STATE_ESC);
    else
        give(d, keys_of_byte(byte));
    return true;
}

// --- the machine -----------------------------------------------------------

// Returns false if the byte has to be looked at again in the new state.
static bool take_byte(struct key_decoder *d, unsigned char byte)
{
    switch (d->state) {
    case STATE_GROUND: return ground_byte(d, byte);
    case STATE_UTF8: return utf8_byte(d, byte);
    case STATE_ESC: return esc_byte(d, byte);
    case STATE_CSI: return csi_byte(d, byte);
    case STATE_MOUSE: mouse_byte(d, byte); return true;
    case STATE_SS3: return ss3_byte(d, byte);
    case STATE_STRING: return string_byte(d, byte);
    case STATE_STRING_ESC: return string_esc_byte(d, byte);
    case STATE_LINUX:
        enter(d, STATE_GROUND);
        give(d, keys_of_linux((char)byte));
        give_pending_escape(d);
        return true;
    case STATE_PASTE: break;
    }
    assert(!"pastes are not taken by the byte");
    return true;
}

void key_decoder_feed(struct key_decoder *d, struct str bytes, key_fn fn,
                      void *ctx)
{
    d->fn = fn;
    d->ctx = ctx;
    if (bytes.len > 0)
        d->timeouts = 0;
    while (bytes.len > 0) {
        if (d->state == STATE_PASTE) {
            bytes = str_skip(bytes, feed_paste(d, bytes));
            continue;
        }
        unsigned char byte = (unsigned char)bytes.at[0];
        while (!take_byte(d, byte))
            ;
        bytes = str_skip(bytes, 1);
    }
}

bool key_decoder_is_waiting(const struct key_decoder *d)
{
    return d->state != STATE_GROUND;
}

// What a finger may have typed; returns false if it was not that.
static bool give_typed(struct key_decoder *d)
{
    switch (d->state) {
    case STATE_ESC:
        enter(d, STATE_GROUND);
        give_pending_escape(d);
        give(d, keys_of_byte(ESC));
        return true;
    case STATE_CSI:
        if (d->len == 0)
            give_alt(d, '[');
        return d->len == 0;
    case STATE_SS3:
        if (d->len == 0)
            give_alt(d, 'O');
        return d->len == 0;
    case STATE_STRING:
        if (d->len == 0)
            give_alt(d, (unsigned char)d->opener);
        return d->len == 0;
    case STATE_LINUX:
        give_alt(d, '[');
        give(d, keys_of_byte('['));
        return true;
    case STATE_GROUND:
    case STATE_UTF8:
    case STATE_MOUSE:
    case STATE_STRING_ESC:
    case STATE_PASTE: break;
    }
    return false;
}

void key_decoder_timeout(struct key_decoder *d, key_fn fn, void *ctx)
{
    d->fn = fn;
    d->ctx = ctx;
    if (give_typed(d) || ++d->timeouts < PATIENCE)
        return;
    enum state state = d->state;
    if (state == STATE_UTF8)
        drain_utf8(d, true);
    enter(d, STATE_GROUND);
    if (state == STATE_PASTE) {
        give_paste(d, d->paste.len);
    } else if (state == STATE_STRING_ESC) {
        give(d, keys_of_byte(ESC));
    }
    give_pending_escape(d);
    d->timeouts = 0;
}
