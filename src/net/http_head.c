/* Header lines by table: a name and what takes its value. A status line begins
 * a head anew, since heads of 1xx may come before the one that counts. */
#include "kerf/net/head.h"

#include <string.h>

#define LIMIT_WAIT_MS ((int64_t)1000 * 60 * 60 * 24 * 365)

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with_name(struct str text, struct str name)
{
    if (text.len < name.len)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (lower(text.at[i]) != name.at[i])
            return false;
    return true;
}

// Keeps what is printable ASCII.
static void keep(char *to, size_t size, struct str value)
{
    size_t len = 0;

    for (size_t i = 0; i < value.len && len < size - 1; i++)
        if (value.at[i] >= ' ' && value.at[i] <= '~')
            to[len++] = value.at[i];
    to[len] = '\0';
}

static void keep_lower(char *to, size_t size, struct str value)
{
    keep(to, size, value);
    for (; *to; to++)
        *to = lower(*to);
}

// --- numbers -----------------------------------------------------------------

// Takes "12.5" off the text as thousandths; false: there is no number.
static bool take_thousandths(struct str *text, int64_t *number)
{
    int64_t scale = 1000;
    size_t i = 0;

    *number = 0;
    for (; i < text->len && text->at[i] >= '0' && text->at[i] <= '9'; i++)
        if (*number < LIMIT_WAIT_MS)
            *number = *number * 10 + (text->at[i] - '0') * 1000;
    bool found = i > 0;
    if (found && i < text->len && text->at[i] == '.')
        for (i++; i < text->len && text->at[i] >= '0' && text->at[i] <= '9';
             i++) {
            scale /= 10;
            *number += (text->at[i] - '0') * scale;
        }
    *text = str_skip(*text, i);
    return found;
}

static bool take_unit(struct str *text, int64_t *ms)
{
    static const struct {
        struct str name;
        int64_t ms;
    } units[] = {
        { { "ms", 2 }, 1 },       { { "s", 1 }, 1000 },
        { { "m", 1 }, 60000 },    { { "h", 1 }, 3600000 },
        { { "d", 1 }, 86400000 },
    };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (str_starts_with(*text, units[i].name)) {
            *text = str_skip(*text, units[i].name.len);
            *ms = units[i].ms;
            return true;
        }
    return false;
}

int64_t head_duration_ms(struct str text)
{
    int64_t sum = 0, number, unit;

    if (!take_thousandths(&text, &number))
        return -1;
    if (text.len == 0)
        return number < LIMIT_WAIT_MS ? number : LIMIT_WAIT_MS;
    do {
        if (!take_unit(&text, &unit))
            return -1;
        if (number / 1000 > LIMIT_WAIT_MS / unit)
            return LIMIT_WAIT_MS;
        sum += number * unit / 1000;
    } while (text.len > 0 && take_thousandths(&text, &number));
    if (text.len > 0)
        return -1;
    return sum < LIMIT_WAIT_MS ? sum : LIMIT_WAIT_MS;
}

static int64_t read_count(struct str text)
{
    uint64_t number;

    return str_to_u64(text, &number) && number <= INT64_MAX ? (int64_t)number
                                                            : -1;
}

// --- headers -----------------------------------------------------------------

static void take_type(struct head_reader *reader, struct str value)
{
    value = str_trim(str_take(value, str_find_char(value, ';')));
    keep_lower(reader->head.content_type, sizeof(reader->head.content_type),
               value);
}

static void take_location(struct head_reader *reader, struct str value)
{
    keep(reader->location, sizeof(reader->location), value);
}

static void take_model(struct head_reader *reader, struct str value)
{
    keep(reader->head.model, sizeof(reader->head.model), value);
}

static void take_request_id(struct head_reader *reader, struct str value)
{
    keep(reader->head.request_id, sizeof(reader->head.request_id), value);
}

static void take_retry_ms(struct head_reader *reader, struct str value)
{
    int64_t thousandths;

    if (!take_thousandths(&value, &thousandths) || value.len > 0)
        return;
    reader->head.retry_after_ms = thousandths / 1000;
    reader->retry_is_exact = true;
}

static void take_retry(struct head_reader *reader, struct str value)
{
    int64_t ms = head_duration_ms(value);

    if (reader->retry_is_exact)
        return;
    if (ms >= 0)
        reader->head.retry_after_ms = ms;
    else
        keep(reader->retry_date, sizeof(reader->retry_date), value);
}

static struct http_rate *need_rate(struct http_head *head, struct str what)
{
    struct http_rate *rate = head->rates;
    char name[sizeof(rate->what)];

    keep_lower(name, sizeof(name), what);
    for (size_t i = 0; i < head->rate_count; i++, rate++)
        if (strcmp(rate->what, name) == 0)
            return rate;
    if (head->rate_count == LIMIT_HTTP_RATES)
        return NULL;
    head->rate_count++;
    *rate = (struct http_rate){ .limit = -1, .remaining = -1, .reset_ms = -1 };
    memcpy(rate->what, name, sizeof(name));
    return rate;
}

// `rest` is what follows "x-ratelimit-", such as "remaining-tokens".
static void take_rate(struct head_reader *reader, struct str rest,
                      struct str value)
{
    size_t dash = str_find_char(rest, '-');
    struct str which = str_take(rest, dash), what = str_skip(rest, dash + 1);

    if (dash == SIZE_MAX || what.len == 0)
        return;
    bool limit = starts_with_name(which, STR("limit"));
    bool remaining = starts_with_name(which, STR("remaining"));
    if (!limit && !remaining && !starts_with_name(which, STR("reset")))
        return;
    struct http_rate *rate = need_rate(&reader->head, what);
    if (!rate)
        return;
    if (limit)
        rate->limit = read_count(value);
    else if (remaining)
        rate->remaining = read_count(value);
    else
        rate->reset_ms = head_duration_ms(value);
}

static const struct {
    struct str name;
    void (*take)(struct head_reader *reader, struct str value);
} headers[] = {
    { { "content-type", 12 }, take_type },
    { { "location", 8 }, take_location },
    { { "openai-model", 12 }, take_model },
    { { "x-request-id", 12 }, take_request_id },
    { { "retry-after-ms", 14 }, take_retry_ms },
    { { "retry-after", 11 }, take_retry },
};

static void take_header(struct head_reader *reader, struct str line)
{
    static const struct str rates = { "x-ratelimit-", 12 };
    size_t colon = str_find_char(line, ':');
    struct str name = str_take(line, colon);
    struct str value = str_trim(str_skip(line, colon + 1));

    if (colon == SIZE_MAX)
        return;
    if (starts_with_name(name, rates))
        take_rate(reader, str_skip(name, rates.len), value);
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        if (name.len == headers[i].name.len
            && starts_with_name(name, headers[i].name))
            headers[i].take(reader, value);
}

static void begin(struct head_reader *reader, struct str line)
{
    struct str number = str_skip(line, str_find_char(line, ' '));
    size_t bytes = reader->bytes, lines = reader->lines;
    uint64_t status = 0;

    *reader = (struct head_reader){ .bytes = bytes, .lines = lines };
    if (str_to_u64(str_take(str_trim(number), 3), &status))
        reader->head.status = (int)status;
}

bool head_take(struct head_reader *reader, struct str line)
{
    reader->bytes += line.len;
    if (++reader->lines > LIMIT_HTTP_HEAD_LINES
        || reader->bytes > LIMIT_HTTP_HEAD_BYTES)
        return false;
    line = str_trim_end(line);
    if (reader->complete)
        return true; // a trailer
    if (starts_with_name(line, STR("http/")))
        begin(reader, line);
    else if (line.len == 0)
        reader->complete = reader->head.status >= 200
                           || reader->head.status == HTTP_SWITCHING;
    else
        take_header(reader, line);
    return true;
}
