/*
 * The model server that comes with kerf: started when no backend is set, on a
 * unix socket in a fresh private folder, with a random token, and gone with
 * the program that started it.
 */
#ifndef KERF_APP_BUILTIN_H
#define KERF_APP_BUILTIN_H

#include "kerf/app/setup.h"
#include "kerf/base/error.h"
#include "kerf/config/config.h"
#include "kerf/loop/loop.h"

struct builtin;

struct builtin_events {
    void (*ready)(struct str url, struct str token, void *ctx);
    void (*failed)(struct str why, void *ctx);
};

/* Starts `kerf-sim`; NULL with an error if it is not installed. */
struct builtin *builtin_start(struct loop *loop, struct setup *setup,
                              const struct builtin_events *events, void *ctx,
                              struct error *err) KERF_CHECKED;
void builtin_destroy(struct builtin *builtin);

/* The backend record that stands for it: a constant. */
const struct backend *builtin_backend(void);

#endif
