/* Whole answers of HTTP, and the headers that all answers of the API have. */
#include "front.h"

void front_answer(int status, const char *type, struct str headers,
                  struct str body, bool keep_alive, struct buf *out)
{
    struct http_head head = { .status = status,
                              .type = type,
                              .length = (int64_t)body.len,
                              .keep_alive = keep_alive,
                              .headers = headers };

    http_write_head(&head, out);
    buf_append(out, body);
}

void front_refuse_with(const struct refusal *refusal, struct str headers,
                       bool keep_alive, struct buf *out)
{
    struct buf body = { 0 };

    refusal_write_body(refusal, &body);
    buf_append_char(&body, '\n');
    front_answer(refusal->status, "application/json", headers, buf_str(&body),
                 keep_alive, out);
    buf_release(&body);
}

void front_refuse(const struct refusal *refusal, bool keep_alive,
                  struct buf *out)
{
    front_refuse_with(refusal, STR(""), keep_alive, out);
}

void front_headers(const struct world *world, bool is_chat, struct buf *out)
{
    buf_printf(out, "x-request-id: req_sim%llu\r\n",
               (unsigned long long)world->requests);
    buf_append(out, STR("openai-processing-ms: 1\r\n"
                        "x-ratelimit-limit-requests: 5000\r\n"
                        "x-ratelimit-remaining-requests: 4999\r\n"
                        "x-ratelimit-reset-requests: 12ms\r\n"
                        "x-ratelimit-limit-tokens: 500000\r\n"
                        "x-ratelimit-remaining-tokens: 490000\r\n"
                        "x-ratelimit-reset-tokens: 1.2s\r\n"));
    if (is_chat)
        buf_append(out, STR("x-ratelimit-limit-requests-day: 14400\r\n"
                            "x-ratelimit-remaining-requests-day: 14399\r\n"
                            "x-ratelimit-reset-requests-day: 33011.382867\r\n"
                            "x-ratelimit-limit-tokens-minute: 60000\r\n"
                            "x-ratelimit-remaining-tokens-minute: 59000\r\n"
                            "x-ratelimit-reset-tokens-minute: 11.382867\r\n"));
}
