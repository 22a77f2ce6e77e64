/*
 * The extension is the library's. It inflates in pieces, so that the limit on
 * messages (inbox.c) is tested long before a bomb has gone off.
 */
#include "deflate.h"

#include <stddef.h>

#include <libwebsockets.h>

#define BUFFER_BITS "16" // 64 KiB, as a power of two

const struct lws_extension *deflate_extension(void)
{
    static const struct lws_extension extensions[] = {
        { DEFLATE_NAME, lws_extension_callback_pm_deflate,
          DEFLATE_NAME "; client_max_window_bits" },
        { NULL, NULL, NULL },
    };
    return extensions;
}

void deflate_widen(struct lws *wsi)
{
    // A kilobyte each, unless they are told otherwise.
    static const char *const buffers[] = { "rx_buf_size", "tx_buf_size" };

    for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
        lws_set_extension_option(wsi, DEFLATE_NAME, buffers[i], BUFFER_BITS);
}
