/* The one place where engines differ: a table of two functions each. */
#include "engine.h"

#include <stdlib.h>

struct engine {
    const struct engine_ops *ops;
    void *self;
};

struct engine *engine_create(const struct engine_ops *ops, void *self)
{
    struct engine *engine = mem_alloc(sizeof(*engine));
    *engine = (struct engine){ ops, self };
    return engine;
}

void engine_destroy(struct engine *engine)
{
    if (!engine)
        return;
    engine->ops->destroy(engine->self);
    free(engine);
}

bool engine_answer(struct engine *engine, struct arena *arena,
                   const struct engine_input *input, struct sim_answer *answer,
                   struct error *err)
{
    return engine->ops->answer(engine->self, arena, input, answer, err);
}
