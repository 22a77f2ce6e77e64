/* Private to keys.c: which sequence is which key. */
#ifndef KERF_UI_KEYS_TABLE_H
#define KERF_UI_KEYS_TABLE_H

#include "kerf/ui/keys.h"

/* Parameters of a control sequence: numbers, UINT_MAX where left out. */
#define KEYS_MAX_PARAMS 8
struct params {
    unsigned at[KEYS_MAX_PARAMS];
    size_t count;
};

/* `text` is "1;5" and the like; a subparameter (":3") of the second number
 * is kept in `*event`, other subparameters are dropped. */
struct params params_parse(struct str text, unsigned *event);
unsigned params_get(const struct params *params, size_t index,
                    unsigned fallback);

/* The key behind `CSI ... final` without a private mark; KEYCODE_NONE if it is
 * no key (an answer of the terminal, or nothing known). */
struct key keys_of_csi(struct str text, char final);

/* The key behind `ESC O [digits] final`. */
struct key keys_of_ss3(struct str text, char final);

/* The key of one byte below 0x80 outside of sequences. */
struct key keys_of_byte(unsigned char byte);

/* The key of `CSI [ [ final` (linux console). */
struct key keys_of_linux(char final);

/* Says whether `CSI text $` is whole: shifted keys of rxvt. */
bool keys_is_rxvt_shift(struct str text);

#endif
