/*
 * The key decoder: the first byte says where the rest is cut, and the keys must
 * be the same as those of the rest in one piece. Time passes at the end.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "kerf/ui/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(const struct key *key, void *ctx)
{
    struct buf *out = ctx;
    char name[32];

    // No control and no broken character comes as a character.
    if (key->code == KEYCODE_CHAR
        && (key->ch < 0x20 || (key->ch >= 0x7f && key->ch < 0xa0)
            || key->ch > 0x10ffff))
        abort();
    key_name(key, name, sizeof(name));
    buf_printf(out, "%s %u %u %zu %zu ", name, key->mods, key->ch, key->row,
               key->col);
    buf_append(out, key->text);
}

static void decode(struct str bytes, size_t piece, struct buf *out)
{
    struct key_decoder *decoder = key_decoder_create();

    while (bytes.len > 0) {
        key_decoder_feed(decoder, str_take(bytes, piece), note, out);
        bytes = str_skip(bytes, piece);
    }
    for (int i = 0; i < 1000 && key_decoder_is_waiting(decoder); i++)
        key_decoder_timeout(decoder, note, out);
    if (key_decoder_is_waiting(decoder))
        abort();
    key_decoder_destroy(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = { 0 }, cut = { 0 };

    if (size == 0)
        return 0;
    struct str bytes = { (const char *)data + 1, size - 1 };
    decode(bytes, SIZE_MAX, &whole);
    decode(bytes, 1u + data[0] % 16, &cut);
    if (!str_equal(buf_str(&whole), buf_str(&cut)))
        abort();
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
