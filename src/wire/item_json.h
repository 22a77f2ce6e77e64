/* Output items of the Responses API (protocol.md 3.3) as events. */
#ifndef KERF_SRC_WIRE_ITEM_JSON_H
#define KERF_SRC_WIRE_ITEM_JSON_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/json.h"
#include "kerf/model/event.h"

/*
 * Fills state, id, call_id, name and text of an ITEM_ADDED or ITEM_DONE event
 * from the item, texts in `arena`. Items of an unknown type become ITEM_OTHER.
 * False with ERROR_INVALID if a field has the wrong kind.
 */
bool item_read(struct arena *arena, const struct json *item,
               struct event *event, struct error *err) KERF_CHECKED;

#endif
