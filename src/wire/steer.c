/* Names the response and says the word; everything else is inherited. */
#include "kerf/wire/steer.h"

#include "kerf/base/json.h"
#include "kerf/wire/request.h"

bool steer_build(const struct session *session, struct str text,
                 struct buf *out, struct error *err)
{
    struct json_writer w = { .out = out };

    if (!session->running || session->cancelled || session->running_id.len == 0)
        return error_set(err, ERROR_NOT_FOUND, "no response is running");
    if (text.len >= LIMIT_REQUEST_BYTES / 8)
        return error_set(err, ERROR_LIMIT, "too long for a word in between");
    json_begin_object(&w);
    json_member_str(&w, "type", STR("response.steer"));
    json_member_str(&w, "previous_response_id", session->running_id);
    json_member_str(&w, "input", text);
    json_end_object(&w);
    return true;
}
