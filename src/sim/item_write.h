/* Private to sim: items of the Responses API as JSON. */
#ifndef SIM_ITEM_WRITE_H
#define SIM_ITEM_WRITE_H

#include "voice.h"

/* What a kind of item and its events are called. */
struct kind_row {
    const char *type;         // of the item
    const char *prefix;       // of the item's id
    const char *value;        // member that holds the whole text
    const char *delta, *done; // NULL: has no text
    const char *parts;        // stem of the events of parts; NULL: no parts
    const char *part_index;   // name of the index of a part; NULL: none
    const char *part_type;
};

const struct kind_row *kind_row(enum sim_item_kind kind);

/* An id such as "msg_sim3_0". */
void put_item_id(struct json_writer *w, const char *key, const char *prefix,
                 const struct event_item *item);

/* The one part of a message or of reasoning. */
void put_item_part(struct json_writer *w, const struct event_item *item,
                   struct str text);

/* The whole item; without `done` as it stands when it begins. */
void put_item(struct json_writer *w, const struct event_item *item, bool done);

#endif
