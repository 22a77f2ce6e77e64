/*
 * Making room in the window (protocol.md 4.5): the server compacts a
 * conversation into items of its own, or the model is asked for a summary.
 * Either way the result is an EVENT_COMPACTED.
 */
#ifndef KERF_WIRE_COMPACT_H
#define KERF_WIRE_COMPACT_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/model/event.h"
#include "kerf/model/session.h"
#include "kerf/wire/request.h"

/* Appends the body of a POST to <base>/responses/compact: the items that
 * `parts->upto` says, with the fields of a request. ERROR_LIMIT. */
bool compact_build(const struct session *session,
                   const struct request_parts *parts, struct buf *out,
                   struct error *err) KERF_CHECKED;

/* Reads the answer into an EVENT_COMPACTED for the first `upto` items, texts
 * in `arena`; what it cost is in `usage`. ERROR_INVALID if it holds no
 * compaction. */
bool compact_read(struct arena *arena, struct str json, size_t upto,
                  struct event *event, struct error *err) KERF_CHECKED;

/* Where there is no such service: makes of `parts` those of an ordinary
 * request, without tools, that asks for a summary. Its text goes into
 * compact_summary(). */
void compact_ask(struct request_parts *parts);

/* Fills an EVENT_COMPACTED from a summary. ERROR_INVALID if it says nothing. */
bool compact_summary(struct str summary, size_t upto, struct event *event,
                     struct error *err) KERF_CHECKED;

/* How many items may be compacted now: those before the newest turn, or all
 * between turns; 0 if there is nothing to gain. */
size_t compact_extent(const struct session *session);

#endif
