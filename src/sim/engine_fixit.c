/* placeholder */
#include "engine.h"
#include <stdlib.h>
static bool fixit_answer(void *self, struct arena *arena,
                         const struct engine_input *input,
                         struct sim_answer *answer, struct error *err)
{
    (void)self;
    (void)input;
    (void)err;
    answer_add(arena, answer, SIM_TEXT, STR(""), STR("hello"));
    return true;
}
struct engine *engine_create_fixit(void)
{
    static const struct engine_ops ops = { fixit_answer, free };
    return engine_create(&ops, NULL);
}
