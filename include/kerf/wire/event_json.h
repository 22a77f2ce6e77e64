/*
 * Reads one event of the Responses API (protocol.md 3) and writes and reads
 * events of the journal. Unknown event types and fields are ignored.
 */
#ifndef KERF_WIRE_EVENT_JSON_H
#define KERF_WIRE_EVENT_JSON_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/model/event.h"

/*
 * Decodes a server message into at most one event, texts in `arena`. Returns
 * false with ERROR_INVALID if it is not a JSON object with a `type`, or a known
 * type has a field of the wrong kind. `*known` is false, and the event not to
 * be used, if the message means nothing to a session (in_progress ...).
 * Deltas take a fast way that builds no tree.
 */
bool event_decode(struct arena *arena, struct str message, struct event *event,
                  bool *known, struct error *err) KERF_CHECKED;

/* Appends the journal's JSON object of an event; empty fields are left out. */
void event_write(struct buf *out, const struct event *event);

/* Reads it back, texts in `arena`. False with ERROR_INVALID. */
bool event_read(struct arena *arena, struct str json, struct event *event,
                struct error *err) KERF_CHECKED;

#endif
