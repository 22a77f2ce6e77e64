/*
 * Heads of answers and URLs: whatever comes, a head stays within its limits,
 * what it kept ends, and a URL that is taken has no more in it than it may.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "kerf/net/head.h"
#include "kerf/net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static void check_head(const struct http_head *head)
{
    assert(ends(head->content_type, sizeof(head->content_type)));
    assert(ends(head->model, sizeof(head->model)));
    assert(ends(head->request_id, sizeof(head->request_id)));
    assert(head->rate_count <= LIMIT_HTTP_RATES);
    for (size_t i = 0; i < head->rate_count; i++)
        assert(ends(head->rates[i].what, sizeof(head->rates[i].what)));
}

static void read_head(struct str rest)
{
    struct head_reader reader = { 0 };
    struct str line;

    while (str_split(&rest, '\n', &line) && head_take(&reader, line)) {
        check_head(&reader.head);
        assert(ends(reader.location, sizeof(reader.location)));
        assert(ends(reader.retry_date, sizeof(reader.retry_date)));
    }
}

static void read_url(struct str text)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct url url;

    if (url_parse(&arena, text, &url, &err)) {
        assert(text.len <= LIMIT_URL_BYTES);
        assert(url.host.len > 0 && url.path.len > 0 && url.path.at[0] == '/');
        assert(url.is_unix || (url.port > 0 && url.port <= 65535));
        assert(str_find_char(url.host, '@') == SIZE_MAX || url.is_unix);
    } else {
        assert(err.text[0]);
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };

    read_head(text);
    read_url(text);
    assert(head_duration_ms(text) >= -1);
    return 0;
}
