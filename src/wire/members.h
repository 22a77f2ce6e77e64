/* Members of a parsed object, as servers may write them. */
#ifndef KERF_SRC_WIRE_MEMBERS_H
#define KERF_SRC_WIRE_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/json.h"
#include "kerf/model/usage.h"

/* Reads a member that is a string, null or absent (both: empty), copied. */
bool member_str(struct arena *arena, const struct json *node, const char *key,
                struct str *out, struct error *err) KERF_CHECKED;

/* Reads a number from 0 upwards; null or absent: 0. */
bool member_count(const struct json *node, const char *key, int64_t *out,
                  struct error *err) KERF_CHECKED;

/* Reads the member `usage` of a response (protocol.md 3.5). */
bool member_usage(const struct json *node, struct usage *out,
                  struct error *err) KERF_CHECKED;

/* The HTTP status that an error is told with, wherever that stands; 0 if it
 * does not say. */
int member_status(const struct json *node);

#endif
