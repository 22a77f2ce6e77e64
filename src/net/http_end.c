/* Tables from statuses and libcurl's codes to classes and words (protocol.md
 * 6.5, reliability N1 to N21). */
#include "http_end.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

struct http_end http_end_make(enum net_end_class end_class, const char *format,
                              ...)
{
    struct http_end end = { .end_class = end_class };
    va_list args;

    va_start(args, format);
    words_format(end.text, sizeof(end.text), format, args);
    va_end(args);
    return end;
}

// --- statuses ----------------------------------------------------------------

struct status {
    int first, last;
    enum net_end_class end_class;
    const char *words;
};

static const struct status statuses[] = {
    { 300, 399, NET_END_REFUSED, "the server points elsewhere" },
    { 400, 400, NET_END_REFUSED, "the server does not take the request" },
    { 401, 401, NET_END_REFUSED, "the server refuses the key" },
    { 402, 402, NET_END_REFUSED, "the account has to pay first" },
    { 403, 403, NET_END_REFUSED,
      "the server forbids it: key, region or a firewall" },
    { 404, 405, NET_END_REFUSED, "nothing at this address, or no such model" },
    { 407, 407, NET_END_REFUSED, "the proxy wants a login" },
    { 408, 408, NET_END_LOST, "the server waited too long" },
    { 409, 409, NET_END_LOST, "the server is at odds with itself" },
    { 413, 413, NET_END_TOO_BIG, "the request is too big for the server" },
    { 425, 425, NET_END_LOST, "the server wants it later" },
    { 429, 429, NET_END_LOST, "too many requests" },
    { 501, 501, NET_END_REFUSED, "the server cannot do this" },
    { 505, 505, NET_END_REFUSED, "the server cannot do this" },
    { 500, 599, NET_END_LOST, "the server has a fault" },
    { 0, 999, NET_END_REFUSED, "the server does not take the request" },
};

static struct http_end of_status(const struct http_facts *facts)
{
    const struct status *status = statuses;
    int number = facts->head->status;

    while (number < status->first || number > status->last)
        status++; // the last row takes all
    return http_end_make(status->end_class, "%.*s: %s%s%s (HTTP %d)",
                         STR_ARG(facts->where), status->words,
                         *facts->location ? ", which is not followed: " : "",
                         facts->location, number);
}

static struct http_end of_wrong_type(const struct http_facts *facts)
{
    const char *type = facts->head->content_type;

    if (strcmp(type, "text/html") == 0)
        return http_end_make(NET_END_REFUSED,
                             "%.*s: a web page came instead of an answer: a "
                             "login page of the network, or a wrong url?",
                             STR_ARG(facts->where));
    return http_end_make(NET_END_REFUSED,
                         "%.*s: the answer is of the kind %s, not what was "
                         "asked for",
                         STR_ARG(facts->where), type);
}

// --- libcurl -----------------------------------------------------------------

struct code {
    CURLcode code;
    enum net_end_class end_class;
    bool with_words; // libcurl's own are worth showing
    const char *words;
};

static const struct code codes[] = {
    { CURLE_COULDNT_RESOLVE_PROXY, NET_END_LOST, false,
      "no address is known for the proxy" },
    { CURLE_COULDNT_RESOLVE_HOST, NET_END_LOST, false,
      "no address is known for this name" },
    { CURLE_COULDNT_CONNECT, NET_END_LOST, false, "cannot connect" },
    { CURLE_OPERATION_TIMEDOUT, NET_END_LOST, false,
      "no connection within 15 seconds" },
    { CURLE_PROXY, NET_END_REFUSED, true,
      "the proxy does not let the connection through" },
    { CURLE_SSL_CONNECT_ERROR, NET_END_LOST, true, "no TLS handshake" },
    { CURLE_SSL_CIPHER, NET_END_TLS, true, "no TLS handshake" },
    { CURLE_SSL_CERTPROBLEM, NET_END_TLS, true,
      "clientCert or clientKey cannot be used" },
    { CURLE_GOT_NOTHING, NET_END_LOST, false, "no answer in HTTP" },
    { CURLE_PARTIAL_FILE, NET_END_LOST, false, "the answer was cut short" },
    { CURLE_RECV_ERROR, NET_END_LOST, false, "the connection was cut" },
    { CURLE_SEND_ERROR, NET_END_LOST, false, "the connection was cut" },
    { CURLE_HTTP2, NET_END_LOST, true, "the connection was cut" },
    { CURLE_HTTP2_STREAM, NET_END_LOST, true, "the answer was cut short" },
    { CURLE_WEIRD_SERVER_REPLY, NET_END_PROTOCOL, false,
      "this is no HTTP server" },
    { CURLE_UNSUPPORTED_PROTOCOL, NET_END_PROTOCOL, false,
      "this is no HTTP server" },
    { CURLE_OK, NET_END_LOST, false, "the connection was cut" }, // in the head
};

static const struct code other_code = { CURLE_OK, NET_END_PROTOCOL, true,
                                        "the request failed" };

_Static_assert(HTTP_CONNECT_MS == 15000, "the words above say 15 seconds");

static const struct code *find_code(CURLcode code)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].code == code)
            return &codes[i];
    return &other_code;
}

static struct http_end of_proxy(const struct http_facts *facts)
{
    int status = facts->proxy_status;
    const char *words = "the proxy does not let the connection through";

    if (status == 407)
        words = "the proxy wants a login, or another one";
    return http_end_make(status >= 500 ? NET_END_LOST : NET_END_REFUSED,
                         "%.*s: %s (HTTP %d)", STR_ARG(facts->where), words,
                         status);
}

static struct http_end of_certificate(const struct http_facts *facts)
{
    struct str words = str_from(facts->words);
    struct str prefix = STR("SSL certificate problem: ");

    if (strstr(facts->words, "subject name"))
        return http_end_make(NET_END_TLS,
                             "%.*s: the certificate is for another name",
                             STR_ARG(facts->where));
    if (str_starts_with(words, prefix))
        words = str_skip(words, prefix.len);
    return http_end_make(NET_END_TLS,
                         "%.*s: %.*s; a CA of your own is set with caFile",
                         STR_ARG(facts->where), STR_ARG(words));
}

// A server that wants a certificate says so in an alert: with TLS 1.3 after the
// handshake, as the first thing that is read.
static bool wants_certificate(const struct http_facts *facts)
{
    return facts->code != CURLE_OK
           && (strstr(facts->words, "alert certificate required")
               || strstr(facts->words, "alert bad certificate")
               || strstr(facts->words, "alert unknown ca"));
}

static struct http_end of_code(const struct http_facts *facts)
{
    const struct code *row = find_code(facts->code);
    const char *words = row->with_words ? facts->words : "";

    if (facts->code == CURLE_COULDNT_CONNECT && facts->os_errno)
        words = strerror(facts->os_errno);
    return http_end_make(row->end_class, "%.*s: %s%s%s%s",
                         STR_ARG(facts->where), row->words, *words ? " (" : "",
                         words, *words ? ")" : "");
}

static struct http_end of_failure(const struct http_facts *facts)
{
    if (facts->proxy_status >= 300)
        return of_proxy(facts);
    if (facts->code == CURLE_PEER_FAILED_VERIFICATION)
        return of_certificate(facts);
    if (facts->code == CURLE_SSL_CACERT_BADFILE)
        return http_end_make(NET_END_TLS, "caFile %s: no certificate in it",
                             facts->ca_file ? facts->ca_file : "");
    if (wants_certificate(facts))
        return http_end_make(NET_END_TLS,
                             "%.*s: the server wants a certificate of yours: "
                             "set clientCert",
                             STR_ARG(facts->where));
    return of_code(facts);
}

// --- all together ------------------------------------------------------------

static bool is_good(int status)
{
    return status >= 200 && status <= 299;
}

static struct http_end of_answer(const struct http_facts *facts)
{
    if (!is_good(facts->head->status))
        return of_status(facts);
    if (facts->wrong_type)
        return of_wrong_type(facts);
    return facts->code == CURLE_OK ? http_end_make(NET_END_NORMAL, "done")
                                   : of_failure(facts);
}

static struct http_end of_fault(const struct http_facts *facts)
{
    const char *format = NULL;

    switch (facts->fault) {
    case HTTP_FAULT_NONE:
    case HTTP_FAULT_ERROR: return of_answer(facts);
    case HTTP_FAULT_HEAD: format = "the head of the answer is too big"; break;
    case HTTP_FAULT_BODY: format = "the answer is too big"; break;
    case HTTP_FAULT_SEND: format = "the server takes nothing any more"; break;
    case HTTP_FAULT_SLOW_HEAD: format = "the answer does not begin"; break;
    case HTTP_FAULT_SILENT:
        return http_end_make(
            NET_END_LOST, "%.*s: no sign of life for %lld seconds",
            STR_ARG(facts->where), (long long)((facts->idle_ms + 999) / 1000));
    }
    bool lost = facts->fault == HTTP_FAULT_SEND
                || facts->fault == HTTP_FAULT_SLOW_HEAD;
    return http_end_make(lost ? NET_END_LOST : NET_END_PROTOCOL, "%.*s: %s",
                         STR_ARG(facts->where), format);
}

struct http_end http_end_of(const struct http_facts *facts)
{
    bool answered = facts->has_head || facts->fault != HTTP_FAULT_NONE;
    struct http_end end = answered ? of_fault(facts) : of_failure(facts);

    if (facts->has_head) {
        end.status = facts->head->status;
        end.retry_after_ms = facts->head->retry_after_ms;
    }
    return end;
}
