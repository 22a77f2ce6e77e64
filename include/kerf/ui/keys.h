/*
 * From bytes of a terminal to keys. Knows the ANSI, xterm, linux and vt100
 * forms, CSI u and modifyOtherKeys, bracketed paste, focus, SGR mouse, UTF-8.
 * Answers of the terminal (DA, DECRPM, OSC ...) are never text.
 */
#ifndef KERF_UI_KEYS_H
#define KERF_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_PASTE_BYTES ((size_t)64 << 20)
#define LIMIT_ANSWER_BYTES 4096

enum key_code {
    KEYCODE_NONE,
    KEYCODE_CHAR,  // `code` is the character; Ctrl-A is 'a' with MOD_CTRL
    KEYCODE_ENTER, // CR
    KEYCODE_TAB,
    KEYCODE_BACKTAB,
    KEYCODE_ESCAPE,
    KEYCODE_BACKSPACE,
    KEYCODE_DELETE,
    KEYCODE_INSERT,
    KEYCODE_UP,
    KEYCODE_DOWN,
    KEYCODE_LEFT,
    KEYCODE_RIGHT,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_F1,
    KEYCODE_F12 = KEYCODE_F1 + 11,
    KEYCODE_PASTE, // `text` is the whole paste, line ends made LF
    KEYCODE_FOCUS_IN,
    KEYCODE_FOCUS_OUT,
    KEYCODE_MOUSE, // row, col; button in `ch`
};

enum { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

struct key {
    enum key_code code;
    unsigned mods;
    uint32_t ch;     // KEYCODE_CHAR: code point
    struct str text; // KEYCODE_PASTE: borrowed for the call
    size_t row, col; // KEYCODE_MOUSE, 0-based
};

typedef void (*key_fn)(const struct key *key, void *ctx);

/* Waits for the first byte of a key. NULL may be destroyed. */
struct key_decoder;
struct key_decoder *key_decoder_create(void);
void key_decoder_destroy(struct key_decoder *decoder);

/*
 * What the terminal says about itself goes to `fn`: an answer without the ESC
 * in front and without its end, "[?2026;2$y", "]11;rgb:0000/0000/0000",
 * "P>|XTerm(370)". Foreign bytes, borrowed for the call, at most
 * LIMIT_ANSWER_BYTES; a longer one is dropped. NULL: nobody listens.
 */
typedef void (*key_answer_fn)(struct str answer, void *ctx);
void key_decoder_on_answer(struct key_decoder *decoder, key_answer_fn fn,
                           void *ctx);

/* Takes bytes, split anywhere, and calls `fn` for each key. Ctrl-J (LF) is
 * KEYCODE_CHAR 'j' with MOD_CTRL; CR is KEYCODE_ENTER; DEL and BS are
 * KEYCODE_BACKSPACE. Malformed UTF-8 gives U+FFFD. */
void key_decoder_feed(struct key_decoder *decoder, struct str bytes, key_fn fn,
                      void *ctx);

/* Says whether an unfinished sequence (a lone ESC) waits; if nothing comes
 * within 25 ms (60 ms over SSH) call key_decoder_timeout, which gives it out.
 * What a terminal sends and no finger types (the rest of a paste or of an
 * answer) is waited for longer: ask again after each timeout, at most 40. */
bool key_decoder_is_waiting(const struct key_decoder *decoder);
void key_decoder_timeout(struct key_decoder *decoder, key_fn fn, void *ctx);

/* Writes a key's name as help shows it: "^J", "M-f", "S-Tab", "PgUp". */
#define KEY_NAME_BYTES 24 // enough for any name
size_t key_name(const struct key *key, char *out, size_t size);

/* Reads such a name, letters of named keys in any case. ERROR_USAGE: no key,
 * or one that no terminal sends, with the reason. */
bool key_parse(struct str name, struct key *key,
               struct error *err) KERF_CHECKED;

#endif
