/* Chat Completions streams in, events of the Responses API out: protocol.md
 * 6.4 with what servers make of it. */
#include "chat_log.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stream_gives_its_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
