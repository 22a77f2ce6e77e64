/* Error events of shape 1, the form of the WebSocket API. */
#include "kerf/sim/request.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(struct refusal *refusal, const char *code, const char *param,
            const char *format, ...)
{
    va_list args;

    *refusal = (struct refusal){ .status = 400,
                                 .type = "invalid_request_error",
                                 .code = code };
    if (param)
        snprintf(refusal->param, sizeof(refusal->param), "%s", param);
    va_start(args, format);
    vsnprintf(refusal->message, sizeof(refusal->message), format, args);
    va_end(args);
    return false;
}

static void member_or_null(struct json_writer *w, const char *key,
                           const char *text)
{
    json_key(w, key);
    if (text && *text)
        json_put_str(w, str_from(text));
    else
        json_put_null(w);
}

static void put_error(struct json_writer *w, const struct refusal *refusal)
{
    json_key(w, "error");
    json_begin_object(w);
    json_member_str(w, "type", str_from(refusal->type));
    member_or_null(w, "code", refusal->code);
    json_member_str(w, "message", str_from(refusal->message));
    member_or_null(w, "param", refusal->param);
    json_end_object(w);
}

void refusal_write(const struct refusal *refusal, struct str stream_id,
                   struct buf *out)
{
    struct json_writer w = { out, false };

    json_begin_object(&w);
    json_member_str(&w, "type", STR("error"));
    json_member_int(&w, "status", refusal->status);
    if (stream_id.len > 0)
        json_member_str(&w, "stream_id", stream_id);
    put_error(&w, refusal);
    json_end_object(&w);
}

void refusal_write_body(const struct refusal *refusal, struct buf *out)
{
    struct json_writer w = { out, false };

    json_begin_object(&w);
    put_error(&w, refusal);
    json_end_object(&w);
}
