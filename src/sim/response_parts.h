/* Private to response*.c: a response in work. */
#ifndef SIM_RESPONSE_PARTS_H
#define SIM_RESPONSE_PARTS_H

#include "voice.h"

enum stage {
    STAGE_CREATED,
    STAGE_RATE_LIMITS,
    STAGE_QUEUED,
    STAGE_IN_PROGRESS,
    STAGE_METADATA,
    STAGE_ITEMS,
    STAGE_TIMING,
    STAGE_TERMINAL,
    STAGE_OVER,
};

enum item_stage {
    ITEM_ADDED,
    ITEM_PART_ADDED,
    ITEM_DELTA,
    ITEM_TEXT_DONE,
    ITEM_PART_DONE,
    ITEM_DONE,
    ITEM_OVER,
};

struct response {
    struct response_plan plan;
    const struct voice *voice;
    enum stage stage;
    enum item_stage *item_stage; // of each item
    size_t *sent_bytes;          // of each item
    size_t index;                // of the item in work
    char id[64];
    uint64_t rng;
    int64_t sequence;
    int64_t begin_us; // when the first token is due
    size_t sent_tokens, total_tokens;
    uint64_t fault_done; // of a fault that comes in numbers
    bool fault_is_over, raw_has_ended, is_steered;
    bool has_completed;
    bool sprinkle;
    int status;
};

/* What the next message carries; takes a sequence number. */
struct event_frame response_frame(struct response *r, struct buf *out);

/* An item as the voice is told of it. */
struct event_item response_event_item(const struct response *r, size_t index);

/* Says what comes next by the stage, and moves on. */
void response_put_stage(struct response *r, struct buf *out);

/* Says what stands by itself. */
void response_put_extra(struct response *r, enum extra extra, struct buf *out);

/* Says the terminal event: the response is over. `word` is a reason or code. */
void response_put_end(struct response *r, enum moment_of_response moment,
                      const char *word, struct buf *out);

/* Says whether the response has come to this point. */
bool response_point_is_reached(const struct response *r,
                               enum fault_point point);

/* Strikes once; what is not over by it goes on as if nothing had been. */
enum response_step response_strike(struct response *r, struct buf *out);

#endif
