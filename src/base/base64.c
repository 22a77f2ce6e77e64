/* Three bytes become four letters; what is missing at the end becomes `=`. */
#include "kerf/base/base64.h"

void base64_encode(struct buf *out, struct str bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.len; i += 3) {
        struct str part = str_take(str_skip(bytes, i), 3);
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < part.len ? (unsigned char)part.at[k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_append_char(
                out, k <= part.len ? letters[bits >> (18 - 6 * k) & 63] : '=');
    }
}
