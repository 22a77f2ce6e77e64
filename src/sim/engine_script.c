/*
 * Plays a scenario. A turn is an array of entries, or an object with `items`
 * and options of its own, or one entry. The whole file is judged when it is
 * read, so that playing cannot fail but for an expectation.
 */
#include "engine.h"

#include <stdlib.h>

struct script {
    struct json *root;
    size_t next; // 0-based turn
};

struct play {
    struct arena *arena;
    const struct engine_input *input;
    struct sim_answer *answer;
    bool dry; // only judging: nobody has asked yet, so nothing is expected
};

// Says whether the text `needle` stands in a string of the JSON value.
static bool holds(const struct json *value, struct str needle)
{
    struct buf text = { 0 }, quoted = { 0 };
    struct json_writer w = { &quoted, false };

    json_dump(value, &text);
    json_put_str(&w, needle);
    struct str escaped =
        str_take(str_skip(buf_str(&quoted), 1), quoted.len - 2);
    bool found = str_find(buf_str(&text), escaped) != SIZE_MAX;
    buf_release(&text);
    buf_release(&quoted);
    return found;
}

static bool expect(const struct play *play, const struct json *value,
                   struct error *err)
{
    const struct json *input = json_member(play->input->request, "input");
    const struct json *want = json_member(value, "input_contains");
    const struct json *lack = json_member(value, "input_lacks");

    if (play->dry)
        return true;
    if (want && !holds(input, json_str(want)))
        return error_set(err, ERROR_FAILED,
                         "expected the input to contain \"%.*s\"",
                         STR_ARG(json_str(want)));
    if (lack && holds(input, json_str(lack)))
        return error_set(err, ERROR_FAILED,
                         "expected the input not to contain \"%.*s\"",
                         STR_ARG(json_str(lack)));
    return true;
}

static bool play_text(const struct play *play, const struct json *value,
                      struct error *err)
{
    (void)err;
    answer_add(play->arena, play->answer, SIM_TEXT, STR(""), json_str(value));
    return true;
}

static bool play_refusal(const struct play *play, const struct json *value,
                         struct error *err)
{
    (void)err;
    answer_add(play->arena, play->answer, SIM_REFUSAL, STR(""),
               json_str(value));
    return true;
}

static bool play_thought(const struct play *play, const struct json *value,
                         struct error *err)
{
    (void)err;
    answer_add(play->arena, play->answer, SIM_RAW_REASONING, STR(""),
               json_str(value));
    return true;
}

static bool play_patch(const struct play *play, const struct json *value,
                       struct error *err)
{
    struct str path = json_str(json_member(value, "path"));

    if (path.len == 0
        || json_kind(json_member(value, "diff")) != JSON_KIND_STRING)
        return error_set(err, ERROR_INVALID, "needs path and diff");
    answer_add(play->arena, play->answer, SIM_PATCH_CALL, path,
               json_str(json_member(value, "diff")));
    return true;
}

static bool play_shell(const struct play *play, const struct json *value,
                       struct error *err)
{
    (void)err;
    answer_add(play->arena, play->answer, SIM_SHELL_CALL, STR(""),
               json_str(value));
    return true;
}

static bool play_compaction(const struct play *play, const struct json *value,
                            struct error *err)
{
    (void)err;
    (void)value;
    answer_add(play->arena, play->answer, SIM_COMPACTION, STR(""), STR(""));
    return true;
}

static bool play_echo(const struct play *play, const struct json *value,
                      struct error *err)
{
    int64_t tokens = json_int(value, 0);

    if (tokens < 5 || tokens > 10000000)
        return error_set(err, ERROR_INVALID, "tokens from 5 to 10000000");
    answer_add(play->arena, play->answer, SIM_TEXT, STR(""),
               echo_text(play->arena, (uint64_t)tokens, 1));
    return true;
}

static bool play_reasoning(const struct play *play, const struct json *value,
                           struct error *err)
{
    (void)err;
    answer_add(play->arena, play->answer, SIM_REASONING, STR(""),
               json_str(value));
    return true;
}

static bool play_function(const struct play *play, const struct json *value,
                          struct error *err)
{
    const struct json *arguments = json_member(value, "arguments");
    struct str name = json_str(json_member(value, "name"));
    struct buf text = { 0 };

    if (name.len == 0 || !arguments)
        return error_set(err, ERROR_INVALID, "needs name and arguments");
    if (json_kind(arguments) == JSON_KIND_STRING)
        buf_append(&text, json_str(arguments)); // may be broken on purpose
    else
        json_dump(arguments, &text);
    answer_add(play->arena, play->answer, SIM_FUNCTION_CALL, name,
               arena_copy(play->arena, buf_str(&text)));
    buf_release(&text);
    return true;
}

static bool play_custom(const struct play *play, const struct json *value,
                        struct error *err)
{
    struct str name = json_str(json_member(value, "name"));

    if (name.len == 0
        || json_kind(json_member(value, "input")) != JSON_KIND_STRING)
        return error_set(err, ERROR_INVALID, "needs name and input");
    answer_add(play->arena, play->answer, SIM_CUSTOM_CALL, name,
               json_str(json_member(value, "input")));
    return true;
}

struct entry_row {
    const char *name;
    enum json_kind kind;
    bool (*play)(const struct play *play, const struct json *value,
                 struct error *err);
};

static const struct entry_row entry_table[] = {
    { "text", JSON_KIND_STRING, play_text },
    { "echo", JSON_KIND_NUMBER, play_echo },
    { "default_text", JSON_KIND_NUMBER, play_echo },
    { "reasoning", JSON_KIND_STRING, play_reasoning },
    { "raw_reasoning", JSON_KIND_STRING, play_thought },
    { "refusal", JSON_KIND_STRING, play_refusal },
    { "apply_patch_call", JSON_KIND_OBJECT, play_patch },
    { "shell_call", JSON_KIND_STRING, play_shell },
    { "compaction", JSON_KIND_BOOL, play_compaction },
    { "function_call", JSON_KIND_OBJECT, play_function },
    { "custom_tool_call", JSON_KIND_OBJECT, play_custom },
    { "expect", JSON_KIND_OBJECT, expect },
};

#define ENTRY_ROWS (sizeof(entry_table) / sizeof(*entry_table))

static bool play_entry(const struct play *play, const struct json *entry,
                       struct error *err)
{
    for (size_t i = 0; i < ENTRY_ROWS; i++) {
        const struct entry_row *row = &entry_table[i];
        const struct json *value = json_member(entry, row->name);
        if (value && json_kind(value) != row->kind)
            return error_set(err, ERROR_INVALID, "\"%s\" of a wrong kind",
                             row->name);
        if (value && !row->play(play, value, err))
            return error_prefix(err, "\"%s\"", row->name);
        if (value)
            return true;
    }
    return error_set(err, ERROR_INVALID, "unknown kind of entry");
}

static bool read_options(const struct json *turn, struct sim_answer *answer,
                         struct error *err)
{
    const struct json *fault = json_member(turn, "fault");

    answer->frame_tokens = (long)json_int(json_member(turn, "frame_tokens"), 0);
    answer->tps = (long)json_int(json_member(turn, "tps"), 0);
    if (answer->frame_tokens < 0 || answer->tps < 0)
        return error_set(err, ERROR_INVALID, "a rate below 0");
    return !fault || wishes_read(json_str(fault), &answer->wishes, err);
}

static bool play_turn(const struct play *play, const struct json *turn,
                      struct error *err)
{
    const struct json *items = turn;

    if (json_kind(turn) == JSON_KIND_OBJECT) {
        items = json_member(turn, "items");
        if (!items)
            return play_entry(play, turn, err);
        if (!read_options(turn, play->answer, err))
            return false;
    }
    for (size_t i = 0; i < json_count(items); i++)
        if (!play_entry(play, json_at(items, i), err))
            return error_prefix(err, "entry %zu", i + 1);
    return true;
}

static bool script_answer(void *self, struct arena *arena,
                          const struct engine_input *input,
                          struct sim_answer *answer, struct error *err)
{
    struct script *script = self;
    const struct json *turns = json_member(script->root, "turns");
    struct play play = { arena, input, answer, false };

    if (script->next >= json_count(turns)) {
        answer_add(arena, answer, SIM_TEXT, STR(""), STR("(end of script)"));
        return true;
    }
    size_t turn = script->next++;
    return play_turn(&play, json_at(turns, turn), err)
           || error_prefix(err, "turn %zu", turn + 1);
}

// Plays all turns into nothing.
static bool check(const struct json *turns, struct error *err)
{
    static const struct engine_input nothing = { 0 };
    bool good = true;

    for (size_t i = 0; good && i < json_count(turns); i++) {
        struct arena arena = { 0 };
        struct sim_answer answer = { 0 };
        struct play play = { &arena, &nothing, &answer, true };
        good = play_turn(&play, json_at(turns, i), err)
               || error_prefix(err, "turn %zu", i + 1);
        arena_release(&arena);
    }
    return good;
}

static void script_destroy(void *self)
{
    struct script *script = self;

    json_destroy(script->root);
    free(script);
}

struct engine *engine_create_script(struct str scenario, struct error *err)
{
    static const struct engine_ops ops = { script_answer, script_destroy };
    struct json *root = json_parse(scenario, err);

    if (!root)
        return NULL;
    const struct json *turns = json_member(root, "turns");
    bool good = json_kind(turns) == JSON_KIND_ARRAY
                || error_set(err, ERROR_INVALID, "no array \"turns\"");
    if (!good || !check(turns, err)) {
        json_destroy(root);
        return NULL;
    }
    struct script *script = mem_alloc(sizeof(*script));
    script->root = root;
    return engine_create(&ops, script);
}
