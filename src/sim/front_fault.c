/* Faults of requests: those that are answers, and those that bend a head. */
#include "front.h"

#include <stdio.h>

#include "status.h"

// 429 in one of the forms in which servers say how long to wait.
static void answer_429(const struct fault *fault, bool keep_alive,
                       struct moment now, struct buf *out)
{
    struct buf headers = { 0 };
    struct refusal refusal;

    refuse_with(&refusal, 429);
    if (fault->kind == FAULT_RETRY_AFTER)
        buf_printf(&headers, "Retry-After: %d\r\n", fault->code);
    if (fault->kind == FAULT_RETRY_MS)
        buf_printf(&headers, "retry-after-ms: %d\r\n", fault->code);
    if (fault->kind == FAULT_RETRY_DATE) {
        buf_append(&headers, STR("Retry-After: "));
        http_write_date(now.unix_s + fault->code, &headers);
        buf_append(&headers, STR("\r\n"));
    }
    if (fault->kind == FAULT_RETRY_TEXT)
        snprintf(refusal.message, sizeof(refusal.message),
                 "Rate limit reached. Please try again in %dms.", fault->code);
    if (fault->kind == FAULT_QUOTA) {
        refusal.code = refusal.type = "insufficient_quota";
        snprintf(refusal.message, sizeof(refusal.message),
                 "You exceeded your current quota.");
    }
    front_refuse_with(&refusal, buf_str(&headers), keep_alive, out);
    buf_release(&headers);
}

static void answer_status(int status, bool keep_alive, struct buf *out)
{
    struct refusal refusal;
    struct str headers = status == 503   ? STR("Retry-After: 1\r\n")
                         : status == 407 ? STR("Proxy-Authenticate: Basic "
                                               "realm=\"sim\"\r\n")
                         : status == 401 ? STR("WWW-Authenticate: Bearer\r\n")
                                         : STR("");

    refuse_with(&refusal, status);
    front_refuse_with(&refusal, headers, keep_alive, out);
}

static void answer_html(int status, bool keep_alive, struct buf *out)
{
    struct buf page = { 0 };

    buf_printf(&page,
               "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"
               "<center><h1>%d %s</h1></center>\r\n<hr><center>nginx</center>"
               "\r\n</body>\r\n</html>\r\n",
               status, status_reason(status), status, status_reason(status));
    front_answer(status, "text/html", STR(""), buf_str(&page), keep_alive, out);
    buf_release(&page);
}

// An error body that is not of OpenAI's shape.
static void answer_json(int status, const char *body, bool keep_alive,
                        struct buf *out)
{
    front_answer(status, "application/json", STR(""), str_from(body),
                 keep_alive, out);
}

// Everything that an answer to a fault is made from.
struct fault_case {
    const struct fault *fault;
    bool keep_alive;
    struct moment now;
    struct buf *out;
};

// Answers, and returns the status.
typedef int (*fault_answer_fn)(const struct fault_case *c);

static int fault_status(const struct fault_case *c)
{
    answer_status(c->fault->code, c->keep_alive, c->out);
    return c->fault->code;
}

static int fault_redirect(const struct fault_case *c)
{
    front_answer(c->fault->code, NULL,
                 STR("Location: https://elsewhere.invalid/v1/responses\r\n"),
                 STR(""), c->keep_alive, c->out);
    return c->fault->code;
}

static int fault_429(const struct fault_case *c)
{
    answer_429(c->fault, c->keep_alive, c->now, c->out);
    return 429;
}

static int fault_html(const struct fault_case *c)
{
    answer_html(c->fault->code, c->keep_alive, c->out);
    return c->fault->code;
}

static int fault_empty(const struct fault_case *c)
{
    front_answer(c->fault->code, NULL, STR(""), STR(""), c->keep_alive, c->out);
    return c->fault->code;
}

static int fault_detail(const struct fault_case *c)
{
    answer_json(c->fault->code, "{\"detail\":\"A fault on demand.\"}",
                c->keep_alive, c->out);
    return c->fault->code;
}

static int fault_loading(const struct fault_case *c)
{
    answer_json(503,
                "{\"error\":{\"code\":503,\"message\":\"Loading model\","
                "\"type\":\"unavailable_error\"}}",
                c->keep_alive, c->out);
    return 503;
}

static int fault_error_at_200(const struct fault_case *c)
{
    answer_json(200,
                "{\"error\":{\"message\":\"A fault on demand.\",\"type\":"
                "\"server_error\",\"param\":null,\"code\":"
                "\"server_error\"}}",
                c->keep_alive, c->out);
    return 200;
}

bool front_fault(const struct fault *fault, bool keep_alive, struct moment now,
                 int *status, struct buf *out)
{
    // What is missing bends an answer, or is no fault of requests.
    static const fault_answer_fn answers[FAULT_RAW + 1] = {
        [FAULT_STATUS] = fault_status,
        [FAULT_REDIRECT] = fault_redirect,
        [FAULT_RETRY_AFTER] = fault_429,
        [FAULT_RETRY_DATE] = fault_429,
        [FAULT_RETRY_MS] = fault_429,
        [FAULT_RETRY_TEXT] = fault_429,
        [FAULT_QUOTA] = fault_429,
        [FAULT_HTML] = fault_html,
        [FAULT_EMPTY] = fault_empty,
        [FAULT_DETAIL] = fault_detail,
        [FAULT_LOADING] = fault_loading,
        [FAULT_ERROR_AT_200] = fault_error_at_200,
    };
    const struct fault_case c = { fault, keep_alive, now, out };

    if (!answers[fault->kind])
        return false;
    *status = answers[fault->kind](&c);
    return true;
}

void front_fault_headers(const struct fault *fault, struct buf *out)
{
    if (fault->kind == FAULT_LONG_HEAD) {
        buf_append(out, STR("x-long: "));
        for (int i = 0; i < fault->code * 1024; i++)
            buf_append_char(out, 'x');
        buf_append(out, STR("\r\n"));
    }
    if (fault->kind == FAULT_MANY_HEADERS)
        for (int i = 0; i < fault->code; i++)
            buf_printf(out, "x-many-%d: x\r\n", i);
}
