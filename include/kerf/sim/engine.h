/*
 * What answers: a request and the whole conversation in, a list of items out.
 * An engine knows nothing of sockets, events or pacing. The fixit and echo
 * engines keep no state between calls; the script engine keeps its place.
 */
#ifndef KERF_SIM_ENGINE_H
#define KERF_SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/json.h"
#include "kerf/sim/item.h"

struct engine_input {
    const struct json *request;      // the response.create: its tools
    const struct json *const *items; // the conversation, oldest first
    size_t count;
};

struct engine;

/* Answers as a model would, from compilers' fix-its; see engine_fixit.c. */
struct engine *engine_create_fixit(void);

/* Answers `tokens` tokens of Markdown and code made from `seed`. The first
 * token is ZQSTART, the last ZQEND; `^` and `~` never occur. */
struct engine *engine_create_echo(uint64_t tokens, uint64_t seed);

/*
 * Plays a scenario: JSON text as tests/cases/sim/scenario.json shows it. NULL
 * with ERROR_INVALID that names the turn and the entry.
 */
struct engine *engine_create_script(struct str scenario,
                                    struct error *err) KERF_CHECKED;

/* NULL is fine. */
void engine_destroy(struct engine *engine);

/*
 * Answers one request into `answer`, whose texts live in `arena`. False with
 * an error for the client, such as an expectation of a scenario that is not
 * met.
 */
bool engine_answer(struct engine *engine, struct arena *arena,
                   const struct engine_input *input, struct sim_answer *answer,
                   struct error *err) KERF_CHECKED;

/* The text of the echo engine by itself. */
struct str echo_text(struct arena *arena, uint64_t tokens, uint64_t seed);

#endif
