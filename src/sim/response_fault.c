/*
 * The faults of a response: where they strike, and what they do. Those that
 * are messages go the way of all messages, so that a dialect tells them in its
 * own words.
 */
#include "response_parts.h"

#include "raw_fault.h"
#include "status.h"

#define RESET_IN_S 3600
#define FLOOD_DELTA_BYTES 4096

static void put_error(struct response *r, int status, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    struct refusal refusal;

    refuse_with(&refusal, status);
    r->voice->refusal(&frame, &refusal);
    r->status = status;
    r->stage = STAGE_OVER;
}

static void put_plan_error(struct response *r, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);

    r->voice->error_plan(&frame, r->plan.created_s + RESET_IN_S);
    r->status = 429;
    r->stage = STAGE_OVER;
}

static void put_classic_error(struct response *r, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);

    r->voice->error_classic(&frame);
    r->status = 500;
    r->stage = STAGE_OVER;
}

bool response_point_is_reached(const struct response *r, enum fault_point point)
{
    bool in_items = r->stage == STAGE_ITEMS && r->plan.answer->count > 0;
    enum item_stage stage = in_items ? r->item_stage[r->index] : ITEM_OVER;

    switch (point) {
    case POINT_BEFORE_CREATED: return r->stage == STAGE_CREATED;
    case POINT_AFTER_CREATED: return r->stage >= STAGE_ITEMS;
    case POINT_MID_DELTA:
        return stage == ITEM_TEXT_DONE
               || (stage == ITEM_DELTA && r->sent_tokens > 0
                   && r->sent_tokens * 2 >= r->total_tokens);
    case POINT_BEFORE_COMPLETED: return r->stage == STAGE_TERMINAL;
    }
    return false;
}

static enum response_step put_raw(struct response *r, struct buf *out)
{
    r->fault_is_over = !raw_fault_write(&r->plan.fault, &r->fault_done,
                                        &r->raw_has_ended, out);
    return RESPONSE_RAW;
}

static void put_flood(struct response *r, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    struct event_item item = response_event_item(r, r->index);
    char text[FLOOD_DELTA_BYTES];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = "flood "[i % 6];
    if (r->voice->delta)
        r->voice->delta(&frame, &item, (struct str){ text, sizeof(text) });
    r->fault_done += sizeof(text);
    r->fault_is_over = r->fault_done >= (uint64_t)r->plan.fault.code * 1000000;
}

// Says what comes next, and twice or wrongly as the fault wants it.
static void put_damaged(struct response *r, enum fault_kind kind,
                        struct buf *out)
{
    response_put_stage(r, out);
    if (kind == FAULT_BAD_JSON)
        out->len -= out->len / 3;
    else if (kind == FAULT_DUPLICATE_SEQUENCE)
        r->sequence--;
    else if (kind == FAULT_SKIPPED_SEQUENCE)
        r->sequence++;
    else
        r->sequence = 0;
}

static void put_twice(struct response *r, struct buf *out)
{
    response_put_stage(r, out);
    buf_append_char(out, '\n');
    response_put_end(r, RESPONSE_COMPLETED, NULL, out);
}

typedef enum response_step (*strike_fn)(struct response *r, struct buf *out);

static enum response_step strike_close(struct response *r, struct buf *out)
{
    (void)r;
    (void)out;
    return RESPONSE_CLOSE;
}

static enum response_step strike_stall(struct response *r, struct buf *out)
{
    (void)out;
    r->fault_is_over = false;
    return r->plan.fault.kind == FAULT_STALL ? RESPONSE_STALL : RESPONSE_DEAF;
}

static enum response_step strike_end(struct response *r, struct buf *out)
{
    static const enum moment_of_response moments[] = {
        [FAULT_FAILED] = RESPONSE_FAILED,
        [FAULT_INCOMPLETE] = RESPONSE_INCOMPLETE,
        [FAULT_EMPTY_OUTPUT] = RESPONSE_COMPLETED,
    };

    response_put_end(r, moments[r->plan.fault.kind], r->plan.fault.word, out);
    return RESPONSE_EVENT;
}

static enum response_step strike_error(struct response *r, struct buf *out)
{
    enum fault_kind kind = r->plan.fault.kind;

    if (kind == FAULT_ERROR)
        put_error(r, r->plan.fault.code, out);
    else if (kind == FAULT_ERROR_PLAN)
        put_plan_error(r, out);
    else
        put_classic_error(r, out);
    return RESPONSE_EVENT;
}

static enum response_step strike_message(struct response *r, struct buf *out)
{
    put_damaged(r, r->plan.fault.kind, out);
    return RESPONSE_EVENT;
}

static enum response_step strike_stranger(struct response *r, struct buf *out)
{
    response_put_extra(r, EXTRA_STRANGER, out);
    return RESPONSE_EVENT;
}

static enum response_step strike_twice(struct response *r, struct buf *out)
{
    put_twice(r, out);
    return RESPONSE_EVENT;
}

static enum response_step strike_flood(struct response *r, struct buf *out)
{
    put_flood(r, out);
    return RESPONSE_EVENT;
}

// What is missing is no fault of a response.
static const strike_fn strike_table[] = {
    [FAULT_CLOSE] = strike_close,
    [FAULT_STALL] = strike_stall,
    [FAULT_DEAF] = strike_stall,
    [FAULT_CUT_BYTE] = NULL, // the one who writes the bytes counts them
    [FAULT_FAILED] = strike_end,
    [FAULT_INCOMPLETE] = strike_end,
    [FAULT_ERROR] = strike_error,
    [FAULT_ERROR_PLAN] = strike_error,
    [FAULT_ERROR_CLASSIC] = strike_error,
    [FAULT_BAD_JSON] = strike_message,
    [FAULT_DUPLICATE_SEQUENCE] = strike_message,
    [FAULT_SKIPPED_SEQUENCE] = strike_message,
    [FAULT_BACKWARD_SEQUENCE] = strike_message,
    [FAULT_EMPTY_OUTPUT] = strike_end,
    [FAULT_STRANGER] = strike_stranger,
    [FAULT_TWO_TERMINALS] = strike_twice,
    [FAULT_FLOOD] = strike_flood,
    [FAULT_RAW] = put_raw,
};

// Strikes once; what is not over by it goes on as if nothing had been.
enum response_step response_strike(struct response *r, struct buf *out)
{
    strike_fn fn = strike_table[r->plan.fault.kind];

    r->fault_is_over = true;
    return fn ? fn(r, out) : RESPONSE_EVENT;
}
