/* Private to sim: what an engine is made of. */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include "kerf/sim/engine.h"

struct engine_ops {
    bool (*answer)(void *self, struct arena *arena,
                   const struct engine_input *input, struct sim_answer *answer,
                   struct error *err);
    void (*destroy)(void *self); // `self` is the engine's own memory
};

/* `self` is owned by the engine from now on. */
struct engine *engine_create(const struct engine_ops *ops, void *self);

#endif
