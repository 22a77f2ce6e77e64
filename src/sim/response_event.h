/* Private to response.c: the JSON of events, without the order of them. */
#ifndef SIM_RESPONSE_EVENT_H
#define SIM_RESPONSE_EVENT_H

#include "kerf/sim/response.h"

/* What each event of one response carries. */
struct event_frame {
    struct buf *out;
    struct str stream_id;
    int64_t sequence;
    uint64_t *rng;
    bool obfuscation;
};

/* One output item as it is written: ids are made from `number` and `index`. */
struct event_item {
    const struct sim_item *item;
    uint64_t number;
    size_t index;      // output_index
    const char *phase; // of a message
};

/* What a response object says besides what it echoes. */
struct response_object {
    struct str id;
    const char *status;
    const char *incomplete_reason; // NULL: none
    const char *error_code;        // NULL: none
    int64_t completed_s;           // 0: not yet
    struct str output;             // items with commas between, no brackets
    bool has_usage;
    size_t input_bytes, cached_bytes, output_bytes, reasoning_bytes;
};

/* `response.created` and the like. */
void event_response(const struct event_frame *frame, const char *type,
                    const struct response_plan *plan,
                    const struct response_object *object);

/* `response.output_item.added` (begun, no content) and `.done`. */
void event_item(const struct event_frame *frame, const struct event_item *item,
                bool done);

/* content_part or reasoning_summary_part `.added` and `.done`. */
void event_part(const struct event_frame *frame, const struct event_item *item,
                bool done);

/* The delta event of the item's kind. */
void event_delta(const struct event_frame *frame, const struct event_item *item,
                 struct str delta);

/* The done event of the item's text, arguments or input. */
void event_text_done(const struct event_frame *frame,
                     const struct event_item *item);

/* An event no client can know. */
void event_unknown(const struct event_frame *frame);

/* Error events of shape 2 and 3 (protocol.md 3.6). */
void event_error_plan(const struct event_frame *frame, int64_t resets_at_s);
void event_error_classic(const struct event_frame *frame);

/* Appends the finished item alone. */
void item_write(const struct event_item *item, bool done, struct buf *out);

/* Says whether items of this kind have parts around their deltas. */
bool item_has_parts(enum sim_item_kind kind);

#endif
