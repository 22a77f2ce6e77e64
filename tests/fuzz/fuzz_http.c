/*
 * What a client of kerf-sim may send: HTTP requests, the talk before a proxy's
 * tunnel, frames of a WebSocket. The first byte says which and how the rest is
 * cut; however it is cut, the readers must come to the same end.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kerf/sim/proxy_talk.h"
#include "kerf/sim/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct ending {
    int step, detail;
    uint64_t hash;
};

static uint64_t mix(uint64_t hash, struct str s)
{
    return str_hash(s, hash + 1);
}

static struct ending read_http(struct str text, size_t piece)
{
    struct http_reader reader = { 0 };
    struct http_request request = { 0 };
    struct ending ending = { HTTP_MORE, 0, 0 };

    while (text.len > 0 && ending.step != HTTP_WRONG) {
        struct str bytes = str_take(text, piece);
        size_t before = bytes.len;
        ending.step = (int)http_read(&reader, &bytes, &request);
        text = str_skip(text, before - bytes.len);
        if (ending.step != HTTP_READY)
            continue;
        ending.hash = mix(mix(ending.hash, request.path), request.body);
        http_reset(&reader);
    }
    ending.detail = ending.step == HTTP_WRONG ? reader.status : 0;
    if (ending.step != HTTP_WRONG)
        ending.step = HTTP_MORE; // the last cut decides which it was
    http_release(&reader);
    return ending;
}

static struct ending read_frames(struct str text, size_t piece)
{
    struct ws_reader reader = { .limit_bytes = 1 << 16 };
    struct ending ending = { WS_STEP_MORE, 0, 0 };
    struct str payload = STR("");

    while (text.len > 0 && ending.step != WS_STEP_WRONG) {
        struct str bytes = str_take(text, piece);
        size_t before = bytes.len;
        ending.step = (int)ws_read(&reader, &bytes, &payload);
        text = str_skip(text, before - bytes.len);
        if (ending.step != WS_STEP_MORE && ending.step != WS_STEP_WRONG)
            ending.hash = mix(ending.hash, payload);
    }
    ending.detail = ending.step == WS_STEP_WRONG ? reader.close_code : 0;
    if (ending.step != WS_STEP_WRONG)
        ending.step = WS_STEP_MORE;
    ws_release(&reader);
    return ending;
}

static struct ending talk(struct str text, size_t piece)
{
    struct proxy_talk with = { .user = "a:b" };
    struct buf reply = { 0 };
    struct ending ending = { TALK_MORE, 0, 0 };

    while (text.len > 0 && ending.step == TALK_MORE) {
        struct str bytes = str_take(text, piece);
        text = str_skip(text, bytes.len);
        ending.step = (int)proxy_talk(&with, &bytes, &reply);
    }
    if (ending.step == TALK_CONNECT)
        ending.hash = mix(0, str_from(with.target));
    proxy_talk_release(&with);
    buf_release(&reply);
    return ending;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ending (*const readers[])(
        struct str text, size_t piece) = { read_http, read_frames, talk };

    if (size == 0)
        return 0;
    struct str text = { (const char *)data + 1, size - 1 };
    struct ending whole = readers[data[0] % 3](text, SIZE_MAX);
    struct ending cut = readers[data[0] % 3](text, 1 + data[0] / 3 % 16);
    assert(whole.step == cut.step && whole.detail == cut.detail);
    assert(whole.hash == cut.hash);
    (void)whole;
    (void)cut;
    return 0;
}
