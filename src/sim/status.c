/* One table: a status, its phrase, and the error of a real server. */
#include "status.h"

struct status_row {
    int status;
    const char *reason; // the phrase of HTTP
    const char *type, *code, *message;
};

// The first row serves every status that has none.
static const struct status_row status_table[] = {
    { 0, "Status", "invalid_request_error", "invalid_prompt",
      "A fault on demand." },
    { 101, "Switching Protocols", "", "", "" },
    { 200, "OK", "", "", "" },
    { 301, "Moved Permanently", "", "", "" },
    { 302, "Found", "", "", "" },
    { 307, "Temporary Redirect", "", "", "" },
    { 308, "Permanent Redirect", "", "", "" },
    { 400, "Bad Request", "invalid_request_error", "invalid_prompt",
      "A fault on demand: bad request." },
    { 401, "Unauthorized", "invalid_request_error", "invalid_api_key",
      "Incorrect API key." },
    { 403, "Forbidden", "invalid_request_error",
      "unsupported_country_region_territory",
      "Country, region, or territory not supported." },
    { 404, "Not Found", "invalid_request_error", "model_not_found",
      "The model does not exist or you do not have access to it." },
    { 405, "Method Not Allowed", "invalid_request_error", "method_not_allowed",
      "The method is not allowed here." },
    { 407, "Proxy Authentication Required", "invalid_request_error",
      "proxy_authentication_required", "The proxy wants credentials." },
    { 408, "Request Timeout", "server_error", "timeout",
      "The request took too long." },
    { 409, "Conflict", "server_error", "conflict",
      "Another request is in the way." },
    { 413, "Content Too Large", "invalid_request_error", "request_too_large",
      "The request is too large." },
    { 422, "Unprocessable Content", "invalid_request_error",
      "unprocessable_entity", "The request cannot be processed." },
    { 425, "Too Early", "server_error", "too_early", "Too early." },
    { 426, "Upgrade Required", "invalid_request_error", "upgrade_required",
      "This service needs another protocol." },
    { 429, "Too Many Requests", "rate_limit_error", "rate_limit_exceeded",
      "Rate limit reached. Please try again in 350ms." },
    { 431, "Request Header Fields Too Large", "invalid_request_error",
      "request_too_large", "The head is too large." },
    { 500, "Internal Server Error", "server_error", "server_error",
      "The server had an error." },
    { 501, "Not Implemented", "invalid_request_error", "not_implemented",
      "This is not implemented." },
    { 502, "Bad Gateway", "server_error", "bad_gateway",
      "The gateway got no answer." },
    { 503, "Service Unavailable", "server_error", "server_is_overloaded",
      "The server is overloaded." },
    { 504, "Gateway Timeout", "server_error", "gateway_timeout",
      "The gateway waited too long." },
    { 529, "Overloaded", "overloaded_error", "overloaded_error",
      "The server is overloaded." },
};

static const struct status_row *row_for(int status)
{
    for (size_t i = 1; i < sizeof(status_table) / sizeof(*status_table); i++)
        if (status_table[i].status == status)
            return &status_table[i];
    return &status_table[0];
}

void refuse_with(struct refusal *refusal, int status)
{
    const struct status_row *row = row_for(status);

    refuse(refusal, row->code, NULL, "%s", row->message);
    refusal->status = status;
    refusal->type = row->type;
}

const char *status_reason(int status)
{
    return row_for(status)->reason;
}
