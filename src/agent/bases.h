/* The texts a model wrote its patches for, as the session has them. Private to
 * the agent. */
#ifndef KERF_AGENT_BASES_H
#define KERF_AGENT_BASES_H

#include <stdbool.h>

#include "kerf/model/session.h"

/*
 * Finds the text of a file as the model saw it last before it wrote the
 * proposal: in the context, or in the output of read_file. False if it saw
 * none, or only a part. Borrowed from the session.
 */
bool base_seen(const struct session *session, const struct proposal *proposal,
               struct str path, struct str *text);

#endif
