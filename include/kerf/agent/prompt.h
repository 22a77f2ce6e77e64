/* The words that go to the model beside the conversation. */
#ifndef KERF_AGENT_PROMPT_H
#define KERF_AGENT_PROMPT_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends the instructions. `project` is the text of AGENTS.md or empty. The
 * same tree gives the same bytes. */
void prompt_instructions(struct buf *out, struct str root, struct str project);

#endif
