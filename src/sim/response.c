/*
 * A state machine over the stages of a response; each item runs through stages
 * of its own, so that calls may stream in turn. What is said at a stage is the
 * business of a voice; a stage that it passes over in silence is followed by
 * the next at once. Text is paced by tokens: the n-th token is due n / tps
 * seconds after the first, so that late wake-ups do not add up.
 */
#include "kerf/sim/response.h"

#include <stdio.h>
#include <stdlib.h>

#include "kerf/sim/random.h"
#include "kerf/sim/token.h"
#include "response_parts.h"

static const struct sim_item *item_at(const struct response *r, size_t index)
{
    return &r->plan.answer->items[index];
}

static size_t item_count(const struct response *r)
{
    return r->plan.answer->count;
}

static bool wishes(const struct response *r, enum manner manner)
{
    return has_manner(r->plan.manners, manner);
}

static size_t calls_before(const struct sim_answer *answer, size_t index)
{
    size_t count = 0;
    for (size_t i = 0; i < index; i++)
        count += sim_item_is_call(answer->items[i].kind);
    return count;
}

static size_t tokens_of(const struct sim_answer *answer)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++)
        count += token_count(answer->items[i].text);
    return count;
}

struct response *response_create(const struct response_plan *plan)
{
    struct response *r = mem_alloc(sizeof(*r));
    size_t count = plan->answer->count;

    r->plan = *plan;
    r->voice = voice_of(plan->dialect);
    r->status = 200;
    r->item_stage = mem_alloc((count + 1) * sizeof(*r->item_stage));
    r->sent_bytes = mem_alloc((count + 1) * sizeof(*r->sent_bytes));
    r->rng = plan->seed ^ (plan->number << 20);
    r->total_tokens = tokens_of(plan->answer);
    snprintf(r->id, sizeof(r->id), "resp_sim%llu_%08x",
             (unsigned long long)plan->number, (unsigned)random_next(&r->rng));
    return r;
}

void response_destroy(struct response *r)
{
    if (!r)
        return;
    free(r->item_stage);
    free(r->sent_bytes);
    free(r);
}

struct str response_id(const struct response *r)
{
    return str_from(r->id);
}

int response_close_code(const struct response *r)
{
    return r->plan.fault.kind == FAULT_RAW ? 0 : r->plan.fault.code;
}

bool response_cut(const struct response *r, uint64_t *bytes, int *code)
{
    *bytes = r->plan.fault.count;
    *code = r->plan.fault.code;
    return r->plan.fault.kind == FAULT_CUT_BYTE;
}

bool response_has_completed(const struct response *r)
{
    return r->has_completed;
}

uint64_t response_manners(const struct response *r)
{
    return r->plan.manners;
}

int response_status(const struct response *r)
{
    return r->status;
}

bool response_steer(struct response *r)
{
    if (r->stage > STAGE_ITEMS
        || calls_before(r->plan.answer, item_count(r)) > 0)
        return false;
    r->is_steered = true;
    return true;
}

// --- what the voice is told --------------------------------------------------

struct event_frame response_frame(struct response *r, struct buf *out)
{
    return (struct event_frame){ out, &r->plan, str_from(r->id), r->sequence++,
                                 &r->rng };
}

struct event_item response_event_item(const struct response *r, size_t index)
{
    const struct sim_answer *answer = r->plan.answer;

    return (struct event_item){
        .item = &answer->items[index],
        .number = r->plan.number,
        .index = index,
        .call_index = calls_before(answer, index),
        .sent_bytes = r->sent_bytes[index],
        .phase = calls_before(answer, answer->count) > 0 ? "commentary"
                                                         : "final_answer",
    };
}

static void put_items(const struct response *r, struct buf *out)
{
    bool need_comma = false;

    for (size_t i = 0; i < item_count(r); i++) {
        if (r->item_stage[i] != ITEM_OVER)
            continue;
        struct event_item item = response_event_item(r, i);
        if (need_comma)
            buf_append_char(out, ',');
        item_write(&item, true, out);
        need_comma = true;
    }
}

void response_output(const struct response *r, struct buf *out)
{
    buf_append_char(out, '[');
    put_items(r, out);
    buf_append_char(out, ']');
}

static void count_bytes(const struct response *r,
                        struct response_object *object)
{
    for (size_t i = 0; i < item_count(r); i++) {
        enum sim_item_kind kind = item_at(r, i)->kind;
        object->output_bytes += r->sent_bytes[i];
        if (kind == SIM_REASONING || kind == SIM_RAW_REASONING)
            object->reasoning_bytes += r->sent_bytes[i];
    }
}

static void put_response(struct response *r, enum moment_of_response moment,
                         const char *status, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    struct response_object object = { .status = status,
                                      .sent_bytes = r->sent_bytes };

    r->voice->response(&frame, moment, &object);
}

void response_put_extra(struct response *r, enum extra extra, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    size_t before = out->len;

    if (r->voice->extra)
        r->voice->extra(&frame, extra);
    struct str said = str_skip(buf_str(out), before);
    if (str_find(said, STR("\"sequence_number\"")) == SIZE_MAX)
        r->sequence--; // it took none
}

// --- the end -----------------------------------------------------------------

void response_put_end(struct response *r, enum moment_of_response moment,
                      const char *word, struct buf *out)
{
    static const char *const statuses[] = {
        [RESPONSE_COMPLETED] = "completed",
        [RESPONSE_INCOMPLETE] = "incomplete",
        [RESPONSE_FAILED] = "failed",
    };
    struct buf items = { 0 };
    struct event_frame frame = response_frame(r, out);
    bool is_empty = r->plan.fault.kind == FAULT_EMPTY_OUTPUT
                    && r->fault_is_over;

    if (!is_empty)
        put_items(r, &items);
    struct response_object object = {
        .status = statuses[moment],
        .incomplete_reason = moment == RESPONSE_INCOMPLETE ? word : NULL,
        .error_code = moment == RESPONSE_FAILED ? word : NULL,
        .completed_s = r->plan.created_s,
        .output = buf_str(&items),
        .sent_bytes = r->sent_bytes,
        .has_usage = moment != RESPONSE_FAILED && !wishes(r, MANNER_NULL_USAGE),
        .input_bytes = r->plan.input_bytes,
        .cached_bytes = r->plan.cached_bytes,
    };
    count_bytes(r, &object);
    r->voice->response(&frame, moment, &object);
    buf_release(&items);
    r->has_completed = moment == RESPONSE_COMPLETED;
    r->stage = STAGE_OVER;
}

// --- items -------------------------------------------------------------------

static void put_delta(struct response *r, size_t index, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    struct event_item item = response_event_item(r, index);
    struct str rest = str_skip(item.item->text, item.sent_bytes);
    size_t bytes = token_span(rest, (size_t)r->plan.frame_tokens);
    size_t before = out->len;

    r->sent_tokens += (size_t)r->plan.frame_tokens;
    if (r->voice->delta && !wishes(r, MANNER_NO_DELTAS))
        r->voice->delta(&frame, &item, str_take(rest, bytes));
    if (out->len == before)
        r->sequence--;
    r->sent_bytes[index] += bytes;
}

static void put_item_event(struct response *r, size_t index, struct buf *out)
{
    struct event_frame frame = response_frame(r, out);
    struct event_item item = response_event_item(r, index);
    const struct voice *voice = r->voice;
    enum item_stage stage = r->item_stage[index];

    if (stage == ITEM_ADDED || stage == ITEM_DONE) {
        if (voice->item)
            voice->item(&frame, &item, stage == ITEM_DONE);
    } else if (stage == ITEM_TEXT_DONE) {
        if (voice->text_done)
            voice->text_done(&frame, &item);
    } else if (voice->part) {
        voice->part(&frame, &item, stage == ITEM_PART_DONE);
    }
}

static enum item_stage item_stage_after(const struct response *r, size_t index)
{
    const struct sim_item *item = item_at(r, index);
    bool has_parts = item_has_parts(item->kind);

    switch (r->item_stage[index]) {
    case ITEM_ADDED:
        return has_parts                   ? ITEM_PART_ADDED
               : item_has_text(item->kind) ? ITEM_DELTA
                                           : ITEM_DONE;
    case ITEM_PART_ADDED: return ITEM_DELTA;
    case ITEM_DELTA:
        return r->sent_bytes[index] < item->text.len ? ITEM_DELTA
                                                     : ITEM_TEXT_DONE;
    case ITEM_TEXT_DONE: return has_parts ? ITEM_PART_DONE : ITEM_DONE;
    case ITEM_PART_DONE: return ITEM_DONE;
    case ITEM_DONE:
    case ITEM_OVER: return ITEM_OVER;
    }
    return ITEM_OVER;
}

static bool is_running_call(const struct response *r, size_t index)
{
    return index < item_count(r) && sim_item_is_call(item_at(r, index)->kind)
           && r->item_stage[index] != ITEM_OVER;
}

// The item that speaks next: the same until it is over, or the calls in turn.
static size_t index_after(const struct response *r)
{
    size_t count = item_count(r);

    if (wishes(r, MANNER_INTERLEAVED)
        && sim_item_is_call(item_at(r, r->index)->kind))
        for (size_t i = 1; i <= count; i++)
            if (is_running_call(r, (r->index + i) % count))
                return (r->index + i) % count;
    for (size_t i = 0; i < count; i++)
        if (r->item_stage[i] != ITEM_OVER)
            return i;
    return count;
}

static void put_item_stage(struct response *r, struct buf *out)
{
    size_t index = r->index;

    if (r->item_stage[index] == ITEM_DELTA)
        put_delta(r, index, out);
    else
        put_item_event(r, index, out);
    r->item_stage[index] = item_stage_after(r, index);
    r->index = index_after(r);
    if (r->index == item_count(r))
        r->stage++;
}

// --- stages ------------------------------------------------------------------

static void put_optional(struct response *r, bool wanted, enum extra extra,
                         struct buf *out)
{
    if (wanted)
        response_put_extra(r, extra, out);
}

void response_put_stage(struct response *r, struct buf *out)
{
    enum stage stage = r->stage;

    switch (stage) {
    case STAGE_CREATED:
        put_response(r, RESPONSE_CREATED, "in_progress", out);
        break;
    case STAGE_RATE_LIMITS:
        put_optional(r, wishes(r, MANNER_RATE_LIMITS), EXTRA_RATE_LIMITS, out);
        break;
    case STAGE_QUEUED:
        if (wishes(r, MANNER_QUEUED))
            put_response(r, RESPONSE_QUEUED, "queued", out);
        break;
    case STAGE_IN_PROGRESS:
        put_response(r, RESPONSE_IN_PROGRESS, "in_progress", out);
        break;
    case STAGE_METADATA:
        put_optional(r, wishes(r, MANNER_METADATA), EXTRA_METADATA, out);
        break;
    case STAGE_ITEMS:
        if (item_count(r) > 0) {
            put_item_stage(r, out);
            return;
        }
        break;
    case STAGE_TIMING:
        put_optional(r, r->plan.timing, EXTRA_TIMING, out);
        break;
    case STAGE_TERMINAL:
        response_put_end(r, RESPONSE_COMPLETED, NULL, out);
        return;
    case STAGE_OVER: return;
    }
    r->stage++;
}

// --- pacing ------------------------------------------------------------------

// The time at which the next stage may be told; 0: at once.
static int64_t due_of(const struct response *r)
{
    if (item_count(r) == 0 || r->stage < STAGE_ITEMS)
        return 0;
    if (r->stage != STAGE_ITEMS || r->item_stage[r->index] != ITEM_DELTA
        || r->plan.tps == 0)
        return r->begin_us;
    return r->begin_us
           + (int64_t)((double)r->sent_tokens * 1e6 / (double)r->plan.tps);
}

static enum response_step say(struct response *r, int64_t now_us,
                              struct buf *out)
{
    if (r->plan.fault.kind != FAULT_NONE && !r->fault_is_over
        && response_point_is_reached(r, r->plan.fault.point))
        return response_strike(r, out);
    if (r->raw_has_ended)
        return RESPONSE_CLOSE;
    if (r->is_steered && r->stage == STAGE_ITEMS) {
        response_put_end(r, RESPONSE_INCOMPLETE, "steered", out);
        return RESPONSE_EVENT;
    }
    if (r->sprinkle) {
        r->sprinkle = false;
        response_put_extra(
            r, wishes(r, MANNER_KEEPALIVE) ? EXTRA_KEEPALIVE : EXTRA_UNKNOWN,
            out);
        return RESPONSE_EVENT;
    }
    if (r->stage == STAGE_IN_PROGRESS)
        r->begin_us = now_us + (int64_t)r->plan.ttft_ms * 1000;
    r->sprinkle = r->plan.sprinkle > 0
                  && random_below(&r->rng, r->plan.sprinkle) == 0;
    response_put_stage(r, out);
    return RESPONSE_EVENT;
}

enum response_step response_next(struct response *r, int64_t now_us,
                                 int64_t *due_us, struct buf *out)
{
    enum response_step step = RESPONSE_EVENT;
    size_t before = out->len;

    while (step == RESPONSE_EVENT && out->len == before) {
        if (r->stage == STAGE_OVER)
            return RESPONSE_DONE;
        *due_us = due_of(r);
        if (*due_us > now_us)
            return RESPONSE_WAIT;
        step = say(r, now_us, out);
    }
    return step;
}
