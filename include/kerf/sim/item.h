/* What an engine answers: items in order, which the server then streams. */
#ifndef KERF_SIM_ITEM_H
#define KERF_SIM_ITEM_H

#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"
#include "kerf/sim/manner.h"

enum sim_item_kind {
    SIM_TEXT,
    SIM_REFUSAL,
    SIM_REASONING,     // text: the summary
    SIM_RAW_REASONING, // text: what open-weight models think
    SIM_FUNCTION_CALL, // text: the arguments as JSON
    SIM_CUSTOM_CALL,   // text: the input
    SIM_PATCH_CALL,    // name: the path; text: the diff
    SIM_SHELL_CALL,    // text: the command
    SIM_COMPACTION,    // no text
};

struct sim_item {
    enum sim_item_kind kind;
    struct str name; // of the tool that is called
    struct str text;
};

struct sim_answer {
    struct sim_item *items;
    size_t count, cap;
    long frame_tokens;    // tokens a delta; 0: what the options say
    long tps;             // tokens a second; 0: what the options say
    struct wishes wishes; // of this answer alone
};

/* Adds an item; its texts are borrowed and live as long as the answer. */
void answer_add(struct arena *arena, struct sim_answer *answer,
                enum sim_item_kind kind, struct str name, struct str text);

/* Says whether items of this kind are calls, which want an output. */
bool sim_item_is_call(enum sim_item_kind kind);

#endif
