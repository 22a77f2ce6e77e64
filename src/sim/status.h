/* Private to sim: what an HTTP status says as an error of the API. */
#ifndef SIM_STATUS_H
#define SIM_STATUS_H

#include "kerf/sim/request.h"

/* Fills `refusal` with the usual words of a status. */
void refuse_with(struct refusal *refusal, int status);

/* The reason phrase of a status; never NULL. */
const char *status_reason(int status);

#endif
