/* A word into the running response (protocol.md 2.6). Only some models take
 * it; for others the word waits in the queue. */
#ifndef KERF_WIRE_STEER_H
#define KERF_WIRE_STEER_H

#include <stdbool.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/model/session.h"

/* Appends the `response.steer` message for the running response. False with
 * ERROR_NOT_FOUND if none runs whose id is known, ERROR_LIMIT if the text is
 * too long. When it is sent, apply an EVENT_STEER of STEER_SENT. */
bool steer_build(const struct session *session, struct str text,
                 struct buf *out, struct error *err) KERF_CHECKED;

#endif
