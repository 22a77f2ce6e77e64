/*
 * From a request that was read to a response that can be told: the history is
 * made, calls are checked, the engine asked, the fault chosen. The wishes of
 * the engine's answer come before those of the request, and those before what
 * the command line says.
 */
#include "turn.h"

#include <stdio.h>

#define MODEL_MARK "sim:"
#define TOKEN_BYTES 4

void turn_release(struct turn *turn)
{
    response_destroy(turn->response);
    history_drop(turn->history);
    arena_release(&turn->arena);
    *turn = (struct turn){ 0 };
}

bool model_wishes(struct str model, struct wishes *wishes,
                  struct refusal *refusal)
{
    struct error err;

    if (!str_starts_with(model, STR(MODEL_MARK))
        || wishes_read(str_skip(model, sizeof(MODEL_MARK) - 1), wishes, &err))
        return true;
    return refuse(refusal, "invalid_value", "model", "%s", err.text);
}

static bool is_trigger(const struct engine_input *input)
{
    return input->count > 0
           && str_is(
               json_str(json_member(input->items[input->count - 1], "type")),
               "compaction_trigger");
}

// The server compacts by itself when the context passes the threshold.
static bool wants_compaction(const struct turn *turn)
{
    const struct json *request = history_request(turn->history);
    const struct json *rule =
        json_at(json_member(request, "context_management"), 0);
    int64_t threshold = json_int(json_member(rule, "compact_threshold"), 0);

    return threshold > 0
           && (int64_t)(history_bytes(turn->history) / TOKEN_BYTES) > threshold;
}

static bool ask_engine(struct turn *turn, const struct turn_plan *plan,
                       const struct engine_input *input,
                       struct refusal *refusal)
{
    struct error err;

    if (!calls_check(&turn->arena, input->items, input->count, refusal))
        return false;
    if (!plan->create->generate)
        return true;
    if (is_trigger(input) || wants_compaction(turn))
        answer_add(&turn->arena, &turn->answer, SIM_COMPACTION, STR(""),
                   STR(""));
    if (is_trigger(input)
        || engine_answer(plan->world->engine, &turn->arena, input,
                         &turn->answer, &err))
        return true;
    return refuse(refusal, "scenario_expectation", "input", "%s", err.text);
}

// Chat knows functions only: other calls become functions of one argument.
static void use_functions(struct turn *turn)
{
    for (size_t i = 0; i < turn->answer.count; i++) {
        struct sim_item *item = &turn->answer.items[i];
        struct buf arguments = { 0 };
        struct json_writer w = { &arguments, false };
        if (!sim_item_is_call(item->kind) || item->kind == SIM_FUNCTION_CALL)
            continue;
        json_begin_object(&w);
        json_member_str(&w, item->kind == SIM_SHELL_CALL ? "command" : "input",
                        item->text);
        json_end_object(&w);
        if (item->kind != SIM_CUSTOM_CALL)
            item->name = item->kind == SIM_SHELL_CALL ? STR("shell")
                                                      : STR("apply_patch");
        item->kind = SIM_FUNCTION_CALL;
        item->text = arena_copy(&turn->arena, buf_str(&arguments));
        buf_release(&arguments);
    }
}

static void choose_fault(const struct turn *turn, const struct turn_plan *plan,
                         const struct wishes *of_model, struct fault *fault)
{
    struct world *world = plan->world;
    const struct fault_list *lists[] = {
        &turn->answer.wishes.faults,
        &of_model->faults,
        plan->wishes ? &plan->wishes->faults : NULL,
        &world->options->faults,
    };

    *fault = (struct fault){ .kind = FAULT_NONE };
    if (!plan->create->generate)
        return;
    world->answers++;
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        if (lists[i]
            && fault_find(lists[i], SCOPE_RESPONSE, world->answers, fault))
            return;
}

static uint64_t chosen(long own, uint64_t general)
{
    return own > 0 ? (uint64_t)own : general;
}

static void begin_response(struct turn *turn, const struct turn_plan *plan,
                           const struct wishes *of_model)
{
    const struct sim_options *options = plan->world->options;
    struct response_plan response = {
        .dialect = plan->dialect,
        .number = ++plan->world->responses,
        .seed = options->seed,
        .sprinkle = options->sprinkle,
        .created_s = plan->now.unix_s,
        .request = history_request(turn->history),
        .stream_id = plan->stream_id,
        .previous_id = str_from(turn->previous_id),
        .obfuscation = plan->create->obfuscation,
        .timing = plan->timing,
        .usage = plan->create->wants_usage,
        .answer = &turn->answer,
        .frame_tokens =
            chosen(turn->answer.frame_tokens, options->frame_tokens),
        .tps = chosen(turn->answer.tps, options->tps),
        .ttft_ms = options->ttft_ms,
        .input_bytes = history_bytes(turn->history),
        .cached_bytes = history_bytes(plan->parent),
        .manners = options->manners | turn->answer.wishes.manners
                   | of_model->manners
                   | (plan->wishes ? plan->wishes->manners : 0),
    };

    choose_fault(turn, plan, of_model, &response.fault);
    turn->response = response_create(&response);
}

static bool begin(struct turn *turn, const struct turn_plan *plan,
                  struct refusal *refusal)
{
    struct create *create = plan->create;
    struct engine_input input = { 0 };
    struct wishes of_model = { 0 };

    if (!model_wishes(json_str(json_member(create->root, "model")), &of_model,
                      refusal))
        return false;
    snprintf(turn->previous_id, sizeof(turn->previous_id), "%.*s",
             STR_ARG(create->previous_id));
    turn->history =
        history_create(plan->parent, create->root, create->input_bytes);
    create->root = NULL;
    input.request = history_request(turn->history);
    input.items = history_items(turn->history, &turn->arena, &input.count);
    if (!ask_engine(turn, plan, &input, refusal))
        return false;
    if (create->is_chat)
        use_functions(turn);
    begin_response(turn, plan, &of_model);
    return true;
}

bool turn_begin(struct turn *turn, const struct turn_plan *plan,
                struct refusal *refusal)
{
    if (begin(turn, plan, refusal))
        return true;
    turn_release(turn);
    return false;
}

void turn_keep_output(struct turn *turn)
{
    struct buf output = { 0 };
    struct error err;

    response_output(turn->response, &output);
    history_set_output(turn->history, json_parse(buf_str(&output), &err),
                       output.len);
    buf_release(&output);
}
