/*
 * Private to sim: a dialect as a table of functions, one for each thing that
 * happens in a response. A function that is NULL says nothing; others may say
 * nothing too, or more than one message (with a newline between two). Those
 * of responses and errors are never NULL.
 */
#ifndef SIM_VOICE_H
#define SIM_VOICE_H

#include "kerf/sim/request.h"
#include "kerf/sim/response.h"

/* What each message of one response carries. */
struct event_frame {
    struct buf *out;
    const struct response_plan *plan;
    struct str id;
    int64_t sequence;
    uint64_t *rng;
};

/* One output item as it is written: ids are made from number and index. */
struct event_item {
    const struct sim_item *item;
    uint64_t number;
    size_t index;      // output_index
    size_t call_index; // among the calls of the answer
    size_t sent_bytes; // of its text, before this delta
    const char *phase; // of a message
};

/* What a response object says besides what it echoes. */
struct response_object {
    const char *status;
    const char *incomplete_reason; // NULL: none
    const char *error_code;        // NULL: none
    int64_t completed_s;           // 0: not yet
    struct str output;             // items with commas between, no brackets
    const size_t *sent_bytes;      // of each item of the answer
    bool has_usage;
    size_t input_bytes, cached_bytes, output_bytes, reasoning_bytes;
};

/* Messages that stand by themselves. */
enum extra {
    EXTRA_UNKNOWN,
    EXTRA_KEEPALIVE,
    EXTRA_RATE_LIMITS,
    EXTRA_METADATA,
    EXTRA_TIMING,
    EXTRA_STRANGER, // the fault of the plan says which
};

/* Moments of a response as a whole. */
enum moment_of_response {
    RESPONSE_CREATED,
    RESPONSE_QUEUED,
    RESPONSE_IN_PROGRESS,
    RESPONSE_COMPLETED,
    RESPONSE_INCOMPLETE,
    RESPONSE_FAILED,
};

struct voice {
    void (*response)(const struct event_frame *frame,
                     enum moment_of_response moment,
                     const struct response_object *object);
    void (*item)(const struct event_frame *frame, const struct event_item *item,
                 bool done);
    void (*part)(const struct event_frame *frame, const struct event_item *item,
                 bool done);
    void (*delta)(const struct event_frame *frame,
                  const struct event_item *item, struct str delta);
    void (*text_done)(const struct event_frame *frame,
                      const struct event_item *item);
    void (*extra)(const struct event_frame *frame, enum extra extra);
    void (*refusal)(const struct event_frame *frame,
                    const struct refusal *refusal);
    void (*error_plan)(const struct event_frame *frame, int64_t resets_at_s);
    void (*error_classic)(const struct event_frame *frame);
};

/* Returns the voice of a dialect. */
const struct voice *voice_of(enum dialect dialect);

extern const struct voice voice_events, voice_object, voice_chunks,
    voice_completion;

/* Appends an item of the Responses API alone. */
void item_write(const struct event_item *item, bool done, struct buf *out);

/* Appends the response object alone. */
void object_write(const struct event_frame *frame,
                  const struct response_object *object, struct buf *out);

/* Say whether items of this kind have parts around their deltas, or text. */
bool item_has_parts(enum sim_item_kind kind);
bool item_has_text(enum sim_item_kind kind);

/* Tokens of so many bytes, as usage counts them. */
int64_t usage_tokens(size_t bytes);

#endif
