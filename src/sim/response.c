/*
 * A state machine over the stages of a response. Each call gives at most one
 * message. Stages that stream text are paced by tokens: the n-th token is due
 * n / tps seconds after the first, so that late wake-ups do not add up.
 */
#include "kerf/sim/response.h"

#include <stdio.h>
#include <stdlib.h>

#include "kerf/sim/random.h"
#include "kerf/sim/request.h"
#include "kerf/sim/token.h"
#include "response_event.h"

#define SPRINKLE 61 // one event in so many is followed by an unknown one
#define RESET_IN_S 3600

enum stage {
    STAGE_CREATED,
    STAGE_IN_PROGRESS,
    STAGE_ITEM_ADDED,
    STAGE_PART_ADDED,
    STAGE_DELTA,
    STAGE_TEXT_DONE,
    STAGE_PART_DONE,
    STAGE_ITEM_DONE,
    STAGE_TERMINAL,
    STAGE_OVER,
};

struct response {
    struct response_plan plan;
    enum stage stage;
    char id[64];
    uint64_t rng;
    int64_t sequence;
    int64_t begin_us;  // when the first token is due
    size_t index;      // of the item in work
    size_t sent_bytes; // of its text
    size_t sent_tokens, total_tokens;
    size_t done_bytes, reasoning_bytes;
    struct buf output; // finished items, commas between
    bool fault_is_over;
    bool has_completed;
    bool sprinkle;
};

static const struct sim_item *item_of(const struct response *r)
{
    return &r->plan.answer->items[r->index];
}

static bool has_calls(const struct sim_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->items[i].kind == SIM_FUNCTION_CALL
            || answer->items[i].kind == SIM_CUSTOM_CALL)
            return true;
    return false;
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

    r->plan = *plan;
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
    buf_release(&r->output);
    free(r);
}

struct str response_id(const struct response *r)
{
    return str_from(r->id);
}

int response_close_code(const struct response *r)
{
    return r->plan.fault ? r->plan.fault->code : 0;
}

bool response_has_completed(const struct response *r)
{
    return r->has_completed;
}

void response_output(const struct response *r, struct buf *out)
{
    buf_append_char(out, '[');
    buf_append(out, buf_str(&r->output));
    buf_append_char(out, ']');
}

static struct event_frame frame_of(struct response *r, struct buf *out)
{
    return (struct event_frame){ out, r->plan.stream_id, r->sequence++, &r->rng,
                                 r->plan.obfuscation };
}

static struct event_item event_item_of(const struct response *r)
{
    return (struct event_item){ item_of(r), r->plan.number, r->index,
                                has_calls(r->plan.answer) ? "commentary"
                                                          : "final_answer" };
}

static void put_response(struct response *r, const char *type,
                         const char *status, struct buf *out)
{
    struct event_frame frame = frame_of(r, out);
    struct response_object object = { .id = str_from(r->id), .status = status };

    event_response(&frame, type, &r->plan, &object);
}

// Ends the response: completed, or as the fault says.
static void put_terminal(struct response *r, const struct fault *fault,
                         struct buf *out)
{
    enum fault_kind kind = fault ? fault->kind : FAULT_NONE;
    struct event_frame frame = frame_of(r, out);
    const char *type = "response.completed";
    struct response_object object = {
        .id = str_from(r->id),
        .status = "completed",
        .completed_s = r->plan.created_s,
        .output = kind == FAULT_EMPTY_OUTPUT ? STR("") : buf_str(&r->output),
        .has_usage = kind != FAULT_FAILED,
        .input_bytes = r->plan.input_bytes,
        .cached_bytes = r->plan.cached_bytes,
        .output_bytes = r->done_bytes + r->sent_bytes,
        .reasoning_bytes = r->reasoning_bytes,
    };

    if (kind == FAULT_FAILED) {
        type = "response.failed";
        object.status = "failed";
        object.error_code = fault->word;
    } else if (kind == FAULT_INCOMPLETE) {
        type = "response.incomplete";
        object.status = "incomplete";
        object.incomplete_reason = fault->word;
    }
    event_response(&frame, type, &r->plan, &object);
    r->has_completed = kind != FAULT_FAILED && kind != FAULT_INCOMPLETE;
    r->stage = STAGE_OVER;
}

struct status_row {
    int status;
    const char *type, *code, *message;
};

// The first row serves every status that has none.
static const struct status_row status_table[] = {
    { 0, "invalid_request_error", "invalid_prompt", "A fault on demand." },
    { 401, "invalid_request_error", "invalid_api_key", "Incorrect API key." },
    { 403, "invalid_request_error", "unsupported_country_region_territory",
      "Country, region, or territory not supported." },
    { 404, "invalid_request_error", "model_not_found",
      "The model does not exist or you do not have access to it." },
    { 429, "rate_limit_error", "rate_limit_exceeded",
      "Rate limit reached. Please try again in 350ms." },
    { 500, "server_error", "server_error", "The server had an error." },
    { 503, "server_error", "server_is_overloaded",
      "The server is overloaded." },
};

static void put_error(struct response *r, int status, struct buf *out)
{
    const struct status_row *row = &status_table[0];
    struct refusal refusal;

    for (size_t i = 1; i < sizeof(status_table) / sizeof(*status_table); i++)
        if (status_table[i].status == status)
            row = &status_table[i];
    refuse(&refusal, row->code, NULL, "%s", row->message);
    refusal.status = status;
    refusal.type = row->type;
    refusal_write(&refusal, r->plan.stream_id, out);
    r->stage = STAGE_OVER;
}

static void put_plan_error(struct response *r, struct buf *out)
{
    struct event_frame frame = frame_of(r, out);

    event_error_plan(&frame, r->plan.created_s + RESET_IN_S);
    r->stage = STAGE_OVER;
}

static void put_classic_error(struct response *r, struct buf *out)
{
    struct event_frame frame = frame_of(r, out);

    event_error_classic(&frame);
    r->stage = STAGE_OVER;
}

static bool point_is_reached(const struct response *r, enum fault_point point)
{
    switch (point) {
    case POINT_BEFORE_CREATED: return r->stage == STAGE_CREATED;
    case POINT_AFTER_CREATED: return r->stage == STAGE_ITEM_ADDED;
    case POINT_MID_DELTA:
        return r->stage == STAGE_TEXT_DONE
               || (r->stage == STAGE_DELTA && r->sent_tokens > 0
                   && r->sent_tokens * 2 >= r->total_tokens);
    case POINT_BEFORE_COMPLETED: return r->stage == STAGE_TERMINAL;
    }
    return false;
}

static enum response_step put_stage(struct response *r, struct buf *out);

// Strikes once; what is not over by it goes on as if nothing had been.
static enum response_step strike(struct response *r, struct buf *out)
{
    const struct fault *fault = r->plan.fault;

    r->fault_is_over = true;
    switch (fault->kind) {
    case FAULT_CLOSE: return RESPONSE_CLOSE;
    case FAULT_STALL: r->fault_is_over = false; return RESPONSE_STALL;
    case FAULT_FAILED:
    case FAULT_INCOMPLETE:
    case FAULT_EMPTY_OUTPUT: put_terminal(r, fault, out); break;
    case FAULT_ERROR: put_error(r, fault->code, out); break;
    case FAULT_ERROR_PLAN: put_plan_error(r, out); break;
    case FAULT_ERROR_CLASSIC: put_classic_error(r, out); break;
    case FAULT_BAD_JSON:
        put_stage(r, out);
        out->len -= out->len / 3;
        break;
    case FAULT_DUPLICATE_SEQUENCE:
        put_stage(r, out);
        r->sequence--;
        break;
    case FAULT_SKIPPED_SEQUENCE:
        put_stage(r, out);
        r->sequence++;
        break;
    case FAULT_NONE:
    case FAULT_EARLY_CLOSE:
    case FAULT_STATUS: return put_stage(r, out);
    }
    return RESPONSE_EVENT;
}

static void put_delta(struct response *r, struct buf *out)
{
    struct event_frame frame = frame_of(r, out);
    struct event_item item = event_item_of(r);
    struct str rest = str_skip(item_of(r)->text, r->sent_bytes);
    size_t bytes = token_span(rest, (size_t)r->plan.frame_tokens);

    event_delta(&frame, &item, str_take(rest, bytes));
    r->sent_tokens += (size_t)r->plan.frame_tokens;
    r->sent_bytes += bytes;
}

static void finish_item(struct response *r)
{
    struct event_item item = event_item_of(r);

    if (r->output.len > 0)
        buf_append_char(&r->output, ',');
    item_write(&item, true, &r->output);
    r->done_bytes += r->sent_bytes;
    if (item.item->kind == SIM_REASONING)
        r->reasoning_bytes += r->sent_bytes;
    r->sent_bytes = 0;
    r->index++;
}

static enum stage stage_after(const struct response *r)
{
    const struct sim_answer *answer = r->plan.answer;

    switch (r->stage) {
    case STAGE_CREATED: return STAGE_IN_PROGRESS;
    case STAGE_IN_PROGRESS:
    case STAGE_ITEM_DONE:
        return r->index < answer->count ? STAGE_ITEM_ADDED : STAGE_TERMINAL;
    case STAGE_ITEM_ADDED:
        return item_has_parts(item_of(r)->kind) ? STAGE_PART_ADDED
                                                : STAGE_DELTA;
    case STAGE_PART_ADDED: return STAGE_DELTA;
    case STAGE_DELTA:
        return r->sent_bytes < item_of(r)->text.len ? STAGE_DELTA
                                                    : STAGE_TEXT_DONE;
    case STAGE_TEXT_DONE:
        return item_has_parts(item_of(r)->kind) ? STAGE_PART_DONE
                                                : STAGE_ITEM_DONE;
    case STAGE_PART_DONE: return STAGE_ITEM_DONE;
    case STAGE_TERMINAL:
    case STAGE_OVER: return STAGE_OVER;
    }
    return STAGE_OVER;
}

static void put_item_event(struct response *r, struct buf *out)
{
    struct event_frame frame = frame_of(r, out);
    struct event_item item = event_item_of(r);

    if (r->stage == STAGE_ITEM_ADDED || r->stage == STAGE_ITEM_DONE)
        event_item(&frame, &item, r->stage == STAGE_ITEM_DONE);
    else if (r->stage == STAGE_TEXT_DONE)
        event_text_done(&frame, &item);
    else
        event_part(&frame, &item, r->stage == STAGE_PART_DONE);
    if (r->stage == STAGE_ITEM_DONE)
        finish_item(r);
}

static enum response_step put_stage(struct response *r, struct buf *out)
{
    switch (r->stage) {
    case STAGE_CREATED:
        put_response(r, "response.created", "in_progress", out);
        break;
    case STAGE_IN_PROGRESS:
        put_response(r, "response.in_progress", "in_progress", out);
        break;
    case STAGE_DELTA: put_delta(r, out); break;
    case STAGE_ITEM_ADDED:
    case STAGE_PART_ADDED:
    case STAGE_TEXT_DONE:
    case STAGE_PART_DONE:
    case STAGE_ITEM_DONE: put_item_event(r, out); break;
    case STAGE_TERMINAL: put_terminal(r, NULL, out); break;
    case STAGE_OVER: return RESPONSE_DONE;
    }
    r->stage = stage_after(r);
    return RESPONSE_EVENT;
}

// The time at which the stage may be sent; 0: at once.
static int64_t due_of(const struct response *r)
{
    if (r->plan.answer->count == 0 || r->stage < STAGE_ITEM_ADDED)
        return 0;
    if (r->stage != STAGE_DELTA || r->plan.tps == 0)
        return r->begin_us;
    return r->begin_us
           + (int64_t)((double)r->sent_tokens * 1e6 / (double)r->plan.tps);
}

enum response_step response_next(struct response *r, int64_t now_us,
                                 int64_t *due_us, struct buf *out)
{
    if (r->stage == STAGE_OVER)
        return RESPONSE_DONE;
    *due_us = due_of(r);
    if (*due_us > now_us)
        return RESPONSE_WAIT;
    if (r->plan.fault && !r->fault_is_over
        && point_is_reached(r, r->plan.fault->point))
        return strike(r, out);
    if (r->sprinkle) {
        struct event_frame frame = frame_of(r, out);
        event_unknown(&frame);
        r->sprinkle = false;
        return RESPONSE_EVENT;
    }
    if (r->stage == STAGE_IN_PROGRESS)
        r->begin_us = now_us + (int64_t)r->plan.ttft_ms * 1000;
    r->sprinkle = random_below(&r->rng, SPRINKLE) == 0;
    return put_stage(r, out);
}
