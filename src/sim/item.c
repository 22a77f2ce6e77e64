/* The list of items an engine answers with; it lives in the turn's arena. */
#include "kerf/sim/item.h"

void answer_add(struct arena *arena, struct sim_answer *answer,
                enum sim_item_kind kind, struct str name, struct str text)
{
    answer->items = arena_grow(arena, answer->items, &answer->cap,
                               answer->count + 1, sizeof(*answer->items));
    answer->items[answer->count++] = (struct sim_item){ kind, name, text };
}

bool sim_item_is_call(enum sim_item_kind kind)
{
    return kind >= SIM_FUNCTION_CALL && kind <= SIM_SHELL_CALL;
}
