/* Chat Completions streams in, events of the Responses API out: protocol.md
 * 6.4 with what servers make of it. */
#include "chat_log.h"

#include <stdio.h>

#include "kerf/base/json.h"

#define CHOICE(delta)                                           \
    "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0," \
    "\"delta\":" delta ",\"finish_reason\":null}]}\n"
#define STOP(reason)                                                           \
    "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" \
    "\"" reason "\"}]}\n"
#define DONE "[DONE]\n"
#define CREATED "response_created 0 id=c1 name=m\n"
#define COMPLETED "response_completed 0 id=c1 name=m"

struct stream_case {
    const char *name, *lines, *log;
};

static void check(const struct stream_case *c)
{
    struct chat_stream *stream = chat_stream_create(NULL);
    struct chat_log log = { 0 };
    struct error err = { 0 };

    if (!play(stream, &log, str_from(c->lines), &err))
        buf_printf(&log.text, "\nbroken: %s", err.text);
    if (!str_is(buf_str(&log.text), c->log))
        fail_msg("%s: got\n%s\nwant\n%s", c->name, buf_cstr(&log.text), c->log);
    log_release(&log);
    chat_stream_destroy(stream);
}

static const struct stream_case cases[] = {
    { "text",
      CHOICE("{\"role\":\"assistant\",\"content\":\"\"}")
          CHOICE("{\"content\":\"Hel\"}") CHOICE("{\"content\":\"lo\\n\"}")
              STOP("stop") DONE,
      CREATED "item_added 0\ntext_delta 0 text=Hello\n\nitem_done 0 "
              "text=Hello\n\n" COMPLETED },
    { "no [DONE]", CHOICE("{\"content\":\"a\"}") STOP("stop"),
      CREATED
      "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n" COMPLETED },
    { "[DONE] without a reason", CHOICE("{\"content\":\"a\"}") DONE,
      CREATED
      "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n" COMPLETED },
    { "neither", CHOICE("{\"content\":\"a\"}"),
      CREATED "item_added 0\ntext_delta 0 text=a\n"
              "broken: the stream broke off before its end" },
    { "nothing but [DONE]", DONE,
      "\nbroken: Chat Completions: an end without a beginning" },
    { "reasoning",
      CHOICE("{\"reasoning\":\"hm\"}") CHOICE("{\"content\":\"a\"}")
          STOP("stop") DONE,
      CREATED
      "item_added 0\nreasoning_delta 0 text=hm\nitem_done 0 text=hm\n"
      "item_added 1\ntext_delta 1 text=a\nitem_done 1 text=a\n" COMPLETED },
    { "both names of reasoning: one is read",
      CHOICE("{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}") STOP("stop")
          DONE,
      CREATED "item_added 0\nreasoning_delta 0 text=hm\nitem_done 0 "
              "text=hm\n" COMPLETED },
    { "an empty reasoning beside a full one",
      CHOICE("{\"reasoning\":\"\",\"reasoning_content\":\"hm\"}") STOP("stop")
          DONE,
      CREATED "item_added 0\nreasoning_delta 0 text=hm\nitem_done 0 "
              "text=hm\n" COMPLETED },
    { "tags",
      CHOICE("{\"content\":\"\\n<th\"}") CHOICE("{\"content\":\"ink>hm</thi\"}")
          CHOICE("{\"content\":\"nk>\\n\\na <think>\"}") STOP("stop") DONE,
      CREATED "item_added 0\nreasoning_delta 0 text=hm\nitem_done 0 text=hm\n"
              "item_added 1\ntext_delta 1 text=a <think>\n"
              "item_done 1 text=a <think>\n" COMPLETED },
    { "a tag that is none",
      CHOICE("{\"content\":\" <thin\"}") CHOICE("{\"content\":\"g>\"}")
          STOP("stop") DONE,
      CREATED "item_added 0\ntext_delta 0 text= <thing>\n"
              "item_done 0 text= <thing>\n" COMPLETED },
    { "blanks alone are no item",
      CHOICE("{\"content\":\"\\n \"}") STOP("stop") DONE, CREATED COMPLETED },
    { "a call in pieces",
      CHOICE("{\"tool_calls\":[{\"index\":0,\"id\":\"k1\",\"type\":"
             "\"function\",\"function\":{\"name\":\"shell\",\"arguments\":"
             "\"\"}}]}")
          CHOICE("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                 "\"{\\\"a\"}}]}")
              CHOICE("{\"tool_calls\":[{\"index\":0,\"function\":{"
                     "\"arguments\":\"\\\":1}\"}}]}") STOP("tool_calls") DONE,
      CREATED "item_added 0 call=k1 name=shell\ncall_delta 0 text={\"a\":1}\n"
              "item_done 0 call=k1 name=shell text={\"a\":1}\n" COMPLETED },
    { "stop with a call, whole at once, as an object, without id and index",
      CHOICE("{\"content\":\"a\",\"tool_calls\":[{\"function\":{\"name\":"
             "\"shell\",\"arguments\":{\"a\":1}}}]}") STOP("stop") DONE,
      CREATED
      "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n"
      "item_added 1 call=call_0_1 name=shell\ncall_delta 1 text={\"a\":1}\n"
      "item_done 1 call=call_0_1 name=shell text={\"a\":1}\n" COMPLETED },
    { "two calls mixed",
      CHOICE("{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{"
             "\"name\":\"x\"}},{\"index\":0,\"id\":\"a\",\"function\":{"
             "\"name\":\"y\"}}]}")
          CHOICE("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                 "\"{}\"}},{\"index\":1,\"function\":{\"arguments\":\"[]\"}}]}")
              STOP("tool_calls") DONE,
      CREATED "item_added 0 call=b name=x\nitem_added 1 call=a name=y\n"
              "call_delta 1 text={}\ncall_delta 0 text=[]\n"
              "item_done 0 call=b name=x text=[]\n"
              "item_done 1 call=a name=y text={}\n" COMPLETED },
    { "all calls numbered 0",
      CHOICE("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
             "\"name\":\"x\",\"arguments\":\"{}\"}},{\"index\":0,\"id\":\"b\","
             "\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}]}")
          STOP("stop") DONE,
      CREATED "item_added 0 call=a name=x\ncall_delta 0 text={}\n"
              "item_added 1 call=b name=x\ncall_delta 1 text={}\n"
              "item_done 0 call=a name=x text={}\n"
              "item_done 1 call=b name=x text={}\n" COMPLETED },
    { "one id for two calls",
      CHOICE("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
             "\"name\":\"x\"}},{\"index\":1,\"id\":\"a\",\"function\":{"
             "\"name\":\"x\"}}]}") STOP("stop") DONE,
      CREATED "item_added 0 call=a name=x\nitem_added 1 call=call_0_1 name=x\n"
              "item_done 0 call=a name=x text={}\n"
              "item_done 1 call=call_0_1 name=x text={}\n" COMPLETED },
    { "a name that comes late",
      CHOICE("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
             "\"arguments\":\"{\"}}]}")
          CHOICE("{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"x\","
                 "\"arguments\":\"}\"}}]}") STOP("tool_calls") DONE,
      CREATED "item_added 0 call=a name=x\ncall_delta 0 text={}\n"
              "item_done 0 call=a name=x text={}\n" COMPLETED },
    { "the call of old",
      CHOICE("{\"function_call\":{\"name\":\"x\","
             "\"arguments\":\"{\"}}")
          CHOICE("{\"function_call\":{\"arguments\":\"}\"}}")
              STOP("function_call") DONE,
      CREATED "item_added 0 call=call_0_0 name=x\ncall_delta 0 text={}\n"
              "item_done 0 call=call_0_0 name=x text={}\n" COMPLETED },
    { "length cuts the call that is not whole",
      CHOICE("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{"
             "\"name\":\"x\",\"arguments\":\"{}\"}},{\"index\":1,\"id\":\"b\","
             "\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"a\"}}]}")
          STOP("length") DONE,
      CREATED "item_added 0 call=a name=x\ncall_delta 0 text={}\n"
              "item_added 1 call=b name=x\ncall_delta 1 text={\"a\n"
              "item_done 0 call=a name=x text={}\n"
              "response_incomplete 0 id=c1 name=m text=max_output_tokens" },
    { "content_filter",
      CHOICE("{\"content\":\"a\"}") STOP("content_filter") DONE,
      CREATED "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n"
              "response_incomplete 0 id=c1 name=m text=content_filter" },
    { "a refusal", CHOICE("{\"refusal\":\"No.\"}") STOP("stop") DONE,
      CREATED
      "item_added 0\ntext_delta 0 text=No.\nitem_done 0 text=No.\n" COMPLETED },
    { "other choices, empty ones, a ping, what comes after the end",
      "{}\n{\"choices\":[]}\n" CHOICE(
          "{\"content\":\"a\"}") "{\"choices\":[{\"index\":1,\"delta\":{"
                                 "\"content\":\"b\"}}]}\n"
                                 "{\"choices\":[{\"index\":0,\"finish_reason\":"
                                 "\"\"}]}\n" STOP("stop")
                                     CHOICE("{\"content\":\"c\"}")
                                         DONE CHOICE("{\"content\":\"d\"}"),
      "response_created 0 id=chat_0\nitem_added 0\ntext_delta 0 text=a\n"
      "item_done 0 text=a\nresponse_completed 0 id=chat_0 name=m" },
    { "an error inside of 200",
      CHOICE("{\"content\":\"a\"}") "{\"error\":{\"message\":\"too "
                                    "fast\",\"type\":\"x\",\"code\":"
                                    "\"rate_limit_exceeded\",\"param\":\"p\"},"
                                    "\"status_code\":429}\n" CHOICE(
                                        "{\"content\":\"b\"}"),
      CREATED "item_added 0\ntext_delta 0 text=a\n"
              "response_failed 0 id=c1 name=rate_limit_exceeded extra=p "
              "number=429 text=too fast" },
    { "an error as an object of its own",
      "{\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequestError\","
      "\"code\":400}\n",
      "response_failed 0 name=BadRequestError number=400 text=no" },
    { "the server gives up", CHOICE("{\"content\":\"a\"}") STOP("error") DONE,
      CREATED "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n"
              "response_failed 0 id=c1 name=server_error "
              "text=the server stopped with an error" },
    { "a body that is not streamed",
      "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
      "\"role\":\"assistant\",\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
      CREATED
      "item_added 0\ntext_delta 0 text=a\nitem_done 0 text=a\n" COMPLETED },
    { "no JSON", CHOICE("{\"content\":\"a\"}") "{\"choices\":[}\n" DONE,
      CREATED "item_added 0\ntext_delta 0 text=a\n"
              "broken: Chat Completions: malformed JSON object" },
    { "a field of a wrong kind", CHOICE("{\"content\":7}"),
      CREATED "broken: Chat Completions: `content` is not a string" },
    { "a member that comes twice",
      CHOICE("{\"content\":\"a\",\"content\":\"b\"}"),
      CREATED "broken: Chat Completions: `content` comes twice" },
    { "bytes that are no UTF-8", CHOICE("{\"content\":\"\xff\"}"),
      CREATED "broken: Chat Completions: `content` is not a string" },
};

static void each_stream_gives_its_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check(&cases[i]);
}

// --- properties ------------------------------------------------------------

#define RUNS 300
#define CALLS 4

// xorshift64*, Vigna 2016.
static size_t below(uint64_t *state, size_t limit)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (size_t)((*state * 2685821657736338717u) >> 33) % limit;
}

static void put_line(struct buf *out, const char *open, struct str text,
                     const char *close)
{
    struct json_writer w = { .out = out };

    buf_printf(out, "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"delta\":%s",
               open);
    json_put_str(&w, text);
    buf_printf(out, "%s}]}\n", close);
}

// The next character or more of a text whose rest is `*rest`.
static struct str cut_piece(uint64_t *seed, struct str *rest, size_t most)
{
    size_t len = 1 + below(seed, most);

    while (len < rest->len && (rest->at[len] & 0xc0) == 0x80)
        len++;
    struct str piece = str_take(*rest, len);
    *rest = str_skip(*rest, len);
    return piece;
}

static void write_content(struct buf *out, uint64_t *seed, struct str text,
                          size_t most)
{
    while (text.len > 0)
        put_line(out, "{\"content\":", cut_piece(seed, &text, most), "}");
}

// Pieces of all calls in a random order, each call's own in order.
static void write_calls(struct buf *out, uint64_t *seed, size_t most)
{
    static const char arguments[] =
        "{\"command\":\"echo \\\"\xc3\xa9\\n\\u00e9\\\\\",\"n\":[1,{}]}";
    struct str rest[CALLS];
    char open[128];

    for (size_t i = 0; i < CALLS; i++) {
        snprintf(open, sizeof(open),
                 "{\"tool_calls\":[{\"index\":%zu,\"id\":\"k%zu\",\"function\":"
                 "{\"arguments\":\"\",\"name\":",
                 i, i);
        put_line(out, open, STR("shell"), "}}]}");
        rest[i] = STR(arguments);
    }
    for (size_t left = CALLS * (sizeof(arguments) - 1); left > 0;) {
        size_t i = below(seed, CALLS), before = rest[i].len;
        if (before == 0)
            continue;
        snprintf(
            open, sizeof(open),
            "{\"tool_calls\":[{\"index\":%zu,\"function\":{\"arguments\":", i);
        put_line(out, open, cut_piece(seed, &rest[i], most), "}}]}");
        left -= before - rest[i].len;
    }
}

// What remains of a log if only what is done counts.
static void keep_done(struct buf *log, struct buf *out)
{
    struct str rest = buf_str(log), line;

    while (str_split(&rest, '\n', &line))
        if (str_starts_with(line, STR("item_done"))
            || str_starts_with(line, STR("response_")))
            buf_printf(out, "%.*s\n", STR_ARG(line));
}

static void run_split(uint64_t *seed, size_t most, struct buf *result)
{
    struct chat_stream *stream = chat_stream_create(NULL);
    struct chat_log log = { 0 };
    struct buf lines = { 0 };
    struct error err = { 0 };

    write_content(&lines, seed,
                  STR(" \n<think>if a < b </ think> or </thin\xe2\x82\xac"
                      "</think>\n\nThe <think> tag, \xf0\x9f\x98\x80."),
                  most);
    write_calls(&lines, seed, most);
    buf_append(&lines, STR(STOP("tool_calls") DONE));
    assert_true(play(stream, &log, buf_str(&lines), &err));
    keep_done(&log.text, result);
    buf_release(&lines);
    log_release(&log);
    chat_stream_destroy(stream);
}

static void every_split_and_order_means_the_same(void **state)
{
    struct buf want = { 0 }, got = { 0 };
    uint64_t seed = 5;

    (void)state;
    run_split(&seed, 1000, &want);
    assert_true(str_find(buf_str(&want),
                         STR("item_done 0 text=if a < b </ think> or </thin"
                             "\xe2\x82\xac\nitem_done 1 text=The <think> tag"))
                != SIZE_MAX);
    for (size_t i = 0; i < RUNS; i++) {
        buf_reset(&got);
        run_split(&seed, 1 + i % 9, &got);
        assert_string_equal(buf_cstr(&got), buf_cstr(&want));
    }
    buf_release(&want);
    buf_release(&got);
}

// After a cut at any line there is no end, and no call that looks done.
static void a_cut_stream_ends_nothing(void **state)
{
    struct buf lines = { 0 };
    uint64_t seed = 9;
    struct str rest, line;

    (void)state;
    write_content(&lines, &seed, STR("Words."), 3);
    write_calls(&lines, &seed, 20);
    for (size_t cut = 1;; cut++) {
        struct chat_stream *stream = chat_stream_create(NULL);
        struct chat_log log = { 0 };
        struct error err = { 0 };
        size_t fed = 0;
        rest = buf_str(&lines);
        while (fed < cut && str_split(&rest, '\n', &line)) {
            assert_true(
                chat_stream_feed(stream, line, on_log_event, &log, &err));
            fed++;
        }
        assert_false(chat_stream_finish(stream, on_log_event, &log, &err));
        assert_int_equal(err.kind, ERROR_UNREACHABLE);
        assert_true(chat_stream_finish(stream, on_log_event, &log, &err));
        assert_true(str_find(buf_str(&log.text), STR("call=k0 name=shell text"))
                    == SIZE_MAX);
        chat_stream_destroy(stream);
        log_release(&log);
        if (fed < cut)
            break;
    }
    buf_release(&lines);
}

static void done_items_are_those_of_the_other_api(void **state)
{
    struct session *session = session_create();
    struct chat_stream *stream = chat_stream_create(session);
    struct chat_log log = { .session = session };
    struct error err = { 0 };

    (void)state;
    session_apply(session, &(struct event){ .kind = EVENT_USER_MESSAGE,
                                            .text = STR("go") });
    session_apply(session, &(struct event){ .kind = EVENT_REQUEST_SENT });
    assert_true(play(
        stream, &log,
        STR(CHOICE("{\"reasoning\":\"hm\"}") CHOICE("{\"content\":\"a\\n\"}")
                CHOICE("{\"refusal\":\"no\"}") CHOICE(
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"k\","
                    "\"function\":{\"name\":\"shell\"}}]}") STOP("stop") DONE),
        &err));
    static const char *const raws[] = {
        "{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":"
        "\"reasoning_text\",\"text\":\"hm\"}]}",
        "{\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\","
        "\"content\":[{\"type\":\"output_text\",\"text\":\"a\\n\"}]}",
        "{\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\","
        "\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}",
        "{\"type\":\"function_call\",\"call_id\":\"k\",\"name\":\"shell\","
        "\"arguments\":\"{}\"}",
    };
    assert_int_equal(session->item_count, 5);
    for (size_t i = 0; i < 4; i++)
        assert_true(str_is(session->items[i + 1].raw, raws[i]));
    assert_int_equal(session->state, TURN_TOOLS);
    chat_stream_destroy(stream);
    log_release(&log);
    session_destroy(session);
}

static void too_many_calls_end_the_response(void **state)
{
    struct chat_stream *stream = chat_stream_create(NULL);
    struct chat_log log = { 0 };
    struct error err = { 0 };
    struct buf line = { 0 };
    bool good = true;

    (void)state;
    for (size_t i = 0; good && i < 10000; i++) {
        buf_reset(&line);
        buf_printf(&line,
                   "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%zu,"
                   "\"function\":{\"name\":\"x\"}}]}}]}",
                   i);
        good =
            chat_stream_feed(stream, buf_str(&line), on_log_event, &log, &err);
    }
    assert_false(good);
    assert_int_equal(err.kind, ERROR_LIMIT);
    buf_release(&line);
    log_release(&log);
    chat_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stream_gives_its_events),
        cmocka_unit_test(every_split_and_order_means_the_same),
        cmocka_unit_test(a_cut_stream_ends_nothing),
        cmocka_unit_test(done_items_are_those_of_the_other_api),
        cmocka_unit_test(too_many_calls_end_the_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
