/*
 * Fuzz target of the text foundations: any bytes become safe text, any string
 * survives the JSON writer, and the scanner agrees with the full parser about
 * what a whole object is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/buf.h"
#include "kerf/base/json.h"
#include "kerf/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

// Nothing that moves a cursor or hides may be left.
static void check_sanitised(struct str input)
{
    struct buf out = { 0 };

    utf8_sanitise(&out, input, false);
    for (struct str rest = buf_str(&out); rest.len > 0;) {
        uint32_t code;
        rest = str_skip(rest, utf8_decode(rest, &code));
        require(code != UTF8_INVALID && code >= 0x20);
        require(!(code >= 0x7f && code < 0xa0) && !utf8_is_deceptive(code));
    }
    buf_release(&out);
}

static void check_tail(struct str input)
{
    size_t tail = utf8_incomplete_tail(input);

    require(tail <= 3 && tail <= input.len);
    if (tail > 0)
        require(!utf8_is_valid(str_skip(input, input.len - tail)));
}

static void check_written(struct str input)
{
    struct buf out = { 0 }, back = { 0 };
    struct json_writer w = { .out = &out };
    struct error err;

    json_put_str(&w, input);
    struct json *root = json_parse(buf_str(&out), &err);
    require(root && json_unescape(buf_str(&out), &back));
    require(str_equal(json_str(root), buf_str(&back)));
    if (utf8_is_valid(input))
        require(str_equal(buf_str(&back), input));
    json_destroy(root);
    buf_release(&out);
    buf_release(&back);
}

static void check_scanned(struct str input)
{
    struct error err;
    struct json *root = json_parse(input, &err);
    struct str key, value;
    struct buf text = { 0 };
    size_t at = 0, count = 0;

    while (json_scan_member(input, &at, &key, &value)) {
        buf_reset(&text);
        if (json_unescape(value, &text) && root)
            require(utf8_is_valid(buf_str(&text)));
        count++;
    }
    if (json_kind(root) == JSON_KIND_OBJECT) {
        require(at == input.len);
        require(count >= json_count(root)); // a key may come twice
    }
    buf_release(&text);
    json_destroy(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = { (const char *)data, size };

    check_sanitised(input);
    check_tail(input);
    check_written(input);
    check_scanned(input);
    return 0;
}
