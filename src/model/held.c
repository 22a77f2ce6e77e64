/*
 * A server says something at once (response.created, a role) and then speaks
 * no faster than a model can. Silence, and then more than any model says in
 * that time, is somebody who waited for the end. Once may be chance.
 */
#include "kerf/model/held.h"

enum holding arrival_judge(const struct arrival *arrival)
{
    int64_t silence_ms = arrival->heard_ms - arrival->sent_ms;
    int64_t span_ms = arrival->last_ms - arrival->first_ms;

    if (arrival->bytes < HELD_LEAST_BYTES || arrival->heard_ms == 0)
        return HOLDING_UNKNOWN;
    return silence_ms >= HELD_SILENCE_MS
                   && span_ms * HELD_BYTES_PER_MS < (int64_t)arrival->bytes
               ? HOLDING_YES
               : HOLDING_NO;
}

bool held_note(struct held *held, const struct arrival *arrival,
               int64_t network)
{
    if (held->network != network)
        *held = (struct held){ .network = network };
    switch (arrival_judge(arrival)) {
    case HOLDING_UNKNOWN: return false;
    case HOLDING_NO: held->in_a_row = 0; return false;
    case HOLDING_YES: held->in_a_row++; break;
    }
    bool tells = !held->told && held->in_a_row >= HELD_TIMES;
    held->told = held->told || tells;
    return tells;
}
