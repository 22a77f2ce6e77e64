/*
 * Servers tell their errors in half a dozen shapes. Each is searched for the
 * same few facts, in the order in which servers mean them; what is missing in
 * the body is looked for in the headers and at last in the words.
 */
#include "kerf/wire/failure.h"

#include "kerf/base/buf.h"
#include "kerf/base/json.h"
#include "kerf/base/utf8.h"

#include "members.h"
#include "when.h"

static struct str first_str(const struct json *root, const char *const places[],
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str text = json_str(json_path(root, places[i]));
        if (text.len > 0)
            return text;
    }
    return (struct str){ 0 };
}

#define FIRST_STR(root, ...)                                \
    first_str((root), (const char *const[]){ __VA_ARGS__ }, \
              sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

// A message is one line of text, whatever the server put there.
static struct str one_line(struct arena *arena, struct str text)
{
    struct buf clean = { 0 };

    utf8_sanitise(&clean, str_take(str_trim(text), LIMIT_FAILURE_TEXT_BYTES),
                  true);
    for (size_t i = 0; i < clean.len; i++)
        if ((unsigned char)clean.at[i] < ' ')
            clean.at[i] = ' ';
    struct str line = arena_copy(arena, str_trim(buf_str(&clean)));
    buf_release(&clean);
    return line;
}

static void read_wait_in_words(struct failure *failure)
{
    static const char *const leads[] = { "try again in ", "retry after ",
                                         "retry in ", "try again after " };

    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        struct str lead = str_from(leads[i]);
        size_t at = str_find(failure->message, lead);
        if (at != SIZE_MAX
            && duration_read(str_skip(failure->message, at + lead.len),
                             &failure->retry_after_ms))
            return;
    }
}

static void read_resets(const struct json *root, struct failure *failure,
                        int64_t now_s)
{
    int64_t in_s = json_int(json_path(root, "error.resets_in_seconds"), 0);

    failure->resets_at = json_int(json_path(root, "error.resets_at"), 0);
    if (failure->resets_at == 0 && in_s > 0 && now_s > 0
        && in_s < INT64_MAX - now_s)
        failure->resets_at = now_s + in_s;
    if (failure->resets_at < 0)
        failure->resets_at = 0;
}

// FastAPI lists what is wrong with the body: [{"loc":[...],"msg":...}].
static struct str first_detail(const struct json *root)
{
    return json_str(
        json_member(json_at(json_member(root, "detail"), 0), "msg"));
}

static void read_object(struct arena *arena, const struct json *root,
                        struct failure *failure, int64_t now_s)
{
    struct str text = FIRST_STR(root, "error.message", "error.detail", "error",
                                "message", "detail", "detail.message",
                                "error_description", "title");
    struct str code = FIRST_STR(root, "error.code", "code", "error.type",
                                "detail.code", "type");

    if (text.len == 0)
        text = first_detail(root);
    failure->message = one_line(arena, text);
    if (!str_is(code, "error"))
        failure->code = one_line(arena, code);
    failure->param = one_line(arena, FIRST_STR(root, "error.param", "param"));
    if (failure->status == 0 || failure->status / 100 == 2)
        failure->status = member_status(root);
    read_resets(root, failure, now_s);
}

static bool looks_like_page(const struct failure_head *head, struct str body)
{
    return str_starts_with(str_trim_start(body), STR("<"))
           || (head && str_starts_with(head->content_type, STR("text/html")));
}

static struct str between(struct str text, struct str from, struct str to)
{
    size_t at = str_find(text, from);

    if (at == SIZE_MAX)
        return (struct str){ 0 };
    text = str_skip(text, at + from.len);
    return str_take(text, str_find(text, to));
}

static void read_page(struct arena *arena, struct str body,
                      struct failure *failure)
{
    struct str title =
        one_line(arena, between(body, STR("<title>"), STR("</title>")));

    failure->message = title.len > 0 ? arena_printf(
                           arena, "a web page answered: %.*s", STR_ARG(title))
                                     : STR("a web page answered, not the API");
    if (failure->status == 0 || failure->status / 100 == 2)
        failure->origin = FAILURE_FOREIGN;
}

static bool read_json(struct arena *arena, struct str body, int64_t now_s,
                      struct failure *failure)
{
    struct error err = { 0 };
    struct json *root = json_parse(body, &err);
    const struct json *node = root;

    if (json_kind(root) == JSON_KIND_ARRAY)
        node = json_at(root, 0);
    if (json_kind(node) == JSON_KIND_OBJECT)
        read_object(arena, node, failure, now_s);
    json_destroy(root);
    return node != NULL;
}

static void read_head(const struct failure_head *head, struct failure *failure)
{
    int64_t ms = -1;
    uint64_t exact;

    if (!head)
        return;
    if (str_to_u64(str_trim(head->retry_after_ms), &exact)
        && exact < (uint64_t)INT64_MAX)
        ms = (int64_t)exact;
    else if (!duration_read(str_trim(head->retry_after), &ms))
        ms = date_wait_ms(str_trim(head->retry_after), head->now_s);
    failure->retry_after_ms = ms;
}

static void say_something(struct arena *arena, struct failure *failure)
{
    if (failure->message.len > 0)
        return;
    failure->message = failure->status > 0 ? arena_printf(
                           arena, "status %d without a reason", failure->status)
                                           : STR("the server gave no reason");
}

struct failure failure_from_body(struct arena *arena, int status,
                                 const struct failure_head *head,
                                 struct str body)
{
    struct failure failure = { .origin = FAILURE_HTTP,
                               .status = status,
                               .retry_after_ms = -1 };

    if (looks_like_page(head, body))
        read_page(arena, body, &failure);
    else if (!read_json(arena, body, head ? head->now_s : 0, &failure))
        failure.message = one_line(arena, body);
    say_something(arena, &failure);
    read_head(head, &failure);
    if (failure.retry_after_ms < 0)
        read_wait_in_words(&failure);
    return failure;
}

struct failure failure_from_event(struct arena *arena,
                                  const struct event *event)
{
    struct failure failure = {
        .origin = FAILURE_EVENT,
        .status = event->number >= 100 && event->number <= 599
                      ? (int)event->number
                      : 0,
        .code = event->name,
        .message = one_line(arena, event->text),
        .param = event->extra,
        .retry_after_ms = -1,
        .resets_at = event->count,
    };

    say_something(arena, &failure);
    read_wait_in_words(&failure);
    return failure;
}

void failure_to_event(const struct failure *failure, struct event *event)
{
    *event = (struct event){
        .kind = EVENT_RESPONSE_FAILED,
        .name = failure->code,
        .text = failure->message,
        .extra = failure->param,
        .number = failure->status,
        .count = failure->resets_at,
    };
}
